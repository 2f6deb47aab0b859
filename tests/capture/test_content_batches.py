"""What was found in an artifact, as batches: each small, all rows once, and the end with the last of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from progressive_capture.lib.content_batches import MOST_ROWS, MOST_TEXT, ContentBatches
from progressive_capture.lib.files.contents import Contents
from progressive_capture.lib.files.findings import FileFound, Repeated, ResultsFound
from progressive_capture.lib.files.test_results import values
from progressive_capture.lib.normalize.rows import Batch, Content
from progressive_capture.lib.store.artifact_contract import ArtifactToDownload

DOWNLOADED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARTIFACT = ArtifactToDownload(
    artifact_id=7,
    run_id=11,
    run_attempt=2,
    name="reports",
    size_in_bytes=1_000,
    digest=None,
    created_at=DOWNLOADED_AT,
    expires_at=None,
)
ENDED = Content(status="stored", reason="1 of 2 files skipped")
Found = FileFound | ResultsFound | Repeated


class Opened:
    """An artifact that was opened; how it ended is known only at its end."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._found = found
        self._over = False

    def __iter__(self) -> Iterator[Found]:
        yield from self._found
        self._over = True

    @property
    def content(self) -> Content:
        assert self._over, "asked too early"
        return ENDED


def batches_of(found: Iterable[Found]) -> Iterator[Batch]:
    batches = ContentBatches(ARTIFACT, repository_id=3, captured_at=DOWNLOADED_AT)
    return batches.of(cast(Contents, Opened(found)))


def file(position: int, content: str | None = None) -> FileFound:
    return FileFound(
        position=position,
        path=f"file {position}",
        size_bytes=5,
        category="text",
        media_type="text/plain",
        sha256="a" * 64,
        content=content,
        storage_key=f"aa/{'a' * 64}",
        status="stored",
        reason=None,
    )


def results(position: int, *names: str) -> ResultsFound:
    return ResultsFound(position, [a_result(name) for name in names])


def a_result(name: str) -> values.TestResult:
    return values.TestResult(
        suite="s", classname="c", name=name, status="passed", rerun=False, duration_seconds=1.5, message=None
    )


def rows(batches: Sequence[Batch], table: str) -> list[Any]:
    return [row for batch in batches for row in batch.rows[table]]


def test_an_ordinary_artifact_is_one_batch_with_its_end() -> None:
    """So its rows and its status are stored together, or not at all."""
    (batch,) = batches_of([results(0, "t"), file(0, "text"), file(1)])
    assert set(batch.emptied_artifacts) == {7}
    assert batch.contents == {7: ENDED}
    assert (batch.processed, batch.completing) == (1, True)
    assert (len(batch.rows["artifact_files"]), len(batch.rows["test_results"])) == (2, 1)


def test_an_artifact_without_files_is_emptied_and_ended_too() -> None:
    (batch,) = batches_of([])
    assert (set(batch.emptied_artifacts), batch.contents, batch.processed) == ({7}, {7: ENDED}, 1)
    assert not any(batch.rows.values())


def test_a_file_and_a_result_become_rows_word_for_word() -> None:
    (batch,) = batches_of([results(4, "t"), file(4, "text")])
    whose = {"repository_id": 3, "captured_at": DOWNLOADED_AT, "artifact_id": 7}
    assert batch.rows["artifact_files"] == [
        whose
        | {
            "position": 4,
            "path": "file 4",
            "size_bytes": 5,
            "category": "text",
            "media_type": "text/plain",
            "sha256": "a" * 64,
            "content": "text",
            "storage_key": f"aa/{'a' * 64}",
            "status": "stored",
            "reason": None,
        }
    ]
    assert batch.rows["test_results"] == [
        whose
        | {
            "file_position": 4,
            "position": 0,
            "run_id": 11,
            "run_attempt": 2,
            "suite": "s",
            "classname": "c",
            "name": "t",
            "status": "passed",
            "rerun": False,
            "duration_seconds": 1.5,
            "message": None,
        }
    ]


def test_results_are_numbered_on_through_the_chunks_of_one_file_and_anew_in_the_next() -> None:
    chunks: list[Found] = [
        results(0, "a", "b"),
        results(0, "c"),
        file(0),
        results(2, "d"),
        results(2, "e"),
        file(2),
    ]
    numbered = [
        (row["file_position"], row["position"], row["name"])
        for row in rows(list(batches_of(chunks)), "test_results")
    ]
    assert numbered == [(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (2, 0, "d"), (2, 1, "e")]


def test_numbers_go_on_where_a_batch_ends_in_the_middle_of_a_file() -> None:
    chunks: list[Found] = [
        results(0, *["x"] * (MOST_ROWS - 1)),
        results(0, "y", "y"),
        results(0, "z"),
        file(0),
    ]
    batches = list(batches_of(chunks))
    assert len(batches) == 2
    assert [row["position"] for row in rows(batches, "test_results")] == list(range(MOST_ROWS + 2))


@pytest.mark.parametrize(
    ("found", "sizes"),
    [
        ([file(n) for n in range(MOST_ROWS - 1)], [MOST_ROWS - 1]),
        ([file(n) for n in range(2 * MOST_ROWS + 1)], [MOST_ROWS, MOST_ROWS, 1]),
        ([file(n, "x" * (MOST_TEXT // 4)) for n in range(6)], [4, 2]),
        ([file(n, "x" * (MOST_TEXT // 4 - 1)) for n in range(6)], [5, 1]),
    ],
    ids=["few", "many files", "much text", "a little less text"],
)
def test_no_batch_holds_much_more_than_is_allowed(found: list[Found], sizes: list[int]) -> None:
    batches = list(batches_of(found))
    assert [len(batch.rows["artifact_files"]) for batch in batches] == sizes
    positions = [row["position"] for row in rows(batches, "artifact_files")]
    assert positions == list(range(len(found)))


def test_batches_come_while_the_artifact_is_still_read() -> None:
    """Whatever the artifact, only one batch of it is in memory."""
    drawn = 0

    def many() -> Iterator[Found]:
        nonlocal drawn
        for drawn in range(1, 10 * MOST_ROWS):
            yield file(drawn)

    next(batches_of(many()))
    assert drawn == MOST_ROWS


def test_only_the_first_batch_empties_and_only_the_last_one_ends() -> None:
    batches = list(batches_of([file(n) for n in range(2 * MOST_ROWS + 1)]))
    assert [set(batch.emptied_artifacts) for batch in batches] == [{7}, set(), set()]
    assert [batch.contents for batch in batches] == [{}, {}, {7: ENDED}]
    assert [(batch.processed, batch.completing) for batch in batches] == [(0, False), (0, False), (1, True)]


def test_what_repeats_other_files_comes_by_artifact_and_place() -> None:
    (batch,) = batches_of([file(0), file(1), Repeated(1, "repeats file 0")])
    assert batch.repeated_reports == {(7, 1): "repeats file 0"}


def test_a_reading_that_breaks_off_ends_nothing() -> None:
    def broken() -> Iterator[Found]:
        yield from (file(n) for n in range(MOST_ROWS))
        raise OSError("no space left")

    batches = batches_of(broken())
    assert next(batches).contents == {}
    with pytest.raises(OSError, match="no space"):
        next(batches)
