"""What somebody wants captured: checked, written as the captures themselves write it, and as a job (pure)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from progressive_capture.kinds import KINDS
from progressive_capture.lib.capture_job import CaptureJob
from progressive_capture.lib.capture_values import Depth
from progressive_capture.lib.command_line import last_moment, moment
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.report import printable

if TYPE_CHECKING:
    from queue_manager.router import Route

Processor = Literal["actions", "inline"]
"""Who does the work: a workflow of GitHub Actions, or a process of our own."""

LARGEST_NUMBER = 2**63 - 1
"""GitHub's ids are of 64 bits."""
MOST_DAYS = 36_500
MOST_LETTERS = 300
MOST_PRIORITY = 1_000

_COMMON = frozenset({"since", "time_range", "max_items"})
_IDS = frozenset({"first_id", "last_id"})
PARAMETERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "workflow_runs": _COMMON | {"until", "depth"},
        "workflow_jobs": _COMMON | {"until", "depth"} | _IDS,
        "artifacts": _COMMON | {"until", "name", "run_id"} | _IDS,
        "pull_requests": _COMMON,
        "reviews": _COMMON,
        "comments": _COMMON,
        "file_changes": _COMMON,
        "pull_request_details": frozenset({"number"}),
    }
)
"""What may be asked of each kind: as the options of its command."""


@dataclass(frozen=True, kw_only=True)
class CaptureRequest:
    """One piece of work that is to be done, not yet routed.

    Attributes:
        kind: which capture, a name of `KINDS`.
        repository: OWNER/NAME.
        parameters: what is asked of the capture, as `Asked.parameters` writes it; moments may be given as on
            the command line.
        items: how many items it is about, where the caller knows.
        priority: the highest comes first.
        scheduled: it was asked for by a schedule.
        background: nobody waits for it.
        processor: who shall do it, if somebody says so.

    Raises:
        ConfigurationError: something of it cannot be; the message says what may stand there.
    """

    kind: str
    repository: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    items: int | None = None
    priority: int = 0
    scheduled: bool = False
    background: bool = False
    processor: Processor | None = None

    def __post_init__(self) -> None:
        _refuse_unknown("kind", self.kind, KINDS)
        if self.processor is not None:
            _refuse_unknown("processor", self.processor, get_args(Processor))
        if self.items is not None:
            _number("items", self.items, least=1)
        _number("priority", self.priority, least=-MOST_PRIORITY, most=MOST_PRIORITY)
        object.__setattr__(self, "repository", checked_name(_text("repository", self.repository)))
        object.__setattr__(self, "parameters", _checked(self.kind, self.parameters))

    @property
    def named_items(self) -> int | None:
        """How many items it is about, at most; None: it names none, and takes what there is."""
        named = [count for count in (self.items, self.parameters.get("max_items")) if count is not None]
        if self.parameters.keys() & {"number", "run_id"}:
            named.append(1)
        return min(named, default=None)

    @property
    def request_key(self) -> str:
        """Equal for equal work, whoever asks: that of `ProgressTracker`."""
        asked = json.dumps(dict(self.parameters), sort_keys=True, default=str)
        return f"{self.kind} {self.repository.lower()} {asked}"

    def begins_at(self, now: datetime) -> datetime | None:
        """The earliest moment that is asked for; None: as far back as GitHub remembers."""
        if "time_range" in self.parameters:
            return now - timedelta(days=self.parameters["time_range"])
        return _moment_in(self.parameters, "since")

    @property
    def ends_at(self) -> datetime | None:
        """The last moment that is asked for; None: up to now."""
        return _moment_in(self.parameters, "until")


def job_of(request: CaptureRequest, route: Route, now: datetime) -> CaptureJob:
    """The request as a job that waits, with who does it and why.

    Raises:
        ConfigurationError: the route refuses it.
    """
    if route.processor == "refused":
        raise ConfigurationError(
            f"{request.kind} of {request.repository} is refused: {route.reason}.",
            hint="Ask for less (--max-items), or make Actions possible: see `queue-manager route`. "
            "What may run inline is set by QUEUE_INLINE_MOST_ITEMS and QUEUE_LARGE_REPOSITORY.",
        )
    return CaptureJob(
        id=str(uuid.uuid4()),
        kind=request.kind,
        repository=request.repository,
        processor=route.processor,
        route_reason=route.reason,
        parameters=dict(request.parameters),
        request_key=request.request_key,
        priority=request.priority,
        created_at=now,
        updated_at=now,
    )


def _checked(kind: str, parameters: Any) -> Mapping[str, Any]:
    """The parameters in the order and the words of `Asked.parameters`."""
    if not isinstance(parameters, Mapping):
        raise ConfigurationError(
            "The parameters of a request are names with values.", hint='For example: {"time_range": 30}'
        )
    given = {name: value for name, value in parameters.items() if value is not None}
    for name in given:
        _refuse_unknown(f"parameter of {kind}", name, PARAMETERS[kind])
    checked = {name: check(name, given[name]) for name, check in _CHECKS.items() if name in given}
    if kind == "pull_request_details" and "number" not in checked:
        raise ConfigurationError(
            "A capture of pull_request_details is about one pull request.", hint='Say which: {"number": 42}'
        )
    _refuse_contradictions(checked)
    return MappingProxyType(checked)


def _refuse_contradictions(checked: Mapping[str, Any]) -> None:
    if "time_range" in checked and "since" in checked:
        raise ConfigurationError("time_range and since both say where to begin.", hint="Give one of the two.")
    for first, last in (("since", "until"), ("first_id", "last_id")):
        if first in checked and last in checked and checked[first] > checked[last]:
            raise ConfigurationError(
                f"{first} ({checked[first]}) lies after {last} ({checked[last]}).",
                hint=f"Give {first} a smaller value than {last}.",
            )


def _refuse_unknown(what: str, value: object, known: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ConfigurationError(
            f"{printable(repr(value), 80)} is no {what}.", hint=f"Known are: {', '.join(sorted(known))}."
        )


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > MOST_LETTERS:
        raise ConfigurationError(
            f"{name} must be a text of up to {MOST_LETTERS} letters, not {printable(repr(value), 80)}.",
            hint=f"Give {name} as a text without control characters.",
        )
    return value


def _number(name: str, value: object, *, least: int = 1, most: int = LARGEST_NUMBER) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ConfigurationError(
            f"{name} must be a whole number from {least:,} to {most:,}, not {printable(repr(value), 80)}.",
            hint=f"Give {name} such a number, or leave it out.",
        )
    return value


def _written(name: str, value: object, read: Callable[[str], datetime]) -> str:
    """A moment as `Asked.parameters` writes it."""
    text = value.isoformat() if isinstance(value, datetime) else _text(name, value)
    try:
        return read(text).isoformat()
    except click.BadParameter as error:
        raise ConfigurationError(f"{name}: {printable(error.message)}", hint="Times are UTC.") from None


def _depth(name: str, value: object) -> str:
    _refuse_unknown(name, value, get_args(Depth))
    return str(value)


def _moment_in(parameters: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(parameters[name]) if name in parameters else None


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "since": partial(_written, read=moment),
    "time_range": partial(_number, most=MOST_DAYS),
    "until": partial(_written, read=last_moment),
    "max_items": _number,
    "depth": _depth,
    "name": _text,
    "run_id": _number,
    "number": _number,
    "first_id": _number,
    "last_id": _number,
}
