"""What a store is asked about artifacts: which are to do, which are kept, which are back at the start."""

from __future__ import annotations

from datetime import datetime

from store_databases import Database
from store_rows import artifact_row, at, attempt_row, batch, file_row, run_row

from progressive_capture.lib.normalize.rows import Batch, Content
from progressive_capture.lib.store.artifact_contract import (
    ArtifactOfRun,
    ArtifactSummary,
    ArtifactToDownload,
)
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.queries import PAGE


def to_download(database: Database, span: Span | None = None) -> list[int]:
    ids = [artifact.artifact_id for artifact in database.store.artifacts_to_download(1, span)]
    assert database.store.count_artifacts_to_download(1, span) == len(ids)
    return ids


# -- what is still to be fetched -----------------------------------------------------------------------


def test_an_artifact_to_fetch_comes_with_all_that_is_known_of_it(database: Database) -> None:
    database.store.write(batch(artifacts=artifact_row()))
    assert list(database.store.artifacts_to_download(1)) == [
        ArtifactToDownload(
            artifact_id=700,
            run_id=1000,
            run_attempt=None,
            name="test-results",
            size_in_bytes=2048,
            digest="sha256:" + "d" * 64,
            created_at=at(-510),
            expires_at=at(86_400),
        )
    ]


def test_pending_and_failed_artifacts_that_are_not_gone_are_to_be_fetched(database: Database) -> None:
    statuses = ["pending", "stored", "skipped", "gone", "rejected", "failed", "removed", "pending"]
    rows = [artifact_row(id=n) for n in range(len(statuses))]
    contents = {n: Content(status=status) for n, status in enumerate(statuses)}  # type: ignore[arg-type]
    database.store.write(
        Batch(rows={"artifacts": [*rows, artifact_row(id=90, repository_id=2)]}, contents=contents)
    )
    database.change("UPDATE artifacts SET gone_at = captured_at WHERE id = 7", {})
    assert to_download(database) == [0, 5]


def test_what_expires_first_comes_first_and_what_nobody_knows_last(database: Database) -> None:
    expiries = {10: 300, 11: 100, 12: None, 13: 100, 14: 200, 15: None}
    rows = [
        artifact_row(id=n, expires_at=None if seconds is None else at(seconds))
        for n, seconds in expiries.items()
    ]
    database.store.write(batch(artifacts=rows))
    assert to_download(database) == [11, 13, 14, 10, 12, 15]


def test_artifacts_to_fetch_follow_the_span_of_their_creation(database: Database) -> None:
    rows = [artifact_row(id=n, created_at=at(n)) for n in range(1, 6)]
    database.store.write(batch(artifacts=[*rows, artifact_row(id=9, created_at=None)]))
    assert to_download(database, Span(repository_id=1, created_from=at(2), created_to=at(4))) == [2, 3, 4]
    assert to_download(database, Span(repository_id=1, created_from=at(4))) == [4, 5]
    assert to_download(database, Span(repository_id=1, created_to=at(2))) == [1, 2]
    assert to_download(database, Span(repository_id=1)) == [1, 2, 3, 4, 5, 9]


def test_a_walk_over_many_pages_gives_each_once_while_some_are_settled_and_some_fail(
    database: Database,
) -> None:
    many = 2 * PAGE + 3
    rows = [
        # Many in one second, so that a page ends inside it; a third of unknown expiry.
        artifact_row(id=n, expires_at=None if n % 3 == 0 else at(n // 700))
        for n in range(many)
    ]
    database.store.write(batch(artifacts=rows))
    seen = []
    for artifact in database.store.artifacts_to_download(1):
        seen.append(artifact.artifact_id)
        if artifact.artifact_id % 50 == 0:
            status = Content(status="stored" if artifact.artifact_id % 100 else "failed")
            database.store.write(Batch(contents={artifact.artifact_id: status}))
    assert seen == [*(n for n in range(many) if n % 3), *(n for n in range(many) if n % 3 == 0)]


# -- which attempt made it -----------------------------------------------------------------------------


def test_artifacts_of_unknown_attempt_come_with_what_is_known_of_their_runs(database: Database) -> None:
    database.store.write(
        batch(
            workflow_runs=[run_row(run_attempt=3), run_row(id=1001, run_attempt=None)],
            workflow_run_attempts=[
                attempt_row(run_attempt=1, run_started_at=at(-590)),
                attempt_row(run_attempt=2, run_started_at=None),
                attempt_row(run_attempt=3, run_started_at=at(-90)),
                attempt_row(run_id=1002, run_attempt=1),
            ],
            artifacts=[
                artifact_row(),
                artifact_row(id=701, run_id=1001, created_at=None),
                artifact_row(id=702, run_id=1002),  # its run is not here
                artifact_row(id=703, run_id=None),
                artifact_row(id=704),
                artifact_row(id=705, repository_id=2),
            ],
        )
    )
    database.store.write(Batch(run_attempts={704: (3, True)}, gone_artifacts={700: at(9)}))
    expected = [
        ArtifactOfRun(
            artifact_id=701, created_at=None, run_attempt=None, run_seen_at=at(0), attempts_started={}
        ),
        ArtifactOfRun(
            artifact_id=700,
            created_at=at(-510),
            run_attempt=3,
            run_seen_at=at(0),
            attempts_started={1: at(-590), 3: at(-90)},
        ),
    ]
    for _ in range(2):  # what cannot be decided comes again
        assert list(database.store.artifacts_of_unknown_attempt(1)) == expected


def test_a_walk_over_artifacts_of_unknown_attempt_goes_on_over_pages_while_they_are_decided(
    database: Database,
) -> None:
    many = 2 * PAGE + 1
    database.store.write(
        batch(
            workflow_runs=[run_row(id=n) for n in range(many)],
            workflow_run_attempts=[attempt_row(run_id=n, run_started_at=at(n)) for n in range(many)],
            artifacts=[artifact_row(id=n, run_id=n) for n in range(many)],
        )
    )
    seen = []
    for artifact in database.store.artifacts_of_unknown_attempt(1):
        assert artifact.attempts_started == {1: at(artifact.artifact_id)}
        seen.append(artifact.artifact_id)
        if len(seen) % 100 == 0:
            database.store.write(Batch(run_attempts=dict.fromkeys(seen[-100:], (1, False))))
    assert seen == list(range(many - 1, -1, -1))
    assert len(list(database.store.artifacts_of_unknown_attempt(1))) == 1


# -- what is known -------------------------------------------------------------------------------------


def test_artifacts_are_counted_from_the_second_of_their_creation_without_those_that_are_gone(
    database: Database,
) -> None:
    rows = [artifact_row(id=n, created_at=at(n)) for n in range(5)]
    others = [artifact_row(id=90, created_at=at(4), repository_id=2), artifact_row(id=91, created_at=None)]
    database.store.write(Batch(rows={"artifacts": [*rows, *others]}, gone_artifacts={3: at(9)}))
    assert database.store.count_artifacts_since(1, at(2)) == 2
    assert database.store.count_artifacts_since(1, at(5)) == 0


def test_ids_that_have_a_row_are_known(database: Database) -> None:
    many = PAGE + 100
    database.store.write(batch(artifacts=[artifact_row(id=n) for n in range(0, many, 2)]))
    assert database.store.known_artifacts(range(many)) == set(range(0, many, 2))
    assert database.store.known_artifacts([]) == set()


# -- summary -------------------------------------------------------------------------------------------


def summary(status: str, artifacts: int, size: int, expiry: datetime | None, *files: int) -> ArtifactSummary:
    count, every, once = files or (0, 0, 0)
    return ArtifactSummary(
        repository_id=1,
        content_status=status,  # type: ignore[arg-type]
        artifacts=artifacts,
        size_in_bytes=size,
        next_expires_at=expiry,
        stored_files=count,
        stored_bytes=every,
        distinct_bytes=once,
    )


def test_a_summary_tells_how_many_how_large_how_long_and_what_is_in_the_storage(database: Database) -> None:
    artifacts = [
        artifact_row(id=1, size_in_bytes=100, expires_at=at(10)),
        artifact_row(id=2, size_in_bytes=None, expires_at=at(70)),
        artifact_row(id=3, size_in_bytes=30, expires_at=at(80)),
        artifact_row(id=4, size_in_bytes=5, expires_at=at(65)),
        artifact_row(id=5, size_in_bytes=5, expires_at=None),
        artifact_row(id=6, repository_id=2),
    ]
    files = [
        file_row(artifact_id=4, position=0, size_bytes=7),
        file_row(artifact_id=4, position=1, size_bytes=7),
        file_row(artifact_id=5, position=0, size_bytes=7),
        file_row(artifact_id=5, position=1, size_bytes=2, sha256="cd" * 32, storage_key="cd/x"),
        file_row(artifact_id=5, position=2, size_bytes=900, status="skipped", storage_key=None),
        file_row(artifact_id=6, size_bytes=7, repository_id=2),
    ]
    contents = {n: Content(status="stored") for n in (4, 5)}
    database.store.write(
        Batch(
            rows={"artifacts": artifacts, "artifact_files": files},
            contents=contents,
            gone_artifacts={4: at(1)},
        )
    )
    database.store.write(Batch(contents={3: Content(status="failed")}))
    own = [
        summary("failed", 1, 30, at(80)),
        summary("pending", 2, 100, at(70)),
        summary("stored", 2, 10, None, 4, 23, 9),
    ]
    assert database.store.artifact_summary(1, now=at(60)) == own
    everywhere = database.store.artifact_summary(now=at(60))
    assert [line for line in everywhere if line.repository_id == 1] == own
    assert [(line.content_status, line.artifacts) for line in everywhere if line.repository_id == 2] == [
        ("pending", 1)
    ]
    assert database.store.artifact_summary(3, now=at(60)) == []


# -- starting over -------------------------------------------------------------------------------------


def test_artifacts_with_a_status_are_put_back_to_pending_unless_they_are_gone(database: Database) -> None:
    statuses = ["failed", "rejected", "skipped", "stored", "failed", "pending"]
    rows = [artifact_row(id=n, repository_id=1) for n in range(len(statuses))]
    contents = {n: Content(status=status, reason="so") for n, status in enumerate(statuses)}  # type: ignore[arg-type]
    other = artifact_row(id=90, repository_id=2)
    database.store.write(
        Batch(
            rows={"artifacts": [*rows, other]},
            contents=contents | {90: Content(status="failed", reason="so")},
        )
    )
    database.change("UPDATE artifacts SET gone_at = captured_at WHERE id = 4", {})
    assert database.store.reset_contents(1, {"failed", "rejected", "pending"}) == 2
    found = {row["id"]: (row["content_status"], row["content_reason"]) for row in database.rows("artifacts")}
    assert found == {
        0: ("pending", None),
        1: ("pending", None),
        2: ("skipped", "so"),
        3: ("stored", "so"),
        4: ("failed", "so"),
        5: ("pending", "so"),
        90: ("failed", "so"),
    }
    assert database.store.reset_contents(1, []) == 0


def test_every_question_is_answered_on_an_empty_database(database: Database) -> None:
    store = database.store
    assert to_download(database) == list(store.artifacts_of_unknown_attempt(1)) == []
    assert store.count_artifacts_since(1, at(0)) == 0
    assert store.known_artifacts([1]) == set()
    assert store.artifact_summary(now=at(0)) == []
