"""The file that the README shows is executed as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from executed import ROOT, Executed
from test_capture_workflows import is_whole

Execute = Callable[..., Executed]
FENCE = re.compile(r"^```yaml\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def shown_in(document: str) -> str:
    return FENCE.findall((ROOT / document).read_text(encoding="utf-8"))[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "repository/.github/workflows/progressive-capture.yml"
    path.parent.mkdir(parents=True)
    path.write_text(shown_in("README.md"), encoding="utf-8")
    return path


def test_it_has_fifteen_lines_and_is_the_one_of_the_handbook() -> None:
    assert len(shown_in("README.md").splitlines()) <= 15
    assert shown_in("README.md") == shown_in("docs/actions.md")


def test_it_captures_the_repository_that_it_stands_in_with_nothing_but_its_token(
    execute: Execute, file: Path
) -> None:
    repository = execute("--runs", 60, "--unfinished", 0)
    finished = repository.run(file)
    assert finished.conclusion == "success", finished.jobs["capture"].legs[0].log
    is_whole(repository.fetched(), repository.simulator)
    assert finished.jobs["capture"].legs[0].permissions == {
        "actions": "write",
        "checks": "read",
        "contents": "write",
    }


def test_it_goes_on_by_itself_though_it_declares_no_input(execute: Execute, file: Path) -> None:
    repository = execute("--runs", 240, "--unfinished", 0, "--latency-ms", 250)
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\n        with: {time-budget: 6s, depth: full}\n", encoding="utf-8")
    repository.simulator.declare_workflow(".github/workflows/progressive-capture.yml", "Progressive Capture")
    assert repository.run(file).conclusion == "success"
    assert len(repository.go_on(file)) >= 1
    is_whole(repository.fetched(), repository.simulator, without=())
