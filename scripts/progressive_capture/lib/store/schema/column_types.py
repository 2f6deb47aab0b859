"""The few kinds of columns that there are, each the same value in Python whatever the database.

SQLite tables are STRICT, so only its own five words for types may appear there.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Integer,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

# GitHub's ids are 64 bit. So is SQLite's INTEGER, the only word that makes an id the row's own key.
INTEGER = BigInteger().with_variant(Integer(), "sqlite")
NUMBER: Double[float] = Double().with_variant(REAL(), "sqlite")


class PlainText(TypeDecorator[str]):
    """Text without NUL characters, which Postgres cannot hold: each is replaced by U+FFFD, in every database.

    The replacement is Unicode's own mark for what could not be shown, and keeps the length.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return value.replace("\0", "\ufffd") if value and "\0" in value else value


class Time(TypeDecorator[datetime]):
    """An aware datetime, whole seconds, UTC; in SQLite `YYYY-MM-DDTHH:MM:SSZ`, which also sorts by time."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        if dialect.name == "sqlite":
            return moment.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
        return moment.replace(microsecond=0)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Lists and dictionaries; NULL is Python's None. In SQLite canonical text, so that equal means equal."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else JSONB(none_as_null=True)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = _as_text(value)
        # Seldom, so the search for it has to be quick; what is found may also be a backslash before `u0000`.
        kept = without_nul(value) if r"\u0000" in text else value
        return _as_text(kept) if dialect.name == "sqlite" else kept

    def process_literal_param(self, value: Any, dialect: Dialect) -> str:
        text = _as_text(value)
        if dialect.name == "sqlite":
            return text  # its own type quotes it
        quoted = text.replace("'", "''")
        return f"'{quoted}'::jsonb"

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if value is not None and dialect.name == "sqlite" else value


class Flag(TypeDecorator[bool]):
    """True or False; 1 or 0 in SQLite, which has no word for them."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else Boolean()

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | None:
        del dialect
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        del dialect
        return None if value is None else bool(value)


TEXT = PlainText()
TIME = Time()
JSON = Json()
FLAG = Flag()


def without_nul(value: Any) -> Any:
    """A JSON value with each NUL character replaced, as `PlainText` does it."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(item) for name, item in value.items()}
    return value


def _as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def known(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that every row fills."""
    return Column(name, kind, nullable=False)


def maybe(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that may be NULL."""
    return Column(name, kind, nullable=True)


def observed() -> tuple[Column[Any], Column[Any]]:
    """Whose an observation is, and when GitHub said so."""
    return known("repository_id", INTEGER), known("captured_at", TIME)
