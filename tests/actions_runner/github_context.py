"""The `github` context, and the variables that every step gets from it.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables, "Default environment variables".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actions_runner.expression_values import text_of
from actions_runner.start import Start

GitHub = dict[str, Any]

_NOWHERE = "http://127.0.0.1:9"
"""No test speaks to GitHub because it forgot to say where its own one is."""
_DEFAULTS: GitHub = {
    "repository": "octo/hello",
    "repository_id": "1296269",
    "repository_owner_id": "583231",
    "repositoryurl": "git://github.com/octo/hello.git",
    "server_url": _NOWHERE,
    "api_url": _NOWHERE,
    "graphql_url": f"{_NOWHERE}/graphql",
    "actor": "octocat",
    "actor_id": "583231",
    "triggering_actor": "octocat",
    "run_id": "1000",
    "run_number": "1",
    "retention_days": "90",
    "sha": "6dcb09b5b57875f334f61aebed695e2e4193db5e",
    "ref": "refs/heads/main",
    "head_ref": "",
    "base_ref": "",
    "token": "ghs_one_token_of_the_runner",
    "secret_source": "Actions",
    "ref_protected": False,
}
_VARIABLES = (
    *("action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url", "base_ref"),
    *("event_name", "event_path", "graphql_url", "head_ref", "job", "ref", "ref_name", "ref_protected"),
    *("ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id", "retention_days"),
    *("run_attempt", "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow"),
    *("workflow_ref", "workflow_sha", "workspace"),
)
PROPERTIES = frozenset(
    {
        *_VARIABLES,
        *_DEFAULTS,
        "event",
        "env",
        "path",
        "action_status",
        "repositoryUrl",
        "output",
        "step_summary",
    }
)
"""What the context can have."""


def github_of(start: Start, workflow: Mapping[str, Any], payload: Mapping[str, Any]) -> GitHub:
    """The context of a run, without what its jobs and steps add."""
    github = {**_DEFAULTS, **start.github}
    ref = str(github["ref"])
    file = f".github/workflows/{start.path.name}"
    return {
        "repository_owner": str(github["repository"]).partition("/")[0],
        "ref_name": ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
        "ref_type": "tag" if ref.startswith("refs/tags/") else "branch",
        "workflow": workflow.get("name") or file,
        "workflow_ref": f"{github['repository']}/{file}@{ref}",
        "workflow_sha": github["sha"],
        "event_name": start.event.name,
        **github,
        "event": {**payload, **start.github.get("event", {})},
        "run_attempt": str(start.attempt),
    }


def write_event(github: GitHub, path: Path) -> None:
    """The file that GITHUB_EVENT_PATH names."""
    path.write_text(json.dumps(github["event"], indent=2), encoding="utf-8")
    github["event_path"] = str(path)


def variables_of(github: Mapping[str, Any]) -> dict[str, str]:
    """Those that `env:` cannot change."""
    return {f"GITHUB_{name.upper()}": text_of(github[name]) for name in _VARIABLES if name in github}
