"""Faults on demand: what goes wrong, where, and how often.

A fault is declared over the admin address and takes effect on the requests that match it.
`fault_effects` knows what each kind does.
"""

import re
import threading
from dataclasses import dataclass, fields
from random import Random
from typing import Any, Literal, get_args

from github_simulator.dice import chance

Kind = Literal[
    "status",
    "reset",
    "truncated",
    "malformed",
    "html",
    "empty",
    "slow",
    "secondary_limit",
    "bad_credentials",
    "null_node",
    "partial_error",
    "null_data",
    "errors_only",
    "resource_limits",
    "query_timeout",
]
KINDS: tuple[str, ...] = get_args(Kind)
GRAPHQL_KINDS = frozenset(
    {"null_node", "partial_error", "null_data", "errors_only", "resource_limits", "query_timeout"}
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    `path` is a regular expression searched in the request's target; a GraphQL request's
    target is `/graphql#OPERATION`. It fires `times` times (None: always), in `share` of the
    matching requests, and only where the request asks for more than `above` things (its
    `per_page`, or the ids in its variables). `status` belongs to `status` (500, 502, 503,
    504) and `secondary_limit` (403, 429), `retry_after` to the latter: `"7"`, `"date:7"` for
    the same as an HTTP date, or None for no such header. `seconds` belongs to `slow`.
    """

    kind: Kind
    path: str = ""
    times: int | None = 1
    share: float = 1.0
    above: int = -1
    status: int | None = None
    retry_after: str | None = "60"
    seconds: float = 1.0

    @classmethod
    def parse(cls, given: dict[str, Any]) -> "Fault":
        """From JSON. ValueError where it declares nothing that can happen."""
        unknown = set(given) - {field.name for field in fields(cls)}
        if unknown or given.get("kind") not in KINDS:
            raise ValueError(f"no such fault: {given!r}; kinds are {', '.join(KINDS)}")
        try:
            re.compile(given.get("path", ""))
        except re.error as error:
            raise ValueError(f"not a pattern: {given['path']!r}: {error}") from error
        return cls(**given)


class Faults:
    """The faults in force. `seed` decides which requests a share of them hits."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"{seed}:faults")
        self._lock = threading.Lock()
        self._active: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._active.append((fault, 0))

    def clear(self) -> None:
        with self._lock:
            self._active.clear()

    def take(self, target: str, weight: int) -> Fault | None:
        """The fault that hits this request, if one does; the first declared wins."""
        with self._lock:
            for place, (fault, fired) in enumerate(self._active):
                if self._hits(fault, fired, target, weight):
                    self._active[place] = fault, fired + 1
                    return fault
            return None

    def _hits(self, fault: Fault, fired: int, target: str, weight: int) -> bool:
        return (
            (fault.times is None or fired < fault.times)
            and weight > fault.above
            and (fault.kind not in GRAPHQL_KINDS or target.startswith("/graphql"))
            and re.search(fault.path, target) is not None
            and chance(self._rng, fault.share)
        )
