"""The options of whatever downloads artifacts: where files go, and how large they may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from progressive_capture.lib.command_line import Option, option

MEGABYTE = 1024 * 1024
DOWNLOADS_AT_ONCE = 3

FILE_STORAGE = option(
    "--file-storage",
    envvar=["FILE_STORAGE", "FILE_STORAGE_PATH"],
    metavar="PLACE",
    show_default="./data/files; inside Actions none",
    help="Where files are kept, each once, under its hash: a folder, or supabase:BUCKET. One place belongs "
    "to one database.",
)


def _at_once(name: str, parameter: str) -> Option:
    return option(
        name,
        parameter,
        envvar="MAX_CONCURRENT_DOWNLOADS",
        type=click.IntRange(min=1, max=32),
        default=DOWNLOADS_AT_ONCE,
        metavar="N",
        help="Artifacts downloaded at once.",
    )


CONCURRENCY = _at_once("--concurrency", "downloads")
DOWNLOADS = _at_once("--downloads", "downloads")
"""The same where `--concurrency` speaks of requests."""

FILE_OPTIONS: Sequence[Option] = (
    FILE_STORAGE,
    option(
        "--max-file-size",
        envvar="MAX_FILE_SIZE_MB",
        type=click.IntRange(min=1, max=1_000_000),
        default=100,
        metavar="MB",
        help="Files over this size are left out, and said to be.",
    ),
    option(
        "--max-artifact-size",
        envvar="MAX_ARTIFACT_SIZE_MB",
        type=click.IntRange(min=1, max=1_000_000),
        default=2048,
        metavar="MB",
        help="Artifacts over this size are not downloaded.",
    ),
)

ARTIFACTS_ASKED: Sequence[Option] = (
    option(
        "--artifact-name",
        "--name",
        "name",
        envvar="CAPTURE_ARTIFACT_NAME",
        metavar="GLOB",
        help="Only artifacts named so.",
    ),
    option(
        "--run-id",
        envvar="CAPTURE_RUN_ID",
        type=click.IntRange(min=1),
        metavar="ID",
        help="Only the artifacts of this workflow run.",
    ),
)


def with_file_rules(chosen: dict[str, Any]) -> dict[str, Any]:
    """The options of a command, with those on files put together as one value."""
    from progressive_capture.lib.capture_values import FileRules  # noqa: PLC0415  (--help stays quick)

    rules = FileRules(
        max_file_bytes=chosen.pop("max_file_size") * MEGABYTE,
        max_artifact_bytes=chosen.pop("max_artifact_size") * MEGABYTE,
        downloads_at_once=chosen.pop("downloads"),
    )
    return {**chosen, "file_rules": rules}
