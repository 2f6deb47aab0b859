"""Runs that GitHub no longer has stay, and say since when."""

from __future__ import annotations

from store_databases import Database
from store_rows import at, run_row

from progressive_capture.lib.normalize.rows import Batch, WholeSpan


def listed(*run_ids: int, created: tuple[int, int] = (0, 100), second: int = 500) -> WholeSpan:
    return WholeSpan(
        repository_id=1,
        created_from=at(created[0]),
        created_to=at(created[1]),
        run_ids=frozenset(run_ids),
        captured_at=at(second),
    )


def gone(database: Database) -> dict[int, object]:
    return {row["id"]: row["gone_at"] for row in database.rows("workflow_runs") if row["gone_at"]}


def store_runs(database: Database) -> None:
    rows = [run_row(id=n, created_at=at(n)) for n in (10, 20, 30)]
    database.store.write(Batch(rows={"workflow_runs": [*rows, run_row(id=20_002, repository_id=2)]}))


def test_a_run_that_a_whole_listing_does_not_show_is_gone_since_then(database: Database) -> None:
    store_runs(database)
    written = database.store.write(Batch(whole_spans=[listed(10, 30)]))
    assert gone(database) == {20: at(500)}
    assert written.updated == {"workflow_runs": 1}


def test_only_the_span_that_was_listed_tells(database: Database) -> None:
    store_runs(database)
    database.store.write(Batch(whole_spans=[listed(created=(11, 29))]))
    assert gone(database) == {20: at(500)}


def test_being_gone_is_told_once(database: Database) -> None:
    store_runs(database)
    database.store.write(Batch(whole_spans=[listed(10, 30)]))
    written = database.store.write(Batch(whole_spans=[listed(10, 30, second=900)]))
    assert (gone(database), written.updated) == ({20: at(500)}, {})


def test_an_older_listing_does_not_make_a_run_gone_that_was_seen_later(database: Database) -> None:
    database.store.write(
        Batch(rows={"workflow_runs": [run_row(id=20, created_at=at(20), captured_at=at(900))]})
    )
    database.store.write(Batch(whole_spans=[listed(second=500)]))
    assert gone(database) == {}


def test_a_run_that_shows_again_is_not_gone(database: Database) -> None:
    store_runs(database)
    database.store.write(Batch(whole_spans=[listed(10, 30)]))
    again = run_row(id=20, created_at=at(20), captured_at=at(600))
    database.store.write(Batch(rows={"workflow_runs": [again]}, whole_spans=[listed(10, 20, 30, second=600)]))
    assert gone(database) == {}
