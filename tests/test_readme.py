"""The README does what it says: its commands are run, its queries are asked, its tables are compared."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from forked_simulator import Simulator

from progressive_capture.__main__ import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO, TESTS, *ON_GITHUB = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
QUERIES = [
    pytest.param(query, id=f"{document.name} {number}")
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, query in enumerate(
        re.findall(r"^```sql\n(.*?)\n```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
]


def bash(command: str, *, cwd: Path, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line as a person types it, with `path` first among the places of programs."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=cwd,
        env={**without_ours(), **environment, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def without_ours() -> dict[str, str]:
    """The environment without what would change our programs: also for what is started once for all tests."""
    ours = ("GITHUB_", "GH_", "CAPTURE_", "DATABASE_URL", "INITIAL_SYNC")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


# ---- its shape ---------------------------------------------------------------------------------------------


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("block", [DEMO, TESTS], ids=["the demo", "the tests"])
def test_its_first_two_blocks_are_one_command_line_each_and_complete(block: str) -> None:
    assert "\n" not in block
    first, *_ = block.split(" && ")
    assert first == "python3 -m venv .venv"  # nothing but Python is needed before
    programs = [shlex.split(part)[0] for part in block.split(" && ")[1:]]
    assert all(program.startswith(".venv/bin/") for program in programs)


def test_its_table_names_every_command_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", README, re.MULTILINE)
    named = [name for cell in first_cells for name in re.findall(r"`([\w-]+)[^`]*`", cell)]
    assert sorted(named) == sorted(COMMANDS)


# ---- the first command -------------------------------------------------------------------------------------


@pytest.fixture
def fresh_copy(tmp_path: Path) -> Path:
    """The files that a clone of this tree would have, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    copy = tmp_path / "clone"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture
def python3(tmp_path: Path) -> Path:
    """A folder whose `python3` is the Python that runs these tests, outside its environment."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys._base_executable))  # type: ignore[attr-defined]
    return folder


@pytest.mark.timeout(600)  # it downloads and installs what the project depends on
def test_on_a_fresh_clone_the_first_command_shows_the_main_job(fresh_copy: Path, python3: Path) -> None:
    ran = bash(DEMO, cwd=fresh_copy, path=python3, CAPTURE_DEMO_RUNS="150")  # less to wait for, nothing else
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    told = ran.stderr
    (runs,) = re.findall(r"new: +([\d,]+) workflow runs, [\d,]+ attempts, [\d,]+ jobs", told)
    assert re.search(r"spent: +[\d,]+ requests? and [\d,]+ GraphQL points?", told)
    (database,) = re.findall(r"^Database: sqlite:///(\S+)$", told, re.MULTILINE)
    with closing(sqlite3.connect(f"file:{fresh_copy / database}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM workflow_runs").fetchone() == (
            int(runs.replace(",", "")),
        )
    assert "Traceback" not in told
    status, sync = re.findall(r"^(?:Look inside|A real repository): +(.*)$", told, re.MULTILINE)
    assert sync == "GITHUB_TOKEN=… .venv/bin/progressive-capture sync OWNER/NAME"
    looked = bash(status, cwd=fresh_copy, path=python3)  # as it stands, without touching the path
    assert (looked.returncode, looked.stderr) == (0, "")
    assert f"{runs} workflow runs" in looked.stdout


def test_where_the_program_is_on_the_path_it_is_called_by_its_name(tmp_path: Path) -> None:
    path = Path(sysconfig.get_path("scripts"))
    ran = bash("progressive-capture demo --runs 5", cwd=tmp_path, path=path)
    assert "GITHUB_TOKEN=… progressive-capture sync OWNER/NAME" in ran.stderr, ran.stderr


# ---- the second command ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CI:
    """`.ci/run` in a tree with another README, where each of its tools only says its name."""

    tree: Path
    programs: Path

    def run(self, test_command: str, *, failing: str = "") -> subprocess.CompletedProcess[str]:
        (self.tree / "README.md").write_text(
            f"```sh\necho the demo\n```\n\n```sh\n{test_command}\n```\n\n```sh\necho a third\n```\n",
            encoding="utf-8",
        )
        for name in ("pip", "ruff", "mypy", "check-jsonschema", "zizmor"):
            self.program(self.tree / ".ci-venv" / "bin" / name, f"echo {name}; exit {int(name == failing)}")
        self.program(self.tree / ".ci-venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
        self.program(self.programs / "python3", "exit 0")
        return bash(f"bash {self.tree}/.ci/run", cwd=self.programs, path=self.programs)

    @staticmethod
    def program(place: Path, text: str) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        place.chmod(0o755)


@pytest.fixture
def ci(tmp_path: Path) -> CI:
    tree = tmp_path / "tree"
    (tree / ".ci").mkdir(parents=True)
    (tree / ".github" / "workflows").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tree / ".ci" / "run")
    return CI(tree, tmp_path / "programs")


def test_ci_takes_that_command_from_this_readme() -> None:
    (program,) = re.findall(
        r"<<'PYTHON'\n(.*?)\nPYTHON\n", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.DOTALL
    )
    taken = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert taken == f"{TESTS}\n"


def test_ci_runs_the_second_command_of_the_readme(ci: CI) -> None:
    ran = ci.run("echo the && echo tests")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-3:] == ["echo the && echo tests", "the", "tests"]


@pytest.mark.parametrize("command", ["false", "false && true", "false | true", "echo $NOT_SET"])
def test_ci_fails_where_that_command_fails(ci: CI, command: str) -> None:
    assert ci.run(command).returncode != 0


@pytest.mark.parametrize("tool", ["pip", "ruff", "mypy", "check-jsonschema", "zizmor"])
def test_ci_fails_where_one_of_its_tools_does(ci: CI, tool: str) -> None:
    ran = ci.run("echo the tests", failing=tool)
    assert ran.returncode != 0
    assert tool in ran.stdout
    assert "the tests" not in ran.stdout


# ---- the other commands ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """What came of the README's commands for a real repository, in their order."""

    ran: dict[str, subprocess.CompletedProcess[str]]
    database: Path
    runs: int


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """Somebody with a token follows the README; the simulator stands in for GitHub."""
    place = tmp_path_factory.mktemp("somebody")
    with Simulator("--runs", "40") as simulator:
        environment = {"GITHUB_API_URL": simulator.url, "GITHUB_GRAPHQL_URL": simulator.graphql_url}
        ran = {}
        for block in ON_GITHUB:
            command = block.replace("OWNER/NAME", simulator.repository)
            command = command.replace("GITHUB_TOKEN=…", f"GITHUB_TOKEN={simulator.token}")
            ran[block] = bash(command, cwd=place, path=Path(sysconfig.get_path("scripts")), **environment)
        yield Followed(ran, place / "data" / "capture.db", len(list(simulator.truth("runs"))))


@pytest.mark.parametrize("block", ON_GITHUB)
def test_every_other_command_works_as_it_stands(block: str, followed: Followed) -> None:
    ran = followed.ran[block]
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "…" not in block.replace("GITHUB_TOKEN=…", "")


def test_they_capture_the_repository_and_say_so(followed: Followed) -> None:
    sync, status = (
        next(ran for block, ran in followed.ran.items() if f"progressive-capture {name}" in block)
        for name in ("sync", "status")
    )
    assert followed.runs == 40
    assert "new:     40 workflow runs" in sync.stderr
    assert "octo/example: 9 workflows, 40 workflow runs" in status.stdout
    assert followed.database.is_file()


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_can_be_asked_of_what_was_captured(query: str, followed: Followed) -> None:
    with closing(sqlite3.connect(followed.database)) as connection:  # what it changes is never committed
        for statement in filter(str.strip, query.split(";")):
            connection.execute(statement).fetchall()
        connection.rollback()


def test_the_query_for_what_fails_most_counts_every_run_once(followed: Followed) -> None:
    (query,) = (each.values[0] for each in QUERIES if "GROUP BY workflow_name" in str(each.values[0]))
    with closing(sqlite3.connect(f"file:{followed.database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(query).fetchall()
        failed = connection.execute(
            "SELECT count(*) FROM workflow_runs WHERE conclusion = 'failure'"
        ).fetchone()
        finished = connection.execute(
            "SELECT workflow_name, count(*) FROM builds WHERE conclusion IS NOT NULL GROUP BY 1"
        ).fetchall()
    assert sum(row["runs"] for row in rows) == followed.runs
    assert [row["failed"] or 0 for row in rows] == sorted((row["failed"] or 0 for row in rows), reverse=True)
    share = {row["workflow_name"]: row["failed"] for row in rows}
    assert round(sum(share[name] * count for name, count in finished)) == failed[0] > 0
    assert all(row["minutes"] > 0 for row in rows if row["minutes"] is not None)
    assert any(row["minutes"] for row in rows)
