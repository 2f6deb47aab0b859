"""`status` tells what became of every artifact; `retry` tries again what failed or was skipped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator
from rehearsal import MAIN_JOB, SIMULATED_NOW, Rehearsal
from truth import dump, stored
from typed import CommandLine, Ran

from progressive_capture.artifact_bulk import ArtifactBulk
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.retrying import retry
from progressive_capture.lib.settings import read_settings

TWO_DAYS, TWO_WEEKS = 172_800.0, 1_209_600.0
QUICK = ("--cpu-scale", 0.01)


def artifacts_of(simulator: Simulator) -> dict[int, dict[str, Any]]:
    """Every artifact that is to be captured, by id."""
    return {one["id"]: one for one in simulator.truth("artifacts") if not one["own"]}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def statuses(database: Path) -> dict[int, str]:
    return {key: row["content_status"] for key, row in stored(database, "artifacts").items()}


def soonest(artifacts: Iterable[Mapping[str, Any]]) -> list[int]:
    """The ids in the order in which GitHub deletes them."""
    return [one["id"] for one in sorted(artifacts, key=lambda one: (moment(one["expires_at"]), one["id"]))]


# ---- status ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Everything:
    """A database with artifacts of every status: what is true of it, and what `status` says."""

    truth: Mapping[int, Mapping[str, Any]]
    ids: Mapping[str, list[int]]
    as_json: Ran
    as_text: Ran

    def expected(self, status: str) -> dict[str, Any]:
        """From the simulator's truth, and from which artifacts we let this happen to."""
        these = [self.truth[each] for each in self.ids[status]]
        files = [file for one in these if status == "stored" for file in one["files"]]
        kept = [(file["sha256"], file["size_bytes"]) for file in files if file["status"] == "stored"]
        to_come = [] if status == "gone" else [moment(one["expires_at"]) for one in these]
        return {
            "content_status": status,
            "artifacts": len(these),
            "size_in_bytes": sum(one["size_in_bytes"] for one in these),
            "next_expires_at": str(min(to_come)) if to_come else None,
            "stored_files": len(kept),
            "stored_bytes": sum(size for _, size in kept),
            "distinct_bytes": sum(dict(kept).values()),
        }


STATUSES = ("pending", "stored", "skipped", "gone", "rejected", "failed", "removed")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """One artifact after the other meets its fate."""
    database = tmp_path_factory.mktemp("everything") / "capture.db"
    world = ("--runs", 60, "--artifacts-share", 1, "--horrors", "--large-artifact-mb", 101, "--now", "real")
    with Simulator(*map(str, (*world, *QUICK))) as simulator:
        run = CommandLine(database, simulator)
        files = str(database.parent / "files")
        bulk = ("artifact-bulk", "--repository", simulator.repository, "--file-storage", files)

        def capture(*arguments: object, exit_code: int = 0) -> set[int]:
            """Capture a few; the ids of those that were `pending` and are no more."""
            before = {key for key, status in statuses(database).items() if status == "pending"}
            assert run(*bulk, *arguments).exit_code == exit_code
            return {key for key in before if statuses(database)[key] != "pending"}

        assert run(*bulk, "--name", "only the listing").exit_code == 0
        listed = {key for key, one in artifacts_of(simulator).items() if one["vanished"] is None}
        simulator.advance(TWO_WEEKS)
        truth = artifacts_of(simulator)
        gone = [key for key in listed if truth[key]["vanished"] == "expired"]
        assert run(*bulk, "--name", "only the listing").exit_code == 0
        left = [truth[key] for key in listed - set(gone)]
        horrors = [one for one in left if one["content_status"] == "rejected"][:2]
        for one in horrors:
            capture("--name", one["name"].replace("[", "[[]"))
        (large,) = (one for one in left if one["name"] == "memory-dump")
        capture("--name", large["name"], "--max-artifact-size", 1)
        failing = next(key for key in soonest(left) if statuses(database)[key] == "pending")
        simulator.fault("blob_html", path=f"blob:/artifacts/{failing}", times=None)
        capture("--max-items", 1, exit_code=1)
        simulator.clear_faults()
        done = capture("--max-items", 12, exit_code=1)
        ages = sorted(datetime.now(UTC) - moment(truth[key]["created_at"]) for key in done)
        assert ages[0] < ages[-1] - timedelta(days=3)
        limit = ages[-1].days
        cleaned = run("clean-up", "--older-than", limit, "--file-storage", files)
        assert cleaned.exit_code == 0, cleaned.stderr
        removed = [
            key for key in done if datetime.now(UTC) - moment(truth[key]["created_at"]) > timedelta(limit)
        ]
        touched = {*gone, *(one["id"] for one in horrors), large["id"], failing, *done}
        ids = {
            "pending": sorted(listed - touched),
            "stored": sorted(done - set(removed)),
            "skipped": [large["id"]],
            "gone": gone,
            "rejected": [one["id"] for one in horrors],
            "failed": [failing],
            "removed": removed,
        }
        return Everything(truth, ids, run("status", "--json"), run("status"))


@pytest.mark.parametrize("status", STATUSES)
def test_status_counts_the_artifacts_their_bytes_and_the_next_expiry(
    everything: Everything, status: str
) -> None:
    assert everything.ids[status], "nothing to count"
    (repository,) = everything.as_json.data["repositories"]
    lines = {line["content_status"]: line for line in repository["artifacts"]}
    assert lines[status] == everything.expected(status)


def test_no_artifact_is_counted_twice_and_none_is_left_out(everything: Everything) -> None:
    (repository,) = everything.as_json.data["repositories"]
    counts = {line["content_status"]: line["artifacts"] for line in repository["artifacts"]}
    assert counts == {status: len(everything.ids[status]) for status in STATUSES}


def test_people_are_told_the_same_what_is_still_to_do_first(everything: Everything) -> None:
    lines = everything.as_text.stdout.splitlines()
    (first,) = (number for number, line in enumerate(lines) if line.startswith("  artifacts: "))
    said = [line[13:] for line in lines[first : first + len(STATUSES)]]
    assert [line.split()[1].rstrip(",") for line in said] == list(STATUSES)
    by_status = dict(zip(STATUSES, said, strict=True))
    assert by_status["skipped"].startswith("1 skipped, 101.0 MB; GitHub deletes the next one at 20")
    for status in STATUSES:
        expected = everything.expected(status)
        assert by_status[status].startswith(f"{expected['artifacts']} {status}, ")
        expiry = expected["next_expires_at"]
        assert (
            (f"at {expiry[:16]} UTC" in by_status[status]) if expiry else "deletes" not in by_status[status]
        )
        kept = f"{expected['stored_files']} files kept in "
        assert (kept in by_status[status]) == (status == "stored")


def test_without_artifacts_nothing_is_said_of_them(
    tmp_path: Path, simulate: Callable[..., Simulator]
) -> None:
    run = CommandLine(tmp_path / "capture.db", simulate("--runs", 5, *QUICK))
    assert run("sync", "octo/example", "--depth", "jobs").exit_code == 0
    assert run("status", "--json").data["repositories"][0]["artifacts"] == []
    assert "artifacts:" not in run("status").stdout


# ---- retry -------------------------------------------------------------------------------------------------


@dataclass
class Stage:
    """A simulated GitHub with artifacts, a database, and a clock on which nobody waits."""

    simulator: Simulator
    folder: Path
    clock: ManualClock
    capsys: pytest.CaptureFixture[str]

    @property
    def database(self) -> Path:
        return self.folder / "capture.db"

    def capture(self, *, retries: bool = True) -> None:
        environment = {} if retries else {"RETRY_FAILED_RUNS": "false"}
        rehearse = Rehearsal(self.database, self.simulator, self.clock, environment=environment)
        rehearse(kinds=(*MAIN_JOB, ArtifactBulk), depth="full")

    def let_pass(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.simulator.advance(seconds)

    def open_failures(self) -> set[str]:
        rows = stored(self.database, "capture_failures", ["item_key"]).values()
        return {row["item_key"] for row in rows if row["resolved_at"] is None}

    def retry(self, **options: Any) -> tuple[dict[str, Any], str]:
        """What it says to programs, and to people."""
        settings = {
            "GITHUB_API_URL": self.simulator.url,
            "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
            "GITHUB_TOKEN": self.simulator.token,
            "RETRY_FAILED_RUNS": "false",  # one who asks for it means it
            **options.pop("environment", {}),
        }
        self.capsys.readouterr()
        retry(
            {each.kind: each for each in (HistoricalSync, JobDetails, ArtifactBulk)},
            None,
            database=f"sqlite:///{self.database}",
            as_json=True,
            settings=read_settings(settings),
            clock=self.clock,
            **options,
        )
        said = self.capsys.readouterr()
        return json.loads(said.out), said.err

    def asked(self, what: str) -> list[str]:
        return [str(line) for line in self.simulator.ledger(lines=True)["lines"] if what in str(line)]

    def lasting(self) -> int:
        """An artifact that GitHub keeps for long."""
        left = [one for one in artifacts_of(self.simulator).values() if one["vanished"] is None]
        return soonest(left)[-1]


@pytest.fixture
def stage(
    simulate: Callable[..., Simulator],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    monkeypatch.chdir(tmp_path)
    simulator = simulate("--runs", 18, "--rerun-share", 0.3, "--artifacts-share", 0.7, *QUICK)
    return Stage(simulator, tmp_path, ManualClock(SIMULATED_NOW), capsys)


def test_a_failed_artifact_is_tried_at_once_and_nothing_else_is(stage: Stage) -> None:
    artifact = stage.lasting()
    stage.simulator.fault("blob_wrong_bytes", path=f"blob:/artifacts/{artifact}", times=None)
    stage.capture()
    assert statuses(stage.database)[artifact] == "failed"
    stage.simulator.clear_faults()
    stage.simulator.reset_ledger()
    stage.capture()
    assert stage.asked("/zip") == []  # it waits for its time
    told, said = stage.retry()
    assert (told["open_before"], told["open_after"], told["skipped_tried_again"]) == (1, 0, 0)
    assert "Failed items: 1 were open, 0 are now." in said.splitlines()
    (asked,) = stage.asked("/zip")
    assert f"/artifacts/{artifact}/zip" in asked
    assert statuses(stage.database)[artifact] == "stored"
    assert stored(stage.database, "artifacts")[artifact]["content_reason"] is None


FAULTS = {
    "runs": ("html", "/actions/runs/[0-9]+/attempts/"),
    "jobs": ("html", "/actions/runs/[0-9]+/jobs"),
    "artifacts": ("blob_wrong_bytes", "blob:/artifacts/{artifact}"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_where_a_person_says_so_failed_items_are_left_alone_until_they_are_asked_for(
    stage: Stage, what: str
) -> None:
    kind, path = FAULTS[what]
    path = path.replace("{artifact}", str(stage.lasting()))
    stage.simulator.fault(kind, path=path, times=None)
    stage.capture()
    failed = stage.open_failures()
    assert failed
    stage.simulator.clear_faults()
    stage.let_pass(TWO_DAYS)
    stage.capture(retries=False)
    assert stage.open_failures() == failed
    stage.let_pass(TWO_DAYS)
    told, _ = stage.retry()
    assert (told["open_before"], told["open_after"]) == (len(failed), 0)
    assert stage.open_failures() == set()


def test_what_was_never_listed_is_no_failed_item_and_is_listed_all_the_same(stage: Stage) -> None:
    """A gap in what is covered: nobody knows what is in it, so there is nothing to leave alone."""
    stage.simulator.fault("html", path=r"/actions/runs\?.*created=2026-0[89]", times=None)
    stage.capture()
    assert any(".." in key for key in stage.open_failures())
    stage.simulator.clear_faults()
    stage.capture(retries=False)
    assert stage.open_failures() == set()


def test_where_nobody_says_so_they_are_tried_again_when_their_time_comes(stage: Stage) -> None:
    path = f"blob:/artifacts/{stage.lasting()}"
    stage.simulator.fault("blob_wrong_bytes", path=path, times=None)
    stage.capture()
    assert stage.open_failures()
    stage.simulator.clear_faults()
    stage.let_pass(TWO_DAYS)
    stage.capture()
    assert stage.open_failures() == set()


# ---- retry: what was skipped -------------------------------------------------------------------------------

IN_ACTIONS = {"GITHUB_ACTIONS": "true"}


def capture_in_actions(stage: Stage) -> Ran:
    """Without a place for files; texts and test results are kept all the same."""
    run = CommandLine(stage.database, stage.simulator)
    ran = run("artifact-bulk", "--repository", stage.simulator.repository, env=IN_ACTIONS)
    assert ran.exit_code == 0, ran.stderr
    return ran


def test_what_was_skipped_for_want_of_storage_comes_with_the_storage(stage: Stage) -> None:
    capture_in_actions(stage)
    before = statuses(stage.database)
    skipped = {key for key, status in before.items() if status == "skipped"}
    assert len(skipped) > 3
    told, said = stage.retry(file_storage="files")
    assert (told["open_before"], told["skipped_tried_again"]) == (0, len(skipped))
    assert f"{len(skipped)} skipped artifacts tried again." in said.splitlines()
    assert "nothing to try again" not in said
    assert [each["kind"] for each in told["captures"][0]["captures"]] == ["artifacts"]
    assert {statuses(stage.database)[key] for key in skipped} == {"stored"}
    files = stored(stage.database, "artifact_files", ("artifact_id", "position")).values()
    kept = {file["sha256"] for file in files if file["artifact_id"] in skipped}
    assert kept == {path.name for path in (stage.folder / "files").rglob("*") if path.is_file()}


def test_where_there_still_is_no_storage_nothing_is_downloaded_again(stage: Stage) -> None:
    capture_in_actions(stage)
    before = dump(stage.database)
    stage.simulator.reset_ledger()
    told, said = stage.retry(environment=IN_ACTIONS)
    assert (told["skipped_tried_again"], told["captures"]) == (0, [])
    assert "nothing to try again" in said
    assert stage.simulator.ledger()["requests"]["total"] == 0
    assert dump(stage.database) == before


def test_what_is_known_of_a_skipped_artifact_outlives_a_download_that_fails(stage: Stage) -> None:
    """Its texts and test results are there; GitHub may delete it before the next try."""
    capture_in_actions(stage)
    tables = ("artifact_files", "test_results")
    before = [row for row in dump(stage.database) if row[0] in tables]
    assert {row[0] for row in before} == set(tables)
    stage.simulator.fault("blob_wrong_bytes", times=None)
    told, _ = stage.retry(file_storage="files")
    assert told["open_after"] == told["skipped_tried_again"] > 0
    assert set(statuses(stage.database).values()) == {"failed"}
    assert [row for row in dump(stage.database) if row[0] in tables] == before


def test_what_was_too_large_comes_when_the_limit_is_raised(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    world = ("--runs", 12, "--unfinished", 0, "--artifacts-share", 0, "--large-artifact-mb", 101, *QUICK)
    simulator = simulate(*world)
    run = CommandLine(tmp_path / "capture.db", simulator)
    files = ("--file-storage", tmp_path / "files")
    small = (*files, "--max-artifact-size", 100)
    assert run("artifact-bulk", "--repository", simulator.repository, *small).exit_code == 0
    (row,) = stored(run.database, "artifacts").values()
    assert (row["content_status"], row["content_reason"]) == (
        "skipped",
        "larger than the artifact size limit of 104,857,600 bytes",
    )
    again = run("retry", "--json", *small)
    assert (again.exit_code, again.data["skipped_tried_again"]) == (0, 1)
    assert set(statuses(run.database).values()) == {"skipped"}
    assert not any("/zip" in str(line) for line in simulator.ledger(lines=True)["lines"])
    assert run("retry", *files).exit_code == 0
    assert set(statuses(run.database).values()) == {"stored"}
