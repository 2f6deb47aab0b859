"""An audit from beginning to end: the database that is there, GitHub, and what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_command import opened, own_repository
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import span_of
from progressive_capture.lib.errors import CaptureError, CapturePaused, ConfigurationError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.run_pages import pages_of
from progressive_capture.lib.identify import checked_name, look_up
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.report import Snapshot, plural
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.verify.audit import Audit, Auditor
from progressive_capture.lib.windows import whole_seconds


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What an audit found, and what it cost."""

    full_name: str
    audit: Audit
    requests: int


def verify(
    repository: str | None,
    *,
    database: str,
    leave_budget: int = 10,
    time_range: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    settings: Settings | None = None,
    clock: Clock | None = None,
) -> Verified:
    """Audit a repository in a database.

    Raises:
        ConfigurationError: the repository was never captured into it.
        CaptureError: the audit could not be finished, so nothing is said.
    """
    settings, clock = settings or read_settings(), clock or SystemClock()
    full_name = checked_name(repository) if repository else own_repository(settings)
    begin, end = span_of(time_range, since, until, now=clock.now())
    asked = (whole_seconds(begin) if begin else None, whole_seconds(end) if end else None)
    with (
        opened_store(database, settings, must_exist=True) as store,
        opened(settings, Options(database=database, leave_budget=leave_budget), clock) as session,
    ):
        try:
            return _audit(session, store, full_name, asked)
        except CapturePaused as pause:
            raise _unfinished(pause) from pause


def _audit(
    session: Session, store: Store, full_name: str, asked: tuple[datetime | None, datetime | None]
) -> Verified:
    github = session.github()
    answer = look_up(github, full_name)
    row = next((row for row in store.repositories() if row["id"] == answer.body["id"]), None)
    if row is None:
        raise ConfigurationError(
            f"{full_name} is not in {store.describe()}.",
            hint=f"Capture it with: progressive-capture sync {full_name}",
        )
    # Capture jobs are kept under the name that the repository had then.
    auditor = Auditor(
        store, row["id"], row["full_name"], asked=asked, show=_shown(session, github, row["full_name"])
    )
    audit = auditor.run(pages_of(github, answer.body["full_name"]))
    return Verified(full_name=answer.body["full_name"], audit=audit, requests=github.spent().requests)


def _shown(session: Session, github: GitHub, full_name: str) -> Callable[[int, int], None]:
    def show(listed: int, stored: int) -> None:
        session.progress.show(
            Snapshot(
                capture=f"{full_name} verify",
                title="runs listed again",
                done=listed,
                total=stored,
                spent=plural(github.spent().requests, "request"),
                budget=github.budget_left(),
            )
        )

    return show


def _unfinished(pause: CapturePaused) -> CaptureError:
    when = f" after {pause.resume_at:%Y-%m-%d %H:%M:%S} UTC" if pause.resume_at else ""
    return CaptureError(
        f"The audit was not finished, so it says nothing: {pause.reason}.",
        hint=f"Run it again{when}; --since makes it shorter.",
    )
