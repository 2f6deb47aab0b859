"""Releases: who sees them, how they are made, and which one is the latest."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer
from github_simulator.in_process import API_URL, UPLOADS_URL, InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
RELEASES = "/repos/octo/example/releases"


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=10)


def create(github: InProcessGitHub, tag: str, **fields: Any) -> dict[str, Any]:
    answer = github.send("POST", RELEASES, {"tag_name": tag, **fields})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = read(answer)
    return made


def read(answer: Answer) -> Any:
    return json.loads(answer.body)


def problems(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 422
    body = read(answer)
    assert body["message"] == "Validation Failed"
    found: list[dict[str, Any]] = body["errors"]
    return found


def tags(github: InProcessGitHub, query: str = "") -> list[str]:
    return [release["tag_name"] for release in github.json(RELEASES + query)]


def test_there_are_none_until_one_is_made(github: InProcessGitHub) -> None:
    assert github.json(RELEASES) == []
    assert github.get(f"{RELEASES}/latest").status == 404


def test_what_was_made_can_be_had_by_its_id_by_its_tag_and_from_the_listing(github: InProcessGitHub) -> None:
    made = create(github, "v1.0", name="One", body="Notes", prerelease=True)
    assert (made["name"], made["body"], made["prerelease"], made["draft"]) == ("One", "Notes", True, False)
    assert made["target_commitish"] == "main"
    assert github.json(f"{RELEASES}/{made['id']}") == made
    assert github.json(f"{RELEASES}/tags/v1.0") == made
    assert github.json(RELEASES) == [made]


def test_the_answer_says_where_it_is_and_where_assets_go(github: InProcessGitHub) -> None:
    answer = github.send("POST", RELEASES, {"tag_name": "v1"})
    made = read(answer)
    assert answer.headers["Location"] == made["url"] == f"{API_URL}{RELEASES}/{made['id']}"
    assert made["upload_url"] == f"{UPLOADS_URL}{RELEASES}/{made['id']}/assets{{?name,label}}"


def test_a_tag_may_hold_slashes(github: InProcessGitHub) -> None:
    made = create(github, "data/2026/11")
    assert github.json(f"{RELEASES}/tags/data/2026/11") == made
    assert github.json(f"{RELEASES}/tags/data%2F2026%2F11") == made


def test_the_newest_comes_first_and_the_pages_are_linked(github: InProcessGitHub) -> None:
    for number in range(5):
        create(github, f"v{number}")
    assert tags(github) == ["v4", "v3", "v2", "v1", "v0"]
    page = github.get(f"{RELEASES}?per_page=2&page=2")
    assert [each["tag_name"] for each in read(page)] == ["v2", "v1"]
    assert 'per_page=2&page=3>; rel="next"' in page.headers["Link"]


def test_a_tag_has_one_published_release(github: InProcessGitHub) -> None:
    create(github, "v1")
    again = github.send("POST", RELEASES, {"tag_name": "v1"})
    assert problems(again) == [{"resource": "Release", "code": "already_exists", "field": "tag_name"}]
    assert tags(github) == ["v1"]


def test_a_draft_is_for_those_who_may_write(github: InProcessGitHub) -> None:
    draft = create(github, "v1", draft=True)
    address = f"{RELEASES}/{draft['id']}"
    assert github.json(RELEASES) == [draft]
    assert github.json(address) == draft
    for token in ("sim-readonly", "sim-nocontents", None):
        reader = github.caller(token)
        assert reader.json(RELEASES) == []
        assert reader.get(address).status == 404
        assert reader.get(f"{address}/assets").status == 404


def test_a_draft_has_neither_tag_nor_date_nor_sources(github: InProcessGitHub) -> None:
    draft = create(github, "v1", draft=True)
    assert github.get(f"{RELEASES}/tags/v1").status == 404
    assert (draft["published_at"], draft["tarball_url"], draft["zipball_url"]) == (None, None, None)
    assert "/releases/tag/untagged-" in draft["html_url"]


def test_several_drafts_may_want_the_same_tag_and_one_gets_it(github: InProcessGitHub) -> None:
    one, other = (create(github, "v1", draft=True) for _ in range(2))
    github.world.clock.advance(60)
    published = github.send("PATCH", f"{RELEASES}/{one['id']}", {"draft": False})
    assert published.status == 200
    assert read(published)["published_at"] == "2026-11-20T12:01:00Z"
    late = github.send("PATCH", f"{RELEASES}/{other['id']}", {"draft": False})
    assert problems(late)[0]["code"] == "already_exists"
    assert github.json(f"{RELEASES}/{other['id']}")["draft"] is True
    assert github.json(f"{RELEASES}/tags/v1")["id"] == one["id"]


def test_a_published_release_can_become_a_draft_again(github: InProcessGitHub) -> None:
    made = create(github, "v1")
    assert read(github.send("PATCH", f"{RELEASES}/{made['id']}", {"draft": True}))["draft"] is True
    assert github.get(f"{RELEASES}/tags/v1").status == 404
    assert github.caller(None).json(RELEASES) == []


def test_a_change_leaves_alone_what_it_does_not_name(github: InProcessGitHub) -> None:
    made = create(github, "v1", name="One", body="Notes", prerelease=True)
    changed = read(github.send("PATCH", f"{RELEASES}/{made['id']}", {"body": "More", "tag_name": "v2"}))
    assert changed == made | {
        "body": "More",
        "tag_name": "v2",
        "html_url": made["html_url"].replace("v1", "v2"),
        "tarball_url": made["tarball_url"].replace("v1", "v2"),
        "zipball_url": made["zipball_url"].replace("v1", "v2"),
    }


def test_a_prerelease_or_a_draft_is_never_the_latest(github: InProcessGitHub) -> None:
    create(github, "v1")
    create(github, "v2", prerelease=True)
    create(github, "v3", draft=True)
    create(github, "v4", prerelease=True, make_latest="true")
    assert github.json(f"{RELEASES}/latest")["tag_name"] == "v1"


def test_where_all_are_drafts_or_prereleases_none_is_the_latest(github: InProcessGitHub) -> None:
    create(github, "v1", prerelease=True)
    create(github, "v2", draft=True)
    assert github.get(f"{RELEASES}/latest").status == 404


@pytest.mark.parametrize(
    ("make_latest", "latest"), [({}, "v2"), ({"make_latest": "true"}, "v2"), ({"make_latest": "false"}, "v1")]
)
def test_a_new_release_is_the_latest_unless_it_says_otherwise(
    github: InProcessGitHub, make_latest: dict[str, str], latest: str
) -> None:
    create(github, "v1")
    create(github, "v2", **make_latest)
    assert github.json(f"{RELEASES}/latest")["tag_name"] == latest


def test_an_older_release_can_be_made_the_latest_and_a_deleted_one_is_it_no_more(
    github: InProcessGitHub,
) -> None:
    old, new = create(github, "v1"), create(github, "v2")
    github.send("PATCH", f"{RELEASES}/{old['id']}", {"body": "a change is no publication"})
    assert github.json(f"{RELEASES}/latest")["tag_name"] == "v2"
    github.send("PATCH", f"{RELEASES}/{old['id']}", {"make_latest": "true"})
    assert github.json(f"{RELEASES}/latest")["tag_name"] == "v1"
    github.send("PATCH", f"{RELEASES}/{new['id']}", {"make_latest": "legacy"})
    assert github.json(f"{RELEASES}/latest")["tag_name"] == "v2"
    assert github.send("DELETE", f"{RELEASES}/{new['id']}").status == 204
    assert github.json(f"{RELEASES}/latest")["tag_name"] == "v1"


def test_a_deleted_release_is_gone_and_leaves_its_tag(github: InProcessGitHub) -> None:
    made = create(github, "v1")
    answer = github.send("DELETE", f"{RELEASES}/{made['id']}")
    assert (answer.status, answer.body) == (204, b"")
    assert github.get(f"{RELEASES}/{made['id']}").status == 404
    assert github.get(f"{RELEASES}/tags/v1").status == 404
    assert github.send("DELETE", f"{RELEASES}/{made['id']}").status == 404
    assert create(github, "v1", target_commitish="nowhere")["tag_name"] == "v1"  # the tag is there


def test_a_release_needs_a_commit_for_its_tag(github: InProcessGitHub) -> None:
    answer = github.send("POST", RELEASES, {"tag_name": "v1", "target_commitish": "nowhere"})
    assert problems(answer) == [{"resource": "Release", "code": "invalid", "field": "target_commitish"}]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 422, 'Invalid request.\n\n"tag_name" wasn\'t supplied.'),
        ({"tag_name": 5}, 422, "Invalid request.\n\nFor 'properties/tag_name', 5 is not a string."),
        ({"tag_name": "v", "draft": "yes"}, 422, "'properties/draft', \"yes\" is not a boolean."),
        ({"tag_name": "v", "size": 5}, 422, '"size" is not a permitted key.'),
        ({"tag_name": "v", "make_latest": "maybe"}, 422, '"maybe" is not a member of'),
        ({"tag_name": ""}, 422, "Validation Failed"),
        ([], 400, "Body should be a JSON object"),
    ],
)
def test_a_body_that_makes_no_sense_makes_no_release(
    github: InProcessGitHub, body: Any, status: int, message: str
) -> None:
    answer = github.send("POST", RELEASES, body)
    assert answer.status == status
    assert message in read(answer)["message"]
    assert github.json(RELEASES) == []


def test_a_body_that_is_no_json_is_400(github: InProcessGitHub) -> None:
    answer = github.post(RELEASES, b"{tag_name: v1}")
    assert (answer.status, read(answer)["message"]) == (400, "Problems parsing JSON")


@pytest.mark.parametrize("token", ["sim-readonly-1", "sim-nocontents-1"])
def test_a_token_without_contents_write_reads_and_writes_nothing(github: InProcessGitHub, token: str) -> None:
    made = create(github, "v1")
    reader = github.caller(token)
    assert reader.json(f"{RELEASES}/{made['id']}") == made
    for method, address in (("POST", RELEASES), ("PATCH", made["url"]), ("DELETE", made["url"])):
        answer = reader.send(method, address.removeprefix(API_URL), {"tag_name": "v2"})
        assert answer.status == 403
        assert read(answer)["message"] == "Resource not accessible by integration"
        assert answer.headers["X-Accepted-GitHub-Permissions"] == "contents=write"
    assert github.json(RELEASES) == [made]


def test_nobody_writes_without_saying_who_he_is(github: InProcessGitHub) -> None:
    answer = github.caller(None).post(RELEASES, b'{"tag_name": "v1"}')
    assert (answer.status, read(answer)["message"]) == (401, "Requires authentication")


def test_a_write_takes_a_request_off_the_budget_and_is_counted_by_its_method(github: InProcessGitHub) -> None:
    made = create(github, "v1")
    github.json(RELEASES)
    answer = github.send("DELETE", f"{RELEASES}/{made['id']}")
    assert answer.headers["X-RateLimit-Used"] == "3"
    assert github.ledger()["requests"]["by_endpoint"] == {
        "/repos/{owner}/{repo}/releases": 1,
        "POST /repos/{owner}/{repo}/releases": 1,
        "DELETE /repos/{owner}/{repo}/releases/{release_id}": 1,
    }


def test_an_unchanged_release_is_304_and_free_and_what_is_written_has_no_tag(github: InProcessGitHub) -> None:
    made = create(github, "v1")
    address = f"{RELEASES}/{made['id']}"
    tag = github.get(address).headers["ETag"]
    assert github.get(address, {"if-none-match": tag}).status == 304
    written = github.send("PATCH", address, {"body": "Notes"})
    assert (written.status, "ETag" in written.headers) == (200, False)
    assert github.get(address, {"if-none-match": tag}).status == 200
    assert github.ledger()["not_modified"]["total"] == 1


def test_a_write_weighs_five_times_as_much_as_a_read_within_a_minute(github: InProcessGitHub) -> None:
    github.json(RELEASES)
    create(github, "v1")
    assert github.ledger()["peaks"]["rest_points"] == 6
    statuses = [github.send("POST", RELEASES, {"tag_name": f"w{number}"}).status for number in range(200)]
    assert statuses.count(201) == 179  # 900 points, of which six were gone
    assert set(statuses[179:]) == {403}
    github.world.clock.advance(60)
    assert github.send("POST", RELEASES, {"tag_name": "later"}).status == 201


def test_the_repository_says_what_the_token_may_do(github: InProcessGitHub) -> None:
    def permissions(token: str) -> dict[str, bool]:
        answer: dict[str, bool] = github.caller(token).json("/repos/octo/example")["permissions"]
        return answer

    assert permissions("sim-demo")["push"] is True
    assert permissions("sim-noadmin") == {
        "admin": False,
        "maintain": False,
        "push": True,
        "triage": True,
        "pull": True,
    }
    assert permissions("sim-readonly")["push"] is False
    assert "permissions" not in github.caller(None).json("/repos/octo/example")
