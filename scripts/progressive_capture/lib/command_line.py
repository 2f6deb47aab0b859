"""The command line's shared half: options with their environment variables, and how a command ends."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
from click.core import ParameterSource

from progressive_capture.lib.actions_runtime import Annotation, annotate, protected, secrets_in
from progressive_capture.lib.errors import CaptureError, ConfigurationError
from progressive_capture.lib.settings import (
    DEFAULT_DATABASE,
    default_database,
    inside_actions,
    load_dotenv,
    read_settings,
)

LENGTH = re.compile(r"(?:(?P<hours>\d{1,4})h)?(?:(?P<minutes>\d{1,4})m)?(?:(?P<seconds>\d{1,4})s)?")


def moment(text: str) -> datetime:
    """A day or a moment: `2026-01-31`, `2026-01-31T12:00:00Z`, or with an offset; UTC where it is silent."""
    try:
        value = datetime.fromisoformat(text)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # an offset can move the calendar's last day past its end
        raise click.BadParameter(
            f"{text[:40]!r} is no date; write 2026-01-31 or 2026-01-31T12:00:00Z."
        ) from None


def last_moment(text: str) -> datetime:
    """As `moment`, but a day counts to its end."""
    return moment(text) + (timedelta(days=1, seconds=-1) if _is_whole_day(text) else timedelta())


def _is_whole_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def length_of_time(text: str) -> timedelta:
    """`5h30m`, `45m`, `90s`."""
    match = LENGTH.fullmatch(text.strip())
    parts = {unit: int(number) for unit, number in match.groupdict().items() if number} if match else {}
    if not any(parts.values()):
        raise click.BadParameter(f"{text[:40]!r} is no length of time; write 5h30m, 45m or 90s.")
    return timedelta(**parts)


HELP_NAMES: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}
"""For every command, whether it is run by itself or as one of a group."""

option = functools.partial(click.option, show_envvar=True, show_default=True)
"""An option that every command's help shows with its environment variable and its default."""

DATABASE = option(
    "--database",
    envvar="DATABASE_URL",
    default=default_database,
    metavar="URL",
    show_default=f"SUPABASE_URL, or {DEFAULT_DATABASE}",
    help="Where the history is kept: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME, or a Supabase "
    "project's https:// address with SUPABASE_SECRET_KEY.",
)
AS_JSON = option(
    "--json",
    "as_json",
    envvar="CAPTURE_JSON",
    is_flag=True,
    help="Print the result as JSON to standard output.",
)

REPOSITORY_VARIABLE = "CAPTURE_REPOSITORY"
"""Beside GITHUB_REPOSITORY, which inside Actions is always the repository that runs us."""

Option = Callable[[Callable[..., Any]], Callable[..., Any]]

SPAN_OPTIONS: Sequence[Option] = (
    option(
        "--time-range",
        envvar=["CAPTURE_TIME_RANGE", "INITIAL_SYNC_DAYS"],
        type=click.IntRange(min=1, max=36_500),
        metavar="DAYS",
        show_default="all that GitHub still has",
        help="Only what was created in the last DAYS days.",
    ),
    option(
        "--since",
        envvar="CAPTURE_SINCE",
        type=moment,
        metavar="DATE",
        help="Only what was created at or after this moment (UTC unless it says otherwise).",
    ),
    option(
        "--until",
        envvar="CAPTURE_UNTIL",
        type=last_moment,
        metavar="DATE",
        help="Only what was created at or before this moment; a day counts to its end.",
    ),
)
LEAVE_BUDGET = option(
    "--leave-budget",
    envvar="CAPTURE_LEAVE_BUDGET",
    type=click.IntRange(min=0, max=99),
    default=10,
    metavar="PERCENT",
    help="Leave so much of the token's hourly budget to the repository's own CI.",
)
TIME_BUDGET = option(
    "--time-budget",
    envvar="CAPTURE_TIME_BUDGET",
    type=length_of_time,
    metavar="5h30m",
    help="Take no more work after so long, and pause; the next start goes on.",
)
PACE_OPTIONS: Sequence[Option] = (
    LEAVE_BUDGET,
    option(
        "--concurrency",
        envvar="CAPTURE_CONCURRENCY",
        type=click.IntRange(min=1, max=32),
        default=8,
        metavar="N",
        help="Requests in flight at once.",
    ),
    TIME_BUDGET,
)
CAPTURE_OPTIONS: Sequence[Option] = (
    DATABASE,
    *SPAN_OPTIONS,
    option(
        "--max-items",
        envvar="CAPTURE_MAX_ITEMS",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop, successfully, after the newest N runs.",
    ),
    option(
        "--depth",
        envvar="CAPTURE_DEPTH",
        type=click.Choice(["jobs", "steps", "full"]),
        show_default="full while the token's budget covers it, else steps",
        help="How much of a job: jobs alone, with their steps, or full (labels, runner, created_at too).",
    ),
    *PACE_OPTIONS,
    AS_JSON,
)
PULL_REQUEST_OPTIONS: Sequence[Option] = (
    DATABASE,
    option(
        "--time-range",
        envvar=["CAPTURE_TIME_RANGE", "INITIAL_SYNC_DAYS"],
        type=click.IntRange(min=1, max=36_500),
        metavar="DAYS",
        show_default="all that there are",
        help="Only pull requests that were updated in the last DAYS days.",
    ),
    option(
        "--since",
        envvar="CAPTURE_SINCE",
        type=moment,
        metavar="DATE",
        help="Only pull requests that were updated at or after this moment (UTC unless it says otherwise).",
    ),
    option(
        "--max-items",
        envvar="CAPTURE_MAX_ITEMS",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop, successfully, after the N pull requests that were updated last.",
    ),
    *PACE_OPTIONS,
    AS_JSON,
)
JOB_ID = option(
    "--job-id",
    envvar="CAPTURE_JOB_ID",
    metavar="ID",
    help="Go on with this capture job instead of looking for one.",
)


def with_options(options: Sequence[Option]) -> Option:
    """Give a command these options, shown in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for each in reversed(options):
            command = each(command)
        return command

    return decorate


capture_options = with_options(CAPTURE_OPTIONS)
"""The options that captures of runs share."""
pull_request_options = with_options(PULL_REQUEST_OPTIONS)
"""The options that captures of pull requests share; their span is that of the last update."""


def repository_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which repository; inside Actions the one that runs us."""
    return option(
        "--repository",
        envvar=REPOSITORY_VARIABLE,
        metavar="OWNER/NAME",
        show_default="GITHUB_REPOSITORY, or GITHUB_OWNER with GITHUB_REPO",
        help="The repository to capture.",
    )(command)


def span_of(
    time_range: int | None, since: datetime | None, until: datetime | None, *, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The asked span from its options.

    Raises:
        ConfigurationError: they contradict each other.
    """
    if time_range is not None and since is not None:
        raise ConfigurationError(
            "--time-range and --since both say where to begin.", hint="Give one of the two."
        )
    begin = now - timedelta(days=time_range) if time_range is not None else since
    if begin is not None and until is not None and begin > until:
        raise ConfigurationError(
            f"The span begins ({begin:%Y-%m-%d %H:%M}) after it ends ({until:%Y-%m-%d %H:%M}).",
            hint="Give --since an earlier time than --until.",
        )
    return begin, until


def not_outvoted(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The options, without a beginning that only a variable names where the command line names another."""
    context = click.get_current_context(silent=True)
    if context is None:
        return dict(chosen)
    source = context.get_parameter_source
    outvoted = {
        silent
        for spoken, silent in (("time_range", "since"), ("since", "time_range"))
        if source(spoken) is ParameterSource.COMMANDLINE and source(silent) is ParameterSource.ENVIRONMENT
    }
    return {name: None if name in outvoted else value for name, value in chosen.items()}


def run_from_shell(command: click.Command) -> None:
    """Begin a command; a `.env` file in this folder counts as part of the environment."""
    try:
        load_dotenv()
    except ConfigurationError as error:
        say_error(error)
        sys.exit(error.exit_code)
    with _protected():
        command()


def _protected(database: str | None = None) -> AbstractContextManager[None]:
    """Inside Actions nothing that is printed is heard as a command, and secrets are hidden.

    Where the environment makes no sense its secrets cannot be told from it: the command will say so, and end.
    """
    try:
        settings = read_settings()
    except ConfigurationError:
        return protected(in_actions=inside_actions())
    return protected(in_actions=settings.in_actions, secrets=secrets_in(settings, database))


def ends_well(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command returns or raises into its exit code; an error is said once, with the next step."""

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        with _protected(kwargs.get("database")):
            try:
                code = command(*args, **kwargs)
            except CaptureError as error:
                say_error(error)
                code = error.exit_code
            sys.exit(code)

    return wrapper


def say_error(error: CaptureError) -> None:
    """What happened, and what to do next, to standard error; inside Actions on the run's page as well."""
    click.echo(f"Error: {error}", err=True)
    if error.hint:
        click.echo(f"  → {error.hint}", err=True)
    message = error_in_words(str(error), error.hint)
    annotate(Annotation(level="error", title="Progressive Capture", message=message))


def error_in_words(error: str, hint: str) -> str:
    """An error as an annotation shows it."""
    return f"{error}\n→ {hint}" if hint else error
