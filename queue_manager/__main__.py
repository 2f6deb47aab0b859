"""The `queue-manager` command: a group that loads only the command that is asked for."""

from __future__ import annotations

import importlib

import click

from progressive_capture import __version__
from progressive_capture.lib.command_line import HELP_NAMES, run_from_shell

COMMANDS = {
    "cancel": "Cancel a job that waits, and the workflow run that it has.",
    "costs": "What capture jobs cost: by repository, kind or month.",
    "list": "Jobs, newest first.",
    "reconcile": "Match jobs with their workflow runs, wake what paused, dispatch what waits.",
    "retry": "Let a failed job begin anew.",
    "route": "Where a piece of work would go, why, and what it would cost; nothing is submitted.",
    "show": "One job, with everything that is known of it.",
    "submit": "Have a piece of work done: by Actions or inline, whatever is cheapest.",
    "work": "Do inline jobs in this process.",
}


class Commands(click.Group):
    """Commands that are imported when they run: `--help` lists them without loading any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"queue_manager.commands.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


HELP = """Send capture work to GitHub Actions or to an inline worker, and see why.

\b
First steps:
  queue-manager route --kind workflow_runs --repository OWNER/NAME     where it would go, and why
  queue-manager submit --kind pull_request_details --repository OWNER/NAME --number 42 --wait
  queue-manager work --watch                                           do inline jobs as they come
"""
"""With click's sign for "keep these lines as they are" (a backspace)."""


@click.group(cls=Commands, help=HELP, context_settings=HELP_NAMES)
@click.version_option(__version__, prog_name="queue-manager")
def group() -> None:
    """The commands; see HELP."""


def main() -> None:
    """The entry point."""
    run_from_shell(group)


if __name__ == "__main__":
    main()
