"""What GraphQL refuses, and how it says so."""

from typing import Any

import pytest

from github_simulator import graphql
from github_simulator.cpu_cost import CpuCost
from github_simulator.graphql_workload import QueryLimits
from github_simulator.limits import PointsBudget
from github_simulator.options import WorldOptions
from github_simulator.world import World

FULL = PointsBudget(limit=5_000, remaining=5_000, used=0, reset_at=1_795_180_000)
CHECK_RUNS = """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on WorkflowRun { checkSuite {
  checkRuns(%s) { totalCount nodes { databaseId } } } } } }"""


@pytest.fixture(scope="module")
def world() -> World:
    return World(WorldOptions(seed=5, runs=120, giants_share=0.05))


def run_ids(world: World, count: int) -> list[str]:
    return [run.node_id for run in world.histories[0].runs if run.job_count][:count]


def ask(world: World, query: str, **variables: object) -> Any:
    answer = graphql.answer(world, query, variables, FULL)
    assert answer.status == 200
    return answer.body


def test_more_than_a_hundred_ids_are_refused(world: World) -> None:
    ids = run_ids(world, 1)
    assert "errors" not in ask(world, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids * 100)
    body = ask(world, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids * 101)
    assert body["data"] is None
    assert [(error["type"], error["path"], error["message"]) for error in body["errors"]] == [
        ("ARGUMENT_LIMIT", ["nodes"], "You may not provide more than 100 node ids; you provided 101.")
    ]


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (
            "filterBy: {}",
            "MISSING_PAGINATION_BOUNDARIES",
            "You must provide a `first` or `last` value to properly paginate the `checkRuns` connection.",
        ),
        (
            "first: 101",
            "EXCESSIVE_PAGINATION",
            "Requesting 101 records on the `checkRuns` connection exceeds the `first` limit of 100 records.",
        ),
        (
            "last: 200",
            "EXCESSIVE_PAGINATION",
            "Requesting 200 records on the `checkRuns` connection exceeds the `last` limit of 100 records.",
        ),
        (
            'first: 1, after: "bm9uc2Vuc2U="',
            "INVALID_CURSOR_ARGUMENTS",
            "`bm9uc2Vuc2U=` does not appear to be a valid cursor.",
        ),
        ('first: 1, after: "?"', "INVALID_CURSOR_ARGUMENTS", "`?` does not appear to be a valid cursor."),
    ],
)
def test_a_page_that_cannot_be_is_refused_where_it_stands(
    world: World, arguments: str, kind: str, message: str
) -> None:
    ids = run_ids(world, 1)
    body = ask(world, CHECK_RUNS % arguments, ids=ids)
    assert body["data"] == {"nodes": [{"id": ids[0], "checkSuite": {"checkRuns": None}}]}
    (error,) = body["errors"]
    assert (error["type"], error["message"]) == (kind, message)
    assert error["path"] == ["nodes", 0, "checkSuite", "checkRuns"]


def test_a_connection_that_is_only_counted_needs_no_page_size(world: World) -> None:
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { checkSuite {
      checkRuns(filterBy: {checkType: ALL}) { totalCount } } } } }"""
    run = world.run(next(run.id for run in world.histories[0].runs if run.job_count))
    assert run is not None
    count = len(world.check_runs(run, latest_only=False))
    body = ask(world, query, ids=[run.node_id])
    assert body == {"data": {"nodes": [{"checkSuite": {"checkRuns": {"totalCount": count}}}]}}


def test_a_query_for_more_than_half_a_million_nodes_is_not_answered(world: World) -> None:
    query = """query ($ids: [ID!]!, $steps: Int!) { nodes(ids: $ids) { ... on WorkflowRun { checkSuite {
      checkRuns(first: 100) { nodes { steps(first: $steps) { nodes { number } } } } } } } }"""
    ids = run_ids(world, 1) * 100
    answer = graphql.answer(world, query, {"ids": ids, "steps": 50}, FULL)
    assert answer.body == {
        "errors": [
            {
                "type": "MAX_NODE_LIMIT_EXCEEDED",
                "message": "This query requests up to 510,100 possible nodes which exceeds the maximum limit"
                " of 500,000.",
            }
        ]
    }
    assert (answer.status, answer.points, answer.nodes) == (200, 1, 510_100)
    assert "errors" not in graphql.answer(world, query, {"ids": ids, "steps": 48}, FULL).body


def test_past_the_resource_limit_the_rest_is_null_with_an_error_each(world: World) -> None:
    giants = [run for run in world.histories[0].runs if run.job_count > 100][:4]
    ids = [run.node_id for run in giants]
    limits = QueryLimits(most_answered_nodes=250)
    answer = graphql.answer(world, CHECK_RUNS % "first: 100", {"ids": ids}, FULL, limits)
    body: Any = answer.body
    listed = [node["checkSuite"]["checkRuns"] for node in body["data"]["nodes"]]
    assert [each and len(each["nodes"]) for each in listed] == [100, 100, None, None]
    assert body["errors"] == [
        {
            "type": "RESOURCE_LIMITS_EXCEEDED",
            "path": ["nodes", position, "checkSuite", "checkRuns"],
            "locations": [{"line": 2, "column": 3}],
            "message": "Resource limits for this query exceeded.",
        }
        for position in (2, 3)
    ]
    assert answer.status == 200


def test_the_ordinary_resource_limit_leaves_the_largest_cheap_query_alone(world: World) -> None:
    ids = [run.node_id for run in world.histories[0].runs][:100]
    body = ask(world, CHECK_RUNS % "first: 100, filterBy: {checkType: ALL}", ids=ids)
    assert "errors" not in body


def test_a_query_that_takes_over_ten_seconds_is_ended_and_costs_extra() -> None:
    options = WorldOptions(seed=5, runs=120)
    slow, slower = (World(options, cpu_cost=CpuCost(scale=scale)) for scale in (60, 400))
    ids = [run.node_id for run in slow.histories[0].runs[:50]]
    query = CHECK_RUNS % "first: 100"
    answered = graphql.answer(slow, query, {"ids": ids}, FULL)
    ended = graphql.answer(slower, query, {"ids": ids}, FULL)
    assert answered.status == 200
    assert 0 < answered.cpu_seconds <= 10
    assert (ended.status, ended.body, ended.cpu_seconds) == (502, {}, 10)
    assert ended.points > answered.points == 1


def test_an_unknown_field_is_named_with_its_type_and_place(world: World) -> None:
    query = """query Jobs($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on WorkflowRun { runAttempt }
      }
    }"""
    assert ask(world, query, ids=[]) == {
        "errors": [
            {
                "path": ["query Jobs", "nodes", "... on WorkflowRun", "runAttempt"],
                "extensions": {
                    "code": "undefinedField",
                    "typeName": "WorkflowRun",
                    "fieldName": "runAttempt",
                },
                "locations": [{"line": 3, "column": 30}],
                "message": "Field 'runAttempt' doesn't exist on type 'WorkflowRun'",
            }
        ]
    }


def test_a_variable_that_is_missing_or_of_another_type_is_named(world: World) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for variables in ({}, {"ids": None}, {"ids": [None]}):
        (error,) = ask(world, query, **variables)["errors"]
        assert error["message"] == "Variable $ids of type [ID!]! was provided invalid value"
        assert error["locations"] == [{"line": 1, "column": 8}]


@pytest.mark.parametrize(
    "query",
    [
        "query {",
        "",
        "{ nodes { id } }",
        "{ viewer { login } } { viewer { id } }",
        "mutation { addStar { clientMutationId } }",
        "query A { viewer { login } } query B { viewer { login } }",
        "fragment only on User { login }",
        "{ viewer }",
    ],
)
def test_a_query_that_makes_no_sense_is_answered_with_errors_and_no_data(world: World, query: str) -> None:
    answer = graphql.answer(world, query, {}, FULL)
    assert answer.status == 200
    assert list(answer.body) == ["errors"]
    assert answer.body["errors"]
    assert answer.points == 1


def test_a_fault_of_the_simulator_is_not_told_as_an_error_of_github() -> None:
    class Broken(World):
        def run(self, run_id: int) -> Any:
            raise ZeroDivisionError(run_id)

    broken = Broken(WorldOptions(runs=5))
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    with pytest.raises(ZeroDivisionError):
        graphql.answer(broken, query, {"ids": [broken.histories[0].runs[0].node_id]}, FULL)
