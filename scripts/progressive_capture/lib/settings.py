"""The environment door: what the machine, the runner and a `.env` file say, as one frozen value."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from progressive_capture.lib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

DEFAULT_DATABASE = "sqlite:///data/capture.db"
DEFAULT_API_URL = "https://api.github.com"
SUPABASE_KEYS = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_KEY", "SUPABASE_SERVICE_ROLE_KEY")
"""Names that a project's secret key goes by, the present one first."""


@dataclass(frozen=True, kw_only=True)
class WorkflowRun:
    """The workflow run that this process is a step of, as the runner tells it.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables

    Attributes:
        repository: the repository that runs us, OWNER/NAME.
        repository_id: its id, which stays when it is renamed.
        id: the run's id, the same in each attempt.
        attempt: from 1.
        event_name: what started it: `schedule`, `workflow_dispatch`, …
        actor: who did, a login; `github-actions[bot]` where a workflow dispatched it.
        workflow_ref: OWNER/NAME/.github/workflows/FILE@REF of the workflow that was started.
        server_url: where its pages are.
        summary_path: the file for what a person shall read on the run's page.
        job: the key of the job in its workflow file.
    """

    repository: str
    repository_id: int | None = None
    id: int
    attempt: int = 1
    event_name: str = ""
    actor: str = ""
    workflow_ref: str = ""
    server_url: str = "https://github.com"
    summary_path: str | None = None
    job: str = ""

    @property
    def url(self) -> str:
        """The run's own page."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.id}"

    @property
    def workflow_file(self) -> str | None:
        """The name of the workflow's file; None where the runner does not tell."""
        found = re.search(r"/\.github/workflows/([^/@]+)@", self.workflow_ref)
        return found[1] if found else None

    @property
    def ref(self) -> str | None:
        """The branch or tag that the workflow was started on, as a dispatch takes it."""
        _, at, ref = self.workflow_ref.partition("@")
        return ref.removeprefix("refs/heads/").removeprefix("refs/tags/") if at and ref else None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is not an option of one command. No secret appears in its representation."""

    token: str | None
    api_url: str
    graphql_url: str
    api_timeout_seconds: float
    in_actions: bool
    event_path: str | None
    output_path: str | None
    repository: str | None
    retention_days: int | None = None
    retry_failed: bool = True
    supabase_url: str | None = None
    supabase_key: str | None = None
    shelf_token: str | None = None
    """The token that may write releases; that of the captures, unless another is given."""
    clean_up_after_days: int | None = None
    run: WorkflowRun | None = None
    """None outside Actions."""

    def __repr__(self) -> str:
        return f"Settings(api_url={self.api_url!r}, token={'set' if self.token else 'none'})"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment (the process's own unless given)."""
    env = os.environ if environment is None else environment
    api_url = _address(env, "GITHUB_API_URL") or DEFAULT_API_URL
    token = env.get("GITHUB_TOKEN", "").strip() or env.get("GH_TOKEN", "").strip() or None
    return Settings(
        token=token,
        api_url=api_url,
        graphql_url=_address(env, "GITHUB_GRAPHQL_URL") or graphql_url_for(api_url),
        api_timeout_seconds=_milliseconds(env.get("GITHUB_API_TIMEOUT", ""), default=30_000) / 1000,
        in_actions=env.get("GITHUB_ACTIONS") == "true",
        event_path=env.get("GITHUB_EVENT_PATH") or None,
        output_path=env.get("GITHUB_OUTPUT") or None,
        repository=env.get("GITHUB_REPOSITORY") or _from_parts(env),
        retention_days=_days(env.get("GITHUB_RETENTION_DAYS", "")),
        retry_failed=_yes_or_no(env, "RETRY_FAILED_RUNS", default=True),
        supabase_url=_address(env, "SUPABASE_URL") or None,
        supabase_key=next((key for name in SUPABASE_KEYS if (key := env.get(name, "").strip())), None),
        shelf_token=env.get("CAPTURE_SHELF_TOKEN", "").strip() or token,
        clean_up_after_days=_number(env.get("CLEANUP_OLD_FILES_DAYS", "")),
        run=_workflow_run(env),
    )


def inside_actions() -> bool:
    """Whether this process is a step of a workflow; known even where the settings make no sense."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def default_database() -> str:
    """Where the history is kept if nobody says: the Supabase project of the environment, else a file."""
    return os.environ.get("SUPABASE_URL", "").strip().rstrip("/") or DEFAULT_DATABASE


def graphql_url_for(api_url: str) -> str:
    """Where GraphQL is beside a REST address: Enterprise Server has `/api/v3` and `/api/graphql`.

    https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql
    """
    return f"{api_url.removesuffix('/v3')}/graphql"


def dotenv_is_there(path: str = ".env") -> bool:
    """Whether there is a file that `load_dotenv` would read."""
    return os.path.isfile(path)  # noqa: PTH113  (start-up time)


def load_dotenv(environment: MutableMapping[str, str] | None = None, path: str = ".env") -> None:
    """Add what a `.env` file says to the environment, never over what is set already.

    Not inside Actions: there the working folder is a checkout that somebody else may have written.
    """
    env = os.environ if environment is None else environment
    if env.get("GITHUB_ACTIONS") == "true" or not dotenv_is_there(path):
        return
    from dotenv import dotenv_values  # noqa: PLC0415  (only where there is such a file)

    try:
        values = dotenv_values(path)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"The file {path} cannot be read ({type(error).__name__}).",
            hint="Write it as UTF-8 text, a NAME=value on each line, or take it away.",
        ) from error
    for name, value in values.items():
        if value is not None:
            env.setdefault(name, value)


def _workflow_run(env: Mapping[str, str]) -> WorkflowRun | None:
    run_id = _number(env.get("GITHUB_RUN_ID", ""))
    if env.get("GITHUB_ACTIONS") != "true" or run_id is None:
        return None
    return WorkflowRun(
        repository=env.get("GITHUB_REPOSITORY", ""),
        repository_id=_number(env.get("GITHUB_REPOSITORY_ID", "")),
        id=run_id,
        attempt=_number(env.get("GITHUB_RUN_ATTEMPT", "")) or 1,
        event_name=env.get("GITHUB_EVENT_NAME", ""),
        actor=env.get("GITHUB_ACTOR", ""),
        workflow_ref=env.get("GITHUB_WORKFLOW_REF", ""),
        server_url=_address(env, "GITHUB_SERVER_URL") or "https://github.com",
        summary_path=env.get("GITHUB_STEP_SUMMARY") or None,
        job=env.get("GITHUB_JOB", ""),
    )


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,17}", value) else None


def _from_parts(env: Mapping[str, str]) -> str | None:
    owner, name = env.get("GITHUB_OWNER"), env.get("GITHUB_REPO")
    return f"{owner}/{name}" if owner and name else None


_ADDRESS_HINTS = {
    "SUPABASE_URL": "Give the project's address: https://<ref>.supabase.co (Project Settings → Data API)."
}


def _address(env: Mapping[str, str], name: str) -> str:
    """The web address in a variable, or `""`. No error repeats it: there may be a password in it."""
    value = env.get(name, "").strip().rstrip("/")
    if value and not _is_web_address(value):
        raise ConfigurationError(
            f"{name} is not a web address: it must begin with https:// or http://.",
            hint=_ADDRESS_HINTS.get(
                name, f"Unset {name} for github.com, or give the API's address, e.g. https://HOST/api/v3"
            ),
        )
    if "@" in urlsplit(value).netloc:
        raise ConfigurationError(
            f"{name} holds a user name or a password.",
            hint="Take it out of the address: GITHUB_TOKEN and SUPABASE_SECRET_KEY are for that.",
        )
    return value


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _days(value: str) -> int | None:
    """The retention of a workflow's own repository, as Actions tells each job; None where nobody tells."""
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,3}", value) else None


def _yes_or_no(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    said = env.get(name, "").strip().lower()
    if said not in {"", "true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ConfigurationError(
            f"{name} must be true or false, not {said[:20]!r}.", hint=f"Write {name}=true, or unset it."
        )
    return said in {"true", "1", "yes", "on"} if said else default


def _milliseconds(value: str, *, default: int) -> int:
    if not value:
        return default
    if not re.fullmatch("[1-9][0-9]{0,7}", value):  # up to a day: a socket cannot wait for ever
        raise ConfigurationError(
            f"GITHUB_API_TIMEOUT must be a positive number of milliseconds, not {value[:20]!r}.",
            hint="For half a minute: GITHUB_API_TIMEOUT=30000",
        )
    return int(value)
