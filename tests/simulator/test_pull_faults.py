"""The faults of GraphQL hit pages of pull requests, and what is asked for by their ids."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from reading_pulls import BULK, MORE_OF

from github_simulator.faults import Fault
from github_simulator.in_process import InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
Json = dict[str, Any]


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=0, pulls=40)


def declare(github: InProcessGitHub, kind: str, **details: Any) -> None:
    github.service.faults.add(Fault.parse({"kind": kind, **details}))


def bulk(github: InProcessGitHub, size: int = 10) -> Json:
    answer = github.query(BULK, size=size, part=3)
    assert answer.status == 200
    body: Json = json.loads(answer.body)
    return body


def nodes(body: Json) -> list[Json]:
    found: list[Json] = body["data"]["repository"]["pullRequests"]["nodes"]
    return found


def test_a_pull_request_of_a_page_can_be_null(github: InProcessGitHub) -> None:
    whole = bulk(github)
    declare(github, "null_node")
    spoiled = bulk(github)
    assert nodes(spoiled) == [None, *nodes(whole)[1:]]
    assert spoiled["errors"][0]["path"] == ["repository", "pullRequests", "nodes", 0]
    assert bulk(github)["data"]["repository"] == whole["data"]["repository"]
    assert github.ledger()["faults"] == {"null_node": 1}


def test_a_connection_of_one_can_fail(github: InProcessGitHub) -> None:
    declare(github, "partial_error")
    body = bulk(github)
    assert nodes(body)[0]["reviews"] is None
    assert nodes(body)[0]["comments"] is not None
    assert nodes(body)[1]["reviews"] is not None
    assert body["errors"][0]["path"] == ["repository", "pullRequests", "nodes", 0, "reviews"]


def test_a_large_page_can_be_answered_by_half_and_a_small_one_whole(github: InProcessGitHub) -> None:
    declare(github, "resource_limits", above=8, times=None)
    large, small = bulk(github, 10), bulk(github, 8)
    assert [node is None for node in nodes(large)] == [False] * 5 + [True] * 5
    assert large["errors"][0]["type"] == "RESOURCE_LIMITS_EXCEEDED"
    assert "errors" not in small


def test_a_large_page_can_time_out_and_a_small_one_not(github: InProcessGitHub) -> None:
    declare(github, "query_timeout", above=8, times=None)
    assert [github.query(BULK, size=size, part=3).status for size in (8, 9)] == [200, 502]


def test_data_can_be_null_or_missing(github: InProcessGitHub) -> None:
    declare(github, "null_data")
    declare(github, "errors_only")
    assert bulk(github)["data"] is None
    assert "data" not in bulk(github)


def test_a_pull_request_asked_for_by_its_id_can_be_null_and_its_connection_can_fail(
    github: InProcessGitHub,
) -> None:
    ids = [pull.node_id for pull in github.world.histories[0].pulls.every()[:4]]
    declare(github, "null_node")
    declare(github, "partial_error")
    null, failed = (
        json.loads(github.query(MORE_OF["comments"], ids=ids, size=5).body)["data"]["nodes"] for _ in range(2)
    )
    assert null[0] is None
    assert failed[0]["comments"] is None
    assert None not in (null[1:] + failed[1:])


def test_a_page_weighs_as_many_as_its_first_number_says(github: InProcessGitHub) -> None:
    declare(github, "query_timeout", above=8, times=None)
    assert github.query(BULK, size=5, part=50).status == 200


def test_the_weight_of_a_query_by_ids_is_still_their_number(github: InProcessGitHub) -> None:
    ids = [pull.node_id for pull in github.world.histories[0].pulls.every()[:4]]
    declare(github, "query_timeout", above=4, times=None)
    assert github.query(MORE_OF["comments"], ids=ids, size=100).status == 200
