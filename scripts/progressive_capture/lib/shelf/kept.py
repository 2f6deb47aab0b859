"""The manifest of a kept database, as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from progressive_capture.lib.shelf.errors import ManifestError
from progressive_capture.lib.shelf.names import by_age, generation_of

MOST_NAMES = 20
LONGEST_VALUE = 60
LONGEST_LIST = 1_000
"""A release has as many assets."""
SHA256 = re.compile(r"[0-9a-f]{64}")
FULL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
SCHEMA = re.compile(r"[A-Za-z0-9_.-]{1,60}")
TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a kept database is.

    Attributes:
        name: of its assets, without their endings.
        generation: one more than that of the newest database that was there before it.
        repository: the captured repository, as it was called then.
        repository_id: its id.
        sha256: of the packed database, hex.
        size_bytes: of the packed database.
        database_bytes: unpacked.
        schema_version: of the database.
        kept_at: when.
        rows: how many, by table.
        contains: the names of the databases that it grew from, or that were merged into it: the last 20, and
            those that are on the shelf. One that adds nothing is not named; what that contains is.
        adds: whether it holds anything beyond those; one that only joins others adds nothing.
        unusable: the names of databases that were there, and that could not be read.
    """

    name: str
    generation: int
    repository: str
    repository_id: int
    sha256: str
    size_bytes: int
    database_bytes: int
    schema_version: str
    kept_at: datetime
    rows: Mapping[str, int] = field(default_factory=dict)
    contains: tuple[str, ...] = ()
    adds: bool = True
    unusable: tuple[str, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """The names of the databases whose rows are in it: what it contains, and itself if it adds any."""
        return frozenset((self.name, *self.contains) if self.adds else self.contains)

    def is_in(self, parts: frozenset[str]) -> bool:
        """Whether all of it is in a database that has these parts."""
        if self.adds:
            return self.name in parts
        return bool(self.contains) and parts.issuperset(self.contains)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        data = {"format": 1, **asdict(self)}
        names = {"contains": list(self.contains), "unusable": list(self.unusable)}
        return data | names | {"kept_at": self.kept_at.isoformat(), "rows": dict(self.rows)}

    @classmethod
    def parse(cls, data: object) -> Self:
        """From JSON; fields that are not known are left alone.

        Raises:
            ManifestError: it is no manifest.
        """
        if not isinstance(data, Mapping):
            raise _not(data, "a manifest")
        name, generation = _text(data, "name", None), _number(data, "generation", least=1)
        if generation_of(name) != generation:
            raise _not(name, "the name of that generation")
        return cls(
            name=name,
            generation=generation,
            repository=_text(data, "repository", FULL_NAME),
            repository_id=_number(data, "repository_id", least=1),
            sha256=_text(data, "sha256", SHA256),
            size_bytes=_number(data, "size_bytes", least=1),
            database_bytes=_number(data, "database_bytes", least=1),
            schema_version=_text(data, "schema_version", SCHEMA),
            kept_at=_moment(data),
            rows=_rows(data.get("rows")),
            contains=_names(data, "contains"),
            adds=data.get("adds") is not False,
            unusable=_names(data, "unusable"),
        )


def last_names(names: frozenset[str], *, still_there: frozenset[str]) -> tuple[str, ...]:
    """The last of some databases' names, and those of them that are still on the shelf; the oldest first."""
    ordered = sorted(names, key=by_age)
    last = frozenset(ordered[-MOST_NAMES:])
    return tuple(name for name in ordered if name in last or name in still_there)


def _text(data: Mapping[str, Any], name: str, pattern: re.Pattern[str] | None) -> str:
    value = data.get(name)
    if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
        raise _not(value, f"`{name}`")
    return value


def _number(data: Mapping[str, Any], name: str, *, least: int) -> int:
    value = data.get(name)
    if type(value) is not int or not least <= value < 2**63:
        raise _not(value, f"`{name}`")
    return value


def _moment(data: Mapping[str, Any]) -> datetime:
    value = data.get("kept_at")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _not(value, "`kept_at`")
    return moment


def _rows(value: object) -> dict[str, int]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(map(_is_row_count, value.items())):
        raise _not(value, "`rows`")
    return dict(value)


def _is_row_count(item: tuple[object, object]) -> bool:
    table, count = item
    is_table = isinstance(table, str) and TABLE.fullmatch(table) is not None
    return is_table and type(count) is int and count >= 0


def _names(data: Mapping[str, Any], field_name: str) -> tuple[str, ...]:
    value = data.get(field_name, [])
    if not isinstance(value, (list, tuple)) or len(value) > LONGEST_LIST:
        raise _not(value, f"`{field_name}`")
    if not all(isinstance(name, str) and generation_of(name) is not None for name in value):
        raise _not(value, f"`{field_name}`")
    return tuple(value)


def _not(value: object, what: str) -> ManifestError:
    shown = ascii(value)[:LONGEST_VALUE]
    return ManifestError(f"{shown} is not {what} of a kept database.")
