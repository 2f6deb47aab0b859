"""What Postgres, or a pooler before it, refuses, in a person's words with a next step; never with a password.

A server's refusal has a code (https://www.postgresql.org/docs/current/errcodes-appendix.html). One to let us
in at all comes without: there the words decide, those of Postgres and of Supabase's pooler
(https://github.com/supabase/supavisor, https://supabase.com/docs/guides/database/supavisor).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.patience import WorthWaitingError
from progressive_capture.lib.store.migrations import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIGRATE = "Set it up with: progressive-capture migrate (for the same DATABASE_URL)."
GOES_ON = "Then start again: it goes on where it stopped."
IPV6 = (
    "A Supabase project's own address has IPv6 only, which GitHub's runners lack: take its pooler's "
    "(Connect, in the dashboard)."
)
BUG = "This is a bug: please report it."


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What happened, the next step, and whether it may be over soon."""

    what: str
    hint: str
    worth_waiting: bool = False


def explained(error: psycopg.Error, *, lost: bool, database: str) -> StoreError | WorthWaitingError:
    """The error for a person; one that may be over soon as such.

    Args:
        error: what the driver raised.
        lost: whether the connection is gone with it.
        database: what the database is called.
    """
    cause = _cause(error, lost=lost)
    told = StoreError(f"{database} {cause.what} ({_reason(error)}).", hint=cause.hint)
    return WorthWaitingError(told) if cause.worth_waiting else told


def _cause(error: psycopg.Error, *, lost: bool) -> Cause:
    code = error.sqlstate
    if code is not None:
        known = _BY_CODE.get(code) or _BY_CLASS.get(code[:2])
        return known or (_AWAY if lost else _OTHER)
    if not isinstance(error, psycopg.OperationalError):
        return _OTHER
    said = _reason(error).lower()
    for words, cause in _BY_WORDS:
        if any(word in said for word in words):
            return cause
    return _NOT_LET_IN if "FATAL:" in str(error) else _AWAY


def _reason(error: psycopg.Error) -> str:
    """Its first line, without where it happened: the database has been named, the details hold rows."""
    said = error.diag.message_primary or str(error) or type(error).__name__
    return said.splitlines()[0].rpartition(" failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")


_AWAY = Cause(
    what="does not answer",
    hint=f"Check that it runs, and host and port in DATABASE_URL. {IPV6} {GOES_ON}",
    worth_waiting=True,
)
_BUSY = Cause(
    what="could not finish a step that others were in the way of",
    hint=f"Let other programs that work on the same tables finish. {GOES_ON}",
    worth_waiting=True,
)
_CROWDED = Cause(
    what="lets nobody else in: it has as many connections as it allows",
    hint="Let fewer captures run at the same time, or allow more connections; with Supabase, take the "
    f"pooler's transaction mode (port 6543). {GOES_ON}",
    worth_waiting=True,
)
_PASSWORD = Cause(
    what="does not accept the user or the password",
    hint="Check both in DATABASE_URL. What is no letter or digit has to be percent-encoded there: @ is %40, "
    "/ is %2F, # is %23.",
)
_NOT_LET_IN = Cause(
    what="does not let us in", hint="Check DATABASE_URL; what the server wants may be in its log."
)
_ENTRY = Cause(
    what="does not let this user in from here",
    hint="Allow it in the server's pg_hba.conf, or ask for an encrypted connection: …?sslmode=require",
)
_SAID_WRONG = Cause(
    what="cannot be reached in the way that DATABASE_URL says", hint="Correct what it says after the ? in it."
)
_ENCRYPTION = Cause(
    what="could not be spoken to in secret",
    hint="Check sslmode and sslrootcert in DATABASE_URL against what the server offers.",
)
_NO_HOST = Cause(
    what="is on a host that is not known here",
    hint=f"Check the host in DATABASE_URL. {IPV6}",
)
_NO_DATABASE = Cause(
    what="does not exist", hint="Make it (CREATE DATABASE), or check the name at the end of DATABASE_URL."
)
_NO_PROJECT = Cause(
    what="is of a Supabase project that its pooler does not know, or that is paused",
    hint="Restore a paused project in its dashboard (free ones rest after 7 quiet days). Else copy the "
    "address from Connect there: the user is postgres.<ref>, and the host differs from project to project.",
)
_SCHEMA = Cause(
    what=f"lacks what this version of the program needs (schema {REVISIONS[-1]})",
    hint=f"{MIGRATE} If that finds nothing to do, somebody has changed the tables: begin a new database.",
)
_RIGHTS = Cause(
    what="does not allow this user to do that",
    hint="Use the user that owns the tables, or grant this one what it needs: SELECT, INSERT, UPDATE and "
    "DELETE on them; to migrate, also CREATE on their schema.",
)
_READ_ONLY = Cause(
    what="may only be read now",
    hint="It is a standby (take the primary's address), or was told so; a free Supabase project is when it "
    f"has grown past its 500 MB: make room, or choose a larger plan. {GOES_ON}",
)
_DISK_FULL = Cause(
    what="could not grow: its disk is full, and nothing of this step was stored",
    hint=f"Make room, or give it more. {GOES_ON}",
)
_MEMORY = Cause(
    what="ran out of memory, and nothing of this step was stored", hint=GOES_ON, worth_waiting=True
)
_CANCELLED = Cause(
    what="stopped a statement that took too long, and nothing of this step was stored",
    hint="Start again; if it stays so, allow more: ALTER ROLE <user> SET statement_timeout = '120s'",
)
_VALUE = Cause(what="cannot store a value", hint=BUG)
_POOLER = Cause(
    what="is behind a pooler that mixes up statements of several programs",
    hint="Take its session mode (with Supabase, port 5432), or connect to the database itself.",
)
_OTHER = Cause(what="failed", hint="What the server says about it is in its log.")

_BY_CODE: Mapping[str, Cause] = {
    "25006": _READ_ONLY,
    "26000": _POOLER,
    "28000": _ENTRY,
    "28P01": _PASSWORD,
    "3D000": _NO_DATABASE,
    "3F000": _SCHEMA,
    "40001": _BUSY,
    "40P01": _BUSY,
    "42501": _RIGHTS,
    "42703": _SCHEMA,
    "42883": _SCHEMA,
    "42P01": _SCHEMA,
    "42P05": _POOLER,
    "53100": _DISK_FULL,
    "53200": _MEMORY,
    "53300": _CROWDED,
    "55P03": _BUSY,
    "57014": _CANCELLED,
    "57P01": _AWAY,
    "57P02": _AWAY,
    "57P03": _AWAY,
    "57P05": _AWAY,
}
_BY_CLASS: Mapping[str, Cause] = {"08": _AWAY, "22": _VALUE, "23": _VALUE, "54": _VALUE}

_BY_WORDS: Sequence[tuple[Sequence[str], Cause]] = (
    (("tenant or user not found", "tenant/user "), _NO_PROJECT),
    (("too many clients", "connection slots", "max client", "pool checkout timeout"), _CROWDED),
    (("too many connections", "no more connections allowed"), _CROWDED),
    (("password authentication failed", "no password supplied", "wrong password"), _PASSWORD),
    (("authentication failed", 'role "'), _PASSWORD),
    (("no pg_hba.conf entry",), _ENTRY),
    (("invalid ",), _SAID_WRONG),
    (("ssl", "certificate"), _ENCRYPTION),
    (("the database system is",), _AWAY),
    (("temporary failure in name resolution",), _AWAY),
    (("failed to resolve host", "could not translate host name"), _NO_HOST),
    (('" does not exist',), _NO_DATABASE),
    (("permission denied",), _RIGHTS),
)
"""In lower case, the first that fits: without these, what is not from the server is worth waiting for."""
