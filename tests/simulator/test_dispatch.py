"""Dispatching a workflow: which inputs it takes, what it answers, and the run that comes of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Answer
from github_simulator.in_process import API_URL, InProcessGitHub
from github_simulator.run_names import check_template, run_title
from github_simulator.workflow_inputs import WorkflowInput

MakeGitHub = Callable[..., InProcessGitHub]
ACTIONS = "/repos/octo/example/actions"
CAPTURE = f"{ACTIONS}/workflows/capture.yml"
INPUTS: dict[str, Any] = {
    "repository": {"required": True, "type": "string"},
    "days": {"type": "number", "default": 30},
    "dry": {"type": "boolean"},
    "depth": {"type": "choice", "options": ["jobs", "steps"], "default": "steps"},
    "nonce": {"default": ""},
}
TITLE = "Capture ${{ inputs.repository }} ${{ inputs.nonce || github.event_name }}"


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    simulated = make_github(runs=30)
    simulated.service.executions.declare(
        ".github/workflows/capture.yml", "Capture", ["workflow_dispatch"], inputs=INPUTS, run_name=TITLE
    )
    return simulated


def dispatch(github: InProcessGitHub, workflow: str = CAPTURE, **body: Any) -> Answer:
    return github.send("POST", f"{workflow}/dispatches", {"ref": "main", **body})


def read(answer: Answer) -> Any:
    return json.loads(answer.body)


def dispatched(github: InProcessGitHub, **inputs: Any) -> dict[str, Any]:
    answer = dispatch(github, inputs={"repository": "octo/one", **inputs}, return_run_details=True)
    assert answer.status == 200, answer.body
    run: dict[str, Any] = github.json(f"{ACTIONS}/runs/{read(answer)['workflow_run_id']}")
    return run


def refusal(answer: Answer) -> str:
    assert answer.status == 422
    body = read(answer)
    assert body["documentation_url"].startswith("https://docs.github.com/rest")
    message: str = body["message"]
    return message


def test_the_answer_is_empty_unless_the_run_is_asked_for(github: InProcessGitHub) -> None:
    inputs = {"repository": "octo/one"}
    empty = dispatch(github, inputs=inputs)
    assert (empty.status, empty.body) == (204, b"")
    told = dispatch(github, inputs=inputs, return_run_details=True)
    details = read(told)
    assert told.status == 200
    assert details["run_url"] == f"{API_URL}{ACTIONS}/runs/{details['workflow_run_id']}"
    assert details["html_url"].endswith(f"/octo/example/actions/runs/{details['workflow_run_id']}")
    assert dispatch(github, inputs=inputs, return_run_details=False).status == 204


def test_the_run_is_there_at_once_queued_and_named_by_its_inputs(github: InProcessGitHub) -> None:
    github.world.clock.advance(90)
    run = dispatched(github, nonce="a1b2")
    assert (run["event"], run["status"], run["conclusion"]) == ("workflow_dispatch", "queued", None)
    assert (run["name"], run["display_title"]) == ("Capture", "Capture octo/one a1b2")
    assert (run["head_branch"], run["path"]) == ("main", ".github/workflows/capture.yml")
    assert run["created_at"] == run["run_started_at"] == "2026-11-20T12:01:30Z"
    assert run["actor"]["login"] == "github-actions[bot]"
    assert github.json(f"{ACTIONS}/runs/{run['id']}/jobs") == {"total_count": 0, "jobs": []}


def test_the_run_is_in_the_listings_and_found_by_its_filters(github: InProcessGitHub) -> None:
    first, second = dispatched(github), dispatched(github)
    listings = (
        f"{ACTIONS}/runs?per_page=2",
        f"{CAPTURE}/runs",
        f"{ACTIONS}/runs?event=workflow_dispatch&status=queued&per_page=2",
        f"{ACTIONS}/runs?created=>=2026-11-20T12:00:00Z",
    )
    for listing in listings:
        assert [run["id"] for run in github.json(listing)["workflow_runs"]] == [second["id"], first["id"]]
    assert [first["run_number"], second["run_number"]] == [1, 2]


def test_a_workflow_is_named_by_its_id_or_by_its_file(github: InProcessGitHub) -> None:
    number = github.json(CAPTURE)["id"]
    by_id = dispatch(github, f"{ACTIONS}/workflows/{number}", inputs={"repository": "octo/one"})
    assert by_id.status == 204


@pytest.mark.parametrize("workflow", ["nothing.yml", "12345", "old.yml"])
def test_a_workflow_whose_file_is_not_there_is_not_found(github: InProcessGitHub, workflow: str) -> None:
    answer = dispatch(github, f"{ACTIONS}/workflows/{workflow}")
    assert (answer.status, read(answer)["message"]) == (404, "Not Found")


def test_a_workflow_that_nobody_may_dispatch_refuses(github: InProcessGitHub) -> None:
    answer = dispatch(github, f"{ACTIONS}/workflows/ci.yml")
    assert refusal(answer) == "Workflow does not have 'workflow_dispatch' trigger"


@pytest.mark.parametrize("state", ["disabled_manually", "disabled_inactivity"])
def test_a_disabled_workflow_refuses_until_it_is_enabled(github: InProcessGitHub, state: str) -> None:
    workflow = github.world.histories[0].workflow_named("capture.yml")
    assert workflow is not None
    github.service.executions.set_state(workflow, state)
    assert github.json(CAPTURE)["state"] == state
    inputs = {"repository": "octo/one"}
    assert refusal(dispatch(github, inputs=inputs)) == (
        "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
    )
    assert github.send("PUT", f"{CAPTURE}/enable").status == 204
    assert dispatch(github, inputs=inputs).status == 204


def test_a_workflow_is_switched_off_and_on(github: InProcessGitHub) -> None:
    github.world.clock.advance(60)
    for verb, state in (("disable", "disabled_manually"), ("enable", "active"), ("enable", "active")):
        answer = github.send("PUT", f"{CAPTURE}/{verb}")
        assert (answer.status, answer.body) == (204, b"")
        workflow = github.json(CAPTURE)
        assert (workflow["state"], workflow["updated_at"]) == (state, "2026-11-20T12:01:00.000Z")
    assert github.send("PUT", f"{ACTIONS}/workflows/old.yml/enable").status == 404


def test_a_ref_is_a_branch_or_a_tag_that_is_there(github: InProcessGitHub) -> None:
    inputs = {"repository": "octo/one"}
    assert refusal(dispatch(github, ref="fail", inputs=inputs)) == "No ref found for: fail"
    github.send("POST", "/repos/octo/example/releases", {"tag_name": "v1"})
    for ref, branch in (("refs/heads/main", "main"), ("v1", "v1"), ("refs/tags/v1", "v1")):
        assert dispatch(github, ref=ref, inputs=inputs).status == 204
        assert github.json(f"{CAPTURE}/runs")["workflow_runs"][0]["head_branch"] == branch


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"repository": "o/r", "foo": "1", "bar": "2"}, 'Unexpected inputs provided: ["foo", "bar"]'),
        ({}, "Required input 'repository' not provided"),
        ({"repository": ""}, "Required input 'repository' not provided"),
        (
            {"repository": "o/r", "depth": "all"},
            "Provided value 'all' for input 'depth' not in the list of allowed values",
        ),
        (
            {"repository": "o/r", "dry": ""},
            "Provided value '' for input 'dry' not in the list of allowed values",
        ),
        (
            {f"i{number}": "" for number in range(26)},
            "Invalid request.\n\nNo more than 25 properties are allowed; 26 were supplied.",
        ),
        ({"repository": "x" * 65_536}, "inputs are too large."),
    ],
)
def test_inputs_are_those_that_the_workflow_declares(
    github: InProcessGitHub, inputs: dict[str, str], message: str
) -> None:
    assert refusal(dispatch(github, inputs=inputs)) == message
    assert github.json(f"{CAPTURE}/runs")["total_count"] == 0


def test_what_is_not_said_has_its_default_and_what_is_said_becomes_text(github: InProcessGitHub) -> None:
    run = dispatched(github, dry=True, days=7)
    executed = github.world.run(run["id"])
    assert executed is not None
    assert executed.execution is not None
    assert executed.execution.inputs == {
        "repository": "octo/one",
        "days": "7",
        "dry": "true",
        "depth": "steps",
        "nonce": "",
    }


@pytest.mark.parametrize(
    ("declared", "unsaid"),
    [
        ({}, ""),
        ({"type": "boolean"}, "false"),
        ({"type": "number"}, "0"),
        ({"type": "choice", "options": ["a", "b"]}, "a"),
        ({"default": True}, "true"),
    ],
)
def test_what_has_no_default_has_that_of_its_type(declared: dict[str, Any], unsaid: str) -> None:
    assert WorkflowInput.parse(declared).unsaid == unsaid


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, 'Invalid request.\n\n"ref" wasn\'t supplied.'),
        ({"ref": "main", "inputs": "x"}, "For 'properties/inputs', \"x\" is not an object."),
        ({"ref": "main", "return_run_details": "yes"}, '"yes" is not a boolean.'),
        ({"ref": "main", "input": {}}, '"input" is not a permitted key.'),
    ],
)
def test_a_body_that_makes_no_sense_starts_nothing(
    github: InProcessGitHub, body: dict[str, Any], message: str
) -> None:
    assert message in refusal(github.send("POST", f"{CAPTURE}/dispatches", body))
    assert github.json(f"{CAPTURE}/runs")["total_count"] == 0


@pytest.mark.parametrize("token", ["sim-readonly", "sim-nodispatch", "sim-noperm"])
def test_a_token_without_actions_write_starts_stops_and_switches_nothing(
    github: InProcessGitHub, token: str
) -> None:
    run = dispatched(github)
    caller = github.caller(token)
    writes = (
        ("POST", f"{CAPTURE}/dispatches"),
        ("PUT", f"{CAPTURE}/enable"),
        ("PUT", f"{CAPTURE}/disable"),
        ("POST", f"{ACTIONS}/runs/{run['id']}/cancel"),
        ("POST", f"{ACTIONS}/runs/{run['id']}/rerun"),
        ("POST", f"{ACTIONS}/runs/{run['id']}/rerun-failed-jobs"),
    )
    for method, target in writes:
        answer = caller.send(method, target, {"ref": "main"})
        assert (answer.status, read(answer)["message"]) == (403, "Resource not accessible by integration")
        assert answer.headers["X-Accepted-GitHub-Permissions"] == "actions=write"
    assert github.json(f"{ACTIONS}/runs/{run['id']}") == run
    assert caller.get(f"{ACTIONS}/runs").status == (403 if token == "sim-noperm" else 200)


def test_a_dispatch_is_one_request_and_counted_by_its_method(github: InProcessGitHub) -> None:
    dispatch(github, inputs={"repository": "octo/one"})
    dispatch(github)
    endpoint = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches"
    assert github.ledger()["requests"]["by_endpoint"] == {endpoint: 2}


def test_a_workflow_that_is_pushed_again_takes_other_inputs(github: InProcessGitHub) -> None:
    before = github.json(CAPTURE)
    github.service.executions.declare(before["path"], "Capture all", ["workflow_dispatch", "schedule"])
    after = github.json(CAPTURE)
    assert (after["id"], after["name"], after["state"]) == (before["id"], "Capture all", "active")
    assert "Unexpected inputs" in refusal(dispatch(github, inputs={"repository": "octo/one"}))
    assert dispatch(github).status == 204


def test_a_deleted_workflow_that_is_pushed_again_is_active(github: InProcessGitHub) -> None:
    path = ".github/workflows/old.yml"
    github.service.executions.declare(path, "Old checks", ["workflow_dispatch"])
    workflow = github.json(f"{ACTIONS}/workflows/old.yml")
    assert workflow["state"] == "active"
    assert "deleted_at" not in workflow


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("plain", "plain"),
        ("${{ inputs.a }}-${{inputs.b}}", "1-"),
        ("${{ github.event.inputs.a }}", "1"),
        ("${{ inputs.b || 'none' }}", "none"),
        ("${{ inputs.b || inputs.missing || github.actor }}", "octo"),
    ],
)
def test_a_title_is_made_of_inputs_facts_and_texts(template: str, title: str) -> None:
    assert run_title(template, {"a": "1", "b": ""}, {"actor": "octo"}) == title


@pytest.mark.parametrize(
    "template", ["${{ secrets.a }}", "${{ format('{0}', inputs.a) }}", "${{ github.token }}"]
)
def test_a_title_that_would_need_more_than_that_is_refused_when_it_is_declared(template: str) -> None:
    with pytest.raises(ValueError, match="is not understood here"):
        check_template(template, {"a": ""}, {"actor": ""})
