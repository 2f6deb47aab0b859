"""A repository on the simulator whose workflows are executed here, hand-overs included."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from actions_runner import AppTokens, Event, Finished, Start, dispatched, run_workflow, standard_actions
from actions_runner.running import Running, started
from typed import CommandLine

from github_simulator.ids import repository_id
from github_simulator.process import Simulator

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github/workflows"
ALL = {"time_range": "0", "max_items": "0"}
"""All that GitHub has, and all of it."""


@dataclass
class Executed:
    """Executes workflows of the repository that the simulator shows.

    Attributes:
        variables: of the repository (`vars`).
        secrets: of the repository.
        token: the GITHUB_TOKEN of every job.
        private: whether minutes cost money.
    """

    simulator: Simulator
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    private: bool = False
    app_tokens: AppTokens | None = None
    run_ids: list[int] = field(default_factory=list)

    def start(
        self,
        path: Path,
        event: Event | None = None,
        *,
        run_id: int | None = None,
        actor: str = "octocat",
        **more: Any,
    ) -> Start:
        """One run, ready to go."""
        run_id = run_id or 9_000_000_001 + len(self.run_ids)
        if run_id not in self.run_ids:
            self.run_ids.append(run_id)
        uses = {
            **standard_actions(ROOT, app_tokens=self.app_tokens),
            "OWNER/progressive-capture": ROOT,
        }
        given: dict[str, Any] = {
            "uses": uses,
            "github": self._github(run_id, actor),
            "secrets": self.secrets,
            "variables": self.variables,
            "seconds": 120,
            **more,
        }
        return Start(path, event or dispatched(), self.folder, **given)

    def run(self, file: str | Path, inputs: Mapping[str, str] | None = None, **more: Any) -> Finished:
        """A workflow, dispatched by a person and executed to its end."""
        path = file if isinstance(file, Path) else WORKFLOWS / file
        event = more.pop("event", None) or dispatched(dict(inputs or {}))
        start = self.start(path, event, **more)
        given = {name: getattr(start, name) for name in Start.__dataclass_fields__}
        return run_workflow(given.pop("path"), **given)

    def begin(self, file: str, inputs: Mapping[str, str] | None = None, **more: Any) -> Running:
        """The same, without waiting for its end."""
        return started(self.start(WORKFLOWS / file, dispatched(dict(inputs or {})), **more))

    def declare(self, file: str) -> None:
        """Let the simulator know a workflow, so that it can be dispatched."""
        inputs = {name: {"default": ""} for name in self._declared(file)}
        self.simulator.declare_workflow(f".github/workflows/{file}", file, inputs=inputs)

    def go_on(self, file: str | Path, **more: Any) -> list[Finished]:
        """Execute what was handed over, run after run, until nothing is."""
        finished = []
        while waiting := [run for run in self.simulator.truth("executions") if run["status"] == "queued"]:
            (one,) = waiting
            self.simulator.report_run(one["run_id"])
            given = {name: value for name, value in one["inputs"].items() if name in self._declared(file)}
            finished.append(self.run(file, given, run_id=one["run_id"], actor="github-actions[bot]", **more))
            self.simulator.report_run(one["run_id"], conclusion=finished[-1].conclusion)
        return finished

    def fetched(self, name: str = "fetched.db", repository: str | None = None, **environment: str) -> Path:
        """What the release keeps."""
        into = self.folder.parent / name
        into.unlink(missing_ok=True)
        target = repository or self.simulator.repository
        run = CommandLine(self.folder / "unused.db", self.simulator)
        shelf = ["--shelf", self.simulator.repository] if repository else []
        ran = run("fetch", target, *shelf, "--into", into, env=environment)
        assert ran.exit_code == 0, ran.stderr
        return into

    def _github(self, run_id: int, actor: str) -> dict[str, Any]:
        return {
            "actor": actor,
            "event": {"repository": {"private": self.private}},
            "api_url": self.simulator.url,
            "graphql_url": self.simulator.graphql_url,
            "repository": self.simulator.repository,
            "repository_id": str(repository_id(0)),
            "run_id": str(run_id),
            "token": self.token or self.simulator.token,
        }

    def _declared(self, file: str | Path) -> Sequence[str]:
        """The inputs of a dispatch, as its file declares them."""
        path = file if isinstance(file, Path) else WORKFLOWS / file
        on = yaml.safe_load(path.read_text(encoding="utf-8"))[True]  # YAML takes `on` for a truth
        return list(((on or {}).get("workflow_dispatch") or {}).get("inputs") or {})


def asked(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a kept database."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
