"""The `progressive-capture` command: a group that loads only the command that is asked for."""

from __future__ import annotations

import click

from progressive_capture import __version__
from progressive_capture.lib.command_line import HELP_NAMES, run_from_shell
from progressive_capture.lib.lazy_group import LazyGroup

COMMANDS = {
    "artifact-bulk": ("artifact_bulk", "Artifacts, the files in them and their test results."),
    "bulk-file-changes": ("bulk_file_changes", "Changed files of the pull requests in the database."),
    "capture-pr-details": ("capture_pr_details", "One pull request with everything, now."),
    "check": ("commands.check", "What GitHub has, what it deletes next, what keeping it costs; reads only."),
    "clean-up": ("commands.clean_up", "Give the stored bytes of old artifacts up; rows stay."),
    "demo": ("commands.demo", "See the main job at work on a simulated GitHub: no token, no network."),
    "doctor": ("commands.doctor", "Is everything set up, and what to do if not."),
    "fetch": ("commands.fetch", "The database that a repository's release keeps, to this machine."),
    "finish": ("commands.finish", "What the legs of a workflow captured, brought together and kept."),
    "export": ("commands.export", "What is stored as files: CSV for spreadsheets, NDJSON for programs."),
    "historical-comments-sync": (
        "historical_comments_sync",
        "Comments on the pull requests in the database, edits included.",
    ),
    "historical-pr-sync": (
        "historical_pr_sync",
        "Pull requests with their reviews, comments and changed files.",
    ),
    "historical-reviews-sync": ("historical_reviews_sync", "Reviews of the pull requests in the database."),
    "historical-sync": ("historical_sync", "Workflows, workflow runs, attempts and head commits."),
    "job-details": ("job_details", "Jobs and steps of every run in the database."),
    "leg": ("commands.leg", "One leg of a workflow: brings what it needs, captures, leaves a folder."),
    "merge": ("commands.merge", "Databases, or parts of one, brought into one database."),
    "migrate": ("commands.migrate", "Bring a database to the newest version of the schema."),
    "plan": ("commands.plan", "A capture cut into chunks for a matrix, and what it will cost."),
    "retry": ("commands.retry", "Try again, at once, what could not be captured."),
    "status": ("commands.status", "Capture jobs, coverage, failures and spending."),
    "sync": ("commands.sync", "The main job: runs, attempts, jobs and steps of OWNER/NAME, artifacts too."),
    "verify": ("commands.verify", "Is everything there? Lists it again, and names every hole."),
}


HELP = """Keep a repository's GitHub Actions history in a database that outlives GitHub's.

\b
First steps:
  progressive-capture demo                a simulated GitHub, nothing needed
  progressive-capture sync OWNER/NAME     the real one, with GITHUB_TOKEN set
"""
"""With click's sign for "keep these lines as they are" (a backspace)."""


@click.group(
    cls=LazyGroup,
    package="progressive_capture",
    lazily=COMMANDS,
    help=HELP,
    context_settings=HELP_NAMES,
)
@click.version_option(__version__, prog_name="progressive-capture")
def group() -> None:
    """The commands; see HELP."""


def main() -> None:
    """The entry point."""
    run_from_shell(group)


if __name__ == "__main__":
    main()
