"""The inputs and outputs that actions declare which our workflows use, written down from their action.yml.

https://github.com/actions/checkout (v7), …/setup-python (v7), …/upload-artifact (v7), …/download-artifact
(v8) and …/create-github-app-token (v3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions_runner.stand_ins import Declared


@dataclass(frozen=True)
class KnownAction:
    """What an action declares."""

    inputs: Mapping[str, Declared]
    outputs: tuple[str, ...] = ()


def _optional(*names: str) -> dict[str, Declared]:
    return {name: Declared() for name in names}


def _with_defaults(**defaults: str) -> dict[str, Declared]:
    return {name.replace("_", "-"): Declared(default=default) for name, default in defaults.items()}


_APP_PERMISSIONS = (
    *("actions", "administration", "attestations", "checks", "codespaces", "contents", "dependabot-secrets"),
    *("deployments", "discussions", "environments", "issues", "members", "merge-queues", "metadata"),
    *("organization-administration", "packages", "pages", "pull-requests", "repository-hooks"),
    *(
        "repository-projects",
        "secret-scanning-alerts",
        "secrets",
        "security-events",
        "single-file",
        "statuses",
    ),
    *("vulnerability-alerts", "workflows"),
)

KNOWN_ACTIONS: Mapping[str, KnownAction] = {
    "actions/checkout": KnownAction(
        {
            **_optional("repository", "ref", "token", "ssh-key", "ssh-known-hosts", "path", "filter"),
            **_optional("sparse-checkout", "github-server-url", "allow-unsafe-pr-checkout"),
            **_with_defaults(ssh_strict="true", ssh_user="git", persist_credentials="true", clean="true"),
            **_with_defaults(sparse_checkout_cone_mode="true", fetch_depth="1", fetch_tags="false"),
            **_with_defaults(
                show_progress="true", lfs="false", submodules="false", set_safe_directory="true"
            ),
        },
        ("ref", "commit"),
    ),
    "actions/setup-python": KnownAction(
        {
            **_optional("python-version", "python-version-file", "cache", "architecture", "token", "mirror"),
            **_optional("cache-dependency-path", "pip-version", "mirror-token"),
            **_with_defaults(check_latest="false", update_environment="true", allow_prereleases="false"),
            **_with_defaults(freethreaded="false"),
        },
        ("python-version", "cache-hit", "python-path"),
    ),
    "actions/upload-artifact": KnownAction(
        {
            "path": Declared(required=True),
            **_optional("retention-days"),
            **_with_defaults(name="artifact", if_no_files_found="warn", compression_level="6"),
            **_with_defaults(overwrite="false", include_hidden_files="false", archive="true"),
        },
        ("artifact-id", "artifact-url", "artifact-digest"),
    ),
    "actions/download-artifact": KnownAction(
        {
            **_optional("name", "artifact-ids", "path", "pattern", "github-token", "repository", "run-id"),
            **_with_defaults(merge_multiple="false", digest_mismatch="error", skip_decompress="false"),
        },
        ("download-path",),
    ),
    "actions/create-github-app-token": KnownAction(
        {
            "private-key": Declared(required=True),
            **_optional("client-id", "app-id", "owner", "repositories", "enterprise", "github-api-url"),
            **_with_defaults(skip_token_revoke="false"),
            **{f"permission-{scope}": Declared() for scope in _APP_PERMISSIONS},
        },
        ("token", "installation-id", "app-slug"),
    ),
}
"""By repository, without the reference."""
