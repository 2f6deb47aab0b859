"""A Postgres server, or a pooler, that lets nobody in: it says why, and hangs up."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

from transaction_pooler import greeted, message


class RefusingServer:
    """Listens on loopback while its block lasts, and counts who came.

    Args:
        code: the SQLSTATE that it answers.
        words: the message.
    """

    def __init__(self, code: str, words: str) -> None:
        self._answer = message(b"E", f"SFATAL\0VFATAL\0C{code}\0M{words}\0\0".encode())
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://mona:hunter2@127.0.0.1:{self._listener.getsockname()[1]}/capture"
        self.visits = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=30)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                self.visits += 1
                greeted(client)
                client.sendall(self._answer)
