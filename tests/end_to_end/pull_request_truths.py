"""What the simulator knows to be true of pull requests, and where a database differs from that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from truth import Rows, differences, stored

from github_simulator.process import Simulator

WITH_IDS = ("pull_requests", "reviews", "review_comments", "issue_comments")
REMARKS = WITH_IDS[1:]
OF_FILES = ("pull_request_number", "path")
OF_COVERAGE = ("pull_request_number", "part")
OF_RUNS = ("pull_request_number", "run_id")
MOST_FILES = 3_000
"""GitHub lists no more of a pull request."""
STEADY = ("repository_id", "id", "pull_request_number", "author_login", "created_at")
"""What nobody can change of a remark: all that is certain of one that was edited and deleted unseen."""


def truth_of(simulator: Simulator, table: str) -> Rows:
    """The rows of a table as they should be, by key; those that GitHub has no more say so in `deleted`."""
    return {_key(table, row): row for row in simulator.truth(table)}


def _key(table: str, row: Mapping[str, Any]) -> Any:
    return tuple(row[name] for name in OF_FILES) if table == "file_changes" else row["id"]


def untruths_of_pull_requests(database: Path, simulator: Simulator) -> list[str]:
    """Every row and field that differs from the truth, and every proof that is missing or wrong.

    What was deleted on GitHub before anybody saw it is not there; what was seen stays, and is marked.
    """
    problems = []
    for table in WITH_IDS:
        rows, truth = stored(database, table), truth_of(simulator, table)
        deleted = {key: row for key, row in truth.items() if row.pop("deleted", False)}
        problems += differences(
            {key: row for key, row in rows.items() if key not in deleted},
            {key: row | {"gone_at": None} for key, row in truth.items() if key not in deleted},
        )
        seen = {key: rows[key] for key in deleted.keys() & rows.keys()}
        steady = {key: {name: deleted[key][name] for name in STEADY} for key in seen}
        problems += differences(seen, steady)
        problems += [
            f"{table} {key} is gone since no time" for key, row in seen.items() if not row["gone_at"]
        ]
    files = stored(database, "file_changes", OF_FILES)
    problems += differences(files, truth_of(simulator, "file_changes"))
    problems += untrue_coverage(database, simulator)
    return problems[:20]


def untrue_coverage(database: Path, simulator: Simulator) -> list[str]:
    """Parts without the proof that they were listed whole in their present state, or with a wrong one."""
    rows = stored(database, "pull_request_coverage", OF_COVERAGE)
    counts = counted_parts(simulator)
    expected, reasons = {}, {}
    for pull in simulator.truth("pull_requests"):
        number = pull["number"]
        for part in (*REMARKS, "file_changes"):
            expected[number, part] = {
                "item_count": counts[part][number],
                "reported_count": counts[part][number],
                "pull_request_updated_at": pull["updated_at"],
            }
        left_out = pull["changed_files"] > MOST_FILES
        reasons[number] = f"{MOST_FILES:,} of {pull['changed_files']:,}" if left_out else None
        # Files are those of a head: what else is said of a pull request does not make them another's.
        expected[number, "file_changes"] = {
            "item_count": counts["file_changes"][number],
            "reported_count": pull["changed_files"],
            "head_sha": pull["head_sha"],
        }
    return [
        *differences(rows, expected),
        *(
            f"{key} is said to be listed as far as {row['reason']!r}"
            for key, row in rows.items()
            if key in expected and not _fits(row["reason"], reasons[key[0]], key[1])
        ),
    ]


def _fits(reason: str | None, numbers: str | None, part: str) -> bool:
    if numbers is None or part != "file_changes":
        return reason is None
    return reason is not None and numbers in reason


def counted_parts(simulator: Simulator) -> Mapping[str, Counter[int]]:
    """How many of each part GitHub shows of every pull request."""
    return {
        part: Counter(
            row["pull_request_number"] for row in simulator.truth(part) if not row.get("deleted", False)
        )
        for part in (*REMARKS, "file_changes")
    }


def links_of(simulator: Simulator) -> Mapping[tuple[int, int], str]:
    """Which runs belong to which pull requests, and by what: listed, else the same head, else the branch.

    The branch of a run is one of the same repository's, of the time in which the pull request was open, and
    of the hour after.
    """
    pulls = list(simulator.truth("pull_requests"))
    links = {}
    for run in simulator.truth("runs"):
        listed = [pull["number"] for pull in run["pull_requests"]]
        links.update({(number, run["id"]): "listed" for number in listed})
        for pull in pulls:
            pair = pull["number"], run["id"]
            if pull["head_sha"] == run["head_sha"]:
                links.setdefault(pair, "head_sha")
            elif _is_of_branch(run, pull):
                links.setdefault(pair, "head_branch")
    return links


def _is_of_branch(run: Mapping[str, Any], pull: Mapping[str, Any]) -> bool:
    repository = (run["head_repository"] or {}).get("id")
    if repository is None or (run["head_branch"], repository) != (
        pull["head_ref"],
        pull["head_repository_id"],
    ):
        return False
    created, opened = (datetime.fromisoformat(each["created_at"]) for each in (run, pull))
    closed = pull["closed_at"] and datetime.fromisoformat(pull["closed_at"]) + timedelta(hours=1)
    return opened <= created and (closed is None or created <= closed)


def open_failures(database: Path) -> dict[str, str]:
    """What could not be captured, and why."""
    rows = stored(database, "capture_failures", ["item_key"])
    return {key: row["error"] for key, row in rows.items() if row["resolved_at"] is None}


def numbers_in(database: Path) -> set[int]:
    """The pull requests that are there."""
    return {row["number"] for row in stored(database, "pull_requests").values()}
