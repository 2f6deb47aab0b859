"""Runs workflows: `run_workflow` to the end; `started`: it can be cancelled on its way, or lose a machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from actions_runner.artifacts import Artifacts
from actions_runner.events import Event, occasion
from actions_runner.expressions import interpolate
from actions_runner.finished import Finished, Job
from actions_runner.github_context import github_of, write_event
from actions_runner.job_run import JobRun
from actions_runner.job_values import call_outputs, concurrency_of
from actions_runner.needs import Needs, needed, worst
from actions_runner.run_state import Invocation, Places, RunLog, RunState
from actions_runner.start import Start
from actions_runner.step_output import Mask
from actions_runner.workflow_file import WorkflowFileError, jobs_of, read_file, triggers


class RunTooLongError(AssertionError):
    """The run was killed, because it took longer than the test allows."""


def run_workflow(path: Path, *, event: Event, folder: Path, **more: Any) -> Finished:
    """Run a workflow to its end.

    Args:
        path: of its file, in `.github/workflows` of a repository.
        event: what starts it.
        folder: for all that is written.
        **more: the other fields of `Start`.

    Raises:
        DispatchRefusedError: the API would have answered 422.
        WorkflowFileError: the run would have ended with `startup_failure`.
        UnknownActionError: nothing stands for an action that it uses.
        RunTooLongError: it took longer than `seconds`.
    """
    return started(Start(path, event, folder, **more)).finished()


def started(start: Start) -> Running:
    """A run on its way.

    Raises:
        DispatchRefusedError: the API would have answered 422.
        WorkflowFileError: the run would have ended with `startup_failure`.
        FileExistsError: this attempt of this run was in this folder before.
    """
    workflow = read_file(start.path)
    seen = occasion(workflow, start.event)
    github = github_of(start, workflow, seen.payload)
    folder = start.folder / f"{github['run_id']}-{start.attempt}"
    folder.mkdir(parents=True)
    write_event(github, folder / "event.json")
    artifacts = start.artifacts or Artifacts(start.folder / "artifacts")
    mask = Mask((*start.secrets.values(), str(github["token"])))
    run = RunState(start, github, mask, artifacts, folder, Places(start.places))
    previous = start.only_failed_of.jobs if start.only_failed_of else None
    held = None
    return Running(
        run, Invocation(workflow, start.path.name, seen.inputs, start.secrets, held, previous=previous)
    )


class Running:
    """A run on its way; made by `started`. Used as a context, it is killed at the end where it still runs.

    Args:
        run: what its jobs share.
        invocation: of its workflow.
    """

    def __init__(self, run: RunState, invocation: Invocation) -> None:
        self._run, self._invocation = run, invocation
        self._jobs: Future[dict[str, Job]] = Future()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._killed()

    @property
    def log(self) -> str:
        """All that was written so far."""
        return self._run.log.text

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = 20) -> None:
        """Until a text is in the log, or until the log is as a function wants it.

        Raises:
            NotSeenError: it did not come in time, or before the end of the run.
        """
        self._run.log.wait_for((lambda log: wanted in log) if isinstance(wanted, str) else wanted, seconds)

    def cancel(self) -> None:
        """As a person does on the page of the run; does not wait for its end."""
        self._run.cancel()

    def kill_leg(self, name: str | int) -> None:
        """The machine of a leg is gone: its processes get SIGKILL, none of its steps runs any more, it fails.

        Args:
            name: as it is shown (`capture (2)`), its key (`capture/1`), a job without matrix (`plan`), or its
                place among the legs that run.

        Raises:
            LookupError: no such leg runs.
        """
        self._run.leg(name).die()

    def finished(self) -> Finished:
        """What it came to, at its end.

        Raises:
            WorkflowFileError: the run would have ended with `startup_failure`.
            UnknownActionError: nothing stands for an action that it uses.
            RunTooLongError: it took longer than `seconds`.
        """
        seconds = self._run.start.seconds
        try:
            self._thread.join(seconds)
        finally:
            was_too_long = self._killed()
        if was_too_long:
            raise RunTooLongError(f"the run took more than {seconds} s; its log:\n{self.log[-4000:]}")
        return self._finished(self._jobs.result())

    def _killed(self) -> bool:
        """Whether there was something to kill."""
        was_alive = self._thread.is_alive()
        if was_alive:
            self._run.kill()
            self._thread.join()
        return was_alive

    def _work(self) -> None:
        try:
            self._jobs.set_result(run_jobs(self._run, self._invocation))
        except BaseException as error:  # noqa: BLE001  (raised where the result is asked for)
            self._jobs.set_exception(error)
        finally:
            self._run.log.close()

    def _finished(self, jobs: Mapping[str, Job]) -> Finished:
        run, workflow = self._run, self._invocation.workflow
        seen = {"github": run.github, "inputs": self._invocation.inputs, "vars": dict(run.start.variables)}
        name = interpolate(workflow.get("run-name", run.github["workflow"]), seen)
        top = {key: job for key, job in jobs.items() if "/" not in key}
        is_call = "workflow_call" in triggers(workflow)
        return Finished(
            "cancelled" if run.is_cancelled else worst(job.result for job in top.values()),
            jobs,
            name or str(run.github["workflow"]),
            concurrency_of(workflow.get("concurrency"), seen),
            tuple(run.artifacts.of_run(str(run.github["run_id"]))),
            run.start.attempt,
            call_outputs(self._invocation, run, jobs) if is_call else {},
            run.log.text,
        )


def run_jobs(run: RunState, invocation: Invocation) -> dict[str, Job]:
    """All jobs of a workflow, each when what it needs is over; by whole ids, the called behind their callers.

    Raises:
        WorkflowFileError: a job needs one that is not there, or itself; what jobs raise.
    """
    order = _in_order(jobs_of(invocation.workflow))
    futures: dict[str, Future[tuple[Job, dict[str, Job]]]] = {}
    with ThreadPoolExecutor(max(1, len(order))) as threads:
        for name in order:
            futures[name] = threads.submit(_job, run, invocation, name, futures)
    done: dict[str, Job] = {}
    for name in jobs_of(invocation.workflow):
        job, called = futures[name].result()
        done[job.id] = job
        done.update(called)
    return done


def _job(
    run: RunState,
    invocation: Invocation,
    name: str,
    futures: Mapping[str, Future[tuple[Job, dict[str, Job]]]],
) -> tuple[Job, dict[str, Job]]:
    jobs = jobs_of(invocation.workflow)
    before = {each: futures[each].result()[0] for each in _ancestors(jobs, name)}
    needs = Needs({each: before[each] for each in needed(jobs[name])}, tuple(before.values()))
    job = JobRun(run, invocation, name, needs, run_jobs)
    try:
        return job.finished(), job.called
    except BaseException:
        run.cancel()
        raise


def _ancestors(jobs: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    found: dict[str, None] = {}
    for each in needed(jobs[name]):
        found.update(dict.fromkeys([*_ancestors(jobs, each), each]))
    return list(found)


def _in_order(jobs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Each behind those that it needs."""
    order: list[str] = []
    while waiting := [name for name in jobs if name not in order]:
        ready = [name for name in waiting if set(needed(jobs[name])) <= set(order)]
        if not ready:
            raise WorkflowFileError(f"jobs that need what is not there, or themselves: {', '.join(waiting)}")
        order.extend(ready)
    return order


__all__ = ["RunLog", "RunTooLongError", "Running", "run_workflow", "started"]
