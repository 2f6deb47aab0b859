"""What GitHub charges for runner minutes, in one place, with the date and the source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

PRICES_SINCE = date(2026, 1, 1)
PRICES_SOURCE = "https://docs.github.com/en/billing/reference/actions-runner-pricing"
DOLLARS_A_MINUTE: Mapping[str, float] = MappingProxyType(
    {
        "Linux 1-core": 0.002,
        "Linux 2-core": 0.006,
        "Linux arm64 2-core": 0.005,
        "Windows 2-core": 0.010,
        "macOS": 0.062,
    }
)
"""US dollars a minute on GitHub's standard runners in private repositories; in public ones they are free.

Each job is charged in whole minutes. What a plan includes for free is not taken off.
"""
OUR_RUNNER = "Linux 2-core"


def dollars(minutes: int, *, private: bool) -> float:
    """What so many whole minutes cost on the runner that our workflows use."""
    return round(minutes * DOLLARS_A_MINUTE[OUR_RUNNER], 3) if private else 0.0
