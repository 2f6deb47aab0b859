"""What may be asked for of artifacts, and where their secrets do not go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from artifact_truths import (
    OF_FILES,
    content_statuses,
    expected_results,
    files_below,
    stored_results,
    truth_of,
    untruths_of_artifacts,
)
from child import Child
from truth import differences, stored
from typed import CommandLine, Ran

from github_simulator.process import Simulator

WORLD = (
    *("--runs", 12, "--unfinished", 0, "--artifacts-share", 1.5),
    *("--rerun-share", 0, "--giants-share", 0, "--cpu-scale", 0.01),
)
MEGABYTE = 1 << 20
ZIP = "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip"

Capture = Callable[..., Ran]


@pytest.fixture
def simulator(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(*WORLD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


@pytest.fixture
def capture(simulator: Simulator, command_line: Callable[..., CommandLine], folder: Path) -> Capture:
    """`artifact-bulk` with these options, which is expected to succeed."""
    run = command_line(simulator)

    def artifact_bulk(*options: object) -> Ran:
        asked = ("artifact-bulk", "--repository", simulator.repository, "--file-storage", folder)
        ran = run(*asked, "--json", *options)
        assert ran.exit_code == 0, ran.stderr
        return ran

    return artifact_bulk


def with_status(database: Path, status: str) -> set[int]:
    return {key for key, (found, _) in content_statuses(database).items() if found == status}


def downloads(simulator: Simulator) -> int:
    asked: int = simulator.ledger()["requests"]["by_endpoint"].get(ZIP, 0)
    return asked


def all_come_at_last(capture: Capture, database: Path, folder: Path, simulator: Simulator) -> None:
    """What was left out is still to be done."""
    capture()
    assert untruths_of_artifacts(database, folder, simulator, attempts_known=False) == []


# ---- which -------------------------------------------------------------------------------------------


def test_only_artifacts_of_such_names_are_downloaded(
    capture: Capture, simulator: Simulator, database: Path, folder: Path
) -> None:
    truth = truth_of(simulator)
    wanted = {key for key, each in truth.items() if each["name"].startswith(("j", "J"))}
    assert 0 < len(wanted) < len(truth)
    capture("--name", "[jJ]*")
    assert with_status(database, "stored") == wanted
    assert with_status(database, "pending") == truth.keys() - wanted
    assert downloads(simulator) == len(wanted)
    all_come_at_last(capture, database, folder, simulator)


def test_so_many_downloads_are_those_that_expire_first(
    capture: Capture, simulator: Simulator, database: Path, folder: Path
) -> None:
    truth = truth_of(simulator)
    capture("--max-items", 4)
    order = sorted(truth, key=lambda key: (truth[key]["expires_at"], key))
    assert with_status(database, "stored") == set(order[:4])
    assert downloads(simulator) == 4
    all_come_at_last(capture, database, folder, simulator)


def test_only_the_artifacts_of_one_run_are_listed_and_downloaded(
    capture: Capture, simulator: Simulator, database: Path, folder: Path
) -> None:
    truth = truth_of(simulator)
    run_id = max(each["workflow_run"]["id"] for each in truth.values())
    wanted = {key for key, each in truth.items() if each["workflow_run"]["id"] == run_id}
    capture("--run-id", run_id)
    assert stored(database, "artifacts").keys() == with_status(database, "stored") == wanted
    assert downloads(simulator) == len(wanted)
    all_come_at_last(capture, database, folder, simulator)


def test_only_artifacts_of_a_span_are_downloaded(
    capture: Capture, simulator: Simulator, database: Path, folder: Path
) -> None:
    truth = truth_of(simulator)
    created = sorted(each["created_at"] for each in truth.values())
    since, until = created[len(created) // 3], created[2 * len(created) // 3]
    wanted = {key for key, each in truth.items() if since <= each["created_at"] <= until}
    assert 0 < len(wanted) < len(truth)
    capture("--since", since, "--until", until)
    assert with_status(database, "stored") == wanted
    assert downloads(simulator) == len(wanted)
    all_come_at_last(capture, database, folder, simulator)


# ---- how large, and where to -------------------------------------------------------------------------


def test_what_is_too_large_is_skipped_and_said_to_be(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine], folder: Path
) -> None:
    simulator = simulate(*WORLD, "--horrors", "--large-artifact-mb", 101)
    run = command_line(simulator)
    asked = ("artifact-bulk", "--repository", simulator.repository, "--file-storage", folder)
    ran = run(*asked, "--max-file-size", 8, "--max-artifact-size", 100)
    assert ran.exit_code == 0, ran.stderr
    truth = truth_of(simulator)
    (large,) = (key for key, each in truth.items() if each["size_in_bytes"] > 100 * MEGABYTE)
    reason = f"larger than the artifact size limit of {100 * MEGABYTE:,} bytes"
    assert content_statuses(run.database)[large] == ("skipped", reason)
    assert downloads(simulator) == len(truth) - 1
    files = stored(run.database, "artifact_files", OF_FILES)
    assert not [key for key in files if key[0] == large]
    over = {
        (key, file["position"]): file
        for key, each in truth.items()
        for file in each["files"]
        if file["status"] == "stored" and file["size_bytes"] > 8 * MEGABYTE
    }
    assert over
    said = f"larger than the file size limit of {8 * MEGABYTE:,} bytes"
    for key in over:
        assert (files[key]["status"], files[key]["reason"], files[key]["storage_key"]) == (
            "skipped",
            said,
            None,
        )
    small = [key for key, row in files.items() if row["status"] == "stored"]
    assert all(files[key]["size_bytes"] <= 8 * MEGABYTE for key in small)
    assert len(small) > len(truth)


def test_in_actions_without_storage_texts_and_test_results_are_kept_and_files_said_not_to_be(
    simulator: Simulator, command_line: Callable[..., CommandLine], tmp_path: Path
) -> None:
    run = command_line(simulator)
    actions = {"GITHUB_ACTIONS": "true", "TMPDIR": str(tmp_path)}
    ran = run("artifact-bulk", "--repository", simulator.repository, env=actions)
    assert ran.exit_code == 0, ran.stderr
    reason = "no durable file storage is configured"
    truth = truth_of(simulator)
    assert content_statuses(run.database) == dict.fromkeys(truth, ("skipped", reason))
    rows = stored(run.database, "artifact_files", OF_FILES)
    files = {(key, each["position"]): each for key, one in truth.items() for each in one["files"]}
    assert rows.keys() == files.keys()
    for key, row in rows.items():
        assert (row["status"], row["storage_key"]) == ("skipped", None)
        assert row["reason"].startswith(reason)
        assert [row[name] for name in ("path", "sha256", "size_bytes", "category")] == [
            files[key][name] for name in ("path", "sha256", "size_bytes", "category")
        ]
        assert (row["content"] is not None) == files[key]["content_kept"]
    results = expected_results(truth)
    assert results
    assert differences(stored_results(run.database), results, without=["run_attempt"]) == []
    written = {name for name in files_below(tmp_path) if not name.startswith("capture.db")}
    assert written == set()


# ---- secrets -----------------------------------------------------------------------------------------


def test_token_and_signed_links_appear_nowhere(simulator: Simulator, tmp_path: Path) -> None:
    database, folder = tmp_path / "capture.db", tmp_path / "files"
    token = "sim-a-secret-of-41-characters"
    ids = sorted(truth_of(simulator))
    elsewhere = "http://elsewhere.invalid/artifact.zip?sig=another-secret"
    faults = {
        "blob_wrong_bytes": {},
        "blob_broken_off": {"after_bytes": 10},
        "link_expired": {},
        "link_elsewhere": {"location": elsewhere, "times": None},
        "artifact_missing": {"status": 404},
    }
    for artifact_id, (kind, details) in zip(ids, faults.items(), strict=False):
        simulator.fault(kind, path=f"/artifacts/{artifact_id}\\b", **details)
    capture = ("artifact-bulk", "--repository", simulator.repository, "--json")
    with Child(database, simulator, *capture, GITHUB_TOKEN=token, FILE_STORAGE=str(folder)) as child:
        end = child.end()
    assert end.exit_code == 1, end.stderr
    assert simulator.ledger()["faults"].keys() == faults.keys()
    places = {
        "standard output": end.stdout.encode(),
        "standard error": end.stderr.encode(),
        **{str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()},
    }
    assert len(places) > len(ids)
    secrets = (token, "sig=", "another-secret", urlsplit(simulator.blob_url).netloc)
    found = [(place, one) for place, data in places.items() for one in secrets if one.encode() in data]
    assert found == []
    with Child(database, simulator, "status", "--json", GITHUB_TOKEN=token) as child:
        told = child.end()
    assert told.exit_code == 0, told.stderr
    assert [one for one in secrets if one in told.stdout + told.stderr] == []
