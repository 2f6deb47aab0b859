"""GraphQL through the server: what the body says of the budget is what the headers say."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from forked_simulator import Simulator

RUNS = "query Runs($ids: [ID!]!) { rateLimit { cost limit remaining used resetAt } nodes(ids: $ids) { %s } }"
JOBS = """... on WorkflowRun { databaseId checkSuite { checkRuns(first: 100, filterBy: {checkType: ALL}) {
  nodes { databaseId steps(first: 3) { nodes { number } } } } } }"""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("--runs", "150", "--giants-share", "0.1", "--clock-factor", "100") as running:
        yield running


def post(simulator: Simulator, query: str, ids: list[str]) -> tuple[Any, dict[str, str]]:
    body = json.dumps({"query": query, "variables": {"ids": ids}}).encode()
    request = Request(
        simulator.graphql_url, data=body, headers={"Authorization": f"bearer {simulator.token}"}
    )
    with urlopen(request, timeout=30) as answer:
        return json.load(answer), {name.lower(): value for name, value in answer.headers.items()}


def run_ids(simulator: Simulator) -> list[str]:
    return [run["node_id"] for run in simulator.truth("runs")]


def test_body_and_headers_agree_on_the_budget_query_after_query(simulator: Simulator) -> None:
    ids = run_ids(simulator)[:100]
    used = 0
    for query in (RUNS % "id", RUNS % JOBS, RUNS % "id"):
        body, headers = post(simulator, query, ids)
        budget = body["data"]["rateLimit"]
        used += budget["cost"]
        assert budget["used"] == int(headers["x-ratelimit-used"]) == used
        assert budget["remaining"] == int(headers["x-ratelimit-remaining"]) == 5_000 - used
        assert budget["limit"] == int(headers["x-ratelimit-limit"])
        assert headers["x-ratelimit-resource"] == "graphql"
    assert used == 1 + 101 + 1


def test_graphql_knows_the_jobs_that_rest_knows_and_a_few_check_runs_that_are_none(
    simulator: Simulator,
) -> None:
    ids = run_ids(simulator)
    jobs: dict[int, set[int]] = defaultdict(set)
    for job in simulator.truth("jobs"):
        jobs[job["run_id"]].add(job["id"])
    foreign: set[int] = set()
    for start in range(0, len(ids), 50):
        body, _ = post(simulator, RUNS % JOBS, ids[start : start + 50])
        for run in body["data"]["nodes"]:
            found = {node["databaseId"] for node in run["checkSuite"]["checkRuns"]["nodes"]}
            known = jobs[run["databaseId"]]
            assert known <= found or (len(found) == 100 and found <= known)
            foreign |= found - known
    assert 0 < len(foreign) < len(ids)


def test_a_query_that_takes_too_long_is_ended_with_a_page_of_html() -> None:
    with Simulator("--runs", "60", "--cpu-scale", "400", "--clock-factor", "10000") as slow:
        with pytest.raises(HTTPError) as raised:
            post(slow, RUNS % JOBS, run_ids(slow))
        with raised.value as error:
            assert error.code == 502
            assert error.headers["Content-Type"].startswith("text/html")
