"""What a repository has that the contract can be read off: looked up once before recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from cassette_file import About

from progressive_capture.lib.github.client import GitHub

LOOKED_AT = 20
"""Runs; a repository where none of the newest has jobs with steps is the wrong one to record from."""


def survey(github: GitHub, repository: str, *, recorded_from: Literal["simulator", "github"]) -> About:
    """Choose what the tests ask about."""
    finished = github.runs(repository, status="completed").runs[:LOOKED_AT]
    plain, jobs = _plain(github, repository, finished)
    again = [run for run in finished if (run.get("run_attempt") or 1) > 1]
    return About(
        recorded_from=recorded_from,
        repository=repository,
        rerun=(again or [plain])[0]["id"],
        plain=plain["id"],
        plain_node=plain["node_id"],
        jobs=tuple(job["node_id"] for job in jobs),
    )


def _plain(
    github: GitHub, repository: str, runs: Sequence[dict[str, Any]]
) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    for run in runs:
        jobs = github.run_jobs(repository, run["id"]).jobs if run.get("run_attempt") == 1 else []
        if any(job["steps"] for job in jobs):
            return run, jobs
    raise pytest.UsageError(f"{repository} has no recent finished run of one attempt with steps to record")
