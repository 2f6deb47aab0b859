"""What every capture command does between its options and its exit code: run, then say what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import click

from progressive_capture.lib.actions_report.from_capture import of_github, outcome_of_end
from progressive_capture.lib.actions_report.telling import legs_in_one_job, tell_runner
from progressive_capture.lib.actions_runtime import group, protected, secrets_in, stop_on_signals
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked, Depth, FileRules, Result
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import not_outvoted, say_error, span_of
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.places import shown
from progressive_capture.lib.process_memory import return_large_blocks
from progressive_capture.lib.report import NOUNS, counted, open_progress, plural, printable
from progressive_capture.lib.running import CaptureKind, Ended, run_captures
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.watching import watch

STRANGERS_BUDGET = (
    "No GITHUB_TOKEN is set: GitHub allows 60 requests an hour and no GraphQL, so this will be slow. "
    "A token needs no more than read access."
)


def run_command(
    kinds: Sequence[CaptureKind],
    repositories: Sequence[str],
    *,
    as_json: bool,
    settings: Settings | None = None,
    clock: Clock | None = None,
    poll_interval: timedelta | None = None,
    **chosen: Any,
) -> int:
    """Capture the repositories as the options say, report, and return the exit code.

    Args:
        kinds: the captures, in order.
        repositories: OWNER/NAME; the one that the settings name where there is none.
        as_json: print the result as JSON.
        settings: of this process, unless given.
        clock: the machine's own, unless a rehearsal brings another.
        poll_interval: begin anew so long after each end, until a signal or the time budget; None: once.
        chosen: the other options of the command line, see `options_of`.
    """
    return_large_blocks()
    settings = settings or read_settings()
    once = {name.lower(): name for name in map(checked_name, repositories)}
    names = list(once.values()) or [own_repository(settings)]
    clock = clock or SystemClock()
    options = options_of(now=clock.now(), **not_outvoted(chosen))
    began = clock.now()
    with protected(in_actions=settings.in_actions, secrets=secrets_in(settings, options.database)):
        with opened(settings, options, clock) as session:
            if poll_interval is None:
                with group(f"Capturing {', '.join(names)}"):
                    ended = run_captures(session, names, kinds)
            else:
                ended = _watch(session, names, kinds, every=poll_interval, as_json=as_json)
            legs = legs_in_one_job(session, ended, settings, began=began) if settings.in_actions else []
        if poll_interval is None:
            report(ended, database=options.database, as_json=as_json)
        tell_runner(settings, legs)
    return max(each.exit_code for each in ended)


@contextmanager
def opened(settings: Settings, options: Options, clock: Clock) -> Iterator[Session]:
    """A session with its display, that ends in order on a signal; inside Actions it shows no command."""
    with (
        protected(in_actions=settings.in_actions, secrets=secrets_in(settings, options.database)),
        open_progress(clock) as progress,
    ):
        session = Session(settings, options, progress, clock)
        if settings.token is None:
            progress.say(STRANGERS_BUDGET)
        with closing(session), stop_on_signals(session.stop):
            yield session


def _watch(
    session: Session, names: Sequence[str], kinds: Sequence[CaptureKind], *, every: timedelta, as_json: bool
) -> list[Ended]:
    def tell(ended: Sequence[Ended], again_at: datetime | None) -> None:
        session.progress.say(in_one_line(ended, now=session.clock.now(), again_at=again_at))
        if as_json:
            click.echo(json.dumps([as_data(each) for each in ended], default=str))

    return watch(
        lambda: run_captures(session, names, kinds),
        tell,
        every=every,
        clock=session.clock,
        stop=session.stop,
        deadline=session.deadline,
    )


def options_of(
    *,
    now: datetime,
    database: str,
    leave_budget: int = 10,
    concurrency: int = 8,
    time_budget: timedelta | None = None,
    job_id: str | None = None,
    time_range: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    max_items: int | None = None,
    depth: Depth | None = None,
    name: str | None = None,
    run_id: int | None = None,
    number: int | None = None,
    file_storage: str | None = None,
    file_rules: FileRules | None = None,
) -> Options:
    """The options of the command line as one value."""
    begin, end = span_of(time_range, since, until, now=now)
    asked = Asked(
        since=begin,
        time_range=time_range,
        until=end,
        max_items=max_items,
        depth=depth,
        name=name,
        run_id=run_id,
        number=number,
    )
    return Options(
        database=database,
        asked=asked,
        leave_budget=leave_budget,
        concurrency=concurrency,
        time_budget=time_budget,
        job_id=job_id,
        file_storage=file_storage,
        file_rules=file_rules or FileRules(),
    )


def outcome_of_all(ended: Sequence[Ended]) -> Outcome:
    """Failed if anything failed, else paused if anything is still to do."""
    outcomes = {outcome_of_end(each) for each in ended}
    return next((each for each in (Outcome.FAILED, Outcome.PAUSED) if each in outcomes), Outcome.SUCCEEDED)


def report(ended: Sequence[Ended], *, database: str, as_json: bool) -> None:
    """Say how it ended: people on standard error, programs on standard output."""
    for each in ended:
        with group(each.repository) if len(ended) > 1 else nullcontext():
            for line in in_words(each):
                click.echo(line, err=True)
            if each.error is not None:
                say_error(each.error)
    if any(each.results for each in ended):
        click.echo(f"Database: {shown(database)}", err=True)
    if as_json:
        click.echo(json.dumps([as_data(each) for each in ended], indent=2, default=str))


def in_words(ended: Ended) -> list[str]:
    """A few lines for people: the outcome, what is new, what it cost, how to go on."""
    lines = []
    if ended.results:
        new, changed = _total(ended.results, "inserted"), _total(ended.results, "updated")
        requests = sum(result.spent.requests for result in ended.results)
        points = sum(result.spent.points for result in ended.results)
        lines = [
            f"{ended.repository}: {' · '.join(_ending(result) for result in ended.results)}",
            f"  new:     {counted(new, NOUNS) or 'nothing'}",
            f"  changed: {counted(changed, NOUNS) or 'nothing'}",
            f"  spent:   {plural(requests, 'request')} and {plural(points, 'GraphQL point')}",
        ]
    pauses = [
        (result.reason, result.resume_at) for result in ended.results if result.outcome is Outcome.PAUSED
    ]
    if ended.pause is not None:
        pauses.append((ended.pause.reason, ended.pause.resume_at))
    for reason, resume_at in pauses:
        when = f" after {resume_at:%Y-%m-%d %H:%M:%S} UTC" if resume_at else ""
        lines.append(
            f"  paused:  {printable(reason)}. Run the same command again{when}: it goes on from here."
        )
    if any(result.failed or result.postponed for result in ended.results):
        lines.append("  What failed, why, and when it is tried again: progressive-capture status")
    return lines


def in_one_line(ended: Sequence[Ended], *, now: datetime, again_at: datetime | None) -> str:
    """One round of a watch, for people."""
    rounds = "; ".join(_round_in_words(each) for each in ended)
    follows = f"again at {again_at:%H:%M:%S}" if again_at else "the last round"
    return f"{now:%Y-%m-%d %H:%M:%S} UTC  {rounds}; {follows}"


def _round_in_words(ended: Ended) -> str:
    new, changed = _total(ended.results, "inserted"), _total(ended.results, "updated")
    parts = [
        f"new {counted(new, NOUNS) or 'nothing'}",
        f"changed {counted(changed, NOUNS) or 'nothing'}",
        plural(sum(result.spent.requests for result in ended.results), "request"),
        plural(sum(result.spent.points for result in ended.results), "point"),
        *(_ending(result) for result in ended.results if result.outcome is not Outcome.SUCCEEDED),
    ]
    if ended.pause is not None:
        parts.append(f"paused: {printable(ended.pause.reason)}")
    if ended.error is not None:
        parts.append(printable(f"{ended.error} {ended.error.hint}".strip()))
    return f"{ended.repository}: {' · '.join(parts)}"


def as_data(ended: Ended) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "repository": ended.repository,
        "exit_code": ended.exit_code,
        "error": str(ended.error) if ended.error else None,
        "hint": ended.error.hint if ended.error else None,
        "captures": [
            {
                "kind": result.kind,
                "job_id": result.job_id,
                "outcome": result.outcome.value,
                "processed_items": result.processed,
                "failed_items": result.failed,
                "postponed_items": result.postponed,
                "new": of_github(result.inserted),
                "changed": of_github(result.updated),
                "reason": result.reason,
                "resume_at": result.resume_at,
            }
            for result in ended.results
        ],
        "rest_requests": sum(result.spent.requests for result in ended.results),
        "graphql_points": sum(result.spent.points for result in ended.results),
    }


def _ending(result: Result) -> str:
    failed = f", {plural(result.failed, 'failed item')}" if result.failed else ""
    postponed = f", {result.postponed:,} waiting to be tried again" if result.postponed else ""
    return f"{result.kind} {result.outcome}{failed}{postponed}"


def _total(results: Sequence[Result], which: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for result in results:
        total.update(getattr(result, which))
    return total


def own_repository(settings: Settings) -> str:
    """The repository that the environment names, where the command line names none."""
    if settings.repository is None:
        raise ConfigurationError(
            "No repository is named.",
            hint="Give OWNER/NAME, or set GITHUB_REPOSITORY (or GITHUB_OWNER and GITHUB_REPO).",
        )
    return checked_name(settings.repository)
