"""What the simulator's REST API answers is what GitHub's OpenAPI document says."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from forked_simulator import Simulator
from jsonschema import Draft202012Validator, ValidationError

from github_simulator.specification import openapi

DOCUMENT = openapi()
REPOSITORY = "/repos/{owner}/{repo}"
RUNS = f"{REPOSITORY}/actions/runs"
WORKFLOWS = f"{REPOSITORY}/actions/workflows"
ARTIFACTS = f"{REPOSITORY}/actions/artifacts"
DEPARTURES = {"actor", "triggering_actor", "head_repository"}
"""Null on GitHub where an account or a fork was deleted; the document says that they are objects."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A world with every oddity, that answers as fast as it can and never tires of us."""
    shape = ("--seed", "3", "--runs", "1000", "--rerun-share", "0.1", "--giants-share", "0.01")
    haste = ("--cpu-scale", "0", "--clock-factor", "3600", "--requests-per-hour", "100000")
    with Simulator(*shape, *haste) as running:
        yield running


def get(simulator: Simulator, path: str) -> Any:
    headers = {"Authorization": f"Bearer {simulator.token}"}
    with urlopen(Request(simulator.url + path, headers=headers), timeout=30) as answer:
        assert answer.status == 200
        return json.load(answer)


def ask(simulator: Simulator, endpoint: str, query: str = "", **values: object) -> Any:
    owner, _, name = simulator.repository.partition("/")
    return get(simulator, endpoint.format(owner=owner, repo=name, **values) + query)


VALIDATORS = {
    path: Draft202012Validator(
        {
            **description["get"]["responses"]["200"]["content"]["application/json"]["schema"],
            "components": DOCUMENT["components"],
        }
    )
    for path, description in DOCUMENT["paths"].items()
    if "get" in description
}


def violations(endpoint: str, payload: Any) -> list[ValidationError]:
    """Where a payload departs from GitHub's document, GitHub's own departures left out."""
    return [error for error in VALIDATORS[endpoint].iter_errors(payload) if not is_githubs_own(error)]


def is_githubs_own(error: ValidationError) -> bool:
    return error.instance is None and error.absolute_path[-1] in DEPARTURES


def every_run(simulator: Simulator) -> list[dict[str, Any]]:
    pages = (ask(simulator, RUNS, f"?per_page=100&page={number}") for number in range(1, 11))
    return [run for page in pages for run in page["workflow_runs"]]


def test_every_page_of_runs_is_as_github_describes_it(simulator: Simulator) -> None:
    for number in range(1, 11):
        page = ask(simulator, RUNS, f"?per_page=100&page={number}")
        assert len(page["workflow_runs"]) == 100
        assert violations(RUNS, page) == []


def test_the_runs_that_were_checked_have_the_oddities_of_real_ones(simulator: Simulator) -> None:
    runs = every_run(simulator)
    for field in ("actor", "head_repository", "head_commit", "head_branch", "name", "conclusion"):
        assert any(run[field] is None for run in runs), field
    assert any(run["conclusion"] == "startup_failure" for run in runs)
    assert any(run["pull_requests"] for run in runs)
    assert any(run["run_attempt"] > 2 for run in runs)


def test_the_jobs_of_every_attempt_are_as_github_describes_them(simulator: Simulator) -> None:
    statuses, with_steps = set(), 0
    for run in every_run(simulator)[:300]:
        page = ask(simulator, f"{RUNS}/{{run_id}}/jobs", "?filter=all&per_page=100", run_id=run["id"])
        assert violations(f"{RUNS}/{{run_id}}/jobs", page) == []
        statuses |= {job["status"] for job in page["jobs"]}
        with_steps += any(job["steps"] for job in page["jobs"])
    assert {"queued", "in_progress", "completed"} <= statuses
    assert with_steps > 200


def test_workflows_their_runs_and_each_by_itself_are_as_github_describes_them(simulator: Simulator) -> None:
    page = ask(simulator, WORKFLOWS)
    assert violations(WORKFLOWS, page) == []
    assert {"active", "disabled_manually", "deleted"} <= {each["state"] for each in page["workflows"]}
    for workflow in page["workflows"]:
        single, runs = f"{WORKFLOWS}/{{workflow_id}}", f"{WORKFLOWS}/{{workflow_id}}/runs"
        assert violations(single, ask(simulator, single, workflow_id=workflow["id"])) == []
        assert violations(runs, ask(simulator, runs, workflow_id=workflow["id"])) == []


def test_one_run_its_attempts_and_one_job_are_as_github_describes_them(simulator: Simulator) -> None:
    run = next(run for run in every_run(simulator) if run["run_attempt"] > 1)
    assert violations(f"{RUNS}/{{run_id}}", ask(simulator, f"{RUNS}/{{run_id}}", run_id=run["id"])) == []
    attempt = f"{RUNS}/{{run_id}}/attempts/{{attempt_number}}"
    first = {"run_id": run["id"], "attempt_number": 1}
    assert violations(attempt, ask(simulator, attempt, **first)) == []
    jobs = ask(simulator, f"{attempt}/jobs", **first)
    assert jobs["jobs"]
    assert violations(f"{attempt}/jobs", jobs) == []
    job = f"{REPOSITORY}/actions/jobs/{{job_id}}"
    assert violations(job, ask(simulator, job, job_id=jobs["jobs"][0]["id"])) == []


def test_artifacts_of_the_repository_of_a_run_and_each_by_itself_are_as_github_describes_them(
    simulator: Simulator,
) -> None:
    pages = [ask(simulator, ARTIFACTS, f"?per_page=100&page={number}") for number in range(1, 5)]
    found = [artifact for page in pages for artifact in page["artifacts"]]
    assert [violations(ARTIFACTS, page) for page in pages] == [[]] * 4
    assert any(artifact["digest"] is None for artifact in found)
    assert any("head_repository_id" not in artifact["workflow_run"] for artifact in found)
    single, of_run = f"{ARTIFACTS}/{{artifact_id}}", f"{RUNS}/{{run_id}}/artifacts"
    for artifact in found[:20]:
        assert violations(single, ask(simulator, single, artifact_id=artifact["id"])) == []
        page = ask(simulator, of_run, run_id=artifact["workflow_run"]["id"])
        assert page["total_count"] > 0
        assert violations(of_run, page) == []


@pytest.mark.parametrize(
    "endpoint",
    ["/rate_limit", REPOSITORY, f"{REPOSITORY}/actions/permissions/artifact-and-log-retention"],
)
def test_what_stands_around_the_runs_is_as_github_describes_it(simulator: Simulator, endpoint: str) -> None:
    assert violations(endpoint, ask(simulator, endpoint)) == []


def test_a_payload_that_departs_is_noticed(simulator: Simulator) -> None:
    page = ask(simulator, RUNS, "?per_page=1")
    (run,) = page["workflow_runs"]
    del run["head_sha"]
    run["id"] = "1"
    run["repository"]["private"] = None
    assert sorted(str(error.validator) for error in violations(RUNS, page)) == ["required", "type", "type"]
