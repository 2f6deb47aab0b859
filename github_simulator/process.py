"""The simulator as a child process, for tests, the demo and the benchmarks."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

_TIMEOUT_SECONDS = 60


class SimulatorError(RuntimeError):
    """The simulator did not start, or refused an admin request."""


class Simulator:
    """A running simulator: `with Simulator("--runs", "200") as simulator: ...`.

    Arguments are those of `python -m github_simulator`. The process ends with the block,
    and also when this process is killed. `url`, `graphql_url`, `blob_url`, `repository`
    (OWNER/NAME) and `token` say how to reach it, `uploads_url` where assets are sent to.
    """

    url: str
    graphql_url: str
    uploads_url: str
    blob_url: str
    repository: str
    token: str

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it serves. SimulatorError if it does not."""
        command = [sys.executable, "-m", "github_simulator", "--until-stdin-closes", *self._arguments]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise SimulatorError(f"the simulator did not start: {' '.join(command)}")
        place = json.loads(line)
        self.url, self.graphql_url = place["url"], place["graphql_url"]
        self.uploads_url = place["uploads_url"]
        self.blob_url, self.repository, self.token = place["blob_url"], place["repository"], place["token"]

    def stop(self) -> None:
        """End it: closing its standard input is enough."""
        if self._process is None:
            return
        with self._process as process:  # closes the pipes, then waits
            assert process.stdin is not None
            process.stdin.close()
        self._process = None

    def ledger(self, *, lines: bool = False) -> dict[str, Any]:
        """What was asked so far, what it cost, what was refused; with every request line if asked."""
        page: dict[str, Any] = self._ask("GET", "ledger?lines=1" if lines else "ledger")
        return page

    def reset_ledger(self) -> None:
        """Begin a new page."""
        self._ask("DELETE", "ledger")

    def truth(self, kind: str) -> Iterator[dict[str, Any]]:
        """The ground truth of one kind: what `truth` and `pull_truth` name."""
        with urlopen(f"{self.url}/_simulator/truth/{kind}", timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            for line in answer:
                yield json.loads(line)

    def advance(self, seconds: float) -> float:
        """Move its clock forward; the time then, in seconds since 1970."""
        now: float = self._ask("POST", "clock", advance_seconds=seconds)["now"]
        return now

    def fault(self, kind: str, **details: Any) -> None:
        """Declare a fault; the details are those of `faults.Fault`."""
        self._ask("POST", "faults", kind=kind, **details)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE", "faults")

    def arrive(self, runs: int, repository: str | None = None) -> list[int]:
        """New runs are created now, queued; their ids."""
        return self._change("arrive", runs=runs, repository=repository)

    def finish(self, runs: int, repository: str | None = None) -> list[int]:
        """The oldest unfinished runs complete; their ids."""
        return self._change("finish", runs=runs, repository=repository)

    def rerun(self, runs: int, mode: str = "all", repository: str | None = None) -> list[int]:
        """Completed runs run again (`mode`: all or failed jobs), queued; their ids."""
        return self._change("rerun", runs=runs, mode=mode, repository=repository)

    def delete(self, runs: int, repository: str | None = None) -> list[int]:
        """Completed runs are deleted; their ids."""
        return self._change("delete", runs=runs, repository=repository)

    def delete_artifacts(self, artifacts: int, repository: str | None = None) -> list[int]:
        """Artifacts that GitHub still has are deleted; their ids."""
        answer = self._ask("POST", "delete-artifacts", artifacts=artifacts, repository=repository)
        ids: list[int] = answer["artifact_ids"]
        return ids

    def open_pulls(self, count: int, repository: str | None = None) -> list[int]:
        """New pull requests are opened; their numbers."""
        return self._change_pulls("open-pulls", count=count, repository=repository)

    def comment_on_pulls(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Comments in the conversations of so many pull requests, or so many of one; their numbers."""
        return self._change_pulls("comment-on-pulls", count=count, repository=repository, number=number)

    def review_pulls(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """Reviews, some with comments on lines; the numbers of the pull requests."""
        return self._change_pulls("review-pulls", count=count, repository=repository, number=number)

    def dismiss_reviews(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Reviews are dismissed; the numbers of their pull requests."""
        return self._change_pulls("dismiss-reviews", count=count, repository=repository, number=number)

    def edit_comments(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Comments get another text; the numbers of their pull requests, half of which tell of it."""
        return self._change_pulls("edit-comments", count=count, repository=repository, number=number)

    def delete_comments(
        self, count: int, repository: str | None = None, number: int | None = None
    ) -> list[int]:
        """Comments are deleted; the numbers of their pull requests."""
        return self._change_pulls("delete-comments", count=count, repository=repository, number=number)

    def force_push(self, count: int, repository: str | None = None, number: int | None = None) -> list[int]:
        """Open pull requests get another head and other files; their numbers."""
        return self._change_pulls("force-push", count=count, repository=repository, number=number)

    def close_pulls(
        self,
        count: int,
        repository: str | None = None,
        number: int | None = None,
        *,
        merge: bool = True,
    ) -> list[int]:
        """Open pull requests are merged, or closed without; their numbers."""
        return self._change_pulls(
            "close-pulls", count=count, repository=repository, number=number, merge=merge
        )

    def rename(self, name: str, repository: str | None = None) -> None:
        """The repository gets another name (without its owner)."""
        self._ask("POST", "rename", name=name, repository=repository)

    def immutable_releases(self, repository: str | None = None, *, enabled: bool = True) -> None:
        """What is published from now on cannot be changed any more (or can)."""
        self._ask("POST", "immutable-releases", enabled=enabled, repository=repository)

    def declare_workflow(
        self,
        path: str,
        name: str,
        events: Sequence[str] = ("workflow_dispatch",),
        *,
        inputs: Mapping[str, Any] | None = None,
        run_name: str | None = None,
        repository: str | None = None,
    ) -> int:
        """A workflow file with this path is pushed; its id. `inputs` are as the file has them."""
        number: int = self._ask(
            "POST",
            "workflow",
            path=path,
            name=name,
            events=list(events),
            inputs=dict(inputs or {}),
            run_name=run_name,
            repository=repository,
        )["workflow_id"]
        return number

    def set_workflow_state(self, workflow: str | int, state: str, repository: str | None = None) -> None:
        """Enable a workflow or disable it, also as only GitHub does: `disabled_inactivity`."""
        self._ask("POST", "workflow-state", workflow=workflow, state=state, repository=repository)

    def start_run(
        self,
        workflow: str | int,
        event: str = "schedule",
        ref: str = "main",
        inputs: Mapping[str, Any] | None = None,
        repository: str | None = None,
    ) -> int:
        """A run starts, queued, as by a schedule; its id."""
        number: int = self._ask(
            "POST",
            "start-run",
            workflow=workflow,
            event=event,
            ref=ref,
            inputs=dict(inputs or {}),
            repository=repository,
        )["run_id"]
        return number

    def report_run(
        self,
        run_id: int,
        *,
        status: str | None = None,
        conclusion: str | None = None,
        jobs: Sequence[Mapping[str, Any]] = (),
        display_title: str | None = None,
    ) -> bool:
        """How a dispatched run goes on (`admin_runs`), or ends; whether somebody wants it cancelled."""
        given = {"status": status, "conclusion": conclusion, "display_title": display_title}
        cancelled: bool = self._ask(
            "POST", "report-run", run_id=run_id, jobs=[dict(job) for job in jobs], **given
        )["cancel_requested"]
        return cancelled

    def upload_artifact(
        self, run_id: int, name: str, data: bytes, retention_days: int = 90, *, overwrite: bool = False
    ) -> dict[str, Any]:
        """A run uploads an artifact, as `actions/upload-artifact` does; what REST tells of it."""
        query = urlencode(
            {"run_id": run_id, "name": name, "retention_days": retention_days, "overwrite": int(overwrite)}
        )
        payload: dict[str, Any] = json.loads(self._send("POST", f"upload-artifact?{query}", data))
        return payload

    def artifact_bytes(self, artifact_id: int) -> bytes:
        """What was uploaded, without a token, as `actions/download-artifact` has it from its own run."""
        return self._send("GET", f"artifact-bytes/{artifact_id}", None)

    def live(self, every: int) -> None:
        """Something happens to the runs after every so many requests; 0: nothing any more."""
        self._ask("POST", "live", every=every)

    def _change(self, what: str, **given: Any) -> list[int]:
        ids: list[int] = self._ask("POST", what, **given)["run_ids"]
        return ids

    def _change_pulls(self, what: str, **given: Any) -> list[int]:
        numbers: list[int] = self._ask("POST", what, **given)["pull_request_numbers"]
        return numbers

    def _ask(self, method: str, address: str, /, **given: Any) -> Any:
        return json.loads(self._send(method, address, json.dumps(given).encode() if given else None))

    def _send(self, method: str, address: str, body: bytes | None) -> bytes:
        request = Request(f"{self.url}/_simulator/{address}", data=body, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own child
                whole: bytes = answer.read()
                return whole
        except HTTPError as error:
            with error:
                raise SimulatorError(f"{method} {address}: {error.read().decode()}") from error
