"""Assets of releases: uploaded to a host of their own, downloaded through a link, deleted before replaced."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer, Request
from github_simulator.in_process import API_URL, BLOB_URL, InProcessGitHub
from github_simulator.release_records import asset_name

MakeGitHub = Callable[..., InProcessGitHub]
RELEASES = "/repos/octo/example/releases"
BYTES = {"accept": "application/octet-stream"}
DATA = bytes(range(256)) * 20


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=10)


@pytest.fixture
def release(github: InProcessGitHub) -> dict[str, Any]:
    made: dict[str, Any] = read(github.send("POST", RELEASES, {"tag_name": "data", "prerelease": True}))
    return made


def read(answer: Answer) -> Any:
    return json.loads(answer.body)


def upload(
    github: InProcessGitHub, release: dict[str, Any], name: str, data: bytes = DATA, **headers: str
) -> Answer:
    address = release["upload_url"].replace("{?name,label}", f"?name={name}")
    return github.upload(address, data, {key.replace("_", "-"): value for key, value in headers.items()})


def uploaded(github: InProcessGitHub, release: dict[str, Any], name: str, data: bytes = DATA) -> Any:
    answer = upload(github, release, name, data)
    assert answer.status == 201, answer.body
    return read(answer)


def problem(answer: Answer) -> dict[str, Any]:
    assert answer.status == 422
    (error,) = read(answer)["errors"]
    found: dict[str, Any] = error
    return found


def path(asset: dict[str, Any]) -> str:
    address: str = asset["url"]
    return address.removeprefix(API_URL)


def test_what_was_uploaded_is_told_with_its_size_and_digest(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    asset = read(upload(github, release, "capture.db.gz", content_type="application/gzip"))
    assert (asset["name"], asset["state"], asset["content_type"]) == (
        "capture.db.gz",
        "uploaded",
        "application/gzip",
    )
    assert (asset["size"], asset["label"], asset["download_count"]) == (len(DATA), None, 0)
    assert asset["digest"] == f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    assert github.json(path(asset)) == asset
    assert github.json(f"{RELEASES}/{release['id']}/assets") == [asset]
    assert github.json(f"{RELEASES}/{release['id']}")["assets"] == [asset]


def test_the_bytes_lie_behind_a_link_that_lasts_five_minutes_and_refuses_the_token(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    asset = uploaded(github, release, "capture.db")
    answer = github.get(path(asset), BYTES)
    assert (answer.status, answer.body) == (302, b"")
    target = answer.headers["Location"].removeprefix(BLOB_URL)
    whole = github.blobs.answer(Request("GET", target))
    assert (whole.status, whole.whole_body()) == (200, DATA)
    part = github.blobs.answer(Request("GET", target, {"range": "bytes=100-"}))
    assert (part.status, part.whole_body()) == (206, DATA[100:])
    assert github.blobs.answer(Request("GET", target, {"authorization": "Bearer sim-demo"})).status == 403
    github.world.clock.advance(300)
    assert github.blobs.answer(Request("GET", target)).status == 200
    github.world.clock.advance(1)
    assert github.blobs.answer(Request("GET", target)).status == 403
    assert github.json(path(asset))["download_count"] == 1


def test_a_public_asset_needs_no_token_and_a_drafts_asset_does(github: InProcessGitHub) -> None:
    nobody = github.caller(None)
    for draft, status in ((False, 302), (True, 404)):
        release = read(github.send("POST", RELEASES, {"tag_name": f"draft-{draft}", "draft": draft}))
        asset = uploaded(github, release, "capture.db")
        assert github.get(path(asset), BYTES).status == 302
        assert nobody.get(path(asset), BYTES).status == status


def test_a_name_is_taken_once(github: InProcessGitHub, release: dict[str, Any]) -> None:
    first = uploaded(github, release, "capture.db")
    again = upload(github, release, "capture.db", b"other bytes")
    assert problem(again) == {"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}
    assert github.json(f"{RELEASES}/{release['id']}/assets") == [first]
    assert github.send("DELETE", path(first)).status == 204
    assert uploaded(github, release, "capture.db", b"other bytes")["size"] == 11


def test_an_upload_that_breaks_off_leaves_an_empty_asset_that_must_be_deleted(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    cut = upload(github, release, "capture.db", DATA[:100], content_length=str(len(DATA)))
    assert cut.status == 502
    (left,) = github.json(f"{RELEASES}/{release['id']}/assets")
    assert (left["state"], left["size"], left["digest"]) == ("starter", 0, None)
    assert problem(upload(github, release, "capture.db"))["code"] == "already_exists"
    assert github.get(path(left), BYTES).status == 404
    assert github.send("DELETE", path(left)).status == 204
    assert uploaded(github, release, "capture.db")["state"] == "uploaded"


def test_the_length_must_be_announced(github: InProcessGitHub, release: dict[str, Any]) -> None:
    answer = upload(github, release, "capture.db", content_length="")
    assert (answer.status, read(answer)["message"]) == (400, "Bad Content-Length: ")
    assert github.json(f"{RELEASES}/{release['id']}/assets") == []


@pytest.mark.parametrize(
    ("length", "message"),
    [
        (0, "size must be greater than or equal to 1"),
        ((2 << 30) + 1, "size must be less than or equal to 2147483648"),
    ],
)
def test_an_asset_has_from_one_byte_to_two_gibibytes(
    github: InProcessGitHub, release: dict[str, Any], length: int, message: str
) -> None:
    answer = upload(github, release, "capture.db", b"", content_length=str(length))
    assert problem(answer) == {
        "resource": "ReleaseAsset",
        "code": "custom",
        "field": "size",
        "message": message,
    }
    assert github.json(f"{RELEASES}/{release['id']}/assets") == []


def test_the_limit_can_be_lower_so_that_a_test_can_reach_it(make_github: MakeGitHub) -> None:
    github = make_github(runs=0, largest_asset_bytes=100)
    release = read(github.send("POST", RELEASES, {"tag_name": "data"}))
    assert upload(github, release, "fits", bytes(100)).status == 201
    assert problem(upload(github, release, "does-not", bytes(101)))["field"] == "size"


def test_a_release_holds_a_thousand_assets(github: InProcessGitHub, release: dict[str, Any]) -> None:
    shelf = github.world.histories[0].releases
    found = shelf.find(release["id"])
    assert found is not None
    for number in range(999):
        shelf.add_asset(
            found, f"a{number}", b"x", label=None, content_type="text/plain", person=found.author, now=0
        )
    uploaded(github, release, "the-last-one")
    assert problem(upload(github, release, "one-too-many"))["field"] == "file_count"


def test_assets_come_in_pages_the_oldest_first(github: InProcessGitHub, release: dict[str, Any]) -> None:
    for number in range(5):
        uploaded(github, release, f"shard-{number}")
    page = github.json(f"{RELEASES}/{release['id']}/assets?per_page=2&page=2")
    assert [asset["name"] for asset in page] == ["shard-2", "shard-3"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("capture-2026_11.db.gz", "capture-2026_11.db.gz"),
        ("my capture (1).db", "my.capture.1.db"),
        ("a~b:c%d", "a.b.c.d"),
        ("größe.db", "gr.e.db"),
        ("..hidden..", "default.hidden"),
    ],
)
def test_strange_characters_in_names_become_periods(given: str, kept: str) -> None:
    assert asset_name(given) == kept
    assert asset_name(kept) == kept


def test_the_name_that_was_made_of_another_is_taken_too(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    assert uploaded(github, release, "a%20b.db")["name"] == "a.b.db"
    for name in ("a.b.db", "a%20b.db", "a~b.db"):
        assert problem(upload(github, release, name))["code"] == "already_exists"


def test_an_asset_can_get_another_name_but_not_one_that_is_taken(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    asset, other = (uploaded(github, release, name) for name in ("new.part", "old"))
    renamed = github.send("PATCH", path(asset), {"name": "new", "label": "The newest"})
    assert read(renamed)["name"] == "new"
    assert read(renamed)["label"] == "The newest"
    taken = github.send("PATCH", path(other), {"name": "new"})
    assert problem(taken)["code"] == "already_exists"
    assert github.send("PATCH", path(asset), {"name": "new"}).status == 200  # it has that name itself


def test_assets_go_with_their_release(github: InProcessGitHub, release: dict[str, Any]) -> None:
    asset = uploaded(github, release, "capture.db")
    link = github.get(path(asset), BYTES).headers["Location"].removeprefix(BLOB_URL)
    github.send("DELETE", f"{RELEASES}/{release['id']}")
    assert github.get(path(asset)).status == 404
    assert github.blobs.answer(Request("GET", link)).status == 404
    assert upload(github, release, "capture.db").status == 404


def test_uploads_go_to_their_host_and_nothing_else_does(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    address = f"{RELEASES}/{release['id']}/assets?name=capture.db"
    assert github.post(address, DATA).status == 404
    assert github.service.answer(Request("GET", RELEASES, github._headers, host="uploads")).status == 404


def test_a_token_without_contents_write_uploads_nothing(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    asset = uploaded(github, release, "capture.db")
    reader = github.caller("sim-nocontents")
    assert reader.upload(f"{RELEASES}/{release['id']}/assets?name=other", DATA).status == 403
    assert reader.send("PATCH", path(asset), {"name": "other"}).status == 403
    assert reader.send("DELETE", path(asset)).status == 403
    assert reader.get(path(asset), BYTES).status == 302
    assert github.json(f"{RELEASES}/{release['id']}/assets") == [asset | {"download_count": 1}]


def test_an_upload_is_one_request_and_a_download_is_one_too(
    github: InProcessGitHub, release: dict[str, Any]
) -> None:
    asset = uploaded(github, release, "capture.db")
    github.get(path(asset), BYTES)
    assert github.ledger()["requests"]["by_endpoint"] == {
        "POST /repos/{owner}/{repo}/releases": 1,
        "POST /repos/{owner}/{repo}/releases/{release_id}/assets": 1,
        "/repos/{owner}/{repo}/releases/assets/{asset_id}": 1,
    }
