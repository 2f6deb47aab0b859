"""What the simulator knows to be true of artifacts, and where a database and its files differ from that.

Written from the schema's words and GitHub's payloads, independently of the product's normalizers.
"""

from __future__ import annotations

import codecs
import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from truth import Rows, differences, moment, stored

from github_simulator.process import Simulator

PAYLOAD = ("id", "name", "size_in_bytes", "digest")
FILE = ("path", "status", "category")
RESULT = ("file_position", "suite", "classname", "name", "status", "rerun", "duration_seconds")
OF_FILES = ("artifact_id", "position")
OF_RESULTS = ("artifact_id", "file_position", "position")
PASSING = (".incoming", ".outgoing")
"""Folders of the storage in which files are on their way in or out."""

Truth = Mapping[int, Mapping[str, Any]]


def truth_of(simulator: Simulator, *, seen: Collection[int] = ()) -> Truth:
    """Artifacts that a capture should have: those that GitHub has, and those of `seen` that it had once.

    What the capturing program uploads itself is not among them.
    """
    every = {each["id"]: each for each in simulator.truth("artifacts") if not each["own"]}
    return {key: each for key, each in every.items() if each["vanished"] is None or key in seen}


def expected_artifacts(truth: Truth) -> Rows:
    """Rows of `artifacts`, without what became of their bytes."""
    return {key: _artifact(each) for key, each in truth.items()}


def _artifact(artifact: Mapping[str, Any]) -> dict[str, Any]:
    run = artifact["workflow_run"]
    return {
        **{name: artifact[name] for name in PAYLOAD},
        **{name: moment(artifact[name]) for name in ("created_at", "updated_at", "expires_at")},
        "expired": artifact["vanished"] == "expired",
        "run_id": run["id"],
        "run_attempt": artifact["run_attempt"],
        "head_branch": run.get("head_branch"),
        "head_sha": run.get("head_sha"),
    }


def expected_files(truth: Truth) -> Rows:
    """Rows of `artifact_files`. Size and hash are those of kept files: nobody reads the others to the end."""
    return {(key, file["position"]): _file(file) for key, each in truth.items() for file in each["files"]}


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    is_kept = file["status"] == "stored"
    return {
        **{name: file[name] for name in FILE},
        "size_bytes": file["size_bytes"] if is_kept else None,
        "sha256": file["sha256"] if is_kept else None,
        "storage_key": _key(file["sha256"]) if is_kept else None,
    }


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def expected_results(truth: Truth) -> Rows:
    """Rows of `test_results`, see `numbered`."""
    return numbered(
        {
            **{name: result[name] for name in RESULT},
            "artifact_id": key,
            "run_id": artifact["workflow_run"]["id"],
            "run_attempt": artifact["run_attempt"],
        }
        for key, artifact in truth.items()
        for result in artifact["test_results"]
    )


def numbered(results: Iterable[dict[str, Any]]) -> Rows:
    """By artifact and file: the results that count, and the further tries, each in the order of the report.

    Whether the tries of a test stand before or after its result is nobody's promise.
    """
    rows: Rows = {}
    numbers: Counter[Any] = Counter()
    for result in results:
        of_file = result["artifact_id"], result["file_position"], bool(result["rerun"])
        rows[*of_file, numbers[of_file]] = result
        numbers[of_file] += 1
    return rows


def stored_results(database: Path) -> Rows:
    """The rows of `test_results`, see `numbered`."""
    return numbered(row for _, row in sorted(stored(database, "test_results", OF_RESULTS).items()))


def gaps(database: Path) -> list[str]:
    """Files whose test results are not numbered 0, 1, 2 and so on."""
    positions: defaultdict[Any, list[int]] = defaultdict(list)
    for artifact_id, file, position in sorted(stored(database, "test_results", OF_RESULTS)):
        positions[artifact_id, file].append(position)
    return [f"{key}: {found}" for key, found in positions.items() if found != list(range(len(found)))]


def untruths_of_artifacts(
    database: Path, folder: Path, simulator: Simulator, *, attempts_known: bool = True
) -> list[str]:
    """Every row, field and stored byte that differs from the truth; empty where it is whole.

    What GitHub no longer has is either kept whole or `gone` with nothing of it; never half there. Where not
    every attempt can be known, it may be NULL, but never wrong.
    """
    rows = stored(database, "artifacts")
    truth = truth_of(simulator, seen=rows)
    gone = {key for key, row in rows.items() if row["content_status"] == "gone"}
    readable = {key: each for key, each in truth.items() if key not in gone}
    # Nobody tells us when an artifact expires, or is deleted, that was kept before: that is no untruth.
    without = ["expired"] if any(each["vanished"] for each in truth.values()) else []
    artifacts, results = expected_artifacts(truth), expected_results(readable)
    found, found_results = rows, stored_results(database)
    if not attempts_known:
        found, found_results = excused(found, artifacts), excused(found_results, results)
    return [
        *differences(found, artifacts, without=without),
        *(f"{key} is gone, but not for GitHub" for key in gone if not truth[key]["vanished"]),
        *(f"{key} is gone since no time" for key in gone if rows[key]["gone_at"] is None),
        *(
            f"{key}.content_status: {rows[key]['content_status']} instead of {each['content_status']}"
            for key, each in readable.items()
            if key in rows and rows[key]["content_status"] != each["content_status"]
        ),
        *differences(stored(database, "artifact_files", OF_FILES), expected_files(readable)),
        *untrue_texts(database, folder, readable),
        *differences(found_results, results, without=without),
        *gaps(database),
        *untrue_bytes(folder, readable, {key: truth[key] for key in gone}),
    ]


def excused(found: Rows, expected: Rows) -> Rows:
    """The rows found, with the true attempt where they tell none."""
    return {
        key: row | {"run_attempt": expected[key]["run_attempt"]}
        if row["run_attempt"] is None and key in expected
        else row
        for key, row in found.items()
    }


def untrue_texts(database: Path, folder: Path, truth: Truth) -> list[str]:
    """Files whose text is not kept though it should be, or is, or is another than that of their bytes."""
    wanted = {
        (key, file["position"])
        for key, each in truth.items()
        for file in each["files"]
        if file["content_kept"]
    }
    wrong = []
    for key, row in stored(database, "artifact_files", OF_FILES).items():
        content = row["content"]
        if (content is not None) != (key in wanted):
            wrong.append(f"{key} {row['path']!r}: text {'kept' if content is not None else 'not kept'}")
        elif content is not None and content != _text((folder / row["storage_key"]).read_bytes()):
            wrong.append(f"{key} {row['path']!r}: another text than that of its bytes")
    return wrong


def _text(data: bytes) -> str:
    """What a person reads in these bytes: without the mark that says how they are written."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if marked else "utf-8-sig")


def untrue_bytes(folder: Path, truth: Truth, gone: Truth) -> list[str]:
    """Files missing from, surplus in, or spoiled in the storage.

    Bytes come first and rows afterwards: of an artifact that was gone before a broken-off reading of it could
    be repeated, some may have stayed.
    """
    wanted, may_be = _keys(truth), _keys(gone)
    there = files_below(folder)
    return [
        *(f"not in the storage: {name}" for name in wanted - there),
        *(f"surplus in the storage: {name}" for name in there - wanted - may_be),
        *(
            f"spoiled in the storage: {name}"
            for name in there & (wanted | may_be)
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != name.partition("/")[2]
        ),
    ]


def _keys(truth: Truth) -> set[str]:
    return {
        _key(file["sha256"])
        for each in truth.values()
        for file in each["files"]
        if file["status"] == "stored"
    }


def files_below(folder: Path, *, passing: bool = True) -> set[str]:
    """The names of every file below a folder, relative to it; `passing`: those on their way too."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return {name for name in names if passing or not name.startswith(PASSING)}


def content_statuses(database: Path) -> dict[int, tuple[str, str | None]]:
    """What became of each artifact's bytes, and why."""
    rows = stored(database, "artifacts")
    return {key: (row["content_status"], row["content_reason"]) for key, row in rows.items()}


def failures(database: Path, *, open_only: bool = True) -> dict[str, dict[str, Any]]:
    """What is recorded of artifacts that could not be captured, by item."""
    rows = stored(database, "capture_failures", ["kind", "item_key"])
    return {
        key: row
        for (kind, key), row in rows.items()
        if kind == "artifacts" and not (open_only and row["resolved_at"])
    }


def half_stored(database: Path, folder: Path) -> list[str]:
    """What may not be seen though a capture broke off: rows without their artifact's end, bytes that lie."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        query = (
            "SELECT artifact_id FROM {table} WHERE artifact_id NOT IN "
            "(SELECT id FROM artifacts WHERE content_status IN ('stored', 'skipped', 'rejected'))"
        )
        wrong = [
            f"{table} of artifact {artifact_id}, which is not done"
            for table in ("artifact_files", "test_results")
            for (artifact_id,) in connection.execute(query.format(table=table))
        ]
        keys = {key for (key,) in connection.execute("SELECT storage_key FROM artifact_files") if key}
    there = files_below(folder, passing=False) if folder.is_dir() else set()
    wrong += [f"not in the storage: {key}" for key in keys - there]
    for name in there:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != name.partition("/")[2]:
            wrong.append(f"not what its name says: {name}")
    return wrong
