"""What REST answers about pull requests is what GitHub's OpenAPI document says."""

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from github_simulator.in_process import InProcessGitHub
from github_simulator.specification import openapi

MakeGitHub = Callable[..., InProcessGitHub]
REPOSITORY = "/repos/{owner}/{repo}"
PULL = f"{REPOSITORY}/pulls/{{pull_number}}"
DOCUMENT = openapi()
DEPARTURES = {"user", "merged_by", "repo", "line", "position"}
"""Null on GitHub where an account, a fork or a line is gone; the document says that they are there."""


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=0, pulls=300, giant_pulls=1)


def violations(endpoint: str, payload: Any) -> list[Any]:
    schema = DOCUMENT["paths"][endpoint]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    return [
        error
        for error in validator.iter_errors(payload)
        if not (error.instance is None and error.absolute_path[-1] in DEPARTURES)
    ]


def ask(github: InProcessGitHub, endpoint: str, query: str = "", **values: int) -> Any:
    github.world.clock.advance(60)
    return github.json(endpoint.format(owner="octo", repo="example", **values) + query)


@pytest.mark.parametrize("endpoint", [f"{REPOSITORY}/pulls/comments", f"{REPOSITORY}/issues/comments"])
def test_the_feeds_are_as_github_describes_them(github: InProcessGitHub, endpoint: str) -> None:
    pages = [ask(github, endpoint, f"?per_page=100&page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [100] * 3
    assert [violations(endpoint, page) for page in pages] == [[]] * 3
    assert any(one["user"] is None for page in pages for one in page)


def test_the_listing_is_as_github_describes_it(github: InProcessGitHub) -> None:
    endpoint = f"{REPOSITORY}/pulls"
    pages = [ask(github, endpoint, f"?state=all&per_page=100&page={number}") for number in (1, 2, 3)]
    assert [violations(endpoint, page) for page in pages] == [[]] * 3
    every = [one for page in pages for one in page]
    assert len(every) == 300
    assert any(one["head"]["repo"] is None for one in every)
    assert any(one["user"] is None for one in every)


def test_each_by_itself_and_what_belongs_to_it_is_as_github_describes_it(github: InProcessGitHub) -> None:
    comments_of_issue = f"{REPOSITORY}/issues/{{issue_number}}/comments"
    seen = dict.fromkeys(("reviews", "comments", "files"), 0)
    for pull in github.world.histories[0].pulls.every()[:60]:
        assert violations(PULL, ask(github, PULL, pull_number=pull.number)) == []
        for part in seen:
            page = ask(github, f"{PULL}/{part}", "?per_page=100", pull_number=pull.number)
            assert violations(f"{PULL}/{part}", page) == []
            seen[part] += len(page)
        page = ask(github, comments_of_issue, issue_number=pull.number)
        assert violations(comments_of_issue, page) == []
    assert min(seen.values()) > 50


def test_a_payload_that_departs_is_noticed(github: InProcessGitHub) -> None:
    payload = ask(github, PULL, pull_number=1)
    payload["id"] = str(payload["id"])
    del payload["head"]["sha"]
    payload["title"] = None
    assert sorted(str(error.validator) for error in violations(PULL, payload)) == ["required", "type", "type"]
