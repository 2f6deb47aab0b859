"""The queue's environment door: its thresholds, where it dispatches, and what an inline worker costs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.report import printable
from progressive_capture.lib.settings import read_settings
from queue_manager.router import Thresholds

DEFAULT_REF = "main"
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,254}")
"""Branches and tags as far as they are usual: https://git-scm.com/docs/git-check-ref-format allows more."""
WHOLE, DECIMAL = re.compile(r"[0-9]{1,9}"), re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


@dataclass(frozen=True, kw_only=True)
class QueueSettings:
    """What the environment says to the queue.

    Attributes:
        thresholds: where small and fresh ends.
        jobs_repository: OWNER/NAME of the repository whose workflows are dispatched; None: nobody says.
        ref: the branch or tag whose version of the workflows runs.
        inline_dollars_per_hour: what an hour of an inline worker costs; None: nobody says.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    jobs_repository: str | None = None
    ref: str = DEFAULT_REF
    inline_dollars_per_hour: float | None = None


def read_queue_settings(environment: Mapping[str, str] | None = None) -> QueueSettings:
    """The queue's settings of an environment (the process's own unless given).

    Raises:
        ConfigurationError: a variable that makes no sense.
    """
    env = os.environ if environment is None else environment
    return QueueSettings(
        thresholds=thresholds_of(env),
        jobs_repository=_jobs_repository(env),
        ref=_ref(env),
        inline_dollars_per_hour=_decimal(env, "INLINE_DOLLARS_PER_HOUR"),
    )


def thresholds_of(env: Mapping[str, str]) -> Thresholds:
    """The router's thresholds; what nobody says is as the router has it.

    QUEUE_MAX_ITEMS beyond what may run inline by default raises that, too, unless it is said itself.

    Raises:
        ConfigurationError: a number that is none, or two that contradict each other.
    """
    usual = Thresholds()
    hours = _decimal(env, "QUEUE_MAX_AGE_HOURS")
    items = _whole(env, "QUEUE_MAX_ITEMS", usual.items)
    return Thresholds(
        age=usual.age if hours is None else timedelta(hours=hours),
        items=items,
        repository_size=_whole(env, "QUEUE_LARGE_REPOSITORY", usual.repository_size),
        inline_most_items=_whole(env, "QUEUE_INLINE_MOST_ITEMS", max(usual.inline_most_items, items)),
    )


def _jobs_repository(env: Mapping[str, str]) -> str | None:
    named = env.get("CAPTURE_JOBS_REPOSITORY", "").strip() or read_settings(env).repository
    if not named:
        return None
    try:
        return checked_name(named)
    except ConfigurationError:
        raise ConfigurationError(
            f"{printable(named, 80)!r} does not name the repository whose workflows are dispatched.",
            hint="Set CAPTURE_JOBS_REPOSITORY=OWNER/NAME to the repository that holds the workflows.",
        ) from None


def _ref(env: Mapping[str, str]) -> str:
    ref = env.get("QUEUE_REF", "").strip() or DEFAULT_REF
    if not REF.fullmatch(ref) or ".." in ref:
        raise ConfigurationError(
            f"QUEUE_REF is no branch or tag: {printable(ref, 80)!r}.",
            hint="Give its name alone, for example QUEUE_REF=main, or unset it.",
        )
    return ref


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not WHOLE.fullmatch(text):
        raise _no_number(name, text, "a whole number")
    return int(text)


def _decimal(env: Mapping[str, str], name: str) -> float | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    if not DECIMAL.fullmatch(text):
        raise _no_number(name, text, "a number")
    return float(text)


def _no_number(name: str, text: str, wanted: str) -> ConfigurationError:
    usual = {
        "QUEUE_MAX_AGE_HOURS": "24",
        "QUEUE_MAX_ITEMS": "50",
        "QUEUE_LARGE_REPOSITORY": "1000",
        "QUEUE_INLINE_MOST_ITEMS": "1000",
        "INLINE_DOLLARS_PER_HOUR": "0.05",
    }
    return ConfigurationError(
        f"{name} must be {wanted} from 0 up, not {printable(text, 40)!r}.",
        hint=f"Write for example {name}={usual[name]}, or unset it.",
    )
