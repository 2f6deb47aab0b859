"""Runs that somebody executes: how they are reported, cancelled, run again, and end by themselves."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.in_process import InProcessGitHub
from github_simulator.service import ServiceOptions
from github_simulator.truth import Truth

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"
WORKFLOW = "/repos/octo/example/actions/workflows/capture.yml"
Json = dict[str, Any]


@pytest.fixture
def prepare(make_github: MakeGitHub) -> MakeGitHub:
    def make(service_options: ServiceOptions | None = None, **options: Any) -> InProcessGitHub:
        github = make_github(service_options, **{"runs": 40, **options})
        github.service.executions.declare(
            ".github/workflows/capture.yml", "Capture", ["workflow_dispatch", "schedule"]
        )
        return github

    return make


@pytest.fixture
def github(prepare: MakeGitHub) -> InProcessGitHub:
    return prepare()


def dispatch(github: InProcessGitHub) -> int:
    answer = github.send("POST", f"{WORKFLOW}/dispatches", {"ref": "main", "return_run_details": True})
    number: int = json.loads(answer.body)["workflow_run_id"]
    return number


def report(github: InProcessGitHub, run_id: int, **details: Any) -> None:
    github.service.executions.report(run_id, **details)


def shown(github: InProcessGitHub, run_id: int) -> tuple[str, str | None]:
    run = github.json(f"{RUNS}/{run_id}")
    return run["status"], run["conclusion"]


def jobs(github: InProcessGitHub, run_id: int, query: str = "") -> list[Json]:
    listed: list[Json] = github.json(f"{RUNS}/{run_id}/jobs{query}")["jobs"]
    return listed


def conclusions(github: InProcessGitHub, run_id: int) -> dict[str, str | None]:
    return {job["name"]: job["conclusion"] for job in jobs(github, run_id)}


def failed_run(github: InProcessGitHub) -> int:
    """Plan succeeded, one of two legs failed, and so the end was skipped."""
    run_id = dispatch(github)
    outcomes = {"plan": "success", "leg 1": "success", "leg 2": "failure", "finish": "skipped"}
    told = [{"name": name, "conclusion": conclusion} for name, conclusion in outcomes.items()]
    report(github, run_id, conclusion="failure", jobs=told)
    github.world.clock.advance(60)
    return run_id


def test_a_run_stays_queued_until_somebody_reports(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    github.world.clock.advance(3_600)
    github.service.changes.finish(1_000)
    assert shown(github, run_id) == ("queued", None)


def test_a_run_goes_on_and_ends_as_it_is_reported(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    github.world.clock.advance(30)
    report(github, run_id, jobs=[{"name": "plan"}, {"name": "finish", "status": "queued"}])
    assert shown(github, run_id) == ("in_progress", None)
    assert [job["status"] for job in jobs(github, run_id)] == ["in_progress", "queued"]
    github.world.clock.advance(30)
    report(github, run_id, jobs=[{"name": "plan", "conclusion": "success"}])
    plan, finish = jobs(github, run_id)
    assert (plan["started_at"], plan["completed_at"]) == ("2026-11-20T12:00:30Z", "2026-11-20T12:01:00Z")
    assert (finish["status"], finish["completed_at"], finish["runner_id"]) == ("queued", None, None)
    github.world.clock.advance(30)
    report(github, run_id, conclusion="failure", jobs=[{"name": "finish", "conclusion": "failure"}])
    run = github.json(f"{RUNS}/{run_id}")
    assert (run["status"], run["conclusion"]) == ("completed", "failure")
    assert (run["created_at"], run["updated_at"]) == ("2026-11-20T12:00:00Z", "2026-11-20T12:01:30Z")
    assert [job["id"] for job in jobs(github, run_id)] == [plan["id"], finish["id"]]


def test_the_jobs_of_a_run_are_the_same_alone_and_in_graphql(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    steps = [{"name": "Check out", "conclusion": "success"}, {"name": "Capture", "conclusion": "failure"}]
    report(
        github, run_id, conclusion="failure", jobs=[{"name": "leg", "conclusion": "failure", "steps": steps}]
    )
    (job,) = jobs(github, run_id)
    assert github.json(f"/repos/octo/example/actions/jobs/{job['id']}") == job
    assert [(step["number"], step["name"], step["conclusion"]) for step in job["steps"]] == [
        (1, "Check out", "success"),
        (2, "Capture", "failure"),
    ]
    query = """query Jobs($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkflowRun { event checkSuite {
        status conclusion checkRuns(first: 9, filterBy: {checkType: ALL}) {
        nodes { databaseId name conclusion steps(first: 9) { nodes { name } } } } } } } }"""
    answer = github.query(query, ids=[github.json(f"{RUNS}/{run_id}")["node_id"]])
    (node,) = json.loads(answer.body)["data"]["nodes"]
    assert node["event"] == "workflow_dispatch"
    assert node["checkSuite"]["conclusion"] == "FAILURE"
    (check_run,) = node["checkSuite"]["checkRuns"]["nodes"]
    assert (check_run["databaseId"], check_run["name"]) == (job["id"], "leg")
    assert [step["name"] for step in check_run["steps"]["nodes"]] == ["Check out", "Capture"]


def test_what_was_under_way_ends_with_its_run(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    report(github, run_id, jobs=[{"name": "leg", "steps": [{"name": "Capture"}]}])
    report(github, run_id, conclusion="cancelled")
    (job,) = jobs(github, run_id)
    assert (job["status"], job["conclusion"]) == ("completed", "cancelled")
    assert [(step["status"], step["conclusion"]) for step in job["steps"]] == [("completed", "cancelled")]


def test_a_run_may_get_its_title_late(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    assert github.json(f"{RUNS}/{run_id}")["display_title"] == "Capture"
    report(github, run_id, display_title="Capture octo/one")
    assert github.json(f"{RUNS}/{run_id}")["display_title"] == "Capture octo/one"


@pytest.mark.parametrize(
    "told",
    [
        {"status": "finished"},
        {"jobs": [{"status": "queued"}]},
        {"jobs": [{"name": "leg", "status": "completed"}]},
        {"jobs": [{"name": "leg", "status": "queued", "conclusion": "success"}]},
        {"jobs": [{"name": "leg", "colour": "red"}]},
    ],
)
def test_a_report_that_makes_no_sense_is_refused_whole(github: InProcessGitHub, told: Json) -> None:
    run_id = dispatch(github)
    with pytest.raises(ValueError, match=r"no report|cannot become|has a conclusion"):
        report(github, run_id, **{**told, "jobs": [{"name": "good"}, *told.get("jobs", [])]})
    assert shown(github, run_id) == ("queued", None)
    assert jobs(github, run_id) == []


def test_nobody_reports_of_a_run_that_is_over_or_drawn(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    report(github, run_id, conclusion="success")
    with pytest.raises(ValueError, match="completed"):
        report(github, run_id, status="in_progress")
    with pytest.raises(ValueError, match="nobody executes"):
        report(github, github.world.histories[0].runs[0].id)


def test_a_queued_run_is_cancelled_at_once(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    answer = github.send("POST", f"{RUNS}/{run_id}/cancel")
    assert (answer.status, answer.body) == (202, b"{}")
    assert shown(github, run_id) == ("completed", "cancelled")


def test_who_executes_a_run_hears_that_it_is_to_be_cancelled_and_ends_it(github: InProcessGitHub) -> None:
    run_id = dispatch(github)
    report(github, run_id, jobs=[{"name": "leg"}])
    assert github.send("POST", f"{RUNS}/{run_id}/cancel").status == 202
    assert shown(github, run_id) == ("in_progress", None)
    run = github.service.executions.report(run_id, jobs=[{"name": "leg", "conclusion": "cancelled"}])
    assert run.execution is not None
    assert run.execution.cancel_requested
    report(github, run_id, conclusion="cancelled")
    assert shown(github, run_id) == ("completed", "cancelled")


def test_a_completed_run_cannot_be_cancelled(github: InProcessGitHub) -> None:
    for run_id in (failed_run(github), github.world.histories[0].runs[0].id):
        answer = github.send("POST", f"{RUNS}/{run_id}/cancel")
        assert answer.status == 409
        assert json.loads(answer.body)["message"] == "Cannot cancel a workflow run that is completed."


def test_a_drawn_run_is_cancelled_at_once_too(github: InProcessGitHub) -> None:
    run_id = next(run.id for run in github.world.histories[0].runs if run.latest.standing)
    assert github.send("POST", f"{RUNS}/{run_id}/cancel").status == 202
    assert shown(github, run_id) == ("completed", "cancelled")


def test_all_jobs_run_again_as_a_new_attempt(github: InProcessGitHub) -> None:
    run_id = failed_run(github)
    answer = github.send("POST", f"{RUNS}/{run_id}/rerun")
    assert (answer.status, answer.body) == (201, b"{}")
    run = github.json(f"{RUNS}/{run_id}")
    assert (run["run_attempt"], run["status"], run["run_started_at"]) == (2, "queued", "2026-11-20T12:01:00Z")
    assert jobs(github, run_id) == []
    report(github, run_id, conclusion="success", jobs=[{"name": "plan", "conclusion": "success"}])
    assert shown(github, run_id) == ("completed", "success")
    first = github.json(f"{RUNS}/{run_id}/attempts/1")
    assert first["conclusion"] == "failure"
    assert [job["run_attempt"] for job in jobs(github, run_id, "?filter=all")] == [1, 1, 1, 1, 2]


def test_a_rerun_of_failed_jobs_carries_over_what_succeeded(github: InProcessGitHub) -> None:
    run_id = failed_run(github)
    before = {job["name"]: job for job in jobs(github, run_id)}
    assert github.send("POST", f"{RUNS}/{run_id}/rerun-failed-jobs").status == 201
    assert conclusions(github, run_id) == {"plan": "success", "leg 1": "success"}
    carried = {job["name"]: job for job in jobs(github, run_id)}
    assert carried["plan"]["id"] != before["plan"]["id"]
    assert carried["plan"]["completed_at"] == before["plan"]["completed_at"]
    again = [{"name": name, "conclusion": "success"} for name in ("finish", "leg 2")]
    report(github, run_id, conclusion="success", jobs=again)
    after = {job["name"]: job for job in jobs(github, run_id)}
    assert list(after) == ["plan", "leg 1", "leg 2", "finish"]
    assert (after["plan"], after["leg 1"]) == (carried["plan"], carried["leg 1"])
    assert after["leg 2"]["started_at"] == "2026-11-20T12:01:00Z"
    truth = [json.loads(line) for line in Truth(github.world, github.payloads).lines("jobs")]
    origins = {job["id"]: job["carried_from_job_id"] for job in truth if job["run_id"] == run_id}
    assert origins[after["plan"]["id"]] == before["plan"]["id"]
    assert origins[after["leg 2"]["id"]] is None
    for job in after.values():
        assert github.json(f"/repos/octo/example/actions/jobs/{job['id']}") == job


def test_a_job_that_is_executed_again_after_all_is_not_carried_over_besides(github: InProcessGitHub) -> None:
    run_id = failed_run(github)
    github.send("POST", f"{RUNS}/{run_id}/rerun-failed-jobs")
    report(github, run_id, jobs=[{"name": "plan"}])
    plan, leg = jobs(github, run_id)
    assert (plan["name"], plan["status"]) == ("plan", "in_progress")
    assert (leg["name"], leg["conclusion"]) == ("leg 1", "success")


def refusal(github: InProcessGitHub, run_id: int, verb: str = "rerun") -> str:
    answer = github.send("POST", f"{RUNS}/{run_id}/{verb}")
    assert answer.status == 403
    assert "Retry-After" not in answer.headers
    message: str = json.loads(answer.body)["message"]
    return message


def test_only_what_is_over_failed_and_is_not_too_old_runs_again(github: InProcessGitHub) -> None:
    assert refusal(github, dispatch(github)) == "This workflow is already running"
    good = dispatch(github)
    report(github, good, conclusion="success")
    assert "cannot be retried" in refusal(github, good, "rerun-failed-jobs")
    run_id = failed_run(github)
    github.world.clock.advance(30 * 86_400)
    assert "over a month ago" in refusal(github, run_id)
    assert "over a month ago" in refusal(github, github.world.histories[0].runs[0].id)


def test_a_run_runs_again_fifty_times(github: InProcessGitHub) -> None:
    run_id = failed_run(github)
    for _ in range(50):
        github.service.executions.rerun(github.world.histories[0].runs[-1], "all")
        report(github, run_id, conclusion="failure")
    assert "cannot be retried" in refusal(github, run_id)


def test_a_drawn_run_runs_again_and_is_finished_by_the_simulator(github: InProcessGitHub) -> None:
    run_id = next(run.id for run in reversed(github.world.histories[0].runs) if run.conclusion == "failure")
    attempts = github.json(f"{RUNS}/{run_id}")["run_attempt"]
    assert github.send("POST", f"{RUNS}/{run_id}/rerun-failed-jobs").status == 201
    run = github.json(f"{RUNS}/{run_id}")
    assert (run["run_attempt"], run["status"]) == (attempts + 1, "queued")
    github.world.clock.advance(3_600)
    github.service.changes.finish(1_000)
    assert shown(github, run_id)[0] == "completed"


def test_a_dispatched_run_can_end_by_itself_after_so_many_requests(prepare: MakeGitHub) -> None:
    github = prepare(ServiceOptions(executions_end_after=3))
    run_id = dispatch(github)
    statuses = [shown(github, run_id)[0] for _ in range(4)]
    assert statuses == ["in_progress", "in_progress", "completed", "completed"]
    assert conclusions(github, run_id) == {"run": "success"}
    github.world.clock.advance(60)
    github.send("POST", f"{RUNS}/{run_id}/rerun")
    assert [shown(github, run_id)[0] for _ in range(3)] == ["in_progress", "in_progress", "completed"]


def test_a_run_that_ends_by_itself_can_be_cancelled_before(prepare: MakeGitHub) -> None:
    github = prepare(ServiceOptions(executions_end_after=5))
    run_id = dispatch(github)
    github.get("/user")
    assert github.send("POST", f"{RUNS}/{run_id}/cancel").status == 202
    assert {shown(github, run_id) for _ in range(5)} == {("completed", "cancelled")}


def test_a_schedule_starts_a_run_without_inputs(github: InProcessGitHub) -> None:
    github.service.executions.declare(
        ".github/workflows/nightly.yml",
        "Nightly",
        ["schedule"],
        inputs={"repository": {"required": True}},
        run_name="${{ github.event_name }} of ${{ inputs.repository || github.repository }}",
    )
    workflow = github.world.histories[0].workflow_named("nightly.yml")
    assert workflow is not None
    run = github.service.executions.start(workflow, "main", {}, "schedule")
    seen = github.json(f"{RUNS}/{run.id}")
    assert (seen["event"], seen["display_title"]) == ("schedule", "schedule of octo/example")


def test_the_truth_says_what_is_to_be_executed_and_how_it_stands(github: InProcessGitHub) -> None:
    waiting, done = dispatch(github), failed_run(github)
    told = [json.loads(line) for line in Truth(github.world, github.payloads).lines("executions")]
    assert [(one["run_id"], one["status"], one["conclusion"]) for one in told] == [
        (waiting, "queued", None),
        (done, "completed", "failure"),
    ]
    assert told[0]["workflow"] == ".github/workflows/capture.yml"
    assert (told[0]["ref"], told[0]["inputs"], told[0]["run_attempt"]) == ("main", {}, 1)


def test_live_mode_leaves_alone_what_somebody_executes(prepare: MakeGitHub) -> None:
    github = prepare(ServiceOptions(live_every=1), unfinished=0)
    run_ids = [dispatch(github) for _ in range(3)]
    report(github, run_ids[0], jobs=[{"name": "leg"}])
    for _ in range(100):
        github.world.clock.advance(30)
        github.get("/user")
    assert [shown(github, run_id)[0] for run_id in run_ids] == ["in_progress", "queued", "queued"]


def test_runs_arrive_and_are_drawn_as_ever_between_those_that_are_executed(make_github: MakeGitHub) -> None:
    def arrivals(*, with_execution: bool) -> list[str]:
        github = make_github(runs=40)
        github.service.executions.declare(".github/workflows/c.yml", "C", ["workflow_dispatch"])
        workflow = github.world.histories[0].workflows[-1]
        if with_execution:
            github.service.executions.start(workflow, "main", {})
        return [run.display_title for run in github.service.changes.arrive(4)]

    assert len(arrivals(with_execution=True)) == 4
    assert arrivals(with_execution=False)[1:] == arrivals(with_execution=True)[:3]
