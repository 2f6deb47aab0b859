"""Why GitHub starts, switches or cancels nothing, and what to do then."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    ConfigurationError,
    NotFoundError,
)
from progressive_capture.lib.github.calls import refusal_error
from progressive_capture.lib.github.failures import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.github.failures import RefusalFailure

UNEXPECTED = re.compile(r"unexpected inputs provided: (\[.*\])", re.IGNORECASE)


class UnexpectedInputsError(InvalidRequestError):
    """The workflow file declares no such inputs; `inputs` names them, where GitHub does."""

    def __init__(self, message: str, *, inputs: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.inputs = inputs


class NoDispatchTriggerError(ConfigurationError):
    """The workflow file has no `on: workflow_dispatch` (on the default branch)."""


class WorkflowMissingError(NotFoundError):
    """There is no such workflow, or the token may not see it."""


class WorkflowDisabledError(CaptureError):
    """The workflow is disabled, by somebody or by GitHub after 60 quiet days."""


class RunEndedError(CaptureError):
    """The run has ended already."""


def control_refusal(about: str) -> Callable[[RefusalFailure, str], CaptureError]:
    """What a refusal means where it is about this workflow, or run."""

    def refused(failure: RefusalFailure, what: str) -> CaptureError:
        found = _by_words(failure, about) or _by_status(failure, what, about)
        return found or refusal_error(failure, what)

    return refused


def _by_words(failure: RefusalFailure, workflow: str) -> CaptureError | None:
    said = failure.said
    if failure.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY):
        return None
    if "disabled" in said:
        return WorkflowDisabledError(
            f"The workflow {workflow} is disabled ({failure}).",
            hint=f"Enable it: on its page under Actions, or gh workflow enable {workflow}",
        )
    if "unexpected inputs" in said:
        return UnexpectedInputsError(
            f"The workflow {workflow} declares no such inputs ({failure}).",
            inputs=_named_inputs(failure),
            hint="Declare them under `on: workflow_dispatch: inputs:` in the workflow file, on the branch "
            "that is dispatched.",
        )
    if "trigger" in said and "does not have" in said:
        return NoDispatchTriggerError(
            f"The workflow {workflow} cannot be dispatched ({failure}).",
            hint="Add `workflow_dispatch:` under `on:` in the workflow file, on the default branch.",
        )
    return None


def _by_status(failure: RefusalFailure, what: str, about: str) -> CaptureError | None:
    match failure.status:
        case HTTPStatus.FORBIDDEN:
            return _may_not(failure, what)
        case HTTPStatus.NOT_FOUND:
            return WorkflowMissingError(
                f"GitHub does not find {what} ({failure}): it is not there, or hidden from this token.",
                status=failure.status,
                hint=f"Check that {about} is there (a file: on the default branch) and what the token sees.",
            )
        case HTTPStatus.CONFLICT:
            return RunEndedError(f"GitHub does not do {what} ({failure}).", hint="Nothing is to do.")
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            return InvalidRequestError(
                f"GitHub finds the request {what} invalid ({failure}).",
                hint="Check the branch or tag that is dispatched, and the values of the inputs.",
            )
        case _:
            return None


def _named_inputs(failure: RefusalFailure) -> tuple[str, ...]:
    """The inputs that GitHub names; none where its words are others, or were too many."""
    found = UNEXPECTED.search(str(failure))
    try:
        names = json.loads(found[1]) if found else []
    except ValueError:
        return ()
    return tuple(str(name) for name in names)


def _may_not(failure: RefusalFailure, what: str) -> AuthenticationError:
    return AuthenticationError(
        f"GitHub does not let this token do {what} ({failure}).",
        hint="Grant `actions: write` under `permissions:` of the job in the workflow file (where it calls "
        "another workflow, in the calling one, too), or give a token of your own that permission on the "
        "repository.",
    )
