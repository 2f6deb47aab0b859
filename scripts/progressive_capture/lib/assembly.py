"""The one place where a capture's collaborators are built and put together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from progressive_capture.lib.actions_runtime import minutes_cost_money
from progressive_capture.lib.capture_values import Asked, Collaborators, FileRules
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.patience import Patience
from progressive_capture.lib.places import opened_files, opened_store
from progressive_capture.lib.progress_tracker import ProgressTracker
from progressive_capture.lib.report import Progress
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.worker_identity import is_surely_dead, own_identity

AFTER_RESET = timedelta(seconds=5)
"""A budget that GitHub resets while we are about to end is not worth waiting for."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a person asked for on the command line."""

    database: str
    asked: Asked = field(default_factory=Asked)
    leave_budget: int = 10
    concurrency: int = 8
    time_budget: timedelta | None = None
    job_id: str | None = None
    parallel: int = 1
    """How many processes share the token at once."""
    repository_id: int | None = None
    """Refuse a repository with another id."""
    file_storage: str | None = None
    file_rules: FileRules = field(default_factory=FileRules)


class Session:
    """Everything that the captures of one process share: time, stop, budget, display.

    Args:
        progress: shows what happens; opened and closed by the caller.
        clock: the machine's own, unless a rehearsal brings another.
    """

    def __init__(self, settings: Settings, options: Options, progress: Progress, clock: Clock) -> None:
        self.options = options
        self.progress = progress
        self.clock = clock
        self.stop = threading.Event()
        budget = options.time_budget
        self.deadline = self.clock.now() + budget if budget is not None else None
        self._settings = settings
        self._waiting_costs = minutes_cost_money(settings)
        self._connection = Connection(
            api_url=settings.api_url,
            graphql_url=settings.graphql_url,
            token=settings.token,
            timeout_seconds=settings.api_timeout_seconds,
            clock=clock,
            stop=self.stop,
            leave_budget=options.leave_budget,
            parallel=options.parallel,
            concurrency=options.concurrency,
            may_wait_until=self.may_wait_until,
        )

    def may_wait_until(self, moment: datetime) -> bool:
        """Whether to sit out a spent budget here: where it costs nothing, and inside the time budget."""
        if self._waiting_costs:
            return False
        return self.deadline is None or moment + AFTER_RESET < self.deadline

    def open_store(self) -> Store:
        """The database, with the schema that we need. One for each thread that writes."""
        return opened_store(self.options.database, self._settings, patience=self._patience())

    def _patience(self) -> Patience:
        return Patience(self.clock, stop=self.stop, say=self.progress.say)

    def github(self) -> GitHub:
        """A client that counts its own spending, on the connection and the budget that all share."""
        return self._connection.client()

    def collaborators(self, store: Store, github: GitHub) -> Collaborators:
        """What one capture works with."""
        tracker = ProgressTracker(store, self.clock, identity=own_identity(), is_surely_dead=is_surely_dead)
        return Collaborators(
            store=store,
            tracker=tracker,
            meter=github,
            clock=self.clock,
            progress=self.progress,
            stop=self.stop,
            deadline=self.deadline,
            concurrency=self.options.concurrency,
            job_id=self.options.job_id,
            retries=self._settings.retry_failed,
            open_files=self.open_files,
            file_rules=self.options.file_rules,
        )

    def open_files(self) -> FileStorage:
        """Where the files of artifacts go; nothing on the disk is touched yet."""
        patience = self._patience()
        return opened_files(self.options.file_storage, self._settings, clock=self.clock, patience=patience)

    def close(self) -> None:
        """Give back the connections to GitHub."""
        self._connection.close()


def open_connection(
    settings: Settings, clock: Clock, *, may_wait_until: Callable[[datetime], bool] = lambda _: False
) -> Connection:
    """A way to GitHub for a few questions outside any capture: one after the other.

    Args:
        settings: of this process.
        clock: the time.
        may_wait_until: whether a spent budget is waited for until then; unless told, it never is.

    Raises:
        ConfigurationError: the token cannot be one.
    """
    return Connection(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        token=settings.token,
        timeout_seconds=settings.api_timeout_seconds,
        clock=clock,
        stop=threading.Event(),
        leave_budget=0,
        concurrency=1,
        may_wait_until=may_wait_until,
    )
