"""Files in a gateway that stands for Supabase, and what it holds afterwards."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
from supabase_gateway import Gateway

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.files.supabase_storage import SupabaseStorage
from progressive_capture.lib.patience import Patience

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUCKET = "captured"
KEY = "2c/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""The SHA-256 of `hello`, as every reference gives it."""
UPLOAD = f"/storage/v1/object/{BUCKET}/{KEY}"


def open_storage(
    gateway: Gateway, key: str | None = None, clock: ManualClock | None = None
) -> SupabaseStorage:
    """What one capture opens: a second one remembers nothing of the first."""
    return SupabaseStorage(
        gateway.url, key or gateway.secret_key, BUCKET, Patience(clock or ManualClock(NOW))
    )


def keep(storage: SupabaseStorage, data: bytes) -> str | None:
    with storage.receive() as incoming:
        incoming.write(data)
        return incoming.keep()


def read(storage: SupabaseStorage, key: str) -> bytes:
    with closing(storage.open(key)) as file:
        return file.read()


def bucket_of(gateway: Gateway) -> httpx.Response:
    address = f"{gateway.url}/storage/v1/bucket/{BUCKET}"
    return httpx.get(address, headers={"apikey": gateway.secret_key})


def make_bucket(gateway: Gateway, **options: object) -> None:
    address = f"{gateway.url}/storage/v1/bucket"
    made = httpx.post(address, json={"id": BUCKET, **options}, headers={"apikey": gateway.secret_key})
    assert made.status_code == 200


def objects_of(gateway: Gateway, folder: str) -> list[str]:
    address = f"{gateway.url}/storage/v1/object/list/{BUCKET}"
    asked = {"prefix": folder, "limit": 100, "offset": 0}
    rows = httpx.post(address, json=asked, headers={"apikey": gateway.secret_key}).json()
    return [row["name"] for row in rows]
