"""The jobs of runs that somebody executes: what was reported of them, and what a re-run carries over."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from github_simulator.history import Attempt, Job, ReportedJob, Run, Runner, Step
from github_simulator.jobs import NOBODY, carried_over, job_id

_KEPT = frozenset({"success", "neutral"})
"""What a re-run of failed jobs does not execute again; jobs that were skipped may depend on failed ones."""
_STATUSES = frozenset({"queued", "waiting", "in_progress", "completed"})
_RUNNER = Runner(1_000, "GitHub Actions 1000", 0, "GitHub Actions")


def executed_jobs_of(run: Run) -> list[Job]:
    """Every job of every attempt, by attempt and position. A re-run job keeps the place of its name."""
    every: list[Job] = []
    before: list[Job] = []
    for attempt in run.attempts:
        before = _jobs_of_attempt(run, attempt, before)
        every += before
    return every


def take_report(attempt: Attempt, given: Sequence[dict[str, Any]], now: int) -> None:
    """Note what is told of some jobs, by name. ValueError where that is no report; then nothing is noted."""
    for each in given:
        _check(each)
    known = {job.name: job for job in attempt.reported}
    for each in given:
        if each["name"] not in known:
            known[each["name"]] = ReportedJob(each["name"], created_at=now)
            attempt.reported.append(known[each["name"]])
        _update(known[each["name"]], each, now)


def _check(given: dict[str, Any]) -> None:
    unknown = set(given) - {"name", "status", "conclusion", "labels", "steps"}
    if unknown or not isinstance(given.get("name"), str) or _status(given) not in _STATUSES:
        raise ValueError(f"no report of a job: {given!r}")
    if (_status(given) == "completed") != (given.get("conclusion") is not None):
        raise ValueError(f"a job has a conclusion once it is completed: {given!r}")


def _status(given: dict[str, Any]) -> str:
    status: str = given.get("status") or ("completed" if given.get("conclusion") else "in_progress")
    return status


def _update(job: ReportedJob, given: dict[str, Any], now: int) -> None:
    job.status, job.conclusion = _status(given), given.get("conclusion")
    job.labels = tuple(given.get("labels", job.labels))
    if job.started_at is None and job.status in {"in_progress", "completed"}:
        job.started_at = now
    job.completed_at = now if job.status == "completed" else None
    begin = job.created_at if job.started_at is None else job.started_at
    if "steps" in given:
        job.steps = tuple(_step(number, each, begin, now) for number, each in enumerate(given["steps"], 1))
    if job.status == "completed":
        job.steps = tuple(_ended(step, job.conclusion, now) for step in job.steps)


def _step(number: int, given: dict[str, Any], begin: int, now: int) -> Step:
    """All of a job's steps are said to have begun with it, and ended with the report."""
    conclusion = given.get("conclusion")
    status = "in_progress" if conclusion is None else "completed"
    return Step(number, given["name"], status, conclusion, begin, None if conclusion is None else now)


def _ended(step: Step, conclusion: str | None, now: int) -> Step:
    """A step that was under way when its job ended."""
    if step.status == "completed":
        return step
    return replace(step, status="completed", conclusion=conclusion, completed_at=now)


def _jobs_of_attempt(run: Run, attempt: Attempt, before: list[Job]) -> list[Job]:
    reported = {job.name: job for job in attempt.reported}
    places = {job.name: job.position for job in before} if attempt.rerun == "failed" else {}
    jobs = [
        carried_over(job, attempt)
        for job in before
        if attempt.rerun == "failed" and job.conclusion in _KEPT and job.name not in reported
    ]
    for name, job in reported.items():
        place = places.setdefault(name, len(places))
        jobs.append(_job(run, attempt, place, job))
    return sorted(jobs, key=lambda job: job.position)


def _job(run: Run, attempt: Attempt, place: int, reported: ReportedJob) -> Job:
    started_at = reported.created_at if reported.started_at is None else reported.started_at
    was_run = reported.status in {"in_progress", "completed"} and reported.conclusion != "skipped"
    return Job(
        id=job_id(run, attempt.number, place),
        run=run,
        attempt=attempt.number,
        position=place,
        name=reported.name,
        status=reported.status,
        conclusion=reported.conclusion,
        created_at=reported.created_at,
        started_at=started_at,
        completed_at=reported.completed_at,
        ends_at=started_at if reported.completed_at is None else reported.completed_at,
        labels=reported.labels,
        runner=_RUNNER if was_run else NOBODY[0],
        reported_steps=reported.steps,
    )
