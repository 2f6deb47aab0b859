"""Points and nodes by GitHub's formula."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, VariableValues, get_variable_values

from github_simulator.graphql_cost import QueryCost, estimate
from github_simulator.graphql_queries import SCHEMA, PreparedQuery, prepare

RUNS_JOBS_STEPS = """
query ($ids: [ID!]!, $jobs: Int!, $steps: Int!) {
  nodes(ids: $ids) { ... on WorkflowRun { checkSuite {
    checkRuns(first: $jobs, filterBy: {checkType: ALL}) { nodes { name
      steps(first: $steps) { nodes { number } } } } } } }
}"""
RUNS_JOBS = """
query ($ids: [ID!]!, $jobs: Int!) {
  nodes(ids: $ids) { ... on WorkflowRun { checkSuite { checkRuns(first: $jobs) { nodes { name } } } } }
}"""
JOBS_STEPS = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CheckRun { steps(first: 50) { nodes { number } } } } }"
)


def cost_of(query: str, **variables: Any) -> QueryCost:
    prepared = prepare(query)
    assert isinstance(prepared, PreparedQuery), prepared
    return estimate(SCHEMA, prepared.document, prepared.operation, values(prepared.operation, variables))


def values(operation: OperationDefinitionNode, variables: dict[str, Any]) -> VariableValues:
    found = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    assert isinstance(found, VariableValues), found
    return found


def some_ids(count: int) -> list[str]:
    return [f"WFR_{number}" for number in range(count)]


# The rows of a table that was worked out by hand from GitHub's formula:
# requests = 1 + runs + runs x jobs, nodes = runs + runs x jobs + runs x jobs x steps.
@pytest.mark.parametrize(
    ("runs", "jobs", "steps", "points", "nodes"),
    [
        (100, 100, 50, 101, 510_100),
        (100, 50, 50, 51, 255_100),
        (25, 50, 50, 13, 63_775),
        (20, 100, 60, 20, 122_020),
        (10, 20, 50, 2, 10_210),
    ],
)
def test_runs_with_jobs_with_steps_cost_what_the_formula_says(
    runs: int, jobs: int, steps: int, points: int, nodes: int
) -> None:
    cost = cost_of(RUNS_JOBS_STEPS, ids=some_ids(runs), jobs=jobs, steps=steps)
    assert (cost.points, cost.nodes) == (points, nodes)


def test_the_jobs_of_a_hundred_runs_cost_one_point_without_their_steps() -> None:
    cost = cost_of(RUNS_JOBS, ids=some_ids(100), jobs=100)
    assert (cost.requests, cost.points, cost.nodes) == (101, 1, 10_100)


def test_the_steps_of_a_hundred_jobs_cost_one_point() -> None:
    cost = cost_of(JOBS_STEPS, ids=some_ids(100))
    assert (cost.requests, cost.points, cost.nodes) == (101, 1, 5_100)


def test_the_least_a_query_costs_is_one_point() -> None:
    assert cost_of("{ viewer { login } }").points == 1


@pytest.mark.parametrize(("requests", "points"), [(149, 1), (150, 2), (249, 2), (250, 3)])
def test_points_are_rounded_to_the_nearest_whole_number(requests: int, points: int) -> None:
    assert QueryCost(requests=requests).points == points


def test_last_counts_like_first() -> None:
    assert cost_of(RUNS_JOBS.replace("first:", "last:"), ids=some_ids(3), jobs=7).nodes == 3 + 21


def test_a_field_asked_for_twice_under_two_names_is_paid_twice() -> None:
    query = "query ($ids: [ID!]!) { a: nodes(ids: $ids) { id } b: nodes(ids: $ids) { id } }"
    assert cost_of(query, ids=some_ids(5)) == QueryCost(requests=2, nodes=10)


def test_fragments_cost_what_they_hold_wherever_they_are_used() -> None:
    query = """
    query ($ids: [ID!]!) { nodes(ids: $ids) { ...onRun } }
    fragment onRun on WorkflowRun { checkSuite { ...jobs } }
    fragment jobs on CheckSuite { checkRuns(first: 10) { nodes { name } } }"""
    assert cost_of(query, ids=some_ids(4)) == QueryCost(requests=1 + 4, nodes=4 + 40)


@pytest.mark.parametrize(
    ("directive", "requests_if_false", "requests_if_true"),
    [("@include(if: $jobs)", 1, 4), ("@skip(if: $jobs)", 4, 1)],
)
def test_what_a_directive_leaves_out_is_not_paid(
    directive: str, requests_if_false: int, requests_if_true: int
) -> None:
    query = f"""
    query ($ids: [ID!]!, $jobs: Boolean!) {{ nodes(ids: $ids) {{ ... on CheckSuite {directive} {{
      checkRuns(first: 10) {{ nodes {{ name }} }} }} }} }}"""
    assert cost_of(query, ids=some_ids(3), jobs=False).requests == requests_if_false
    assert cost_of(query, ids=some_ids(3), jobs=True).requests == requests_if_true


def test_counting_without_listing_visits_the_parents_but_brings_no_nodes() -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CheckSuite { checkRuns { totalCount } } } }"
    assert cost_of(query, ids=some_ids(100)) == QueryCost(requests=101, nodes=100)


def test_a_default_of_a_variable_counts_like_a_given_value() -> None:
    query = """query ($ids: [ID!]!, $jobs: Int = 25) { nodes(ids: $ids) { ... on CheckSuite {
      checkRuns(first: $jobs) { nodes { name } } } } }"""
    assert cost_of(query, ids=some_ids(2)).nodes == 2 + 50
