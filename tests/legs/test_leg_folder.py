"""What a leg leaves behind is read as far as it makes sense, and never for somebody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.finishing import latest
from progressive_capture.lib.leg_folder import LegFolder
from progressive_capture.lib.shelf.kept import Kept

KEPT = Kept(
    name="capture-000007-1",
    generation=7,
    repository="octo/example",
    repository_id=1,
    sha256="0" * 64,
    size_bytes=1,
    database_bytes=1,
    schema_version="0005",
    kept_at=datetime(2026, 11, 22, tzinfo=UTC),
)
OLDER = replace(KEPT, name="capture-000006-1", generation=6)


@pytest.fixture
def folder(tmp_path: Path) -> LegFolder:
    (tmp_path / "capture.db").touch()
    return LegFolder(tmp_path)


@pytest.mark.parametrize("base", [None, KEPT])
def test_a_whole_copy_may_take_the_place_of_the_one_that_it_grew_from(
    folder: LegFolder, base: Kept | None
) -> None:
    folder.write_base(base, whole=True)
    assert folder.grew_from(base)


@pytest.mark.parametrize(
    ("base", "whole", "newest"),
    [(OLDER, True, KEPT), (None, True, KEPT), (KEPT, True, None), (KEPT, False, KEPT)],
    ids=["a newer one was kept", "the first one was kept", "what it grew from is gone", "it is a seed"],
)
def test_else_it_may_not(folder: LegFolder, base: Kept | None, whole: bool, newest: Kept | None) -> None:
    folder.write_base(base, whole=whole)
    assert not folder.grew_from(newest)


@pytest.mark.parametrize("text", ["", "[]", '{"whole": true, "kept": {}}', '{"whole": true, "kept": 3}'])
def test_what_does_not_say_what_it_grew_from_takes_nobodys_place(folder: LegFolder, text: str) -> None:
    (folder.path / "base.json").write_text(text, encoding="utf-8")
    assert not folder.grew_from(KEPT)


def test_a_leg_of_another_capture_does_not_pass_for_the_missing_one(tmp_path: Path) -> None:
    other = LegSummary(repository="octo/example", kinds=["workflow_runs"], outcome="succeeded")
    LegFolder(tmp_path / "other").write_summary(other, attempt=1)
    chunk = Chunk(kind="workflow_jobs", repository="octo/example")
    (leg,) = latest([LegFolder(tmp_path / "other")], [chunk], "octo/example")
    assert (leg.kinds, leg.outcome) == (["workflow_jobs"], None)


def test_of_several_attempts_the_latest_tells(tmp_path: Path) -> None:
    chunk = Chunk(kind="workflow_jobs", repository="octo/example")
    said = LegSummary(repository="octo/example", kinds=["workflow_jobs"])
    for attempt, outcome in ((2, "succeeded"), (1, "failed")):
        LegFolder(tmp_path / str(attempt)).write_summary(replace(said, outcome=outcome), attempt=attempt)
    folders = [LegFolder(tmp_path / "2"), LegFolder(tmp_path / "1")]
    assert [leg.outcome for leg in latest(folders, [chunk], "octo/example")] == ["succeeded"]
