"""The command line's shared half: options with their environment variables, and how a command ends."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from progressive_capture.lib.errors import CaptureError, ConfigurationError
from progressive_capture.lib.settings import DEFAULT_DATABASE

LENGTH = re.compile(r"(?:(?P<hours>\d{1,4})h)?(?:(?P<minutes>\d{1,4})m)?(?:(?P<seconds>\d{1,4})s)?")


def moment(text: str) -> datetime:
    """A day or a moment: `2026-01-31`, `2026-01-31T12:00:00Z`, or with an offset; UTC where it is silent."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text[:40]!r} is no date; write 2026-01-31 or 2026-01-31T12:00:00Z."
        ) from None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def last_moment(text: str) -> datetime:
    """As `moment`, but a day counts to its end."""
    whole_day = re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text) is not None
    return moment(text) + (timedelta(days=1, seconds=-1) if whole_day else timedelta())


def length_of_time(text: str) -> timedelta:
    """`5h30m`, `45m`, `90s`."""
    match = LENGTH.fullmatch(text.strip())
    parts = {unit: int(number) for unit, number in match.groupdict().items() if number} if match else {}
    if not any(parts.values()):
        raise click.BadParameter(f"{text[:40]!r} is no length of time; write 5h30m, 45m or 90s.")
    return timedelta(**parts)


DATABASE = click.option(
    "--database",
    envvar="DATABASE_URL",
    show_envvar=True,
    default=DEFAULT_DATABASE,
    show_default=True,
    metavar="URL",
    help="Where the history is kept: sqlite:///FILE (sqlite:////FILE for an absolute path).",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON to standard output.")

CAPTURE_OPTIONS: Sequence[Callable[[Callable[..., Any]], Callable[..., Any]]] = (
    DATABASE,
    click.option(
        "--time-range",
        envvar=["CAPTURE_TIME_RANGE", "INITIAL_SYNC_DAYS"],
    show_envvar=True,
        type=click.IntRange(min=1, max=36_500),
        metavar="DAYS",
        help="Only runs created in the last DAYS days.  [default: all that GitHub still has]",
    ),
    click.option(
        "--since",
        envvar="CAPTURE_SINCE",
    show_envvar=True,
        type=moment,
        metavar="DATE",
        help="Only runs created at or after this moment (UTC unless it says otherwise).",
    ),
    click.option(
        "--until",
        envvar="CAPTURE_UNTIL",
    show_envvar=True,
        type=last_moment,
        metavar="DATE",
        help="Only runs created at or before this moment; a day counts to its end.",
    ),
    click.option(
        "--max-items",
        envvar="CAPTURE_MAX_ITEMS",
    show_envvar=True,
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop, successfully, after the newest N runs.",
    ),
    click.option(
        "--depth",
        envvar="CAPTURE_DEPTH",
    show_envvar=True,
        type=click.Choice(["jobs", "steps", "full"]),
        help="How much of a job: jobs alone, with their steps, or full (labels, runner, created_at too). "
        "[default: full while the token's budget covers it, else steps]",
    ),
    click.option(
        "--leave-budget",
        envvar="CAPTURE_LEAVE_BUDGET",
    show_envvar=True,
        type=click.IntRange(min=0, max=99),
        default=10,
        show_default=True,
        metavar="PERCENT",
        help="Leave so much of the token's hourly budget to the repository's own CI.",
    ),
    click.option(
        "--concurrency",
        envvar="CAPTURE_CONCURRENCY",
    show_envvar=True,
        type=click.IntRange(min=1, max=32),
        default=8,
        show_default=True,
        metavar="N",
        help="Requests in flight at once.",
    ),
    click.option(
        "--time-budget",
        envvar="CAPTURE_TIME_BUDGET",
    show_envvar=True,
        type=length_of_time,
        metavar="5h30m",
        help="Pause in time before this is over; the next start goes on.",
    ),
    AS_JSON,
)
JOB_ID = click.option(
    "--job-id",
    envvar="CAPTURE_JOB_ID",
    show_envvar=True,
    metavar="ID",
    help="Go on with this capture job instead of looking for one.",
)


def capture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that all captures share."""
    for option in reversed(CAPTURE_OPTIONS):
        command = option(command)
    return command


def repository_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which repository; inside Actions the one that runs us."""
    return click.option(
        "--repository",
        metavar="OWNER/NAME",
        help="The repository to capture.  [env var: GITHUB_REPOSITORY, or GITHUB_OWNER with GITHUB_REPO]",
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


def ends_well(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command returns or raises into its exit code; an error is said once, with the next step."""

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except CaptureError as error:
            say_error(error)
            code = error.exit_code
        sys.exit(code)

    return wrapper


def say_error(error: CaptureError) -> None:
    """What happened, and what to do next, to standard error."""
    click.echo(f"Error: {error}", err=True)
    if error.hint:
        click.echo(f"  → {error.hint}", err=True)
