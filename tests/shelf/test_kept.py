"""Manifests and names: what is nonsense is refused, what is not known is left alone."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.shelf.errors import ManifestError
from progressive_capture.lib.shelf.kept import MOST_NAMES, Kept, last_names
from progressive_capture.lib.shelf.names import database_name, read_asset_name, tag_of

KEPT = Kept(
    name="capture-000012-9007199254740993",
    generation=12,
    repository="mona/cat",
    repository_id=2**53 + 1,
    sha256="0f" * 32,
    size_bytes=10,
    database_bytes=100,
    schema_version="0004",
    kept_at=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    rows={"workflow_runs": 3},
    contains=("capture-000011-1", "capture-000010-1"),
    adds=False,
    unusable=("capture-000009-1",),
)


def test_a_manifest_survives_the_journey_as_json() -> None:
    assert Kept.parse(json.loads(json.dumps(KEPT.as_data()))) == KEPT


def test_fields_of_later_versions_are_left_alone_and_older_ones_need_not_have_all() -> None:
    data = KEPT.as_data() | {"whole": True, "format": 2, "colors": {"a": [None]}}
    assert Kept.parse(data) == KEPT
    for field in ("rows", "contains", "adds", "unusable", "format"):
        del data[field]
    assert Kept.parse(data).adds
    assert Kept.parse(data).contains == ()


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": "capture-000013-1"},
        {"name": "../capture-000012-1"},
        {"name": "capture-000012-a b"},
        {"generation": True},
        {"generation": -1},
        {"generation": 10**30},
        {"repository": "mona"},
        {"repository": "mona/cat\x1b[31m"},
        {"repository_id": "5"},
        {"repository_id": 0},
        {"sha256": "0F" * 32},
        {"sha256": "0f" * 31},
        {"size_bytes": 0},
        {"size_bytes": 1.5},
        {"database_bytes": None},
        {"schema_version": 4},
        {"schema_version": "0004\n"},
        {"kept_at": "yesterday"},
        {"kept_at": "2026-11-22T12:00:00"},
        {"kept_at": 5},
        {"rows": [1]},
        {"rows": {"Runs; drop": 1}},
        {"rows": {"runs": -1}},
        {"rows": {"runs": True}},
        {"contains": "capture-000011-1"},
        {"contains": ["other"]},
        {"contains": [None]},
        {"contains": ["capture-000011-1"] * 1_001},
        {"unusable": {}},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ManifestError):
        Kept.parse(KEPT.as_data() | change)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_what_is_no_manifest_is_refused_and_nothing_else_happens(value: Any) -> None:
    with pytest.raises(ManifestError):
        Kept.parse(value)
    for field in KEPT.as_data():
        with suppress(ManifestError):
            Kept.parse(KEPT.as_data() | {field: value})


def test_a_database_is_in_another_by_its_name_or_where_it_adds_nothing() -> None:
    joined = frozenset(KEPT.contains)
    assert KEPT.is_in(joined)
    assert KEPT.parts == joined
    assert not KEPT.is_in(frozenset({KEPT.contains[0]}))
    adding = Kept.parse(KEPT.as_data() | {"adds": True})
    assert not adding.is_in(joined)
    assert adding.parts == joined | {adding.name}
    assert adding.is_in(adding.parts)
    empty = Kept.parse(KEPT.as_data() | {"contains": []})
    assert not empty.is_in(joined)


def test_the_last_names_are_kept_and_those_that_are_still_there() -> None:
    names = frozenset(database_name(number, "1") for number in range(1, 41))
    there = frozenset({database_name(3, "1"), database_name(99, "1")})
    last = last_names(names, still_there=there)
    assert last[0] == "capture-000003-1"
    assert last[1:] == tuple(database_name(number, "1") for number in range(41 - MOST_NAMES, 41))


def test_names_of_assets_are_told_from_all_others() -> None:
    name = database_name(1234567, "run-5")
    assert name == "capture-1234567-run-5"
    database, manifest = read_asset_name(f"{name}.db.gz"), read_asset_name(f"{name}.json")
    assert database is not None
    assert manifest is not None
    assert (database.database, database.generation, database.is_manifest) == (name, 1234567, False)
    assert (manifest.database, manifest.is_manifest) == (name, True)
    others = ("capture-1-5.db.gz", f"{name}.db", f"{name}.zip", "notes.json", f"{name}", f"x{name}.json")
    assert [read_asset_name(other) for other in others] == [None] * len(others)


@pytest.mark.parametrize("part", ["", "a b", "../x", "a/b", "-a", "x" * 61, "é", "a.b", "$(id)"])
def test_a_part_that_cannot_be_in_a_name_is_refused(part: str) -> None:
    with pytest.raises(ConfigurationError):
        database_name(1, part)


def test_tags_outlive_a_change_of_name() -> None:
    assert tag_of("mona/cat", shelf="Mona/Cat", repository_id=7) == "progressive-capture-data"
    assert tag_of("mona/dog", shelf="mona/cat", repository_id=7) == "progressive-capture-data-7"
