"""The databases of this folder, and its fakes importable by name.

Every test of `conformance/` holds for every database: add a factory here, and it is tested as the others are.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from store_databases import Database, sqlite_database

FACTORIES: dict[str, Callable[[Path], Database]] = {"sqlite": sqlite_database}


@pytest.fixture(params=sorted(FACTORIES))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database; it closes what was opened on it."""
    database = FACTORIES[request.param](tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="module", params=sorted(FACTORIES))
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for all examples of a property: each example brings ids of its own."""
    database = FACTORIES[request.param](tmp_path_factory.mktemp("shared"))
    yield database
    database.close()
