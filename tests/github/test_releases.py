"""Releases and assets: streamed up and down, again where it breaks off, refusals with the next step."""

import hashlib
import io
import json
import random
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest
from forked_simulator import Simulator
from loopback_github import LoopbackGitHub, Reply

from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import InvalidRequestError, TooLargeError, UnansweredError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.release_errors import (
    LARGEST_ASSET,
    AssetTooLargeError,
    ImmutableReleaseError,
    NameTakenError,
    ReleaseFullError,
)
from progressive_capture.lib.github.release_values import Asset, Release
from progressive_capture.lib.github.releases import Releases

Connect = Callable[..., Connection]
Open = Callable[..., Releases]
REPOSITORY = "octo/example"
DATA = random.Random(3).randbytes(700_000)
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    arguments = ("--runs", "2", "--cpu-scale", "0.01", "--requests-per-hour", "1000000")
    with Simulator(*arguments, "--largest-asset-bytes", "1000000") as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    running.reset_ledger()
    yield running
    running.clear_faults()
    running.immutable_releases(enabled=False)


@pytest.fixture
def opened(simulator: Simulator) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_releases(**changes: Any) -> Releases:
            usual: dict[str, Any] = {
                "api_url": simulator.url,
                "graphql_url": simulator.graphql_url,
                "token": simulator.token,
                "clock": WaitlessClock(simulator.advance),
                "stop": threading.Event(),
                "may_wait_until": lambda _: True,
                "jitter": lambda: 0.0,
                "leave_budget": 0,
            }
            return stack.enter_context(Connection(**(usual | changes))).client().releases

        yield open_releases


@pytest.fixture
def releases(opened: Open) -> Releases:
    return opened()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    return path


def draft(releases: Releases, tag: str) -> Release:
    return releases.create_draft(REPOSITORY, tag=tag, name="A shelf", body="What it is for.")


def bytes_of(releases: Releases, asset: Asset, at_most: int = 10**6) -> bytes:
    into = io.BytesIO()
    releases.download(REPOSITORY, asset, into, at_most=at_most)
    return into.getvalue()


# ---- releases ----------------------------------------------------------------------------------------------


def test_a_draft_becomes_a_prerelease_and_is_never_the_latest(
    releases: Releases, opened: Open, simulator: Simulator
) -> None:
    made = draft(releases, "published")
    assert (made.draft, made.tag, made.name, made.body) == (True, "published", "A shelf", "What it is for.")
    assert made in list(releases.listed(REPOSITORY))
    others = opened(token="sim-nocontents")
    assert made.id not in {each.id for each in others.listed(REPOSITORY)}
    published = releases.publish(REPOSITORY, made)
    assert (published.id, published.draft, published.prerelease) == (made.id, False, True)
    assert published.id in {each.id for each in others.listed(REPOSITORY)}
    (truth,) = (each for each in simulator.truth("releases") if each["id"] == made.id)
    assert truth["prerelease"]


@pytest.mark.parametrize("status", [None, 502])
def test_a_draft_whose_answer_is_lost_is_looked_for_and_not_made_twice(
    releases: Releases, simulator: Simulator, status: int | None
) -> None:
    simulator.fault("lost_answer", path="POST .*/releases$", status=status)
    made = draft(releases, f"lost-{status}")
    assert [each for each in releases.listed(REPOSITORY) if each.tag == f"lost-{status}"] == [made]


def test_a_draft_that_was_not_made_is_asked_for_again(releases: Releases, simulator: Simulator) -> None:
    simulator.fault("status", path="POST .*/releases$", status=502, times=2)
    made = draft(releases, "again")
    assert [each for each in releases.listed(REPOSITORY) if each.tag == "again"] == [made]
    simulator.fault("status", path="POST .*/releases$", status=502, times=None)
    with pytest.raises(UnansweredError):
        draft(releases, "never")


def test_a_tag_that_is_taken_is_told(releases: Releases) -> None:
    releases.publish(REPOSITORY, draft(releases, "taken"))
    with pytest.raises(NameTakenError, match="already_exists"):
        releases.publish(REPOSITORY, draft(releases, "taken"))


def test_more_than_a_page_of_releases_and_assets_is_listed(releases: Releases, file: Path) -> None:
    file.write_bytes(b"x")
    made = draft(releases, "many")
    for number in range(101):
        releases.upload(REPOSITORY, made, f"asset-{number}", file)
    assert len(releases.assets(REPOSITORY, made)) == 101
    tags = {draft(releases, f"page-{number}").tag for number in range(100)}
    assert {each.tag for each in releases.listed(REPOSITORY)} >= tags | {"many"}


def test_whether_releases_are_immutable_is_known_to_who_may_know(
    releases: Releases, opened: Open, simulator: Simulator
) -> None:
    assert releases.are_immutable(REPOSITORY) is False
    simulator.immutable_releases()
    assert releases.are_immutable(REPOSITORY) is True
    assert opened(token="sim-noadmin").are_immutable(REPOSITORY) is None
    assert opened(token=None).are_immutable(REPOSITORY) is None


# ---- uploads -----------------------------------------------------------------------------------------------


def test_what_is_uploaded_is_what_is_downloaded(releases: Releases, file: Path) -> None:
    made, seen = draft(releases, "round-trip"), list[int]()
    asset = releases.upload(REPOSITORY, made, "data.bin", file, progress=seen.append)
    assert asset.holds(len(DATA), hashlib.sha256(DATA).hexdigest())
    assert releases.assets(REPOSITORY, made) == [asset]
    assert bytes_of(releases, asset) == DATA
    assert seen == sorted(seen)
    assert seen[-1] == len(DATA)


@pytest.mark.parametrize("fault", ["upload_cut", "lost_answer", "status", "reset"])
def test_an_upload_that_breaks_off_is_sent_again_and_nothing_half_is_left(
    releases: Releases, simulator: Simulator, file: Path, fault: str
) -> None:
    made = draft(releases, f"broken-{fault}")
    simulator.fault(fault, path="POST .*assets", times=2)
    asset = releases.upload(REPOSITORY, made, "data.bin", file)
    assert releases.assets(REPOSITORY, made) == [asset]
    assert bytes_of(releases, asset) == DATA


def test_an_upload_that_never_arrives_is_given_up(
    releases: Releases, simulator: Simulator, file: Path
) -> None:
    made = draft(releases, "never-arrives")
    simulator.fault("upload_cut", times=None)
    with pytest.raises(GitHubUnavailableError, match="did not arrive whole, 4 times"):
        releases.upload(REPOSITORY, made, "data.bin", file)
    simulator.clear_faults()
    assert releases.assets(REPOSITORY, made) == []


def test_an_upload_under_a_limit_is_sent_from_its_start_again(
    releases: Releases, simulator: Simulator, file: Path
) -> None:
    made = draft(releases, "limited")
    simulator.fault("secondary_limit", path="POST .*assets", retry_after="5")
    assert bytes_of(releases, releases.upload(REPOSITORY, made, "data.bin", file)) == DATA


def test_an_asset_with_the_same_bytes_is_taken_and_one_with_others_is_not_touched(
    releases: Releases, file: Path
) -> None:
    made = draft(releases, "same")
    first = releases.upload(REPOSITORY, made, "data.bin", file)
    assert releases.upload(REPOSITORY, made, "data.bin", file) == first
    file.write_bytes(DATA[::-1])
    with pytest.raises(NameTakenError):
        releases.upload(REPOSITORY, made, "data.bin", file)
    assert releases.assets(REPOSITORY, made) == [first]


def test_a_leftover_of_an_upload_gives_its_name_free(
    releases: Releases, simulator: Simulator, file: Path
) -> None:
    made = draft(releases, "leftover")
    simulator.fault("upload_cut", path="POST .*assets", times=4)
    simulator.fault("status", path="DELETE", status=503, times=None)
    with pytest.raises(GitHubUnavailableError):
        releases.upload(REPOSITORY, made, "data.bin", file)
    simulator.clear_faults()
    assert [asset.state for asset in releases.assets(REPOSITORY, made)] == ["starter"]
    asset = releases.upload(REPOSITORY, made, "data.bin", file)
    assert releases.assets(REPOSITORY, made) == [asset]


def test_what_is_too_large_is_refused_by_us_and_by_github(releases: Releases, file: Path) -> None:
    made = draft(releases, "large")
    with file.open("wb") as opened:
        opened.truncate(LARGEST_ASSET)
    with pytest.raises(AssetTooLargeError, match="2 GiB") as caught:
        releases.upload(REPOSITORY, made, "data.bin", file)
    assert "DATABASE_URL" in caught.value.hint
    with file.open("wb") as opened:
        opened.truncate(1_000_001)
    with pytest.raises(AssetTooLargeError):
        releases.upload(REPOSITORY, made, "data.bin", file)


def test_a_file_is_never_in_memory_whole(connect: Connect, file: Path) -> None:
    size = 64 * 1024 * 1024
    with file.open("wb") as opened:
        opened.truncate(size)
    with Drain(size) as drain:
        made = release_at(f"{drain.url}/uploads")
        releases = connect(api_url=drain.url).client().releases
        tracemalloc.start()
        try:
            releases.upload(REPOSITORY, made, "data.bin", file)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert drain.received == size
    assert peak < 4 * 1024 * 1024


class Drain:
    """Takes an upload of so many zeros and remembers none of it."""

    def __init__(self, size: int) -> None:
        digest = hashlib.sha256(bytes(size)).hexdigest()
        asset = {"id": 1, "name": "data.bin", "state": "uploaded", "size": size, "digest": f"sha256:{digest}"}
        body = json.dumps(asset | {"created_at": "2026-11-20T12:00:00Z"}).encode()
        self.answer = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        self.received, self.size = 0, size
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join()
        self.listener.close()

    def serve(self) -> None:
        client, _ = self.listener.accept()
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(1024)
            self.received = len(head.partition(b"\r\n\r\n")[2])
            buffer = bytearray(256 * 1024)
            while self.received < self.size:
                self.received += client.recv_into(buffer)
            client.sendall(self.answer)


def test_a_stop_ends_an_upload_in_the_middle(opened: Open, releases: Releases, file: Path) -> None:
    stop = threading.Event()
    made = draft(releases, "stopped")
    with pytest.raises(CapturePaused, match="stopped"):
        opened(stop=stop).upload(
            REPOSITORY, made, "data.bin", file, progress=lambda sent: sent > 100_000 and stop.set()
        )
    assert all(asset.state == "starter" for asset in releases.assets(REPOSITORY, made))


def test_a_file_that_becomes_shorter_is_told(releases: Releases, file: Path) -> None:
    made = draft(releases, "shorter")
    with pytest.raises(CaptureError, match="became shorter"):
        releases.upload(
            REPOSITORY, made, "data.bin", file, progress=lambda _: file.write_bytes(b"short") and None
        )


# ---- refusals ----------------------------------------------------------------------------------------------


def test_without_the_permission_it_is_said_what_to_grant(
    opened: Open, releases: Releases, file: Path
) -> None:
    others, made = opened(token="sim-nocontents"), draft(releases, "permission")
    published = releases.publish(REPOSITORY, made)
    asset = releases.upload(REPOSITORY, published, "data.bin", file)
    for ask in (
        lambda: draft(others, "mine"),
        lambda: others.publish(REPOSITORY, published),
        lambda: others.upload(REPOSITORY, published, "other.bin", file),
        lambda: others.delete_asset(REPOSITORY, asset),
    ):
        with pytest.raises(AuthenticationError) as caught:
            ask()
        assert "`contents: write` under `permissions:` of the job in the workflow file" in caught.value.hint
    assert bytes_of(others, asset) == DATA


def test_an_immutable_release_is_an_error_of_its_own(
    releases: Releases, simulator: Simulator, file: Path
) -> None:
    made = draft(releases, "immutable")
    asset = releases.upload(REPOSITORY, made, "data.bin", file)
    simulator.immutable_releases()
    published = releases.publish(REPOSITORY, made)
    assert published.immutable
    with pytest.raises(ImmutableReleaseError):
        releases.upload(REPOSITORY, published, "other.bin", file)
    with pytest.raises(ImmutableReleaseError) as caught:
        releases.delete_asset(REPOSITORY, asset)
    assert "release immutability" in caught.value.hint
    with pytest.raises(NameTakenError):
        releases.publish(REPOSITORY, draft(releases, "immutable"))


def test_a_full_release_and_other_refusals_are_told(server: LoopbackGitHub, connect: Connect) -> None:
    releases = connect().client().releases
    full = {"resource": "ReleaseAsset", "code": "custom", "message": "file_count limited to 1000 assets"}
    server.replies = [Reply({"message": "Validation Failed", "errors": [full]}, status=422)]
    with pytest.raises(ReleaseFullError, match="limited to 1000"):
        releases.delete_asset(REPOSITORY, an_asset())
    server.replies = [Reply({"message": "Cannot create ref due to creations being restricted."}, status=422)]
    with pytest.raises(InvalidRequestError, match="being restricted") as caught:
        draft(releases, "ruled-out")
    assert "Rulesets" in caught.value.hint


def test_what_is_deleted_already_is_fine(releases: Releases, file: Path, simulator: Simulator) -> None:
    made = draft(releases, "deleted")
    asset = releases.upload(REPOSITORY, made, "data.bin", file)
    simulator.fault("lost_answer", path="DELETE")
    releases.delete_asset(REPOSITORY, asset)
    releases.delete_asset(REPOSITORY, asset)
    assert releases.assets(REPOSITORY, made) == []
    with pytest.raises(NotFoundError):
        bytes_of(releases, asset)


# ---- downloads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults", [["asset_streamed"], ["blob_broken_off"], ["link_expired"], ["blob_reset"]]
)
def test_bytes_come_by_whatever_way(
    releases: Releases, simulator: Simulator, file: Path, faults: list[str]
) -> None:
    asset = releases.upload(REPOSITORY, draft(releases, f"way-{faults}"), "data.bin", file)
    for fault in faults:
        simulator.fault(fault)
    assert bytes_of(releases, asset) == DATA


def test_more_than_is_wanted_is_refused_by_both_ways(
    releases: Releases, simulator: Simulator, file: Path
) -> None:
    asset = releases.upload(REPOSITORY, draft(releases, "wanted"), "data.bin", file)
    with pytest.raises(TooLargeError):
        bytes_of(releases, asset, at_most=len(DATA) - 1)
    simulator.fault("asset_streamed")
    with pytest.raises(TooLargeError):
        bytes_of(releases, asset, at_most=len(DATA) - 1)


def test_a_stop_ends_streamed_bytes_in_the_middle(
    opened: Open, releases: Releases, simulator: Simulator, file: Path
) -> None:
    stop = threading.Event()

    class StopsAtTheFirst(io.BytesIO):
        def write(self, data: Any) -> int:
            stop.set()
            return super().write(data)

    asset = releases.upload(REPOSITORY, draft(releases, "streamed"), "data.bin", file)
    simulator.fault("asset_streamed")
    into = StopsAtTheFirst()
    with pytest.raises(CapturePaused, match="stopped"):
        opened(stop=stop).download(REPOSITORY, asset, into, at_most=10**6)
    assert 0 < len(into.getvalue()) < len(DATA)


def test_streamed_bytes_that_break_off_are_asked_for_from_where_they_broke_off(
    server: LoopbackGitHub, connect: Connect
) -> None:
    rest = {"content-range": f"bytes 400000-{len(DATA) - 1}/{len(DATA)}"}
    server.replies = [Reply(DATA, cut=len(DATA) - 400_000), Reply(DATA[400_000:], 206, rest)]
    assert bytes_of(connect().client().releases, an_asset()) == DATA
    first, second = server.seen
    assert (first.headers["accept"], first.headers["accept-encoding"]) == (
        "application/octet-stream",
        "identity",
    )
    assert "range" not in first.headers
    assert second.headers["range"] == "bytes=400000-"


def test_bytes_elsewhere_are_asked_for_without_the_token(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [
        Reply({}, 302, {"location": f"{server.url}/blob?sig=secret"}),
        Reply(DATA, headers={"etag": '"x"'}),
    ]
    assert bytes_of(connect(token=TOKEN).client().releases, an_asset()) == DATA
    asked, blob = server.seen
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in blob.headers


# ---- where the token goes ----------------------------------------------------------------------------------


def an_asset() -> Asset:
    answer = {"id": 5, "name": "a", "state": "uploaded", "size": 1, "created_at": "2026-11-20T12:00:00Z"}
    return Asset.parse(answer, "/assets")


def release_at(upload_url: str) -> Release:
    body = {"id": 1, "tag_name": "a", "draft": False, "upload_url": f"{upload_url}{{?name,label}}"}
    return Release.parse(body, "/releases/1")


def release_of(server: LoopbackGitHub) -> Release:
    return release_at(f"{server.url}/uploads")


@pytest.mark.parametrize(
    "address", ["http://uploads.example.net/a", "ftp://127.0.0.1/a", "https://me@uploads.example.net/a", ""]
)
def test_an_upload_address_that_is_not_https_gets_no_token(
    server: LoopbackGitHub, connect: Connect, file: Path, address: str
) -> None:
    with pytest.raises(UnexpectedPayloadError):
        connect().client().releases.upload(REPOSITORY, release_at(address), "a", file)
    assert server.seen == []


def test_an_upload_is_not_followed_anywhere(server: LoopbackGitHub, connect: Connect, file: Path) -> None:
    server.replies = [Reply({}, 307, {"location": f"{server.url}/elsewhere"})]
    with pytest.raises(UnexpectedPayloadError, match="to another address, where the token must not go"):
        connect().client().releases.upload(REPOSITORY, release_of(server), "a.bin", file)
    assert [seen.path for seen in server.seen] == ["/uploads"]


def test_an_upload_announces_its_length_and_kind(
    server: LoopbackGitHub, connect: Connect, file: Path
) -> None:
    digest = f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    body = {"id": 5, "name": "a.bin", "state": "uploaded", "size": len(DATA), "digest": digest}
    server.replies = [Reply(body | {"created_at": "2026-11-20T12:00:00Z"}, status=201)]
    releases = connect(token=TOKEN).client().releases
    releases.upload(REPOSITORY, release_of(server), "a.bin", file, content_type="application/gzip")
    (seen,) = server.seen
    assert (seen.query, seen.body) == ({"name": "a.bin"}, DATA)
    assert seen.headers["content-length"] == str(len(DATA))
    assert "transfer-encoding" not in seen.headers
    assert seen.headers["content-type"] == "application/gzip"
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "answer", [{}, {"id": 1}, [], {"id": 5, "name": "a", "state": "uploaded", "size": 1, "created_at": "x"}]
)
def test_an_answer_that_is_no_asset_is_told(
    server: LoopbackGitHub, connect: Connect, file: Path, answer: Any
) -> None:
    server.replies = [Reply(answer, status=201)]
    with pytest.raises(UnexpectedPayloadError):
        connect().client().releases.upload(REPOSITORY, release_of(server), "a", file)
    with pytest.raises(UnexpectedPayloadError):
        Release.parse(answer, "/releases/1")
