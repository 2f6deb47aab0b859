"""Artifacts: their listings, and their bytes from a host that must not know the token."""

import hashlib
import io
import logging
import random
import socket
import threading
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from blob_host import SIGNATURE, Behavior, BlobHost
from loopback_github import LoopbackGitHub, Reply, Seen

from progressive_capture.lib.clock import ManualClock, SystemClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github import byte_answers
from progressive_capture.lib.github.artifact_pages import artifact_pages_of
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.downloads import MOST_ATTEMPTS, MOST_HOPS
from progressive_capture.lib.github.failures import GoneError, ListingTooLongError, TooLargeError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.transfer import Downloaded

Connect = Callable[..., Connection]
CONTENT = random.Random(7).randbytes(300_000)
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
ZIP = "/repos/octo/example/actions/artifacts/5/zip"


@pytest.fixture
def host() -> Iterator[BlobHost]:
    with BlobHost(CONTENT) as blob_host:
        yield blob_host


@pytest.fixture(autouse=True)
def links(request: pytest.FixtureRequest, server: LoopbackGitHub) -> None:
    """GitHub answers with a link to the host, where a test has one."""
    if "host" in request.fixturenames:
        host = request.getfixturevalue("host")
        server.otherwise = lambda _: Reply(b"", status=302, headers={"location": host.link})


def download(
    client: GitHub, *, at_most: int = 10**9, into: BinaryIO | None = None
) -> tuple[bytes, Downloaded]:
    file = into or io.BytesIO()
    downloaded = client.download_artifact("octo/example", 5, file, at_most=at_most)
    file.seek(0)
    return file.read(), downloaded


def whole(content: bytes = CONTENT) -> Downloaded:
    return Downloaded(
        size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest(), content_type="application/zip"
    )


# ---- listings ----------------------------------------------------------------------------------------------


def listing(how_many: int, heavy_above: int = 100) -> Callable[[Seen], Reply]:
    def reply(seen: Seen) -> Reply:
        size, page = int(seen.query["per_page"]), int(seen.query["page"])
        if size > heavy_above:
            return Reply(status=502)
        found = [{"id": number} for number in range(how_many)[(page - 1) * size : page * size]]
        links = {"link": '<https://x>; rel="next"' if page * size < how_many else '<https://x>; rel="first"'}
        return Reply({"total_count": how_many, "artifacts": found}, headers=links)

    return reply


def test_a_page_of_artifacts(server: LoopbackGitHub, connect: Connect, clock: ManualClock) -> None:
    server.otherwise = listing(150)
    page = connect().client().artifacts("octo/example", page=2)
    assert [each["id"] for each in page.artifacts] == list(range(100, 150))
    assert (page.total_count, page.has_next, page.captured_at) == (150, False, clock.now())
    assert server.asked == ["/repos/octo/example/actions/artifacts?per_page=100&page=2"]


def test_a_page_of_artifacts_that_is_too_heavy_is_asked_for_in_smaller_ones(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.otherwise = listing(250, heavy_above=25)
    page = connect().client().artifacts("octo/example", page=2)
    assert [each["id"] for each in page.artifacts] == list(range(100, 200))
    assert (page.has_next, page.steady) == (True, True)


def test_a_page_in_parts_between_which_something_was_deleted_is_not_steady(
    server: LoopbackGitHub, connect: Connect
) -> None:
    totals = count(250, -1)

    def shrinking(seen: Seen) -> Reply:
        return listing(next(totals) if int(seen.query["per_page"]) <= 50 else 250, heavy_above=50)(seen)

    server.otherwise = shrinking
    assert not connect().client().artifacts("octo/example", page=1).steady


def test_a_page_of_another_size_is_one_answer(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(250)
    page = connect().client().artifacts("octo/example", page=3, size=83)
    assert [each["id"] for each in page.artifacts] == list(range(166, 249))
    assert len(server.seen) == 1


def test_the_artifacts_of_a_run_come_page_by_page(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(150)
    pages = list(connect().client().run_artifacts("octo/example", 9))
    assert [len(page.artifacts) for page in pages] == [100, 50]
    assert server.seen[0].path == "/repos/octo/example/actions/runs/9/artifacts"


def test_one_artifact(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"id": 5, "name": "reports"})]
    assert connect().client().artifact("octo/example", 5).body["name"] == "reports"
    assert server.seen[0].path == "/repos/octo/example/actions/artifacts/5"


@pytest.mark.parametrize("body", [[], {}, {"artifacts": [{}], "total_count": 1}, {"artifacts": []}])
def test_a_listing_that_is_none_is_said(server: LoopbackGitHub, connect: Connect, body: Any) -> None:
    server.otherwise = lambda _: Reply(body)
    with pytest.raises(UnexpectedPayloadError, match="actions/artifacts"):
        connect().client().artifacts("octo/example")


def test_a_walk_is_told_where_github_lists_no_further(server: LoopbackGitHub, connect: Connect) -> None:
    words = "In order to keep the API fast for everyone, pagination is limited for this resource."
    server.otherwise = lambda _: Reply({"message": words}, status=422)
    client = connect().client()
    with pytest.raises(ListingTooLongError):
        client.artifacts("octo/example", page=401)
    assert artifact_pages_of(client, "octo/example")(401, 100) is None


# ---- bytes -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("host")
def test_an_artifact_is_written_with_its_size_and_digest_for_one_request(
    server: LoopbackGitHub, connect: Connect
) -> None:
    client = connect(token=TOKEN).client()
    assert download(client) == (CONTENT, whole())
    assert client.spent().requests == 1
    assert [seen.path for seen in server.seen] == [ZIP]
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_host_of_the_bytes_learns_no_token_no_cookie_and_no_password(
    host: BlobHost, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    host.otherwise = lambda: Behavior(headers={"set-cookie": "seen=1"})
    client = connect(token=TOKEN).client()
    download(client)
    download(client)
    for headers in host.seen:
        assert not {"authorization", "cookie", "x-github-api-version"} & set(headers)
        assert TOKEN not in "".join(headers.values())
        assert headers["accept-encoding"] == "identity"
        assert headers["user-agent"].startswith("progressive-capture/")


def test_an_empty_artifact(host: BlobHost, connect: Connect) -> None:
    host.content = b""
    assert download(connect().client()) == (b"", whole(b""))


def test_bytes_that_are_packed_are_written_as_they_come(host: BlobHost, connect: Connect) -> None:
    """Size and digest are those of the stored bytes; unpacking is nobody's wish."""
    host.otherwise = lambda: Behavior(headers={"content-encoding": "gzip"})
    assert download(connect().client())[0] == CONTENT


def test_a_page_of_html_is_handed_on_with_its_type(host: BlobHost, connect: Connect) -> None:
    page = b"<html>Sign in</html>"
    host.otherwise = lambda: Behavior(body=page, headers={"content-type": "text/html"})
    written, downloaded = download(connect().client())
    assert (written, downloaded.content_type) == (page, "text/html")


@pytest.mark.usefixtures("host")
def test_a_renamed_repository_is_followed_before_the_link(server: LoopbackGitHub, connect: Connect) -> None:
    new = f"{server.url}/repositories/7/actions/artifacts/5/zip"
    server.replies = [Reply({}, status=301, headers={"location": new})]
    assert download(connect().client())[0] == CONTENT
    assert [seen.path for seen in server.seen] == [ZIP, "/repositories/7/actions/artifacts/5/zip"]


# ---- broken transfers --------------------------------------------------------------------------------------


def test_a_transfer_that_is_cut_goes_on_where_it_was(
    host: BlobHost, server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    host.behaviors = [Behavior(cut=100_000), Behavior(cut=50_000)]
    assert download(connect().client()) == (CONTENT, whole())
    assert host.ranges == [None, "bytes=200000-", "bytes=250000-"]
    assert [headers.get("if-range") for headers in host.seen] == [None, host.etag, host.etag]
    assert len(server.seen) == 1
    assert clock.monotonic() == 1 + 2


def test_without_a_strong_etag_it_goes_on_all_the_same(host: BlobHost, connect: Connect) -> None:
    host.behaviors = [Behavior(cut=100_000, headers={"etag": 'W/"weak"'}), Behavior(headers={"etag": None})]
    assert download(connect().client()) == (CONTENT, whole())
    assert "if-range" not in host.seen[1]
    assert host.ranges[1] == "bytes=200000-"


STARTS_OVER = {
    "no ranges": Behavior(ignore_range=True),
    "another part": Behavior(
        body=CONTENT[100_000:200_000], headers={"content-range": "bytes 100000-199999/300000"}
    ),
    "no part named": Behavior(headers={"content-range": None}),
    "another size": Behavior(headers={"content-range": "bytes 200000-299999/400000"}),
    "another file": Behavior(body=bytes(100_000), headers={"etag": '"other"'}),
    "no such part": Behavior(status=416),
}


@pytest.mark.parametrize("second", STARTS_OVER.values(), ids=STARTS_OVER)
def test_what_does_not_continue_is_started_over(host: BlobHost, connect: Connect, second: Behavior) -> None:
    host.behaviors = [Behavior(cut=100_000), second]
    assert download(connect().client()) == (CONTENT, whole())
    assert host.ranges[2:] in ([], [None])


def test_a_file_that_changed_meanwhile_is_read_from_the_start(host: BlobHost, connect: Connect) -> None:
    other = CONTENT[150_000::-1]  # shorter than what came of the first
    host.behaviors = [Behavior(cut=100_000)]

    def change() -> None:
        if len(host.seen) == 2:
            host.content, host.etag = other, '"changed"'

    host.before_answer = change
    assert download(connect().client()) == (other, whole(other))
    assert host.ranges == [None, "bytes=200000-"]


BROKEN = {
    "cut": Behavior(cut=1),
    "hung up": Behavior(hang_up=True),
    "server trouble": Behavior(status=503),
    "too many": Behavior(status=429),
    "no answer of use": Behavior(status=204, body=b""),
    "a part unasked": Behavior(status=206),
}


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
def test_a_broken_transfer_is_tried_a_bounded_number_of_times(
    host: BlobHost, connect: Connect, clock: ManualClock, how: Behavior
) -> None:
    host.otherwise = lambda: how
    client = connect().client()
    if how.cut:  # every part but the last byte comes, for ever
        host.otherwise = lambda: Behavior(hang_up=True) if len(host.seen) > 1 else how
    with pytest.raises(GitHubUnavailableError, match=f"GET {ZIP} .* {MOST_ATTEMPTS} times"):
        download(client)
    assert len(host.seen) == MOST_ATTEMPTS
    assert clock.monotonic() == 1 + 2 + 4 + 8 + 16
    assert client.spent().requests == 1


def test_a_host_in_trouble_may_say_how_long(host: BlobHost, connect: Connect, clock: ManualClock) -> None:
    host.behaviors = [Behavior(status=503, headers={"retry-after": "20"})]
    assert download(connect().client())[0] == CONTENT
    assert clock.monotonic() == 20


def test_a_host_that_falls_silent_is_given_up_and_asked_again(host: BlobHost, connect: Connect) -> None:
    never = threading.Event()
    host.behaviors = [Behavior(wait_for=never)]
    assert download(connect(timeout_seconds=0.2).client()) == (CONTENT, whole())
    assert host.ranges == [None, "bytes=150000-"]
    never.set()


def test_bytes_of_unknown_length_are_taken_to_the_end(host: BlobHost, connect: Connect) -> None:
    host.otherwise = lambda: Behavior(headers={"content-length": None, "connection": "close"})
    assert download(connect().client()) == (CONTENT, whole())


# ---- links that run out ------------------------------------------------------------------------------------


def test_a_link_that_ran_out_is_asked_for_again(
    host: BlobHost, server: LoopbackGitHub, connect: Connect
) -> None:
    host.behaviors = [Behavior(cut=100_000), Behavior(status=403)]
    client = connect().client()
    assert download(client) == (CONTENT, whole())
    assert host.ranges == [None, "bytes=200000-", "bytes=200000-"]
    assert len(server.seen) == client.spent().requests == 2


def test_an_old_link_is_not_even_tried(host: BlobHost, server: LoopbackGitHub, connect: Connect) -> None:
    host.behaviors = [Behavior(status=503, headers={"retry-after": "55"})]
    assert download(connect().client())[0] == CONTENT
    assert (len(host.seen), len(server.seen)) == (2, 2)


def test_links_that_are_never_accepted_are_asked_for_a_few_times(
    host: BlobHost, server: LoopbackGitHub, connect: Connect
) -> None:
    host.otherwise = lambda: Behavior(status=403)
    client = connect().client()
    with pytest.raises(GitHubUnavailableError, match="the storage answered 403"):
        download(client)
    assert len(server.seen) == client.spent().requests == MOST_ATTEMPTS


# ---- where links lead --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "location",
    ["http://blobs.example.net/?{}", "file:///etc/passwd?{}", "/zip?{}", "https://u:{}@x.example/"],
)
def test_a_link_to_somewhere_unexpected_is_not_followed(
    server: LoopbackGitHub, connect: Connect, location: str
) -> None:
    server.otherwise = lambda _: Reply({}, status=302, headers={"location": location.format(SIGNATURE)})
    with pytest.raises(UnexpectedPayloadError, match="not followed") as caught:
        download(connect().client())
    assert len(server.seen) == 1
    assert SIGNATURE not in str(caught.value)


@pytest.mark.parametrize("reply", [Reply({}, status=302), Reply({"id": 1})], ids=["nowhere", "no redirect"])
def test_an_answer_without_a_link_is_unexpected(
    server: LoopbackGitHub, connect: Connect, reply: Reply
) -> None:
    server.otherwise = lambda _: reply
    with pytest.raises(UnexpectedPayloadError):
        download(connect().client())


def test_a_second_redirect_is_followed_under_the_same_rule(host: BlobHost, connect: Connect) -> None:
    onward = Behavior(status=307, headers={"location": host.link}, body=b"")
    host.behaviors = [onward] * MOST_HOPS
    assert download(connect().client())[0] == CONTENT
    host.behaviors = [onward] * (MOST_HOPS + 1)
    with pytest.raises(UnexpectedPayloadError, match="one address to the next"):
        download(connect().client())
    host.behaviors = [Behavior(status=302, headers={"location": f"http://blobs.example.net/?{SIGNATURE}"})]
    with pytest.raises(UnexpectedPayloadError, match=r"\(http, blobs\.example\.net\)"):
        download(connect().client())


# ---- what GitHub refuses -----------------------------------------------------------------------------------


def test_what_is_not_there_and_what_has_expired_are_told_apart(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.replies = [Reply({"message": "Not Found"}, status=404), Reply({"message": "Gone"}, status=410)]
    client = connect().client()
    with pytest.raises(NotFoundError) as missing:
        download(client)
    assert not isinstance(missing.value, GoneError)
    with pytest.raises(GoneError) as gone:
        download(client)
    assert gone.value.status == 410


def test_a_refusal_that_is_no_limit_names_the_permission(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"message": "Must have admin rights"}, status=403)]
    with pytest.raises(AuthenticationError) as caught:
        download(connect().client())
    assert "actions: read" in caught.value.hint


# ---- too large ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("host")
def test_what_is_announced_as_too_large_is_not_read(connect: Connect) -> None:
    file = io.BytesIO()
    with pytest.raises(TooLargeError, match="larger than 299,999 bytes"):
        download(connect().client(), at_most=299_999, into=file)
    assert file.getvalue() == b""
    assert download(connect().client(), at_most=300_000)[0] == CONTENT


def test_what_turns_out_too_large_is_left_without_a_byte_too_many(host: BlobHost, connect: Connect) -> None:
    host.otherwise = lambda: Behavior(headers={"content-length": None, "connection": "close"})
    file = io.BytesIO()
    with pytest.raises(TooLargeError):
        download(connect().client(), at_most=299_999, into=file)
    assert len(file.getvalue()) <= 299_999


def test_more_bytes_than_announced_are_too_many(host: BlobHost, connect: Connect) -> None:
    more = Behavior(body=CONTENT[200_000:] + b"more")
    host.behaviors = [Behavior(cut=100_000), more]
    with pytest.raises(TooLargeError, match="than the 300,000 that were announced"):
        download(connect().client())


# ---- stopping, space, secrets ------------------------------------------------------------------------------


def test_a_stop_ends_a_download_between_two_blocks(
    host: BlobHost, connect: Connect, stop: threading.Event
) -> None:
    class Stopping(io.BytesIO):
        def write(self, block: Any) -> int:
            stop.set()
            return super().write(block)

    file = Stopping()
    host.content = CONTENT * 20
    with pytest.raises(CapturePaused, match="stopped"):
        download(connect().client(), into=file)
    assert 0 < len(file.getvalue()) < len(host.content)


def test_a_slow_host_does_not_delay_a_stop(host: BlobHost, connect: Connect, stop: threading.Event) -> None:
    """A block is what has come, not what might."""
    trickle = threading.Event()
    host.behaviors = [Behavior(wait_for=trickle)]
    written = threading.Event()

    class Telling(io.BytesIO):
        def write(self, block: Any) -> int:
            written.set()
            return super().write(block)

    with ThreadPoolExecutor(1) as pool:
        downloading = pool.submit(download, connect(clock=SystemClock()).client(), into=Telling())
        assert written.wait(10)  # although not half of a block has come
        stop.set()
        trickle.set()
        with pytest.raises(CapturePaused):
            downloading.result(10)


def test_a_download_takes_no_place_from_requests(
    host: BlobHost, server: LoopbackGitHub, connect: Connect
) -> None:
    trickle = threading.Event()
    host.behaviors = [Behavior(wait_for=trickle)]
    client = connect(concurrency=1).client()
    with ThreadPoolExecutor(1) as pool:
        downloading = pool.submit(download, client)
        while not host.seen:
            threading.Event().wait(0.005)  # real threads: there is no clock to move
        server.replies = [Reply({"id": 7})]
        assert client.repository("octo/example").body["id"] == 7
        assert not downloading.done()
        trickle.set()
        assert downloading.result(10)[0] == CONTENT


def test_a_disk_that_is_full_is_not_the_hosts_fault(host: BlobHost, connect: Connect) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        download(connect().client(), into=Full())
    assert len(host.seen) == 1


def test_memory_stays_flat(host: BlobHost, connect: Connect, tmp_path: Path) -> None:
    host.content = bytes(32 * 1024 * 1024)
    client = connect().client()
    with (tmp_path / "artifact").open("wb+") as file:
        client.download_artifact("octo/example", 5, file, at_most=10**9)
        file.seek(0)
        file.truncate()
        tracemalloc.start()
        try:
            client.download_artifact("octo/example", 5, file, at_most=10**9)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert file.tell() == len(host.content)
    assert peak < 4 * byte_answers.BLOCK


def refused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SECRETIVE = {
    "refused": Behavior(status=403),
    "cut": Behavior(cut=10),
    "hung up": Behavior(hang_up=True),
    "sent on": Behavior(status=302, headers={"location": f"http://x.example/?{SIGNATURE}"}),
    "sent on to nonsense": Behavior(status=302, headers={"location": f"https://[x/?{SIGNATURE}"}),
    "too large": Behavior(),
}


@pytest.mark.parametrize("how", [*SECRETIVE, "nobody there"])
def test_no_error_and_no_log_ever_holds_a_link(
    host: BlobHost, server: LoopbackGitHub, connect: Connect, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    host.otherwise = lambda: SECRETIVE[how]
    if how == "nobody there":
        nowhere = f"http://127.0.0.1:{refused_port()}/zip?{SIGNATURE}"
        server.otherwise = lambda _: Reply(b"", status=302, headers={"location": nowhere})
    with caplog.at_level(logging.DEBUG), pytest.raises(CaptureError) as caught:
        download(connect(token=TOKEN).client(), at_most=10)
    chain: list[BaseException | None] = [caught.value]
    while (last := chain[-1]) is not None:
        assert SIGNATURE not in repr(last)
        chain.append(last.__context__)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    for secret in (SIGNATURE, TOKEN):
        assert secret not in shown
        assert secret not in caplog.text
        assert secret not in "".join(repr(vars(record)) for record in caplog.records)
    assert ZIP in caplog.text  # what is no secret is still logged
