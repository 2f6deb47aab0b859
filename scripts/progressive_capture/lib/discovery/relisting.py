"""Which seconds have to be listed, and which again (pure).

What was never listed has to be; what was listed can change for as long as a run can be run again, which moves
nothing that a listing could be asked by, and as long as runs are unfinished.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from progressive_capture.lib.windows import SECOND, Window, gaps

CHANGEABLE = timedelta(days=32)
"""A run can be run again for 30 days (https://docs.github.com/en/actions/how-tos/manage-workflow-runs), and
then takes its time."""
LIST_AGAIN_AFTER = timedelta(days=1)

Listed = tuple[Window, datetime]
"""A covered window, and when it was listed."""


def to_list(
    asked: Window, listed: Iterable[Listed], *, restless_from: datetime | None, now: datetime
) -> list[Window]:
    """The windows to list, newest first.

    Args:
        asked: what is wanted.
        listed: what was covered so far. After a day, what could still be run again then is looked at again.
        restless_from: since then there are unfinished runs, looked at every time; None: there are none.
        now: the present.
    """
    settled = (_until(_unsure_from(listed_at, restless_from, now), window) for window, listed_at in listed)
    return gaps(asked, [window for window in settled if window is not None])


def _unsure_from(listed_at: datetime, restless_from: datetime | None, now: datetime) -> datetime:
    """Runs created since then may not be as they were when they were listed."""
    nothing = datetime.max.replace(tzinfo=UTC)
    lately = now - listed_at < LIST_AGAIN_AFTER
    return min(nothing if lately else listed_at - CHANGEABLE, restless_from or nothing)


def _until(moment: datetime, window: Window) -> Window | None:
    """The part of a window before a moment."""
    return None if window.start >= moment else Window(window.start, min(window.end, moment - SECOND))
