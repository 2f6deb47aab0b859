"""Legs that share a capture, and the job that brings them together: whatever happens, the whole is true."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from artifact_truths import untruths_of_artifacts
from forked_simulator import Simulator
from truth import ONLY_REST, differences, expected_attempts, expected_jobs, expected_runs, stored
from workflow_parts import Parts

RUNS = 48
SIZE = 16
"""Runs a chunk, so that there are three."""


def with_runs_kept(parts: Parts) -> Parts:
    """A repository whose runs are known, and kept on its shelf."""
    chunks = parts.plan("workflow_runs")
    assert parts.leg(chunks[0]).exit_code == 0
    assert parts.finish(chunks).exit_code == 0
    shutil.rmtree(parts.folder / "legs")
    return parts


@pytest.fixture
def parts(simulate: Callable[..., Simulator], tmp_path: Path) -> Parts:
    return with_runs_kept(
        Parts(simulate("--runs", RUNS, "--rerun-share", 0.1, "--cpu-scale", 0.01), tmp_path)
    )


@pytest.fixture(scope="module")
def only_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The same, for tests that keep nothing."""
    with Simulator("--runs", str(RUNS), "--cpu-scale", "0.01") as simulator:
        yield with_runs_kept(Parts(simulator, tmp_path_factory.mktemp("parts")))


def planned(parts: Parts) -> list[dict[str, Any]]:
    chunks = parts.plan("workflow_jobs", "--chunk-size", SIZE, "--depth", "steps")
    assert [chunk["count"] for chunk in chunks] == [3, 3, 3]
    return chunks


def is_whole(database: Path, simulator: Simulator) -> None:
    assert differences(stored(database, "workflow_runs"), expected_runs(simulator)) == []
    jobs = stored(database, "workflow_jobs")
    assert differences(jobs, expected_jobs(simulator), without=ONLY_REST) == []
    attempts = stored(database, "workflow_run_attempts", ["run_id", "run_attempt"])
    assert differences(attempts, expected_attempts(simulator)) == []


def job_states(database: Path) -> dict[str, list[str]]:
    """The states of capture jobs of jobs: of the one above, and of the chunks."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT parent_id IS NULL, status FROM progressive_capture_jobs WHERE kind = 'workflow_jobs'"
        ).fetchall()
    return {
        "above": [status for is_above, status in rows if is_above],
        "chunks": sorted(status for is_above, status in rows if not is_above),
    }


def test_three_legs_make_one_whole_database(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    ran = parts.finish(chunks)
    assert (ran.exit_code, parts.outputs()["outcome"]) == (0, "succeeded")
    database = parts.fetched()
    is_whole(database, parts.simulator)
    assert job_states(database) == {"above": ["succeeded"], "chunks": ["succeeded"] * 3}


def test_a_leg_that_died_is_missed_and_run_again_makes_it_whole(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks[:2]:
        assert parts.leg(chunk).exit_code == 0
    ran = parts.finish(chunks)
    assert (ran.exit_code, parts.outputs()["outcome"]) == (1, "failed")
    assert "1 leg of 3 left no result" in ran.stderr
    assert "never came to its end" in parts.summary()
    assert job_states(parts.fetched())["above"] == ["failed"]

    assert parts.leg(chunks[2], attempt=2).exit_code == 0
    ran = parts.finish(chunks, GITHUB_RUN_ATTEMPT="2")
    assert (ran.exit_code, parts.outputs()["outcome"]) == (0, "succeeded")
    database = parts.fetched()
    is_whole(database, parts.simulator)
    assert job_states(database) == {"above": ["succeeded"], "chunks": ["succeeded"] * 3}


def test_a_shard_that_is_corrupt_is_named_and_left_out_and_the_others_are_kept(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    broken = sorted((parts.folder / "legs").rglob("capture.db"))[1]
    broken.write_bytes(broken.read_bytes()[:5000])
    ran = parts.finish(chunks)
    assert ran.exit_code == 6
    assert "progressive-capture-shard-1-1" in ran.stderr
    kept = stored(parts.fetched(), "workflow_jobs")
    of_the_others = {
        job_id
        for job_id, job in expected_jobs(parts.simulator).items()
        if not chunks[1]["first_id"] <= job["run_id"] <= chunks[1]["last_id"]
    }
    assert of_the_others <= kept.keys()


def test_without_the_permission_the_summary_says_what_to_grant_and_nothing_goes_on(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    ran = parts.finish(chunks, GITHUB_TOKEN="sim-nocontents")
    assert ran.exit_code == 3
    assert parts.outputs()["kept"] == "false"
    assert parts.outputs()["handed_over"] == "false"
    assert "contents: write" in parts.summary()
    assert len(list((parts.folder / "legs").rglob("capture.db"))) == 3  # nothing was taken away
    assert parts.finish(chunks).exit_code == 0
    is_whole(parts.fetched(), parts.simulator)


def test_two_that_finish_different_legs_at_once_lose_nothing(parts: Parts, tmp_path: Path) -> None:
    chunks = planned(parts)
    elsewhere = Parts(parts.simulator, tmp_path / "elsewhere", run_id=4712)
    assert parts.leg(chunks[0]).exit_code == 0
    assert elsewhere.leg(chunks[1]).exit_code == 0
    assert elsewhere.leg(chunks[2]).exit_code == 0
    parts.finish(chunks)
    elsewhere.finish(chunks)  # its legs grew from what was the newest before
    is_whole(elsewhere.fetched(), parts.simulator)


def test_planning_again_what_was_left_gives_up_the_old_chunks(parts: Parts) -> None:
    chunks = planned(parts)
    assert parts.leg(chunks[0]).exit_code == 0
    parts.finish(chunks)
    again = Parts(parts.simulator, parts.folder / "again", run_id=4712)
    rest = again.plan(
        "workflow_jobs", "--chunk-size", SIZE, "--depth", "steps", "--job-id", chunks[0]["parent_id"]
    )
    assert [chunk["count"] for chunk in rest] == [2, 2]
    assert {chunk["parent_id"] for chunk in rest} == {chunks[0]["parent_id"]}
    for chunk in rest:
        assert again.leg(chunk).exit_code == 0
    assert again.finish(rest).exit_code == 0
    database = again.fetched()
    is_whole(database, parts.simulator)
    assert job_states(database)["above"] == ["succeeded"]


def test_the_contents_of_known_artifacts_are_cut_and_one_leg_lists_for_all(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(
        *("--runs", 40, "--artifacts-share", 0.9, "--rerun-share", 0.2, "--giants-share", 0),
        *("--cpu-scale", 0.01, "--unfinished", 0),
    )
    files = tmp_path / "files"
    parts = with_runs_kept(Parts(simulator, tmp_path, environment={"FILE_STORAGE": str(files)}))
    listed = parts.plan("artifacts", "--max-items", 1)
    assert parts.leg(listed[0]).exit_code == 0
    assert parts.finish(listed).exit_code == 0
    shutil.rmtree(tmp_path / "legs")

    chunks = parts.plan("artifacts", "--chunk-size", 12)
    assert len(chunks) >= 3
    assert [chunk.get("last_id") is None for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    for chunk in chunks:
        ran = parts.leg(chunk)
        assert ran.exit_code == 0, ran.stderr
    ran = parts.finish(chunks)
    assert ran.exit_code == 0, ran.stderr
    assert untruths_of_artifacts(parts.fetched(), files, simulator) == []


def test_one_damaged_whole_copy_does_not_keep_the_others_out(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks[:2]:
        assert parts.leg(chunk).exit_code == 0
    alone = {"kind": "workflow_runs", "repository": parts.simulator.repository, "index": 2, "count": 3}
    assert parts.leg(alone).exit_code == 0  # works in a whole copy, which could become the next database
    whole = parts.folder / "legs/progressive-capture-shard-2-1/capture.db"
    whole.write_bytes(whole.read_bytes()[:5000])
    ran = parts.finish(chunks)
    assert (ran.exit_code, parts.outputs()["outcome"]) == (6, "failed")
    kept = {job["run_id"] for job in stored(parts.fetched(), "workflow_jobs").values()}
    of_both = [run_id for run_id in expected_runs(parts.simulator) if run_id <= chunks[1]["last_id"]]
    jobs = {job["run_id"] for job in expected_jobs(parts.simulator).values()}
    assert set(of_both) & jobs <= kept


def test_a_folder_that_is_used_again_holds_nothing_of_the_last_leg(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    names = ("octo/example", "octo/other")
    simulator = simulate(
        "--runs", 10, "--cpu-scale", 0.01, "--repository", names[0], "--repository", names[1]
    )
    parts = Parts(simulator, tmp_path)
    for name in names:
        assert parts("leg", name, "--folder", tmp_path / "legs").exit_code == 0
    assert {row["full_name"] for row in stored(tmp_path / "legs/capture.db", "repositories").values()} == {
        names[1]
    }


def test_a_half_written_summary_of_a_leg_does_not_hinder_keeping_what_it_captured(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    summary = parts.folder / "legs/progressive-capture-shard-1-1/leg.json"
    summary.write_text(summary.read_text(encoding="utf-8")[:40], encoding="utf-8")
    ran = parts.finish(chunks)
    assert ran.exit_code == 0, ran.stderr  # the database knows how that chunk ended
    is_whole(parts.fetched(), parts.simulator)


def test_what_could_not_be_kept_is_no_success(parts: Parts) -> None:
    chunks = planned(parts)
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    parts.finish(chunks, GITHUB_TOKEN="sim-nocontents")
    assert parts.outputs()["outcome"] == "failed"
    assert "Nothing: all that was asked for is there" not in parts.summary().rpartition("##")[2]


def test_legs_that_never_began_are_no_success(only_read: Parts) -> None:
    ran = only_read("finish", "--folder", only_read.folder / "nothing")
    assert (ran.exit_code, only_read.outputs()["outcome"]) == (1, "failed")


def test_a_job_that_somebody_else_has_finished_is_planned_anew(only_read: Parts) -> None:
    with closing(sqlite3.connect(only_read.fetched())) as connection:
        ((job_id,),) = connection.execute("SELECT id FROM progressive_capture_jobs").fetchall()
    (chunk,) = only_read.plan("workflow_runs", "--job-id", job_id)
    assert "job_id" not in chunk


def test_another_repositorys_private_history_is_not_put_into_a_public_release(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", 5, "--private", "--cpu-scale", 0.01)
    parts = Parts(simulator, tmp_path)  # its event says that what runs it is public
    ran = parts(
        *("leg", simulator.repository, "--folder", tmp_path / "legs"),
        GITHUB_REPOSITORY="octo/jobs",
        GITHUB_WORKFLOW_REF="octo/jobs/.github/workflows/scheduled-capture.yml@refs/heads/main",
    )
    assert ran.exit_code == 2
    assert "octo/jobs, whose release would keep it, is public" in ran.stderr
    assert not (tmp_path / "legs/capture.db").exists()


def test_with_a_database_legs_write_to_it_and_finish_settles_the_job(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", RUNS, "--cpu-scale", 0.01)
    database = tmp_path / "capture.db"
    parts = Parts(simulator, tmp_path, environment={"DATABASE_URL": f"sqlite:///{database}"})
    chunks = parts.plan("workflow_runs")
    assert parts.leg(chunks[0]).exit_code == 0
    assert parts.finish(chunks).exit_code == 0
    shutil.rmtree(tmp_path / "legs")
    chunks = planned(parts)
    assert job_states(database) == {"above": ["running"], "chunks": ["queued"] * 3}
    for chunk in chunks:
        assert parts.leg(chunk).exit_code == 0
    assert not list((tmp_path / "legs").rglob("capture.db"))
    assert parts.finish(chunks).exit_code == 0
    is_whole(database, simulator)
    assert job_states(database) == {"above": ["succeeded"], "chunks": ["succeeded"] * 3}


def test_the_seed_of_a_leg_holds_its_chunk_alone(only_read: Parts) -> None:
    chunks = planned(only_read)
    assert only_read.leg(chunks[1]).exit_code == 0
    shard = next(only_read.folder.rglob("capture.db"))
    runs = stored(shard, "workflow_runs")
    assert len(runs) == SIZE
    assert all(chunks[1]["first_id"] <= run_id <= chunks[1]["last_id"] for run_id in runs)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--repository", "octo/example; rm -rf /"], "does not name a repository"),
        (["--repository", "$(id)"], "does not name a repository"),
        (["--time-range", "-3"], "time-range"),
        (["--job-id", "00000000-0000-0000-0000-000000000000"], "There is no capture job"),
        (["--job-id", "$(id)"], "There is no capture job"),
        (["--max-items", "0"], "max-items"),
    ],
)
def test_a_plan_of_something_else_than_it_should_be_is_refused_with_exit_2(
    only_read: Parts, options: list[str], words: str
) -> None:
    ran = only_read("plan", "workflow_jobs", *options)
    assert ran.exit_code == 2
    assert words in ran.stderr


def test_the_id_of_another_repository_is_refused_before_anything_is_asked(only_read: Parts) -> None:
    ran = only_read("plan", "workflow_jobs", "--repository-id", "1", GITHUB_REPOSITORY_ID="812000000")
    assert ran.exit_code == 2
    assert "not 1" in ran.stderr


def test_a_job_id_of_another_kind_is_refused(only_read: Parts) -> None:
    with closing(sqlite3.connect(only_read.fetched())) as connection:
        ((job_id,),) = connection.execute("SELECT id FROM progressive_capture_jobs").fetchall()
    ran = only_read("plan", "workflow_jobs", "--job-id", job_id)
    assert ran.exit_code == 2
    assert "is about workflow_runs" in ran.stderr


def test_a_leg_of_another_repository_with_that_name_is_refused(only_read: Parts) -> None:
    chunk = {"kind": "workflow_runs", "repository": only_read.simulator.repository}
    ran = only_read(
        "leg", "--chunk", json.dumps(chunk), "--repository-id", 1, "--folder", only_read.folder / "x"
    )
    assert ran.exit_code == 2
    assert "not 1" in ran.stderr
