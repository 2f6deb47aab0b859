"""What REST answers about releases, dispatches and reports is what GitHub's OpenAPI document says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from github_simulator.answer import Answer
from github_simulator.in_process import InProcessGitHub
from github_simulator.specification import openapi
from github_simulator.specification.cut_openapi import WRITES

MakeGitHub = Callable[..., InProcessGitHub]
DOCUMENT = openapi()
REPOSITORY = "/repos/{owner}/{repo}"
RELEASES, ACTIONS = f"{REPOSITORY}/releases", f"{REPOSITORY}/actions"
RELEASE, ASSET = f"{RELEASES}/{{release_id}}", f"{RELEASES}/assets/{{asset_id}}"
RUN, WORKFLOW = f"{ACTIONS}/runs/{{run_id}}", f"{ACTIONS}/workflows/{{workflow_id}}"
JOBS = [{"name": "leg", "conclusion": "failure", "steps": [{"name": "Capture", "conclusion": "failure"}]}]


class Witness:
    """Asks, and holds every answer against the document."""

    def __init__(self, github: InProcessGitHub) -> None:
        self.github = github
        self.seen: set[tuple[str, str, str]] = set()

    def read(self, template: str, **values: object) -> Any:
        return self._check("get", template, self.github.get(self._address(template, values)))

    def write(self, method: str, template: str, payload: Any = None, **values: object) -> Any:
        target = self._address(template, values)
        return self._check(method, template, self.github.send(method.upper(), target, payload))

    def upload(self, name: str, **values: object) -> Any:
        template = f"{RELEASE}/assets"
        answer = self.github.upload(f"{self._address(template, values)}?name={name}", b"bytes")
        return self._check("post", template, answer)

    def _address(self, template: str, values: dict[str, object]) -> str:
        return template.format(owner="octo", repo="example", **values)

    def _check(self, method: str, template: str, answer: Answer) -> Any:
        self.seen.add((method, template, str(answer.status)))
        described = DOCUMENT["paths"][template][method]["responses"][str(answer.status)]
        if "content" not in described:
            assert not answer.body or answer.status >= 400
            return None
        payload = json.loads(answer.body)
        assert violations(described["content"]["application/json"]["schema"], payload) == []
        return payload


def violations(schema: dict[str, Any], payload: Any) -> list[str]:
    """Departures, but for one of GitHub's own: it says `starter` where its document knows no such state."""
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    return [
        error.message
        for error in validator.iter_errors(payload)
        if not (error.instance == "starter" and error.absolute_path[-1] == "state")
    ]


@pytest.fixture
def witness(make_github: MakeGitHub) -> Witness:
    github = make_github(runs=20, immutable_releases=True)
    github.service.executions.declare(
        ".github/workflows/capture.yml", "Capture", ["workflow_dispatch"], inputs={"nonce": {}}
    )
    return Witness(github)


def test_releases_are_as_github_describes_them(witness: Witness) -> None:
    draft = witness.write("post", RELEASES, {"tag_name": "v1", "draft": True, "body": "Notes"})
    of_draft = {"release_id": draft["id"]}
    asset = witness.upload("one", **of_draft)
    assert witness.upload("one", **of_draft) is None
    witness.write("patch", ASSET, {"name": "other", "label": "Other"}, asset_id=asset["id"])
    witness.read(ASSET, asset_id=asset["id"])
    witness.write("patch", RELEASE, {"draft": False}, **of_draft)
    for template in (RELEASES, f"{RELEASES}/latest", f"{REPOSITORY}/immutable-releases"):
        witness.read(template)
    witness.read(f"{RELEASES}/tags/{{tag}}", tag="v1")
    for template in (RELEASE, f"{RELEASE}/assets"):
        witness.read(template, **of_draft)
    refused = witness.write("post", RELEASES, {"tag_name": "v1"})
    assert refused["errors"][0]["code"] == "already_exists"
    witness.write("delete", RELEASE, **of_draft)
    assert witness.write("delete", RELEASE, **of_draft)["message"] == "Not Found"


def test_assets_that_are_whole_broken_off_or_deleted_are_as_github_describes_them(witness: Witness) -> None:
    draft = witness.write("post", RELEASES, {"tag_name": "v1", "draft": True})
    cut = witness.github.upload(
        f"/repos/octo/example/releases/{draft['id']}/assets?name=cut", b"by", {"content-length": "5"}
    )
    assert cut.status == 502
    (left,) = witness.read(f"{RELEASE}/assets", release_id=draft["id"])
    assert left["state"] == "starter"
    witness.write("delete", ASSET, asset_id=left["id"])
    assert witness.write("delete", ASSET, asset_id=left["id"])["message"] == "Not Found"


def test_dispatches_and_what_becomes_of_them_are_as_github_describes_them(witness: Witness) -> None:
    capture = {"workflow_id": "capture.yml"}
    dispatches = f"{WORKFLOW}/dispatches"
    witness.write("post", dispatches, {"ref": "main"}, **capture)
    body = {"ref": "main", "inputs": {"nonce": "a"}, "return_run_details": True}
    run = {"run_id": witness.write("post", dispatches, body, **capture)["workflow_run_id"]}
    executions = witness.github.service.executions
    for report in ({"jobs": [{"name": "leg"}]}, {"jobs": JOBS, "conclusion": "failure"}):
        for template in (RUN, f"{RUN}/jobs", f"{RUN}/artifacts"):
            witness.read(template, **run)
        executions.report(run["run_id"], **report)
    assert witness.read(f"{RUN}/jobs", **run)["jobs"][0]["steps"]
    for template in (f"{ACTIONS}/runs", f"{ACTIONS}/workflows"):
        witness.read(template)
    witness.read(f"{WORKFLOW}/runs", **capture)
    assert witness.write("post", f"{RUN}/cancel", **run)["message"].startswith("Cannot cancel")
    for verb in ("rerun", "rerun-failed-jobs"):
        witness.write("post", f"{RUN}/{verb}", **run)
        witness.read(f"{RUN}/jobs", **run)
        if verb == "rerun":
            executions.report(run["run_id"], conclusion="failure", jobs=JOBS)
    witness.write("post", f"{RUN}/cancel", **run)


def test_workflows_and_artifacts_that_are_changed_are_as_github_describes_them(witness: Witness) -> None:
    for verb in ("disable", "enable"):
        witness.write("put", f"{WORKFLOW}/{verb}", workflow_id="capture.yml")
        witness.read(WORKFLOW, workflow_id="capture.yml")
    workflow = witness.github.world.histories[0].workflow_named("capture.yml")
    assert workflow is not None
    witness.github.service.executions.set_state(workflow, "disabled_inactivity")
    witness.read(WORKFLOW, workflow_id="capture.yml")
    run = witness.github.service.executions.start(workflow, "main", {}, "schedule")
    artifact = witness.github.world.histories[0].artifacts.receive(
        run, "shard", b"PK", retention_days=1, overwrite=False, now=run.created_at
    )
    single = f"{ACTIONS}/artifacts/{{artifact_id}}"
    witness.read(single, artifact_id=artifact.id)
    witness.read(f"{RUN}/artifacts", run_id=run.id)
    witness.write("delete", single, artifact_id=artifact.id)


def test_every_write_that_the_document_has_here_is_looked_at(witness: Witness) -> None:
    test_releases_are_as_github_describes_them(witness)
    for others in (
        test_dispatches_and_what_becomes_of_them_are_as_github_describes_them,
        test_workflows_and_artifacts_that_are_changed_are_as_github_describes_them,
    ):
        others(witness)
    draft = witness.write("post", RELEASES, {"tag_name": "v9", "draft": True})
    asset = witness.upload("one", release_id=draft["id"])
    witness.write("delete", ASSET, asset_id=asset["id"])
    assert {(method, template) for method, template, _ in witness.seen} >= set(WRITES)


def test_the_repository_with_the_permissions_of_the_token_is_as_github_describes_it(witness: Witness) -> None:
    assert witness.read(REPOSITORY)["permissions"]["push"] is True


def test_a_payload_that_departs_is_noticed(witness: Witness) -> None:
    draft = witness.write("post", RELEASES, {"tag_name": "v1", "draft": True})
    schema = DOCUMENT["paths"][RELEASE]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert violations(schema, draft) == []
    assert len(violations(schema, {**draft, "id": "1", "draft": None})) == 2
