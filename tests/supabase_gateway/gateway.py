"""The project's one address: keys, faults and limits in front of the data and the storage interface."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

from supabase_gateway.data_api import DataApi
from supabase_gateway.exchange import Answer, Request, json_answer, page
from supabase_gateway.http_server import HttpServer
from supabase_gateway.storage_api import StorageApi

RPC = "/rest/v1/rpc/"
STORAGE = "/storage/v1/"
MEBIBYTE = 1024 * 1024

_TITLES = {413: "Request Entity Too Large", 502: "Bad Gateway", 503: "Service Unavailable"}


class Received(NamedTuple):
    """One request, as `Gateway.requests` remembers it."""

    method: str
    path: str
    size: int


@dataclass
class _Fault:
    path_prefix: str
    kind: Literal["status", "before work", "after work", "cut"]
    left: int
    status: int = 0


class Gateway:
    """`with Gateway(dsn) as gateway:` serves a Supabase project at `gateway.url`.

    Args:
        dsn: the Postgres behind it, see `prepare_database`; None: a project for files alone.
        secret_key: acts as `service_role`; refused from what looks like a browser.
        publishable_key: acts as `anon`.
        legacy_service_key: any string, as the JSON Web Tokens that came before secret keys.
        statement_timeout_ms: how long a statement may take.
        body_limit_bytes: of a request to the data interface; larger ones are answered with 413.
        storage_limit_bytes: of one file; the free plan's.

    Attributes:
        requests: every request since the start.
        paused: set it, and the project answers nothing but 540.
        now: the clock that stored objects are dated by; may be replaced.
    """

    def __init__(
        self,
        dsn: str | None = None,
        *,
        secret_key: str = "sb_secret_of_the_tests",
        publishable_key: str = "sb_publishable_of_the_tests",
        legacy_service_key: str = "legacy.service.key",
        statement_timeout_ms: int = 8_000,
        body_limit_bytes: int = 10 * MEBIBYTE,
        storage_limit_bytes: int = 50 * MEBIBYTE,
    ) -> None:
        self.secret_key = secret_key
        self.publishable_key = publishable_key
        self.legacy_service_key = legacy_service_key
        self.body_limit_bytes = body_limit_bytes
        self.storage_limit_bytes = storage_limit_bytes
        self.requests: list[Received] = []
        self.paused = False
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._folder = tempfile.TemporaryDirectory(prefix="supabase-gateway-")
        self._data = None if dsn is None else DataApi(dsn, statement_timeout_ms)
        self._storage = StorageApi(Path(self._folder.name))
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._server = HttpServer(self._respond)

    @property
    def url(self) -> str:
        """`SUPABASE_URL`."""
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if self._data is not None:
            self._data.close()
        self._folder.cleanup()

    def forget(self) -> None:
        """Be as one that was just started: no request seen, no fault left, no file stored."""
        self.requests.clear()
        self._faults.clear()
        self.paused = False
        self._storage.forget()

    # -- faults: each hits the next so many requests whose path begins so ---------------------------------

    def fail(self, path_prefix: str, status: int, times: int = 1) -> None:
        """Answer with this status and a page that is no JSON, as what stands in front of a project does."""
        self._faults.append(_Fault(path_prefix, "status", times, status))

    def drop_before_work(self, path_prefix: str, times: int = 1) -> None:
        """Hang up, and do nothing."""
        self._faults.append(_Fault(path_prefix, "before work", times))

    def drop_after_work(self, path_prefix: str, times: int = 1) -> None:
        """Do what was asked, commit it, and hang up before the answer."""
        self._faults.append(_Fault(path_prefix, "after work", times))

    def cut_answer(self, path_prefix: str, times: int = 1) -> None:
        """Do what was asked, and break off in the middle of the answer."""
        self._faults.append(_Fault(path_prefix, "cut", times))

    def _fault_of(self, path: str) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.left and path.startswith(fault.path_prefix):
                    fault.left -= 1
                    return fault
        return None

    # -- answers ------------------------------------------------------------------------------------------

    def _respond(self, request: Request) -> Answer | None:
        self.requests.append(Received(request.method, request.path, request.size))
        if self.paused:
            return Answer(540, b"Project paused", headers={"Content-Type": "text/plain"})
        fault = self._fault_of(request.path)
        if fault and fault.kind == "before work":
            return None
        if fault and fault.kind == "status":
            return page(fault.status, _TITLES.get(fault.status, "Error"))
        answer = self._answer(request)
        if fault and fault.kind == "after work":
            answer.drop()
            return None
        return replace(answer, cut=fault is not None)

    def _answer(self, request: Request) -> Answer:
        role = self._role(request.headers)
        if isinstance(role, Answer):
            return role
        answer: Answer | None = None
        if request.path.startswith(STORAGE):
            answer = self._storage.answer(request, role, now=self.now(), limit_bytes=self.storage_limit_bytes)
        elif request.path.startswith(RPC) and self._data is not None and request.method == "POST":
            if request.size > self.body_limit_bytes:
                return page(413, _TITLES[413])
            answer = self._data.call(request.path.removeprefix(RPC), request.body.read(), role)
        return answer or json_answer(
            501, {"message": f"This gateway does not speak {request.method} {request.path}."}
        )

    def _role(self, headers: Mapping[str, str]) -> str | Answer:
        """Whom the key stands for (https://supabase.com/docs/guides/api/api-keys), or why it is refused."""
        key = headers.get("apikey", "")
        roles = {
            self.secret_key: "service_role",
            self.legacy_service_key: "service_role",
            self.publishable_key: "anon",
        }
        if not key:
            hint = "No `apikey` request header or url param was found."
            return json_answer(401, {"message": "No API key found in request", "hint": hint})
        if key not in roles:
            hint = "Double check your Supabase `anon` or `service_role` API key."
            return json_answer(401, {"message": "Invalid API key", "hint": hint})
        if key == self.secret_key and headers.get("user-agent", "").startswith("Mozilla/"):
            hint = "Secret API keys can only be used in a protected environment."
            return json_answer(401, {"message": "Forbidden use of secret API key in browser", "hint": hint})
        scheme, _, token = headers.get("authorization", f"Bearer {key}").partition(" ")
        if scheme.lower() != "bearer" or token not in (key, self.legacy_service_key):
            message = "Expected 3 parts in JWT; got 1"
            return json_answer(401, {"code": "PGRST301", "details": None, "hint": None, "message": message})
        return roles[token]
