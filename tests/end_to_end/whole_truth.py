"""Whether a database holds the whole truth, and what it holds apart from when it was captured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from truth import (
    ONLY_REST,
    Rows,
    differences,
    expected_attempts,
    expected_commits,
    expected_jobs,
    expected_runs,
    expected_workflows,
    stored,
)

from github_simulator.process import Simulator
from progressive_capture.lib.windows import Window, joined

ABOUT_US = ("alembic_version", "capture_failures", "capture_windows", "progressive_capture_jobs")
"""Tables that tell of our own work, not of the repository."""


def untruths(database: Path, simulator: Simulator, *, without: Iterable[str] = ()) -> list[str]:
    """Every row and field in which the database differs from the truth; empty where it is whole.

    `without`: fields of a job that the way of capturing cannot tell.
    """
    return [
        *differences(stored(database, "workflows"), expected_workflows(simulator)),
        *differences(stored(database, "commits", ["sha"]), expected_commits(simulator)),
        *differences(stored(database, "workflow_runs"), expected_runs(simulator)),
        *differences(
            stored(database, "workflow_run_attempts", ["run_id", "run_attempt"]), expected_attempts(simulator)
        ),
        *differences(stored(database, "workflow_jobs"), expected_jobs(simulator), without=without),
    ]


def untruths_by_any_source(database: Path, simulator: Simulator) -> list[str]:
    """As `untruths`; what only REST knows counts for the jobs that came by REST alone."""
    truth = expected_jobs(simulator)
    by_rest = {
        key: job
        for key, job in stored(database, "workflow_jobs").items()
        if job["source"] == "rest" and key in truth
    }
    return [
        *untruths(database, simulator, without=ONLY_REST),
        *differences(by_rest, {key: truth[key] for key in by_rest}),
    ]


def data_of(database: Path) -> list[tuple[Any, ...]]:
    """Every row of GitHub's data without the time at which it was captured, in a fixed order."""
    rows: list[tuple[Any, ...]] = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table in ABOUT_US:
                continue
            names = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            wanted = ", ".join(name for name in names if name != "captured_at")
            rows += [(table, *row) for row in connection.execute(f"SELECT {wanted} FROM {table}")]
    return sorted(rows, key=repr)


def newest(runs: Rows, count: int) -> set[int]:
    """The ids of so many runs, as GitHub lists them: newest first."""
    listed = sorted(runs.values(), key=lambda run: (run["created_at"], run["id"]), reverse=True)
    return {run["id"] for run in listed[:count]}


def covered(database: Path) -> list[Window]:
    """What the ledger says is listed, in as few windows as possible: one, where there is no gap."""
    rows = stored(database, "capture_windows", ["slice", "window_from", "window_to"]).values()
    return joined(
        Window.parse(f"{row['window_from']}..{row['window_to']}")
        for row in rows
        if row["status"] == "covered" and not row["slice"]
    )
