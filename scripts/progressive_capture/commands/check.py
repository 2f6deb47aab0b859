"""`check`: a forecast for one repository, from a few questions to GitHub."""

from __future__ import annotations

import click

from progressive_capture.lib.command_line import AS_JSON, HELP_NAMES, ends_well


@click.command("check", context_settings=HELP_NAMES)
@click.argument("repository", metavar="OWNER/NAME")
@AS_JSON
@ends_well
def command(*, repository: str, as_json: bool) -> int:
    """Say what GitHub has of a repository, what it deletes next, and what keeping it costs.

    Asks ten times at most, writes nothing, needs no database. The costs are those of the first `sync` at each
    depth. A token that may read the repository's administration tells the exact retention.
    """
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.lib.assembly import open_connection  # noqa: PLC0415
    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.errors import CapturePaused, GitHubUnavailableError  # noqa: PLC0415
    from progressive_capture.lib.forecasting.forecast_report import as_data, forecast, in_lines  # noqa: PLC0415
    from progressive_capture.lib.forecasting.survey import Surveyor  # noqa: PLC0415
    from progressive_capture.lib.identify import checked_name  # noqa: PLC0415
    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415

    settings, clock, name = read_settings(), SystemClock(), checked_name(repository)
    try:
        with open_connection(settings, clock) as connection:
            survey = Surveyor(connection.client(), settings, clock).look(name)
    except CapturePaused as pause:
        when = f"{pause.resume_at:%Y-%m-%d %H:%M:%S} UTC" if pause.resume_at else "some minutes"
        raise GitHubUnavailableError(
            f"GitHub does not answer this token now: {pause.reason}.", hint=f"Ask again after {when}."
        ) from pause
    seen = forecast(survey)
    if as_json:
        click.echo(json.dumps(as_data(survey, seen), indent=2))
    else:
        click.echo("\n".join(in_lines(survey, seen)))
    return 0
