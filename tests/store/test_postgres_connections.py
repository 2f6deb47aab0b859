"""Poolers, lost connections, a server that goes away: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

import psycopg
import pytest
from postgres_server import PostgresServer, command, migrated_database, to_database
from sqlalchemy import event
from store_rows import at, attempt_row, batch, rest_job, run_row, running_job
from transaction_pooler import QUERY, TransactionPooler

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.patience import AFTER_STOP_SECONDS, Patience
from progressive_capture.lib.store.contract import Span, Store, Written
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.postgres_connection import COPIED_FROM_ROWS


@pytest.fixture
def url() -> Iterator[str]:
    with migrated_database() as url:
        yield url


def write_once(store: Store, number: int, *, jobs: int = 2) -> Written:
    """A batch with a checkpoint, different for each number, and the failure that counts its attempts."""
    job = store.add_job(running_job(id=f"job-{number}", request_key=f"request {number}"))
    return store.write(
        batch(
            workflow_runs=run_row(id=number),
            workflow_jobs=[rest_job(id=number * 10_000 + n, run_id=number) for n in range(jobs)],
        ),
        checkpoint=job.evolve(processed_items=jobs),
    )


# -- behind a pooler ---------------------------------------------------------------------------------


def test_every_transaction_may_get_another_connection_and_leaves_nothing_in_it(url: str) -> None:
    many = [attempt_row(run_id=n) for n in range(COPIED_FROM_ROWS)]
    with TransactionPooler(url) as pooler:
        with open_store(pooler.url) as store:
            store.prepare()
            store.migrate()
            store.check_writable()
            for number in range(6):  # a driver that prepares statements begins to do so at the fifth time
                assert write_once(store, number).inserted == {"workflow_runs": 1, "workflow_jobs": 2}
            assert store.write(batch(workflow_run_attempts=many)).inserted["workflow_run_attempts"] == len(
                many
            )
            assert [run.run_id for run in store.runs_without_jobs(Span(repository_id=1), depth="jobs")] == [
                *range(5, -1, -1)
            ]
            with store.snapshot() as snapshot:
                assert len(list(snapshot.rows("workflow_run_attempts").rows)) == len(many)
        assert [backend.left_behind() for backend in pooler.when_clients_have_gone()] == [[], []]


def test_a_pooler_that_shares_connections_would_be_noticed(url: str) -> None:
    with TransactionPooler(url) as pooler:
        with psycopg.connect(pooler.url, autocommit=True) as connection:
            connection.execute("SET statement_timeout = '9s'")
            connection.execute("PREPARE mine AS SELECT 1")
            with pytest.raises(psycopg.Error):
                connection.execute("EXECUTE mine")
        left = {thing for backend in pooler.when_clients_have_gone() for thing in backend.left_behind()}
        assert left == {"prepared statements", "settings"}


# -- connections that are lost -------------------------------------------------------------------------


def lost_at(number: int, how: str) -> Callable[[int, bytes, bytes], str | None]:
    """Lose the connection at the message that so many came before."""
    return lambda before, _kind, _content: how if before == number else None


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_connection_may_be_lost_at_any_message_of_a_write(url: str, how: str) -> None:
    clock = ManualClock(datetime(2026, 11, 1, tzinfo=UTC))
    with TransactionPooler(url) as pooler, open_store(pooler.url, patience=Patience(clock)) as store:
        expected = write_once(store, 1)
        before = pooler.messages
        write_once(store, 2)
        messages = range(pooler.messages - before)
        for number, lost in enumerate(messages, start=3):
            pooler.lose = lost_at(pooler.messages + lost, how)
            assert write_once(store, number) == expected
    times = 2 + len(messages)
    with open_store(url) as store:
        counts = store.counts(1)
        assert (counts["workflow_runs"], counts["workflow_jobs"]) == (times, 2 * times)
        assert [job.processed_items for job in store.jobs(limit=1000)] == [2] * times
    # A new connection needs no patience; on a busy machine the pooler may not have one at once.
    assert clock.monotonic() < len(messages) / 4


def test_a_commit_whose_answer_is_lost_is_not_made_again(url: str) -> None:
    commits: list[bytes] = []

    def lose(_before: int, kind: bytes, content: bytes) -> str | None:
        if kind == QUERY and content.startswith(b"COMMIT"):
            commits.append(content)
            return "after" if len(commits) == 1 else None
        return None

    with TransactionPooler(url) as pooler, open_store(pooler.url) as store:
        store.prepare()
        pooler.lose = lose
        commits.clear()
        written = store.write(batch(workflow_runs=run_row()))
    assert written.inserted == {"workflow_runs": 1}
    assert len(commits) == 2  # the write's, and that of the question what became of it


def test_rows_that_are_copied_survive_a_lost_connection_too(url: str) -> None:
    lost: list[int] = []

    def lose(before: int, kind: bytes, _content: bytes) -> str | None:
        if kind == b"d" and not lost:  # in the middle of COPY
            lost.append(before)
            return "before"
        return None

    with TransactionPooler(url) as pooler, open_store(pooler.url) as store:
        pooler.lose = lose
        assert write_once(store, 1, jobs=COPIED_FROM_ROWS).inserted["workflow_jobs"] == COPIED_FROM_ROWS
    assert lost


def test_a_look_that_is_lost_while_it_is_read_says_so(url: str) -> None:
    with TransactionPooler(url) as pooler, open_store(pooler.url) as store:
        store.write(batch(workflow_runs=[run_row(id=n) for n in range(2_000)]))
        with pytest.raises(StoreError, match="does not answer") as caught:
            read_while_it_breaks_off(store, pooler)
    assert caught.value.exit_code == 6


def read_while_it_breaks_off(store: Store, pooler: TransactionPooler) -> None:
    with store.snapshot() as snapshot:
        rows = snapshot.rows("workflow_runs").rows
        next(rows)
        pooler.lose = lambda *_: "before"
        list(rows)


def test_transactions_that_get_in_each_others_way_are_made_again(url: str) -> None:
    """Two that change the same rows in opposite order: Postgres ends one of them."""
    rows = [run_row(id=n, captured_at=at(0)) for n in range(400)]
    with open_store(url) as store:
        store.write(batch(workflow_runs=rows))
    together = threading.Barrier(2)
    errors: list[BaseException] = []

    def write(order: Sequence[dict[str, object]], seconds: int) -> None:
        try:
            with open_store(url) as store:
                for turn in range(5):
                    together.wait(timeout=60)
                    moment = at(seconds + 2 * turn)
                    store.write(
                        batch(
                            workflow_runs=[
                                row | {"captured_at": moment, "event": f"{moment}"} for row in order
                            ]
                        )
                    )
        except BaseException as error:  # noqa: BLE001  (told below)
            errors.append(error)

    threads = [
        threading.Thread(target=write, args=(order, n)) for n, order in enumerate((rows, rows[::-1]), start=1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    with open_store(url) as store:
        assert {run.captured_at for run in store.stored_runs(Span(repository_id=1))} == {at(10)}


# -- a server that goes away -----------------------------------------------------------------------------


class Operator(ManualClock):
    """Who starts the server again while somebody waits for it, in the second delay."""

    def __init__(self, server: PostgresServer) -> None:
        super().__init__(datetime(2026, 11, 1, tzinfo=UTC))
        self._server = server
        self.delays = 0

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.delays += 1
        if self.delays % 2 == 0:
            self._server.start()
        return super().wait(seconds, stop)


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer(synchronous_commit="on")  # what was committed is there after a crash
    server.start()
    yield server
    server.close()


@pytest.fixture
def own_url(own_server: PostgresServer) -> Iterator[str]:
    command("CREATE DATABASE capture", url=own_server.url)
    url = to_database(own_server.url, "capture")
    with open_store(url) as store:
        store.migrate()
    yield url
    own_server.start()
    command("DROP DATABASE capture WITH (FORCE)", url=own_server.url)


class Statements:
    """Counts what a store sends, and does something before one of them."""

    def __init__(self, store: Store) -> None:
        self.number = 0
        self.then: dict[int, Callable[[], None]] = {}
        event.listen(store._database._engine, "before_cursor_execute", self._note)  # type: ignore[attr-defined]

    def _note(self, *_: object) -> None:
        self.number += 1
        self.then.pop(self.number, lambda: None)()


def test_a_server_may_go_away_at_any_statement_of_a_write_and_come_back(
    own_server: PostgresServer, own_url: str
) -> None:
    operator = Operator(own_server)
    with open_store(own_url, patience=Patience(operator)) as store:
        statements = Statements(store)
        expected = write_once(store, 1)
        in_all = statements.number
        for number, (part, how) in enumerate(
            [(0.0, "fast"), (0.3, "immediate"), (0.6, "fast"), (0.8, "immediate"), (1.0, "fast")], start=2
        ):
            statements.then = {statements.number + max(1, int(in_all * part)): partial(own_server.stop, how)}
            assert write_once(store, number) == expected
            assert statements.then == {}
        counts = store.counts(1)
        assert (counts["workflow_runs"], counts["workflow_jobs"]) == (6, 12)
    assert operator.delays == 10


def test_a_server_that_is_down_at_the_start_is_waited_for(own_server: PostgresServer, own_url: str) -> None:
    said: list[str] = []
    own_server.stop()
    with open_store(own_url, patience=Patience(Operator(own_server), say=said.append)) as store:
        store.prepare()
        assert store.jobs() == []
    assert all("does not answer" in line and "Trying again in" in line for line in said)


def test_a_server_that_does_not_come_back_is_given_up_and_its_job_stays_running(
    own_server: PostgresServer, own_url: str
) -> None:
    clock = ManualClock(datetime(2026, 11, 1, tzinfo=UTC))
    said: list[str] = []
    with open_store(own_url, patience=Patience(clock, say=said.append)) as store:
        job = store.add_job(running_job())
        statements = Statements(store)
        statements.then = {3: own_server.stop}
        with pytest.raises(StoreError, match="does not answer") as caught:
            store.write(batch(workflow_runs=run_row()), checkpoint=job.evolve(processed_items=1))
        assert caught.value.exit_code == 6
        assert "goes on where it stopped" in caught.value.hint
        assert 300 <= clock.monotonic() < 330
        assert 8 < len(said) < 30
        own_server.start()
        assert store.job(job.id) == job
        assert store.counts(1)["workflow_runs"] == 0


def test_a_program_that_is_told_to_stop_waits_a_few_seconds_and_no_longer(
    own_server: PostgresServer, own_url: str
) -> None:
    clock, stop = ManualClock(datetime(2026, 11, 1, tzinfo=UTC)), threading.Event()
    with open_store(own_url, patience=Patience(clock, stop=stop)) as store:
        store.prepare()
        stop.set()
        # It stores what it has all the same, on a new connection if it must.
        own_server.stop()
        own_server.start()
        assert write_once(store, 1).inserted["workflow_runs"] == 1
        own_server.stop()
        with pytest.raises(StoreError, match="does not answer"):
            store.jobs()
    assert clock.monotonic() < AFTER_STOP_SECONDS + 1
