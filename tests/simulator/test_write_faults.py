"""What goes wrong with what is written: answers that are lost, uploads that are cut, servers that are old."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer, Request
from github_simulator.faults import KINDS, RELEASE_KINDS, WRITE_KINDS, Fault
from github_simulator.in_process import BLOB_URL, InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
RELEASES = "/repos/octo/example/releases"
DISPATCHES = "/repos/octo/example/actions/workflows/release.yml/dispatches"
RUNS = "/repos/octo/example/actions/workflows/release.yml/runs?event=workflow_dispatch&per_page=1"
BYTES = {"accept": "application/octet-stream"}
DATA = bytes(5_000)


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=60)


@pytest.fixture
def shelf(github: InProcessGitHub) -> str:
    """The address of the assets of a release."""
    made = json.loads(github.send("POST", RELEASES, {"tag_name": "data"}).body)
    return f"{RELEASES}/{made['id']}/assets"


def declare(github: InProcessGitHub, kind: str, **details: Any) -> None:
    github.service.faults.add(Fault.parse({"kind": kind, **details}))


def upload(github: InProcessGitHub, shelf: str, name: str = "capture.db") -> Answer:
    return github.upload(f"{shelf}?name={name}", DATA)


def asset(github: InProcessGitHub, shelf: str) -> str:
    """The address of an asset that is there."""
    number = json.loads(upload(github, shelf).body)["id"]
    return f"{RELEASES}/assets/{number}"


def dispatches(github: InProcessGitHub) -> int:
    count: int = github.json(RUNS)["total_count"]
    return count


def test_an_upload_can_be_cut_on_its_way(github: InProcessGitHub, shelf: str) -> None:
    declare(github, "upload_cut")
    assert upload(github, shelf).status == 502
    (left,) = github.json(shelf)
    assert (left["state"], left["size"]) == ("starter", 0)
    assert upload(github, shelf, "another.db").status == 201
    assert github.ledger()["faults"] == {"upload_cut": 1}


def test_a_server_error_before_the_upload_leaves_nothing(github: InProcessGitHub, shelf: str) -> None:
    declare(github, "status", status=500, path="^POST .*/assets")
    assert upload(github, shelf).status == 500
    assert github.json(shelf) == []


@pytest.mark.parametrize(("status", "delivery"), [(None, "reset"), (502, "whole"), (500, "whole")])
def test_what_was_done_can_be_unknown_to_the_client(
    github: InProcessGitHub, shelf: str, status: int | None, delivery: str
) -> None:
    declare(github, "lost_answer", status=status, path="/assets")
    answer = upload(github, shelf)
    assert answer.delivery == delivery
    if status is not None:
        assert answer.status == status
    assert b"digest" not in answer.body or delivery == "reset"
    assert [one["state"] for one in github.json(shelf)] == ["uploaded"]
    again = upload(github, shelf)
    assert json.loads(again.body)["errors"][0]["code"] == "already_exists"


def test_a_dispatch_whose_answer_is_lost_has_started_a_run(github: InProcessGitHub) -> None:
    before = dispatches(github)
    declare(github, "lost_answer", status=502)
    assert github.send("POST", DISPATCHES, {"ref": "main"}).status == 502
    assert dispatches(github) == before + 1


def test_an_answer_that_refuses_is_not_lost(github: InProcessGitHub) -> None:
    declare(github, "lost_answer", status=502)
    assert github.send("POST", DISPATCHES, {"ref": "nowhere"}).status == 422
    assert github.ledger()["faults"] == {}


@pytest.mark.parametrize(("details", "status"), [({}, 400), ({"status": 422}, 422)])
def test_an_older_server_does_not_know_how_to_tell_of_the_run(
    github: InProcessGitHub, details: dict[str, int], status: int
) -> None:
    declare(github, "run_details_unknown", times=None, **details)
    before = dispatches(github)
    answer = github.send("POST", DISPATCHES, {"ref": "main", "return_run_details": True})
    assert answer.status == status
    assert json.loads(answer.body)["message"].endswith('"return_run_details" is not a permitted key.')
    assert dispatches(github) == before
    assert github.send("POST", DISPATCHES, {"ref": "main"}).status == 204
    assert dispatches(github) == before + 1


def test_an_asset_can_be_streamed_instead_of_redirected_to(github: InProcessGitHub, shelf: str) -> None:
    address = asset(github, shelf)
    declare(github, "asset_streamed")
    answers = [github.get(address, BYTES) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 302]
    assert answers[0].length == len(DATA)
    assert answers[0].whole_body() == DATA


def test_the_link_to_an_asset_can_be_too_old_or_lead_elsewhere(github: InProcessGitHub, shelf: str) -> None:
    address = asset(github, shelf)
    declare(github, "link_expired")
    declare(github, "link_elsewhere", location="http://elsewhere.invalid/x")
    github.json(address)  # asks for no bytes
    old, elsewhere, good = (github.get(address, BYTES).headers["Location"] for _ in range(3))
    assert github.blobs.answer(Request("GET", old.removeprefix(BLOB_URL))).status == 403
    assert elsewhere == "http://elsewhere.invalid/x"
    assert github.blobs.answer(Request("GET", good.removeprefix(BLOB_URL))).status == 200


def test_the_blob_host_fails_for_assets_as_for_artifacts(github: InProcessGitHub, shelf: str) -> None:
    target = github.get(asset(github, shelf), BYTES).headers["Location"].removeprefix(BLOB_URL)
    declare(github, "blob_broken_off", path="blob:/release-assets/", after_bytes=10)
    declare(github, "blob_status")
    cut, failed, whole = (github.blobs.answer(Request("GET", target)) for _ in range(3))
    assert (cut.length, cut.whole_body()) == (len(DATA), DATA[:10])
    assert (failed.status, whole.whole_body()) == (503, DATA)


def test_faults_of_the_api_hit_what_is_written_as_well(github: InProcessGitHub, shelf: str) -> None:
    declare(github, "bad_credentials", path="^DELETE ")
    declare(github, "secondary_limit", path="^PATCH ", retry_after="7")
    address = asset(github, shelf)
    limited = github.send("PATCH", address, {"name": "other"})
    assert (limited.status, limited.headers["Retry-After"]) == (403, "7")
    assert github.send("DELETE", address).status == 401
    assert github.json(address)["name"] == "capture.db"


def test_faults_of_what_is_written_hit_nothing_that_is_read(github: InProcessGitHub, shelf: str) -> None:
    address = asset(github, shelf)
    for kind in (*WRITE_KINDS, "upload_cut"):
        declare(github, kind, times=None)
    assert github.get(RELEASES).status == github.get(address).status == 200
    assert github.get(address, BYTES).status == 302
    assert github.ledger()["faults"] == {}


def test_a_page_that_is_too_heavy_is_none_that_is_written(github: InProcessGitHub) -> None:
    declare(github, "status", status=502, above=20, times=None)
    assert github.send("POST", RELEASES, {"tag_name": "v1"}).status == 201
    assert github.get(RELEASES).status == 502


@pytest.mark.parametrize("kind", [*RELEASE_KINDS, *WRITE_KINDS])
def test_each_of_them_can_hit_a_share(github: InProcessGitHub, shelf: str, kind: str) -> None:
    address = asset(github, shelf)
    declare(github, kind, times=None, share=0.3)
    dispatch = {"ref": "main", "return_run_details": True}
    for number in range(150):
        github.world.clock.advance(60)
        if kind == "asset_streamed":
            github.get(address, BYTES)
        elif kind == "upload_cut":
            upload(github, shelf, f"asset-{number}")
        else:
            github.send("POST", DISPATCHES, dispatch)
    assert 20 < github.ledger()["faults"][kind] < 70


def test_the_kinds_are_told_apart() -> None:
    assert not {*RELEASE_KINDS, *WRITE_KINDS} & set(KINDS)
