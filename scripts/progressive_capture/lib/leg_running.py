"""What a leg does: bring what its work needs, capture, and leave a folder for `finish`.

With a database it writes there. Without one it works in a copy of its own of the database on the shelf: a
whole copy, or, of a plan cut into several chunks, the few rows that its chunk needs. Its folder tells what it
does from its first moment on, so that one that dies is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from progressive_capture.lib.actions_report.from_capture import leg_summary
from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_runtime import minutes_cost_money
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_command import opened, report
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import CaptureError, CapturePaused, StoreError
from progressive_capture.lib.leg_captures import Kinds, LegCaptures
from progressive_capture.lib.leg_database import Leg, bring_database
from progressive_capture.lib.leg_folder import LegFolder
from progressive_capture.lib.running import Ended
from progressive_capture.lib.settings import Settings


@dataclass(frozen=True)
class _Place:
    leg: Leg
    folder: LegFolder
    began: datetime


class LegRunner:
    """Runs legs, one after the other, in folders of their own.

    Args:
        settings: of this process.
        clock: the time.
        kinds: every capture by the name of its kind.
        options: for each leg, but for its database and what is asked.
        database: None: the shelf keeps it.
        root: where the folders go.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        kinds: Kinds,
        options: Options,
        *,
        database: str | None,
        root: Path,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._kinds = kinds
        self._options = options
        self._database = database
        self._root = root
        self._deadline = clock.now() + options.time_budget if options.time_budget is not None else None
        self._stopped = False

    def run(self, legs: Sequence[Leg]) -> int:
        """Run them; the exit code is the highest of theirs. Out of time, or stopped, the rest pause."""
        folders = LegFolder(self._root).emptied(len(legs))
        for leg, folder in zip(legs, folders, strict=True):
            self._leave(folder, LegSummary(repository=leg.repository, kinds=leg.kinds))
        ended = []
        for leg, folder in zip(legs, folders, strict=True):
            ended.append(self._run(_Place(leg, folder, self._clock.now())))
        return max((each.exit_code for each in ended), default=0)

    def _run(self, place: _Place) -> Ended:
        if hindrance := self._hindrance():
            return self._end(place, Ended(place.leg.repository, pause=hindrance))
        try:
            database = self._database or bring_database(
                place.leg,
                place.folder,
                self._settings,
                self._clock,
                may_wait_until=self._may_wait_until,
            )
        except KeyboardInterrupt:  # the runner's signal: nothing is captured yet
            self._stopped = True
            pause = CapturePaused("stopped by a signal", cause="signal")
            return self._end(place, Ended(place.leg.repository, pause=pause))
        except CapturePaused as pause:
            return self._end(place, Ended(place.leg.repository, pause=pause))
        except CaptureError as error:
            return self._end(place, Ended(place.leg.repository, error=error))
        except OSError as error:
            return self._end(place, Ended(place.leg.repository, error=_no_place(error)))
        return self._run_in(place, database)

    def _run_in(self, place: _Place, database: str) -> Ended:
        options = replace(
            self._options,
            database=database,
            asked=place.leg.asked,
            time_budget=self._time_left(),
            repository_id=place.leg.repository_id,
        )
        with opened(self._settings, options, self._clock) as session:
            captures = LegCaptures(session=session, settings=self._settings, kinds=self._kinds, leg=place.leg)
            ended = captures.run()
            self._stopped = session.stop.is_set() and not self._out_of_time()
            return self._end(place, ended, session)

    def _end(self, place: _Place, ended: Ended, session: Session | None = None) -> Ended:
        """Say how it ended, and leave that in the folder."""
        report([ended], database=session.options.database if session is not None else "", as_json=False)
        summary = leg_summary(
            ended,
            self._settings,
            started_at=place.began,
            ended_at=self._clock.now(),
            session=session,
            chunk=place.leg.chunk,
        )
        self._leave(place.folder, summary)
        return ended

    def _hindrance(self) -> CapturePaused | None:
        """Why a leg does not begin at all."""
        if self._stopped:
            return CapturePaused("stopped by a signal", cause="signal")
        if self._out_of_time():
            return CapturePaused("the time budget is used up", cause="time")
        return None

    def _may_wait_until(self, moment: datetime) -> bool:
        """Where waiting costs nothing, and inside the time budget."""
        if minutes_cost_money(self._settings):
            return False
        return self._deadline is None or moment < self._deadline

    def _time_left(self) -> timedelta | None:
        if self._deadline is None:
            return None
        return max(self._deadline - self._clock.now(), timedelta())

    def _out_of_time(self) -> bool:
        return self._deadline is not None and self._clock.now() >= self._deadline

    def _leave(self, folder: LegFolder, summary: LegSummary) -> None:
        attempt = self._settings.run.attempt if self._settings.run is not None else 1
        summary = replace(summary, minutes_cost_money=minutes_cost_money(self._settings))
        folder.write_summary(summary, attempt=attempt)


def _no_place(error: OSError) -> StoreError:
    return StoreError(
        f"The database could not be brought here ({error.strerror or type(error).__name__}).",
        hint="Make room on this machine, or keep the history in a database (DATABASE_URL).",
    )


def asked_of(chunk: Chunk, *, now: datetime) -> Asked:
    """What a chunk asks for."""
    return replace(Asked.of(chunk.parameters, now=now), first_id=chunk.first_id, last_id=chunk.last_id)
