"""What goes wrong with a Postgres database: said with the next step, never with a password."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from postgres_server import command, migrated_database
from refusing_server import RefusingServer
from sqlalchemy import make_url
from store_rows import batch, run_row

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import CaptureError, ConfigurationError, StoreError
from progressive_capture.lib.patience import Patience, WorthWaitingError
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.postgres_errors import explained

PASSWORD = "hunter2@:/#%?"
GUEST = f"guest_{os.getpid()}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
def url() -> Iterator[str]:
    with migrated_database() as url:
        yield url


@pytest.fixture
def guest_url(url: str) -> Iterator[str]:
    """The same database, as a user with a password who may read and write our tables."""
    command(f"CREATE ROLE {GUEST} LOGIN PASSWORD '{PASSWORD}'")
    command(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {GUEST}", url=url)
    yield make_url(url).set(username=GUEST, password=PASSWORD).render_as_string(hide_password=False)
    command(f"DROP OWNED BY {GUEST}", url=url)
    command(f"DROP ROLE {GUEST}")


def told(error: CaptureError) -> str:
    """What a person reads, and nobody else's secret in it, nor in what a traceback would show."""
    cause: BaseException | None = error
    while cause is not None:
        assert "hunter2" not in f"{cause} {cause!r} {getattr(cause, 'hint', '')}"
        cause = cause.__cause__
    assert error.hint
    return f"{error} {error.hint}"


def refusal(store: Store) -> str:
    """What writing a run is refused with; nothing of it is stored."""
    with pytest.raises(StoreError) as caught:
        store.write(batch(workflow_runs=run_row()))
    assert caught.value.exit_code == 6
    return told(caught.value)


# -- at the door ----------------------------------------------------------------------------------------

AT_ONCE = [
    ("28P01", 'password authentication failed for user "mona"', ["user or the password", "percent-encoded"]),
    ("28000", 'role "mona" does not exist', ["user or the password"]),
    ("28000", 'no pg_hba.conf entry for host "10.0.0.1", no encryption', ["pg_hba.conf", "sslmode=require"]),
    ("28000", "SSL connection is required", ["sslmode"]),
    ("3D000", 'database "capture" does not exist', ["does not exist", "CREATE DATABASE"]),
    ("42501", 'permission denied for database "capture"', ["does not allow this user"]),
    ("XX000", "Tenant or user not found", ["Supabase", "Restore a paused project", "postgres.<ref>"]),
    ("XX000", "(ENOTFOUND) tenant/user postgres.abc not found", ["Supabase", "Restore a paused project"]),
    ("XX000", "something that nobody has heard of", ["does not let us in"]),
]
LATER = [
    ("57P03", "the database system is starting up", ["does not answer"]),
    ("57P03", "the database system is not yet accepting connections", ["does not answer"]),
    ("57P01", "the database system is shutting down", ["does not answer"]),
    ("53300", "sorry, too many clients already", ["as many connections as it allows"]),
    ("53300", "remaining connection slots are reserved for SUPERUSER", ["as many connections as it allows"]),
    ("53300", 'too many connections for role "mona"', ["as many connections as it allows"]),
    ("XX000", "Max client connections reached", ["as many connections as it allows", "port 6543"]),
    ("XX000", "(EMAXCLIENTSESSION) max clients reached in session mode", ["as many connections"]),
    ("XX000", "(ECHECKOUTTIMEOUT) Pool checkout timeout.", ["as many connections as it allows"]),
    ("08P01", "no more connections allowed (max_client_conn)", ["as many connections as it allows"]),
]


@pytest.mark.parametrize(("code", "words", "says"), AT_ONCE, ids=[words for _, words, _ in AT_ONCE])
def test_who_is_not_let_in_is_told_why_at_once(
    code: str, words: str, says: list[str], clock: ManualClock
) -> None:
    with RefusingServer(code, words) as server, open_store(server.url, patience=Patience(clock)) as store:
        with pytest.raises(StoreError) as caught:
            store.prepare()
        assert [part for part in [words.rstrip("."), *says] if part not in told(caught.value)] == []
        assert "Postgres database capture on 127.0.0.1:" in str(caught.value)
    assert clock.monotonic() == 0


@pytest.mark.parametrize(("code", "words", "says"), LATER, ids=[words for _, words, _ in LATER])
def test_what_may_be_over_soon_is_waited_for_and_then_said(
    code: str, words: str, says: list[str], clock: ManualClock
) -> None:
    lines: list[str] = []
    patience = Patience(clock, say=lines.append)
    with RefusingServer(code, words) as server, open_store(server.url, patience=patience) as store:
        with pytest.raises(StoreError) as caught:
            store.prepare()
        assert server.visits > 10
    assert [part for part in [words.rstrip("."), *says] if part not in told(caught.value)] == []
    assert clock.monotonic() >= 300
    assert all("hunter2" not in line and "Trying again" in line for line in lines)


def test_an_address_where_nothing_listens_is_waited_for_and_then_said(clock: ManualClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"postgresql://mona:hunter2@127.0.0.1:{port}/capture"
    with open_store(url, patience=Patience(clock)) as store, pytest.raises(StoreError) as caught:
        store.prepare()
    assert "does not answer" in told(caught.value)
    assert "refused" in str(caught.value)
    assert "host and port" in told(caught.value)
    assert clock.monotonic() >= 300


NOT_FOUND = [
    ("failed to resolve host 'db.ref.supabase.co': [Errno -2] Name or service not known", "pooler"),
    ("failed to resolve host 'db': [Errno 8] nodename nor servname provided, or not known", "Check the host"),
]


@pytest.mark.parametrize(("words", "hint"), NOT_FOUND)
def test_a_host_that_is_not_known_is_said_at_once(words: str, hint: str) -> None:
    error = explained(psycopg.OperationalError(words), lost=False, database="The database")
    assert isinstance(error, StoreError)
    assert "host that is not known" in str(error)
    assert hint in error.hint


def test_a_name_server_that_is_away_is_worth_waiting_for() -> None:
    words = "failed to resolve host 'db': [Errno -3] Temporary failure in name resolution"
    error = explained(psycopg.OperationalError(words), lost=False, database="The database")
    assert isinstance(error, WorthWaitingError)


def test_a_wrong_password_is_said_by_a_real_server(guest_url: str, clock: ManualClock) -> None:
    with open_store(guest_url, patience=Patience(clock)) as store:
        store.prepare()
    wrong = make_url(guest_url).set(password="hunter2-was-it").render_as_string(hide_password=False)
    with open_store(wrong, patience=Patience(clock)) as store, pytest.raises(StoreError) as caught:
        store.prepare()
    assert "does not accept the user or the password" in told(caught.value)
    assert clock.monotonic() == 0


def test_a_database_that_is_not_there_is_said_by_a_real_server(url: str, clock: ManualClock) -> None:
    other = make_url(url).set(database="nobody_made_me").render_as_string(hide_password=False)
    with open_store(other, patience=Patience(clock)) as store, pytest.raises(StoreError) as caught:
        store.prepare()
    assert "does not exist" in told(caught.value)
    assert clock.monotonic() == 0


# -- inside ---------------------------------------------------------------------------------------------

RAISED = [
    ("53100", ["its disk is full, and nothing of this step was stored", "goes on where it stopped"], False),
    ("57014", ["took too long", "statement_timeout"], False),
    ("26000", ["pooler", "5432"], False),
    ("25006", ["may only be read", "500 MB"], False),
    ("22003", ["cannot store a value", "report it"], False),
    ("XX000", ["failed"], False),
    ("53200", ["out of memory"], True),
    ("55P03", ["others were in the way"], True),
    ("40001", ["others were in the way"], True),
]


@pytest.mark.parametrize(("code", "says", "waits"), RAISED, ids=[code for code, *_ in RAISED])
def test_what_the_server_refuses_is_said_with_the_next_step(
    url: str, clock: ManualClock, code: str, says: list[str], waits: bool
) -> None:
    """The errors are Postgres's own, by their codes; a trigger raises them in the middle of a write."""
    command(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'the reason' USING ERRCODE = '{code}'; END $$",
        url=url,
    )
    command("CREATE TRIGGER refuse BEFORE INSERT ON workflow_runs EXECUTE FUNCTION refuse()", url=url)
    with open_store(url, patience=Patience(clock)) as store:
        message = refusal(store)
        assert [part for part in ["(the reason)", *says] if part not in message] == []
        assert (clock.monotonic() > 0) == waits
        command("DROP TRIGGER refuse ON workflow_runs", url=url)
        assert store.counts(1)["workflow_runs"] == 0
        store.write(batch(workflow_runs=run_row()))


@pytest.mark.parametrize(
    "damage",
    ["ALTER TABLE workflow_runs DROP COLUMN display_title CASCADE", "DROP TABLE workflow_runs CASCADE"],
    ids=["column", "table"],
)
def test_a_table_or_a_column_that_is_missing_names_the_migration(
    url: str, clock: ManualClock, damage: str
) -> None:
    command(damage, url=url)
    with open_store(url, patience=Patience(clock)) as store:
        message = refusal(store)
    assert f"schema {REVISIONS[-1]}" in message
    assert "progressive-capture migrate" in message
    assert "workflow_runs" in message


def test_a_user_who_may_only_read_is_told_what_to_grant(url: str, guest_url: str, clock: ManualClock) -> None:
    command(f"REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM {GUEST}", url=url)
    with open_store(guest_url, patience=Patience(clock)) as store:
        store.prepare()
        assert store.jobs() == []
        assert "does not allow this user" in refusal(store)
        with pytest.raises(StoreError, match="does not allow this user") as caught:
            store.check_writable()
        assert "grant" in told(caught.value)
    assert clock.monotonic() == 0


def test_a_database_that_may_only_be_read_says_so(guest_url: str, clock: ManualClock) -> None:
    command(f"ALTER ROLE {GUEST} SET default_transaction_read_only = on")
    with open_store(guest_url, patience=Patience(clock)) as store:
        store.prepare()
        assert "may only be read now" in refusal(store)
        with pytest.raises(StoreError, match="may only be read now"):
            store.check_writable()
    assert clock.monotonic() == 0


def test_a_statement_that_takes_too_long_is_said(url: str, guest_url: str, clock: ManualClock) -> None:
    command(f"ALTER ROLE {GUEST} SET statement_timeout = '100ms'")
    with psycopg.connect(url) as other, open_store(guest_url, patience=Patience(clock)) as store:
        other.execute("LOCK TABLE workflow_runs")
        assert "took too long" in refusal(store)
    assert clock.monotonic() == 0


def test_a_lock_that_others_hold_is_waited_for(url: str, guest_url: str, clock: ManualClock) -> None:
    command(f"ALTER ROLE {GUEST} SET lock_timeout = '1ms'")
    with psycopg.connect(url) as other, open_store(guest_url, patience=Patience(clock)) as store:
        other.execute("LOCK TABLE workflow_runs")
        assert "others were in the way" in refusal(store)
        assert clock.monotonic() >= 300
        other.rollback()
        store.write(batch(workflow_runs=run_row()))


def test_what_cannot_be_stored_is_a_bug_and_says_so(url: str) -> None:
    with open_store(url) as store:
        for values in (
            {"run_number": 2**63},
            {"display_title": "\ud800"},
            {"created_at": datetime(2026, 1, 1)},  # noqa: DTZ001  (that is the fault)
        ):
            with pytest.raises(StoreError):
                store.write(batch(workflow_runs=[run_row(), run_row(id=1001, **values)]))
        assert store.counts(1)["workflow_runs"] == 0


# -- the URL ----------------------------------------------------------------------------------------------

UNREADABLE = [
    "postgresql://mona:hunter2@db.example:port/capture",
    "postgresql://mona:hunter2@[::1/capture",
    "postgresql://mona:hunter2%zz@db.example/capture",
    "postgresql://mona:hunter2@db.example/capture?weather=hunter2",
    "postgresql://mona:an@hunter2@db.example/capture",
    "postgresql://mona:an/hunter2@db.example/capture",
    "postgresql://mona:2/hunter2@db.example/capture",
]


@pytest.mark.parametrize("url", UNREADABLE)
def test_a_url_that_cannot_be_read_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        open_store(url)
    assert "postgresql://USER:PASSWORD@HOST:PORT/NAME" in told(caught.value)


def test_an_option_that_means_nothing_is_said_at_once(clock: ManualClock) -> None:
    url = "postgresql://mona:hunter2@127.0.0.1/capture?sslmode=perhaps"
    with open_store(url, patience=Patience(clock)) as store, pytest.raises(StoreError) as caught:
        store.prepare()
    assert "sslmode" in told(caught.value)
    assert clock.monotonic() == 0


@pytest.mark.parametrize("placeholder", ["[YOUR-PASSWORD]", "%5BYOUR-PASSWORD%5D"])
def test_a_url_that_was_copied_without_its_password_says_so(placeholder: str) -> None:
    with pytest.raises(ConfigurationError, match="YOUR-PASSWORD") as caught:
        open_store(f"postgresql://postgres.ref:{placeholder}@aws-0-eu.pooler.supabase.com:6543/postgres")
    assert "percent-encoded" in told(caught.value)
