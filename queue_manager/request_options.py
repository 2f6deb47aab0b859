"""The options that say which work is meant, and the request that they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from progressive_capture.lib.command_line import SPAN_OPTIONS, Option, option, repository_option, with_options
from progressive_capture.lib.file_options import ARTIFACTS_ASKED
from progressive_capture.lib.leg_options import DEPTH, MAX_ITEMS

KIND = option(
    "--kind", envvar="CAPTURE_KIND", required=True, metavar="KIND", help="Which capture: workflow_runs, …"
)
REQUEST_OPTIONS: Sequence[Option] = (
    KIND,
    repository_option,
    *SPAN_OPTIONS,
    MAX_ITEMS,
    DEPTH,
    *ARTIFACTS_ASKED,
    option(
        "--number",
        envvar="CAPTURE_NUMBER",
        type=click.IntRange(min=1),
        metavar="N",
        help="pull_request_details: this pull request.",
    ),
    option(
        "--items",
        envvar="CAPTURE_ITEMS",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many items it is about, if you know.",
    ),
    option(
        "--priority", envvar="CAPTURE_PRIORITY", type=int, default=0, metavar="N", help="The highest first."
    ),
    option("--scheduled", envvar="CAPTURE_SCHEDULED", is_flag=True, help="A schedule asks for it."),
    option("--background", envvar="CAPTURE_BACKGROUND", is_flag=True, help="Nobody waits for it."),
    option(
        "--processor",
        envvar="CAPTURE_PROCESSOR",
        metavar="actions|inline",
        help="Who shall do it, whatever the rules say.",
    ),
)
"""What `submit` and `route` ask."""

request_options = with_options(REQUEST_OPTIONS)

PARAMETERS = ("since", "time_range", "until", "max_items", "depth", "name", "run_id", "number")


def request_of(*, kind: str, repository: str, chosen: dict[str, Any]) -> Any:
    """The request that the options are; takes them out of `chosen`.

    Raises:
        ConfigurationError: something of it cannot be.
    """
    from queue_manager.request import CaptureRequest  # noqa: PLC0415  (--help stays quick)

    parameters = {name: value for name in PARAMETERS if (value := chosen.pop(name)) is not None}
    own = {name: chosen.pop(name) for name in ("items", "priority", "scheduled", "background", "processor")}
    return CaptureRequest(kind=kind, repository=repository, parameters=parameters, **own)
