"""Databases that no capture can be kept in: how a command is told of each, and what it has to say."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import psycopg
import pytest
from kept_history import told_of_project
from postgres_server import command, empty_database, migrated_database
from sqlalchemy import make_url
from supabase_gateway import Gateway, prepare_database
from supabase_gateway.exchange import page
from supabase_gateway.http_server import HttpServer
from supabase_project import emptied_project

from progressive_capture.lib.store.function_sql import version_function
from progressive_capture.lib.store.migrations import FUNCTIONS_VERSION, REVISIONS

PASSWORD = "hunter2@:/#%?"
SECRETS = ("hunter2", "of_the_tests", "sb_secret_wrong", "sb_publishable")
"""What no command may say: parts of every password and key of this page."""
EVERY_COMMAND = ("status", "sync", "doctor")


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """A database, and how the commands have to refuse it.

    Attributes:
        told: the variables that name it.
        says: what happened, and the next step, in parts of their words.
        commands: those that it stops; others do their work with it.
    """

    told: Mapping[str, str]
    says: Sequence[str]
    exit_code: int = 6
    commands: Sequence[str] = EVERY_COMMAND


Made = AbstractContextManager[Unusable]
UNUSABLE: dict[str, Callable[[], Made]] = {}


def unusable(make: Callable[[], Iterator[Unusable]]) -> Callable[[], Made]:
    """Put a case on the list, by its name in words."""
    made = contextmanager(make)
    UNUSABLE[make.__name__.replace("_", " ")] = made
    return made


def at_postgres(url: str, *says: str, **more: object) -> Unusable:
    return replace(Unusable(told={"DATABASE_URL": url}, says=says), **more)


def at_supabase(url: str, key: str, *says: str, **more: object) -> Unusable:
    return replace(Unusable(told=told_of_project(url, key), says=says), **more)


# ---- Postgres ----------------------------------------------------------------------------------------------


@contextmanager
def guest(url: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> Iterator[str]:
    """The same database, as a user with a password and these rights on our tables."""
    name = f"guest_of_commands_{os.getpid()}"
    command(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    command(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {name}", url=url)
    yield make_url(url).set(username=name, password=PASSWORD).render_as_string(hide_password=False)
    command(f"DROP OWNED BY {name}", url=url)
    command(f"DROP ROLE {name}")


@unusable
def postgres_with_a_wrong_password() -> Iterator[Unusable]:
    with migrated_database() as url, guest(url) as guest_url:
        wrong = make_url(guest_url).set(password="hunter2-was-it").render_as_string(hide_password=False)
        yield at_postgres(wrong, "does not accept the user or the password", "Check both in DATABASE_URL")


@unusable
def postgres_with_a_password_that_is_not_encoded() -> Iterator[Unusable]:
    url = f"postgresql://mona:{PASSWORD}@db.example.com/capture"
    yield at_postgres(url, "The database URL cannot be read", "percent-encoded", exit_code=2)


@unusable
def postgres_with_a_placeholder_for_the_password() -> Iterator[Unusable]:
    url = "postgresql://postgres.ref:[YOUR-PASSWORD]@pooler.supabase.com:5432/postgres"
    yield at_postgres(url, "still has [YOUR-PASSWORD]", "Put the database's password there", exit_code=2)


@unusable
def postgres_without_that_database() -> Iterator[Unusable]:
    with migrated_database() as url, guest(url) as guest_url:
        other = make_url(guest_url).set(database="nobody_made_me").render_as_string(hide_password=False)
        yield at_postgres(other, "nobody_made_me", "does not exist", "Make it (CREATE DATABASE)")


@unusable
def postgres_on_an_unknown_host() -> Iterator[Unusable]:
    url = f"postgresql://mona:hunter2@{unknown_host()}/capture"
    yield at_postgres(url, "is on a host that is not known here", "Check the host in DATABASE_URL")


def unknown_host() -> str:
    """A name that no name server knows (https://www.rfc-editor.org/rfc/rfc2606)."""
    name = "no-such-host.invalid"
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo(name, 443)
    if caught.value.errno == socket.EAI_AGAIN:
        pytest.skip("no name server can be asked here")
    return name


@unusable
def postgres_without_the_schema() -> Iterator[Unusable]:
    with empty_database() as url:
        yield at_postgres(url, "has not been set up", "Set it up with: progressive-capture migrate")


@unusable
def postgres_with_an_older_schema() -> Iterator[Unusable]:
    with migrated_database() as url:
        command(f"UPDATE progressive_capture_version SET version_num = '{REVISIONS[-2]}'", url=url)
        says = f"has the schema {REVISIONS[-2]}; this program needs {REVISIONS[-1]}"
        yield at_postgres(url, says, "progressive-capture migrate")


@unusable
def postgres_with_a_newer_schema() -> Iterator[Unusable]:
    with migrated_database() as url:
        command("UPDATE progressive_capture_version SET version_num = '9999'", url=url)
        yield at_postgres(url, "set up by a newer version of this program", "Install the newest version")


@unusable
def postgres_with_somebody_elses_tables() -> Iterator[Unusable]:
    with empty_database() as url:
        command("CREATE TABLE workflow_runs (theirs text)", url=url)
        yield at_postgres(url, "somebody else's under names of ours", "a database of its own")


@unusable
def postgres_as_a_user_who_may_only_read() -> Iterator[Unusable]:
    with migrated_database() as url, guest(url, "SELECT") as guest_url:
        says = ("does not allow this user to do that", "grant this one what it needs")
        yield at_postgres(guest_url, *says, commands=("sync", "doctor"))


@unusable
def postgres_where_a_statement_takes_too_long() -> Iterator[Unusable]:
    with migrated_database() as url, guest(url) as guest_url:
        command(f"ALTER ROLE {make_url(guest_url).username} SET statement_timeout = '100ms'")
        with in_the_way_of_writers(url):
            says = ("stopped a statement that took too long", "SET statement_timeout =")
            yield at_postgres(guest_url, *says, commands=("sync", "doctor"))


@unusable
def postgres_on_a_full_disk() -> Iterator[Unusable]:
    with migrated_database() as url, guest(url) as guest_url, refusing_to_store(url, "53100"):
        says = ("its disk is full, and nothing of this step was stored", "Make room")
        yield at_postgres(guest_url, *says, commands=("sync",))


@contextmanager
def in_the_way_of_writers(url: str) -> Iterator[None]:
    """A lock under which capture jobs can be read, and not be written."""
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE progressive_capture_jobs IN SHARE MODE")
        yield


@contextmanager
def refusing_to_store(url: str, code: str) -> Iterator[None]:
    """A database that answers every new repository with this SQLSTATE, and can else be read and written."""
    raising = f"BEGIN RAISE EXCEPTION 'the reason' USING ERRCODE = '{code}'; END"
    command(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {raising} $$", url=url)
    command("CREATE TRIGGER refuse BEFORE INSERT ON repositories EXECUTE FUNCTION refuse()", url=url)
    yield
    command("DROP FUNCTION refuse CASCADE", url=url)


# ---- Supabase ----------------------------------------------------------------------------------------------


@unusable
def supabase_without_a_key() -> Iterator[Unusable]:
    _, gateway = emptied_project()
    yield at_supabase(
        gateway.url, "", "A Supabase project needs its secret key", "Set SUPABASE_SECRET_KEY", exit_code=2
    )


@unusable
def supabase_with_the_publishable_key() -> Iterator[Unusable]:
    _, gateway = emptied_project()
    says = ("of the wrong kind: it may not write", "Set SUPABASE_SECRET_KEY")
    yield at_supabase(gateway.url, gateway.publishable_key, *says, exit_code=2)


@unusable
def supabase_with_a_wrong_key() -> Iterator[Unusable]:
    _, gateway = emptied_project()
    says = ("127.0.0.1: the key was not accepted", "Set SUPABASE_SECRET_KEY")
    yield at_supabase(gateway.url, "sb_secret_wrong", *says)


@unusable
def supabase_that_is_paused() -> Iterator[Unusable]:
    _, gateway = emptied_project()
    gateway.paused = True
    yield at_supabase(gateway.url, gateway.secret_key, "the project is paused", "Open its dashboard")
    gateway.paused = False


@unusable
def supabase_without_the_schema() -> Iterator[Unusable]:
    with empty_database() as url:
        prepare_database(url)
        with Gateway(url) as gateway:
            yield at_supabase(gateway.url, gateway.secret_key, "has not been set up", "supabase db push")


@unusable
def supabase_with_older_functions() -> Iterator[Unusable]:
    with functions_of("20200101000000") as gateway:
        says = f"has the schema {REVISIONS[-1]}+20200101000000; this program needs"
        yield at_supabase(gateway.url, gateway.secret_key, says, "supabase db push")


@unusable
def supabase_with_newer_functions() -> Iterator[Unusable]:
    with functions_of("99990101000000") as gateway:
        says = ("set up by a newer version of this program", "Install the newest version")
        yield at_supabase(gateway.url, gateway.secret_key, *says)


@contextmanager
def functions_of(version: str) -> Iterator[Gateway]:
    """A project whose functions are of another version of the program."""
    url, gateway = emptied_project()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(version_function(version).encode())
        yield gateway
        connection.execute(version_function(FUNCTIONS_VERSION).encode())


@unusable
def supabase_where_a_statement_takes_too_long() -> Iterator[Unusable]:
    url, gateway = emptied_project()
    with Gateway(url, statement_timeout_ms=100) as impatient, in_the_way_of_writers(url):
        says = ("a statement took longer than the project allows", "statement_timeout = '60s'")
        yield at_supabase(impatient.url, gateway.secret_key, *says, commands=("sync", "doctor"))


@unusable
def supabase_on_a_full_disk() -> Iterator[Unusable]:
    url, gateway = emptied_project()
    with refusing_to_store(url, "53100"):
        says = ("the disk of the database is full", "Make room or give the project more disk")
        yield at_supabase(gateway.url, gateway.secret_key, *says, commands=("sync",))


@unusable
def supabase_that_has_outgrown_its_plan() -> Iterator[Unusable]:
    url, gateway = emptied_project()
    with refusing_to_store(url, "25006"):
        says = ("the database may only be read", "Make room or choose a larger plan")
        yield at_supabase(gateway.url, gateway.secret_key, *says, commands=("sync",))


@unusable
def supabase_on_an_unknown_host() -> Iterator[Unusable]:
    says = ("cannot be reached", "Check SUPABASE_URL and the network")
    yield at_supabase(f"https://{unknown_host()}", "sb_secret_wrong", *says)


@unusable
def a_web_page_that_is_no_supabase() -> Iterator[Unusable]:
    server = HttpServer(lambda _: page(200, "Welcome"))
    server.start()
    yield at_supabase(server.url, "sb_secret_wrong", "127.0.0.1", "Check SUPABASE_URL")
    server.stop()


@unusable
def a_web_server_that_is_no_supabase() -> Iterator[Unusable]:
    server = HttpServer(lambda _: page(404, "Not Found"))
    server.start()
    yield at_supabase(server.url, "sb_secret_wrong", "no such project or interface", "Check SUPABASE_URL")
    server.stop()


@unusable
def an_address_that_is_none() -> Iterator[Unusable]:
    yield at_supabase(
        "ref.supabase.co", "sb_secret_wrong", "SUPABASE_URL is not a web address", "https://", exit_code=2
    )


@unusable
def a_project_with_a_password_in_its_address() -> Iterator[Unusable]:
    told = {"DATABASE_URL": "https://mona:hunter2@ref.supabase.co", "SUPABASE_SECRET_KEY": "sb_secret_wrong"}
    says = ("holds a user name or a password", "https://<ref>.supabase.co")
    yield Unusable(told=told, says=says, exit_code=2)


@unusable
def a_project_at_an_address_with_no_such_port() -> Iterator[Unusable]:
    told = {"DATABASE_URL": "https://ref.supabase.co:99999", "SUPABASE_SECRET_KEY": "sb_secret_wrong"}
    says = ("The Supabase project's address is none", "https://<ref>.supabase.co")
    yield Unusable(told=told, says=says, exit_code=2)
