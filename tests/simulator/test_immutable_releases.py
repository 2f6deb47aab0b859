"""Immutable releases: what is published with that setting stays as it is, drafts do not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer
from github_simulator.in_process import API_URL, InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
RELEASES = "/repos/octo/example/releases"


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=0, immutable_releases=True)


def read(answer: Answer) -> Any:
    return json.loads(answer.body)


def create(github: InProcessGitHub, tag: str = "data", **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = read(github.send("POST", RELEASES, {"tag_name": tag, **fields}))
    return made


def upload(github: InProcessGitHub, release: dict[str, Any], name: str = "capture.db") -> Answer:
    return github.upload(release["upload_url"].replace("{?name,label}", f"?name={name}"), b"bytes")


@pytest.fixture
def locked(github: InProcessGitHub) -> dict[str, Any]:
    """Published with one asset in it."""
    draft = create(github, draft=True)
    assert upload(github, draft).status == 201
    published: dict[str, Any] = read(github.send("PATCH", f"{RELEASES}/{draft['id']}", {"draft": False}))
    return published


def test_a_draft_can_be_changed_until_it_is_published(github: InProcessGitHub) -> None:
    draft = create(github, draft=True)
    assert draft["immutable"] is False
    asset = read(upload(github, draft))
    assert github.send("DELETE", asset["url"].removeprefix(API_URL)).status == 204
    assert upload(github, draft).status == 201
    published = read(github.send("PATCH", f"{RELEASES}/{draft['id']}", {"draft": False}))
    assert (published["immutable"], len(published["assets"])) == (True, 1)


def test_nothing_can_be_added_to_a_published_one(github: InProcessGitHub, locked: dict[str, Any]) -> None:
    answer = upload(github, locked, "another.db")
    assert answer.status == 422
    assert read(answer)["message"] == "Cannot upload assets to an immutable release."
    assert github.json(f"{RELEASES}/{locked['id']}") == locked


def test_one_that_is_published_at_once_stays_empty(github: InProcessGitHub) -> None:
    assert upload(github, create(github)).status == 422


def test_its_assets_can_be_neither_deleted_nor_renamed(
    github: InProcessGitHub, locked: dict[str, Any]
) -> None:
    address = locked["assets"][0]["url"].removeprefix(API_URL)
    deleted, renamed = github.send("DELETE", address), github.send("PATCH", address, {"name": "other"})
    assert [answer.status for answer in (deleted, renamed)] == [422, 422]
    assert read(deleted)["errors"] == [
        {
            "resource": "ReleaseAsset",
            "code": "custom",
            "message": "Cannot delete asset from an immutable release",
        }
    ]
    assert github.json(f"{RELEASES}/{locked['id']}") == locked


@pytest.mark.parametrize("change", [{"draft": True}, {"tag_name": "other"}])
def test_it_becomes_no_draft_again_and_keeps_its_tag(
    github: InProcessGitHub, locked: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = github.send("PATCH", f"{RELEASES}/{locked['id']}", change)
    assert answer.status == 422
    assert "cannot be changed when release is immutable" in read(answer)["errors"][0]["message"]
    assert github.json(f"{RELEASES}/{locked['id']}") == locked


def test_its_words_and_whether_it_is_a_prerelease_can_be_changed(
    github: InProcessGitHub, locked: dict[str, Any]
) -> None:
    change = {"name": "Data", "body": "What it is", "prerelease": True}
    assert read(github.send("PATCH", f"{RELEASES}/{locked['id']}", change)) == locked | change


def test_its_tag_cannot_be_used_again_even_when_it_is_deleted(
    github: InProcessGitHub, locked: dict[str, Any]
) -> None:
    assert github.send("DELETE", f"{RELEASES}/{locked['id']}").status == 204
    again = github.send("POST", RELEASES, {"tag_name": "data"})
    assert again.status == 422
    assert read(again)["errors"][0]["message"] == "tag_name was used by an immutable release"
    draft = create(github, draft=True)
    assert github.send("PATCH", f"{RELEASES}/{draft['id']}", {"draft": False}).status == 422


def test_the_setting_is_readable_by_admins_and_404_says_no(
    github: InProcessGitHub, make_github: MakeGitHub
) -> None:
    address = "/repos/octo/example/immutable-releases"
    assert github.json(address) == {"enabled": True, "enforced_by_owner": False}
    assert github.caller("sim-noadmin").get(address).status == 403
    assert make_github(runs=0).get(address).status == 404


def test_the_setting_is_for_what_is_published_from_then_on(make_github: MakeGitHub) -> None:
    github = make_github(runs=0)
    before = create(github, "before")
    github.world.histories[0].releases.immutable = True
    after = create(github, "after")
    github.world.histories[0].releases.immutable = False
    assert [release["immutable"] for release in (before, after, create(github, "later"))] == [
        False,
        True,
        False,
    ]
    assert upload(github, before).status == 201
    assert upload(github, after).status == 422
