"""What the client makes of GitHub's REST answers, and what the normalizers make of that."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from recording import Recorded, Simulated

from github_simulator.process import Simulator
from progressive_capture.lib.errors import NotFoundError
from progressive_capture.lib.normalize.carried import mark_carried
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.repositories import repository_row
from progressive_capture.lib.normalize.runs import attempt_row, commit_row, run_row
from progressive_capture.lib.normalize.workflows import workflow_row

PAGE = 100
FORMER_NAME = "octo/former-example"


def five_are_the_most(simulator: Simulator) -> None:
    simulator.fault("status", status=502, path="/actions/runs", above=5, times=None)


def is_a_moment_of_githubs(moment: datetime) -> bool:
    return moment.tzinfo is UTC and moment.microsecond == 0


def test_the_repository_says_who_it_is(recorded: Recorded) -> None:
    answer = recorded.github.repository(recorded.about.repository)
    assert is_a_moment_of_githubs(answer.captured_at)
    row = repository_row(answer.body, captured_at=answer.captured_at)
    assert row["full_name"].lower() == recorded.about.repository.lower()
    assert row["full_name"] == f"{row['owner']}/{row['name']}"
    assert row["html_url"] == f"https://github.com/{row['full_name']}"
    if recorded.is_simulated:
        assert (row["private"], row["default_branch"]) == (False, "main")


def test_a_renamed_repository_answers_under_its_new_name(simulated: Simulated) -> None:
    with simulated() as recorded:
        answer = recorded.github.repository(FORMER_NAME)
        assert answer.body["full_name"] == recorded.about.repository
        jobs = recorded.github.run_jobs(FORMER_NAME, recorded.about.plain).jobs
        assert {job["run_id"] for job in jobs} == {recorded.about.plain}
        assert recorded.github.spent().requests == 3  # the way to the new name is asked for once


def test_workflows_have_names_paths_and_states(recorded: Recorded) -> None:
    pages = list(recorded.github.workflows(recorded.about.repository))
    rows = [
        workflow_row(workflow, repository_id=1, captured_at=page.captured_at)
        for page in pages
        for workflow in page.body["workflows"]
    ]
    assert len({row["id"] for row in rows}) == len(rows) == pages[-1].body["total_count"]
    assert all(row["name"] and row["path"] and row["state"] for row in rows)
    if recorded.is_simulated:
        assert Counter(row["state"] for row in rows) == {"active": 7, "disabled_manually": 1, "deleted": 1}


def test_a_page_of_runs_is_newest_first_and_says_whether_more_follow(recorded: Recorded) -> None:
    page = recorded.github.runs(recorded.about.repository)
    assert is_a_moment_of_githubs(page.captured_at)
    assert len({run["id"] for run in page.runs}) == len(page.runs) == min(PAGE, page.total_count)
    assert page.has_next == (page.total_count > PAGE)
    rows = [run_row(run, repository_id=1, captured_at=page.captured_at) for run in page.runs]
    times = [row["created_at"] for row in rows if row["created_at"] is not None]
    assert len(times) == len(rows)
    assert all(newer >= older for newer, older in pairwise(times))
    assert all(row["head_sha"] and row["event"] and row["status"] and row["node_id"] for row in rows)
    assert all("@" not in (row["path"] or "") for row in rows)
    for run in page.runs:
        attempt = attempt_row(run, repository_id=1, captured_at=page.captured_at)
        assert attempt is not None
        assert (attempt["run_id"], attempt["run_attempt"]) == (run["id"], run["run_attempt"])
        commit = commit_row(run, repository_id=1, captured_at=page.captured_at)
        assert commit is None or commit["sha"] == run["head_sha"]
    if recorded.is_simulated:
        assert len(rows) == 6
        assert [row["status"] == "completed" for row in rows].count(False) == 1


def test_a_span_of_created_holds_what_was_created_in_it(recorded: Recorded) -> None:
    run = recorded.github.run(recorded.about.repository, recorded.about.plain).body
    second = run["created_at"]
    page = recorded.github.runs(recorded.about.repository, created=f"{second}..{second}")
    assert run["id"] in {each["id"] for each in page.runs}
    assert {each["created_at"] for each in page.runs} == {second}
    if recorded.is_simulated:
        assert (len(page.runs), page.total_count, page.has_next) == (1, 1, False)


def test_an_earlier_attempt_is_the_run_as_it_was_then(recorded: Recorded) -> None:
    github, about = recorded.github, recorded.about
    latest = github.run(about.repository, about.rerun)
    first = github.run_attempt(about.repository, about.rerun, 1)
    rows = [attempt_row(each.body, repository_id=1, captured_at=each.captured_at) for each in (first, latest)]
    before, after = rows
    assert before is not None
    assert after is not None
    assert before["run_id"] == after["run_id"] == about.rerun
    assert before["run_attempt"] == 1
    assert (before["status"], after["status"]) == ("completed", "completed")
    assert first.body["created_at"] == latest.body["created_at"]
    if recorded.is_simulated:
        assert after["run_attempt"] == 2
        assert before["conclusion"] == "failure"
        assert before["run_started_at"] is not None
        assert after["run_started_at"] is not None
        assert before["run_started_at"] < after["run_started_at"]


def test_jobs_of_a_run_are_those_of_every_attempt(recorded: Recorded) -> None:
    github, about = recorded.github, recorded.about
    attempts = github.run(about.repository, about.rerun).body["run_attempt"]
    answer = github.run_jobs(about.repository, about.rerun)
    rows = mark_carried(
        rest_job_row(job, repository_id=1, captured_at=answer.captured_at) for job in answer.jobs
    )
    assert rows
    assert {row["run_id"] for row in rows} == {about.rerun}
    assert {row["run_attempt"] for row in rows} == set(range(1, attempts + 1))
    assert {row["source"] for row in rows} == {"rest"}
    for row in rows:
        assert row["labels"] is not None
        assert row["steps"] is not None
        numbers = [step["number"] for step in row["steps"]]
        assert numbers == sorted(set(numbers))
    by_id = {row["id"]: row for row in rows}
    carried = [row for row in rows if row["carried_from_job_id"] is not None]
    for row in carried:
        original = by_id[row["carried_from_job_id"] or 0]
        assert (original["name"], original["started_at"]) == (row["name"], row["started_at"])
        assert (original["run_attempt"] or 0) < (row["run_attempt"] or 0)
    if recorded.is_simulated:
        assert attempts == 2
        assert len(carried) == 2


def test_what_is_not_there_is_not_found(recorded: Recorded) -> None:
    name = recorded.about.repository
    for ask in (
        lambda: recorded.github.repository(f"{name}-that-nobody-made"),
        lambda: recorded.github.run(name, 1),
        lambda: recorded.github.run_jobs(name, 1),
    ):
        with pytest.raises(NotFoundError) as missing:
            ask()
        assert (missing.value.status, missing.value.exit_code) == (404, 3)
        assert missing.value.hint


def test_the_budget_is_what_github_says_is_left(recorded: Recorded) -> None:
    assert recorded.github.budget() == {}
    recorded.github.repository(recorded.about.repository)
    first = recorded.github.budget()["core"]
    recorded.github.repository(recorded.about.repository)
    second = recorded.github.budget()["core"]
    assert 0 <= second.remaining < first.remaining < first.limit == second.limit
    assert 0 < second.resets_in_seconds <= 3600
    assert second.spendable < second.remaining  # a share stays untouched
    assert recorded.github.spent().requests == 2
    if recorded.is_simulated:
        assert (first.limit, first.remaining, second.remaining) == (5000, 4999, 4998)
        assert recorded.github.budget_left() == "4,998 of 5,000 requests left"


def test_a_page_too_heavy_for_github_is_read_in_smaller_ones(simulated: Simulated) -> None:
    with simulated(five_are_the_most) as recorded:
        page = recorded.github.runs(recorded.about.repository)
        assert (len(page.runs), page.total_count, page.has_next) == (6, 6, False)
        assert recorded.github.spent().requests == 6  # of 100, 50, 25, 10, then 5 and the last
