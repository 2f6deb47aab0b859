"""Every fault fires where it should, as often as it should, and is counted."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer
from github_simulator.faults import Fault, Faults
from github_simulator.in_process import InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"
JOBS = """query Jobs($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { databaseId checkSuite {
    checkRuns(first: 100, filterBy: {checkType: ALL}) { totalCount nodes { databaseId } } } } } }"""


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=60)


def declare(github: InProcessGitHub, kind: str, **details: Any) -> None:
    github.service.faults.add(Fault.parse({"kind": kind, **details}))


def ask_jobs(github: InProcessGitHub, count: int = 10) -> dict[str, Any]:
    answer = github.query(JOBS, ids=[run.node_id for run in github.world.histories[0].runs[:count]])
    assert answer.status == 200
    body: dict[str, Any] = json.loads(answer.body)
    return body


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_comes_once_and_is_paid_for(github: InProcessGitHub, status: int) -> None:
    declare(github, "status", status=status)
    assert [github.get(RUNS).status, github.get(RUNS).status] == [status, 200]
    assert github.ledger()["faults"] == {"status": 1}
    assert github.ledger()["requests"]["total"] == 2


def test_a_heavy_page_fails_and_a_lighter_one_does_not(github: InProcessGitHub) -> None:
    declare(github, "status", status=502, above=50, times=None)
    statuses = [github.get(f"{RUNS}?per_page={size}").status for size in (100, 51, 50, 100)]
    assert statuses == [502, 502, 200, 502]
    assert github.get(RUNS).status == 200  # 30 a page where nothing is said


def test_a_fault_hits_only_the_addresses_that_match(github: InProcessGitHub) -> None:
    declare(github, "status", status=500, path=r"/jobs\b", times=2)
    run = github.world.histories[0].runs[0].id
    assert github.get(RUNS).status == 200
    assert github.get(f"{RUNS}/{run}/jobs").status == 500


def test_a_fault_can_hit_a_share_of_the_requests(github: InProcessGitHub) -> None:
    declare(github, "status", status=500, times=None, share=0.3)
    failed = [github.get("/user").status for _ in range(500)].count(500)
    assert 100 < failed < 200
    assert github.ledger()["faults"] == {"status": failed}


def test_which_requests_a_share_hits_follows_from_the_seed() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault("empty", times=None, share=0.5))
        return [faults.take("/user", 30) is not None for _ in range(50)]

    assert hits(1) == hits(1) != hits(2)


def test_faults_can_be_taken_back(github: InProcessGitHub) -> None:
    declare(github, "status", status=500, times=None)
    github.service.faults.clear()
    assert github.get(RUNS).status == 200


def test_a_connection_can_be_reset_or_cut(github: InProcessGitHub) -> None:
    declare(github, "reset")
    declare(github, "truncated")
    assert [github.get(RUNS).delivery for _ in range(3)] == ["reset", "truncated", "whole"]


@pytest.mark.parametrize("kind", ["malformed", "html", "empty"])
def test_a_body_can_be_no_json_although_the_status_is_200(github: InProcessGitHub, kind: str) -> None:
    declare(github, kind)
    answer = github.get(RUNS)
    assert answer.status == 200
    with pytest.raises(ValueError, match=r".+"):
        json.loads(answer.body)
    assert json.loads(github.get(RUNS).body)["total_count"] == 60


def test_an_answer_can_be_slow(github: InProcessGitHub) -> None:
    declare(github, "slow", seconds=7.0)
    github.get(RUNS)
    github.get(RUNS)
    assert github.slept[0] - github.slept[1] == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("details", "status", "retry_after"),
    [
        ({}, 403, "60"),
        ({"status": 429, "retry_after": "7"}, 429, "7"),
        ({"retry_after": "date:30"}, 403, "Fri, 20 Nov 2026 12:00:30 GMT"),
        ({"retry_after": None}, 403, None),
    ],
)
def test_a_secondary_limit_says_when_to_come_back_or_not(
    github: InProcessGitHub, details: dict[str, Any], status: int, retry_after: str | None
) -> None:
    declare(github, "secondary_limit", **details)
    answer: Answer = github.get(RUNS)
    assert answer.status == status
    assert answer.headers.get("Retry-After") == retry_after
    assert answer.headers["X-RateLimit-Used"] == "0"
    assert github.ledger()["requests"]["total"] == 0


def test_credentials_can_go_bad_on_the_way(github: InProcessGitHub) -> None:
    declare(github, "bad_credentials")
    assert [github.get(RUNS).status, github.get(RUNS).status] == [401, 200]


def test_a_node_can_be_missing(github: InProcessGitHub) -> None:
    whole = ask_jobs(github)
    declare(github, "null_node")
    spoiled = ask_jobs(github)
    assert spoiled["data"]["nodes"] == [None, *whole["data"]["nodes"][1:]]
    assert spoiled["errors"][0]["type"] == "NOT_FOUND"
    assert spoiled["errors"][0]["path"] == ["nodes", 0]
    assert ask_jobs(github) == whole


def test_a_part_of_an_answer_can_fail(github: InProcessGitHub) -> None:
    declare(github, "partial_error")
    body = ask_jobs(github)
    assert body["data"]["nodes"][0]["checkSuite"] == {"checkRuns": None}
    assert body["data"]["nodes"][1]["checkSuite"]["checkRuns"]["nodes"] is not None
    assert body["errors"][0]["path"] == ["nodes", 0, "checkSuite", "checkRuns"]


def test_resource_limits_give_half_of_a_large_query_and_all_of_a_small_one(github: InProcessGitHub) -> None:
    declare(github, "resource_limits", above=5, times=None)
    large, small = ask_jobs(github, 10), ask_jobs(github, 5)
    assert [node is None for node in large["data"]["nodes"]] == [False] * 5 + [True] * 5
    assert large["errors"][0]["type"] == "RESOURCE_LIMITS_EXCEEDED"
    assert None not in small["data"]["nodes"]
    assert "errors" not in small


def test_a_query_can_time_out_and_costs_extra_points(github: InProcessGitHub) -> None:
    declare(github, "query_timeout", above=5, path="#Jobs")
    answer = github.query(JOBS, ids=[run.node_id for run in github.world.histories[0].runs[:10]])
    assert answer.status == 502
    assert github.ledger()["points"]["total"] > 1


def test_data_can_be_null_or_missing(github: InProcessGitHub) -> None:
    declare(github, "null_data")
    declare(github, "errors_only")
    null, missing = ask_jobs(github), ask_jobs(github)
    assert null["data"] is None
    assert "data" not in missing
    assert missing["errors"]


def test_faults_of_graphql_leave_rest_alone(github: InProcessGitHub) -> None:
    declare(github, "null_data", times=None)
    assert github.get(RUNS).status == 200
    assert ask_jobs(github)["data"] is None


def test_a_fault_that_finds_nothing_to_spoil_is_not_counted(github: InProcessGitHub) -> None:
    declare(github, "null_node")
    github.query("query Viewer { viewer { login } }")
    assert github.ledger()["faults"] == {}


@pytest.mark.parametrize("given", [{"kind": "sabotage"}, {"kind": "status", "when": "now"}, {}])
def test_a_fault_that_cannot_happen_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Fault.parse(given)


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="pattern"):
        Fault.parse({"kind": "empty", "path": "("})
