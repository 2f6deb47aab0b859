"""A few connections to Postgres, given out one at a time, as PostgREST's pool does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

PLACES = 10
"""PostgREST's `db-pool`; https://docs.postgrest.org/en/stable/references/connection_pool.html"""
WAIT_SECONDS = 10.0
"""PostgREST's `db-pool-acquisition-timeout`."""


class NoPlaceError(Exception):
    """All connections were in use for too long."""


class Connections:
    """Opened when they are needed, used again while they work.

    Args:
        dsn: the database.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._places = threading.BoundedSemaphore(PLACES)
        self._idle: list[psycopg.Connection] = []

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection]:
        """A connection outside of any transaction.

        Raises:
            NoPlaceError: none became free.
            psycopg.OperationalError: the database cannot be reached.
        """
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise NoPlaceError
        try:
            connection = self._idle.pop() if self._idle else self._opened()
            try:
                yield connection
            finally:
                if connection.closed:
                    connection.close()
                else:
                    self._idle.append(connection)
        finally:
            self._places.release()

    def close(self) -> None:
        """Close those that are not in use."""
        while self._idle:
            self._idle.pop().close()

    def _opened(self) -> psycopg.Connection:
        return psycopg.connect(self._dsn, autocommit=True, prepare_threshold=None, options="-c timezone=UTC")
