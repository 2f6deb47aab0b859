"""The REST API: what each address answers.

Endpoints of https://docs.github.com/rest/actions, `/pulls` and `/releases`, as far as a capture of their
history asks for them. Permissions and renamed repositories are settled here; budgets and secondary
limits are not (`service`).
"""

from collections.abc import Callable, Sequence

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.artifact_rest import ArtifactRest
from github_simulator.asset_rest import AssetRest
from github_simulator.blob_links import BlobLinks
from github_simulator.calls import Call, RepositoryCall
from github_simulator.executions import Executions, find_workflow
from github_simulator.history import Attempt, Job, Run, Workflow
from github_simulator.limits import PrimaryLimit
from github_simulator.listing import Listing, RunFilter, TooDeepError, list_runs
from github_simulator.paging import link_header
from github_simulator.payloads import Payload, Payloads
from github_simulator.pull_rest import PullRest
from github_simulator.release_payloads import ReleasePayloads
from github_simulator.release_rest import ReleaseRest
from github_simulator.run_control_rest import RunControlRest
from github_simulator.tokens import Identity, accepted
from github_simulator.world import RepositoryHistory, World

DEFAULT_VERSION, VERSION_WITHOUT_RATE = "2022-11-28", "2026-03-10"
"""The versions of the REST API; the later one drops `rate` from `/rate_limit`."""
RETENTION_DAYS = 90
LONGEST_RETENTION_DAYS = {False: 90, True: 400}
"""By whether the repository is private."""


class Rest:
    """Answers requests from the world, and writes to it what they ask."""

    def __init__(
        self, world: World, payloads: Payloads, blob_links: BlobLinks, executions: Executions
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._blob_links = blob_links
        self._artifacts = ArtifactRest(world, self._payloads, blob_links, self._page)
        self._pulls = PullRest(self._payloads, self._plain_page)
        releases = ReleasePayloads(self._payloads)
        self._releases = ReleaseRest(world, releases, self._plain_page)
        self._assets = AssetRest(world, releases, blob_links, self._plain_page)
        self._run_control = RunControlRest(world, self._payloads, executions)

    def answer(self, call: Call) -> Answer:
        """The answer, before any fault or limit."""
        route = call.match.route
        if not route.is_repository:
            return self._rate_limit(call) if route.name == "rate_limit" else self._user(call)
        history = self._history(call)
        if history is None:
            return self._moved(call) or refusals.not_found()
        if route.permission not in call.identity.permissions:
            return _not_permitted(call)
        return self._handlers()[route.name](RepositoryCall(**vars(call), history=history))

    def _handlers(self) -> dict[str, Callable[[RepositoryCall], Answer]]:
        return {
            "repository": self._repository,
            "workflows": self._workflows,
            "workflow": self._workflow,
            "workflow_runs": self._workflow_runs,
            "runs": lambda call: self._runs(call, None),
            "run": self._run,
            "attempt": self._attempt,
            "jobs": self._jobs,
            "attempt_jobs": self._attempt_jobs,
            "job": self._job,
            "job_logs": self._job_logs,
            **self._artifacts.handlers(),
            **self._pulls.handlers(),
            **self._releases.handlers(),
            **self._assets.handlers(),
            **self._run_control.handlers(),
            "retention": self._retention,
        }

    def _history(self, call: Call) -> RepositoryHistory | None:
        """The repository, if it is there and the caller may know of it."""
        values = call.match.values
        if "repository_id" in values:
            history = self._world.history_by_id(int(values["repository_id"]))
        else:
            history = self._world.history(f"{values['owner']}/{values['repo']}")
        hidden = history is not None and history.repository.private and call.identity.is_anonymous
        return None if hidden else history

    def _moved(self, call: Call) -> Answer | None:
        """Where a renamed repository is now: its address by id, the query kept."""
        values = call.match.values
        if "repository_id" in values:
            return None
        history = self._world.formerly(f"{values['owner']}/{values['repo']}")
        if history is None or (history.repository.private and call.identity.is_anonymous):
            return None
        return refusals.moved(self._url(history, call), call.query)

    def _rate_limit(self, call: Call) -> Answer:
        """Free. Besides core and graphql only what GitHub's schema demands is listed."""
        now = self._world.clock.now()
        resources = {limit.resource: _budget(limit, now) for limit in (call.limits.core, call.limits.graphql)}
        search = PrimaryLimit("search", 10 if call.identity.is_anonymous else 30)
        body = {"resources": {**resources, "search": _budget(search, now)}}
        if call.api_version < VERSION_WITHOUT_RATE:
            body["rate"] = resources["core"]
        return json_answer(200, body)

    def _user(self, call: Call) -> Answer:
        """The owner of the token: the owner of the first repository."""
        if call.identity.is_anonymous:
            return refusals.refusal(401, "Requires authentication")
        return json_answer(200, self._payloads.person(self._world.histories[0].repository.owner))

    def _repository(self, call: RepositoryCall) -> Answer:
        """With what the token may do, if there is one."""
        payload = self._payloads.full_repository(call.history.repository)
        if not call.identity.is_anonymous:
            payload["permissions"] = _permissions(call.identity)
        return json_answer(200, payload)

    def _workflows(self, call: RepositoryCall) -> Answer:
        workflows = call.history.workflows
        payloads = [self._payloads.workflow(one) for one in workflows[call.page.begin : call.page.end]]
        return self._page(call, "workflows", payloads, len(workflows), -(-len(workflows) // call.page.size))

    def _workflow(self, call: RepositoryCall) -> Answer:
        workflow = self._asked_workflow(call)
        return json_answer(200, self._payloads.workflow(workflow)) if workflow else refusals.not_found()

    def _workflow_runs(self, call: RepositoryCall) -> Answer:
        workflow = self._asked_workflow(call)
        return self._runs(call, workflow) if workflow else refusals.not_found()

    def _asked_workflow(self, call: RepositoryCall) -> Workflow | None:
        return find_workflow(call.history, call.match.values["workflow_id"])

    def _runs(self, call: RepositoryCall, workflow: Workflow | None) -> Answer:
        try:
            wanted = RunFilter.of(call.query, workflow)
        except ValueError:
            return refusals.invalid_parameter("created")
        try:
            listing: Listing = list_runs(call.history, wanted, call.page)
        except TooDeepError:
            return refusals.too_deep()
        payloads = [self._run_payload(call, run) for run in listing.runs]
        return self._page(call, "workflow_runs", payloads, listing.total_count, listing.last_page)

    def _run_payload(self, call: RepositoryCall, run: Run, attempt: Attempt | None = None) -> Payload:
        exclude = call.query.get("exclude_pull_requests", "").lower() == "true"
        return self._payloads.run(run, attempt, exclude_pull_requests=exclude)

    def _run(self, call: RepositoryCall) -> Answer:
        run = self._asked_run(call)
        return json_answer(200, self._run_payload(call, run), items=1) if run else refusals.not_found()

    def _asked_run(self, call: RepositoryCall) -> Run | None:
        run = self._world.run(call.number("run_id"))
        return run if run and run.repository is call.history.repository else None

    def _attempt(self, call: RepositoryCall) -> Answer:
        run, number = self._asked_run(call), call.number("attempt_number")
        if run is None or not 0 < number <= len(run.attempts):
            return refusals.not_found()
        return json_answer(200, self._run_payload(call, run, run.attempts[number - 1]), items=1)

    def _jobs(self, call: RepositoryCall) -> Answer:
        run = self._asked_run(call)
        if run is None:
            return refusals.not_found()
        every = call.query.get("filter") == "all"
        return self._job_page(call, self._world.jobs(run) if every else self._world.latest_jobs(run))

    def _attempt_jobs(self, call: RepositoryCall) -> Answer:
        run, number = self._asked_run(call), call.number("attempt_number")
        if run is None or not 0 < number <= len(run.attempts):
            return refusals.not_found()
        return self._job_page(call, self._world.jobs(run, number))

    def _job_page(self, call: RepositoryCall, jobs: Sequence[Job]) -> Answer:
        payloads = [self._payloads.job(job) for job in jobs[call.page.begin : call.page.end]]
        return self._page(call, "jobs", payloads, len(jobs), -(-len(jobs) // call.page.size))

    def _job(self, call: RepositoryCall) -> Answer:
        job = self._asked_job(call)
        return json_answer(200, self._payloads.job(job), items=1) if job else refusals.not_found()

    def _asked_job(self, call: RepositoryCall) -> Job | None:
        job = self._world.job(call.number("job_id"))
        return job if job and job.run.repository is call.history.repository else None

    def _job_logs(self, call: RepositoryCall) -> Answer:
        """302 to the text. None while the job is unfinished, none where it never ran."""
        if call.identity.is_anonymous:
            return refusals.admin_needed()
        job = self._asked_job(call)
        if job is None or job.completed_at is None or job.conclusion == "skipped":
            return refusals.not_found()
        return Answer(302, b"", {"Location": self._blob_links.link(f"/job-logs/{job.id}.txt")})

    def _retention(self, call: RepositoryCall) -> Answer:
        longest = LONGEST_RETENTION_DAYS[call.history.repository.private]
        return json_answer(200, {"days": RETENTION_DAYS, "maximum_allowed_days": longest})

    def _page(
        self, call: RepositoryCall, name: str, payloads: list[Payload], total: int, last_page: int
    ) -> Answer:
        """A page of a listing that says how much there is."""
        return self._linked(call, {"total_count": total, name: payloads}, len(payloads), last_page)

    def _plain_page(self, call: RepositoryCall, payloads: list[Payload], last_page: int) -> Answer:
        """A page of a listing that is nothing but a list."""
        return self._linked(call, payloads, len(payloads), last_page)

    def _linked(
        self, call: RepositoryCall, body: Payload | list[Payload], items: int, last_page: int
    ) -> Answer:
        """With the Link header, which leads to the other pages."""
        link = link_header(self._url(call.history, call), call.query, call.page, last_page)
        return json_answer(200, body, items=items, headers={"Link": link} if link else {})

    def _url(self, history: RepositoryHistory, call: Call) -> str:
        return f"{self._payloads.api_url}/repositories/{history.repository.id}{call.match.tail}"


def _not_permitted(call: Call) -> Answer:
    """Whoever says nothing of himself may not write, and may not read what is for admins."""
    route = call.match.route
    if call.identity.is_anonymous:
        return refusals.admin_needed() if route.method == "GET" else refusals.login_needed()
    return refusals.not_permitted(accepted(route.permission))


def _permissions(identity: Identity) -> dict[str, bool]:
    """The role that a token's permissions amount to, as the repository tells it."""
    may_write = "contents_write" in identity.permissions
    return {
        "admin": may_write and "administration" in identity.permissions,
        "maintain": may_write and "administration" in identity.permissions,
        "push": may_write,
        "triage": may_write,
        "pull": True,
    }


def _budget(limit: PrimaryLimit, now: float) -> Payload:
    budget = limit.look(now)
    return {
        "limit": budget.limit,
        "remaining": budget.remaining,
        "reset": budget.reset_at,
        "used": budget.used,
        "resource": limit.resource,
    }
