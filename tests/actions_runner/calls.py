"""A job that calls a workflow: which one, with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions_runner.events import called_inputs, called_secrets
from actions_runner.expressions import evaluated, interpolate
from actions_runner.permissions import Permissions
from actions_runner.run_state import Invocation, RunState
from actions_runner.step_kinds import found_for
from actions_runner.workflow_file import WorkflowFileError, read_file


@dataclass(frozen=True)
class WorkflowCall:
    """
    Attributes:
        job: that calls, as the file has it.
        key: before the ids of the called jobs, without the stroke.
        shown: before their names, likewise.
        seen: by the job's expressions.
        held: permissions that the called jobs may ask for.
    """

    job: Mapping[str, Any]
    key: str
    shown: str
    seen: Mapping[str, Any]
    held: Permissions

    def invocation(self, run: RunState, outer: Invocation, *, everything: bool) -> Invocation:
        """The called workflow, ready to run.

        Args:
            run: that it belongs to.
            outer: the calling workflow.
            everything: nothing of it is carried over from the attempt before.

        Raises:
            WorkflowFileError: there is none, or it is not to be called so.
            ExpressionError: what it is given cannot be evaluated.
        """
        path = self._file(run)
        workflow = read_file(path)
        given = {str(name): evaluated(each, self.seen) for name, each in (self.job.get("with") or {}).items()}
        return Invocation(
            workflow,
            path.name,
            called_inputs(workflow, given),
            self._secrets(workflow, run, outer),
            self.held,
            f"{self.key}/",
            f"{self.shown} / ",
            None if everything else outer.previous,
        )

    def _file(self, run: RunState) -> Path:
        uses = str(self.job["uses"])
        if uses.startswith("./"):
            return run.start.repository / uses
        found = found_for(run.start.uses, uses, Path())
        if not isinstance(found, Path):
            raise WorkflowFileError(f"{uses}: a stand-in is no reusable workflow; give its file in `uses`")
        return found

    def _secrets(self, workflow: dict[str, Any], run: RunState, outer: Invocation) -> dict[str, str]:
        asked = self.job.get("secrets") or {}
        if asked == "inherit":
            return called_secrets(workflow, outer.secrets, inherit=True)
        known = {**self.seen, "secrets": {**outer.secrets, "GITHUB_TOKEN": run.github["token"]}}
        given = {str(name): interpolate(each, known) for name, each in asked.items()}
        return called_secrets(workflow, given, inherit=False)
