"""HTTP: sockets on loopback in front of the service, the admin address, the hosts of uploads and blobs."""

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from github_simulator.admin import PREFIX, Admin
from github_simulator.answer import Answer, Host, Request
from github_simulator.blob_host import BlobHost
from github_simulator.blob_links import BlobLinks
from github_simulator.payloads import Payloads
from github_simulator.service import GRAPHQL_PATH, Service, ServiceOptions
from github_simulator.truth import Truth
from github_simulator.world import World

Responder = Callable[[Request], Answer]
_BACKLOG = 256
"""Clients that open a hundred connections at once must not be turned away by the kernel."""


class Server:
    """The API host, the host to which assets are uploaded and the blob host, each on a port of its own."""

    def __init__(
        self, world: World, options: ServiceOptions | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._api = _HttpServer((host, port))
        self._uploads = _HttpServer((host, 0), "uploads")
        self._blobs = _HttpServer((host, 0))
        links = BlobLinks(self.blob_url, world.clock, key=f"blobs of {world.options.seed}".encode())
        payloads = Payloads(self.url, self.uploads_url)
        self.service = Service(world, payloads, links, options)
        admin = Admin(world, self.service, Truth(world, payloads), payloads)
        self._api.respond = lambda request: (
            admin if request.path.startswith(PREFIX) else self.service
        ).answer(request)
        self._uploads.respond = self.service.answer
        self._blobs.respond = BlobHost(world, links, self.service.ledger, self.service.faults).answer
        self._threads = [
            threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            for one in self._hosts
        ]

    @property
    def _hosts(self) -> tuple["_HttpServer", ...]:
        return self._api, self._uploads, self._blobs

    @property
    def url(self) -> str:
        return self._api.url

    @property
    def uploads_url(self) -> str:
        return self._uploads.url

    @property
    def graphql_url(self) -> str:
        return self.url + GRAPHQL_PATH

    @property
    def blob_url(self) -> str:
        return self._blobs.url

    def start(self) -> None:
        """Serve, in threads of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no more requests and close the ports."""
        for one in self._hosts:
            one.shutdown()
            one.server_close()
        for thread in self._threads:
            thread.join()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = _BACKLOG
    respond: Responder

    def __init__(self, address: tuple[str, int], name: Host = "api") -> None:
        self.name = name
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    """Head and body leave in one piece."""

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self._body(), self.server.name)
        answer = self.server.respond(request)
        if answer.delivery == "reset":
            self._reset()
        elif answer.stream is not None:
            self._send_stream(answer, answer.stream)
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the base class looks for these names

    def _body(self) -> bytes:
        """Less than was announced where the client goes away; all chunks where it announces nothing."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, answer: Answer) -> None:
        has_body = answer.status != HTTPStatus.NO_CONTENT
        self._head(answer, {"Content-Length": str(len(answer.body))} if has_body else {})
        if answer.delivery == "truncated":
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(answer.body)

    def _send_stream(self, answer: Answer, chunks: Iterable[bytes]) -> None:
        if answer.length is not None:
            self._send_announced(answer, chunks, answer.length)
            return
        self._head(answer, {"Transfer-Encoding": "chunked"})
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def _send_announced(self, answer: Answer, chunks: Iterable[bytes], length: int) -> None:
        self._head(answer, {"Content-Length": str(length)})
        sent = 0
        for chunk in chunks:
            self.wfile.write(chunk)
            sent += len(chunk)
        self.close_connection = self.close_connection or sent < length

    def _head(self, answer: Answer, more: dict[str, str]) -> None:
        self.send_response_only(answer.status)
        for name, value in {"Server": "github.com", **answer.headers, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def _reset(self) -> None:
        """Close so that the client sees `connection reset by peer`, not an end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """The ledger is the log."""
