"""Killed or stopped at any moment: the next capture ends as if nothing had happened."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from artifact_rehearsal import RUNS_AND_ARTIFACTS, ArtifactRehearsal
from artifact_truths import content_statuses, files_below, half_stored, truth_of, untruths_of_artifacts
from child import Child, count_rows
from whole_truth import data_of

from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync

WORLD = (
    *("--runs", 30, "--artifacts-share", 1.2, "--rerun-share", 0.2),
    *("--giants-share", 0, "--cpu-scale", 0.01),
)
KILLS = 10
AT_ONCE = 3
"""Downloads in flight, as `--concurrency` has it by default."""
FOREVER = 120
"""Seconds that an answer takes which nobody is going to wait for."""


def test_killed_at_ten_random_moments_it_ends_as_if_nothing_had_happened(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    calm, rough = simulate(*WORLD, "--horrors"), simulate(*WORLD, "--horrors")
    undisturbed, killed = (
        ArtifactRehearsal(tmp_path / name, each) for name, each in zip("ab", (calm, rough), strict=True)
    )
    assert undisturbed(RUNS_AND_ARTIFACTS).exit_code == 0
    assert untruths_of_artifacts(undisturbed.database, undisturbed.files, calm) == []
    every = rows_in(undisturbed.database)

    assert killed([HistoricalSync]).exit_code == 0
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    last = max(truth_of(rough).values(), key=lambda each: (each["expires_at"], each["id"]))
    # Asked for last: while it hangs, no capture ends before it is killed.
    rough.fault("slow", seconds=FOREVER, path=f"/artifacts/{last['id']}/zip", times=None)
    capture = ("artifact-bulk", "--repository", rough.repository)
    where = {"FILE_STORAGE": str(killed.files), "TMPDIR": str(temporary)}
    when_killed = []
    for enough, seconds in random_moments(KILLS, up_to=0.9 * every):
        with Child(killed.database, rough, *capture, within=("env",), **where) as child:
            child.until(partial(is_moment, killed.database, enough, time.monotonic() + seconds))
            child.tell(signal.SIGKILL)
            assert child.end().exit_code == -signal.SIGKILL
        assert half_stored(killed.database, killed.files) == []
        when_killed.append(rows_in(killed.database))
    assert sum(0 < rows < every for rows in when_killed) >= 7, when_killed
    assert len(set(when_killed)) >= 6, when_killed

    rough.clear_faults()
    with Child(killed.database, rough, *capture, **where) as child:
        assert child.end().exit_code == 0
    assert data_of(killed.database) == data_of(undisturbed.database)
    here, there = (files_below(each.files, passing=False) for each in (killed, undisturbed))
    assert here == there
    assert files_below(temporary) == set()
    left = files_below(killed.files) - here
    assert len(left) <= KILLS * AT_ONCE
    assert all(name.startswith(".incoming/") for name in left)  # a later capture removes them by their age


def random_moments(number: int, *, up_to: float) -> list[tuple[float, float]]:
    """After how many stored rows to kill each child, and after how many seconds at the earliest."""
    dice = random.Random(10)
    rows = sorted(dice.uniform(0, up_to) for _ in range(number))
    return [(0.0 if index < 2 else enough, dice.uniform(0, 0.6)) for index, enough in enumerate(rows)]


def is_moment(database: Path, enough: float, not_before: float) -> bool:
    return time.monotonic() >= not_before and rows_in(database) >= enough


def rows_in(database: Path) -> int:
    return count_rows(database, "artifacts", "artifact_files", "test_results")


def test_a_signal_in_the_middle_of_a_slow_download_pauses_within_seconds_and_it_goes_on_later(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(*WORLD)
    home = ArtifactRehearsal(tmp_path / "home", simulator)
    assert home([HistoricalSync]).exit_code == 0
    first, *_ = sorted(truth_of(simulator).values(), key=lambda each: (each["expires_at"], each["id"]))
    simulator.fault("blob_slow", seconds=FOREVER, path=f"/artifacts/{first['id']}$")
    capture = ("artifact-bulk", "--repository", simulator.repository, "--json")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    where = {"FILE_STORAGE": str(home.files), "TMPDIR": str(temporary)}
    with Child(home.database, simulator, *capture, **where) as child:
        child.until(
            lambda: (
                simulator.ledger()["faults"] == {"blob_slow": 1}
                and count_rows(home.database, "artifact_files") > 0
            )
        )
        child.tell(signal.SIGTERM)
        end = child.end()
    assert end.exit_code == 0, end.stderr
    # Five seconds are promised; a busy machine gets three times that. The answer would take two minutes.
    assert end.took < 15
    assert [(each["outcome"], each["reason"]) for each in end.captures] == [("paused", "stopped by a signal")]
    assert half_stored(home.database, home.files) == []
    assert files_below(temporary) == set()
    assert content_statuses(home.database)[first["id"]] == ("pending", None)
    with Child(home.database, simulator, *capture, **where) as child:
        again = child.end()
    assert again.exit_code == 0, again.stderr
    assert again.captures[0]["job_id"] == end.captures[0]["job_id"]
    assert untruths_of_artifacts(home.database, home.files, simulator) == []
    assert files_below(home.files) == files_below(home.files, passing=False)
