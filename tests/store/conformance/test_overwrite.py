"""Which of two observations the store keeps."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    REST_ONLY,
    at,
    attempt_row,
    batch,
    commit_row,
    coverage_row,
    graphql_job,
    repository_row,
    rest_job,
    run_row,
    step,
    workflow_row,
)

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.normalize.rows import Batch


def after(database: Database, table: str, *observations: dict[str, Any]) -> dict[str, Any]:
    """The one row that is left when the observations arrived in this order."""
    store = database.store
    for observation in observations:
        store.write(batch(**{table: observation}))
    return database.row(table)


def test_what_is_written_is_what_is_read_back(database: Database) -> None:
    rows = {
        "repositories": repository_row(),
        "workflows": workflow_row(),
        "commits": commit_row(),
        "workflow_runs": run_row(),
        "workflow_run_attempts": attempt_row(),
        "workflow_jobs": rest_job(),
        "workflow_job_coverage": coverage_row(),
    }
    written = database.store.write(batch(**rows))
    assert written.inserted == dict.fromkeys(rows, 1)
    assert written.updated == {}
    for table, row in rows.items():
        assert {k: v for k, v in database.row(table).items() if k != "gone_at"} == row


def test_a_later_observation_replaces_an_earlier_one(database: Database) -> None:
    store = database.store
    store.write(batch(workflow_runs=run_row(status="in_progress", conclusion=None)))
    written = store.write(batch(workflow_runs=run_row(captured_at=at(5), actor_login=None)))
    assert (written.inserted, written.updated) == ({}, {"workflow_runs": 1})
    row = database.row("workflow_runs")
    assert (row["status"], row["conclusion"], row["actor_login"]) == ("completed", "success", None)
    assert row["captured_at"] == at(5)


def test_an_earlier_observation_never_replaces_a_later_one(database: Database) -> None:
    row = after(
        database,
        "workflow_runs",
        run_row(captured_at=at(5)),
        run_row(captured_at=at(4), status="in_progress", run_attempt=9, updated_at=at(900)),
    )
    assert (row["status"], row["run_attempt"], row["captured_at"]) == ("completed", 1, at(5))


def test_an_observation_that_says_nothing_new_touches_no_row(database: Database) -> None:
    store = database.store
    rows = {
        "workflow_runs": run_row(),
        "workflow_jobs": rest_job(),
        "workflow_job_coverage": coverage_row(),
        "repositories": repository_row(),
    }
    store.write(batch(**rows))
    written = store.write(batch(**{table: row | {"captured_at": at(99)} for table, row in rows.items()}))
    assert (written.inserted, written.updated) == ({}, {})
    assert {database.row(table)["captured_at"] for table in rows} == {at(0)}


# Of two runs seen in the same second, the first of each pair is the one to keep: the higher attempt before
# the later update, the later update before the more final status.
TIES = [
    ({"run_attempt": 2, "updated_at": at(-90), "status": "queued"}, {"run_attempt": 1}),
    ({"run_attempt": 1}, {"run_attempt": None}),
    ({"updated_at": at(-30), "status": "queued"}, {"updated_at": at(-40)}),
    ({"updated_at": at(-30)}, {"updated_at": None}),
    ({"status": "completed"}, {"status": "in_progress"}),
    ({"status": "in_progress"}, {"status": "queued"}),
    ({"status": "in_progress"}, {"status": "a word that GitHub may add"}),
]


@pytest.mark.parametrize(("winner", "loser"), TIES)
@pytest.mark.parametrize("winner_comes_first", [True, False])
def test_in_the_same_second_the_further_state_wins(
    database: Database, winner: dict[str, Any], loser: dict[str, Any], winner_comes_first: bool
) -> None:
    both = [run_row(**winner, event="winner"), run_row(**loser, event="loser")]
    row = after(database, "workflow_runs", *(both if winner_comes_first else reversed(both)))
    assert row["event"] == "winner"


def test_what_nothing_tells_apart_stays_as_it_came_first(database: Database) -> None:
    row = after(database, "workflow_runs", run_row(event="first"), run_row(event="second"))
    assert row["event"] == "first"


def test_a_state_that_went_and_came_back_is_kept_right_only_in_order_of_time(database: Database) -> None:
    """The documented price of not touching rows that say nothing new."""
    one, two, again = (
        run_row(captured_at=at(1), head_branch="main"),
        run_row(captured_at=at(2), head_branch="trunk"),
        run_row(captured_at=at(3), head_branch="main"),
    )
    assert after(database, "workflow_runs", one, two, again)["head_branch"] == "main"
    one, two, again = (row | {"id": 1001} for row in (one, two, again))
    store = database.store
    for row in (one, again, two):
        store.write(batch(workflow_runs=row))
    assert database.row("workflow_runs", id=1001)["head_branch"] == "trunk"


def test_one_thing_twice_in_a_batch_counts_once(database: Database) -> None:
    store = database.store
    written = store.write(
        batch(
            workflow_runs=[
                run_row(status="queued"),
                run_row(captured_at=at(1)),
                run_row(id=1001),
                run_row(captured_at=at(-1), status="in_progress"),
            ]
        )
    )
    assert (written.inserted, written.updated) == ({"workflow_runs": 2}, {})
    assert database.row("workflow_runs", id=1000)["status"] == "completed"
    written = store.write(
        batch(workflow_runs=[run_row(captured_at=at(n), event=f"event {n}") for n in (2, 3, 4)])
    )
    assert (written.inserted, written.updated) == ({}, {"workflow_runs": 1})


def test_rows_by_the_thousand_are_counted_right(database: Database) -> None:
    store = database.store
    first = [attempt_row(run_id=n // 3, run_attempt=n % 3 + 1) for n in range(1200)]
    assert store.write(batch(workflow_run_attempts=first)).inserted == {"workflow_run_attempts": 1200}
    later = [row | {"captured_at": at(1), "conclusion": "success"} for row in first[1100:]]
    new = [attempt_row(run_id=9000 + n) for n in range(700)]
    written = store.write(batch(workflow_run_attempts=[*first[:1100], *later, *new]))
    assert written.inserted == {"workflow_run_attempts": 700}
    assert written.updated == {"workflow_run_attempts": 100}


def test_rows_of_no_table_are_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="no table passwords"):
        database.store.write(batch(passwords={"id": 1}))
    with pytest.raises(StoreError, match="no observations"):
        database.store.write(batch(progressive_capture_jobs={"id": "1"}))


def test_a_row_without_all_of_its_keys_stores_nothing_of_its_batch(database: Database) -> None:
    broken = run_row(id=1001)
    del broken["created_at"]
    with pytest.raises(StoreError):
        database.store.write(batch(workflow_run_attempts=attempt_row(), workflow_runs=[run_row(), broken]))
    with pytest.raises(StoreError, match="has no 'id'"):
        database.store.write(batch(workflow_run_attempts=attempt_row(), workflow_runs={"name": "CI"}))
    assert database.rows("workflow_runs") == database.rows("workflow_run_attempts") == []


# -- jobs, which two sources tell of -------------------------------------------------------------------


@pytest.mark.parametrize("rest_comes_first", [True, False])
@pytest.mark.parametrize("rest_is_newer", [True, False])
def test_graphql_never_takes_away_what_rest_knew_whatever_their_order(
    database: Database, rest_comes_first: bool, rest_is_newer: bool
) -> None:
    rest = rest_job(captured_at=at(2 if rest_is_newer else 1), name="by rest")
    graphql = graphql_job(captured_at=at(1 if rest_is_newer else 2), name="by graphql")
    row = after(database, "workflow_jobs", *((rest, graphql) if rest_comes_first else (graphql, rest)))
    assert {name: row[name] for name in REST_ONLY} == {name: rest[name] for name in REST_ONLY}
    assert row["source"] == "rest"
    assert row["steps"] == [step(1), step(2)]
    assert row["name"] == ("by rest" if rest_is_newer else "by graphql")
    assert row["captured_at"] == at(2)


@pytest.mark.parametrize("in_order", [True, False])
def test_rest_is_believed_on_what_graphql_only_copies_from_the_run(
    database: Database, in_order: bool
) -> None:
    rest = rest_job(captured_at=at(1), workflow_name="CI before its renaming")
    graphql = graphql_job(captured_at=at(2), workflow_name="CI")
    row = after(database, "workflow_jobs", *((rest, graphql) if in_order else (graphql, rest)))
    assert row["workflow_name"] == "CI before its renaming"


def test_a_later_rest_answer_corrects_an_earlier_one(database: Database) -> None:
    row = after(
        database, "workflow_jobs", rest_job(), rest_job(captured_at=at(1), runner_name="runner-13", labels=[])
    )
    assert (row["runner_name"], row["labels"]) == ("runner-13", [])


def test_the_mark_of_a_carried_job_is_filled_in_and_never_erased(database: Database) -> None:
    marked = rest_job(captured_at=at(1), carried_from_job_id=4000)
    row = after(
        database,
        "workflow_jobs",
        rest_job(),
        marked,
        graphql_job(captured_at=at(2)),
        rest_job(captured_at=at(3)),
    )
    assert row["carried_from_job_id"] == 4000


def test_null_never_erases_the_steps_of_a_finished_job(database: Database) -> None:
    row = after(
        database,
        "workflow_jobs",
        graphql_job(steps=[step(1)]),
        graphql_job(captured_at=at(9), completed_at=at(-499)),
    )
    assert (row["steps"], row["completed_at"]) == ([step(1)], at(-499))


def test_a_job_that_moved_on_is_to_be_asked_for_its_steps_again(database: Database) -> None:
    running = graphql_job(status="in_progress", conclusion=None, completed_at=None, steps=[step(1)])
    row = after(database, "workflow_jobs", running, graphql_job(captured_at=at(9)))
    assert (row["status"], row["steps"]) == ("completed", None)


def test_a_job_that_still_runs_keeps_the_steps_it_has(database: Database) -> None:
    running = graphql_job(status="in_progress", conclusion=None, completed_at=None)
    row = after(
        database,
        "workflow_jobs",
        running | {"steps": [step(1, completed_at=None)]},
        running | {"captured_at": at(5)},
        running | {"captured_at": at(9), "steps": [step(1), step(2)]},
    )
    assert row["steps"] == [step(1), step(2)]


def test_older_steps_fill_a_gap_when_both_saw_the_job_finished(database: Database) -> None:
    row = after(
        database,
        "workflow_jobs",
        graphql_job(captured_at=at(9)),
        graphql_job(captured_at=at(1), steps=[step(1)]),
    )
    assert (row["steps"], row["captured_at"]) == ([step(1)], at(9))


def test_older_steps_of_a_running_job_do_not_pass_for_those_of_the_finished_one(database: Database) -> None:
    running = graphql_job(status="in_progress", conclusion=None, completed_at=None, steps=[step(1)])
    row = after(database, "workflow_jobs", graphql_job(captured_at=at(9)), running)
    assert row["steps"] is None


def test_a_job_without_steps_differs_from_one_that_was_never_asked(database: Database) -> None:
    row = after(database, "workflow_jobs", graphql_job(), graphql_job(captured_at=at(1), steps=[]))
    assert row["steps"] == []
    assert database.query("SELECT COUNT(*) AS asked FROM workflow_jobs WHERE steps IS NOT NULL") == [
        {"asked": 1}
    ]


def test_a_row_that_rest_does_not_list_and_graphql_gave_goes(database: Database) -> None:
    store = database.store
    store.write(
        batch(
            workflow_jobs=[
                graphql_job(),
                graphql_job(id=5001, name="Test report"),
                rest_job(id=5002),
                graphql_job(id=5003, run_id=1001),
            ]
        )
    )
    store.write(Batch(rows={"workflow_jobs": [rest_job(captured_at=at(1))]}, jobs_listed={1000: {5000}}))
    # 5002 came from REST: that it is not listed now does not make it a foreign check run.
    assert [row["id"] for row in database.rows("workflow_jobs")] == [5000, 5002, 5003]


# -- coverage of jobs --------------------------------------------------------------------------------


@pytest.mark.parametrize("in_order", [True, False])
def test_the_newest_coverage_wins_and_in_one_second_the_deeper(database: Database, in_order: bool) -> None:
    jobs, full = coverage_row(job_count=4), coverage_row(depth="full", job_count=5)
    row = after(database, "workflow_job_coverage", *((jobs, full) if in_order else (full, jobs)))
    assert (row["depth"], row["job_count"]) == ("full", 5)
    database.store.write(batch(workflow_job_coverage=coverage_row(captured_at=at(1), run_attempt=2)))
    assert database.row("workflow_job_coverage")["depth"] == "jobs"


# -- what GitHub deleted -----------------------------------------------------------------------------


def test_a_run_that_is_gone_stays_and_says_so(database: Database) -> None:
    store = database.store
    store.write(batch(workflow_runs=[run_row(), run_row(id=1001)]))
    written = store.write(Batch(gone_runs={1000: at(5), 4444: at(5)}))
    assert written.updated == {"workflow_runs": 1}
    assert [row["gone_at"] for row in database.rows("workflow_runs")] == [at(5), None]
    assert store.write(Batch(gone_runs={1000: at(9)})).updated == {}
    assert database.row("workflow_runs", id=1000)["gone_at"] == at(5)


@pytest.mark.parametrize("in_order", [True, False])
def test_a_run_that_github_shows_again_is_not_gone(database: Database, in_order: bool) -> None:
    store = database.store
    store.write(batch(workflow_runs=run_row()))
    news = [Batch(gone_runs={1000: at(5)}), batch(workflow_runs=run_row(captured_at=at(7), event="later"))]
    for news_item in news if in_order else reversed(news):
        store.write(news_item)
    assert database.row("workflow_runs")["gone_at"] is None


def test_an_older_sight_of_a_run_does_not_bring_it_back(database: Database) -> None:
    store = database.store
    store.write(batch(workflow_runs=run_row()))
    store.write(Batch(gone_runs={1000: at(5)}))
    store.write(batch(workflow_runs=run_row(captured_at=at(4), event="later")))
    row = database.row("workflow_runs")
    assert (row["gone_at"], row["event"]) == (at(5), "later")


@pytest.mark.parametrize("newest_first", [False, True])
def test_pull_request_numbers_are_not_emptied_when_the_pull_request_is_merged(
    database: Database, newest_first: bool
) -> None:
    observations = [
        run_row(pull_request_numbers=[3, 7]),
        run_row(captured_at=at(5), pull_request_numbers=[], display_title="Merged"),
    ]
    row = after(database, "workflow_runs", *(reversed(observations) if newest_first else observations))
    assert (row["pull_request_numbers"], row["display_title"]) == ([3, 7], "Merged")


def test_other_pull_request_numbers_replace_older_ones(database: Database) -> None:
    row = after(
        database,
        "workflow_runs",
        run_row(pull_request_numbers=[3]),
        run_row(captured_at=at(5), pull_request_numbers=[4]),
    )
    assert row["pull_request_numbers"] == [4]
