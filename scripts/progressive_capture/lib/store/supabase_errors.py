"""What Supabase's HTTP interface refuses, in a person's words with a next step; never with a key.

Statuses and codes: https://docs.postgrest.org/en/stable/references/errors.html and
https://supabase.com/docs/guides/troubleshooting/http-status-codes
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.supabase_access import PAUSED, SET_THE_KEY, TRANSIENT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSIENT_CODES = frozenset(
    {
        "40001",
        "40P01",
        "53300",
        "55P03",
        "57P01",
        "57P02",
        "57P03",
        "PGRST000",
        "PGRST001",
        "PGRST002",
        "PGRST003",
    }
)

PUSH = "Push the schema: supabase db push (docs/databases.md tells how)."


class SchemaMissingError(StoreError):
    """A table, column or function of ours is not there."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer that is an error: the HTTP status, and PostgREST's (or the database's) code and message."""

    status: int
    code: str
    message: str

    @property
    def is_transient(self) -> bool:
        """Whether the same call may succeed a little later."""
        if self.code in TRANSIENT_CODES or self.code.startswith("08"):
            return True
        from_database = len(self.code) == len("57014") and not self.code.startswith("PGRST")
        return self.status in TRANSIENT_STATUSES and not from_database


def explained(refusal: Refusal, project: str) -> StoreError:
    """The error for a person.

    Args:
        refusal: the answer.
        project: where it came from.
    """
    cause = _BY_CODE.get(refusal.code) or _BY_CLASS.get(refusal.code[:2]) or _BY_STATUS.get(refusal.status)
    what, hint = cause or ("the call was refused", "See the project's logs: Logs → API, in its dashboard.")
    said = refusal.message.strip()[:300] or "no message"
    # Where the answer names no code, the client gives the status twice.
    code = f" {refusal.code}" if refusal.code not in ("", str(refusal.status)) else ""
    kind = SchemaMissingError if cause is _MISSING else StoreError
    return kind(f"{project}: {what} (HTTP {refusal.status}{code}: {said}).", hint=hint)


_AWAY = (
    "the project does not answer as it should, and did not after every try",
    "See https://status.supabase.com and its dashboard; then start again: it goes on where it stopped.",
)
_MISSING = ("the database lacks what this version of the program needs", PUSH)
_NOT_ALLOWED = (
    "the key may not do that: it is of the wrong kind, or the grants of the migrations are missing",
    f"{SET_THE_KEY} If it is one: {PUSH}",
)
_KEY_REFUSED = ("the key was not accepted", SET_THE_KEY)
_READ_ONLY = (
    "the database may only be read; a free project's does so when it has grown past its 500 MB",
    "Make room or choose a larger plan: Project Settings → Usage. It goes on where it stopped.",
)
_TOO_SLOW = (
    "a statement took longer than the project allows, and nothing of it was stored",
    "Start again; if it stays so, allow more: ALTER ROLE authenticator SET statement_timeout = '60s'",
)
_DISK_FULL = (
    "the disk of the database is full, and nothing of this step was stored",
    "Make room or give the project more disk: Project Settings → Compute and Disk. It goes on from there.",
)

_BY_CODE: Mapping[str, tuple[str, str]] = {
    "25006": _READ_ONLY,
    "42501": _NOT_ALLOWED,
    "42883": _MISSING,
    "42P01": _MISSING,
    "42703": _MISSING,
    "53100": _DISK_FULL,
    "57014": _TOO_SLOW,
    "PGRST106": ("the schema public is not exposed", "Expose it: Project Settings → Data API."),
    "PGRST202": _MISSING,
    "PGRST203": _MISSING,
    "PGRST301": _KEY_REFUSED,
    "PGRST302": _KEY_REFUSED,
}
"""By the database's or PostgREST's code: what happened, and the next step."""

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "22": ("a value cannot be stored", "This is a bug: please report it."),
    "23": ("a row cannot be stored", "This is a bug: please report it."),
}

_BY_STATUS: Mapping[int, tuple[str, str]] = {
    **dict.fromkeys(TRANSIENT_STATUSES, _AWAY),
    HTTPStatus.UNAUTHORIZED: _KEY_REFUSED,
    HTTPStatus.FORBIDDEN: _NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: (
        "there is no such project or interface",
        "Check SUPABASE_URL: https://<ref>.supabase.co",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "the request was larger than something in between lets through",
        "This is a bug: please report it, with the size that your gateway allows.",
    ),
    PAUSED: (
        "the project is paused, as free projects are after 7 quiet days",
        "Open its dashboard and restore it; then start again: it goes on where it stopped.",
    ),
}
