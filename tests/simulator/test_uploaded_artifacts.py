"""Artifacts that a run really uploads: listed, downloaded, deleted and expired as all others are."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.answer import Request
from github_simulator.in_process import BLOB_URL, InProcessGitHub
from github_simulator.truth import Truth

MakeGitHub = Callable[..., InProcessGitHub]
ACTIONS = "/repos/octo/example/actions"
SHARD = "progressive-capture-shard-1"
DATA = b"PK\x03\x04 and whatever else an archive holds"


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    github = make_github(runs=60, artifacts_share=1.0)
    github.service.executions.declare(".github/workflows/capture.yml", "Capture", ["workflow_dispatch"])
    return github


@pytest.fixture
def run_id(github: InProcessGitHub) -> int:
    body = {"ref": "main", "return_run_details": True}
    answer = github.send("POST", f"{ACTIONS}/workflows/capture.yml/dispatches", body)
    number: int = json.loads(answer.body)["workflow_run_id"]
    github.service.executions.report(number, status="in_progress")
    return number


def upload(github: InProcessGitHub, run_id: int, name: str = SHARD, data: bytes = DATA, **how: Any) -> Any:
    run = github.world.run(run_id)
    assert run is not None
    how = {"retention_days": 90, "overwrite": False, "now": int(github.world.clock.now()), **how}
    return github.payloads.artifact(github.world.histories[0].artifacts.receive(run, name, data, **how))


def of_run(github: InProcessGitHub, run_id: int, query: str = "") -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = github.json(f"{ACTIONS}/runs/{run_id}/artifacts{query}")["artifacts"]
    return listed


def test_it_is_listed_with_its_size_digest_and_end(github: InProcessGitHub, run_id: int) -> None:
    artifact = upload(github, run_id, retention_days=1)
    assert of_run(github, run_id) == [artifact]
    assert github.json(f"{ACTIONS}/artifacts?per_page=1")["artifacts"] == [artifact]
    assert github.json(f"{ACTIONS}/artifacts?name={SHARD}")["artifacts"][0] == artifact
    assert (artifact["name"], artifact["size_in_bytes"]) == (SHARD, len(DATA))
    assert artifact["digest"] == f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    assert artifact["expires_at"] == "2026-11-21T12:00:00Z"
    assert artifact["workflow_run"]["id"] == run_id
    assert artifact["workflow_run"]["head_branch"] == "main"


@pytest.mark.parametrize(
    ("data", "media_type"), [(DATA, "application/zip"), (b"SQLite format 3", "application/octet-stream")]
)
def test_its_bytes_come_through_the_redirect(
    github: InProcessGitHub, run_id: int, data: bytes, media_type: str
) -> None:
    artifact = upload(github, run_id, data=data)
    answer = github.get(f"{ACTIONS}/artifacts/{artifact['id']}/zip")
    assert answer.status == 302
    blob = github.blobs.answer(Request("GET", answer.headers["Location"].removeprefix(BLOB_URL)))
    assert (blob.headers["Content-Type"], blob.whole_body()) == (media_type, data)


def test_it_can_be_deleted(github: InProcessGitHub, run_id: int) -> None:
    kept, gone = (upload(github, run_id, name) for name in ("kept", "gone"))
    address = f"{ACTIONS}/artifacts/{gone['id']}"
    answer = github.send("DELETE", address)
    assert (answer.status, answer.body) == (204, b"")
    assert of_run(github, run_id) == [kept]
    assert github.get(address).status == 404
    assert github.get(f"{address}/zip").status == 404
    assert github.send("DELETE", address).status == 404


def test_drawn_artifacts_can_be_deleted_too_and_expired_ones_cannot(github: InProcessGitHub) -> None:
    now = github.world.clock.now()
    artifacts = github.world.histories[0].artifacts
    there = artifacts.visible(now)[-1]
    expired = next(one for one in artifacts.every() if artifacts.fate(one, now) == "expired")
    assert github.send("DELETE", f"{ACTIONS}/artifacts/{there.id}").status == 204
    assert artifacts.fate(there, now) == "deleted"
    assert github.send("DELETE", f"{ACTIONS}/artifacts/{expired.id}").status == 404


@pytest.mark.parametrize("token", ["sim-readonly", "sim-nodispatch"])
def test_to_delete_it_needs_actions_write(github: InProcessGitHub, run_id: int, token: str) -> None:
    artifact = upload(github, run_id)
    assert github.caller(token).send("DELETE", f"{ACTIONS}/artifacts/{artifact['id']}").status == 403
    assert of_run(github, run_id) == [artifact]


def test_it_vanishes_when_it_expires(github: InProcessGitHub, run_id: int) -> None:
    artifact = upload(github, run_id, retention_days=1)
    github.world.clock.advance(86_399)
    assert of_run(github, run_id) == [artifact]
    github.world.clock.advance(1)
    assert of_run(github, run_id) == []
    assert github.get(f"{ACTIONS}/artifacts/{artifact['id']}").status == 404
    assert github.get(f"{ACTIONS}/artifacts/{artifact['id']}/zip").status == 410


def test_a_name_is_there_once_in_an_attempt_unless_it_is_overwritten(
    github: InProcessGitHub, run_id: int
) -> None:
    upload(github, run_id)
    with pytest.raises(ValueError, match="already exists on the workflow run"):
        upload(github, run_id, data=b"other")
    second = upload(github, run_id, data=b"other", overwrite=True)
    assert of_run(github, run_id) == [second]
    github.service.executions.report(run_id, conclusion="failure")
    github.send("POST", f"{ACTIONS}/runs/{run_id}/rerun")
    third = upload(github, run_id, data=b"of the next attempt")
    assert of_run(github, run_id) == [third, second]


def test_a_run_that_is_executed_uploads_nothing_by_itself(github: InProcessGitHub, run_id: int) -> None:
    github.service.executions.report(run_id, conclusion="success")
    assert of_run(github, run_id) == []
    assert github.json(f"{ACTIONS}/artifacts")["total_count"] > 10  # the others did


def test_the_truth_knows_it_and_nothing_of_what_is_in_it(github: InProcessGitHub, run_id: int) -> None:
    artifact = upload(github, run_id)
    other = upload(github, run_id, "report", b"<testsuite/>")
    rows = {
        row["id"]: row for row in map(json.loads, Truth(github.world, github.payloads).lines("artifacts"))
    }
    assert [rows[one["id"]]["own"] for one in (artifact, other)] == [True, False]
    assert rows[artifact["id"]]["content_sha256"] == hashlib.sha256(DATA).hexdigest()
    assert rows[artifact["id"]]["run_attempt"] == 1
    assert rows[other["id"]]["files"] == rows[other["id"]]["test_results"] == []
