"""Files in Supabase Storage, with Supabase's own client, over a gateway that stands for it."""

from __future__ import annotations

import hashlib
import threading
import tracemalloc
from contextlib import closing
from datetime import timedelta

import pytest
from supabase_files import (
    BUCKET,
    KEY,
    MINUTE,
    NOW,
    bucket_of,
    keep,
    make_bucket,
    objects_of,
    open_storage,
    read,
)
from supabase_gateway import Gateway

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.supabase_bucket import SupabaseBucket
from progressive_capture.lib.files.supabase_storage import CLOCKS_DIFFER_BY, SupabaseStorage
from progressive_capture.lib.patience import Patience

# -- bytes in, bytes out -----------------------------------------------------------------------------------


def test_bytes_are_kept_under_their_hash(storage: SupabaseStorage) -> None:
    with storage.receive() as incoming:
        incoming.write(b"hel")
        incoming.write(b"lo")
        assert (incoming.size_bytes, incoming.sha256) == (5, KEY.partition("/")[2])
        assert not storage.has(KEY)
        assert incoming.keep() == KEY
    assert storage.has(KEY)
    assert read(storage, KEY) == b"hello"


def test_what_is_not_kept_leaves_nothing(storage: SupabaseStorage, gateway: Gateway) -> None:
    with storage.receive() as incoming:
        incoming.write(b"hello")
    assert gateway.requests == []


def test_an_empty_file_is_a_file(storage: SupabaseStorage) -> None:
    key = keep(storage, b"")
    assert key is not None
    assert read(storage, key) == b""


def test_a_file_that_holds_what_ends_an_upload_comes_back_as_it_is(storage: SupabaseStorage) -> None:
    data = b"--boundary\r\n\r\nfilename=\r\n--\r\n" * 10_000
    key = keep(storage, data)
    assert key is not None
    assert read(storage, key) == data


def test_a_missing_file_is_told_with_a_next_step(storage: SupabaseStorage) -> None:
    with pytest.raises(StoreError, match="is not there") as without_bucket:
        storage.open(KEY)
    keep(storage, b"other")
    with pytest.raises(StoreError, match="is not in") as without_file:
        storage.open(KEY)
    assert "private bucket" in without_bucket.value.hint
    assert "--file-storage" in without_file.value.hint


def test_a_file_whose_name_only_begins_so_is_another(gateway: Gateway, storage: SupabaseStorage) -> None:
    make_bucket(gateway)
    with storage.receive() as incoming:
        storage._bucket.upload(f"{KEY}.txt", incoming.reader)
    assert not storage.has(KEY)


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "00/" + "ab" * 32, KEY.upper(), f"{KEY}\n"])
def test_a_key_that_is_none_asks_for_nothing(storage: SupabaseStorage, gateway: Gateway, key: str) -> None:
    for ask in (storage.open, storage.has, lambda key: storage.remove(key, untouched_since=NOW)):
        with pytest.raises(StoreError, match="storage key"):
            ask(key)
    assert gateway.requests == []


def test_a_large_file_is_never_in_memory(gateway: Gateway, storage: SupabaseStorage) -> None:
    gateway.storage_limit_bytes = 10**9
    block = bytes(1024 * 1024)
    keep(storage, b"what is loaded once")
    tracemalloc.start()
    with storage.receive() as incoming:
        for _ in range(40):
            incoming.write(block)
        key = incoming.keep()
        sha256 = incoming.sha256
    assert key is not None
    with closing(storage.open(key)) as file:
        digest = hashlib.sha256()
        while read_back := file.read(len(block)):
            digest.update(read_back)
    assert digest.hexdigest() == sha256
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * len(block)  # of client and server together


# -- once, and touched -------------------------------------------------------------------------------------


def test_one_capture_sends_the_same_bytes_once(gateway: Gateway, storage: SupabaseStorage) -> None:
    assert keep(storage, b"hello") == KEY
    requests = len(gateway.requests)
    assert keep(storage, b"hello") == KEY
    assert len(gateway.requests) == requests


def test_the_next_capture_touches_what_is_there(gateway: Gateway, storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    gateway.now = lambda: NOW + 60 * MINUTE
    keep(open_storage(gateway), b"hello")
    assert not storage.remove(KEY, untouched_since=NOW + 60 * MINUTE)
    assert read(storage, KEY) == b"hello"


def test_a_file_is_removed_if_nobody_kept_it_since(storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    assert storage.remove(KEY, untouched_since=NOW + 60 * MINUTE)
    assert not storage.has(KEY)


def test_removing_what_is_not_there_is_done_already(storage: SupabaseStorage) -> None:
    assert storage.remove(KEY, untouched_since=NOW)
    keep(storage, b"other")
    assert storage.remove(KEY, untouched_since=NOW)


def test_clocks_may_differ_by_minutes(storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    assert not storage.remove(KEY, untouched_since=NOW + CLOCKS_DIFFER_BY)
    assert storage.remove(KEY, untouched_since=NOW + CLOCKS_DIFFER_BY + timedelta(seconds=1))


def test_many_that_keep_the_same_bytes_agree(gateway: Gateway) -> None:
    keys: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: keys.append(keep(open_storage(gateway), b"hello"))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [KEY] * 6
    assert read(open_storage(gateway), KEY) == b"hello"


# -- the bucket --------------------------------------------------------------------------------------------


def test_the_first_file_makes_a_private_bucket(gateway: Gateway, storage: SupabaseStorage) -> None:
    keep(storage, b"hello")
    assert bucket_of(gateway).json()["public"] is False


def test_two_that_make_the_bucket_at_once_agree(gateway: Gateway, storage: SupabaseStorage) -> None:
    gateway.drop_after_work("/storage/v1/bucket")  # the second try finds the bucket of the first
    assert keep(storage, b"hello") == KEY


def test_a_bucket_that_a_check_of_another_takes_away_is_made_again(gateway: Gateway) -> None:
    class Checking(SupabaseBucket):
        """A bucket that goes right after it was made, once."""

        taken_away = False

        def make(self) -> None:
            super().make()
            if not self.taken_away:
                self.taken_away = True
                self.unmake()

    storage = open_storage(gateway)
    patience = Patience(ManualClock(NOW))
    storage._bucket = bucket = Checking(gateway.url, gateway.secret_key, BUCKET, patience)
    assert keep(storage, b"hello") == KEY
    assert bucket.taken_away


def test_checking_leaves_nothing(gateway: Gateway, storage: SupabaseStorage) -> None:
    storage.check_writable()
    assert bucket_of(gateway).status_code == 400
    make_bucket(gateway)
    storage.check_writable()
    assert bucket_of(gateway).status_code == 200
    assert objects_of(gateway, "check") == []
    assert sum("/object/captured/check/" in each.path for each in gateway.requests) == 1  # it was tried


def test_checking_takes_no_bucket_away_that_somebody_filled_meanwhile(gateway: Gateway) -> None:
    make_bucket(gateway)
    first, second = open_storage(gateway), open_storage(gateway)
    keep(first, b"hello")
    second._bucket.unmake()
    assert read(first, KEY) == b"hello"


def test_a_public_bucket_is_refused(gateway: Gateway, storage: SupabaseStorage) -> None:
    make_bucket(gateway, public=True)
    with pytest.raises(StoreError, match="Anybody may read") as caught:
        storage.check_writable()
    assert "private" in caught.value.hint
