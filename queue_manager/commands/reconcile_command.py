"""`queue-manager reconcile`: the queue put in order."""

from __future__ import annotations

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import AS_JSON, DATABASE, HELP_NAMES, ends_well, with_options


@click.command("reconcile", context_settings=HELP_NAMES)
@with_options([DATABASE, AS_JSON])
@click.pass_obj
@ends_well
def command(clock: Clock | None, *, database: str, as_json: bool) -> int:
    """Match dispatched jobs with their workflow runs, give back what dead workers held, dispatch what waits.

    To be run now and then, by a schedule; it does what is to be done, and no more.
    """
    import json  # noqa: PLC0415  (--help stays quick)
    from dataclasses import asdict  # noqa: PLC0415

    from progressive_capture.lib.report import plural, printable  # noqa: PLC0415
    from queue_manager.opening import opened_manager  # noqa: PLC0415

    with opened_manager(database, clock=clock) as manager:
        rounds = [manager.reconcile(), manager.rescue()]
    looked_at = sum(each.looked_at for each in rounds)
    changes = [change for each in rounds for change in each.changes]
    problems = [problem for each in rounds for problem in each.problems]
    click.echo(f"{plural(looked_at, 'job')} looked at, {plural(len(changes), 'change')}.", err=True)
    for problem in problems:
        click.echo(f"Not looked at: {printable(problem, 300)}", err=True)
    if as_json:
        found = {"looked_at": looked_at, "changes": [asdict(each) for each in changes], "problems": problems}
        click.echo(json.dumps(found, indent=2, default=str))
    return int(bool(problems))
