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
"""What can hit the API, REST or GraphQL."""
GRAPHQL_KINDS = frozenset(
    {"null_node", "partial_error", "null_data", "errors_only", "resource_limits", "query_timeout"}
)
LinkKind = Literal["artifact_missing", "link_expired", "link_elsewhere"]
LINK_KINDS: tuple[str, ...] = get_args(LinkKind)
"""What can hit the API where it is asked for an artifact's bytes."""
BlobKind = Literal[
    "blob_status",
    "blob_reset",
    "blob_broken_off",
    "blob_slow",
    "blob_html",
    "blob_wrong_bytes",
    "blob_range_ignored",
]
BLOB_KINDS: tuple[str, ...] = get_args(BlobKind)
"""What can hit the blob host where it serves an artifact."""
DOWNLOAD_KINDS = LINK_KINDS + BLOB_KINDS
ReleaseKind = Literal["asset_streamed", "upload_cut"]
RELEASE_KINDS: tuple[str, ...] = get_args(ReleaseKind)
"""What can hit the assets of releases."""
WriteKind = Literal["lost_answer", "run_details_unknown"]
WRITE_KINDS: tuple[str, ...] = get_args(WriteKind)
"""What can hit the API where something is written."""
AnyKind = Kind | LinkKind | BlobKind | ReleaseKind | WriteKind
_EVERY_KIND = KINDS + DOWNLOAD_KINDS + RELEASE_KINDS + WRITE_KINDS
BLOB_TARGET = "blob:"
"""So begins the target of a request to the blob host."""
DOWNLOAD, RUN_DETAILS = "#download", "#return_run_details"
"""So end the targets of requests for the bytes of an asset, and of dispatches that ask for the run."""
_WRITE_TARGET = re.compile(r"(?:POST|PUT|PATCH|DELETE) ")
_PLACES: dict[AnyKind, re.Pattern[str]] = {
    "artifact_missing": re.compile(r"/actions/artifacts/\d+/zip\b"),
    "link_expired": re.compile(rf"/actions/artifacts/\d+/zip\b|{DOWNLOAD}$"),
    "link_elsewhere": re.compile(rf"/actions/artifacts/\d+/zip\b|{DOWNLOAD}$"),
    "asset_streamed": re.compile(rf"{DOWNLOAD}$"),
    "upload_cut": re.compile(r"^POST .*/releases/\d+/assets\b"),
    "lost_answer": _WRITE_TARGET,
    "run_details_unknown": re.compile(rf"{RUN_DETAILS}$"),
}
"""Where kinds can hit that cannot hit everywhere."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    `path` is a regular expression searched in the request's target; a GraphQL request's
    target is `/graphql#OPERATION`, that of a download `blob:/artifacts/ID`, and where a part
    is asked for `blob:/artifacts/ID#bytes=400-`; before the address of what writes stands its
    method: `PATCH /repos/...`. It fires `times` times (None: always), in
    `share` of the matching requests, and only where the request asks for more than `above`
    things (its `per_page`; the ids in its variables, or else the first number there).
    `status` belongs to `status` (500, 502, 503, 504) and `secondary_limit` (403, 429),
    `retry_after` to the latter: `"7"`, `"date:7"` for the same as an HTTP date, or None for no
    such header. `seconds` belongs to `slow`.

    Of downloads: `status` also belongs to `blob_status` (503 where nothing is said) and
    `artifact_missing` (404 or 410), `seconds` to `blob_slow`, `after_bytes` to
    `blob_broken_off` (None: after half), `location` to `link_elsewhere`.

    Of what is written: `status` also belongs to `lost_answer` (None: the connection is cut) and
    to `run_details_unknown` (400 where nothing is said).
    """

    kind: AnyKind
    path: str = ""
    times: int | None = 1
    share: float = 1.0
    above: int = -1
    status: int | None = None
    retry_after: str | None = "60"
    seconds: float = 1.0
    after_bytes: int | None = None
    location: str = "http://elsewhere.invalid/artifact.zip"

    @classmethod
    def parse(cls, given: dict[str, Any]) -> "Fault":
        """From JSON. ValueError where it declares nothing that can happen."""
        unknown = set(given) - {field.name for field in fields(cls)}
        if unknown or given.get("kind") not in _EVERY_KIND:
            raise ValueError(f"no such fault: {given!r}; kinds are {', '.join(_EVERY_KIND)}")
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
            and _can_hit(fault.kind, target)
            and re.search(fault.path, target) is not None
            and chance(self._rng, fault.share)
        )


def _can_hit(kind: AnyKind, target: str) -> bool:
    """Whether a fault of this kind makes sense there."""
    if target.startswith(BLOB_TARGET) or kind in BLOB_KINDS:
        nothing_to_ignore = kind == "blob_range_ignored" and "#" not in target
        return target.startswith(BLOB_TARGET) and kind in BLOB_KINDS and not nothing_to_ignore
    if kind in _PLACES:
        return _PLACES[kind].search(target) is not None
    return kind not in GRAPHQL_KINDS or target.startswith("/graphql")
