"""A pooler in transaction mode, as Supabase's and PgBouncer are: each transaction may get another connection.

It speaks as much of Postgres's protocol as it takes to see where a transaction ends
(https://www.postgresql.org/docs/current/protocol-message-formats.html). Here every transaction does get
another connection. It can also lose a client's connection at any message, before or after the server has it.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import make_url

ENCRYPTION_REQUESTS = (80877103, 80877104)
TOLD = ("server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes")
QUERY, SYNC, COPY_DONE, COPY_FAILED, TERMINATE = b"Q", b"S", b"c", b"f", b"X"
READY, COPY_IN = b"Z", b"G"
IDLE = b"I"

Lose = Callable[[int, bytes, bytes], str | None]
"""Given how many messages came before, a message's kind and its content: `before`, `after`, or None."""


class LostError(Exception):
    """The client's connection is gone; `is_over` where its transaction is over all the same."""

    def __init__(self, *, is_over: bool = False) -> None:
        super().__init__()
        self.is_over = is_over


class Backend:
    """A connection to the server that was opened by the driver; we speak on its socket ourselves."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.copies_in_a_query = False
        self._connection = psycopg.connect(url)
        self.socket = socket.socket(fileno=os.dup(self._connection.pgconn.socket))
        self.socket.setblocking(True)

    def told(self) -> bytes:
        """What a server tells of itself at the start of a session."""
        told = ((name, self._connection.pgconn.parameter_status(name.encode())) for name in TOLD)
        return b"".join(
            message(b"S", name.encode() + b"\0" + value + b"\0") for name, value in told if value is not None
        )

    def left_behind(self) -> list[str]:
        """What outlived the transactions of this session."""
        self.socket.setblocking(False)
        questions = {
            "prepared statements": "SELECT count(*) FROM pg_prepared_statements",
            "cursors": "SELECT count(*) FROM pg_cursors WHERE name <> ''",
            "temporary tables": "SELECT count(*) FROM pg_class WHERE relpersistence = 't'",
            "locks": "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
            "settings": "SELECT count(*) FROM pg_settings WHERE source = 'session'",
        }
        found = [name for name, question in questions.items() if self._number(question)]
        self.socket.setblocking(True)
        return found

    def _number(self, question: str) -> int:
        row = self._connection.execute(question).fetchone()
        self._connection.rollback()
        assert row is not None
        return int(row[0])

    def end(self) -> None:
        """End the session with what it has not committed, and be sure of it."""
        pid = self._connection.info.backend_pid
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
            while connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
                pass
        self.close()

    def close(self) -> None:
        self.socket.close()
        self._connection.close()


class TransactionPooler:
    """Listens on loopback while its block lasts; `url` leads through it, to the connections `backends`."""

    def __init__(self, server_url: str, *, lose: Lose = lambda *_: None) -> None:
        self.lose = lose
        self.messages = 0
        self.backends = deque([Backend(server_url), Backend(server_url)])
        self._server_url = server_url
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        address = make_url(server_url).set(host="127.0.0.1", port=self._listener.getsockname()[1], query={})
        self.url = address.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=30)
        for backend in self.backends:
            backend.close()

    def when_clients_have_gone(self) -> list[Backend]:
        """The connections to the server, each given back by whoever had it."""
        _, *clients = self._threads
        for thread in clients:
            thread.join(timeout=30)
        return list(self.backends)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._greet(client)
                while True:
                    kind, content = receive(client)
                    if kind == TERMINATE:
                        return
                    self._transaction(client, kind, content)
            except (ConnectionError, EOFError, LostError):
                return

    def _greet(self, client: socket.socket) -> None:
        greeted(client)
        let_in = message(b"R", struct.pack("!i", 0))
        key = message(b"K", struct.pack("!ii", 1, 1))
        client.sendall(let_in + self.backends[0].told() + key + message(READY, IDLE))

    def _transaction(self, client: socket.socket, kind: bytes, content: bytes) -> None:
        backend = self.backends.popleft()
        try:
            while self._carried(client, backend, kind, content) != IDLE:
                kind, content = receive(client)
        except (ConnectionError, EOFError, LostError) as error:
            if not (isinstance(error, LostError) and error.is_over):
                backend.end()
                backend = Backend(self._server_url)
            raise
        finally:
            self.backends.append(backend)

    def _carried(self, client: socket.socket, backend: Backend, kind: bytes, content: bytes) -> bytes:
        """Carry a message, and the answer where there is one; gives the state that it ends in."""
        lost = self.lose(self.messages, kind, content)
        self.messages += 1
        if lost == "before" or kind == TERMINATE:
            raise LostError
        backend.socket.sendall(message(kind, content))
        if kind in (QUERY, SYNC) or (kind in (COPY_DONE, COPY_FAILED) and backend.copies_in_a_query):
            return self._answered(client, backend, kind, is_lost=lost == "after")
        if lost == "after":
            raise LostError
        return b""

    def _answered(self, client: socket.socket, backend: Backend, asked: bytes, *, is_lost: bool) -> bytes:
        while True:
            kind, content = receive(backend.socket)
            if not is_lost:
                client.sendall(message(kind, content))
            backend.copies_in_a_query = kind == COPY_IN and asked == QUERY
            if kind in (READY, COPY_IN):
                if is_lost:
                    raise LostError(is_over=content == IDLE)
                return content if kind == READY else b""


def greeted(client: socket.socket) -> None:
    """Take a client's first words; what it would like to speak is not encrypted."""
    while True:
        (length,) = struct.unpack("!i", exactly(client, 4))
        (request,) = struct.unpack("!i", exactly(client, length - 4)[:4])
        if request not in ENCRYPTION_REQUESTS:
            return
        client.sendall(b"N")


def message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!i", len(content) + 4) + content


def receive(source: socket.socket) -> tuple[bytes, bytes]:
    kind = exactly(source, 1)
    (length,) = struct.unpack("!i", exactly(source, 4))
    return kind, exactly(source, length - 4)


def exactly(source: socket.socket, size: int) -> bytes:
    """So many bytes.

    Raises:
        EOFError: if the other side is gone.
    """
    received = bytearray()
    while len(received) < size:
        some = source.recv(size - len(received))
        if not some:
            raise EOFError
        received += some
    return bytes(received)
