"""The `queue-manager` command: a group that loads only the command that is asked for."""

from __future__ import annotations

import click

from progressive_capture import __version__
from progressive_capture.lib.command_line import HELP_NAMES, run_from_shell
from progressive_capture.lib.lazy_group import LazyGroup

COMMANDS = {
    "cancel": ("cancel_command", "Cancel a job that waits, and the workflow run that it has."),
    "costs": ("costs_command", "What capture jobs cost: by repository, kind or month."),
    "list": ("list_command", "Jobs, newest first."),
    "reconcile": (
        "reconcile_command",
        "Match jobs with their workflow runs, wake what paused, dispatch what waits.",
    ),
    "retry": ("retry_command", "Let a failed job begin anew."),
    "route": (
        "route_command",
        "Where a piece of work would go, why, and what it would cost; nothing is submitted.",
    ),
    "show": ("show_command", "One job, with everything that is known of it."),
    "submit": ("submit_command", "Have a piece of work done: by Actions or inline, whatever is cheapest."),
    "work": ("work_command", "Do inline jobs in this process."),
}


HELP = """Send capture work to GitHub Actions or to an inline worker, and see why.

\b
First steps:
  queue-manager route --kind workflow_runs --repository OWNER/NAME     where it would go, and why
  queue-manager submit --kind pull_request_details --repository OWNER/NAME --number 42 --wait
  queue-manager work --watch                                           do inline jobs as they come
"""
"""With click's sign for "keep these lines as they are" (a backspace)."""


@click.group(
    cls=LazyGroup,
    package="queue_manager.commands",
    lazily=COMMANDS,
    help=HELP,
    context_settings=HELP_NAMES,
)
@click.version_option(__version__, prog_name="queue-manager")
def group() -> None:
    """The commands; see HELP."""


def main() -> None:
    """The entry point."""
    run_from_shell(group)


if __name__ == "__main__":
    main()
