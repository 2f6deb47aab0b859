"""Buckets and their objects, kept in a folder of the test.

Shapes: https://supabase.com/docs/guides/storage/debugging/error-codes for what is refused, and the tests of
https://github.com/supabase/storage (`src/test/object.test.ts`, `bucket.test.ts`) for bodies: an error is HTTP
400 with its own status as text in the body.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from supabase_gateway.exchange import Answer, Request, json_answer

ROLE_THAT_MAY = "service_role"
"""No policy lets another one through row level security."""
_HEAD_BYTES = 65536


@dataclass(kw_only=True)
class _Object:
    place: Path
    size: int
    created_at: datetime
    updated_at: datetime


@dataclass
class _Bucket:
    name: str
    is_public: bool
    limit_bytes: int | None
    created_at: datetime
    objects: dict[str, _Object] = field(default_factory=dict)


class StorageApi:
    """`/storage/v1/…`.

    Args:
        folder: takes the bytes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Remove every bucket with all that is in it."""
        with self._lock:
            for bucket in self._buckets.values():
                _delete(bucket, list(bucket.objects))
            self._buckets.clear()

    def answer(self, request: Request, role: str, *, now: datetime, limit_bytes: int) -> Answer | None:
        """The answer; None: this gateway does not speak that."""
        kind, *names = [unquote(part) for part in request.path.split("/")[3:]]
        may = role == ROLE_THAT_MAY
        match request.method, kind, names:
            case "POST", "bucket", []:
                return self._make_bucket(json.load(request.body), now) if may else _not_allowed()
            case "POST", "object", [name, *path] if name != "list":
                upload = partial(self._upload, request, name, "/".join(path), now, limit_bytes)
                return upload() if may else _not_allowed()
        with self._lock:
            return self._on_what_is_there(request, kind, names, self._buckets if may else {})

    def _on_what_is_there(
        self, request: Request, kind: str, names: list[str], seen: dict[str, _Bucket]
    ) -> Answer | None:
        """The same to every role, but what row level security hides is not there."""
        if (request.method, kind, names[:1]) == ("POST", "object", ["list"]):
            return _listed(seen.get(names[1]), json.load(request.body))
        bucket = seen.get(names[0])
        match request.method, kind, names[1:]:
            case "GET", "bucket", []:
                return _as_answer(bucket) if bucket else _no_bucket()
            case "DELETE", "bucket", []:
                return self._delete_bucket(bucket) if bucket else _no_bucket()
            case "DELETE", "object", []:
                return _delete(bucket, json.load(request.body)["prefixes"])
            case "GET", "object", path:
                return _download(bucket, "/".join(path)) if bucket else _no_bucket()
            case _:
                return None

    def _make_bucket(self, asked: dict[str, Any], now: datetime) -> Answer:
        name, limit = asked["id"], asked.get("file_size_limit")
        with self._lock:
            if name in self._buckets:
                return _duplicate()
            self._buckets[name] = _Bucket(name, asked.get("public", False), limit, now)
        return json_answer(200, {"name": name})

    def _delete_bucket(self, bucket: _Bucket) -> Answer:
        if bucket.objects:
            return _error("409", "InvalidRequest", "The bucket you tried to delete is not empty")
        del self._buckets[bucket.name]
        return json_answer(200, {"message": "Successfully deleted"})

    def _upload(self, request: Request, name: str, path: str, now: datetime, limit_bytes: int) -> Answer:
        start, size = _file_part(request)
        with self._lock:
            bucket = self._buckets.get(name)
            if bucket is None:
                return _no_bucket()
            if path in bucket.objects and request.headers.get("x-upsert") != "true":
                return _duplicate()
        if size > min(limit_bytes, bucket.limit_bytes or limit_bytes):
            return _error("413", "Payload too large", "The object exceeded the maximum allowed size")
        place = self._folder / uuid.uuid4().hex
        request.body.seek(start)
        with place.open("wb") as file:
            shutil.copyfileobj(request.body, file)
            file.truncate(size)
        with self._lock:
            old = bucket.objects.get(path)
            created_at = old.created_at if old else now
            bucket.objects[path] = _Object(place=place, size=size, created_at=created_at, updated_at=now)
        if old:
            old.place.unlink()
        return json_answer(200, {"Id": str(uuid.uuid4()), "Key": f"{name}/{path}"})


def _as_answer(bucket: _Bucket) -> Answer:
    times = dict.fromkeys(("created_at", "updated_at"), _iso(bucket.created_at))
    named = {"id": bucket.name, "name": bucket.name, "owner": "", "public": bucket.is_public}
    limits = {"file_size_limit": bucket.limit_bytes, "allowed_mime_types": None}
    return json_answer(200, named | times | limits)


def _listed(bucket: _Bucket | None, asked: dict[str, Any]) -> Answer:
    """The files right below a folder; a bucket that is not there has none."""
    begin = f"{asked['prefix']}/" if asked["prefix"] else ""
    wanted = (begin + asked.get("search", "")).lower()
    found = {
        path.removeprefix(begin): each
        for path, each in (bucket.objects if bucket else {}).items()
        if path.lower().startswith(wanted)
    }
    rows = [_row(name, each) for name, each in sorted(found.items()) if "/" not in name]
    return json_answer(200, rows[asked["offset"] :][: asked["limit"]])


def _download(bucket: _Bucket, path: str) -> Answer:
    found = bucket.objects.get(path)
    if found is None:
        return _error("404", "not_found", "Object not found")
    return Answer(200, file=found.place.open("rb"), headers={"Content-Type": "application/octet-stream"})


def _delete(bucket: _Bucket | None, paths: list[str]) -> Answer:
    there = bucket.objects if bucket else {}
    gone = {path: there.pop(path) for path in paths if path in there}
    for each in gone.values():
        each.place.unlink()
    return json_answer(200, [_row(path, each) for path, each in gone.items()])


def _file_part(request: Request) -> tuple[int, int]:
    """Where the file begins in a body of `multipart/form-data` whose last part it is, and how long it is."""
    boundary = re.search(r'boundary="?([^";]+)', request.headers["content-type"])
    assert boundary is not None, "uploads are multipart/form-data"
    end = b"\r\n--%s--\r\n" % boundary[1].encode()
    head = request.body.read(_HEAD_BYTES)
    start = head.index(b"\r\n\r\n", head.index(b"filename=")) + 4
    request.body.seek(request.size - len(end))
    assert request.body.read() == end, "the file is the last part"
    return start, request.size - len(end) - start


def _row(name: str, stored: _Object) -> dict[str, Any]:
    at = {"created_at": _iso(stored.created_at), "updated_at": _iso(stored.updated_at)}
    return {"name": name, "id": stored.place.name, **at, "metadata": {"size": stored.size}}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _no_bucket() -> Answer:
    return _error("404", "Bucket not found", "Bucket not found")


def _duplicate() -> Answer:
    return _error("409", "Duplicate", "The resource already exists")


def _not_allowed() -> Answer:
    return _error("403", "Unauthorized", "new row violates row-level security policy")


def _error(status: str, error: str, message: str) -> Answer:
    return json_answer(400, {"statusCode": status, "error": error, "message": message})
