"""Whole commands as steps of a job: what the runner hears of them, and what a person sees."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from child import Child
from forked_command import start_command
from forked_simulator import Simulator
from hostile_text import COMMANDS
from runner_ears import Ears
from tiny_capture import Stage

from progressive_capture.lib.actions_report.step_outputs import OUTPUTS
from progressive_capture.lib.normalize.rows import Batch, Failure, ItemKey
from progressive_capture.lib.store.opening import open_store

Simulate = Callable[..., Simulator]
HOSTILE = "\n".join(COMMANDS) + "\n\r\t::error::last <img onerror=x> @octocat"


@dataclass(frozen=True)
class Step:
    exit_code: int
    stdout: str
    stderr: str
    summary: str
    output: str

    @property
    def ears(self) -> Ears:
        """Of standard error; of standard output nothing may be heard, whenever its lines come."""
        assert Ears().listen(self.stdout).heard == []
        return Ears().listen(self.stderr)

    @property
    def outputs(self) -> dict[str, str]:
        lines = self.output.splitlines()
        return {line.partition("<<")[0]: lines[at + 1] for at, line in enumerate(lines) if "<<" in line}


@dataclass
class Job:
    """Runs commands as a runner would, one after the other, on one database."""

    folder: Path
    simulator: Simulator | None = None

    def environment(self) -> dict[str, str]:
        of_simulator = (
            {}
            if self.simulator is None
            else {
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
                "GITHUB_TOKEN": self.simulator.token,
            }
        )
        return of_simulator | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_RUN_ID": "77",
            "GITHUB_REPOSITORY": "octo/example",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
        }

    def __call__(self, *arguments: str, **environment: str) -> Step:
        paths = [self.folder / "summary", self.folder / "output"]
        for path in paths:
            path.write_text("")
        given = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "sqlite:///capture.db",
            **self.environment(),
            **environment,
        }
        with start_command(arguments, self.folder, given) as command:
            stdout, stderr = command.communicate()
        return Step(command.wait(), stdout, stderr, *(path.read_text() for path in paths))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


@pytest.fixture
def hostile(job: Job) -> Job:
    """With a database in which somebody else's words stand."""
    with Stage(job.folder / "capture.db").open_store() as store:
        items = [ItemKey("workflow_jobs", 7, f"run {number} {HOSTILE}") for number in (1, 2)]
        rows = {"repositories": [dict(row) for row in store.repositories()]}
        store.write(Batch(rows=rows, failures=[Failure(item=item, error=HOSTILE) for item in items]))
    return job


# ---- captures ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulator() -> Any:
    with Simulator("--runs", "30", "--cpu-scale", "0.01") as running:
        yield running


def test_a_capture_shows_a_group_a_summary_and_outputs(job: Job, simulator: Simulator) -> None:
    job.simulator = simulator
    step = job("sync", simulator.repository, "--json")
    assert step.exit_code == 0, step.stderr
    assert step.ears.names() == ["add-mask", "group", "endgroup"]
    assert step.ears.of("add-mask") == [simulator.token]
    assert step.ears.of("group") == [f"Capturing {simulator.repository}"]
    assert not step.ears.stopped
    assert step.summary.startswith(f"## Progressive Capture: `{simulator.repository}` succeeded\n")
    (data,) = json.loads(step.stdout)
    new = data["captures"][0]["new"]["workflow_runs"]
    assert f"| workflow runs | {new} | 0 |" in step.summary
    assert step.outputs.keys() == OUTPUTS.keys()
    assert (step.outputs["outcome"], step.outputs["new_runs"]) == ("succeeded", str(new))
    assert step.outputs["requests"] == str(data["rest_requests"])
    assert "### Covered of" in step.summary
    again = job("sync", simulator.repository)
    assert (again.outputs["new_runs"], again.outputs["changed_runs"]) == ("0", "0")
    assert "Nothing was new, and nothing had changed." in again.summary


def test_several_repositories_have_a_group_each_and_an_error_is_shown_on_the_page(
    job: Job, simulator: Simulator
) -> None:
    job.simulator = simulator
    step = job("historical-sync", "--repository", "octo/no-such-thing")
    assert step.exit_code == 3
    assert step.outputs["outcome"] == "failed"
    (error,) = step.ears.of("error")
    assert error.startswith("GitHub shows no repository octo/no-such-thing")
    assert "\n→ Check the name" in error
    assert "### What went wrong" in step.summary
    both = job("sync", simulator.repository, "octo/no-such-thing")
    assert both.ears.of("group")[1:] == [simulator.repository, "octo/no-such-thing"]
    assert both.ears.names().count("error") == 1
    assert not both.ears.stopped


def test_open_failures_are_a_warning_and_lead_to_their_pages_whatever_their_text(
    job: Job, simulator: Simulator
) -> None:
    job.simulator = simulator
    job("historical-sync", "--repository", simulator.repository)
    with open_store(f"sqlite:///{job.folder / 'capture.db'}") as store:
        (row,) = store.repositories()
        item = ItemKey("workflow_jobs", row["id"], f"run 123 {HOSTILE}")
        rows = {"repositories": [dict(row)]}
        store.write(Batch(rows=rows, failures=[Failure(item=item, error=HOSTILE)]))
    step = job("sync", simulator.repository, "--depth", "jobs")
    assert step.ears.names() == ["add-mask", "group", "endgroup", "warning"]
    (warning,) = step.ears.of("warning")
    assert warning.splitlines()[0] == "1 item not captured, to be tried again:"
    (line,) = [line for line in step.summary.splitlines() if "run 123" in line]
    assert line.startswith("- [`run 123 ::error::x")
    assert f"](https://github.example/{simulator.repository}/actions/runs/123): `::error::x" in line


def test_a_signal_ends_it_in_order_and_the_page_says_so(tmp_path: Path, simulate: Simulate) -> None:
    simulator = simulate("--runs", 12, "--cpu-scale", 0.01)
    simulator.fault("slow", seconds=120, path="/actions/runs\\?")
    job = Job(tmp_path, simulator)
    environment = {"GITHUB_ACTIONS": "true", **job.environment()}
    with Child(tmp_path / "capture.db", simulator, "sync", simulator.repository, **environment) as child:
        child.until(lambda: simulator.ledger()["faults"] == {"slow": 1})
        child.tell(signal.SIGINT)
        end = child.end()
    assert end.exit_code == 0
    assert end.took < 7.5
    ears = Ears().listen(end.stderr)
    assert ears.of("notice")[0].startswith("Paused: stopped")
    assert not ears.stopped
    summary = (tmp_path / "summary").read_text()
    assert "the job was cancelled" in summary
    assert "paused" in (tmp_path / "output").read_text()


# ---- text of strangers, secrets, mistakes ------------------------------------------------------------------


@pytest.mark.parametrize("options", [("--json",), ()], ids=["for programs", "for people"])
def test_text_from_github_is_never_heard(hostile: Job, options: tuple[str, ...]) -> None:
    step = hostile("status", *options)
    assert step.exit_code == 0
    assert (step.ears.heard, step.ears.stopped) == ([], False)
    assert "error" in step.stdout
    if options:
        (repository,) = json.loads(step.stdout)["repositories"]
        assert [failure["error"] for failure in repository["failures"]] == [HOSTILE] * 2


def test_outside_actions_nothing_of_this_is_written(hostile: Job) -> None:
    step = hostile("status", GITHUB_ACTIONS="", GITHUB_STEP_SUMMARY="", GITHUB_OUTPUT="")
    assert step.stderr == ""
    assert "##[error]x" in step.stdout
    assert (step.summary, step.output) == ("", "")


@pytest.mark.parametrize("name", ["octo/x\n::error::y", "::set-output name=a::b", "##[error]x"])
def test_a_hostile_name_is_refused_and_not_heard(job: Job, name: str) -> None:
    step = job("sync", name)
    assert step.exit_code == 2
    assert step.ears.names() == ["error"]
    assert "does not name a repository" in step.ears.of("error")[0]
    assert not step.ears.stopped


@pytest.mark.parametrize("value", ["::error::x", "1\n::error::x", "##[error]x"])
def test_a_hostile_option_is_refused_and_not_heard(job: Job, value: str) -> None:
    step = job("sync", "octo/example", "--time-range", value)
    assert step.exit_code == 2
    assert (step.ears.names(), step.ears.stopped) == ([], False)


def test_the_password_of_the_database_is_hidden_and_never_printed(job: Job) -> None:
    url = "postgresql://me:p%40ss-word@db.invalid/x?no_such_option=1"
    step = job("status", DATABASE_URL=url, SUPABASE_SECRET_KEY="sb_secret_123")
    assert step.exit_code == 2
    assert set(step.ears.of("add-mask")) == {url, "p%40ss-word", "p@ss-word", "sb_secret_123"}
    assert step.ears.names()[-1] == "error"
    printed = "\n".join([*step.ears.printed, *step.ears.of("error"), step.stdout])
    assert not any(secret in printed for secret in step.ears.of("add-mask"))
