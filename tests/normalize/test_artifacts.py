"""Artifacts: their rows, which are ours, and which attempt made them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.artifacts import (
    artifact_created_at,
    artifact_row,
    attempt_at,
    is_ours,
)
from progressive_capture.lib.normalize.rows import ArtifactRow

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REAL_DATA = Path(__file__).parents[2].parent / "shared" / "real-data" / "github"
PAYLOAD: dict[str, Any] = {
    "id": 11_000_000_000,
    "node_id": "MDg6QXJ0aWZhY3Qx",
    "name": "reports",
    "size_in_bytes": 5_000_000_000,
    "expired": False,
    "digest": "sha256:" + "ab" * 32,
    "created_at": "2026-11-01T10:00:00Z",
    "updated_at": "2026-11-01T10:00:01Z",
    "expires_at": "2027-01-30T09:59:00Z",
    "workflow_run": {"id": 36_000_000_000, "repository_id": 7, "head_branch": "main", "head_sha": "c" * 40},
}


def row(**changes: Any) -> ArtifactRow:
    return artifact_row(PAYLOAD | changes, repository_id=7, captured_at=NOW)


def test_the_row_of_an_artifact() -> None:
    assert row() == {
        "repository_id": 7,
        "captured_at": NOW,
        "id": 11_000_000_000,
        "run_id": 36_000_000_000,
        "name": "reports",
        "size_in_bytes": 5_000_000_000,
        "digest": "sha256:" + "ab" * 32,
        "expired": False,
        "created_at": datetime(2026, 11, 1, 10, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 1, 10, 0, 1, tzinfo=UTC),
        "expires_at": datetime(2027, 1, 30, 9, 59, tzinfo=UTC),
        "head_branch": "main",
        "head_sha": "c" * 40,
    }


def test_what_is_absent_is_null_and_every_key_is_there() -> None:
    bare = artifact_row({"id": 1}, repository_id=7, captured_at=NOW)
    assert set(bare) == set(ArtifactRow.__annotations__) | {"repository_id", "captured_at"}
    assert {name for name, value in bare.items() if value is not None} == {
        "repository_id",
        "captured_at",
        "id",
        "name",
    }
    assert bare["name"] == ""


@pytest.mark.parametrize("key", [key for key in PAYLOAD if key != "id"])
def test_null_is_taken_for_absent(key: str) -> None:
    without = {name: value for name, value in PAYLOAD.items() if name != key}
    assert row(**{key: None}) == artifact_row(without, repository_id=7, captured_at=NOW)


def test_hostile_names_are_fit_for_storage() -> None:
    assert row(name="a\x00b\ud800")["name"] == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "1"},
        {"name": 5},
        {"expired": "no"},
        {"expired": 0},
        {"size_in_bytes": 2**64},
        {"size_in_bytes": "5"},
        {"created_at": "yesterday"},
        {"workflow_run": [1]},
        {"digest": {}},
    ],
    ids=str,
)
def test_another_type_than_documented_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="artifact"):
        row(**changes)


def test_the_time_to_walk_by() -> None:
    assert artifact_created_at(PAYLOAD) == datetime(2026, 11, 1, 10, tzinfo=UTC)
    with pytest.raises(UnexpectedPayloadError, match="created_at of artifact 11000000000"):
        artifact_created_at(PAYLOAD | {"created_at": None})


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("progressive-capture-shard-1", True),
        ("progressive-capture-", True),
        ("progressive-capture", False),
        ("my-progressive-capture-shard", False),
        ("Progressive-Capture-x", False),
        ("", False),
    ],
)
def test_what_this_program_uploads_is_known_by_its_name(name: str, *, ours: bool) -> None:
    assert is_ours(name) is ours


# ---- which attempt -----------------------------------------------------------------------------------------


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("minute", "starts", "latest", "expected"),
    [
        (5, {}, 1, (1, False)),
        (-5, {1: 0}, 1, (1, False)),
        (25, {1: 0, 2: 10, 3: 20}, 3, (3, True)),
        (20, {1: 0, 2: 10, 3: 20}, 3, (3, True)),
        (19, {1: 0, 2: 10, 3: 20}, 3, (2, True)),
        (9, {1: 0, 2: 10, 3: 20}, 3, (1, True)),
        (25, {3: 20}, 3, (3, True)),
        (15, {3: 20}, 3, None),
        (15, {1: 0, 3: 20}, 3, None),
        (5, {1: 0, 3: 20}, 3, None),
        (5, {1: 0, 2: 10}, 3, (1, True)),
        (5, {2: 10, 3: 20}, 3, None),
        (15, {1: 0, 2: 10}, 3, None),
        (15, {1: 0, 2: 10, 3: None}, 3, None),
        (-1, {1: 0, 2: 10}, 2, None),
    ],
)
def test_the_last_attempt_that_had_begun_made_it_where_that_can_be_told(
    minute: int, starts: dict[int, int | None], latest: int, expected: tuple[int, bool] | None
) -> None:
    known = {number: None if start is None else at(start) for number, start in starts.items()}
    assert attempt_at(at(minute), known, latest, at(1_000)) == expected


def test_without_a_time_nothing_is_certain() -> None:
    assert attempt_at(None, {1: at(0)}, 1, at(1_000)) is None
    assert attempt_at(None, {1: at(0), 2: at(1)}, 2, at(1_000)) is None


def test_what_was_made_since_the_run_was_seen_may_be_of_an_attempt_that_nobody_knows() -> None:
    assert attempt_at(at(9), {1: at(0)}, 1, at(10)) == (1, False)
    assert attempt_at(at(10), {1: at(0)}, 1, at(10)) is None
    assert attempt_at(at(11), {1: at(0), 2: at(5)}, 2, at(10)) is None


@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=6),
    minute=st.integers(0, 300),
    hidden=st.sets(st.integers(1, 6)),
)
def test_what_is_told_with_gaps_is_what_is_told_without(
    lengths: list[int], minute: int, hidden: set[int]
) -> None:
    starts = {number: at(sum(lengths[: number - 1])) for number in range(1, len(lengths) + 1)}
    truth = max(number for number, start in starts.items() if start <= at(minute))
    known: Mapping[int, datetime | None] = {n: None if n in hidden else start for n, start in starts.items()}
    told = attempt_at(at(minute), known, len(starts), at(1_000))
    assert told in (None, (truth, len(starts) > 1))
    if not hidden:
        assert told is not None


# ---- recorded artifacts ------------------------------------------------------------------------------------


def recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(REAL_DATA.glob("*/artifacts/*.json")):
        body = json.loads(path.read_text())
        items = body.get("artifacts", [body] if "archive_download_url" in body else [])
        yield from ((f"{path.stem} {each['id']}", each) for each in items)


@pytest.mark.skipif(not REAL_DATA.is_dir(), reason="the recorded bodies are not here")
def test_every_recorded_artifact_keeps_every_field() -> None:
    found = list(recorded())
    assert len(found) >= 30
    for name, payload in found:
        made = artifact_row(payload, repository_id=7, captured_at=NOW)
        run = payload["workflow_run"]
        assert (made["id"], made["name"]) == (payload["id"], payload["name"]), name
        assert made["size_in_bytes"] == payload["size_in_bytes"]
        assert made["expired"] is payload["expired"]
        assert (made["run_id"], made["head_branch"], made["head_sha"]) == (
            run["id"],
            run["head_branch"],
            run["head_sha"],
        )
        assert made["digest"] is payload.get("digest")
        for key in ("created_at", "updated_at", "expires_at"):
            moment = dict(made)[key]
            assert isinstance(moment, datetime)
            assert f"{moment:%Y-%m-%dT%H:%M:%SZ}" == payload[key]
        assert artifact_created_at(payload) == made["created_at"]
