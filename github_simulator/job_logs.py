"""The log of a job, as the blob host serves it: a timestamp of seven decimals on every line."""

from datetime import UTC, datetime

from github_simulator.history import Job
from github_simulator.steps import steps_of


def log_of(job: Job) -> bytes:
    """The text, which begins with a byte order mark as GitHub's do."""
    lines = [_line(job.started_at, f"Job {job.name} of run {job.run.id}")]
    for step in steps_of(job):
        moment = step.started_at if step.started_at is not None else job.started_at
        lines.append(_line(moment, f"##[group]{step.name}"))
        if step.conclusion == "failure":
            lines.append(_line(moment, "##[error]Process completed with exit code 1."))
        lines.append(_line(moment, "##[endgroup]"))
    return ("\ufeff" + "".join(lines)).encode()


def _line(instant: int, text: str) -> str:
    stamp = datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.1234567Z {text}\n"
