"""The workflow as a whole: it starts itself again where that pays, and keeps its schedule awake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from progressive_capture.lib.actions_runtime import Annotation, annotate, minutes_cost_money
from progressive_capture.lib.actions_runtime.dispatch_inputs import dispatch_inputs
from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import error_in_words
from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.finishing import Finished
from progressive_capture.lib.settings import Settings, WorkflowRun


@dataclass(frozen=True, kw_only=True)
class GoneOn:
    """Whether the workflow goes on at once.

    Attributes:
        run_url: the page of the run that goes on; None where GitHub does not tell, or none was started.
        started: whether one was.
        reason: why (not).
    """

    started: bool
    reason: str
    run_url: str | None = None


def go_on(settings: Settings, clock: Clock, all_finished: Sequence[Finished]) -> GoneOn:
    """Start the workflow again with what it was started with, where a repository has more to do at once."""
    wanting = [each for each in all_finished if each.hand_over.goes_on]
    if not wanting:
        return GoneOn(started=False, reason=_why_not(all_finished))
    run = settings.run
    if run is None or run.workflow_file is None or run.ref is None:
        return GoneOn(started=False, reason="this is no workflow run: start the same command again")
    given = dispatch_inputs(settings)
    try:
        if _waits_already(settings, clock, run, wanting[0].repository if given else ""):
            return GoneOn(started=False, reason="another run of this workflow waits already, and goes on")
        url = _dispatch(settings, clock, run, inputs_of(given, wanting))
    except (CaptureError, CapturePaused) as error:
        said = _said(error)
        annotate(Annotation(level="warning", title="It does not go on by itself", message=said))
        return GoneOn(started=False, reason=f"it could not be started: {said}")
    return GoneOn(started=True, reason=wanting[0].hand_over.reason, run_url=url)


def inputs_of(given: Mapping[str, str], wanting: Sequence[Finished]) -> Mapping[str, str]:
    """The inputs of the next run: those of this one, and the job to go on with where the file asks for one.

    A workflow that declares no inputs gets none: the paused row in the database is the state.
    """
    job_id = wanting[0].job_id if len(wanting) == 1 else None
    return {**given, "job_id": job_id or ""} if "job_id" in given else dict(given)


def keep_awake(settings: Settings, clock: Clock) -> None:
    """Enable the scheduled workflow once more: GitHub disables it after 60 days without activity.

    In public repositories alone, so that in others the permission is not missed.

    https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
    """
    run = settings.run
    is_scheduled = run is not None and run.event_name == "schedule"
    if run is None or not is_scheduled or run.workflow_file is None or minutes_cost_money(settings):
        return
    try:
        with open_connection(replace(settings, token=settings.shelf_token), clock) as connection:
            connection.client().workflow_control.enable(run.repository, run.workflow_file)
    except (CaptureError, CapturePaused) as error:
        message = f"GitHub disables schedules of public repositories after 60 quiet days. {_said(error)}"
        title = "The schedule could not be kept awake"
        annotate(Annotation(level="warning", title=title, message=message))


def _waits_already(settings: Settings, clock: Clock, run: WorkflowRun, repository: str) -> bool:
    """Whether a run of this workflow is to come anyway, so that chains do not multiply; two requests.

    Where the workflow takes inputs, one that names the repository.
    """
    with open_connection(replace(settings, token=settings.shelf_token), clock) as connection:
        control = connection.client().workflow_control
        return any(
            repository in each.display_title
            for status in ("queued", "pending")
            for each in control.runs_of(run.repository, run.workflow_file or "", status=status)[0]
            if each.id != run.id
        )


def _dispatch(settings: Settings, clock: Clock, run: WorkflowRun, inputs: Mapping[str, str]) -> str | None:
    with open_connection(replace(settings, token=settings.shelf_token), clock) as connection:
        control = connection.client().workflow_control
        return control.dispatch(
            run.repository, run.workflow_file or "", ref=run.ref or "", inputs=inputs
        ).html_url


def _why_not(all_finished: Sequence[Finished]) -> str:
    return "; ".join(dict.fromkeys(each.hand_over.reason for each in all_finished)) or "nothing was captured"


def _said(error: CaptureError | CapturePaused) -> str:
    if isinstance(error, CapturePaused):
        return error_in_words(str(error), "")
    return error_in_words(str(error), error.hint)
