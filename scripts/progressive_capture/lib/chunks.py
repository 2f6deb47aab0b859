"""A plan cut into chunks: self-contained parts of a capture, each run by one leg of a matrix (pure).

A chunk travels as compact JSON, from the job that plans to the legs, through an output of a workflow: at most
256 of them (https://docs.github.com/en/actions/reference/limits), and small.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any

from progressive_capture.lib.errors import ConfigurationError

MOST_CHUNKS = 256
"""As many jobs as GitHub lets one matrix make."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """One leg's part of a capture.

    Attributes:
        kind: which capture.
        repository: OWNER/NAME.
        job_id: the capture job of this part; one that is there already is gone on with.
        parent_id: the capture job that all parts belong to; None where this is all of it.
        index: from 0, of `count`.
        parameters: what was asked for, as `Asked.parameters` gives it.
        first_id: the smallest id of a run (artifact) that belongs to it; None: from the first.
        last_id: the largest; None: to the last, and what is still to be listed.
    """

    kind: str
    repository: str
    job_id: str | None = None
    parent_id: str | None = None
    index: int = 0
    count: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    first_id: int | None = None
    last_id: int | None = None

    @property
    def is_part(self) -> bool:
        """Whether there are others beside it."""
        return self.parent_id is not None

    def as_data(self) -> dict[str, Any]:
        """What differs from the defaults, for JSON."""
        return {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != _default(each)
        }

    def as_text(self) -> str:
        """As it travels."""
        return json.dumps(self.as_data(), separators=(",", ":"), sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> Chunk:
        """The chunk that `as_text` wrote.

        Raises:
            ConfigurationError: it is none.
        """
        try:
            data = json.loads(text)
            chunk = cls(**data) if _is_sound(data) else None
        except (ValueError, TypeError):
            chunk = None
        if chunk is None or not 0 <= chunk.index < chunk.count <= MOST_CHUNKS:
            raise ConfigurationError(
                "--chunk is not a chunk of a plan.",
                hint="Give one element of the list that `progressive-capture plan KIND --json` prints.",
            )
        return chunk


def _default(each: Any) -> Any:
    if each.name == "parameters":
        return {}
    return None if each.name in {"kind", "repository"} else each.default


def _is_sound(data: Any) -> bool:
    """Whether what came as JSON has a chunk's kinds of values."""
    kinds: Mapping[str, Callable[[Any], bool]] = {
        "kind": _is_text,
        "repository": _is_text,
        "parameters": lambda value: isinstance(value, dict),
        "index": _is_number,
        "count": _is_number,
        "first_id": _is_number,
        "last_id": _is_number,
        "job_id": _is_id,
        "parent_id": _is_id,
    }
    return isinstance(data, dict) and all(
        name in kinds and kinds[name](value) for name, value in data.items()
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f-]{36}", value) is not None


def cut_evenly(ids: Iterable[int], *, total: int, pieces: int) -> Iterator[tuple[int, int]]:
    """Ranges of ids, each with as many of them as the others, give or take one.

    Args:
        ids: in ascending order; read once.
        total: how many there are.
        pieces: at most so many ranges.

    Yields:
        The first and the last id of each range.
    """
    remaining = iter(ids)
    for size in sizes(total, pieces):
        part = _ends(islice(remaining, size))
        if part is not None:
            yield part


def sizes(total: int, pieces: int) -> Sequence[int]:
    """A number in at most so many parts that differ by one at most."""
    pieces = max(1, min(pieces, total, MOST_CHUNKS))
    each, more = divmod(total, pieces)
    return [each + (index < more) for index in range(pieces)]


def _ends(ids: Iterator[int]) -> tuple[int, int] | None:
    first = last = next(ids, None)
    for last in ids:  # noqa: B007  (only the last one is wanted)
        pass
    return None if first is None or last is None else (first, last)
