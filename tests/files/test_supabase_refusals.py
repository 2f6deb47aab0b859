"""What Supabase Storage refuses, loses or does not answer: waited for, skipped or told, and no key shown."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from supabase_files import BUCKET, KEY, MINUTE, NOW, UPLOAD, keep, make_bucket, open_storage, read
from supabase_gateway import Gateway

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import ConfigurationError, StoreError
from progressive_capture.lib.files.contents import read_contents
from progressive_capture.lib.files.findings import FileFound
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.not_kept import NotKept
from progressive_capture.lib.files.supabase_bucket import _is_no_such_host
from progressive_capture.lib.files.supabase_storage import SupabaseStorage
from progressive_capture.lib.patience import Patience


def uploads(gateway: Gateway) -> int:
    return [(each.method, each.path) for each in gateway.requests].count(("POST", UPLOAD))


# -- what is too large -------------------------------------------------------------------------------------


def test_a_file_over_the_projects_limit_is_not_kept_and_others_are(
    gateway: Gateway, storage: SupabaseStorage
) -> None:
    gateway.storage_limit_bytes = 100
    with pytest.raises(NotKept) as caught:
        keep(storage, b"x" * 101)
    assert caught.value.status == "skipped"
    assert caught.value.reason == "larger than the bucket, or its Supabase project, takes"
    assert keep(storage, b"x" * 100) is not None


def test_a_file_over_the_buckets_limit_is_not_kept(gateway: Gateway, storage: SupabaseStorage) -> None:
    make_bucket(gateway, file_size_limit=4)
    with pytest.raises(NotKept):
        keep(storage, b"hello")
    assert keep(storage, b"four") is not None


def test_what_stands_in_front_may_refuse_a_large_body_too(gateway: Gateway, storage: SupabaseStorage) -> None:
    gateway.fail(UPLOAD, 413)
    with pytest.raises(NotKept):
        keep(storage, b"hello")


def test_nothing_that_large_is_sent_again(gateway: Gateway, storage: SupabaseStorage) -> None:
    gateway.storage_limit_bytes = 100
    with pytest.raises(NotKept):
        keep(storage, b"x" * 200)
    sent = len(gateway.requests)
    with pytest.raises(NotKept):
        keep(storage, b"y" * 200)
    assert len(gateway.requests) == sent
    with pytest.raises(NotKept):
        keep(storage, b"y" * 150)
    assert len(gateway.requests) == sent + 1


def test_a_file_too_large_for_the_bucket_is_a_row_with_its_reason_and_the_rest_goes_on(
    gateway: Gateway, storage: SupabaseStorage
) -> None:
    gateway.storage_limit_bytes = 100
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        writing.writestr("large.txt", "l" * 101)
        writing.writestr("small.txt", "s" * 99)
    contents = read_contents(archive, "logs", storage, Limits())
    large, small = [found for found in contents if isinstance(found, FileFound)]
    assert (large.status, large.storage_key) == ("skipped", None)
    assert large.reason == "larger than the bucket, or its Supabase project, takes"
    assert (large.size_bytes, large.content) == (101, "l" * 101)  # what goes into the database, goes there
    assert (small.status, small.reason) == ("stored", None)
    assert (contents.content.status, contents.content.reason) == ("stored", "1 of 2 files skipped")


# -- what fails --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [423, 429, 500, 502, 503, 520, 544])
def test_what_passes_is_waited_for(gateway: Gateway, clock: ManualClock, status: int) -> None:
    storage = open_storage(gateway, clock=clock)
    gateway.fail("/storage/v1/object", status, times=3)
    assert keep(storage, b"hello") == KEY
    assert 1 < (clock.now() - NOW).total_seconds() < 10


def test_an_upload_whose_answer_was_lost_is_made_again(gateway: Gateway, storage: SupabaseStorage) -> None:
    make_bucket(gateway)
    gateway.drop_before_work(UPLOAD)
    gateway.drop_after_work(UPLOAD, times=2)
    assert keep(storage, b"hello") == KEY
    assert uploads(gateway) == 4
    assert read(storage, KEY) == b"hello"


def test_a_removal_whose_answer_was_lost_is_made_again(gateway: Gateway, storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    gateway.drop_after_work(f"/storage/v1/object/{BUCKET}")
    assert storage.remove(KEY, untouched_since=NOW + 60 * MINUTE)
    assert not storage.has(KEY)


def test_a_download_that_breaks_off_begins_again(gateway: Gateway, storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    gateway.cut_answer(UPLOAD)
    assert read(storage, KEY) == b"hello"


def test_waiting_has_an_end(gateway: Gateway, clock: ManualClock) -> None:
    storage = open_storage(gateway, clock=clock)
    gateway.fail("/storage/v1/object", 503, times=10_000)
    with pytest.raises(StoreError, match=r"refused \(503: no message\)") as caught:
        keep(storage, b"hello")
    assert caught.value.hint
    assert clock.now() - NOW < 10 * MINUTE


def test_a_project_that_does_not_answer_is_told_with_a_next_step(clock: ManualClock) -> None:
    with Gateway() as gateway:
        storage = open_storage(gateway, clock=clock)
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        storage.check_writable()
    assert "SUPABASE_URL" in caught.value.hint


def test_a_paused_project_is_not_waited_for(gateway: Gateway, clock: ManualClock) -> None:
    storage = open_storage(gateway, clock=clock)
    gateway.paused = True
    for ask in (storage.check_writable, lambda: keep(storage, b"hello"), lambda: storage.has(KEY)):
        with pytest.raises(StoreError, match="the project is paused") as caught:
            ask()
        assert "dashboard" in caught.value.hint
    assert clock.now() == NOW


def test_a_host_that_nobody_has_is_not_waited_for_but_a_silent_name_server_is() -> None:
    for reason, expected in ((socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)):
        error = httpx.ConnectError("no connection")
        error.__cause__ = OSError()
        error.__cause__.__context__ = socket.gaierror(reason, "no name")
        assert _is_no_such_host(error) is expected


def told(error: BaseException) -> str:
    return f"{error} {getattr(error, 'hint', '')}"


def test_a_wrong_key_is_told_and_never_shown(gateway: Gateway, clock: ManualClock) -> None:
    storage = open_storage(gateway, "sb_secret_another", clock)
    for ask in (storage.check_writable, lambda: keep(storage, b"hello"), lambda: storage.open(KEY)):
        with pytest.raises(StoreError, match="the key is not accepted") as caught:
            ask()
        assert "SUPABASE_SECRET_KEY" in caught.value.hint
        assert "another" not in told(caught.value)
    assert clock.now() == NOW


@pytest.mark.parametrize("key", ["sb_publishable_hidden", "hidden\n", "hidden key", "hïdden"])
def test_a_key_that_cannot_be_right_is_refused_before_anything_is_asked(gateway: Gateway, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_storage(gateway, key)
    assert "hidden" not in told(caught.value)
    assert "SUPABASE_SECRET_KEY" in caught.value.hint
    assert gateway.requests == []


def test_a_key_that_may_not_store_is_told_with_a_next_step(gateway: Gateway, clock: ManualClock) -> None:
    """A key of another role looks like any other; only Supabase knows what it may."""
    gateway.publishable_key = "a.custom.role"
    make_bucket(gateway)
    storage = open_storage(gateway, gateway.publishable_key, clock)
    with pytest.raises(StoreError, match="this key may not do that") as checking:
        storage.check_writable()
    with pytest.raises(StoreError, match="this key may not do that"):
        keep(storage, b"hello")
    assert "SUPABASE_SECRET_KEY" in checking.value.hint
    with pytest.raises(StoreError, match="or this key may not see it"):
        storage.open(KEY)


def test_a_secret_key_goes_where_supabase_wants_it(storage: SupabaseStorage, gateway: Gateway) -> None:
    """https://supabase.com/docs/guides/getting-started/migrating-to-new-api-keys"""
    legacy = open_storage(gateway, gateway.legacy_service_key)
    assert "authorization" not in storage._bucket._http.headers
    assert legacy._bucket._http.headers["authorization"] == f"Bearer {gateway.legacy_service_key}"


def test_a_legacy_key_is_as_good(gateway: Gateway) -> None:
    assert keep(open_storage(gateway, gateway.legacy_service_key), b"hello") == KEY


def test_something_else_than_supabase_is_noticed(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "storage" / "v1" / "bucket").mkdir(parents=True)
    (tmp_path / "storage" / "v1" / "bucket" / BUCKET).write_text("<html>a web page</html>")
    with web_server(tmp_path) as url:
        storage = SupabaseStorage(url, "sb_secret_x", BUCKET, Patience(clock))
        with pytest.raises(StoreError, match="something else") as caught:
            storage.check_writable()
    assert "SUPABASE_URL" in caught.value.hint


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        pass


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """Any web server: it serves files, and knows nothing of Supabase."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
