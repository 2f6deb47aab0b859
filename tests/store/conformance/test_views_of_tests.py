"""The views of test results: a test's history, and tests that did both on one and the same tree."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import pytest
from store_databases import Database
from store_rows import artifact_row, at, batch, commit_row, result_row, run_row, workflow_row

from progressive_capture.lib.normalize.rows import Batch

fresh = count(1)


def moment(value: Any) -> datetime:
    """A time as any database shows it in a view."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def measure(
    database: Database, *statuses: str, run: int = 1000, artifact: dict[str, Any] | None = None, **test: Any
) -> None:
    """An artifact of a run with one result of the test for each status, in this order."""
    artifact_id = next(fresh)
    results = [
        result_row(artifact_id=artifact_id, position=n, run_id=run, status=status, **test)
        for n, status in enumerate(statuses)
    ]
    row = artifact_row(id=artifact_id, run_id=run, **artifact or {})
    database.store.write(batch(artifacts=row, test_results=results))


def runs(database: Database, **shas: str) -> None:
    """Runs 1, 2, … of these commits, each created so many seconds after noon."""
    rows = [
        run_row(id=n, head_sha=sha, created_at=at(n))
        for n, sha in ((int(name[1:]), shas[name]) for name in shas)
    ]
    database.store.write(batch(workflow_runs=rows))


def trees(database: Database, **trees: str | None) -> None:
    rows = [commit_row(sha=sha, tree_id=tree) for sha, tree in trees.items()]
    database.store.write(batch(commits=rows))


def flaky(database: Database) -> list[dict[str, Any]]:
    return database.query("SELECT * FROM flaky_tests ORDER BY workflow_id, artifact_name, suite, name")


# -- history -------------------------------------------------------------------------------------------


def test_a_result_comes_with_all_that_its_run_says(database: Database) -> None:
    database.store.write(
        Batch(
            rows={
                "workflow_runs": [run_row(event="pull_request", head_branch="fix")],
                "commits": [commit_row()],
                "artifacts": [artifact_row()],
                "test_results": [result_row(status="failed", rerun=True, run_attempt=2)],
            },
            run_attempts={700: (2, True)},
        )
    )
    (row,) = database.query("SELECT * FROM test_history")
    row["created_at"] = moment(row["created_at"])
    assert row == {
        "repository_id": 1,
        "suite": "unit",
        "classname": "tests.test_sums",
        "name": "test_one_and_one",
        "artifact_id": 700,
        "artifact_name": "test-results",
        "run_id": 1000,
        "run_attempt": 2,
        "workflow_id": 50,
        "workflow_name": "CI",
        "head_branch": "fix",
        "head_sha": "a" * 40,
        "tree_id": "b" * 40,
        "event": "pull_request",
        "status": "failed",
        "rerun": True,
        "duration_seconds": 0.25,
        "created_at": at(-600),
    }


def test_a_result_whose_run_was_not_captured_is_in_the_history_with_what_the_artifact_says(
    database: Database,
) -> None:
    database.store.write(Batch(rows={"artifacts": [artifact_row()]}, run_attempts={700: (3, True)}))
    database.store.write(batch(test_results=[result_row(), result_row(artifact_id=9, run_id=None)]))
    orphan, known = database.query("SELECT * FROM test_history ORDER BY artifact_id")
    assert (known["head_branch"], known["head_sha"], known["run_attempt"]) == ("main", "a" * 40, 3)
    assert (known["workflow_id"], known["event"], known["created_at"]) == (None, None, None)
    assert (orphan["artifact_name"], orphan["head_sha"], orphan["status"]) == (None, None, "passed")


def test_a_run_without_a_name_has_its_workflows(database: Database) -> None:
    database.store.write(
        batch(
            workflow_runs=run_row(name=None),
            workflows=workflow_row(name="Nightly"),
            artifacts=artifact_row(),
            test_results=result_row(),
        )
    )
    (row,) = database.query("SELECT * FROM test_history")
    assert row["workflow_name"] == "Nightly"


def test_every_result_is_in_the_history_once(database: Database) -> None:
    runs(database, _1="sha")
    # A commit of the same name in another repository is another commit.
    database.store.write(batch(commits=[commit_row(sha="sha"), commit_row(sha="sha", repository_id=2)]))
    measure(database, "failed", "passed", "skipped", "error", run=1)
    rows = database.query("SELECT status FROM test_history")
    assert sorted(row["status"] for row in rows) == ["error", "failed", "passed", "skipped"]


# -- flaky tests ---------------------------------------------------------------------------------------


def test_a_test_that_failed_and_passed_on_one_tree_is_flaky(database: Database) -> None:
    runs(database, _1="one", _2="two", _3="three", _4="four")
    trees(database, one="T", two="T", three="U", four="V")
    database.store.write(batch(workflows=workflow_row()))
    measure(database, "failed", run=1)
    measure(database, "passed", run=2)  # another commit, the same tree
    measure(database, "failed", "passed", "skipped", "passed", run=3)  # tried again inside one report
    measure(database, "failed", run=4)  # a tree that only failed tells nothing
    (row,) = flaky(database)
    row |= {name: moment(row[name]) for name in ("first_at", "last_at")}
    assert row == {
        "repository_id": 1,
        "workflow_id": 50,
        "workflow_name": "CI",
        "artifact_name": "test-results",
        "suite": "unit",
        "classname": "tests.test_sums",
        "name": "test_one_and_one",
        "passes": 3,
        "failures": 2,
        "trees": 2,
        "first_at": at(1),
        "last_at": at(3),
    }


def test_where_the_commit_is_not_known_its_name_stands_for_its_tree(database: Database) -> None:
    runs(database, _1="one", _2="one", _3="two", _4="three")
    trees(database, three=None)
    measure(database, "error", run=1)
    measure(database, "passed", run=2)
    measure(database, "passed", run=3)
    measure(database, "failed", "passed", run=4)
    (row,) = flaky(database)
    assert (row["passes"], row["failures"], row["trees"]) == (2, 2, 2)


# Two results on one tree that are no two results of one test.
DIFFERENT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"name": "a"}, {"name": "b"}),
    ({"classname": "a"}, {"classname": "b"}),
    ({"classname": None}, {"classname": ""}),
    ({"suite": "a"}, {"suite": None}),
    ({"name": None}, {"name": None}),
    ({"artifact": {"name": "linux"}}, {"artifact": {"name": "windows"}}),
    ({"run": 1}, {"run": 2}),
    ({"run": 1}, {"run": 3}),
    ({"run": 1}, {"run": 404}),
    ({"status": "failed"}, {"status": "skipped"}),
    ({"status": "passed"}, {"status": "passed"}),
    ({"status": "failed"}, {"status": "error"}),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_tests_workflows_artifacts_and_trees_are_not_compared(
    database: Database, one: dict[str, Any], other: dict[str, Any]
) -> None:
    database.store.write(
        batch(
            workflow_runs=[
                run_row(id=1, head_sha="one"),
                run_row(id=2, head_sha="one", workflow_id=51),
                run_row(id=3, head_sha="two"),
            ]
        )
    )
    for status, values in (("failed", one), ("passed", other)):
        values = {"run": 1} | values  # noqa: PLW2901
        measure(database, values.pop("status", status), **values)
    assert flaky(database) == []


def test_a_test_without_suite_or_classname_is_compared_all_the_same(database: Database) -> None:
    runs(database, _1="one")
    measure(database, "failed", run=1, suite=None, classname=None)
    measure(database, "passed", run=1, suite=None, classname=None)
    (row,) = flaky(database)
    assert (row["suite"], row["classname"], row["passes"], row["failures"]) == (None, None, 1, 1)


def test_every_flaky_test_has_a_row_for_each_workflow_and_artifact_name(database: Database) -> None:
    runs(database, _1="one")
    database.store.write(batch(workflow_runs=run_row(id=2, head_sha="one", workflow_id=51, name="Nightly")))
    for run, name in ((1, "linux"), (1, "windows"), (2, "linux")):
        measure(database, "failed", "passed", run=run, artifact={"name": name})
    assert [(row["workflow_name"], row["artifact_name"]) for row in flaky(database)] == [
        ("CI", "linux"),
        ("CI", "windows"),
        ("Nightly", "linux"),
    ]
