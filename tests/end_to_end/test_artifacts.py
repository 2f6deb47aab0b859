"""After `sync --with artifacts` every row and every stored byte is what the simulator knows to be true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from artifact_rehearsal import RUNS_AND_ARTIFACTS, ArtifactRehearsal
from artifact_truths import content_statuses, files_below, truth_of, untruths_of_artifacts
from child import Child
from truth import stored
from whole_truth import data_of

from github_simulator.process import Simulator

WORLD = (
    *("--runs", 40, "--artifacts-share", 0.9, "--rerun-share", 0.2),
    *("--giants-share", 0, "--cpu-scale", 0.01, "--horrors"),
)


def test_every_row_and_byte_equals_the_truth_and_nothing_is_written_elsewhere(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(*WORLD)
    database, folder = tmp_path / "at" / "work" / "capture.db", tmp_path / "files"
    temporary = tmp_path / "temporary"
    for each in (database.parent, temporary):
        each.mkdir(parents=True)
    sync = ("sync", simulator.repository, "--with", "artifacts", "--depth", "full", "--json")
    where = {"FILE_STORAGE": str(folder), "TMPDIR": str(temporary), "HOME": str(tmp_path)}
    with Child(database, simulator, *sync, **where) as child:
        first = child.end()
    assert first.exit_code == 0, first.stderr
    written = {name for name in files_below(tmp_path) if not name.startswith("files/")}
    assert written == {"at/work/capture.db"}
    assert [each["outcome"] for each in first.captures] == ["succeeded"] * 3
    assert untruths_of_artifacts(database, folder, simulator) == []

    before, names = data_of(database), files_below(folder)
    simulator.reset_ledger()
    with Child(database, simulator, *sync, **where) as child:
        second = child.end()
    assert second.exit_code == 0, second.stderr
    assert [(each["new"], each["changed"]) for each in second.captures] == [({}, {})] * 3
    assert simulator.ledger()["requests"]["total"] <= 5
    assert (data_of(database), files_below(folder)) == (before, names)
    assert files_below(temporary) == set()


@pytest.mark.parametrize("seed", [5, 8])
def test_of_another_seed_the_same_without_what_was_over_before_or_is_our_own(
    simulate: Callable[..., Simulator], tmp_path: Path, seed: int
) -> None:
    simulator = simulate("--seed", seed, *WORLD)
    every = {each["id"]: each for each in simulator.truth("artifacts")}
    expired = {key for key, each in every.items() if each["vanished"] == "expired"}
    own = {key for key, each in every.items() if each["own"]}
    horrors = {key: each for key, each in every.items() if each["name"].startswith("horror-")}
    assert expired
    assert own - expired
    assert {each["content_status"] for each in horrors.values()} == {"stored", "rejected"}

    capture = ArtifactRehearsal(tmp_path, simulator)
    assert capture(RUNS_AND_ARTIFACTS).exit_code == 0
    assert untruths_of_artifacts(capture.database, capture.files, simulator) == []
    rows = stored(capture.database, "artifacts")
    assert rows.keys() == truth_of(simulator).keys() == every.keys() - expired - own
    assert horrors.keys() <= rows.keys()
    assert {row["run_attempt"] for row in rows.values()} > {1}
    assert {status for status, _ in content_statuses(capture.database).values()} == {"stored", "rejected"}


def test_without_its_runs_an_artifact_is_whole_but_for_the_attempt_which_comes_later(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", 20, "--rerun-share", 0.5, "--giants-share", 0, "--cpu-scale", 0.01)
    capture = ArtifactRehearsal(tmp_path, simulator)
    assert capture().exit_code == 0
    problems = untruths_of_artifacts(capture.database, capture.files, simulator, attempts_known=False)
    assert problems == []
    assert {row["run_attempt"] for row in stored(capture.database, "artifacts").values()} == {None}
    assert capture(RUNS_AND_ARTIFACTS).exit_code == 0
    assert untruths_of_artifacts(capture.database, capture.files, simulator) == []
