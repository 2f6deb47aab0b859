"""What a page of GitHub's runs listing says, and what can be proved by it (values, pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from progressive_capture.lib.windows import Window

LAST_PAGE = 10
SEARCH_CAP = 1000
"""A filtered listing ends here, whatever it matches
(https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository)."""

Run = Mapping[str, Any]
Filters = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page: its runs, GitHub's count of all matches, and whether another page follows."""

    runs: Sequence[Run]
    total_count: int
    has_next: bool
    captured_at: datetime


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is certain about a window, or about a slice of one second, once the runs are stored."""

    window: Window
    status: Literal["covered", "saturated"]
    item_count: int
    reported_count: int | None = None
    slice: str = ""
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Runs as listed at one moment (one may come twice), and what is proved with them.

    `whole` are seconds of which this one moment's listing shows every run, by their ids: what is not among
    them is not on GitHub any more.
    """

    captured_at: datetime
    runs: Sequence[Run] = ()
    proofs: Sequence[Proof] = ()
    whole: tuple[Window, frozenset[int]] | None = None


ListPage = Callable[[Window, Filters, int], Listing]
