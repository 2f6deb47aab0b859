"""Changed files: one row, whether REST or GraphQL showed it."""

from __future__ import annotations

from typing import Any

import pytest
from pull_request_payloads import NOW, PULL_REQUEST, file_node

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.file_changes import (
    LONGEST_PATH_BYTES,
    file_change_from_node,
    file_change_row,
    lack_previous_paths,
    path_as_key,
)
from progressive_capture.lib.normalize.rows import FileChangeRow

HEAD = {**PULL_REQUEST, "head_sha": "c" * 40}
FILE: dict[str, Any] = {
    "sha": "f" * 40,
    "filename": "src/größe.py",
    "status": "modified",
    "additions": 5,
    "deletions": 1,
    "changes": 6,
    "patch": "@@ -1 +1 @@",
}
ROW = {
    "repository_id": 3,
    "captured_at": NOW,
    "pull_request_number": 12,
    "path": "src/größe.py",
    "head_sha": "c" * 40,
    "previous_path": None,
    "status": "modified",
    "additions": 5,
    "deletions": 1,
    "changes": 6,
}


def row(**changes: Any) -> FileChangeRow:
    return file_change_row(FILE | changes, **HEAD)


def row_of_node(**changes: Any) -> FileChangeRow:
    return file_change_from_node(file_node("src/größe.py", **changes), **HEAD)


def test_rest_and_graphql_give_the_same_row() -> None:
    assert row() == ROW
    assert row_of_node() == ROW


def test_what_is_absent_is_null_and_every_key_is_there() -> None:
    bare = file_change_row({"filename": "a"}, **HEAD)

    assert bare == dict.fromkeys(ROW) | HEAD | {"path": "a"}
    assert file_change_from_node({"path": "a"}, **HEAD) == bare


@pytest.mark.parametrize(
    ("change_type", "status"),
    [
        ("ADDED", "added"),
        ("DELETED", "removed"),
        ("MODIFIED", "modified"),
        ("RENAMED", "renamed"),
        ("COPIED", "copied"),
        ("CHANGED", "changed"),
        ("FROBNICATED", "frobnicated"),
        (None, None),
    ],
)
def test_graphql_words_become_those_of_rest(change_type: str | None, status: str | None) -> None:
    assert row_of_node(changeType=change_type)["status"] == status


@pytest.mark.parametrize("status", ["added", "removed", "renamed", "copied", "unchanged", "frobnicated"])
def test_the_words_of_rest_are_kept(status: str) -> None:
    assert row(status=status)["status"] == status


def test_a_renamed_file_keeps_where_it_came_from() -> None:
    assert row(status="renamed", previous_filename="src/old.py")["previous_path"] == "src/old.py"


@pytest.mark.parametrize("change_type", ["RENAMED", "COPIED"])
def test_only_rest_knows_where_a_moved_file_came_from(change_type: str) -> None:
    moved = row_of_node(changeType=change_type)
    known = row(status=change_type.lower(), previous_filename="src/old.py")

    assert lack_previous_paths([row_of_node(), moved])
    assert not lack_previous_paths([row_of_node(), row(), known])
    assert not lack_previous_paths([])


@pytest.mark.parametrize(
    ("lines", "changes"),
    [
        ({"additions": 2, "deletions": 3, "changes": None}, 5),
        ({"additions": 0, "deletions": 0, "changes": None}, 0),
        ({"additions": None, "deletions": 3, "changes": None}, None),
        ({"additions": None, "deletions": None, "changes": 4}, 4),
        ({"additions": 0, "deletions": 0, "changes": 0}, 0),
        ({"additions": None, "deletions": None, "changes": 0}, 0),
    ],
)
def test_changes_are_additions_and_deletions(lines: dict[str, int | None], changes: int | None) -> None:
    assert row(**lines)["changes"] == changes


def test_graphql_adds_them_up_itself() -> None:
    assert row_of_node(additions=20, deletions=22)["changes"] == 42
    assert row_of_node(additions=None)["changes"] is None


def test_hostile_paths_are_fit_for_storage() -> None:
    path = "a\x00'; DROP TABLE\n\ud800"
    kept = "a\ufffd'; DROP TABLE\n\ufffd"

    moved = row(filename=path, previous_filename=path)

    assert (moved["path"], moved["previous_path"]) == (kept, kept)
    assert row_of_node(path=path)["path"] == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"filename": None},
        {"filename": ""},
        {"filename": 5},
        {"status": 5},
        {"additions": "5"},
        {"deletions": False},
        {"changes": 6.0},
        {"previous_filename": ["a"]},
    ],
    ids=str,
)
def test_another_type_than_documented_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="changed file"):
        row(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"path": None}, {"path": ""}, {"changeType": 5}, {"additions": "5"}, {"deletions": 1.5}],
    ids=str,
)
def test_another_type_than_documented_is_an_error_in_a_node(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="changed file"):
        row_of_node(**changes)


def test_a_path_that_no_index_holds_is_cut_and_still_one_of_its_own() -> None:
    long, longer = "d/" * 1_500 + "größe", "d/" * 1_500 + "größe2"
    kept = [path_as_key(path) for path in (long, longer)]
    assert kept[0] != kept[1]
    for path in kept:
        assert path.startswith("d/" * 900)
        assert "… " in path
        assert len(path.encode()) <= LONGEST_PATH_BYTES
    assert path_as_key("é" * (LONGEST_PATH_BYTES // 2)) == "é" * (LONGEST_PATH_BYTES // 2)
    assert path_as_key("a" + "é" * (LONGEST_PATH_BYTES // 2)) != "a" + "é" * (LONGEST_PATH_BYTES // 2)


def test_both_sources_cut_a_path_alike() -> None:
    long = "d/" * 1_500
    rest = file_change_row(FILE | {"filename": long}, **HEAD)
    graphql = file_change_from_node(file_node(long), **HEAD)
    assert rest["path"] == graphql["path"] == path_as_key(long)
