"""GitHub's GraphQL API: one query in, GitHub's answer out.

The order is GitHub's: a query is parsed and checked against the schema, its cost and node
limit are worked out from its text and variables, and only then is it answered. Everything
but the ten-second limit comes with status 200, so whoever asks must look at `errors`.
"""

from dataclasses import dataclass

from graphql import DocumentNode, ExecutionResult, execute_sync, get_variable_values

from github_simulator import graphql_errors
from github_simulator.cpu_cost import GRAPHQL_TIME_LIMIT
from github_simulator.graphql_connections import Answer
from github_simulator.graphql_cost import MINIMUM_POINTS, QueryCost, estimate
from github_simulator.graphql_nodes import ACTIONS_BOT, Nodes
from github_simulator.graphql_queries import SCHEMA, RefusedQuery, prepare
from github_simulator.graphql_workload import QueryLimits, Workload
from github_simulator.instants import to_text
from github_simulator.limits import PointsBudget
from github_simulator.world import World

IDS_LIMIT = 100
DEFAULT_LIMITS = QueryLimits()
TIMEOUT_EXTRA_POINTS = 10
"""GitHub says that a query which it had to end costs extra points, not how many."""


@dataclass(frozen=True)
class GraphQLAnswer:
    """`status` is 502 where the query took longer than GitHub allows; `body` is empty then.

    `points` go off the hour's budget and `cpu_seconds` off the minute's; `nodes` is how many
    the query could have returned.
    """

    status: int
    body: dict[str, object]
    points: int
    nodes: int
    cpu_seconds: float


@dataclass(frozen=True)
class _Asked:
    """What is known of a query before it is answered."""

    cost: QueryCost
    budget: PointsBudget
    workload: Workload
    may_read_pulls: bool


def answer(
    world: World,
    query: str,
    variables: dict[str, object],
    budget: PointsBudget,
    limits: QueryLimits = DEFAULT_LIMITS,
    *,
    may_read_pulls: bool = True,
) -> GraphQLAnswer:
    """Answer a query. `budget` is the token's as it stands before this query is charged."""
    prepared = prepare(query)
    if isinstance(prepared, RefusedQuery):
        return _refusal(world, prepared.errors)
    definitions = prepared.operation.variable_definitions or ()
    values = get_variable_values(SCHEMA, definitions, variables)
    if isinstance(values, list):
        return _refusal(world, [graphql_errors.invalid_variable_error(each) for each in values])
    cost = estimate(SCHEMA, prepared.document, prepared.operation, values)
    if cost.nodes > limits.most_requested_nodes:
        error = graphql_errors.node_limit_exceeded(cost.nodes, limits.most_requested_nodes)
        return _refusal(world, [error], cost.nodes)
    asked = _Asked(cost, budget, Workload(limits), may_read_pulls)
    return _execute(world, prepared.document, variables, asked)


def _execute(
    world: World, document: DocumentNode, variables: dict[str, object], asked: _Asked
) -> GraphQLAnswer:
    with world.lock:
        root = _root(Nodes(world, asked.workload, may_read_pulls=asked.may_read_pulls), asked)
        result = execute_sync(SCHEMA, document, root, variable_values=variables)
    cpu_seconds = world.cpu_cost.graphql(asked.workload.nodes, asked.workload.compared_files)
    if cpu_seconds > GRAPHQL_TIME_LIMIT:
        points = asked.cost.points + TIMEOUT_EXTRA_POINTS
        return GraphQLAnswer(502, {}, points, asked.cost.nodes, GRAPHQL_TIME_LIMIT)
    return GraphQLAnswer(200, _body(result), asked.cost.points, asked.cost.nodes, cpu_seconds)


def _root(nodes: Nodes, asked: _Asked) -> dict[str, object]:
    """The fields of GraphQL's `Query`."""

    def by_ids(_: object, ids: list[str]) -> list[Answer | Exception]:
        if len(ids) > IDS_LIMIT:
            raise graphql_errors.too_many_ids(len(ids), IDS_LIMIT)
        asked.workload.add(len(ids))
        return [_answer_or_error(nodes, each) for each in ids]

    return {
        "node": lambda _, **arguments: nodes.by_id(arguments["id"]),
        "nodes": by_ids,
        "repository": lambda _, owner, name: nodes.by_name(owner, name),
        "viewer": lambda _: nodes.user(ACTIONS_BOT),
        "rateLimit": lambda _: _rate_limit(asked.cost, asked.budget),
    }


def _answer_or_error(nodes: Nodes, node_id: str) -> Answer | Exception:
    """An error in a list stands for one item: graphql-core answers null and reports its place."""
    try:
        return nodes.by_id(node_id)
    except graphql_errors.RefusalError as error:
        return error


def _rate_limit(cost: QueryCost, budget: PointsBudget) -> Answer:
    charged = min(cost.points, budget.remaining)
    return {
        "cost": cost.points,
        "limit": budget.limit,
        "nodeCount": cost.nodes,
        "remaining": budget.remaining - charged,
        "resetAt": to_text(budget.reset_at),
        "used": budget.used + charged,
    }


def _body(result: ExecutionResult) -> dict[str, object]:
    errors = [graphql_errors.answered_error(error) for error in result.errors or ()]
    return {"data": result.data, "errors": errors} if errors else {"data": result.data}


def _refusal(world: World, errors: list[dict[str, object]], nodes: int = 0) -> GraphQLAnswer:
    """Nothing is answered, and the least that a query costs is charged."""
    return GraphQLAnswer(200, {"errors": list(errors)}, MINIMUM_POINTS, nodes, world.cpu_cost.graphql(0))
