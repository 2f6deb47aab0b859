"""A request that was admitted, as work to do: which budget pays, and what produces the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from github_simulator import etags, refusals
from github_simulator.answer import Answer, Request, json_answer
from github_simulator.asset_rest import wants_bytes
from github_simulator.calls import Call
from github_simulator.faults import DOWNLOAD, RUN_DETAILS
from github_simulator.graphql import answer as answer_graphql
from github_simulator.limits import PointsBudget, PrimaryLimit, TokenLimits
from github_simulator.posted_query import PostedQuery
from github_simulator.rest import DEFAULT_VERSION, VERSION_WITHOUT_RATE, Rest
from github_simulator.routes import Match, find_route
from github_simulator.tokens import Identity
from github_simulator.world import World

VERSIONS = frozenset({DEFAULT_VERSION, VERSION_WITHOUT_RATE})
UNKNOWN = "(unknown address)"


@dataclass(frozen=True)
class Visit:
    """A request by somebody known, within the secondary limits, at one instant.

    `query` is what it posts to GraphQL, if it does.
    """

    request: Request
    identity: Identity
    limits: TokenLimits
    now: float
    query: PostedQuery | None = None

    @property
    def reads(self) -> bool:
        """Whether nothing is changed by it, as far as its method says."""
        return self.request.method == "GET"


@dataclass
class Product:
    """An answer, what it takes off the budget, and the CPU seconds it took."""

    answer: Answer
    cost: int
    cpu_seconds: float


@dataclass(frozen=True)
class Task:
    """What a request asks for.

    `endpoint` is the template or the operation, `target` and `weight` are what faults look
    at, `refusal` is what GitHub says once `budget` is spent. A `free` task needs no budget.
    """

    budget: PrimaryLimit
    endpoint: str
    target: str
    weight: int
    refusal: Callable[[], Answer]
    produce: Callable[[], Product]
    free: bool = False


class RestTasks:
    """Turns requests into REST tasks."""

    def __init__(self, world: World, rest: Rest) -> None:
        self._world = world
        self._rest = rest

    def task(self, visit: Visit) -> Task:
        match = find_route(visit.request)
        return Task(
            budget=visit.limits.core,
            endpoint=match.route.endpoint if match else UNKNOWN,
            target=_target(visit.request, match),
            weight=_weight(visit.request),
            refusal=lambda: refusals.rate_limit_exceeded(anonymous=visit.identity.is_anonymous),
            produce=lambda: self._produce(visit, match),
            free=match is not None and match.route.template == "/rate_limit",
        )

    def _produce(self, visit: Visit, match: Match | None) -> Product:
        answer = self._answer(visit, match)
        cpu_seconds = self._world.cpu_cost.rest(answer.items)
        if answer.status == HTTPStatus.OK and visit.reads and answer.stream is None:
            answer = etags.tag(visit.request, answer)
        is_free = answer.status == HTTPStatus.NOT_MODIFIED and not visit.identity.is_anonymous
        return Product(answer, 0 if is_free else 1, cpu_seconds)

    def _answer(self, visit: Visit, match: Match | None) -> Answer:
        request = visit.request
        version = request.headers.get("x-github-api-version", DEFAULT_VERSION)
        if version not in VERSIONS:
            return refusals.unsupported_version(version)
        if match is None:
            return refusals.not_found()
        call = Call(request, match, request.query, visit.identity, visit.limits, version)
        with self._world.lock:
            answer = self._rest.answer(call)
        answer.headers["X-GitHub-Api-Version-Selected"] = version
        return answer


def _target(request: Request, match: Match | None) -> str:
    """What faults look at: the address, and what else tells one such request from another."""
    name = match.route.name if match else ""
    if request.method != "GET":
        details = name == "dispatch" and b'"return_run_details"' in request.body
        return f"{request.method} {request.target}{RUN_DETAILS if details else ''}"
    download = name == "asset" and wants_bytes(request.headers.get("accept", ""))
    return request.target + (DOWNLOAD if download else "")


def _weight(request: Request) -> int:
    """How many things it asks for at once: 30 where it does not say, as GitHub does."""
    per_page = request.query.get("per_page", "")
    if request.method != "GET":
        return 1
    return int(per_page) if per_page.isdecimal() else 30


class GraphQLTasks:
    """Turns requests into GraphQL tasks."""

    def __init__(self, world: World) -> None:
        self._world = world

    def task(self, visit: Visit) -> Task | Answer:
        """The task, or GitHub's refusal of a request that is no query or comes from nobody."""
        if visit.identity.is_anonymous:
            return refusals.authentication_needed()
        if "graphql" not in visit.identity.permissions:
            return refusals.not_permitted()
        query = visit.query
        if query is None:
            return refusals.problems_parsing_json()
        return Task(
            budget=visit.limits.graphql,
            endpoint=query.operation,
            target=query.target,
            weight=query.weight,
            refusal=refusals.graphql_rate_limit_exceeded,
            produce=lambda: self._produce(visit, query),
        )

    def _produce(self, visit: Visit, query: PostedQuery) -> Product:
        if "actions" not in visit.identity.permissions:
            error = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
            return Product(
                json_answer(200, {"data": None, "errors": [error]}), 1, self._world.cpu_cost.graphql(0)
            )
        with self._world.lock:
            answered = answer_graphql(
                self._world,
                query.text,
                query.variables,
                self._before(visit),
                may_read_pulls="pull_requests" in visit.identity.permissions,
            )
        if answered.status == HTTPStatus.OK:
            answer = json_answer(200, answered.body)
        else:
            answer = refusals.server_error(answered.status)
        return Product(answer, answered.points, answered.cpu_seconds)

    def _before(self, visit: Visit) -> PointsBudget:
        """The budget before this query, whose first point was taken on admission."""
        budget = visit.limits.graphql.look(visit.now)
        return PointsBudget(budget.limit, budget.remaining + 1, budget.used - 1, budget.reset_at)
