"""Workflows started and switched on, and the runs that come of it.

https://docs.github.com/en/rest/actions/workflows and https://docs.github.com/en/rest/actions/workflow-runs
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.github.failures import InvalidRequestError, UnansweredError
from progressive_capture.lib.github.repository_paths import repository_path
from progressive_capture.lib.github.rest import unexpected
from progressive_capture.lib.github.workflow_errors import (
    RunEndedError,
    UnexpectedInputsError,
    control_refusal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from progressive_capture.lib.github.messages import Answer
    from progressive_capture.lib.github.rest import RestClient

WORKFLOW = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*")
"""A file's name, or an id."""


@dataclass(frozen=True)
class Dispatched:
    """A workflow run that was asked for; None: this server does not tell which one it is."""

    run_id: int | None
    html_url: str | None


@dataclass(frozen=True, kw_only=True)
class WorkflowState:
    """A workflow; `state` is `active`, or says why not (`disabled_inactivity`, …)."""

    id: int
    name: str
    path: str
    state: str

    @property
    def is_active(self) -> bool:
        """Whether it runs when it is triggered."""
        return self.state == "active"


@dataclass(frozen=True, kw_only=True)
class RunState:
    """A workflow run as it stands; `conclusion` is None until it is completed. Texts are GitHub's."""

    id: int
    display_title: str
    status: str
    conclusion: str | None
    event: str
    run_attempt: int
    created_at: str
    html_url: str

    @classmethod
    def parse(cls, body: Any, path: str) -> Self:
        """From an answer of `path`.

        Raises:
            UnexpectedPayloadError: it is no run.
        """
        if not isinstance(body, dict) or type(body.get("id")) is not int:
            raise unexpected("id", path, "a number")
        if not isinstance(body.get("status"), str):
            raise unexpected("status", path, "a text")
        return cls(
            id=body["id"],
            display_title=str(body.get("display_title") or ""),
            status=body["status"],
            conclusion=body.get("conclusion"),
            event=str(body.get("event") or ""),
            run_attempt=int(body.get("run_attempt") or 1),
            created_at=str(body.get("created_at") or ""),
            html_url=str(body.get("html_url") or ""),
        )


class WorkflowControl:
    """The workflows of one GitHub, seen with one token. Safe among threads; it raises what `GitHub` does.

    `file` is the name of a workflow's file (`capture.yml`) or its id. Where the token lacks `actions: write`,
    AuthenticationError says how to grant it; WorkflowMissingError: there is no such workflow or run.
    """

    def __init__(self, *, rest: RestClient) -> None:
        self._rest = rest
        self._tells_runs = True

    def dispatch(self, full_name: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> Dispatched:
        """Start a workflow, once.

        Args:
            full_name: OWNER/NAME.
            file: the workflow.
            ref: the branch or tag whose version of the file runs.
            inputs: up to 25, declared in that version.

        Raises:
            UnexpectedInputsError: the file declares no such inputs.
            NoDispatchTriggerError: it has no `workflow_dispatch`.
            WorkflowDisabledError: it is disabled.
            InvalidRequestError: the inputs' values, or the ref, cannot be.
            UnansweredError: GitHub's answer was lost; whether there is a run is not known, and it was not
                asked for again.
        """
        path = f"{_workflow_path(full_name, file)}/dispatches"
        payload = {"ref": ref, "inputs": dict(inputs)}
        if self._tells_runs:
            try:
                return self._dispatched(path, {**payload, "return_run_details": True}, file)
            except InvalidRequestError as refusal:
                if isinstance(refusal, UnexpectedInputsError):
                    raise
        # Older servers know no `return_run_details`, and have several ways to say so.
        dispatched = self._dispatched(path, payload, file)
        self._tells_runs = False
        return dispatched

    def workflow(self, full_name: str, file: str) -> WorkflowState:
        """A workflow and its state."""
        path = _workflow_path(full_name, file)
        body = self._rest.get(path, refused=control_refusal(file)).body
        fields = ("name", "path", "state")
        if not isinstance(body, dict) or type(body.get("id")) is not int:
            raise unexpected("id", path, "a number")
        if not all(isinstance(body.get(name), str) for name in fields):
            raise unexpected("state", path, "a text")
        return WorkflowState(id=body["id"], **{name: body[name] for name in fields})

    def enable(self, full_name: str, file: str) -> None:
        """Let a workflow run again; one that is active stays so."""
        self._write("PUT", f"{_workflow_path(full_name, file)}/enable", file)

    def run(self, full_name: str, run_id: int) -> RunState:
        """A workflow run as its latest attempt stands."""
        path = f"{repository_path(full_name)}/actions/runs/{run_id}"
        body = self._rest.get(path, refused=control_refusal(f"run {run_id}")).body
        return RunState.parse(body, path)

    def runs_of(
        self, full_name: str, file: str, *, page: int = 1, **filters: str
    ) -> tuple[list[RunState], bool]:
        """A page of up to 100 runs of a workflow, newest first, and whether there are more.

        Args:
            full_name: OWNER/NAME.
            file: the workflow.
            page: from 1; they shift while runs arrive.
            filters: GitHub's own (`event`, `status`, `branch`, `actor`, `created`, …).
        """
        path = f"{_workflow_path(full_name, file)}/runs"
        asked = {"exclude_pull_requests": "true", **filters}
        found = self._rest.get_page(path, asked, page, items="workflow_runs")
        return [RunState.parse(item, path) for item in found.items], found.has_next

    def cancel(self, full_name: str, run_id: int) -> bool:
        """Ask that a run ends; False where it has ended already."""
        path = f"{repository_path(full_name)}/actions/runs/{run_id}/cancel"
        try:
            self._write("POST", path, f"run {run_id}")
        except RunEndedError:
            return False
        return True

    def _dispatched(self, path: str, payload: Mapping[str, Any], file: str) -> Dispatched:
        try:
            answer = self._write("POST", path, file, payload, repeatable=False)
        except UnansweredError as lost:
            raise UnansweredError(
                f"{lost}",
                hint=f"Look at the runs of {file} under Actions: if a new one is there, it was started; "
                "if not, ask again.",
            ) from lost
        return _started(answer, path)

    def _write(
        self,
        method: str,
        path: str,
        about: str,
        payload: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> Answer:
        return self._rest.write(method, path, payload, repeatable=repeatable, refused=control_refusal(about))


def _started(answer: Answer, path: str) -> Dispatched:
    """GitHub tells the run since 2026-02-19; 204 is the answer of a server that does not."""
    if answer.body is None:
        return Dispatched(None, None)
    run_id = answer.body.get("workflow_run_id") if isinstance(answer.body, dict) else None
    if type(run_id) is not int:
        raise unexpected("workflow_run_id", path, "a number")
    return Dispatched(run_id, answer.body.get("html_url"))


def _workflow_path(full_name: str, file: str) -> str:
    if not WORKFLOW.fullmatch(file):
        raise ConfigurationError(
            f"{file[:60]!r} is no workflow: the name of its file is expected.",
            hint="Give the file's name without its folder, as in capture.yml.",
        )
    return f"{repository_path(full_name)}/actions/workflows/{file}"
