"""Primary and secondary limits: each fires, says so in GitHub's words, and passes."""

import json
from collections.abc import Callable

import pytest

from github_simulator.answer import Request
from github_simulator.cpu_cost import CpuCost
from github_simulator.in_process import InProcessGitHub
from github_simulator.limits import PrimaryLimit
from github_simulator.secondary_limits import SecondaryLimits
from github_simulator.service import ServiceOptions

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"
NOW = 1_795_176_000
VIEWER = "query Viewer { viewer { login } }"


def test_a_budget_is_spent_one_by_one_and_renewed_after_an_hour() -> None:
    limit = PrimaryLimit("core", 2)
    assert limit.look(NOW).reset_at == NOW + 3_600
    assert [limit.take_one(NOW), limit.take_one(NOW + 10), limit.take_one(NOW + 20)] == [True, True, False]
    spent = limit.look(NOW + 3_599)
    assert (spent.remaining, spent.used, spent.reset_at) == (0, 2, NOW + 3_600)
    assert limit.take_one(NOW + 3_600)
    assert limit.look(NOW + 3_600).remaining == 1


def test_a_query_may_cost_more_than_is_left_but_never_below_nothing() -> None:
    limit = PrimaryLimit("graphql", 10)
    assert limit.take_one(NOW)
    limit.adjust(50)
    assert limit.look(NOW).remaining == 0


def test_the_headers_tell_the_budget(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(requests_per_hour=1_000))
    github.get(RUNS)
    headers = github.get(RUNS).headers
    assert {name: value for name, value in headers.items() if name.startswith("X-RateLimit")} == {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "998",
        "X-RateLimit-Used": "2",
        "X-RateLimit-Reset": str(NOW + 3_600),
        "X-RateLimit-Resource": "core",
    }


def test_a_spent_budget_is_403_with_nothing_remaining_until_the_reset(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(requests_per_hour=2))
    assert [github.get(RUNS).status for _ in range(3)] == [200, 200, 403]
    refused = github.get(RUNS)
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert "API rate limit exceeded" in json.loads(refused.body)["message"]
    assert github.ledger()["rejections"] == {"primary:core": 2}
    assert github.ledger()["requests"]["total"] == 2
    github.world.clock.advance(3_600)
    assert github.get(RUNS).status == 200


def test_who_says_nothing_has_sixty_requests(make_github: MakeGitHub) -> None:
    github = make_github().caller(None)
    assert [github.get("/repos/octo/example").status for _ in range(61)] == [200] * 60 + [403]


def test_each_token_has_a_budget_of_its_own(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(requests_per_hour=1))
    assert github.get(RUNS).status == 200
    assert github.caller("sim-other").get(RUNS).status == 200
    assert github.get(RUNS).status == 403


def test_asking_for_the_rate_limit_is_free_and_answered_even_when_it_is_spent(
    make_github: MakeGitHub,
) -> None:
    github = make_github(ServiceOptions(requests_per_hour=1, points_per_hour=70))
    github.get(RUNS)
    resources = github.json("/rate_limit")["resources"]
    assert (resources["core"]["remaining"], resources["core"]["used"]) == (0, 1)
    assert (resources["graphql"]["limit"], resources["graphql"]["remaining"]) == (70, 70)
    assert github.ledger()["requests"]["total"] == 1


def test_what_is_not_found_is_paid_for(make_github: MakeGitHub) -> None:
    github = make_github()
    github.get("/repos/octo/nothing")
    assert github.get("/nonsense").headers["X-RateLimit-Used"] == "2"
    assert github.ledger()["requests"]["by_endpoint"] == {"(unknown address)": 1, "/repos/{owner}/{repo}": 1}


def test_graphql_has_a_budget_of_points_and_says_so_with_200(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(points_per_hour=2))
    answers = [github.query(VIEWER) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Resource"] == "graphql"
    assert json.loads(answers[2].body)["errors"][0]["type"] == "RATE_LIMITED"
    assert github.get(RUNS).headers["X-RateLimit-Used"] == "1"
    assert github.ledger()["points"] == {"total": 2, "by_operation": {"Viewer": 2}, "queries": 2}


def test_a_query_knows_what_it_costs_and_what_is_left(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(points_per_hour=100))
    github.query(VIEWER)
    answer = github.query("query { rateLimit { cost remaining used limit resetAt } }")
    assert json.loads(answer.body)["data"]["rateLimit"] == {
        "cost": 1,
        "remaining": 98,
        "used": 2,
        "limit": 100,
        "resetAt": "2026-11-20T13:00:00Z",
    }
    assert answer.headers["X-RateLimit-Remaining"] == "98"


def test_graphql_answers_nobody_who_says_nothing(make_github: MakeGitHub) -> None:
    assert make_github().caller(None).query(VIEWER).status == 401


def test_graphql_can_be_closed_to_a_token_that_rest_accepts(make_github: MakeGitHub) -> None:
    github = make_github().caller("sim-nograph-1")
    assert github.query(VIEWER).status == 403
    assert github.get(RUNS).status == 200


def test_a_token_without_permission_gets_no_nodes(make_github: MakeGitHub) -> None:
    body = json.loads(make_github().caller("sim-noperm-1").query(VIEWER).body)
    assert body["errors"][0]["type"] == "FORBIDDEN"


@pytest.mark.parametrize(
    "body", [b"not json", b"[]", b"{}", b'{"query": 5}', b'{"query": "x", "variables": [1]}']
)
def test_a_body_that_is_no_query_is_400(make_github: MakeGitHub, body: bytes) -> None:
    headers = {"authorization": "Bearer sim-demo", "user-agent": "test"}
    answer = make_github().service.answer(Request("POST", "/graphql", headers, body))
    assert answer.status == 400
    assert json.loads(answer.body)["message"] == "Problems parsing JSON"


def test_a_hundred_requests_at_a_time_are_allowed_and_no_more() -> None:
    limits = SecondaryLimits()
    assert [limits.enter("rest", NOW) for _ in range(101)] == [None] * 100 + ["concurrency"]
    limits.leave()
    limits.leave()
    assert limits.enter("graphql", NOW) is None
    assert limits.peak.concurrency == 101


@pytest.mark.parametrize(("api", "allowed"), [("rest", 900), ("graphql", 2_000)])
def test_points_a_minute_are_limited(api: str, allowed: int) -> None:
    limits = SecondaryLimits()

    def visit(now: float) -> str | None:
        broken = limits.enter("rest" if api == "rest" else "graphql", now)
        limits.leave()
        return broken

    assert {visit(NOW + number / 100) for number in range(allowed)} == {None}
    assert visit(NOW + 59) == f"{api}_points"
    assert visit(NOW + 60.005) is None


def test_cpu_seconds_a_minute_are_limited_and_more_strictly_for_graphql() -> None:
    limits = SecondaryLimits()
    limits.spend_cpu("graphql", 60.0, NOW)
    assert limits.enter("graphql", NOW + 1) == "graphql_cpu_seconds"
    assert limits.enter("rest", NOW + 1) is None
    limits.spend_cpu("rest", 30.0, NOW + 30)
    assert limits.enter("rest", NOW + 31) == "cpu_seconds"
    assert limits.enter("graphql", NOW + 61) is None
    assert limits.peak.cpu_seconds == 90.0


def test_both_apis_have_points_of_their_own() -> None:
    limits = SecondaryLimits()
    for _ in range(900):
        limits.enter("rest", NOW)
        limits.leave()
    assert limits.enter("graphql", NOW) is None


def test_a_secondary_limit_is_403_with_retry_after_and_budget_left(make_github: MakeGitHub) -> None:
    github = make_github()
    answers = [github.get("/user") for _ in range(901)]
    assert {answer.status for answer in answers[:900]} == {200}
    refused = answers[900]
    assert refused.status == 403
    assert refused.headers["Retry-After"] == "60"
    assert refused.headers["X-RateLimit-Remaining"] == "4100"
    assert "secondary rate limit" in json.loads(refused.body)["message"]
    assert github.ledger()["rejections"] == {"secondary:rest_points": 1}
    assert github.ledger()["peaks"]["rest_points"] == 900
    github.world.clock.advance(60)
    assert github.get("/user").status == 200


def test_heavy_pages_run_into_the_cpu_limit(make_github: MakeGitHub) -> None:
    github = make_github(runs=100)
    github.world.cpu_cost = CpuCost(scale=50)
    statuses = [github.get(f"{RUNS}?per_page=100").status for _ in range(18)]
    assert statuses == [200] * 15 + [403] * 3  # 90 s / (50 * (0.02 s + 100 * 0.001 s))
    assert github.ledger()["rejections"] == {"secondary:cpu_seconds": 3}
    assert github.ledger()["peaks"]["cpu_seconds"] == pytest.approx(90.0)
