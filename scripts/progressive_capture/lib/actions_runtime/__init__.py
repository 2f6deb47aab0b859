"""The runner door: what GitHub Actions tells a step, what a step tells it, and how it ends one.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from progressive_capture.lib.actions_runtime.conversation import (
    add_masks,
    annotate,
    group,
    left_out,
    protected,
)
from progressive_capture.lib.actions_runtime.runner_event import minutes_cost_money
from progressive_capture.lib.actions_runtime.secret_values import secrets_in
from progressive_capture.lib.actions_runtime.signals import stop_on_signals
from progressive_capture.lib.actions_runtime.step_files import add_summary, set_outputs
from progressive_capture.lib.actions_runtime.workflow_commands import Annotation, Level

__all__ = [
    "Annotation",
    "Level",
    "add_masks",
    "add_summary",
    "annotate",
    "group",
    "left_out",
    "minutes_cost_money",
    "protected",
    "secrets_in",
    "set_outputs",
    "stop_on_signals",
]
