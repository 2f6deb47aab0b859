"""From an artifact to its bytes: the link, the blob host, and what goes wrong between them."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer, Request
from github_simulator.faults import DOWNLOAD_KINDS, KINDS, Fault
from github_simulator.in_process import BLOB_URL, InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
ARTIFACTS = "/repos/octo/example/actions/artifacts"


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=100, artifacts_share=1.0)


@pytest.fixture
def artifact(github: InProcessGitHub) -> dict[str, Any]:
    """The newest that is worth cutting into parts."""
    found = github.json(f"{ARTIFACTS}?per_page=100")["artifacts"]
    newest: dict[str, Any] = next(one for one in found if one["size_in_bytes"] > 1_000 and one["digest"])
    return newest


def link(github: InProcessGitHub, artifact: dict[str, Any]) -> str:
    answer = github.get(f"{ARTIFACTS}/{artifact['id']}/zip")
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["Location"].startswith(f"{BLOB_URL}/artifacts/{artifact['id']}?")
    return answer.headers["Location"].removeprefix(BLOB_URL)


def download(github: InProcessGitHub, target: str, headers: dict[str, str] | None = None) -> Answer:
    return github.blobs.answer(Request("GET", target, headers or {}))


def declare(github: InProcessGitHub, kind: str, **details: Any) -> None:
    github.service.faults.add(Fault.parse({"kind": kind, **details}))


def is_whole(body: bytes, artifact: dict[str, Any]) -> bool:
    digest: str = artifact["digest"]
    return digest == f"sha256:{hashlib.sha256(body).hexdigest()}"


def test_the_bytes_are_as_long_and_have_the_digest_that_was_told(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    answer = download(github, link(github, artifact))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    body = answer.whole_body()
    assert answer.length == len(body) == artifact["size_in_bytes"]
    assert is_whole(body, artifact)
    assert github.ledger()["blobs"] == {"downloads": 1, "bytes": len(body)}


def test_a_download_takes_one_request_and_a_token_even_where_all_is_public(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    before = github.ledger()["requests"]["total"]
    link(github, artifact)
    assert github.ledger()["requests"]["total"] == before + 1
    nobody = github.caller(None)
    assert nobody.get(f"{ARTIFACTS}/{artifact['id']}").status == 200
    assert nobody.get(f"{ARTIFACTS}/{artifact['id']}/zip").status == 401


def test_a_link_is_good_for_one_minute_and_refuses_the_token(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    target = link(github, artifact)
    assert download(github, target, {"authorization": "Bearer sim-demo"}).status == 403
    assert download(github, target.replace(str(artifact["id"]), "4600000000")).status == 403
    github.world.clock.advance(60)
    assert download(github, target).status == 200
    github.world.clock.advance(1)
    assert download(github, target).status == 403


def test_a_transfer_can_go_on_where_it_broke_off(github: InProcessGitHub, artifact: dict[str, Any]) -> None:
    target = link(github, artifact)
    whole = download(github, target)
    body = whole.whole_body()
    rest = download(github, target, {"range": "bytes=400-", "if-range": whole.headers["ETag"]})
    assert (rest.status, rest.whole_body()) == (206, body[400:])
    assert rest.headers["Content-Range"] == f"bytes 400-{len(body) - 1}/{len(body)}"
    assert download(github, target, {"range": "bytes=5-9"}).whole_body() == body[5:10]
    assert download(github, target, {"range": f"bytes={len(body)}-"}).status == 416
    changed = download(github, target, {"range": "bytes=400-", "if-range": '"another"'})
    assert (changed.status, changed.whole_body()) == (200, body)


def test_a_raw_file_has_the_type_that_it_is(make_github: MakeGitHub) -> None:
    github = make_github(runs=300, artifacts_share=1.0)
    names = {"junit.xml": "application/xml", "build.log": "text/plain", "diagram.png": "image/png"}
    for name, media_type in names.items():
        raw = github.json(f"{ARTIFACTS}?name={name}")["artifacts"][0]
        answer = download(github, link(github, raw))
        assert answer.headers["Content-Type"] == media_type
        assert not answer.whole_body().startswith(b"PK")


@pytest.mark.parametrize("status", [500, 503, 404])
def test_the_blob_host_can_fail_once(github: InProcessGitHub, artifact: dict[str, Any], status: int) -> None:
    declare(github, "blob_status", status=status)
    target = link(github, artifact)
    assert [download(github, target).status for _ in range(2)] == [status, 200]
    assert github.ledger()["faults"] == {"blob_status": 1}


@pytest.mark.parametrize(("details", "arrived"), [({}, 0.5), ({"after_bytes": 100}, None)])
def test_a_transfer_can_break_off(
    github: InProcessGitHub, artifact: dict[str, Any], details: dict[str, int], arrived: float | None
) -> None:
    declare(github, "blob_broken_off", **details)
    target = link(github, artifact)
    cut, whole = download(github, target), download(github, target).whole_body()
    assert cut.length == len(whole)
    assert cut.whole_body() == whole[: 100 if arrived is None else len(whole) // 2]


def test_a_transfer_that_was_to_break_off_later_than_it_ends_is_no_fault(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    declare(github, "blob_broken_off", after_bytes=artifact["size_in_bytes"])
    assert is_whole(download(github, link(github, artifact)).whole_body(), artifact)
    assert github.ledger()["faults"] == {}


def test_a_range_can_be_ignored(github: InProcessGitHub, artifact: dict[str, Any]) -> None:
    declare(github, "blob_range_ignored")
    target = link(github, artifact)
    download(github, target)  # asks for no part: there is nothing to ignore
    answers = [download(github, target, {"range": "bytes=400-"}) for _ in range(2)]
    assert [one.status for one in answers] == [200, 206]
    assert github.ledger()["faults"] == {"blob_range_ignored": 1}
    assert is_whole(answers[0].whole_body(), artifact)


def test_bytes_can_be_wrong_although_there_are_as_many(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    declare(github, "blob_wrong_bytes")
    target = link(github, artifact)
    wrong, right = (download(github, target).whole_body() for _ in range(2))
    assert len(wrong) == len(right)
    assert [is_whole(body, artifact) for body in (wrong, right)] == [False, True]


def test_a_page_can_come_instead_of_the_archive(github: InProcessGitHub, artifact: dict[str, Any]) -> None:
    declare(github, "blob_html")
    answer = download(github, link(github, artifact))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.whole_body().startswith(b"<html>")


def test_a_connection_to_the_blob_host_can_be_reset_or_slow(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    declare(github, "blob_reset")
    declare(github, "blob_slow", seconds=9.0)
    target = link(github, artifact)
    github.slept.clear()
    assert download(github, target).delivery == "reset"
    assert is_whole(download(github, target).whole_body(), artifact)
    assert github.slept == [9.0]


def test_a_link_can_be_too_old_at_once(github: InProcessGitHub, artifact: dict[str, Any]) -> None:
    declare(github, "link_expired")
    targets = [link(github, artifact) for _ in range(2)]
    assert [download(github, target).status for target in targets] == [403, 200]
    assert github.ledger()["faults"] == {"link_expired": 1}


@pytest.mark.parametrize("location", ["http://elsewhere.invalid/artifact.zip", "file:///etc/passwd"])
def test_a_redirect_can_lead_elsewhere(
    github: InProcessGitHub, artifact: dict[str, Any], location: str
) -> None:
    declare(github, "link_elsewhere", location=location)
    answer = github.get(f"{ARTIFACTS}/{artifact['id']}/zip")
    assert (answer.status, answer.headers["Location"]) == (302, location)
    link(github, artifact)


@pytest.mark.parametrize(("details", "status"), [({}, 404), ({"status": 410}, 410)])
def test_there_can_be_no_redirect_at_all(
    github: InProcessGitHub, artifact: dict[str, Any], details: dict[str, int], status: int
) -> None:
    declare(github, "artifact_missing", **details)
    address = f"{ARTIFACTS}/{artifact['id']}/zip"
    assert [github.get(address).status for _ in range(2)] == [status, 302]


def test_faults_of_downloads_hit_nothing_else(github: InProcessGitHub, artifact: dict[str, Any]) -> None:
    for kind in DOWNLOAD_KINDS:
        declare(github, kind, times=None)
    assert github.json(f"{ARTIFACTS}/{artifact['id']}") == artifact
    assert github.json(f"{ARTIFACTS}?per_page=1")["artifacts"]
    assert github.ledger()["faults"] == {}


def test_faults_of_the_api_do_not_hit_the_blob_host(
    github: InProcessGitHub, artifact: dict[str, Any]
) -> None:
    target = link(github, artifact)
    for kind in KINDS:
        declare(github, kind, times=None)
    assert is_whole(download(github, target).whole_body(), artifact)
    assert github.get(f"{ARTIFACTS}/{artifact['id']}/zip").status == 502


@pytest.mark.parametrize("kind", DOWNLOAD_KINDS)
def test_each_fault_of_downloads_can_hit_a_share_of_them(
    github: InProcessGitHub, artifact: dict[str, Any], kind: str
) -> None:
    declare(github, kind, times=None, share=0.3)
    address = f"{ARTIFACTS}/{artifact['id']}/zip"
    target = link(github, artifact) if kind.startswith("blob_") else None
    for _ in range(200):
        if target:
            download(github, target, {"range": "bytes=1-"})
        else:
            github.get(address)
    assert 30 < github.ledger()["faults"][kind] < 90
