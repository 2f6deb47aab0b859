"""What is not what it should be is kept out, written down with its reason, and asked for again later."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from artifact_rehearsal import RUNS_AND_ARTIFACTS, ArtifactRehearsal
from artifact_truths import (
    content_statuses,
    failures,
    files_below,
    half_stored,
    truth_of,
    untruths_of_artifacts,
)
from child import Child
from truth import stored
from typed import CommandLine

from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.lib.capture_job import Outcome

WORLD = (
    *("--runs", 8, "--unfinished", 0, "--artifacts-share", 1),
    *("--rerun-share", 0, "--giants-share", 0, "--cpu-scale", 0.01),
)
AT_ONCE = 3
"""Downloads in flight, as `--concurrency` has it by default."""
A_MINUTE = 60.0
ELEVEN_MINUTES = 660.0
"""Longer than the first failure of an item leaves it alone."""


@dataclass
class Stage:
    """Runs that are captured, and one of their artifacts with which something is going to be wrong."""

    capture: ArtifactRehearsal
    artifact: Any

    @property
    def simulator(self) -> Simulator:
        return self.capture.simulator

    @property
    def path(self) -> str:
        return f"/artifacts/{self.artifact['id']}"

    @property
    def content(self) -> tuple[str, str | None]:
        return content_statuses(self.capture.database)[self.artifact["id"]]

    def asked(self) -> int:
        """How often its bytes were asked for, from the API."""
        lines = self.simulator.ledger(lines=True)["lines"]
        return sum(f"{self.path}/zip " in line for line in lines)

    def is_left_out(self) -> bool:
        """Whether there is nothing of it, everything of all others."""
        assert half_stored(self.capture.database, self.capture.files) == []
        others = {key: status for key, (status, _) in content_statuses(self.capture.database).items()}
        del others[self.artifact["id"]]
        return set(others.values()) == {"stored"}

    def is_whole(self) -> bool:
        assert untruths_of_artifacts(self.capture.database, self.capture.files, self.simulator) == []
        return failures(self.capture.database) == {}

    def fails_then_comes(self, reason: str) -> None:
        """Failed with that reason now; not tried too soon; whole when its time has come."""
        ended = self.capture()
        assert ended.results[0].outcome is Outcome.FAILED
        assert ended.exit_code == 1
        assert self.is_left_out()
        status, said = self.content
        assert status == "failed"
        assert re.search(reason, said or ""), said
        failure = failures(self.capture.database)[f"artifact {self.artifact['id']}"]
        assert (failure["error"], failure["attempts"]) == (said, 1)

        self.simulator.clear_faults()
        asked = self.asked()
        soon = self.capture()
        assert (soon.exit_code, soon.results[0].postponed) == (1, 1)
        assert self.asked() == asked
        self.capture.clock.advance(ELEVEN_MINUTES)
        assert self.capture().exit_code == 0
        assert self.asked() == asked + 1
        assert self.content == ("stored", None)
        assert self.is_whole()


@pytest.fixture
def stage(simulate: Callable[..., Simulator], tmp_path: Path) -> Stage:
    capture = ArtifactRehearsal(tmp_path / "home", simulate(*WORLD))
    assert capture([HistoricalSync]).exit_code == 0
    reports = [each for each in truth_of(capture.simulator).values() if each["test_results"]]
    return Stage(capture, max(reports, key=lambda each: (each["size_in_bytes"], each["id"])))


# ---- the bytes -------------------------------------------------------------------------------------


def test_bytes_with_another_digest_are_kept_out_and_asked_for_again(stage: Stage) -> None:
    stage.simulator.fault("blob_wrong_bytes", path=stage.path)
    stage.fails_then_comes("have another sha256 than GitHub says")


def test_a_web_page_instead_of_the_bytes_is_kept_out(stage: Stage) -> None:
    stage.simulator.fault("blob_html", path=stage.path)
    stage.fails_then_comes("have another sha256 than GitHub says")


def test_a_web_page_instead_of_the_link_is_no_link(stage: Stage) -> None:
    stage.simulator.fault("html", path=f"{stage.path}/zip", times=None)
    stage.fails_then_comes(r"GitHub|link")


def test_bytes_that_never_come_whole_are_given_up_for_now(stage: Stage) -> None:
    stage.simulator.fault("blob_broken_off", path=stage.path, times=None, after_bytes=0)
    stage.fails_then_comes("did not come whole")


def test_a_broken_transfer_is_continued_where_it_broke(stage: Stage) -> None:
    stage.simulator.fault("blob_broken_off", path=stage.path, after_bytes=100)
    stage.simulator.reset_ledger()
    assert stage.capture().exit_code == 0
    ledger = stage.simulator.ledger()
    assert ledger["faults"] == {"blob_broken_off": 1}
    every = sum(each["size_in_bytes"] for each in truth_of(stage.simulator).values())
    # What was sent in vain is announced, and so counted, once more.
    assert ledger["blobs"]["bytes"] == every + stage.artifact["size_in_bytes"] - 100
    assert stage.asked() == 1
    assert stage.is_whole()


def test_a_broken_transfer_starts_over_where_no_part_can_be_had(stage: Stage) -> None:
    stage.simulator.fault("blob_broken_off", path=f"{stage.path}$", after_bytes=100)
    stage.simulator.fault("blob_range_ignored", path=f"{stage.path}#bytes=100-$")
    assert stage.capture().exit_code == 0
    assert stage.simulator.ledger()["faults"] == {"blob_broken_off": 1, "blob_range_ignored": 1}
    assert stage.asked() == 1
    assert stage.is_whole()


# ---- the way to them -------------------------------------------------------------------------------


def test_a_link_that_ran_out_is_asked_for_again(stage: Stage) -> None:
    stage.simulator.fault("link_expired", path=stage.path)
    assert stage.capture().exit_code == 0
    assert stage.simulator.ledger()["faults"] == {"link_expired": 1}
    assert stage.asked() == 2
    assert stage.is_whole()


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("http://elsewhere.invalid/artifact.zip?sig=abc", r"\(http, elsewhere\.invalid\)"),
        ("file:///etc/passwd", r"\(file, no host\)"),
        ("", ""),
    ],
)
def test_a_link_to_somewhere_unexpected_is_not_followed(stage: Stage, location: str, named: str) -> None:
    stage.simulator.fault("link_elsewhere", path=stage.path, location=location, times=None)
    stage.fails_then_comes(named)
    assert "sig=abc" not in str(stored(stage.capture.database, "capture_failures", ["item_key"]))


def test_what_is_not_found_although_it_is_there_is_asked_for_again(stage: Stage) -> None:
    stage.simulator.fault("artifact_missing", path=stage.path, status=404)
    stage.fails_then_comes("does not find")


def test_what_github_says_is_over_is_gone_until_it_is_listed_again(stage: Stage) -> None:
    stage.simulator.fault("artifact_missing", path=stage.path, status=410)
    assert stage.capture().exit_code == 0
    assert stage.content == ("gone", "deleted on GitHub before it was captured")
    assert stage.is_left_out()
    assert failures(stage.capture.database) == {}
    assert stage.asked() == 1
    stage.capture.clock.advance(A_MINUTE)
    assert stage.capture().exit_code == 0
    assert stage.content == ("stored", None)
    assert stage.is_whole()


# ---- the place for them ------------------------------------------------------------------------------


def test_a_file_in_place_of_the_folder_ends_it_before_anything_is_asked(
    stage: Stage, command_line: Callable[..., CommandLine]
) -> None:
    run = command_line(stage.simulator)
    stage.capture.files.write_text("in the way")
    stage.simulator.reset_ledger()
    place = {"FILE_STORAGE": str(stage.capture.files)}
    ran = run("artifact-bulk", "--repository", stage.simulator.repository, env=place)
    assert ran.exit_code == 6
    assert "is no folder, or a file stands in the way of one" in ran.stderr
    assert "→ Move that file away, or name another place: --file-storage PATH." in ran.stderr
    assert stage.simulator.ledger()["requests"]["by_endpoint"] == {"/repos/{owner}/{repo}": 1}
    assert stage.capture.files.read_text() == "in the way"
    stage.capture.files.unlink()
    stage.capture.database = run.database
    again = run("sync", stage.simulator.repository, "--with", "artifacts", "--depth", "jobs", env=place)
    assert again.exit_code == 0, again.stderr
    assert stage.is_whole()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_ends_it_with_a_hint(
    stage: Stage, command_line: Callable[..., CommandLine]
) -> None:
    stage.capture.files.mkdir(mode=0o500)
    run = command_line(stage.simulator)
    place = {"FILE_STORAGE": str(stage.capture.files)}
    ran = run("artifact-bulk", "--repository", stage.simulator.repository, env=place)
    assert ran.exit_code == 6
    assert "→ Allow this user to write there" in ran.stderr
    stage.capture.files.chmod(0o700)
    assert stage.capture().exit_code == 0
    assert stage.is_whole()


def test_a_full_disk_stops_it_with_nothing_half_stored_and_the_next_run_goes_on(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    capture = ArtifactRehearsal(tmp_path / "home", simulate(*WORLD, "--horrors"))
    assert capture([HistoricalSync]).exit_code == 0
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    artifacts = ("artifact-bulk", "--repository", capture.simulator.repository)
    where = {"FILE_STORAGE": str(capture.files), "TMPDIR": str(temporary)}
    # No file may grow over 4 MB: the horrors are larger once they are opened.
    full = ("sh", "-c", 'ulimit -f 8192; exec "$@"', "sh")
    with Child(capture.database, capture.simulator, *artifacts, within=full, **where) as child:
        end = child.end()
    assert end.exit_code == 6, end.stderr
    assert "No room is left for files in" in end.stderr
    assert "→ Free some space" in end.stderr
    assert half_stored(capture.database, capture.files) == []
    assert files_below(temporary) == set()
    on_their_way = files_below(capture.files) - files_below(capture.files, passing=False)
    assert len(on_their_way) < AT_ONCE  # of other downloads; the next capture takes them away
    statuses = {status for status, _ in content_statuses(capture.database).values()}
    assert "pending" in statuses
    assert "failed" not in statuses
    with Child(capture.database, capture.simulator, *artifacts, **where) as child:
        again = child.end()
    assert again.exit_code == 0, again.stderr
    assert untruths_of_artifacts(capture.database, capture.files, capture.simulator) == []


# ---- the token ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "said"),
    [("sim-noperm", "→ Give the token the permission"), ("", "→ Set GITHUB_TOKEN to a token")],
)
def test_a_token_that_may_not_download_or_none_ends_it_and_all_stays_to_be_done(
    stage: Stage, command_line: Callable[..., CommandLine], token: str, said: str
) -> None:
    run = command_line(stage.simulator, token)
    place = {"FILE_STORAGE": str(stage.capture.files)}
    ran = run("artifact-bulk", "--repository", stage.simulator.repository, env=place)
    assert ran.exit_code == 3, ran.stderr
    assert said in ran.stderr
    assert files_below(stage.capture.files) == set()
    assert {status for status, _ in content_statuses(run.database).values()} <= {"pending"}
    stage.capture.database = run.database
    assert stage.capture(RUNS_AND_ARTIFACTS).exit_code == 0
    assert stage.is_whole()
