"""The world as GraphQL's objects: each a dictionary that holds what GitHub answers by field.

What is nested is a function, called only where a query asks for it. Objects that can be
asked for by id: repositories, workflows, runs, check suites, check runs, and those of
`pull_graphql`.
"""

import uuid
import zlib
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from github_simulator import graphql_errors, ids
from github_simulator.graphql_connections import Answer, FieldInfo, connection
from github_simulator.graphql_workload import Workload
from github_simulator.history import CheckRun, Job, Person, Repository, Run, Step, Workflow
from github_simulator.instants import to_text
from github_simulator.pull_graphql import PullNodes
from github_simulator.steps import steps_of
from github_simulator.world import World

WEB = "https://github.com"
ACTIONS_APP_ID = 15_368
ACTIONS_BOT = Person("github-actions[bot]", 41_898_282)

Item = TypeVar("Item")


class Nodes:
    """Makes the objects that one query is answered with, and counts those that are listed."""

    def __init__(self, world: World, workload: Workload, *, may_read_pulls: bool = True) -> None:
        self._world = world
        self._workload = workload
        self._pulls = PullNodes(world, workload, self.repository, permitted=may_read_pulls)

    def by_id(self, node_id: str) -> Answer:
        """The object with this node id. RefusalError (NOT_FOUND) where there is none."""
        parsed = ids.parse_node_id(node_id)
        found = self._find(parsed) if parsed else None
        if found is None or found["id"] != node_id:
            raise graphql_errors.not_found(node_id)
        return found

    def by_name(self, owner: str, name: str) -> Answer:
        """The repository, also under a name it had before. RefusalError (NOT_FOUND) if none."""
        full_name = f"{owner}/{name}"
        history = self._world.history(full_name) or self._world.formerly(full_name)
        if history is None:
            raise graphql_errors.repository_not_found(full_name)
        return self.repository(history.repository)

    def _find(self, parsed: ids.NodeId) -> Answer | None:
        number = parsed.database_id
        match parsed.prefix:
            case "R":
                history = self._world.history_by_id(number)
                return self.repository(history.repository) if history else None
            case "W":
                workflow = self._world.workflow(number)
                return self.workflow(workflow) if workflow else None
            case "WFR":
                run = self._world.run(number)
                return self.workflow_run(run) if run else None
            case "CS":
                run = self._world.run_of_suite(number)
                return self.check_suite(run) if run else None
            case "CR":
                check_run = self._world.check_run(number)
                return self.check_run(check_run) if check_run else None
            case _:
                return self._pulls.find(parsed)

    def repository(self, repository: Repository) -> Answer:
        return {
            "__typename": "Repository",
            "id": repository.node_id,
            "databaseId": repository.id,
            "name": repository.name,
            "nameWithOwner": repository.full_name,
            "isPrivate": repository.private,
            "createdAt": to_text(repository.created_at),
            "defaultBranchRef": lambda _: self.branch(repository, repository.default_branch),
            **self._pulls.of_repository(repository),
            **_place(f"/{repository.full_name}"),
        }

    def branch(self, repository: Repository, name: str) -> Answer:
        return {
            "__typename": "Ref",
            "id": ids.node_id("REF", zlib.crc32(name.encode()), repository.id),
            "name": name,
            "prefix": "refs/heads/",
            "repository": lambda _: self.repository(repository),
        }

    def user(self, person: Person) -> Answer:
        return {
            "__typename": "User",
            "id": person.node_id,
            "databaseId": person.id,
            "login": person.login,
            **_place(f"/{person.login}"),
        }

    def workflow(self, workflow: Workflow) -> Answer:
        file_name = workflow.path.rsplit("/", 1)[-1]
        return {
            "__typename": "Workflow",
            "id": workflow.node_id,
            "databaseId": workflow.id,
            "name": workflow.name,
            "state": workflow.state.upper(),
            "createdAt": to_text(workflow.created_at),
            "updatedAt": to_text(workflow.updated_at),
            "runs": lambda info, **arguments: self._runs(workflow, info, arguments),
            **_place(f"/{workflow.repository.full_name}/actions/workflows/{file_name}"),
        }

    def workflow_run(self, run: Run) -> Answer:
        return {
            "__typename": "WorkflowRun",
            "id": run.node_id,
            "databaseId": run.id,
            "runNumber": run.run_number,
            "event": run.event,
            "createdAt": to_text(run.created_at),
            "updatedAt": to_text(run.updated_at),
            "checkSuite": lambda _: self.check_suite(run),
            "workflow": lambda _: self.workflow(run.workflow),
            "file": lambda _: self._workflow_file(run),
            **_place(f"/{run.repository.full_name}/actions/runs/{run.id}"),
        }

    def _workflow_file(self, run: Run) -> Answer:
        return {
            "__typename": "WorkflowRunFile",
            "id": ids.node_id("WFRF", run.id, run.repository.id),
            "path": run.path.partition("@")[0],
            "run": lambda _: self.workflow_run(run),
            **_place(f"/{run.repository.full_name}/actions/runs/{run.id}/workflow"),
        }

    def check_suite(self, run: Run) -> Answer:
        repository, branch = run.repository, run.head_branch
        creator = run.actor if run.actor and run.actor.kind == "User" else None
        # A fork's branch is no branch of this repository, so GitHub has no ref for it.
        own_branch = branch if run.head_repository is repository else None
        checks = f"/{repository.full_name}/commit/{run.head_sha}/checks?check_suite_id={run.check_suite_id}"
        return {
            "__typename": "CheckSuite",
            "id": run.check_suite_node_id,
            "databaseId": run.check_suite_id,
            "status": run.status.upper(),
            "conclusion": _upper(run.conclusion),
            "createdAt": to_text(run.created_at),
            "updatedAt": to_text(run.updated_at),
            "app": _actions_app,
            "branch": lambda _: self.branch(repository, own_branch) if own_branch else None,
            "commit": lambda _: self._commit(run),
            "creator": lambda _: self.user(creator) if creator else None,
            "repository": lambda _: self.repository(repository),
            "workflowRun": lambda _: self.workflow_run(run),
            "checkRuns": lambda info, **arguments: self._check_runs(run, info, arguments),
            **_place(checks),
        }

    def _commit(self, run: Run) -> Answer:
        message = run.head_commit.message if run.head_commit else ""
        committed_at = run.head_commit.committed_at if run.head_commit else run.created_at
        return {
            "__typename": "Commit",
            "id": ids.node_id("C", zlib.crc32(run.head_sha.encode()), run.repository.id),
            "oid": run.head_sha,
            "abbreviatedOid": run.head_sha[:7],
            "message": message,
            "messageHeadline": message.partition("\n")[0],
            "committedDate": to_text(committed_at),
            "repository": lambda _: self.repository(run.repository),
            **_place(f"/{run.repository.full_name}/commit/{run.head_sha}"),
        }

    def check_run(self, check_run: CheckRun) -> Answer:
        run = check_run.run
        place = _place(f"/{run.repository.full_name}/runs/{check_run.id}")
        return {
            "__typename": "CheckRun",
            "id": check_run.node_id,
            "databaseId": check_run.id,
            "name": check_run.name,
            "status": check_run.status.upper(),
            "conclusion": _upper(check_run.conclusion),
            "startedAt": to_text(check_run.started_at),
            "completedAt": _time(check_run.completed_at),
            "detailsUrl": check_run.details_url,
            "permalink": place["url"],
            "externalId": lambda _: _external_id(check_run.id) if isinstance(check_run, Job) else "",
            "checkSuite": lambda _: self.check_suite(run),
            "repository": lambda _: self.repository(run.repository),
            "steps": lambda info, **arguments: self._steps(check_run, info, arguments),
            **place,
        }

    def _check_step(self, step: Step, job: Job) -> Answer:
        return {
            "__typename": "CheckStep",
            "number": step.number,
            "name": step.name,
            "status": step.status.upper(),
            "conclusion": _upper(step.conclusion),
            "startedAt": _time(step.started_at),
            "completedAt": _time(step.completed_at),
            "externalId": lambda _: _external_id(job.id, step.number),
        }

    def _runs(self, workflow: Workflow, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        history = self._world.history_by_id(workflow.repository.id)
        runs = [run for run in history.runs if run.workflow is workflow] if history else []
        if arguments["orderBy"]["direction"] == "DESC":
            runs.reverse()
        return self._connection(info, runs, arguments, key="id", answer=self.workflow_run)

    def _check_runs(self, run: Run, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        wanted = arguments.get("filterBy") or {}
        latest_only = wanted.get("checkType") != "ALL"
        check_runs = self._world.check_runs(run, latest_only=latest_only)
        kept = [each for each in check_runs if _passes(each, wanted)] if wanted else check_runs
        return self._connection(info, kept, arguments, key="id", answer=self.check_run)

    def _steps(self, check_run: CheckRun, info: FieldInfo, arguments: Mapping[str, Any]) -> Answer:
        if not isinstance(check_run, Job):
            return self._connection(info, [], arguments, key="number", answer=dict)
        number = arguments.get("number")
        steps = [step for step in steps_of(check_run) if number in (None, step.number)]
        return self._connection(
            info, steps, arguments, key="number", answer=lambda step: self._check_step(step, check_run)
        )

    def _connection(
        self,
        info: FieldInfo,
        items: Sequence[Item],
        arguments: Mapping[str, Any],
        *,
        key: str,
        answer: Callable[[Item], Answer],
    ) -> Answer:
        return connection(
            info, items, arguments, key=attrgetter(key), answer=answer, count=self._workload.add
        )


def _passes(check_run: CheckRun, wanted: Mapping[str, Any]) -> bool:
    """Does a check run match `CheckRunFilter`? What is not asked for matches."""
    status, conclusion = check_run.status.upper(), _upper(check_run.conclusion)
    return (
        wanted.get("appId") in (None, ACTIONS_APP_ID)
        and wanted.get("checkName") in (None, check_run.name)
        and wanted.get("status") in (None, status)
        and ("statuses" not in wanted or wanted["statuses"] is None or status in wanted["statuses"])
        and (
            "conclusions" not in wanted
            or wanted["conclusions"] is None
            or conclusion in wanted["conclusions"]
        )
    )


def _actions_app(_: FieldInfo) -> Answer:
    return {
        "__typename": "App",
        "id": ids.node_id("A", ACTIONS_APP_ID),
        "databaseId": ACTIONS_APP_ID,
        "name": "GitHub Actions",
        "slug": "github-actions",
        "url": f"{WEB}/apps/github-actions",
    }


def _place(path: str) -> Answer:
    return {"resourcePath": path, "url": WEB + path}


def _upper(word: str | None) -> str | None:
    return None if word is None else word.upper()


def _time(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)


def _external_id(*parts: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{WEB}/{'/'.join(map(str, parts))}"))
