"""Which REST address means what: GitHub's templates, and what each needs.

Everything below a repository is served twice: under its name, and under
`/repositories/{id}`, where the Link header and renamed repositories lead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from github_simulator.tokens import Permission

_REPOSITORY = "/repos/{owner}/{repo}"
_REPOSITORY_PATTERN = r"(?:/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)|/repositories/(?P<repository_id>\d+))"


@dataclass(frozen=True)
class Route:
    """An address by its template, the name of what answers it, and the permission it needs."""

    template: str
    name: str
    permission: Permission = "actions"

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
)


def find_route(path: str) -> Match | None:
    """The route that a path takes; None where there is no such address."""
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found:
            values = {key: value for key, value in found.groupdict().items() if value is not None}
            return Match(route, values, _tail(path) if route.is_repository else "")
    return None


@lru_cache
def _compile(template: str) -> re.Pattern[str]:
    pattern = template.replace(_REPOSITORY, _REPOSITORY_PATTERN)
    return re.compile(re.sub(r"(?<!\?P)\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))


def _tail(path: str) -> str:
    return re.sub(f"^{_REPOSITORY_PATTERN}", "", path)
