"""Which REST address means what: GitHub's templates, and what each needs.

Everything below a repository is served twice: under its name, and under
`/repositories/{id}`, where the Link header and renamed repositories lead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from github_simulator.answer import Host, Request
from github_simulator.tokens import Permission

_REPOSITORY = "/repos/{owner}/{repo}"
_REPOSITORY_PATTERN = r"(?:/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)|/repositories/(?P<repository_id>\d+))"


@dataclass(frozen=True)
class Route:
    """An address by its template, the name of what answers it, and the permission it needs."""

    template: str
    name: str
    permission: Permission = "actions"
    method: str = "GET"
    host: Host = "api"

    @property
    def endpoint(self) -> str:
        """What it is counted as: the template, and the method where something is written."""
        return self.template if self.method == "GET" else f"{self.method} {self.template}"

    @property
    def is_repository(self) -> bool:
        return self.template.startswith(_REPOSITORY)

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compile(self.template)


@dataclass(frozen=True)
class Match:
    """A route that was taken: what stood in its braces, and the path below the repository."""

    route: Route
    values: Mapping[str, str]
    tail: str


_RUN, _WORKFLOW = f"{_REPOSITORY}/actions/runs/{{run_id}}", f"{_REPOSITORY}/actions/workflows/{{workflow_id}}"
_RELEASES = f"{_REPOSITORY}/releases"
_RELEASE, _ASSET = f"{_RELEASES}/{{release_id}}", f"{_RELEASES}/assets/{{asset_id}}"
ROUTES = (
    Route("/rate_limit", "rate_limit", "metadata"),
    Route("/user", "user", "metadata"),
    Route(_REPOSITORY, "repository", "metadata"),
    Route(f"{_REPOSITORY}/actions/workflows", "workflows"),
    Route(f"{_REPOSITORY}/actions/workflows/{{workflow_id}}", "workflow"),
    Route(f"{_REPOSITORY}/actions/workflows/{{workflow_id}}/runs", "workflow_runs"),
    Route(f"{_REPOSITORY}/actions/runs", "runs"),
    Route(f"{_REPOSITORY}/actions/runs/{{run_id}}", "run"),
    Route(f"{_REPOSITORY}/actions/runs/{{run_id}}/attempts/{{attempt_number}}", "attempt"),
    Route(f"{_REPOSITORY}/actions/runs/{{run_id}}/jobs", "jobs"),
    Route(f"{_REPOSITORY}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs", "attempt_jobs"),
    Route(f"{_REPOSITORY}/actions/jobs/{{job_id}}", "job"),
    Route(f"{_REPOSITORY}/actions/jobs/{{job_id}}/logs", "job_logs"),
    Route(f"{_REPOSITORY}/actions/artifacts", "artifacts"),
    Route(f"{_REPOSITORY}/actions/artifacts/{{artifact_id}}", "artifact"),
    Route(f"{_REPOSITORY}/actions/artifacts/{{artifact_id}}/zip", "artifact_zip"),
    Route(f"{_REPOSITORY}/actions/runs/{{run_id}}/artifacts", "run_artifacts"),
    Route(f"{_REPOSITORY}/issues/comments", "issue_comments", "issues"),
    Route(f"{_REPOSITORY}/issues/{{issue_number}}/comments", "issue_comments_of_one", "issues"),
    Route(f"{_REPOSITORY}/pulls", "pulls", "pull_requests"),
    Route(f"{_REPOSITORY}/pulls/comments", "review_comments", "pull_requests"),
    Route(f"{_REPOSITORY}/pulls/{{pull_number}}", "pull", "pull_requests"),
    Route(f"{_REPOSITORY}/pulls/{{pull_number}}/comments", "pull_comments", "pull_requests"),
    Route(f"{_REPOSITORY}/pulls/{{pull_number}}/files", "pull_files", "pull_requests"),
    Route(f"{_REPOSITORY}/pulls/{{pull_number}}/reviews", "pull_reviews", "pull_requests"),
    Route(
        f"{_REPOSITORY}/actions/permissions/artifact-and-log-retention",
        "retention",
        "administration",
    ),
    Route(f"{_REPOSITORY}/immutable-releases", "immutable_releases", "administration"),
    Route(_RELEASES, "releases", "contents"),
    Route(f"{_RELEASES}/latest", "latest_release", "contents"),
    Route(f"{_RELEASES}/tags/{{tag}}", "tagged_release", "contents"),
    Route(_ASSET, "asset", "contents"),
    Route(_RELEASE, "release", "contents"),
    Route(f"{_RELEASE}/assets", "assets", "contents"),
    Route(_RELEASES, "create_release", "contents_write", "POST"),
    Route(_RELEASE, "update_release", "contents_write", "PATCH"),
    Route(_RELEASE, "delete_release", "contents_write", "DELETE"),
    Route(_ASSET, "update_asset", "contents_write", "PATCH"),
    Route(_ASSET, "delete_asset", "contents_write", "DELETE"),
    Route(f"{_RELEASE}/assets", "upload_asset", "contents_write", "POST", "uploads"),
    Route(f"{_WORKFLOW}/dispatches", "dispatch", "actions_write", "POST"),
    Route(f"{_WORKFLOW}/enable", "enable_workflow", "actions_write", "PUT"),
    Route(f"{_WORKFLOW}/disable", "disable_workflow", "actions_write", "PUT"),
    Route(f"{_RUN}/cancel", "cancel_run", "actions_write", "POST"),
    Route(f"{_RUN}/rerun", "rerun", "actions_write", "POST"),
    Route(f"{_RUN}/rerun-failed-jobs", "rerun_failed_jobs", "actions_write", "POST"),
    Route(f"{_REPOSITORY}/actions/artifacts/{{artifact_id}}", "delete_artifact", "actions_write", "DELETE"),
)


def find_route(request: Request) -> Match | None:
    """The route that a request takes; None where there is no such address on that host."""
    for route in ROUTES:
        here = (route.method, route.host) == (request.method, request.host)
        found = route.pattern.fullmatch(request.path) if here else None
        if found:
            values = {key: unquote(value) for key, value in found.groupdict().items() if value is not None}
            return Match(route, values, _tail(request.path) if route.is_repository else "")
    return None


@lru_cache
def _compile(template: str) -> re.Pattern[str]:
    pattern = template.replace(_REPOSITORY, _REPOSITORY_PATTERN)
    pattern = pattern.replace("{tag}", r"(?P<tag>.+)")  # a tag may hold slashes
    return re.compile(re.sub(r"(?<!\?P)\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))


def _tail(path: str) -> str:
    return re.sub(f"^{_REPOSITORY_PATTERN}", "", path)
