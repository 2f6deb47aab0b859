"""One request through GitHub: who asks, the limits, faults, the answer, and what it cost.

The order is GitHub's: bad credentials are refused first, then secondary limits, then the
hour's budget; only what passes them all is answered and counted.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count
from typing import Any

from github_simulator import fault_effects, refusals
from github_simulator.answer import Answer, Request
from github_simulator.blob_links import BlobLinks
from github_simulator.changes import Changes
from github_simulator.executions import Executions
from github_simulator.faults import Fault, Faults
from github_simulator.instants import to_http_date
from github_simulator.ledger import Ledger
from github_simulator.limits import Limits, PrimaryLimit
from github_simulator.live import LiveMode
from github_simulator.payloads import Payloads
from github_simulator.posted_query import PostedQuery
from github_simulator.pull_changes import PullChanges
from github_simulator.rest import Rest
from github_simulator.secondary_limits import POINTS_OF_A_WRITE, Api, Load, highest
from github_simulator.tasks import GraphQLTasks, Product, RestTasks, Task, Visit
from github_simulator.tokens import identify
from github_simulator.world import World

GRAPHQL_PATH = "/graphql"


@dataclass(frozen=True)
class ServiceOptions:
    """How the service behaves, besides what it knows.

    `latency_seconds` are real ones, on top of each answer's CPU time. `arrivals_every`: a
    new run arrives after so many requests (0: never). `live_every`: likewise, but all sorts
    of things happen (`live`). `executions_end_after`: likewise, a run that was dispatched ends
    by itself; where it is 0, that is reported (`executions`).
    """

    requests_per_hour: int = 5_000
    points_per_hour: int = 5_000
    latency_seconds: float = 0.0
    arrivals_every: int = 0
    live_every: int = 0
    executions_end_after: int = 0


class Service:
    """Answers REST and GraphQL requests. Thread-safe."""

    def __init__(
        self,
        world: World,
        payloads: Payloads,
        blob_links: BlobLinks,
        options: ServiceOptions | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options or ServiceOptions()
        self.ledger = Ledger()
        self.faults = Faults(world.options.seed)
        self.changes = Changes(world)
        self.pull_changes = PullChanges(world)
        self.live = LiveMode(world, self.changes, self.pull_changes, self.options.live_every)
        self.executions = Executions(world, self.options.executions_end_after)
        self._world = world
        self._limits = Limits(self.options.requests_per_hour, self.options.points_per_hour)
        self._rest_tasks = RestTasks(world, Rest(world, payloads, blob_links, self.executions))
        self._graphql_tasks = GraphQLTasks(world)
        self._sleep = sleep
        self._numbers = count(1)

    def peak(self) -> Load:
        """The highest load that any token ever put on the service."""
        peak = Load()
        for limits in self._limits.every():
            peak = highest(peak, limits.secondary.peak)
        return peak

    def page(self, *, with_lines: bool) -> dict[str, Any]:
        """The ledger's page, with what live mode has done so far."""
        page = self.ledger.page(self.peak(), with_lines=with_lines)
        happened = {"happened": dict(self.live.happened), "artifacts_deleted": self.live.artifacts_deleted}
        return {**page, **happened}

    def begin_page(self) -> None:
        """A new page of the ledger, and no peak yet."""
        self.ledger.reset()
        for limits in self._limits.every():
            limits.secondary.forget_peak()

    def answer(self, request: Request) -> Answer:
        """The answer, after the time that it takes."""
        self.executions.note_request()
        query = PostedQuery.of(request) if request.path == GRAPHQL_PATH else None
        answer = self._answer(request, query)
        self.ledger.line(request.method, query.line if query else request.target, answer.status)
        number = next(self._numbers)
        answer.headers["Date"] = to_http_date(self._world.clock.now())
        answer.headers["X-GitHub-Request-Id"] = f"5100:{number:08X}"
        answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        if self.options.arrivals_every and number % self.options.arrivals_every == 0:
            self.changes.arrive(1)
        self.live.note_request()
        return answer

    def _answer(self, request: Request, query: PostedQuery | None) -> Answer:
        if not request.headers.get("user-agent"):
            return self._refuse("user_agent", refusals.user_agent_needed())
        identity = identify(request.headers.get("authorization"))
        if identity is None:
            return self._refuse("credentials", refusals.bad_credentials())
        api: Api = "graphql" if request.path == GRAPHQL_PATH else "rest"
        limits = self._limits.of(identity)
        visit = Visit(request, identity, limits, self._world.clock.now(), query)
        points = POINTS_OF_A_WRITE if api == "rest" and not visit.reads else 1
        broken = limits.secondary.enter(api, visit.now, points)
        try:
            if broken is not None:
                answer = self._refuse(f"secondary:{broken}", refusals.secondary_limit())
            else:
                answer = self._admit(visit, api)
        finally:
            limits.secondary.leave()
        _tell_budget(answer, limits.graphql if api == "graphql" else limits.core, visit.now)
        return answer

    def _admit(self, visit: Visit, api: Api) -> Answer:
        task = self._rest_tasks.task(visit) if api == "rest" else self._graphql_tasks.task(visit)
        if isinstance(task, Answer):
            return self._refuse("graphql", task)
        if task.free or task.budget.take_one(visit.now):
            return self._serve(visit, api, task)
        return self._refuse(f"primary:{task.budget.resource}", task.refusal())

    def _refuse(self, kind: str, answer: Answer) -> Answer:
        self.ledger.rejection(kind)
        return answer

    def _serve(self, visit: Visit, api: Api, task: Task) -> Answer:
        fault = self.faults.take(task.target, task.weight)
        product = self._produce(visit, task, fault)
        if not task.free:
            task.budget.adjust(product.cost - 1)
            self._note(api, task, product)
        visit.limits.secondary.spend_cpu(api, product.cpu_seconds, visit.now)
        self._sleep(
            self.options.latency_seconds
            + product.cpu_seconds / self._world.clock.factor
            + product.answer.delay_seconds
        )
        return product.answer

    def _produce(self, visit: Visit, task: Task, fault: Fault | None) -> Product:
        """The true answer, or what a fault makes of it."""
        if fault is None:
            return task.produce()
        answer = fault_effects.instead(fault, visit.now)
        if answer is not None:
            self.ledger.fault(fault.kind)
            return Product(answer, fault_effects.cost_of(fault), self._world.cpu_cost.rest(0))
        bent = fault_effects.bend(fault, visit.request)
        if bent is not None:
            self.ledger.fault(fault.kind)
            return self._rest_tasks.task(replace(visit, request=bent)).produce()
        product = task.produce()
        if fault_effects.spoil(fault, product.answer):
            self.ledger.fault(fault.kind)
        return product

    def _note(self, api: Api, task: Task, product: Product) -> None:
        if api == "graphql":
            self.ledger.query(task.endpoint, product.cost)
        elif product.answer.status == HTTPStatus.NOT_MODIFIED:
            self.ledger.not_modified(task.endpoint)
        if api == "rest":
            self.ledger.request(task.endpoint, product.cost)


def _tell_budget(answer: Answer, limit: PrimaryLimit, now: float) -> None:
    """The headers by which a client knows its budget."""
    budget = limit.look(now)
    answer.headers |= {
        "X-RateLimit-Limit": str(budget.limit),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Used": str(budget.used),
        "X-RateLimit-Reset": str(budget.reset_at),
        "X-RateLimit-Resource": limit.resource,
    }
