"""The world's records as the JSON objects of GitHub's REST API.

Shapes: https://docs.github.com/rest/actions/workflow-runs, `/workflow-jobs`, `/workflows`,
`/artifacts` and https://docs.github.com/rest/repos/repos.
"""

from typing import Any

from github_simulator import ids
from github_simulator.artifacts import Artifact
from github_simulator.history import Attempt, Commit, Job, Person, Repository, Run, Step, Workflow
from github_simulator.instants import to_text, to_text_with_milliseconds
from github_simulator.payload_links import REPOSITORY_LINKS, USER_LINKS
from github_simulator.steps import steps_of

Payload = dict[str, Any]


class Payloads:
    """Builds payloads whose API addresses begin with `api_url`; assets are sent to `uploads_url`."""

    def __init__(self, api_url: str, uploads_url: str = "https://uploads.github.com") -> None:
        self.api_url = api_url
        self.uploads_url = uploads_url

    def person(self, person: Person) -> Payload:
        url = f"{self.api_url}/users/{person.login}"
        return {
            "login": person.login,
            "id": person.id,
            "node_id": person.node_id,
            "avatar_url": f"https://avatars.githubusercontent.com/u/{person.id}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": f"https://github.com/{person.login}",
            **{key: url + path for key, path in USER_LINKS.items()},
            "type": person.kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def repository(self, repository: Repository) -> Payload:
        """The short form, which each run carries twice."""
        url = self.repository_url(repository)
        return {
            "id": repository.id,
            "node_id": repository.node_id,
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.private,
            "owner": self.person(repository.owner),
            "html_url": repository.html_url,
            "description": "A repository that exists only in the simulator",
            "fork": repository.fork,
            "url": url,
            **{key: url + path for key, path in REPOSITORY_LINKS.items()},
        }

    def full_repository(self, repository: Repository) -> Payload:
        """The answer of `GET /repos/{owner}/{repo}`."""
        html_url = repository.html_url
        created_at = to_text(repository.created_at)
        switches = ("issues", "projects", "wiki", "pages", "downloads", "discussions")
        return {
            **self.repository(repository),
            "created_at": created_at,
            "updated_at": created_at,
            "pushed_at": created_at,
            "git_url": f"git://github.com/{repository.full_name}.git",
            "ssh_url": f"git@github.com:{repository.full_name}.git",
            "clone_url": f"{html_url}.git",
            "svn_url": html_url,
            "homepage": None,
            "mirror_url": None,
            "license": None,
            "language": "Python",
            "topics": [],
            "archived": False,
            "disabled": False,
            "is_template": False,
            "allow_forking": True,
            "web_commit_signoff_required": False,
            "visibility": "private" if repository.private else "public",
            "default_branch": repository.default_branch,
            **{f"has_{switch}": switch in {"issues", "projects"} for switch in switches},
            **dict.fromkeys(("forks", "forks_count", "network_count"), 4),
            **dict.fromkeys(("watchers", "watchers_count", "stargazers_count", "subscribers_count"), 7),
            **dict.fromkeys(("open_issues", "open_issues_count"), 3),
            "size": 1_024,
            "organization": self.person(repository.owner),
        }

    def workflow(self, workflow: Workflow) -> Payload:
        repository = workflow.repository
        payload = {
            "id": workflow.id,
            "node_id": workflow.node_id,
            "name": workflow.name,
            "path": workflow.path,
            "state": workflow.state,
            "created_at": to_text(workflow.created_at).replace("Z", ".000Z"),
            "updated_at": to_text(workflow.updated_at).replace("Z", ".000Z"),
            "url": f"{self.repository_url(repository)}/actions/workflows/{workflow.id}",
            "html_url": f"{repository.html_url}/blob/{repository.default_branch}/{workflow.path}",
            "badge_url": f"{repository.html_url}/workflows/{workflow.name}/badge.svg",
        }
        if workflow.deleted_at is not None:
            payload["deleted_at"] = to_text(workflow.deleted_at).replace("Z", ".000Z")
        return payload

    def commit(self, commit: Commit) -> Payload:
        author = {"name": commit.author, "email": f"{commit.author}@users.noreply.github.com"}
        return {
            "id": commit.sha,
            "tree_id": commit.tree_id,
            "message": commit.message,
            "timestamp": to_text(commit.committed_at),
            "author": author,
            "committer": author,
        }

    def run(
        self, run: Run, attempt: Attempt | None = None, *, exclude_pull_requests: bool = False
    ) -> Payload:
        """A run as of one attempt (None: the latest): status and times are the attempt's."""
        shown = attempt or run.latest
        repository_url = self.repository_url(run.repository)
        url = f"{repository_url}/actions/runs/{run.id}"
        repository = self.repository(run.repository)
        return {
            "id": run.id,
            "name": run.name,
            "node_id": run.node_id,
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
            "path": run.path,
            "display_title": run.display_title,
            "run_number": run.run_number,
            "event": run.event,
            "status": shown.status,
            "conclusion": shown.conclusion,
            "workflow_id": run.workflow.id,
            "check_suite_id": run.check_suite_id,
            "check_suite_node_id": run.check_suite_node_id,
            "url": url,
            "html_url": run.html_url,
            "pull_requests": [] if exclude_pull_requests else self._pull_requests(run),
            "created_at": to_text(run.created_at),
            "updated_at": to_text(shown.updated_at),
            "actor": self.person(run.actor) if run.actor else None,
            "run_attempt": shown.number,
            "referenced_workflows": [],
            "run_started_at": to_text(shown.started_at),
            "triggering_actor": self.person(shown.triggering_actor) if shown.triggering_actor else None,
            "jobs_url": f"{url}/jobs",
            "logs_url": f"{url}/logs",
            "check_suite_url": f"{repository_url}/check-suites/{run.check_suite_id}",
            "artifacts_url": f"{url}/artifacts",
            "cancel_url": f"{url}/cancel",
            "rerun_url": f"{url}/rerun",
            "previous_attempt_url": f"{url}/attempts/{shown.number - 1}" if shown.number > 1 else None,
            "workflow_url": f"{repository_url}/actions/workflows/{run.workflow.id}",
            "head_commit": self.commit(run.head_commit) if run.head_commit else None,
            "repository": repository,
            "head_repository": self._head_repository(run, repository),
        }

    def job(self, job: Job) -> Payload:
        run = job.run
        repository_url = self.repository_url(run.repository)
        return {
            "id": job.id,
            "run_id": run.id,
            "workflow_name": run.name,
            "head_branch": run.head_branch,
            "run_url": f"{repository_url}/actions/runs/{run.id}",
            "run_attempt": job.attempt,
            "node_id": job.node_id,
            "head_sha": run.head_sha,
            "url": f"{repository_url}/actions/jobs/{job.id}",
            "html_url": job.details_url,
            "status": job.status,
            "conclusion": job.conclusion,
            "created_at": to_text(job.created_at),
            "started_at": to_text(job.started_at),
            "completed_at": to_text(job.completed_at) if job.completed_at is not None else None,
            "name": job.name,
            "steps": [_step(step, _StepTimes.of(job)) for step in steps_of(job)],
            "check_run_url": f"{repository_url}/check-runs/{job.id}",
            "labels": list(job.labels),
            "runner_id": job.runner.id,
            "runner_name": job.runner.name,
            "runner_group_id": job.runner.group_id,
            "runner_group_name": job.runner.group_name,
        }

    def artifact(self, artifact: Artifact) -> Payload:
        run, contents = artifact.run, artifact.contents
        url = f"{self.repository_url(run.repository)}/actions/artifacts/{artifact.id}"
        of_run = {
            "id": run.id,
            "repository_id": run.repository.id,
            "head_repository_id": run.head_repository.id if run.head_repository else None,
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
        }
        created_at = to_text(artifact.created_at)
        return {
            "id": artifact.id,
            "node_id": artifact.node_id,
            "name": artifact.name,
            "size_in_bytes": contents.size,
            "url": url,
            "archive_download_url": f"{url}/zip",
            "expired": False,
            "digest": f"sha256:{contents.sha256}" if artifact.has_digest else None,
            "created_at": created_at,
            "updated_at": created_at,
            "expires_at": to_text(artifact.expires_at),
            "workflow_run": {key: value for key, value in of_run.items() if value is not None},
        }

    def repository_url(self, repository: Repository) -> str:
        """Where the API serves the repository."""
        return f"{self.api_url}/repos/{repository.full_name}"

    def _head_repository(self, run: Run, repository: Payload) -> Payload | None:
        if run.head_repository is run.repository:
            return repository
        return self.repository(run.head_repository) if run.head_repository else None

    def _pull_requests(self, run: Run) -> list[Payload]:
        """The open pull request of the head, in the short form that runs have."""
        if run.pull_request_number is None:
            return []
        url = self.repository_url(run.repository)
        repository = {"id": run.repository.id, "url": url, "name": run.repository.name}
        return [
            {
                "url": f"{url}/pulls/{run.pull_request_number}",
                "id": ids.pull_id(run.repository.slot, run.pull_request_number),
                "number": run.pull_request_number,
                "head": {"ref": run.head_branch or "", "sha": run.head_sha, "repo": repository},
                "base": {"ref": "main", "sha": "0" * 40, "repo": repository},
            }
        ]


class _StepTimes:
    """How the steps of a job write their times.

    GitHub mixes `2026-11-20T12:00:00Z`, milliseconds, and a foreign offset, now and then
    within one job; an instant is the same in all of them, to the second.
    """

    def __init__(self, *, milliseconds: int | None, offset_hours: tuple[int, int]) -> None:
        self._milliseconds = milliseconds
        self._offset_hours = offset_hours

    @classmethod
    def of(cls, job: Job) -> "_StepTimes":
        return _STEP_TIMES[(job.run.index + job.position) % len(_STEP_TIMES)]

    def text(self, instant: int | None, step_number: int) -> str | None:
        if instant is None or self._milliseconds is None:
            return None if instant is None else to_text(instant)
        return to_text_with_milliseconds(instant, self._milliseconds, self._offset_hours[step_number % 2])


_STEP_TIMES = (
    _StepTimes(milliseconds=None, offset_hours=(0, 0)),
    _StepTimes(milliseconds=0, offset_hours=(0, 0)),
    _StepTimes(milliseconds=0, offset_hours=(1, 1)),
    _StepTimes(milliseconds=617, offset_hours=(0, -8)),
)


def _step(step: Step, times: _StepTimes) -> Payload:
    return {
        "name": step.name,
        "status": step.status,
        "conclusion": step.conclusion,
        "number": step.number,
        "started_at": times.text(step.started_at, step.number),
        "completed_at": times.text(step.completed_at, step.number),
    }
