"""What GraphQL answers is what the world holds, in GitHub's form."""

from collections.abc import Iterator
from typing import Any

import pytest

from github_simulator import graphql, ids
from github_simulator.history import CheckRun, Run
from github_simulator.instants import to_text
from github_simulator.limits import PointsBudget
from github_simulator.options import WorldOptions
from github_simulator.runs import rerun
from github_simulator.steps import steps_of
from github_simulator.world import World

FULL = PointsBudget(limit=5_000, remaining=4_990, used=10, reset_at=1_795_180_000)


@pytest.fixture(scope="module")
def world() -> World:
    """Enough runs for re-runs, giants, foreign check runs, unfinished runs and deleted users."""
    return World(WorldOptions(seed=3, runs=900, rerun_share=0.1, giants_share=0.01))


def ask(world: World, query: str, **variables: object) -> Any:
    """The data of an answer that has no errors."""
    body = graphql.answer(world, query, variables, FULL).body
    assert "errors" not in body, body["errors"]
    return body["data"]


def runs_of(world: World) -> list[Run]:
    return world.histories[0].runs


def a_giant(world: World) -> Run:
    return next(run for run in runs_of(world) if run.job_count == 300)


def batches(things: list[str]) -> Iterator[list[str]]:
    return (things[start : start + 100] for start in range(0, len(things), 100))


def every_check_run(world: World, run: Run) -> list[CheckRun]:
    return [*world.jobs(run), *world.foreign_check_runs(run)]


def pages(world: World, run: Run, size: int, check_type: str = "ALL") -> list[list[dict[str, Any]]]:
    """Every page of a run's check runs, one query after another."""
    query = """query ($id: ID!, $size: Int!, $after: String, $type: CheckRunType!) { node(id: $id) {
      ... on WorkflowRun { checkSuite { checkRuns(first: $size, after: $after, filterBy: {checkType: $type}) {
        pageInfo { hasNextPage endCursor } nodes { databaseId } } } } } }"""
    found: list[list[dict[str, Any]]] = []
    after = None
    while len(found) <= len(every_check_run(world, run)):
        data = ask(world, query, id=run.node_id, size=size, after=after, type=check_type)
        connection = data["node"]["checkSuite"]["checkRuns"]
        found.append(connection["nodes"])
        if not connection["pageInfo"]["hasNextPage"]:
            return found
        after = connection["pageInfo"]["endCursor"]
    raise AssertionError("the pages do not end")


def ids_in(found: list[list[dict[str, Any]]]) -> list[int]:
    return [node["databaseId"] for page in found for node in page]


def test_every_run_and_its_suite_say_what_the_world_holds(world: World) -> None:
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun {
      id databaseId runNumber event createdAt updatedAt url file { path } workflow { databaseId name state }
      checkSuite { id databaseId status conclusion branch { name } commit { oid } creator { login } } } } }"""
    for batch in batches([run.node_id for run in runs_of(world)]):
        for node in ask(world, query, ids=batch)["nodes"]:
            run = world.run(node["databaseId"])
            assert run is not None
            in_own_repository = run.head_repository is run.repository
            is_person = run.actor is not None and run.actor.kind == "User"
            assert node == {
                "id": run.node_id,
                "databaseId": run.id,
                "runNumber": run.run_number,
                "event": run.event,
                "createdAt": to_text(run.created_at),
                "updatedAt": to_text(run.updated_at),
                "url": run.html_url,
                "file": {"path": run.path.split("@")[0]},
                "workflow": {
                    "databaseId": run.workflow.id,
                    "name": run.workflow.name,
                    "state": run.workflow.state.upper(),
                },
                "checkSuite": {
                    "id": run.check_suite_node_id,
                    "databaseId": run.check_suite_id,
                    "status": run.status.upper(),
                    "conclusion": run.conclusion.upper() if run.conclusion else None,
                    "branch": {"name": run.head_branch} if run.head_branch and in_own_repository else None,
                    "commit": {"oid": run.head_sha},
                    "creator": {"login": run.actor.login} if is_person and run.actor else None,
                },
            }


def test_all_check_runs_are_the_jobs_of_every_attempt_and_the_foreign_ones(world: World) -> None:
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { databaseId checkSuite {
      checkRuns(first: 100, filterBy: {checkType: ALL}) { totalCount nodes {
        id databaseId name status conclusion startedAt completedAt detailsUrl } } } } } }"""
    ordinary = [run for run in runs_of(world) if run.job_count < 50]
    for batch in batches([run.node_id for run in ordinary]):
        for node in ask(world, query, ids=batch)["nodes"]:
            run = world.run(node["databaseId"])
            assert run is not None
            expected = every_check_run(world, run)
            check_runs = node["checkSuite"]["checkRuns"]
            assert check_runs["totalCount"] == len(expected)
            assert check_runs["nodes"] == [as_answered(each) for each in expected]


def as_answered(check_run: CheckRun) -> dict[str, Any]:
    completed_at = check_run.completed_at
    return {
        "id": check_run.node_id,
        "databaseId": check_run.id,
        "name": check_run.name,
        "status": check_run.status.upper(),
        "conclusion": check_run.conclusion.upper() if check_run.conclusion else None,
        "startedAt": to_text(check_run.started_at),
        "completedAt": None if completed_at is None else to_text(completed_at),
        "detailsUrl": check_run.details_url,
    }


def test_the_world_has_what_makes_check_runs_hard(world: World) -> None:
    runs = runs_of(world)
    assert any(len(run.attempts) > 2 for run in runs)
    assert any(world.foreign_check_runs(run) for run in runs)
    assert any(run.status != "completed" for run in runs)
    assert any(run.actor is None for run in runs)
    assert any(not world.jobs(run) for run in runs)


def test_without_a_check_type_only_the_latest_attempt_is_answered(world: World) -> None:
    run = next(run for run in runs_of(world) if len(run.attempts) > 1 and run.job_count < 50)
    query = """query ($id: ID!) { node(id: $id) { ... on WorkflowRun { checkSuite {
      checkRuns(first: 100) { nodes { databaseId } } } } } }"""
    nodes = ask(world, query, id=run.node_id)["node"]["checkSuite"]["checkRuns"]["nodes"]
    latest = [job.id for job in world.jobs(run, run.latest.number)]
    latest += [foreign.id for foreign in world.foreign_check_runs(run)]
    assert [node["databaseId"] for node in nodes] == latest
    assert ids_in(pages(world, run, 100, "LATEST")) == latest
    assert len(ids_in(pages(world, run, 100))) > len(latest)


@pytest.mark.parametrize(
    "asked", ["status: QUEUED", "conclusions: [FAILURE]", "statuses: [IN_PROGRESS, QUEUED]"]
)
def test_check_runs_can_be_filtered(world: World, asked: str) -> None:
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { checkSuite {
      checkRuns(first: 100, filterBy: {checkType: ALL, %s}) { nodes { status conclusion } } } } } }"""
    wanted = set(asked.partition(": ")[2].strip("[]").split(", "))
    found: set[str | None] = set()
    for batch in batches([run.node_id for run in runs_of(world)]):
        for node in ask(world, query % asked, ids=batch)["nodes"]:
            for check_run in node["checkSuite"]["checkRuns"]["nodes"]:
                found |= {check_run["conclusion" if "conclusions" in asked else "status"]}
    assert found == wanted


def test_the_steps_of_jobs_are_those_of_the_world(world: World) -> None:
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CheckRun { databaseId
      steps(first: 100) { totalCount nodes { number name status conclusion startedAt completedAt } } } } }"""
    jobs = [job for run in runs_of(world)[-150:] for job in world.jobs(run)]
    assert any(not steps_of(job) for job in jobs)
    for batch in batches([job.node_id for job in jobs]):
        for node in ask(world, query, ids=batch)["nodes"]:
            job = world.job(node["databaseId"])
            assert job is not None
            expected = [
                {
                    "number": step.number,
                    "name": step.name,
                    "status": step.status.upper(),
                    "conclusion": step.conclusion.upper() if step.conclusion else None,
                    "startedAt": to_text(step.started_at) if step.started_at is not None else None,
                    "completedAt": to_text(step.completed_at) if step.completed_at is not None else None,
                }
                for step in steps_of(job)
            ]
            assert node["steps"] == {"totalCount": len(expected), "nodes": expected[:100]}


def test_a_foreign_check_run_has_no_steps(world: World) -> None:
    foreign = next(each for run in runs_of(world) for each in world.foreign_check_runs(run))
    query = """query ($id: ID!) { node(id: $id) { ... on CheckRun {
      steps(first: 9) { totalCount nodes { name } } } } }"""
    assert ask(world, query, id=foreign.node_id)["node"]["steps"] == {"totalCount": 0, "nodes": []}


def test_one_step_can_be_asked_for_by_its_number(world: World) -> None:
    job = next(job for run in runs_of(world) for job in world.jobs(run) if len(steps_of(job)) > 4)
    last = steps_of(job)[-1]
    query = """query ($id: ID!, $number: Int!) { node(id: $id) { ... on CheckRun {
      steps(first: 5, number: $number) { nodes { name } } } } }"""
    assert ask(world, query, id=job.node_id, number=last.number)["node"]["steps"]["nodes"] == [
        {"name": last.name}
    ]


@pytest.mark.parametrize("size", [1, 77, 100])
def test_the_pages_of_a_giant_hold_every_job_once_in_order(world: World, size: int) -> None:
    giant = a_giant(world)
    every = [each.id for each in every_check_run(world, giant)]
    found = pages(world, giant, size)
    assert ids_in(found) == every
    assert {len(page) for page in found[:-1]} == {size}


def test_a_connection_can_be_read_from_its_end(world: World) -> None:
    giant = a_giant(world)
    every = [each.id for each in every_check_run(world, giant)]
    query = """query ($id: ID!, $before: String) { node(id: $id) { ... on WorkflowRun { checkSuite {
      checkRuns(last: 100, before: $before, filterBy: {checkType: ALL}) {
        pageInfo { hasPreviousPage startCursor } edges { cursor node { databaseId } } } } } } }"""
    found: list[int] = []
    before = None
    for page in (100, 100, len(every) - 200):
        connection = ask(world, query, id=giant.node_id, before=before)["node"]["checkSuite"]["checkRuns"]
        before = connection["pageInfo"]["startCursor"]
        found = [edge["node"]["databaseId"] for edge in connection["edges"]] + found
        assert len(connection["edges"]) == page
        assert before == connection["edges"][0]["cursor"]
        assert connection["pageInfo"]["hasPreviousPage"] == (len(found) < len(every))
    assert found == every


def test_a_page_goes_on_where_it_stopped_after_a_rerun_brought_new_jobs() -> None:
    moving = World(WorldOptions(seed=3, runs=60, giants_share=0.1))
    giant = a_giant(moving)
    query = """query ($id: ID!, $after: String) { node(id: $id) { ... on WorkflowRun { checkSuite {
      checkRuns(first: 100, after: $after, filterBy: {checkType: ALL}) {
        pageInfo { hasNextPage endCursor } nodes { databaseId } } } } } }"""
    seen: list[int] = []
    after = None
    for page in range(6):
        connection = ask(moving, query, id=giant.node_id, after=after)["node"]["checkSuite"]["checkRuns"]
        seen += [node["databaseId"] for node in connection["nodes"]]
        after = connection["pageInfo"]["endCursor"]
        if page == 1:
            rerun(giant, moving.options.now, "all")
    assert seen == [each.id for each in every_check_run(moving, giant)][:600]
    assert len({*seen}) == 600


def test_nodes_answers_by_position_and_null_with_an_error_where_there_is_nothing(world: World) -> None:
    run, other = runs_of(world)[:2]
    unknown = run.node_id.replace("WFR", "XXX")
    query = "query ($ids: [ID!]!) {\n  nodes(ids: $ids) { id __typename }\n}"
    asked = [other.node_id, unknown, run.check_suite_node_id, "gone", run.node_id]
    body: Any = graphql.answer(world, query, {"ids": asked}, FULL).body
    assert [node and (node["id"], node["__typename"]) for node in body["data"]["nodes"]] == [
        (other.node_id, "WorkflowRun"),
        None,
        (run.check_suite_node_id, "CheckSuite"),
        None,
        (run.node_id, "WorkflowRun"),
    ]
    assert body["errors"] == [
        {
            "type": "NOT_FOUND",
            "path": ["nodes", position],
            "locations": [{"line": 2, "column": 3}],
            "message": f"Could not resolve to a node with the global id of '{asked[position]}'",
        }
        for position in (1, 3)
    ]


def test_a_node_id_that_names_another_repository_does_not_open_this_ones_run(world: World) -> None:
    run = runs_of(world)[0]
    assert run.node_id == ids.node_id("WFR", run.id, run.repository.id)
    elsewhere = ids.node_id("WFR", run.id, run.repository.id + 1)
    body: Any = graphql.answer(
        world, "query ($id: ID!) { node(id: $id) { id } }", {"id": elsewhere}, FULL
    ).body
    assert body["data"] == {"node": None}
    assert body["errors"][0]["type"] == "NOT_FOUND"


def test_a_repository_is_found_by_its_name_and_by_the_name_it_had(world: World) -> None:
    query = """query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      databaseId nameWithOwner isPrivate defaultBranchRef { name } } }"""
    repository = world.histories[0].repository
    expected = {
        "databaseId": repository.id,
        "nameWithOwner": "octo/example",
        "isPrivate": False,
        "defaultBranchRef": {"name": "main"},
    }
    assert ask(world, query, owner="octo", name="example")["repository"] == expected
    assert ask(world, query, owner="octo", name="former-example")["repository"] == expected
    body: Any = graphql.answer(world, query, {"owner": "octo", "name": "none"}, FULL).body
    assert body["data"] == {"repository": None}
    assert [(error["type"], error["path"]) for error in body["errors"]] == [("NOT_FOUND", ["repository"])]


def test_a_workflow_lists_its_runs_newest_first(world: World) -> None:
    history = world.histories[0]
    workflow = history.workflows[0]
    query = """query ($id: ID!) { node(id: $id) { ... on Workflow {
      runs(first: 5) { totalCount nodes { databaseId } } } } }"""
    newest = [run.id for run in reversed(history.runs) if run.workflow is workflow]
    assert ask(world, query, id=workflow.node_id)["node"]["runs"] == {
        "totalCount": len(newest),
        "nodes": [{"databaseId": each} for each in newest[:5]],
    }


def test_an_id_of_more_than_32_bits_is_a_number_as_on_the_wire(world: World) -> None:
    run = runs_of(world)[0]
    found = ask(
        world, "query ($id: ID!) { node(id: $id) { ... on WorkflowRun { databaseId } } }", id=run.node_id
    )
    assert found["node"]["databaseId"] == run.id > 2**31


def test_the_schema_can_be_asked_for_and_shows_the_id_as_int(world: World) -> None:
    query = '{ __type(name: "WorkflowRun") { fields { name type { name } } } }'
    fields = {field["name"]: field["type"]["name"] for field in ask(world, query)["__type"]["fields"]}
    assert fields["databaseId"] == "Int"
    assert "runAttempt" not in fields


def test_rate_limit_tells_the_budget_after_this_query(world: World) -> None:
    ids = [run.node_id for run in runs_of(world)[:25]]
    query = """query ($ids: [ID!]!) { rateLimit { limit cost remaining used resetAt nodeCount }
      nodes(ids: $ids) { ... on WorkflowRun { checkSuite { checkRuns(first: 50) { nodes {
        steps(first: 50) { totalCount nodes { number } } } } } } } }"""
    answer = graphql.answer(world, query, {"ids": ids}, FULL)
    data: Any = answer.body["data"]
    assert data["rateLimit"] == {
        "limit": 5_000,
        "cost": 13,
        "remaining": 4_977,
        "used": 23,
        "resetAt": "2026-11-20T13:06:40Z",
        "nodeCount": 63_775,
    }
    assert (answer.points, answer.nodes) == (13, 63_775)


def test_cpu_seconds_count_the_ids_too(world: World) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    every = [run.node_id for run in runs_of(world)]
    one, many = (graphql.answer(world, query, {"ids": every[:count]}, FULL) for count in (1, 100))
    assert many.cpu_seconds > one.cpu_seconds


def test_cpu_seconds_grow_with_what_is_answered_not_with_what_is_asked(world: World) -> None:
    small = next(run for run in runs_of(world) if run.job_count == 1)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { checkSuite {
      checkRuns(first: 100, filterBy: {checkType: ALL}) { nodes { name } } } } } }"""
    one, many = (
        graphql.answer(world, query, {"ids": [run.node_id]}, FULL) for run in (small, a_giant(world))
    )
    assert one.points == many.points
    assert many.cpu_seconds > one.cpu_seconds > 0
