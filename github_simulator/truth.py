"""The ground truth: everything in the world, in GitHub's payload form, one object a line.

- `repositories`, `workflows` (deleted ones included), `runs`: as REST answers them;
- `attempts`: one run object for each attempt of each run;
- `jobs`: the jobs of every attempt, each with `carried_from_job_id` besides;
- `commits`: each `head_commit` once;
- `artifacts`: see `artifact_truth`;
- `executions`: the runs that somebody executes, see `_executions`;
- `releases`: as REST answers them, drafts and unfinished assets included, the newest first;
- `pull_requests`, `reviews`, `review_comments`, `issue_comments`, `file_changes`: see `pull_truth`.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from github_simulator import pull_truth
from github_simulator.artifact_truth import artifact_truth
from github_simulator.payloads import Payload, Payloads
from github_simulator.pulls import PullRequests
from github_simulator.release_payloads import ReleasePayloads
from github_simulator.world import RepositoryHistory, World


class Truth:
    """Reads the world out, beside every limit."""

    def __init__(self, world: World, payloads: Payloads) -> None:
        self._world = world
        self._payloads = payloads
        self._release_payloads = ReleasePayloads(payloads)
        self._kinds: dict[str, Callable[[RepositoryHistory], Iterator[Payload]]] = {
            "repositories": self._repositories,
            "workflows": self._workflows,
            "runs": self._runs,
            "attempts": self._attempts,
            "jobs": self._jobs,
            "commits": self._commits,
            "artifacts": self._artifacts,
            "executions": self._executions,
            "releases": self._releases,
            "pull_requests": self._of_pulls(pull_truth.pull_request_rows),
            "reviews": self._of_pulls(pull_truth.review_rows),
            "review_comments": self._of_pulls(pull_truth.review_comment_rows),
            "issue_comments": self._of_pulls(pull_truth.issue_comment_rows),
            "file_changes": self._of_pulls(pull_truth.file_change_rows),
        }

    def lines(self, kind: str) -> Iterator[bytes]:
        """One kind as NDJSON, over all repositories. KeyError where there is no such kind."""
        read = self._kinds[kind]
        return (_line(payload) for history in self._world.histories for payload in read(history))

    def _repositories(self, history: RepositoryHistory) -> Iterator[Payload]:
        yield self._payloads.full_repository(history.repository)

    def _workflows(self, history: RepositoryHistory) -> Iterator[Payload]:
        yield from map(self._payloads.workflow, history.workflows)

    def _runs(self, history: RepositoryHistory) -> Iterator[Payload]:
        for run in list(history.runs):
            yield self._payloads.run(run)

    def _attempts(self, history: RepositoryHistory) -> Iterator[Payload]:
        for run in list(history.runs):
            for attempt in run.attempts:
                yield self._payloads.run(run, attempt)

    def _jobs(self, history: RepositoryHistory) -> Iterator[Payload]:
        for run in list(history.runs):
            for job in self._world.jobs(run):
                yield {**self._payloads.job(job), "carried_from_job_id": job.carried_from_job_id}

    def _commits(self, history: RepositoryHistory) -> Iterator[Payload]:
        commits = {run.head_commit.sha: run.head_commit for run in history.runs if run.head_commit}
        yield from map(self._payloads.commit, commits.values())

    def _artifacts(self, history: RepositoryHistory) -> Iterator[Payload]:
        with self._world.lock:
            every = list(history.artifacts.every())
        for artifact in every:
            fate = history.artifacts.fate(artifact, self._world.clock.now())
            yield {**self._payloads.artifact(artifact), **artifact_truth(artifact, fate)}

    def _executions(self, history: RepositoryHistory) -> Iterator[Payload]:
        """What somebody needs who executes them, and how they stand; the oldest first."""
        for run in list(history.runs):
            execution = run.execution
            if execution is not None:
                yield {
                    "run_id": run.id,
                    "repository": history.repository.full_name,
                    "workflow": run.workflow.path,
                    "event": run.event,
                    "ref": execution.ref,
                    "head_sha": run.head_sha,
                    "inputs": execution.inputs,
                    "display_title": run.display_title,
                    "run_number": run.run_number,
                    "run_attempt": run.latest.number,
                    "rerun": run.latest.rerun,
                    "status": run.status,
                    "conclusion": run.conclusion,
                    "cancel_requested": execution.cancel_requested,
                }

    def _releases(self, history: RepositoryHistory) -> Iterator[Payload]:
        with self._world.lock:
            yield from [self._release_payloads.release(one) for one in history.releases.every()]

    def _of_pulls(
        self, rows: Callable[[PullRequests], Iterator[Payload]]
    ) -> Callable[[RepositoryHistory], Iterator[Payload]]:
        """All rows at once, under the lock: none is from before a change, and the next from after it."""

        def read(history: RepositoryHistory) -> Iterator[Payload]:
            with self._world.lock:
                return iter(list(rows(history.pulls)))

        return read


def _line(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
