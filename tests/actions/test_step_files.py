"""Outputs and the summary: files that the runner reads when the step has ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.actions_runtime import add_summary, set_outputs
from progressive_capture.lib.actions_runtime.step_files import MOST_SUMMARY_BYTES, fitted
from progressive_capture.lib.settings import Settings, read_settings


def settings_with(summary: Path | None = None, output: Path | None = None) -> Settings:
    return read_settings(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_RUN_ID": "1",
            "GITHUB_STEP_SUMMARY": str(summary or ""),
            "GITHUB_OUTPUT": str(output or ""),
        }
    )


@pytest.mark.parametrize("settings", [settings_with(), read_settings({})], ids=["no files", "no Actions"])
def test_where_there_is_no_file_nothing_is_written(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    add_summary(settings, "# title")
    set_outputs(settings, {"outcome": "succeeded"})
    assert list(tmp_path.iterdir()) == []


def test_a_value_ends_only_at_its_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("earlier=1\n")
    set_outputs(settings_with(output=path), {"error": "one\nEOF\nother=x", "count": 3})
    lines = path.read_text().splitlines()
    assert lines[0] == "earlier=1"
    delimiter = lines[1].removeprefix("error<<")
    assert len(delimiter) > 32
    assert lines[2 : lines.index(delimiter, 2)] == ["one", "EOF", "other=x"]
    assert lines[-2] == "3"


def test_summaries_follow_each_other_on_lines_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"of an earlier step")
    for title in ("# one", "# two\n"):
        add_summary(settings_with(path), title)
    assert path.read_text() == "of an earlier step\n# one\n\n# two\n\n"


def test_what_is_too_much_for_the_step_is_cut_at_a_whole_line_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    settings = settings_with(path)
    line = "- ü" + "x" * 996 + "\n"
    add_summary(settings, line * 600)
    add_summary(settings, line * 600)
    text = path.read_bytes().decode()
    assert MOST_SUMMARY_BYTES - 2000 < len(text.encode()) <= MOST_SUMMARY_BYTES
    kept = text.count(line)
    assert f"{1200 - kept:,} more lines were left out: GitHub shows 1 MiB" in text
    assert set(text.splitlines(keepends=True)) - {line, "\n"} == {text.splitlines(keepends=True)[-2]}


def test_a_file_that_is_full_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * (MOST_SUMMARY_BYTES - 50))
    add_summary(settings_with(path), "# a title that is longer than the fifty bytes that are left for it")
    assert path.stat().st_size == MOST_SUMMARY_BYTES - 50


@given(st.text(max_size=400), st.integers(min_value=-10, max_value=500))
def test_nothing_is_ever_larger_than_its_room(markdown: str, room: int) -> None:
    assert len(fitted(markdown, room=room)) <= max(0, room)


@given(st.text(max_size=400))
def test_what_has_room_is_there_to_its_end(markdown: str) -> None:
    expected = markdown.rstrip().encode(errors="replace") + b"\n\n"
    assert fitted(markdown, room=2000) == expected
