"""Artifacts from job to job, and from attempt to attempt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions_runner import Artifacts

Play = Any


def up_and_down(
    upload: str,
    download: str = "",
    make: str = "mkdir -p d/sub; echo 1 > d/a; echo 2 > d/sub/b; echo 3 > d/.h",
) -> str:
    return f"""
on: workflow_dispatch
jobs:
  up:
    runs-on: x
    steps:
      - run: {make}
      - {{id: up, uses: actions/upload-artifact@v7, with: {upload}}}
  down:
    needs: up
    runs-on: x
    steps:
      - {{id: down, uses: actions/download-artifact@v8, with: {download or "{path: all}"}}}
      - run: find . -type f | sort
"""


def test_what_is_uploaded_is_there_for_the_next_job(play: Play) -> None:
    finished = play(up_and_down("{name: one, path: d}", "{name: one}"))
    artifact = finished.artifact("one")
    assert artifact.names() == ["a", "sub/b"]
    assert artifact.read("sub/b") == b"2\n"
    assert [line for line in finished.log.splitlines() if "./" in line] == ["down: ./a", "down: ./sub/b"]
    assert finished.jobs["up"].step("up").outputs["artifact-digest"] == artifact.digest
    assert finished.jobs["up"].step("up").outputs["artifact-id"] == str(artifact.id)


def test_names_in_an_artifact_begin_below_what_its_paths_have_in_common(play: Play) -> None:
    finished = play(up_and_down('{name: one, path: "d/a\\nd/sub/*\\n!d/sub/c"}'))
    assert finished.artifact("one").names() == ["a", "sub/b"]
    assert play(up_and_down("{name: one, path: d/sub/b}")).artifact("one").names() == ["b"]


def test_hidden_files_are_left_out_unless_they_are_asked_for(play: Play) -> None:
    finished = play(up_and_down("{name: one, path: d, include-hidden-files: true}"))
    assert finished.artifact("one").names() == [".h", "a", "sub/b"]


def test_all_artifacts_come_into_folders_of_their_own_unless_they_are_merged(play: Play) -> None:
    assert "down: ./all/one/a" in play(up_and_down("{name: one, path: d}", "{path: all, pattern: 'o*'}")).log
    merged = play(up_and_down("{name: one, path: d}", "{path: all, merge-multiple: true}"))
    assert "down: ./all/a" in merged.log


def test_a_pattern_that_fits_nothing_is_no_failure_but_a_name_is(play: Play) -> None:
    assert play(up_and_down("{name: one, path: d}", "{pattern: 'x*'}")).conclusion == "success"
    finished = play(up_and_down("{name: one, path: d}", "{name: x}"))
    assert "Artifact not found for name: x" in finished.annotations[0].message


def test_without_files_it_warns_fails_or_is_silent(play: Play) -> None:
    found = {
        asked: play(up_and_down(f"{{name: one, path: nothing, if-no-files-found: {asked}}}"))
        for asked in ("warn", "error", "ignore")
    }
    assert {asked: finished.conclusion for asked, finished in found.items()} == {
        "warn": "success",
        "error": "failure",
        "ignore": "success",
    }
    assert [len(finished.annotations) for finished in found.values()] == [1, 1, 0]
    assert found["warn"].artifacts == ()


TWICE = """
on: workflow_dispatch
jobs:
  up:
    runs-on: x
    steps:
      - run: echo 1 > a
      - {uses: actions/upload-artifact@v7, with: {name: one, path: a, retention-days: 1}}
      - run: echo 2 > a
      - {uses: actions/upload-artifact@v7, with: {name: one, path: a%s}}
"""


def test_a_name_is_taken_once_in_an_attempt_unless_it_is_overwritten(play: Play) -> None:
    finished = play(TWICE % "")
    assert "(409) Conflict" in finished.annotations[0].message
    assert finished.artifact("one").retention_days == 1
    finished = play(TWICE % ", overwrite: true")
    assert [each.read("a") for each in finished.artifacts] == [b"2\n"]


def test_the_same_name_in_a_later_attempt_is_another_artifact_and_the_one_that_counts(
    play: Play, tmp_path: Path
) -> None:
    artifacts = Artifacts(tmp_path / "shared")
    text = up_and_down(
        "{name: one, path: d}", "{name: one}", make='mkdir d; echo "$GITHUB_RUN_ATTEMPT" > d/a'
    )
    play(text, artifacts=artifacts)
    finished = play(text.replace("find . -type f", "cat a"), artifacts=artifacts, attempt=2)
    assert [each.attempt for each in finished.artifacts] == [1, 2]
    assert "down: 2" in finished.log


def test_another_runs_artifacts_need_its_id_and_a_token(play: Play, tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "shared")
    play(up_and_down("{name: one, path: d}"), artifacts=artifacts)
    download = "{name: one, run-id: 1000, github-token: x}"
    second = {"artifacts": artifacts, "github": {"run_id": "1001"}}
    assert play(up_and_down("{name: two, path: d}", download), **second).conclusion == "success"
    third = {**second, "github": {"run_id": "1002"}}
    without = play(up_and_down("{name: two, path: d}", "{name: one, run-id: 1000}"), **third)
    assert without.conclusion == "failure"


def test_a_single_file_can_be_kept_as_it_is(play: Play) -> None:
    finished = play(up_and_down("{path: d/a, archive: false}", "{name: a, path: into}"))
    assert (finished.artifact("a").is_archive, finished.artifact("a").read("a")) == (False, b"1\n")
    assert "down: ./into/a" in finished.log
