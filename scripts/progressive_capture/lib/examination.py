"""Is everything set up? Each finding says what was looked at, how it is, and what to do if it is not well.

Nothing is written, and nothing is asked of GitHub that costs more than four requests and a point.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import AuthenticationError, CaptureError, CapturePaused, NotFoundError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.github.rate_limits import RateLimit
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.patience import Patience
from progressive_capture.lib.places import opened_files
from progressive_capture.lib.rate_limit_monitor import CORE, GRAPHQL
from progressive_capture.lib.report import printable
from progressive_capture.lib.settings import Settings, dotenv_is_there, read_settings
from progressive_capture.lib.store.contract import SchemaVersion
from progressive_capture.lib.store.opening import open_store

SHORT_WAIT_SECONDS = 5.0
"""A person looks on: what does not answer by then is told."""
CLOCKS_APART = timedelta(minutes=1)
"""What the network and whole seconds explain is far less."""
TOKEN_KINDS = {
    "github_pat_": "a fine-grained personal access token",
    "ghp_": "a classic personal access token",
    "gho_": "an OAuth token",
    "ghu_": "a GitHub App's token for a user",
    "ghs_": "a token of Actions or of a GitHub App",
    "ghr_": "a refresh token, which is for no request",
}
"""By how a token begins.

https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
"""
HOW_TO_GET_ONE = "Set GITHUB_TOKEN to one that may read Actions and checks: see docs/token.md"


class State(StrEnum):
    """How a thing is: well, well enough to capture, or not."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; a problem has the exit code with which a capture would end."""

    what: str
    state: State
    says: str
    next_step: str = ""
    exit_code: int = 0


def examine(
    database: str, file_storage: str | None, repository: str | None, clock: Clock
) -> Iterator[Finding]:
    """Look at everything, the nearest first.

    Args:
        database: its URL.
        file_storage: where files of artifacts are kept; None: where they are if nobody says.
        repository: whether the token may read this one is tried; None: only what the environment names.
        clock: this machine's.
    """
    yield _ok("python", f"Python {sys.version.split()[0]}")
    try:
        settings = read_settings()
    except CaptureError as error:
        yield _problem("environment", error)
        yield from _database(database, None, clock)
        return
    yield _dotenv(settings)
    yield from _database(database, settings, clock)
    yield _storage(file_storage, settings, clock)
    yield from _github(settings, repository or settings.repository, clock)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 if nothing stops a capture, else the highest of the problems' codes."""
    return max((finding.exit_code for finding in findings), default=0)


def _ok(what: str, says: str) -> Finding:
    return Finding(what=what, state=State.OK, says=says)


def _warning(what: str, says: str, next_step: str) -> Finding:
    return Finding(what=what, state=State.WARNING, says=says, next_step=next_step)


def _problem(what: str, error: CaptureError) -> Finding:
    return Finding(
        what=what, state=State.PROBLEM, says=str(error), next_step=error.hint, exit_code=error.exit_code
    )


# ---- this machine ----------------------------------------------------------------------------------------


def _dotenv(settings: Settings) -> Finding:
    if not dotenv_is_there():
        return _ok(".env", "there is none in this folder; only the environment counts")
    if settings.in_actions:
        return _warning(
            ".env",
            "there is one in this folder, but inside Actions it is not read",
            "Give the job its settings by `env:`.",
        )
    return _ok(".env", "found in this folder, and read where the environment is silent")


def _database(url: str, settings: Settings | None, clock: Clock) -> Iterator[Finding]:
    try:
        patience = Patience(clock, give_up_after_seconds=SHORT_WAIT_SECONDS)
        key = settings.supabase_key if settings else None
        with open_store(url, supabase_key=key, patience=patience) as store:
            version = store.schema_version()
            if not version.by_itself:
                store.prepare()
            store.check_writable()
            yield database_finding(store.describe(), version)
    except CaptureError as error:
        yield _problem("database", error)


def _storage(place: str | None, settings: Settings, clock: Clock) -> Finding:
    try:
        patience = Patience(clock, give_up_after_seconds=SHORT_WAIT_SECONDS)
        files = opened_files(place, settings, clock=clock, patience=patience)
        files.check_writable()
    except CaptureError as error:
        return _problem("files", error)
    return _ok("files", f"artifacts' files: {files.describe()}")


def database_finding(where: str, version: SchemaVersion) -> Finding:
    """What a database that may be written to still needs."""
    if version.found is None:
        return _ok("database", f"{where} is not there yet; it can be made, and the first sync does so")
    if version.found != version.newest:
        return _warning(
            "database",
            f"{where} may be written to, but has schema {version.found} of {version.newest}",
            "The next capture brings it up to date; or at once: progressive-capture migrate",
        )
    return _ok("database", f"{where} may be written to, and has the newest schema ({version.newest})")


# ---- GitHub ----------------------------------------------------------------------------------------------


def _github(settings: Settings, repository: str | None, clock: Clock) -> Iterator[Finding]:
    try:
        with open_connection(settings, clock) as connection:
            github = connection.client()
            yield from _token(github, settings)
            yield _clocks(github, clock)
            yield from _permissions(github, repository)
    except CapturePaused as pause:
        when = f" after {pause.resume_at:%Y-%m-%d %H:%M:%S} UTC" if pause.resume_at else " in some minutes"
        yield _warning(
            "limits", f"GitHub's limits are reached ({printable(pause.reason)})", f"Ask again{when}."
        )
    except CaptureError as error:
        yield _problem("token" if isinstance(error, AuthenticationError) else "github", error)


def _token(github: GitHub, settings: Settings) -> Iterator[Finding]:
    """Whether GitHub accepts it (asking for one's budgets costs nothing), its kind and its budgets."""
    try:
        limits = github.rate_limits()
    except NotFoundError:  # Enterprise Server, unless limits are switched on
        limits = {}
    server = urlsplit(settings.api_url).hostname  # the whole address may hold a password
    if settings.token is None:
        yield _warning(
            "token",
            f"none is set: {server} answers strangers 60 requests an hour, and no GraphQL; only public "
            "repositories can be captured, slowly",
            HOW_TO_GET_ONE,
        )
    else:
        yield _ok("token", f"{server} accepts it: {token_kind(settings.token)}")
    yield budget_finding(limits)


def token_kind(token: str) -> str:
    """What kind of token it is, told without a character of it."""
    known = (kind for begin, kind in TOKEN_KINDS.items() if token.startswith(begin))
    return next(known, "of a kind that is not known here")


def budget_finding(limits: Mapping[str, RateLimit]) -> Finding:
    """What is left of the token's budgets."""
    nouns = {CORE: "requests", GRAPHQL: "points"}
    told = {noun: limits[name] for name, noun in nouns.items() if name in limits and limits[name].limit}
    if not told:
        return _ok("budget", "this server has no hourly limits")
    left = ", ".join(f"{each.remaining:,} of {each.limit:,} {noun} left" for noun, each in told.items())
    spent = [each.resets_at for each in told.values() if not each.remaining]
    if spent:
        return _warning(
            "budget",
            f"{left} this hour: a capture pauses, or waits where waiting is free",
            f"It is whole again at {max(spent):%Y-%m-%d %H:%M:%S} UTC.",
        )
    return _ok("budget", f"{left} this hour")


def _clocks(github: GitHub, clock: Clock) -> Finding:
    apart = clock.now() - github.server_now()
    if abs(apart) <= CLOCKS_APART:
        return _ok("clock", "this machine's agrees with GitHub's")
    direction = "ahead of" if apart > timedelta() else "behind"
    seconds = timedelta(seconds=round(abs(apart).total_seconds()))
    return _warning(
        "clock",
        f"this machine's is {seconds} {direction} GitHub's: --time-range and schedules count by this one",
        "Let the machine set its clock by NTP.",
    )


# ---- one repository --------------------------------------------------------------------------------------


def _permissions(github: GitHub, repository: str | None) -> Iterator[Finding]:
    if repository is None:
        yield _ok("repository", "none is named: what the token may read was not tried (--repository does)")
        return
    try:
        name = checked_name(repository)
        body = github.repository(name).body
    except CaptureError as error:
        yield _problem("repository", error)
        return
    kind = "private" if body.get("private") is True else "public"
    yield _ok("repository", f"{printable(body.get('full_name'))} is there, and {kind}")
    try:
        page = github.peek_runs(name)
    except CaptureError as error:
        yield _problem("actions", error)
        return
    yield _ok("actions", "workflow runs may be read")
    yield _checks(github, [str(run["node_id"]) for run in page.runs if run.get("node_id")])
    yield _schedules(github, name)


def _schedules(github: GitHub, name: str) -> Finding:
    """Whether GitHub has put a workflow to sleep; the first hundred of them are looked at.

    https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
    """
    answer = next(github.workflows(name))
    asleep = [each for each in answer.body["workflows"] if each.get("state") == "disabled_inactivity"]
    if not asleep:
        return _ok("schedules", "no workflow was put to sleep")
    names = ", ".join(printable(each.get("path"), 80) for each in asleep)
    return _warning(
        "schedules",
        f"GitHub has put these to sleep, because nothing happened here for 60 days: {names}",
        "Enable those that capture: on their pages under Actions, or gh workflow enable FILE.",
    )


def _checks(github: GitHub, node_ids: list[str]) -> Finding:
    """Whether jobs may be read over GraphQL: without it everything is captured, at a hundredfold price."""
    if not node_ids:
        return _ok("checks", "not tried: the repository has no workflow runs yet")
    try:
        if github.count_jobs(node_ids):
            return _ok("checks", "jobs may be read over GraphQL, a hundred runs a point")
        reason = "it did not show the jobs of the newest run"
    except GraphQLRefusedError as refusal:
        reason = str(refusal)
    return _warning(
        "checks",
        f"GraphQL is of no use here: {printable(reason)}",
        "Give the token `checks: read`; without it REST does the whole job, a request a run.",
    )
