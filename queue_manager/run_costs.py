"""What a workflow run cost, asked of GitHub: its jobs, and once whether minutes are paid for."""

from __future__ import annotations

from progressive_capture.lib.errors import CaptureError, CapturePaused, ConfigurationError
from progressive_capture.lib.github.client import GitHub
from queue_manager.costs import RunCost, minutes_of_run


class RunCosts:
    """Asks for the costs of runs.

    Args:
        github: the client; None: it cannot be asked.
        repository: OWNER/NAME of the repository whose workflows run.
    """

    def __init__(self, github: GitHub | None, repository: str | None) -> None:
        self._github = github
        self._repository = repository
        self._is_private: bool | None = None

    def of(self, run_id: int) -> RunCost:
        """What all jobs of all attempts cost.

        Raises:
            NotFoundError: the run was deleted, with what its jobs were.
            CaptureError, CapturePaused: as GitHub's client does.
        """
        github, repository = self._opened()
        are_paid_for = self._are_minutes_paid_for()
        return minutes_of_run(github.run_jobs(repository, run_id).jobs, private=are_paid_for)

    def are_minutes_paid_for(self) -> bool:
        """Whether minutes cost anything: in private repositories, and where nobody can tell."""
        try:
            return self._are_minutes_paid_for()
        except (CaptureError, CapturePaused):
            return True

    def _are_minutes_paid_for(self) -> bool:
        if self._is_private is None:
            github, repository = self._opened()
            self._is_private = github.repository(repository).body.get("private") is not False
        return self._is_private

    def _opened(self) -> tuple[GitHub, str]:
        if self._github is None or self._repository is None:
            raise ConfigurationError(
                "Nobody can be asked what workflow runs cost.",
                hint="Set GITHUB_TOKEN, and CAPTURE_JOBS_REPOSITORY=OWNER/NAME.",
            )
        return self._github, self._repository
