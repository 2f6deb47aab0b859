"""A repository with one workflow, and what becomes of it when it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from actions_runner import (
    Finished,
    Patience,
    Running,
    Start,
    dispatched,
    run_workflow,
    standard_actions,
    started,
)

QUICK = Patience(interrupt=0.4, terminate=0.4, minute=0.02, drain=0.2)

Play = Callable[..., Finished]
Begin = Callable[..., Running]


def written(root: Path, workflow: str, files: dict[str, str] | None = None) -> Path:
    """The path of a workflow file in a repository with these other files."""
    path = root / ".github/workflows/main.yml"
    for name, text in {str(path.relative_to(root)): workflow, **(files or {})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Run a workflow to its end: `play(text)`, with other files, and all fields of `Start` by name."""

    def run(workflow: str, files: dict[str, str] | None = None, **more: Any) -> Finished:
        root = tmp_path / "repository"
        path = written(root, workflow, files)
        folder = tmp_path / f"run-{len(list(tmp_path.glob('run-*')))}"
        given = {"event": dispatched(), "folder": folder, "uses": standard_actions(root), **more}
        return run_workflow(path, **given)

    return run


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """The same, without waiting for the end; the waits of the runner are short."""
    running: list[Running] = []

    def run(workflow: str, files: dict[str, str] | None = None, **more: Any) -> Running:
        root = tmp_path / "repository"
        path = written(root, workflow, files)
        given = {"patience": QUICK, "uses": standard_actions(root), "seconds": 15, **more}
        folder = tmp_path / f"run-{len(running)}"
        running.append(started(Start(path, given.pop("event", dispatched()), folder, **given)))
        return running[-1]

    yield run
    for each in running:
        with each:
            pass
