"""The main job leaves the same history in all three databases, and every other command reads it alike."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forked_simulator import Simulator
from history_truths import told_in_two_ways, untruths_of_all
from kept_history import HOMES, Home, Rows, age, differences
from typed import Ran
from whole_truth import ABOUT_US

from progressive_capture.artifact_bulk import ArtifactBulk
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_pr_sync import HistoricalPrSync
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.clock import ManualClock

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
"""GitHub's, who stands still: longer ago than any clean-up here looks back, on any machine."""
WORLD = (
    *("--runs", "150", "--days", "20", "--unfinished", "6", "--burst-size", "0", "--seed", "1"),
    *("--rerun-share", "0.1", "--giants-share", "0.01"),
    *("--artifacts-share", "0.12", "--pulls", "12"),
    *("--now", str(int(NOW.timestamp())), "--cpu-scale", "1e-9", "--clock-factor", "1e-6"),
)
"""Runs that ran again, one with 130 jobs, hostile names, artifacts with test results, pull requests."""
MAIN_JOB = (HistoricalSync, JobDetails, ArtifactBulk, HistoricalPrSync, HistoricalCommentsSync)
SYNC = ("--with", "artifacts,pull-requests", "--depth", "steps", "--leave-budget", 0)

OF_OUR_OWN = {"progressive_capture_jobs": {"id"}}
"""A capture job's id is drawn by lot. All else is told by GitHub, or by the clock that the test brings."""
TOLD_ANEW = {"progressive_capture_jobs", "capture_windows"}
"""By every sync: that it was, and up to which moment it has listed."""
NAMES_THE_DAY = {"artifacts": {"content_reason"}}
"""Of a clean-up, which in one database may be before midnight and in the next one after it."""


class StandingClock(ManualClock):
    """No time passes, not even for who waits: so it does not matter by how much a delay was drawn by lot."""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        del seconds
        return stop.is_set()


@dataclass
class Life:
    """What was seen of one database: its rows after each command, and what the commands said."""

    rows: dict[str, Rows] = field(default_factory=dict)
    ran: dict[str, Ran] = field(default_factory=dict)
    views: Rows = field(default_factory=dict)
    first_exit_code: int = -1
    exported: bytes = b""
    untrue_bytes: list[str] = field(default_factory=list)
    untruths: list[str] = field(default_factory=list)

    def of_github(self, moment: str) -> Rows:
        """The rows of a moment, without the tables that tell of our own work."""
        return {name: rows for name, rows in self.rows[moment].items() if name not in ABOUT_US}


Lives = Mapping[str, Life]


def test_the_main_job_leaves_the_same_history_in_all_three_databases(tmp_path: Path) -> None:
    """One test, because the three lives take long: else each of the processes that share tests lives them."""
    lives = {}
    for name, home_in in HOMES.items():
        (tmp_path / name).mkdir()
        with home_in(tmp_path / name) as home, Simulator(*WORLD) as simulator:
            lives[name] = lived(home, simulator, tmp_path / name)
    every_row_of_every_table_is_the_same(lives)
    what_failed_comes_with_a_retry_and_then_all_is_the_truth(lives)
    every_view_shows_the_same(lives)
    a_second_sync_changes_no_row(lives)
    status_and_an_audit_say_the_same(lives)
    the_exported_table_is_the_same(lives)
    what_only_reads_changes_nothing(lives)
    a_clean_up_takes_the_same(lives)


def lived(home: Home, simulator: Simulator, folder: Path) -> Life:
    """Sync while one artifact cannot be read, retry, sync again, read in every way, clean up."""
    life, two_stories = Life(), told_in_two_ways(simulator)

    def run(*command: object, under: str = "") -> None:
        ran = home.run(simulator, *command, FILE_STORAGE=home.files)
        life.ran[under or str(command[0])] = ran

    def look(moment: str) -> None:
        rows = home.tables()
        commits = [row for row in rows["commits"] if row["sha"] not in two_stories]
        life.rows[moment] = {**rows, "commits": commits}

    simulator.fault("html", path=f"/artifacts/{an_artifact(simulator)}/zip", times=None)
    life.first_exit_code = home.capture(simulator, MAIN_JOB, StandingClock(NOW), depth="steps")
    simulator.clear_faults()
    look("after the first sync")
    run("retry", simulator.repository, "--json")
    look("after the retry")
    life.views = home.views()
    life.untrue_bytes = untrue_bytes(home, simulator)
    if home.url.startswith("sqlite"):
        life.untruths = untruths_of_all(home.as_file(folder / "copy.db"), Path(home.files), simulator)
    run("sync", simulator.repository, *SYNC, "--json")
    look("after the second sync")
    run("status", "--json")
    run("verify", simulator.repository, "--leave-budget", 0, "--json")
    run("export", "csv", "--output", folder / "builds.csv")
    life.exported = (folder / "builds.csv").read_bytes()
    age(folder)
    run("clean-up", "--older-than", 30, "--json", "--dry-run", under="rehearsal")
    look("before the clean-up")
    run("clean-up", "--older-than", 30, "--json")
    look("after the clean-up")
    return life


def an_artifact(simulator: Simulator) -> int:
    return next(each["id"] for each in simulator.truth("artifacts") if not each["vanished"])


def untrue_bytes(home: Home, simulator: Simulator) -> list[str]:
    """Stored files that are missing, or are not what their names say."""
    storage, wrong = home.storage(simulator), []
    for key in {row["storage_key"] for row in home.tables()["artifact_files"]} - {None}:
        with closing(storage.open(key)) as file:
            wrong += [key] if hashlib.sha256(file.read()).hexdigest() != key.partition("/")[2] else []
    return wrong


# ---- the rows ----------------------------------------------------------------------------------------------


def every_row_of_every_table_is_the_same(lives: Lives) -> None:
    expected = lives["SQLite"].rows["after the first sync"]
    for life in lives.values():
        assert life.first_exit_code == 1
        assert differences(life.rows["after the first sync"], expected, without=OF_OUR_OWN) == []
    assert [table for table, rows in expected.items() if not rows] == []


def every_view_shows_the_same(lives: Lives) -> None:
    expected = lives["SQLite"].views
    for life in lives.values():
        assert differences(life.views, expected, without={}) == []
    assert [view for view, rows in expected.items() if not rows] == []


def what_failed_comes_with_a_retry_and_then_all_is_the_truth(lives: Lives) -> None:
    for life in lives.values():
        said = life.ran["retry"]
        assert said.exit_code == 0, said.stderr
        assert (said.data["open_before"], said.data["open_after"]) == (1, 0)
        expected = lives["SQLite"].of_github("after the retry")
        assert differences(life.of_github("after the retry"), expected, without={}) == []
        assert life.untruths == []
        assert life.untrue_bytes == []


def a_second_sync_changes_no_row(lives: Lives) -> None:
    for life in lives.values():
        said = life.ran["sync"]
        assert said.exit_code == 0, said.stderr
        assert [(each["new"], each["changed"]) for each in said.data[0]["captures"]] == [({}, {})] * 5
        before, after = life.rows["after the retry"], life.rows["after the second sync"]
        assert {name for name in before if before[name] != after[name]} <= TOLD_ANEW


# ---- the other commands ------------------------------------------------------------------------------------


def what_only_reads_changes_nothing(lives: Lives) -> None:
    for life in lives.values():
        assert life.rows["before the clean-up"] == life.rows["after the second sync"]


def status_and_an_audit_say_the_same(lives: Lives) -> None:
    expected = lives["SQLite"].ran
    assert expected["status"].data["repositories"][0]["rows"]["workflow_runs"] == 150
    for life in lives.values():
        assert life.ran["status"].exit_code == 0
        assert life.ran["status"].data["repositories"] == expected["status"].data["repositories"]
        assert life.ran["verify"].exit_code == 0, life.ran["verify"].stdout
        assert life.ran["verify"].data == expected["verify"].data


def the_exported_table_is_the_same(lives: Lives) -> None:
    expected = list(lines_of(lives["SQLite"].exported))
    assert len(expected) == 151
    for life in lives.values():
        assert life.ran["export"].exit_code == 0
        assert list(lines_of(life.exported)) == expected


def lines_of(exported: bytes) -> Iterator[tuple[str, Any]]:
    """A CSV file's lines, each with its last cell apart: JSON as what it says, since databases space it."""
    header, *lines = exported.decode().removesuffix("\r\n").split("\r\n")
    yield header, None
    for line in lines:
        cells, _, details = line.partition(',"[')
        yield cells, json.loads("[" + details.removesuffix('"').replace('""', '"')) if details else None


def a_clean_up_takes_the_same(lives: Lives) -> None:
    said = lives["SQLite"].ran["clean-up"].data
    rows = lives["SQLite"].of_github("after the clean-up")
    assert said["files"] > 0
    assert {file["storage_key"] for file in rows["artifact_files"]} == {None}
    for life in lives.values():
        assert life.ran["clean-up"].data == said
        assert life.ran["rehearsal"].data == said | {"dry_run": True}
        assert differences(life.of_github("after the clean-up"), rows, without=NAMES_THE_DAY) == []
