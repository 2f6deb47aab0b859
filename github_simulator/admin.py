"""The simulator's own address, `/_simulator/...`: what no GitHub has, and no limit counts.

| request | does |
|---|---|
| `GET ledger` (`?lines=1`: every request line too) | what was asked and what it cost |
| `DELETE ledger` | a new page |
| `GET truth/KIND` | the ground truth as NDJSON |
| `POST clock {"advance_seconds": n}` | moves the clock |
| `POST faults {"kind": ...}`, `DELETE faults` | a fault, none any more |
| `POST arrive`, `finish`, `delete {"runs": n}` | changes the history |
| `POST rerun {"runs": n, "mode": "all" or "failed"}` | likewise |
| `POST delete-artifacts {"artifacts": n}` | likewise, of artifacts |
| `POST open-pulls`, `force-push {"count": n}` | changes pull requests (`pull_changes`) |
| `POST close-pulls {"count": n, "merge": true or false}` | likewise |
| `POST comment-on-pulls`, `review-pulls`, `dismiss-reviews {"count": n}` | likewise |
| `POST edit-comments`, `delete-comments {"count": n}` | likewise, of what was said |
| `POST rename {"name": ...}` | gives the repository another name |
| `POST immutable-releases {"enabled": true or false}` | what is published from now on is locked, or not |
| what `admin_runs` lists | workflows, and runs that somebody executes |
| `POST live {"every": n}` | after every n requests something happens; 0: no more |

A change may name its `repository`; otherwise it happens to the first one. One of pull requests
may name the `number` of one of them (`open-pulls` may not).
"""

import json
from collections.abc import Callable
from typing import Any

from github_simulator.admin_runs import AdminRuns
from github_simulator.answer import Answer, Request, json_answer
from github_simulator.faults import Fault
from github_simulator.history import Run
from github_simulator.payloads import Payloads
from github_simulator.service import Service
from github_simulator.truth import Truth
from github_simulator.world import World

PREFIX = "/_simulator/"


class Admin:
    """Answers the simulator's own requests."""

    def __init__(self, world: World, service: Service, truth: Truth, payloads: Payloads) -> None:
        self._world = world
        self._service = service
        self._truth = truth
        self._runs = AdminRuns(world, service.executions, payloads)
        self._actions: dict[str, Callable[[dict[str, Any]], Any]] = {
            "DELETE ledger": lambda _: self._service.begin_page(),
            "POST clock": self._move_clock,
            "POST faults": lambda given: self._service.faults.add(Fault.parse(given)),
            "DELETE faults": lambda _: self._service.faults.clear(),
            "POST arrive": lambda given: _ids(self._service.changes.arrive(**_change(given))),
            "POST finish": lambda given: _ids(self._service.changes.finish(**_change(given))),
            "POST delete": lambda given: _ids(self._service.changes.delete(**_change(given))),
            "POST rerun": lambda given: _ids(
                self._service.changes.rerun(mode=given.pop("mode", "all"), **_change(given))
            ),
            "POST delete-artifacts": self._delete_artifacts,
            **self._pull_actions(),
            **self._runs.actions(),
            "POST immutable-releases": self._lock_releases,
            "POST rename": lambda given: self._service.changes.rename(**given),
            "POST live": lambda given: self._service.live.switch(int(given["every"])),
        }

    def answer(self, request: Request) -> Answer:
        """The answer; 400 where the request makes no sense."""
        asked = request.path.removeprefix(PREFIX)
        try:
            if request.method == "GET" and asked == "ledger":
                return json_answer(200, self._service.page(with_lines="lines" in request.query))
            if request.method == "GET" and asked.startswith("truth/"):
                lines = self._truth.lines(asked.removeprefix("truth/"))
                return Answer(200, headers={"Content-Type": "application/x-ndjson"}, stream=lines)
            if request.method == "GET" and asked.startswith("artifact-bytes/"):
                return self._runs.artifact_bytes(int(asked.removeprefix("artifact-bytes/")))
            if f"{request.method} {asked}" == "POST upload-artifact":
                return self._runs.upload(request)
            action = self._actions[f"{request.method} {asked}"]
            given = json.loads(request.body) if request.body else {}
            return json_answer(200, action(given) or {})
        except (KeyError, TypeError, ValueError) as error:
            return json_answer(400, {"message": f"{type(error).__name__}: {error}"})

    def _move_clock(self, given: dict[str, Any]) -> dict[str, Any]:
        self._world.clock.advance(float(given["advance_seconds"]))
        return {"now": self._world.clock.now()}

    def _lock_releases(self, given: dict[str, Any]) -> None:
        with self._world.lock:
            self._world.named(given.get("repository")).releases.immutable = bool(given["enabled"])

    def _pull_actions(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        pulls = self._service.pull_changes
        changes: dict[str, Callable[..., list[int]]] = {
            "open-pulls": pulls.open_pulls,
            "comment-on-pulls": pulls.comment,
            "review-pulls": pulls.review,
            "dismiss-reviews": pulls.dismiss,
            "edit-comments": pulls.edit_comments,
            "delete-comments": pulls.delete_comments,
            "force-push": pulls.force_push,
            "close-pulls": pulls.close,
        }

        def action(change: Callable[..., list[int]]) -> Callable[[dict[str, Any]], Any]:
            return lambda given: {"pull_request_numbers": change(**given)}

        return {f"POST {name}": action(change) for name, change in changes.items()}

    def _delete_artifacts(self, given: dict[str, Any]) -> dict[str, Any]:
        chosen = self._service.changes.delete_artifacts(int(given["artifacts"]), given.get("repository"))
        return {"artifact_ids": [artifact.id for artifact in chosen]}


def _change(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a change, from its JSON."""
    return {"count": int(given["runs"]), "repository": given.get("repository")}


def _ids(runs: list[Run]) -> dict[str, Any]:
    return {"run_ids": [run.id for run in runs]}
