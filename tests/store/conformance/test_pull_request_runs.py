"""The view that says which runs belong to which pull request, and why."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import at, batch, pull_row, run_row

FORK = 77
OTHER_FORK = 78
HOUR = 3600


def matches(database: Database) -> list[tuple[int, int, str]]:
    """(pull request, run, why), of every repository."""
    rows = database.query(
        "SELECT pull_request_number, run_id, matched_by FROM pull_request_runs ORDER BY 1, 2, 3"
    )
    return [(row["pull_request_number"], row["run_id"], row["matched_by"]) for row in rows]


def branch_run(**values: Any) -> dict[str, Any]:
    """A run of the branch of `pull_row` while it is open, of another commit than its head."""
    return run_row(
        **{
            "head_branch": "fix-it",
            "head_sha": "b" * 40,
            "pull_request_numbers": [],
            "created_at": at(-600),
        }
        | values
    )


def test_a_run_of_the_head_a_run_of_the_branch_and_a_listed_run_are_the_pull_requests(
    database: Database,
) -> None:
    database.store.write(
        batch(
            pull_requests=pull_row(),
            workflow_runs=[
                branch_run(id=1, head_branch="elsewhere", pull_request_numbers=[12]),
                branch_run(id=2, head_branch="elsewhere", head_sha="c" * 40),
                branch_run(id=3),
                branch_run(id=4, head_branch="elsewhere"),
            ],
        )
    )
    assert matches(database) == [(12, 1, "listed"), (12, 2, "head_sha"), (12, 3, "head_branch")]
    rows = database.query("SELECT * FROM pull_request_runs WHERE run_id = 2")
    assert rows == [
        {"repository_id": 1, "pull_request_number": 12, "run_id": 2, "matched_by": "head_sha"},
    ]


def test_a_pair_comes_once_with_its_strongest_reason(database: Database) -> None:
    database.store.write(
        batch(
            pull_requests=pull_row(),
            workflow_runs=[
                branch_run(id=1, head_sha="c" * 40, pull_request_numbers=[12]),
                branch_run(id=2, head_sha="c" * 40),
                branch_run(id=3, pull_request_numbers=[12, 12]),
                branch_run(id=4, pull_request_numbers=[13]),
            ],
        )
    )
    assert matches(database) == [
        (12, 1, "listed"),
        (12, 2, "head_sha"),
        (12, 3, "listed"),
        (12, 4, "head_branch"),
        (13, 4, "listed"),
    ]


def test_a_listed_pull_request_need_not_be_captured(database: Database) -> None:
    database.store.write(batch(workflow_runs=run_row(pull_request_numbers=[3, 5])))
    assert matches(database) == [(3, 1000, "listed"), (5, 1000, "listed")]


def test_a_branch_of_that_name_in_another_fork_is_another_branch(database: Database) -> None:
    database.store.write(
        batch(
            pull_requests=pull_row(head_repository_id=FORK),
            workflow_runs=[
                branch_run(id=1, head_repository_id=FORK),
                branch_run(id=2, head_repository_id=OTHER_FORK),
                branch_run(id=3, head_repository_id=1),
                branch_run(id=4, head_repository_id=None),
            ],
        )
    )
    assert matches(database) == [(12, 1, "head_branch")]


def test_the_branch_of_a_fork_that_is_gone_is_nobodys_but_its_head_is_known(database: Database) -> None:
    database.store.write(
        batch(
            pull_requests=pull_row(head_repository_id=None),
            workflow_runs=[
                branch_run(id=1, head_repository_id=None),
                branch_run(id=2, head_repository_id=None, head_sha="c" * 40),
            ],
        )
    )
    assert matches(database) == [(12, 2, "head_sha")]


def test_an_open_pull_request_has_the_runs_of_its_branch_since_it_was_created(database: Database) -> None:
    times = {1: -7201, 2: -7200, 3: 10 * HOUR}
    runs = [branch_run(id=n, created_at=at(second)) for n, second in times.items()]
    database.store.write(batch(pull_requests=pull_row(created_at=at(-7200)), workflow_runs=runs))
    assert matches(database) == [(12, 2, "head_branch"), (12, 3, "head_branch")]


def test_a_closed_pull_request_has_them_until_an_hour_after(database: Database) -> None:
    times = {1: 0, 2: HOUR, 3: HOUR + 1}
    runs = [branch_run(id=n, created_at=at(second)) for n, second in times.items()]
    database.store.write(
        batch(pull_requests=pull_row(state="closed", closed_at=at(0)), workflow_runs=runs),
    )
    assert matches(database) == [(12, 1, "head_branch"), (12, 2, "head_branch")]


def test_of_two_pull_requests_of_one_branch_each_has_the_runs_of_its_time(database: Database) -> None:
    first = pull_row(id=1, number=1, head_sha=None, created_at=at(0), closed_at=at(100), state="closed")
    second = pull_row(id=2, number=2, head_sha=None, created_at=at(2 * HOUR))
    runs = [branch_run(id=10, created_at=at(50)), branch_run(id=20, created_at=at(3 * HOUR))]
    database.store.write(batch(pull_requests=[first, second], workflow_runs=runs))
    assert matches(database) == [(1, 10, "head_branch"), (2, 20, "head_branch")]


def test_what_nobody_knows_matches_nothing(database: Database) -> None:
    unknown = {"head_sha": None, "head_branch": None, "head_repository_id": None, "created_at": None}
    pull = pull_row(head_sha=None, head_ref=None, head_repository_id=None, created_at=None)
    database.store.write(batch(pull_requests=pull, workflow_runs=branch_run(**unknown)))
    assert matches(database) == []


@pytest.mark.parametrize("why", ["listed", "head_sha", "head_branch"])
def test_a_run_of_another_repository_belongs_to_nobody_here(database: Database, why: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "listed": {"pull_request_numbers": [12], "head_branch": None},
        "head_sha": {"head_sha": "c" * 40},
        "head_branch": {"head_repository_id": FORK},
    }
    # The fork runs workflows of its own, under its own id.
    runs = [branch_run(id=1, repository_id=FORK, **values[why])]
    database.store.write(batch(pull_requests=pull_row(head_repository_id=FORK), workflow_runs=runs))
    rows = database.query("SELECT repository_id, matched_by FROM pull_request_runs")
    assert rows == ([{"repository_id": FORK, "matched_by": "listed"}] if why == "listed" else [])


def test_many_runs_are_matched_as_one_by_one(database: Database) -> None:
    pulls = [
        pull_row(
            id=n,
            number=n,
            head_sha=f"{n:040}",
            head_ref=f"topic-{n % 7}",
            head_repository_id=FORK + n % 3,
            created_at=at(n),
            closed_at=None if n % 4 == 0 else at(n + 40),
        )
        for n in range(1, 60)
    ]
    runs = [
        branch_run(
            id=n,
            head_sha=f"{n % 90:040}",
            head_branch=f"topic-{n % 5}",
            head_repository_id=FORK + n % 4,
            created_at=at(n * 20),
            pull_request_numbers=[n % 60] if n % 10 == 0 else [],
        )
        for n in range(1, 400)
    ]
    database.store.write(batch(pull_requests=pulls, workflow_runs=runs))
    expected = {
        (pull["number"], run["id"], reason)
        for pull in pulls
        for run in runs
        if (reason := why(pull, run)) is not None
    }
    listed_alone = {(0, run["id"], "listed") for run in runs if run["pull_request_numbers"] == [0]}
    assert {reason for _, _, reason in expected} == {"listed", "head_sha", "head_branch"}
    assert matches(database) == sorted(expected | listed_alone)


def why(pull: dict[str, Any], run: dict[str, Any]) -> str | None:
    """The rule in plain words."""
    if pull["number"] in run["pull_request_numbers"]:
        return "listed"
    if pull["head_sha"] == run["head_sha"]:
        return "head_sha"
    same = (pull["head_ref"], pull["head_repository_id"]) == (run["head_branch"], run["head_repository_id"])
    begun = run["created_at"] >= pull["created_at"]
    over = pull["closed_at"] is not None and (run["created_at"] - pull["closed_at"]).total_seconds() > HOUR
    return "head_branch" if same and begun and not over else None
