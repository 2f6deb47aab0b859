"""A command as a person types it, run in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from github_simulator.process import Simulator
from progressive_capture.__main__ import group


@dataclass(frozen=True)
class Ran:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def data(self) -> Any:
        return json.loads(self.stdout)


@dataclass
class CommandLine:
    """`run("sync", …)` as a person would, on one database, optionally against one simulator."""

    database: Path
    simulator: Simulator | None = None
    token: str | None = None

    def __call__(self, *arguments: object, env: dict[str, str] | None = None) -> Ran:
        environment = {"DATABASE_URL": f"sqlite:///{self.database}"}
        if self.simulator is not None:
            environment["GITHUB_API_URL"] = self.simulator.url
            environment["GITHUB_GRAPHQL_URL"] = self.simulator.graphql_url
            environment["GITHUB_TOKEN"] = self.simulator.token if self.token is None else self.token
        result = CliRunner().invoke(group, [str(each) for each in arguments], env=environment | (env or {}))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)
