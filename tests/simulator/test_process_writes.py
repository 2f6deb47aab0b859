"""Writing over real sockets: uploads that break off, writers at once, and a stand-in that executes runs."""

import hashlib
import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from forked_simulator import Simulator

from github_simulator.process import SimulatorError

HEADERS = {"User-Agent": "test", "Authorization": "Bearer sim-demo"}
REPOSITORY = "/repos/octo/example"
RELEASES, RUNS = f"{REPOSITORY}/releases", f"{REPOSITORY}/actions/runs"
CAPTURE = ".github/workflows/capture.yml"
DATA = bytes(range(256)) * 1_000
WRITERS = 8


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("--runs", "20", "--cpu-scale", "0.01") as running:
        running.declare_workflow(
            CAPTURE, "Capture", inputs={"nonce": {"default": ""}}, run_name="Capture ${{ inputs.nonce }}"
        )
        yield running


def ask(
    base: str, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer, on a connection of its own."""
    with closing(http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)) as opened:
        opened.request(method, target, body, {**HEADERS, **(headers or {})})
        answer = opened.getresponse()
        return answer.status, dict(answer.headers), answer.read()


def write(simulator: Simulator, method: str, target: str, payload: Any = None) -> Any:
    status, _, body = ask(simulator.url, method, target, json.dumps(payload))
    assert status < 300, body
    return json.loads(body) if body else None


def read(simulator: Simulator, target: str) -> Any:
    status, _, body = ask(simulator.url, "GET", target)
    assert status == 200, body
    return json.loads(body)


def new_release(simulator: Simulator, tag: str) -> dict[str, Any]:
    made: dict[str, Any] = write(simulator, "POST", RELEASES, {"tag_name": tag})
    return made


def upload(release: dict[str, Any], name: str, data: bytes = DATA) -> tuple[int, dict[str, str], bytes]:
    address = urlsplit(release["upload_url"].partition("{")[0])
    return ask(f"http://{address.netloc}", "POST", f"{address.path}?name={name}", data)


def dispatch(simulator: Simulator, **inputs: str) -> int:
    body = {"ref": "main", "inputs": inputs, "return_run_details": True}
    target = f"{REPOSITORY}/actions/workflows/capture.yml/dispatches"
    run_id: int = write(simulator, "POST", target, body)["workflow_run_id"]
    return run_id


def test_it_says_where_uploads_go_and_releases_say_it_too(simulator: Simulator) -> None:
    assert len({simulator.url, simulator.uploads_url, simulator.blob_url}) == 3
    release = new_release(simulator, "uploads")
    assert release["upload_url"].startswith(f"{simulator.uploads_url}{RELEASES}/{release['id']}/assets")


def test_an_asset_goes_up_and_comes_down_again(simulator: Simulator) -> None:
    status, _, body = upload(new_release(simulator, "round-trip"), "capture.db")
    asset = json.loads(body)
    assert (status, asset["digest"]) == (201, f"sha256:{hashlib.sha256(DATA).hexdigest()}")
    target = urlsplit(asset["url"]).path
    status, headers, _ = ask(simulator.url, "GET", target, headers={"Accept": "application/octet-stream"})
    link = urlsplit(headers["Location"])
    assert (status, f"http://{link.netloc}") == (302, simulator.blob_url)
    with closing(http.client.HTTPConnection(link.netloc, timeout=20)) as blobs:
        blobs.request("GET", f"{link.path}?{link.query}")
        assert blobs.getresponse().read() == DATA


def test_a_client_that_goes_away_leaves_an_unfinished_asset(simulator: Simulator) -> None:
    release = new_release(simulator, "cut")
    address = urlsplit(release["upload_url"].partition("{")[0])
    head = f"POST {address.path}?name=capture.db HTTP/1.1\r\nHost: uploads\r\nContent-Length: {len(DATA)}\r\n"
    told = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as client:
        client.sendall(f"{head}{told}\r\n".encode() + DATA[:1_000])
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).startswith(b"HTTP/1.1 502")
    (left,) = read(simulator, f"{RELEASES}/{release['id']}/assets")
    assert (left["state"], left["size"]) == ("starter", 0)


def test_a_length_that_is_not_announced_is_refused_and_the_connection_stays_good(
    simulator: Simulator,
) -> None:
    release = new_release(simulator, "chunked")
    address = urlsplit(release["upload_url"].partition("{")[0])
    with closing(http.client.HTTPConnection(address.netloc, timeout=20)) as opened:
        opened.request(
            "POST", f"{address.path}?name=a", iter([b"some", b"bytes"]), HEADERS, encode_chunked=True
        )
        refused = opened.getresponse()
        assert (refused.status, json.loads(refused.read())["message"]) == (400, "Bad Content-Length: ")
        opened.request("POST", f"{address.path}?name=a", b"bytes", HEADERS)
        answer = opened.getresponse()
        assert (answer.status, json.loads(answer.read())["size"]) == (201, 5)


def test_an_empty_answer_has_no_length_and_the_connection_stays_good(simulator: Simulator) -> None:
    target = f"{REPOSITORY}/actions/workflows/capture.yml/enable"
    with closing(http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=20)) as opened:
        for _ in range(2):
            opened.request("PUT", target, headers=HEADERS)
            answer = opened.getresponse()
            assert (answer.status, answer.read(), answer.headers["Content-Length"]) == (204, b"", None)


def test_of_several_writers_at_once_one_gets_the_name(simulator: Simulator) -> None:
    release = new_release(simulator, "race")
    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = sorted(
            pool.map(lambda n: upload(release, "capture.db", DATA + bytes([n]))[0], range(WRITERS))
        )
    assert statuses == [201] + [422] * (WRITERS - 1)
    (kept,) = read(simulator, f"{RELEASES}/{release['id']}/assets")
    assert (kept["state"], kept["size"]) == ("uploaded", len(DATA) + 1)


def test_of_several_writers_at_once_one_makes_the_release(simulator: Simulator) -> None:
    def make(_: int) -> int:
        return ask(simulator.url, "POST", RELEASES, json.dumps({"tag_name": "first"}))[0]

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sorted(pool.map(make, range(WRITERS))) == [201] + [422] * (WRITERS - 1)


def test_a_stand_in_executes_what_was_dispatched(simulator: Simulator) -> None:
    run_id = dispatch(simulator, nonce="a1b2")
    (waiting,) = [one for one in simulator.truth("executions") if one["status"] == "queued"]
    assert (waiting["run_id"], waiting["workflow"]) == (run_id, CAPTURE)
    assert (waiting["inputs"], waiting["display_title"]) == ({"nonce": "a1b2"}, "Capture a1b2")
    assert simulator.report_run(run_id, jobs=[{"name": "leg"}]) is False
    artifact = simulator.upload_artifact(run_id, "shard", b"PK bytes", retention_days=1)
    assert read(simulator, f"{RUNS}/{run_id}/artifacts")["artifacts"] == [artifact]
    assert simulator.artifact_bytes(artifact["id"]) == b"PK bytes"
    again = simulator.upload_artifact(run_id, "shard", b"PK more", overwrite=True)
    assert again["size_in_bytes"] == 7
    assert write(simulator, "POST", f"{RUNS}/{run_id}/cancel") == {}
    assert simulator.report_run(run_id, jobs=[{"name": "leg", "conclusion": "cancelled"}]) is True
    simulator.report_run(run_id, conclusion="cancelled")
    assert read(simulator, f"{RUNS}/{run_id}")["conclusion"] == "cancelled"
    assert [job["conclusion"] for job in read(simulator, f"{RUNS}/{run_id}/jobs")["jobs"]] == ["cancelled"]


def test_what_the_stand_in_does_costs_nothing(simulator: Simulator) -> None:
    run_id = dispatch(simulator)
    simulator.reset_ledger()
    simulator.report_run(run_id, status="in_progress")
    artifact = simulator.upload_artifact(run_id, "shard", b"PK")
    simulator.artifact_bytes(artifact["id"])
    simulator.report_run(run_id, conclusion="success")
    assert simulator.ledger(lines=True)["lines"] == []


def test_a_run_starts_by_a_schedule_and_a_workflow_sleeps_in(simulator: Simulator) -> None:
    run_id = simulator.start_run("capture.yml", event="schedule")
    assert read(simulator, f"{RUNS}/{run_id}")["event"] == "schedule"
    simulator.report_run(run_id, conclusion="success")
    simulator.set_workflow_state("capture.yml", "disabled_inactivity")
    address = f"{REPOSITORY}/actions/workflows/capture.yml"
    assert read(simulator, address)["state"] == "disabled_inactivity"
    write(simulator, "PUT", f"{address}/enable")
    assert read(simulator, address)["state"] == "active"


def test_releases_are_in_the_truth_with_what_is_in_them(simulator: Simulator) -> None:
    draft = write(simulator, "POST", RELEASES, {"tag_name": "hidden", "draft": True})
    upload(draft, "capture.db")
    told = {release["id"]: release for release in simulator.truth("releases")}
    assert told[draft["id"]] == read(simulator, f"{RELEASES}/{draft['id']}")
    assert len(told[draft["id"]]["assets"]) == 1


@pytest.mark.parametrize(
    ("complaint", "make_it"),
    [
        ("no workflow", lambda simulator: simulator.start_run("nothing.yml")),
        ("no state", lambda simulator: simulator.set_workflow_state("capture.yml", "asleep")),
        ("Unexpected inputs", lambda one: one.start_run("capture.yml", "workflow_dispatch", inputs={"x": 1})),
        ("nobody executes", lambda simulator: simulator.report_run(5, conclusion="success")),
        ("no run", lambda simulator: simulator.upload_artifact(5, "shard", b"PK")),
        ("no artifact", lambda simulator: simulator.artifact_bytes(5)),
        ("no type", lambda one: one.declare_workflow("a.yml", "A", inputs={"x": {"type": "text"}})),
        ("not understood", lambda one: one.declare_workflow("a.yml", "A", run_name="${{ env.x }}")),
    ],
)
def test_what_makes_no_sense_is_refused(simulator: Simulator, complaint: str, make_it: Any) -> None:
    with pytest.raises(SimulatorError, match=complaint):
        make_it(simulator)


def test_options_lock_releases_limit_assets_and_end_runs() -> None:
    options = ("--immutable-releases", "--largest-asset-bytes", "100", "--dispatched-end-after", "2")
    with Simulator("--runs", "5", "--cpu-scale", "0.01", *options) as simulator:
        draft = write(simulator, "POST", RELEASES, {"tag_name": "v1", "draft": True})
        assert [upload(draft, name, bytes(size))[0] for name, size in (("a", 101), ("b", 100))] == [422, 201]
        assert write(simulator, "PATCH", f"{RELEASES}/{draft['id']}", {"draft": False})["immutable"] is True
        assert upload(draft, "c", b"more")[0] == 422
        simulator.immutable_releases(enabled=False)
        assert upload(new_release(simulator, "v2"), "c", b"more")[0] == 201
        simulator.declare_workflow(CAPTURE, "Capture")
        run_id = dispatch(simulator)
        assert [read(simulator, f"{RUNS}/{run_id}")["status"] for _ in range(2)] == [
            "in_progress",
            "completed",
        ]
