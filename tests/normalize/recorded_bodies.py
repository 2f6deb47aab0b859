"""Bodies that GitHub really sent, and how to compare one with the row made of it.

They are read in place, beside the project; tests of them are skipped where they are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

REAL_DATA = Path(__file__).parents[2].parent / "shared" / "real-data" / "github"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
OURS = {"repository_id", "captured_at"}

needs_recorded_bodies = pytest.mark.skipif(not REAL_DATA.is_dir(), reason="the recorded bodies are not here")

Payload = Mapping[str, Any]
Source = tuple[str, Callable[[Any], Any]]
"""Where a column stands in the payload, and the type conversion that turns one into the other."""


def same(value: object) -> object:
    return value


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def second(text: str) -> str:
    return f"{moment(text):%Y-%m-%dT%H:%M:%SZ}"


def columns(*names: str, **special: Source) -> dict[str, Source]:
    """Columns of the payload's own names, then those that stand elsewhere or change their type."""
    return {name: (name, same) for name in names} | special


def times(*names: str) -> dict[str, Source]:
    return {name: (name, moment) for name in names}


@dataclass(frozen=True)
class Found:
    """One object inside one recorded body."""

    place: str
    key: str
    payload: dict[str, Any]


def _every_object(value: object, place: str, key: str) -> Iterator[Found]:
    if isinstance(value, dict):
        yield Found(place, key, value)
        for name, inner in value.items():
            yield from _every_object(inner, place, name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _every_object(item, f"{place}[{number}]", key)


def _bodies() -> Iterator[Found]:
    for path in sorted(REAL_DATA.rglob("*.json")):
        if not path.name.endswith(".headers.json"):
            name = path.relative_to(REAL_DATA).as_posix()
            yield from _every_object(json.loads(path.read_text(encoding="utf-8")), name, "")


OBJECTS = list(_bodies())


def each(objects: list[Found]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("found", objects, ids=[found.place for found in objects])


def at(payload: Payload, path: str) -> Any:
    """The value under a path of keys; of several paths, what the first one that leads somewhere holds."""
    for one in path.split(" or "):
        value: Any = payload
        for key in one.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def carried_by(payload: Payload, sources: Mapping[str, Source]) -> dict[str, Any]:
    """What the payload says of each column; `""` is no conclusion and no time (edited payloads have it)."""
    said = {column: at(payload, path) for column, (path, _) in sources.items()}
    nothing = {column for column, (_, convert) in sources.items() if convert is not same and not said[column]}
    return {
        column: sources[column][1](value)
        for column, value in said.items()
        if value is not None and column not in nothing
    }


def assert_nothing_lost_or_invented(
    row: Mapping[str, Any], payload: Payload, sources: Mapping[str, Source]
) -> None:
    said = carried_by(payload, sources)
    assert {column: row[column] for column in said} == said
    assert {column for column in sources if row[column]} <= said.keys()


def camel_case(key: str) -> str:
    """A key of REST as GraphQL spells it."""
    return re.sub("_([a-z])", lambda match: match[1].upper(), key)
