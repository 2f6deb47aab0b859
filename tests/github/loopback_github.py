"""A server that answers as it is told, over real sockets, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from progressive_capture.lib.clock import ManualClock

LIMITS = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4000",
    "x-ratelimit-used": "1000",
    "x-ratelimit-reset": "1795352400",  # 2026-11-22 13:00:00 UTC
    "x-ratelimit-resource": "core",
}


@dataclass(frozen=True)
class Seen:
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def variables(self) -> dict[str, Any]:
        """Of a GraphQL request."""
        found: dict[str, Any] = json.loads(self.body)["variables"]
        return found


@dataclass(frozen=True)
class Reply:
    """An answer. `body` is sent as JSON unless it is bytes; `cut` bytes of it never come; a header of None is
    left out; `hang_up` closes the connection instead.
    """

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str | None] = field(default_factory=dict)
    cut: int = 0
    hang_up: bool = False
    wait_for: threading.Event | None = None


class LoopbackGitHub:
    """Answers with `replies` in turn, then with what `otherwise` makes of a request."""

    def __init__(self, clock: ManualClock) -> None:
        self.seen: list[Seen] = []
        self.replies: list[Reply] = []
        self.otherwise: Callable[[Seen], Reply] = lambda _: Reply()
        self.in_flight = self.most_in_flight = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """The paths and queries that were asked for, in order."""
        return [f"{s.path}?{'&'.join(f'{k}={v}' for k, v in s.query.items())}".rstrip("?") for s in self.seen]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply_to(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            if self.replies:
                return self.replies.pop(0)
        return self.otherwise(seen)

    def done(self) -> None:
        with self._lock:
            self.in_flight -= 1

    def usual_headers(self) -> dict[str, str | None]:
        return {"date": format_datetime(self._clock.now(), usegmt=True), **LIMITS}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        github = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                url = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(size)
                seen = Seen(self.command, url.path, dict(parse_qsl(url.query)), headers, body)
                reply = github.reply_to(seen)
                try:
                    if reply.wait_for is not None:
                        reply.wait_for.wait(10)
                finally:
                    github.done()
                self._send(reply)

            do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815  (the names that http.server calls)

            def _send(self, reply: Reply) -> None:
                self.close_connection = reply.hang_up or bool(reply.cut)
                if reply.hang_up:
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response_only(reply.status)
                for name, value in {**github.usual_headers(), **reply.headers}.items():
                    if value is not None:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) - reply.cut])

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        return Handler
