"""Captures of repositories: the kinds in order, several repositories at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from progressive_capture.lib.assembly import Session
from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked, Collaborators, Repository, Result
from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.identify import identify

REPOSITORIES_AT_ONCE = 4


class CaptureKind(Protocol):
    """A capture script's class."""

    def __call__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> BaseCapture: ...


@dataclass
class Ended:
    """How the captures of one repository ended.

    Attributes:
        results: one for each kind that ran to its end, or to a pause.
        error: what ended the repository early, after those.
        pause: set where a pause came before any capture began.
    """

    repository: str
    results: list[Result] = field(default_factory=list)
    error: CaptureError | None = None
    pause: CapturePaused | None = None

    @property
    def exit_code(self) -> int:
        """As the README says: 0 succeeded or paused, 1 with failed items."""
        if self.error is not None:
            return self.error.exit_code
        return int(any(result.outcome is Outcome.FAILED for result in self.results))


def run_captures(session: Session, full_names: Sequence[str], kinds: Sequence[CaptureKind]) -> list[Ended]:
    """Capture the repositories, in the order of their names; none is kept from its end by another's."""
    asked = session.options.asked
    if len(full_names) == 1:
        return [run_one(session, full_names[0], kinds, asked)]
    with ThreadPoolExecutor(max_workers=REPOSITORIES_AT_ONCE) as pool:
        return list(pool.map(lambda name: run_one(session, name, kinds, asked), full_names))


def run_one(session: Session, full_name: str, kinds: Sequence[CaptureKind], asked: Asked) -> Ended:
    """Capture one repository; what goes wrong is told in the answer."""
    ended = Ended(full_name)
    try:
        with session.open_store() as store:
            github = session.github()
            repository = identify(github, store, full_name, expected_id=session.options.repository_id)
            for kind in kinds:
                collaborators = session.collaborators(store, github)
                result = kind(repository, asked, collaborators, github).run()
                ended.results.append(result)
                if result.outcome is Outcome.PAUSED:
                    break
                github = session.github()  # each capture counts its own spending
    except CapturePaused as pause:
        ended.pause = pause
    except CaptureError as error:
        ended.error = error
    return ended
