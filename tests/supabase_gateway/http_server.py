"""HTTP/1.1 on a loopback socket, in threads of the test process, that ends with everything it opened."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from supabase_gateway.exchange import Answer, Request

IN_MEMORY_BYTES = 1024 * 1024
"""Larger bodies wait on the disk: an upload of any size must not show in the memory of the process."""

Respond = Callable[[Request], Answer | None]
"""None: hang up without an answer."""


class HttpServer(ThreadingHTTPServer):
    """Serves from `start` to `stop`, which also ends the connections that clients keep open.

    No thread of it keeps a process alive that ends without `stop`.
    """

    request_queue_size = 256

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, end every connection, and wait for the threads."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            threads = list(self._open.values())
            for connection in self._open:
                with suppress(OSError):  # its client is gone already
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        for thread in threads:
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        arguments = (request, client_address)
        thread = threading.Thread(target=self.process_request_thread, args=arguments, daemon=True)
        with self._lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.pop(request, None)
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    """Head and body leave in one piece."""

    def _handle(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            _copy(self.rfile, body, size)
            body.seek(0)
            path = urlsplit(self.path).path
            request = Request(self.command, path, headers, cast("BinaryIO", body), size)
            answer = self.server.respond(request)
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815  (the base class looks for these names)

    def _send(self, answer: Answer) -> None:
        with answer.file or BytesIO(answer.body) as body:
            length = body.seek(0, os.SEEK_END)
            body.seek(0)
            self.send_response_only(answer.status)
            for name, value in {"Date": self.date_time_string(), **answer.headers}.items():
                self.send_header(name, value)
            if answer.status != HTTPStatus.NO_CONTENT:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            _copy(body, self.wfile, length // 2 if answer.cut else length)
        self.close_connection = self.close_connection or answer.cut

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """`Gateway.requests` is the log."""


def _copy(source: Any, target: Any, size: int) -> None:
    while size > 0 and (block := source.read(min(size, 65536))):
        target.write(block)
        size -= len(block)
