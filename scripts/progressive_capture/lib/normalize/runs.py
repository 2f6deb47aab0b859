"""A workflow run's payload to the rows that it holds: the run, one of its attempts, its head commit.

All three read the same object: an item of the runs listing, a single run, one of its attempts, or the
`workflow_run` of a webhook (https://docs.github.com/en/rest/actions/workflow-runs).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import CommitRow, WorkflowRunAttemptRow, WorkflowRunRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

# The ref may hold an `@` of its own (`dependabot/npm/@types/node`), and so may the file's name: the file
# ends at its extension. Workflows that GitHub generates (`dynamic/pages/…`) have none and no `@` either.
_WORKFLOW_FILE = re.compile(r"(.*?\.ya?ml|[^@]*)(?:@.*)?", re.DOTALL)


def run_row(payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime) -> WorkflowRunRow:
    """The row of a run, as the payload's attempt shows it.

    Older payloads have no `run_attempt`, `path` or `actor`; the row then has NULL there.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    run = _run(payload)
    return WorkflowRunRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=run.required_integer("id"),
        workflow_id=run.integer("workflow_id"),
        name=run.text("name"),
        display_title=run.text("display_title"),
        path=_without_ref(run.text("path")),
        run_number=run.integer("run_number"),
        run_attempt=run.integer("run_attempt"),
        event=run.text("event"),
        status=run.word("status"),
        conclusion=run.word("conclusion"),
        head_branch=run.text("head_branch"),
        head_sha=run.text("head_sha"),
        head_repository_id=_head_repository_id(run),
        actor_id=run.nested("actor").integer("id"),
        actor_login=run.nested("actor").text("login"),
        triggering_actor_login=run.nested("triggering_actor").text("login"),
        pull_request_numbers=_pull_request_numbers(run),
        check_suite_id=run.integer("check_suite_id"),
        check_suite_node_id=run.text("check_suite_node_id"),
        node_id=run.text("node_id"),
        html_url=run.text("html_url"),
        created_at=run.time("created_at"),
        updated_at=run.time("updated_at"),
        run_started_at=run.time("run_started_at"),
    )


def attempt_row(
    payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime
) -> WorkflowRunAttemptRow | None:
    """The row of the attempt that the payload shows, or None where it does not say which one that is.

    Payloads from before re-runs had numbers lack `run_attempt`. Calling that one the first would be a guess
    (the run may have been re-run), and the number is half of the row's key; so there is no row.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    run = _run(payload)
    run_attempt = run.integer("run_attempt")
    if run_attempt is None:
        return None
    return WorkflowRunAttemptRow(
        repository_id=repository_id,
        captured_at=captured_at,
        run_id=run.required_integer("id"),
        run_attempt=run_attempt,
        status=run.word("status"),
        conclusion=run.word("conclusion"),
        run_started_at=run.time("run_started_at"),
        updated_at=run.time("updated_at"),
        triggering_actor_login=run.nested("triggering_actor").text("login"),
    )


def commit_row(payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime) -> CommitRow | None:
    """The row of the run's head commit, or None where GitHub shows none. E-mail addresses are not read.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the commit has no id.
    """
    run = _run(payload)
    if run.payload.get("head_commit") is None:
        return None
    commit = run.nested("head_commit")
    return CommitRow(
        repository_id=repository_id,
        captured_at=captured_at,
        sha=commit.required_text("id"),
        tree_id=commit.text("tree_id"),
        message=commit.text("message"),
        author_name=commit.nested("author").text("name"),
        committed_at=commit.time("timestamp"),
    )


def created_at(payload: Mapping[str, Any]) -> datetime:
    """When a run was created.

    Raises:
        UnexpectedPayloadError: GitHub does not say.
    """
    run = _run(payload)
    moment = run.time("created_at")
    if moment is None:
        raise run.wrong("created_at", "that is not there")
    return moment


def _run(payload: Mapping[str, Any]) -> Fields:
    return Fields.of(payload, "workflow run")


def _without_ref(path: str | None) -> str | None:
    match = _WORKFLOW_FILE.fullmatch(path) if path is not None else None
    return match[1] if match else None


def _head_repository_id(run: Fields) -> int | None:
    """The fork that the commit came from: under its own key, or only inside the embedded repository."""
    own = run.integer("head_repository_id")
    return own if own is not None else run.nested("head_repository").integer("id")


def _pull_request_numbers(run: Fields) -> list[int]:
    pulls = run.objects("pull_requests") or []
    return sorted({pull.required_integer("number") for pull in pulls})
