"""The ground truth says what the API says, and the API says nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.in_process import API_URL, InProcessGitHub
from github_simulator.payloads import Payloads
from github_simulator.truth import Truth

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=250, rerun_share=0.3)


@pytest.fixture(scope="module")
def truth(github: InProcessGitHub) -> Callable[[str], list[dict[str, Any]]]:
    reader = Truth(github.world, Payloads(API_URL))
    return lambda kind: [json.loads(line) for line in reader.lines(kind)]


def pages(github: InProcessGitHub, address: str, name: str) -> list[dict[str, Any]]:
    """Everything that a listing gives, page by page."""
    items: list[dict[str, Any]] = []
    number = 1
    while True:
        page = github.json(f"{address}{'&' if '?' in address else '?'}per_page=100&page={number}")[name]
        if not page:
            return items
        items += page
        number += 1


def test_runs_are_those_of_the_listing(github: InProcessGitHub, truth: Callable[[str], Any]) -> None:
    assert truth("runs") == pages(github, RUNS, "workflow_runs")[::-1]


def test_workflows_are_those_of_the_listing(github: InProcessGitHub, truth: Callable[[str], Any]) -> None:
    assert truth("workflows") == pages(github, "/repos/octo/example/actions/workflows", "workflows")


def test_the_repository_is_the_one_that_is_served(
    github: InProcessGitHub, truth: Callable[[str], Any]
) -> None:
    served = github.json("/repos/octo/example")
    del served["permissions"]  # those of the token that asked
    assert truth("repositories") == [served]


def test_attempts_are_those_that_can_be_asked_for_one_by_one(
    github: InProcessGitHub, truth: Callable[[str], Any]
) -> None:
    served = [
        github.json(f"{RUNS}/{run['id']}/attempts/{number}")
        for run in truth("runs")
        for number in range(1, run["run_attempt"] + 1)
    ]
    assert truth("attempts") == served
    assert len(served) > 300


def test_jobs_are_those_of_all_attempts_and_say_whether_they_were_carried_over(
    github: InProcessGitHub, truth: Callable[[str], Any]
) -> None:
    jobs = truth("jobs")
    origins = [job.pop("carried_from_job_id") for job in jobs]
    served = [
        job for run in truth("runs") for job in pages(github, f"{RUNS}/{run['id']}/jobs?filter=all", "jobs")
    ]
    assert jobs == served
    ids = {job["id"] for job in jobs}
    assert len([origin for origin in origins if origin]) > 20
    assert {origin for origin in origins if origin} < ids


def test_artifacts_that_have_not_vanished_are_those_of_the_listing(
    github: InProcessGitHub, truth: Callable[[str], Any]
) -> None:
    served = pages(github, "/repos/octo/example/actions/artifacts", "artifacts")
    there = [one for one in truth("artifacts") if one["vanished"] is None]
    known = [{key: one[key] for key in served[0]} for one in there]
    assert known == served[::-1]
    assert 0 < len(there) < len(truth("artifacts"))


def test_commits_are_the_head_commits_of_the_runs_each_once(truth: Callable[[str], Any]) -> None:
    commits = {run["head_commit"]["id"]: run["head_commit"] for run in truth("runs") if run["head_commit"]}
    assert {commit["id"]: commit for commit in truth("commits")} == commits
    assert len(truth("commits")) == len(commits)
