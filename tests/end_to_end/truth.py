"""What the simulator knows to be true, as the rows that the database should hold.

Written from the schema's words and GitHub's payloads, independently of the product's normalizers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from github_simulator.process import Simulator

Rows = dict[Any, dict[str, Any]]

RUN = (
    *("id", "workflow_id", "name", "display_title", "run_number", "run_attempt", "event", "status"),
    *("conclusion", "head_branch", "head_sha", "check_suite_id", "node_id", "html_url"),
)
RUN_TIMES = ("created_at", "updated_at", "run_started_at")
JOB = (
    *("id", "node_id", "run_id", "run_attempt", "name", "workflow_name", "status", "conclusion"),
    *("head_sha", "head_branch", "runner_id", "runner_name", "runner_group_name", "html_url"),
)
JOB_TIMES = ("created_at", "started_at", "completed_at")
ONLY_REST = ("labels", "runner_id", "runner_name", "runner_group_name", "created_at")


def moment(text: str | None) -> str | None:
    """A time as the database keeps it: UTC, whole seconds."""
    if not text:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_runs(simulator: Simulator) -> Rows:
    return {run["id"]: _run(run) for run in simulator.truth("runs")}


def _run(run: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: run.get(name) for name in RUN},
        **{name: moment(run.get(name)) for name in RUN_TIMES},
        "path": (run.get("path") or "").partition("@")[0] or None,
        "head_repository_id": (run.get("head_repository") or {}).get("id"),
        "actor_id": (run.get("actor") or {}).get("id"),
        "actor_login": (run.get("actor") or {}).get("login"),
        "triggering_actor_login": (run.get("triggering_actor") or {}).get("login"),
        "pull_request_numbers": sorted(pull["number"] for pull in run.get("pull_requests") or []),
    }


def expected_attempts(simulator: Simulator) -> Rows:
    return {
        (run["id"], run["run_attempt"]): {
            "run_id": run["id"],
            "run_attempt": run["run_attempt"],
            "status": run["status"],
            "conclusion": run["conclusion"],
            "run_started_at": moment(run["run_started_at"]),
            "updated_at": moment(run["updated_at"]),
            "triggering_actor_login": (run.get("triggering_actor") or {}).get("login"),
        }
        for run in simulator.truth("attempts")
    }


def expected_jobs(simulator: Simulator) -> Rows:
    return {job["id"]: _job(job) for job in simulator.truth("jobs")}


def _job(job: dict[str, Any]) -> dict[str, Any]:
    steps = [
        {
            **{name: step.get(name) for name in ("number", "name", "status", "conclusion")},
            **{name: moment(step.get(name)) for name in ("started_at", "completed_at")},
        }
        for step in sorted(job["steps"], key=lambda step: step["number"])
    ]
    ran = job["conclusion"] != "skipped" and job["started_at"] and job["completed_at"]
    return {
        **{name: job.get(name) for name in JOB},
        **{name: moment(job.get(name)) for name in JOB_TIMES},
        "labels": job["labels"],
        "steps": steps,
        # A skipped job costs nothing and is carried nowhere, whatever new id a re-run gives it.
        "carried_from_job_id": job["carried_from_job_id"] if ran else None,
    }


def expected_workflows(simulator: Simulator) -> Rows:
    names = ("id", "name", "path", "state")
    return {each["id"]: {name: each[name] for name in names} for each in simulator.truth("workflows")}


def expected_commits(simulator: Simulator) -> Rows:
    return {
        commit["id"]: {
            "sha": commit["id"],
            "tree_id": commit["tree_id"],
            "message": commit["message"],
            "author_name": (commit["author"] or {}).get("name"),
            "committed_at": moment(commit["timestamp"]),
        }
        for commit in simulator.truth("commits")
    }


def stored(database: Path, table: str, key: Iterable[str] = ("id",)) -> Rows:
    """A table's rows by key, JSON columns read."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    for row in rows:
        for name in ("labels", "steps", "pull_request_numbers"):
            if row.get(name) is not None:
                row[name] = json.loads(row[name])
    names = tuple(key)
    return {row[names[0]] if len(names) == 1 else tuple(row[name] for name in names): row for row in rows}


def differences(found: Rows, expected: Rows, *, without: Iterable[str] = ()) -> list[str]:
    """Every missing and surplus row and every wrong field, in words; empty where all is as it should be."""
    left_out = set(without)
    problems = [f"missing: {key}" for key in expected.keys() - found.keys()]
    problems += [f"surplus: {key}" for key in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        problems += [
            f"{key}.{name}: {found[key][name]!r} instead of {value!r}"
            for name, value in expected[key].items()
            if name not in left_out and found[key][name] != value
        ]
    return problems[:20]


def dump(database: Path) -> list[tuple[Any, ...]]:
    """Every row of every table of data (not of our own jobs), for comparing two states of a database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        tables = [name for (name,) in names if name not in ("progressive_capture_jobs", "capture_windows")]
        rows = [(table, *row) for table in tables for row in connection.execute(f"SELECT * FROM {table}")]
    return sorted(rows, key=repr)
