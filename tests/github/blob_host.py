"""A host of bytes behind signed links, over real sockets: it can cut, stall, forget, lie and send on."""

import hashlib
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

SIGNATURE = "sig=c2VjcmV0LXNpZ25hdHVyZQ"


@dataclass
class Behavior:
    """How one request is answered. Headers of None are left out; `cut` bytes of the body never come."""

    status: int | None = None
    headers: dict[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    cut: int = 0
    hang_up: bool = False
    ignore_range: bool = False
    wait_for: threading.Event | None = None
    """After the head and the first bytes."""


class BlobHost:
    """Serves `content` as Azure does, with Range and If-Range; `behaviors` come first, in turn."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = f'"{hashlib.md5(content).hexdigest()}"'
        self.behaviors: list[Behavior] = []
        self.otherwise: Callable[[], Behavior] = Behavior
        self.before_answer: Callable[[], None] = lambda: None
        self.seen: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def link(self) -> str:
        return f"{self.url}/container/blob?{SIGNATURE}"

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("range") for headers in self.seen]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, asked: dict[str, str], how: Behavior) -> tuple[int, dict[str, str | None], bytes]:
        """What an honest host says, then what `how` changes of it."""
        headers: dict[str, str | None] = {"etag": self.etag, "content-type": "application/zip"}
        wanted = re.fullmatch(r"bytes=(\d+)-", asked.get("range", ""))
        same = asked.get("if-range", self.etag) == self.etag
        status, body = 200, self.content
        if wanted and same and not how.ignore_range:
            start, size = int(wanted[1]), len(self.content)
            status, body = (206, self.content[start:]) if start < size else (416, b"")
            headers["content-range"] = f"bytes {start}-{size - 1}/{size}" if body else f"bytes */{size}"
        if how.status is not None:
            status, body = how.status, b"<Error>AuthenticationFailed</Error>"
        body = body if how.body is None else how.body
        return status, {**headers, "content-length": str(len(body)), **how.headers}, body

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):  # whoever asked may go in the middle
                    super().handle()

            def do_GET(self) -> None:
                asked = {name.lower(): value for name, value in self.headers.items()}
                host.seen.append(asked)
                host.before_answer()
                how = host.behaviors.pop(0) if host.behaviors else host.otherwise()
                status, headers, body = host._answer(asked, how)
                self.close_connection = how.hang_up or bool(how.cut) or headers["content-length"] is None
                if how.hang_up:
                    return
                self.send_response_only(status)
                for name, value in headers.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self._send(body[: len(body) - how.cut], how)

            def _send(self, body: bytes, how: Behavior) -> None:
                first = len(body) // 2 if how.wait_for else len(body)
                self.wfile.write(body[:first])
                if how.wait_for:
                    how.wait_for.wait(10)
                    self.wfile.write(body[first:])

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        return Handler
