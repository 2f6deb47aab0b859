"""The parts of a workflow as its jobs run them: plan, legs, finish, each with the environment of a runner."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from typed import Ran

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.__main__ import group


@dataclass
class Parts:
    """Commands of one workflow run, in the repository that they capture, with a folder for all legs."""

    simulator: Simulator
    folder: Path
    run_id: int = 4711
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, **environment: str) -> Ran:
        result = CliRunner().invoke(
            group,
            [str(each) for each in arguments],
            env={**self._runner(), **self.environment, **environment},
            obj=WaitlessClock(self.simulator.advance),
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def plan(self, kind: str, *options: object, **environment: str) -> list[dict[str, Any]]:
        """The chunks, as a matrix gets them."""
        self._file("output").write_text("", encoding="utf-8")
        ran = self("plan", kind, *options, **environment)
        assert ran.exit_code == 0, ran.stderr
        chunks: list[dict[str, Any]] = json.loads(self.outputs()["chunks"])
        return chunks

    def leg(self, chunk: dict[str, Any], *options: object, attempt: int = 1, **environment: str) -> Ran:
        """One leg of the matrix, in a folder of its own."""
        folder = self.folder / "legs" / f"progressive-capture-shard-{chunk.get('index', 0)}-{attempt}"
        return self(
            *("leg", "--chunk", json.dumps(chunk), "--folder", folder, *options),
            **{"GITHUB_RUN_ATTEMPT": str(attempt), **environment},
        )

    def finish(self, chunks: list[dict[str, Any]], *options: object, **environment: str) -> Ran:
        """The last job."""
        self._file("output").write_text("", encoding="utf-8")
        return self(
            *("finish", "--folder", self.folder / "legs", "--chunks", json.dumps(chunks), "--json", *options),
            **environment,
        )

    def fetched(self) -> Path:
        """The newest database of the shelf, in a fresh file."""
        into = self.folder / f"fetched-{len(list(self.folder.glob('fetched-*')))}.db"
        ran = self("fetch", self.simulator.repository, "--into", into)
        assert ran.exit_code == 0, ran.stderr
        return into

    def outputs(self) -> dict[str, str]:
        """What the last step has set."""
        found, lines = {}, iter(self._file("output").read_text(encoding="utf-8").splitlines())
        for line in lines:
            name, _, delimiter = line.partition("<<")
            value = []
            while (part := next(lines)) != delimiter:
                value.append(part)
            found[name] = "\n".join(value)
        return found

    def summary(self) -> str:
        """The job summary, of all steps so far."""
        return self._file("summary").read_text(encoding="utf-8")

    def _file(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path

    def _runner(self) -> dict[str, str]:
        event = self._file("event")
        if not event.read_text(encoding="utf-8"):
            event.write_text(json.dumps({"repository": {"private": False}}), encoding="utf-8")
        workflow = f"{self.simulator.repository}/.github/workflows/job-details.yml@refs/heads/main"
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.simulator.url,
            "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
            "GITHUB_TOKEN": self.simulator.token,
            "GITHUB_REPOSITORY": self.simulator.repository,
            "GITHUB_RUN_ID": str(self.run_id),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_ACTOR": "octocat",
            "GITHUB_WORKFLOW_REF": workflow,
            "GITHUB_OUTPUT": str(self._file("output")),
            "GITHUB_STEP_SUMMARY": str(self._file("summary")),
            "DATABASE_URL": "",
            "SUPABASE_URL": "",
        }
