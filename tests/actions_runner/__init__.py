"""Runs our own GitHub Actions workflows on this machine, and checks their files, for tests.

See README.md for what it models, and what it does not.
"""

from actions_runner.artifacts import Artifact, Artifacts
from actions_runner.events import DispatchRefusedError, Event, called, dispatched, happened, scheduled
from actions_runner.expression_functions import Status
from actions_runner.expression_values import ExpressionError
from actions_runner.expressions import condition, evaluate, interpolate
from actions_runner.faults import faults_in
from actions_runner.finished import Concurrency, Finished, Job, Leg, Step
from actions_runner.known_actions import KNOWN_ACTIONS, KnownAction
from actions_runner.patience import Patience
from actions_runner.repository import Known, Repository
from actions_runner.run_state import NotSeenError
from actions_runner.running import Running, RunTooLongError, run_workflow, started
from actions_runner.stand_ins import ActionCall, ActionFailedError, Declared, StandIn
from actions_runner.standard_actions import AppTokens, standard_actions
from actions_runner.start import Start
from actions_runner.step_kinds import UnknownActionError
from actions_runner.step_output import Annotation
from actions_runner.workflow_file import WorkflowFileError

__all__ = [
    "KNOWN_ACTIONS",
    "ActionCall",
    "ActionFailedError",
    "Annotation",
    "AppTokens",
    "Artifact",
    "Artifacts",
    "Concurrency",
    "Declared",
    "DispatchRefusedError",
    "Event",
    "ExpressionError",
    "Finished",
    "Job",
    "Known",
    "KnownAction",
    "Leg",
    "NotSeenError",
    "Patience",
    "Repository",
    "RunTooLongError",
    "Running",
    "StandIn",
    "Start",
    "Status",
    "Step",
    "UnknownActionError",
    "WorkflowFileError",
    "called",
    "condition",
    "dispatched",
    "evaluate",
    "faults_in",
    "happened",
    "interpolate",
    "run_workflow",
    "scheduled",
    "standard_actions",
    "started",
]
