"""The databases of this folder, and its fakes importable by name.

Every test of `conformance/` holds for every database: add a factory here, and it is tested as the others are.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from store_databases import (
    Database,
    postgres_database,
    postgres_database_of_its_own,
    sqlite_database,
    supabase_project,
    supabase_project_of_its_own,
)
from supabase_project import PROJECT

FACTORIES: dict[str, Callable[[Path], Database]] = {
    "postgres": postgres_database,
    "sqlite": sqlite_database,
    "supabase": supabase_project,
}
SHARED = FACTORIES | {"postgres": postgres_database_of_its_own, "supabase": supabase_project_of_its_own}


@pytest.fixture(scope="session", autouse=True)
def end_of_the_project() -> Iterator[None]:
    """Close the project that tests used one after the other."""
    yield
    PROJECT.close()


@pytest.fixture(params=sorted(FACTORIES))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database; it closes what was opened on it."""
    database = FACTORIES[request.param](tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="module", params=sorted(SHARED))
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for all examples of a property: each example brings ids of its own."""
    database = SHARED[request.param](tmp_path_factory.mktemp("shared"))
    yield database
    database.close()
