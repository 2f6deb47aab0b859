"""GitHub as the captures see it: what they ask for, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.artifact_pages import ArtifactsPage
from progressive_capture.lib.github.node_answers import JOBS_OF_RUNS, STEPS_OF_JOBS
from progressive_capture.lib.github.rate_limits import PATH as RATE_LIMITS_PATH
from progressive_capture.lib.github.rate_limits import read_rate_limits
from progressive_capture.lib.github.repository_paths import repository_path
from progressive_capture.lib.github.rest import PAGE, check_listing, unexpected
from progressive_capture.lib.rate_limit_monitor import CORE, GRAPHQL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.batches import NodeBatch
    from progressive_capture.lib.github.downloads import Downloads
    from progressive_capture.lib.github.gate import Gate
    from progressive_capture.lib.github.graphql_access import GraphQLAccess
    from progressive_capture.lib.github.messages import Answer
    from progressive_capture.lib.github.meter import Meter
    from progressive_capture.lib.github.pulls import PullRequests
    from progressive_capture.lib.github.rate_limits import RateLimit
    from progressive_capture.lib.github.releases import Releases
    from progressive_capture.lib.github.rest import Page, RestClient
    from progressive_capture.lib.github.transfer import Downloaded
    from progressive_capture.lib.github.workflow_control import WorkflowControl
    from progressive_capture.lib.rate_limit_monitor import Budget, Spent

MOST_DAYS = 9_999
"""More than any server keeps things, and little enough for a calendar."""


@dataclass(frozen=True, kw_only=True)
class RunsPage:
    """A page of up to 100 workflow runs, newest first.

    `total_count` is as GitHub says it: past 1,000 it is not to be relied on. Pages shift while runs arrive.
    """

    runs: list[dict[str, Any]]
    total_count: int
    has_next: bool
    captured_at: datetime


@dataclass(frozen=True, kw_only=True)
class JobsAnswer:
    """All jobs of all attempts of a workflow run."""

    jobs: list[dict[str, Any]]
    captured_at: datetime


class GitHub:
    """One GitHub, seen with one token. Safe among threads; it counts its own spending.

    Every method may raise CapturePaused (a limit is reached, or everything has to stop) and, as CaptureError:
    AuthenticationError, NotFoundError, InvalidRequestError, GitHubUnavailableError, UnexpectedPayloadError.

    Attributes:
        pulls: the same GitHub's pull requests, with what belongs to them.
        releases: its releases and their assets, to read and to write.
        workflow_control: its workflows, to start and to switch on, and what becomes of their runs.
    """

    def __init__(
        self,
        *,
        rest: RestClient,
        downloads: Downloads,
        graphql: GraphQLAccess,
        pulls: PullRequests,
        releases: Releases,
        workflow_control: WorkflowControl,
        gate: Gate,
        meter: Meter,
    ) -> None:
        self._rest = rest
        self._downloads = downloads
        self._graphql = graphql
        self.pulls = pulls
        self.releases = releases
        self.workflow_control = workflow_control
        self._gate = gate
        self._meter = meter

    # ---- REST --------------------------------------------------------------------------------------------

    def repository(self, full_name: str) -> Answer:
        """The repository OWNER/NAME, under its new name if it was renamed."""
        return self._object(repository_path(full_name))

    def workflows(self, full_name: str) -> Iterator[Answer]:
        """The repository's workflows: page by page, in the answers' `workflows`."""
        path = f"{repository_path(full_name)}/actions/workflows"
        number, has_next = 1, True
        while has_next:
            answer = self._rest.get(path, {"per_page": str(PAGE), "page": str(number)})
            check_listing(answer.body, "workflows", path)
            yield answer
            number, has_next = number + 1, "next" in answer.links

    def runs(
        self,
        full_name: str,
        *,
        created: str | None = None,
        page: int = 1,
        one_answer: bool = False,
        **filters: str | int | bool,
    ) -> RunsPage:
        """A page of the repository's workflow runs.

        Args:
            full_name: OWNER/NAME.
            created: the span, in GitHub's search syntax; both ends inclusive, whole seconds.
            page: from 1. With any filter GitHub lists 1,000 runs, without one 40,000.
            one_answer: never put a page together of smaller ones; a heavy one is then its first part alone.
            filters: GitHub's own (`status`, `event`, `branch`, `actor`, `exclude_pull_requests`, …).

        Raises:
            ListingTooLongError: past the 40,000th run.
        """
        asked = filters if created is None else {"created": created, **filters}
        path = f"{repository_path(full_name)}/actions/runs"
        found = self._rest.get_page(path, _params(asked), page, items="workflow_runs", one_answer=one_answer)
        return RunsPage(
            runs=found.items,
            total_count=found.total_count,
            has_next=found.has_next,
            captured_at=found.captured_at,
        )

    def run(self, full_name: str, run_id: int) -> Answer:
        """One workflow run, as its latest attempt shows it."""
        return self._object(f"{repository_path(full_name)}/actions/runs/{run_id}")

    def run_attempt(self, full_name: str, run_id: int, attempt: int) -> Answer:
        """The workflow run as it was in one of its attempts, counted from 1."""
        return self._object(f"{repository_path(full_name)}/actions/runs/{run_id}/attempts/{attempt}")

    def run_jobs(self, full_name: str, run_id: int) -> JobsAnswer:
        """All jobs of all attempts of a run, with their steps.

        Raises:
            UnexpectedPayloadError: also where GitHub counts more jobs than it lists, twice.
        """
        path = f"{repository_path(full_name)}/actions/runs/{run_id}/jobs"
        missing = 0
        for _ in range(2):  # pages shift while jobs are added: then read again, once
            pages = list(self._pages(path, {"filter": "all"}, items="jobs"))
            jobs = {job["id"]: job for page in pages for job in page.items}
            missing = pages[-1].total_count - len(jobs)
            if missing <= 0:
                captured_at = min(page.captured_at for page in pages)
                return JobsAnswer(jobs=list(jobs.values()), captured_at=captured_at)
        raise UnexpectedPayloadError(
            f"GitHub's answer to GET {path} counts {missing} more jobs than it lists, twice.",
            hint="The run may be changing: it is tried again later.",
        )

    def peek_runs(self, full_name: str, *, created: str | None = None) -> RunsPage:
        """The newest run of a listing, and how many there are: a page of one."""
        path = f"{repository_path(full_name)}/actions/runs"
        answer = self._rest.get(path, {"per_page": "1"} | ({} if created is None else {"created": created}))
        runs, total_count = check_listing(answer.body, "workflow_runs", path)
        return RunsPage(
            runs=runs,
            total_count=total_count,
            has_next="next" in answer.links,
            captured_at=answer.captured_at,
        )

    def retention_days(self, full_name: str) -> int:
        """How many days the repository keeps runs and their artifacts, for who may administrate it.

        https://docs.github.com/en/rest/actions/permissions
        """
        path = f"{repository_path(full_name)}/actions/permissions/artifact-and-log-retention"
        body = self._rest.get(path).body
        days = body.get("days") if isinstance(body, dict) else None
        if type(days) is not int or not 1 <= days <= MOST_DAYS:
            raise unexpected("days", path, "a number of days")
        return days

    def artifacts(self, full_name: str, *, page: int = 1, size: int = PAGE) -> ArtifactsPage:
        """A page of the repository's artifacts.

        Args:
            full_name: OWNER/NAME.
            page: from 1, of pages of `size`.
            size: other than 100, the page is one answer, never put together of smaller ones.

        Raises:
            ListingTooLongError: GitHub lists no further.
        """
        path = f"{repository_path(full_name)}/actions/artifacts"
        if size == PAGE:
            return ArtifactsPage.of(self._rest.get_page(path, {}, page, items="artifacts"))
        return ArtifactsPage.of(self._rest.get_one_answer(path, page, items="artifacts", size=size))

    def run_artifacts(self, full_name: str, run_id: int) -> Iterator[ArtifactsPage]:
        """The artifacts of all attempts of a run, page by page. They shift while artifacts come and go."""
        path = f"{repository_path(full_name)}/actions/runs/{run_id}/artifacts"
        return map(ArtifactsPage.of, self._pages(path, {}, items="artifacts"))

    def artifact(self, full_name: str, artifact_id: int) -> Answer:
        """One artifact."""
        return self._object(f"{repository_path(full_name)}/actions/artifacts/{artifact_id}")

    def download_artifact(
        self, full_name: str, artifact_id: int, into: BinaryIO, *, at_most: int
    ) -> Downloaded:
        """Write an artifact's bytes into an empty file, at most so many; costs a request.

        Raises: as `Downloads.fetch`, among them GoneError (it has expired) and TooLargeError.
        """
        path = f"{repository_path(full_name)}/actions/artifacts/{artifact_id}/zip"
        return self._downloads.fetch(path, into, at_most=at_most)

    def rate_limits(self) -> dict[str, RateLimit]:
        """The token's hourly budgets by resource (`core`, `graphql`); asking costs nothing."""
        return read_rate_limits(self._rest.get(RATE_LIMITS_PATH).body)

    def _object(self, path: str) -> Answer:
        answer = self._rest.get(path)
        if not isinstance(answer.body, dict) or type(answer.body.get("id")) is not int:
            raise unexpected("id", path, "a number")
        return answer

    def _pages(self, path: str, params: Mapping[str, str], *, items: str) -> Iterator[Page]:
        number, has_next = 1, True
        while has_next:
            page = self._rest.get_page(path, params, number, items=items)
            yield page
            number, has_next = number + 1, page.has_next

    # ---- GraphQL -----------------------------------------------------------------------------------------

    @property
    def graphql_available(self) -> bool:
        """Whether GraphQL may be asked for runs: there is a token, and it has not been refused."""
        return self._graphql.available

    def jobs_of_runs(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The jobs, without steps, of workflow runs by their `node_id`: 1 point for 100 runs.

        What is missing in the batch, with the reason, may still be had by `run_jobs`. Runs with over 100 jobs
        cost a point for each further page that is asked for together; without `giants` they are missing.

        Raises:
            GraphQLRefusedError: GraphQL is not available; `run_jobs` does the same for a request a run.
        """
        return self._graphql.fetch(JOBS_OF_RUNS, node_ids, giants=giants)

    def steps_of_jobs(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The steps of jobs by their `node_id`: 1 point for 100 jobs. Raises as `jobs_of_runs`."""
        return self._graphql.fetch(STEPS_OF_JOBS, node_ids, giants=giants)

    def count_jobs(self, node_ids: Sequence[str]) -> dict[str, int]:
        """How many check runs the suites of up to 100 runs hold: one query, 1 point.

        All attempts count, and what other tools put there. Runs of which GitHub does not tell are left out.

        Raises:
            GraphQLRefusedError: as `jobs_of_runs`.
        """
        return self._graphql.count_listed(JOBS_OF_RUNS, node_ids)

    # ---- what it costs, and the time ---------------------------------------------------------------------

    def spent(self) -> Spent:
        """What this client has used, retries included."""
        return self._meter.spent()

    def budget(self) -> dict[str, Budget]:
        """The token's budgets that GitHub has spoken of, by resource (`core`, `graphql`)."""
        return self._gate.budgets()

    def budget_left(self) -> str:
        """The same in words, for a person, and what is waited for; empty while unknown."""
        if waiting := self._gate.waiting():
            return waiting
        names = {CORE: "requests", GRAPHQL: "points"}
        return ", ".join(
            f"{budget.remaining:,} of {budget.limit:,} {names.get(resource, resource)} left"
            for resource, budget in sorted(self.budget().items())
        )

    def server_now(self) -> datetime:
        """GitHub's time; this machine's, until GitHub has answered."""
        return self._gate.server_now()


def _params(filters: Mapping[str, str | int | bool]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in filters.items()
    }
