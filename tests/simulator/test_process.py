"""The simulator as a process: real sockets, real HTTP, and an end that comes when it should."""

import hashlib
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import forked_simulator
import pytest

from github_simulator.process import Simulator, SimulatorError

HEADERS = {"User-Agent": "test", "Authorization": "Bearer sim-demo"}
RUNS = "/repos/octo/example/actions/runs"
ARTIFACTS = "/repos/octo/example/actions/artifacts"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("--runs", "120", "--cpu-scale", "0.01") as running:
        yield running


@pytest.fixture(autouse=True)
def _quiet(simulator: Simulator) -> None:
    simulator.clear_faults()
    simulator.reset_ledger()


@pytest.fixture
def connection(simulator: Simulator) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=20)
    yield opened
    opened.close()


def get(connection: http.client.HTTPConnection, target: str) -> tuple[int, bytes]:
    connection.request("GET", target, headers=HEADERS)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_it_says_where_it_is(simulator: Simulator) -> None:
    assert simulator.url.startswith("http://127.0.0.1:")
    assert simulator.graphql_url == f"{simulator.url}/graphql"
    assert simulator.blob_url != simulator.url
    assert (simulator.repository, simulator.token) == ("octo/example", "sim-demo")


def test_one_connection_serves_many_requests(
    simulator: Simulator, connection: http.client.HTTPConnection
) -> None:
    get(connection, RUNS)
    socket = connection.sock
    for number in range(1, 5):
        status, body = get(connection, f"{RUNS}?page={number}")
        assert (status, json.loads(body)["total_count"]) == (200, 120)
    assert connection.sock is socket
    assert simulator.ledger()["requests"]["by_endpoint"] == {"/repos/{owner}/{repo}/actions/runs": 5}


def test_graphql_is_on_the_same_port(simulator: Simulator, connection: http.client.HTTPConnection) -> None:
    body = json.dumps({"query": "query Who { viewer { login } }"})
    connection.request("POST", "/graphql", body, HEADERS)
    assert json.loads(connection.getresponse().read())["data"]["viewer"]["login"]
    assert simulator.ledger(lines=True)["lines"] == ["POST /graphql#Who {} 200"]


def test_many_connections_at_once_are_all_answered(simulator: Simulator) -> None:
    def ask(number: int) -> int:
        opened = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=20)
        try:
            return get(opened, f"{RUNS}?per_page=1&page={number}")[0]
        finally:
            opened.close()

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(ask, range(1, 81))) == {200}
    assert 1 <= simulator.ledger()["peaks"]["concurrency"] <= 40


def test_the_truth_comes_line_by_line(simulator: Simulator) -> None:
    runs = list(simulator.truth("runs"))
    assert len(runs) == 120
    assert sum(run["run_attempt"] for run in runs) == len(list(simulator.truth("attempts")))


def test_a_reset_connection_looks_like_one(
    simulator: Simulator, connection: http.client.HTTPConnection
) -> None:
    simulator.fault("reset")
    with pytest.raises(ConnectionResetError) as caught:
        get(connection, RUNS)
    assert not isinstance(caught.value, http.client.RemoteDisconnected)  # that would be an orderly end
    connection.close()
    assert get(connection, RUNS)[0] == 200
    assert simulator.ledger()["faults"] == {"reset": 1}


def test_a_truncated_body_looks_like_one(
    simulator: Simulator, connection: http.client.HTTPConnection
) -> None:
    simulator.fault("truncated")
    with pytest.raises(http.client.IncompleteRead):
        get(connection, RUNS)


def test_the_clock_moves_when_told(simulator: Simulator, connection: http.client.HTTPConnection) -> None:
    def reset_at() -> int:
        return int(json.loads(get(connection, "/rate_limit")[1])["resources"]["graphql"]["reset"])

    before = reset_at()
    simulator.advance(7_200)
    assert reset_at() - before >= 3_600


def test_history_changes_when_told() -> None:
    with forked_simulator.Simulator("--runs", "100") as simulator:
        assert len(simulator.arrive(3)) == 3
        assert len(simulator.finish(2)) == 2
        assert len(simulator.rerun(4, "failed")) == 4
        gone = simulator.delete(5)
        simulator.rename("sample")
        assert [repository["full_name"] for repository in simulator.truth("repositories")] == ["octo/sample"]
        runs = {run["id"] for run in simulator.truth("runs")}
        assert len(runs) == 98
        assert runs.isdisjoint(gone)


def test_a_change_that_makes_no_sense_is_refused(simulator: Simulator) -> None:
    with pytest.raises(SimulatorError, match="no such fault"):
        simulator.fault("sabotage")
    with pytest.raises(SimulatorError, match="no repository"):
        simulator.arrive(1, "octo/nothing")
    with pytest.raises(SimulatorError, match="back"):
        simulator.advance(-5)


def test_a_new_page_of_the_ledger_is_empty(
    simulator: Simulator, connection: http.client.HTTPConnection
) -> None:
    get(connection, RUNS)
    assert simulator.ledger()["peaks"]["concurrency"] == 1
    simulator.reset_ledger()
    page = simulator.ledger()
    assert page["requests"]["total"] == page["peaks"]["concurrency"] == 0


def test_admin_requests_are_not_counted(simulator: Simulator) -> None:
    simulator.ledger()
    assert simulator.ledger(lines=True)["lines"] == []


def test_the_same_arguments_give_the_same_answers() -> None:
    def answers() -> bytes:
        with Simulator("--runs", "40", "--seed", "9") as simulator:
            truth = [*simulator.truth("attempts"), *simulator.truth("jobs")]
            return json.dumps(truth).replace(simulator.url, "").encode()

    assert answers() == answers()


def test_it_does_not_start_with_options_that_make_no_sense(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SimulatorError, match="did not start"):
        Simulator("--runs", "10", "--burst-size", "500").start()
    assert "three bursts of that size need more runs" in capfd.readouterr().err


def start_bare(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "github_simulator", "--runs", "5", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["url"]
    return process


@contextmanager
def followed(simulator: Simulator, artifact_id: int) -> Iterator[http.client.HTTPResponse]:
    """The answer of the blob host to which an artifact's download leads."""
    with closing(http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=20)) as api:
        api.request("GET", f"{ARTIFACTS}/{artifact_id}/zip", headers=HEADERS)
        link = urlsplit(api.getresponse().headers["Location"])
    with closing(http.client.HTTPConnection(link.netloc, timeout=20)) as blobs:
        blobs.request("GET", f"{link.path}?{link.query}")
        yield blobs.getresponse()


def test_a_large_artifact_comes_as_a_stream_with_its_length() -> None:
    with forked_simulator.Simulator(
        "--runs", "30", "--artifacts-share", "0", "--large-artifact-mb", "120"
    ) as simulator:
        (truth,) = simulator.truth("artifacts")
        digest = hashlib.sha256()
        with followed(simulator, truth["id"]) as answer:
            assert int(answer.headers["Content-Length"]) == truth["size_in_bytes"] > 120 << 20
            while chunk := answer.read(1 << 20):
                digest.update(chunk)
        assert f"sha256:{digest.hexdigest()}" == truth["digest"]


def test_a_download_that_breaks_off_looks_like_one(simulator: Simulator) -> None:
    artifact = next(one for one in simulator.truth("artifacts") if one["vanished"] is None)
    simulator.fault("blob_broken_off", after_bytes=70)
    with followed(simulator, artifact["id"]) as answer:
        with pytest.raises(http.client.IncompleteRead) as caught:
            answer.read()
        assert len(caught.value.partial) == 70
    with followed(simulator, artifact["id"]) as answer:
        assert len(answer.read()) == artifact["size_in_bytes"]


def test_artifacts_are_deleted_when_told(
    simulator: Simulator, connection: http.client.HTTPConnection
) -> None:
    (deleted,) = simulator.delete_artifacts(1)
    fates = {one["id"]: one["vanished"] for one in simulator.truth("artifacts")}
    assert fates[deleted] == "deleted"
    assert get(connection, f"{ARTIFACTS}/{deleted}")[0] == 404


def test_horrors_and_a_crowd_are_there_when_asked_for() -> None:
    with forked_simulator.Simulator("--runs", "30", "--horrors", "--crowded-archive") as simulator:
        names = {one["name"] for one in simulator.truth("artifacts")}
    assert {"horror-bomb", "horror-crowd"} <= names


def test_it_ends_with_the_process_that_started_it() -> None:
    with start_bare("--until-stdin-closes") as process:
        assert process.stdin is not None
        process.stdin.close()  # which is what the death of the parent does
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_to(number: signal.Signals) -> None:
    with start_bare() as process:
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


def test_the_history_lives_when_told() -> None:
    with forked_simulator.Simulator("--runs", "100", "--live", "1") as simulator:
        opened = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=20)
        for _ in range(20):
            get(opened, f"{RUNS}?per_page=1")
        happened = simulator.ledger()["happened"]
        assert sum(happened.values()) >= 10
        simulator.live(0)
        get(opened, RUNS)
        assert simulator.ledger()["happened"] == happened
        with pytest.raises(SimulatorError, match="every"):
            simulator.live(-1)
        opened.close()


def test_moving_the_clock_says_what_time_it_is() -> None:
    with forked_simulator.Simulator("--now", "1000000") as simulator:
        assert 1_000_060 <= simulator.advance(60) < 1_000_120


def test_pull_requests_can_be_changed_from_outside() -> None:
    with forked_simulator.Simulator("--runs", "5", "--pulls", "40", "--giant-pulls", "1") as github:
        before = {row["number"]: row for row in github.truth("pull_requests")}
        assert len(before) == 40
        assert max(row["changed_files"] for row in before.values()) == 4_512
        (opened,) = github.open_pulls(1)
        pushed = github.force_push(1, number=opened)
        closed = github.close_pulls(1, number=opened, merge=False)
        touched = {*github.comment_on_pulls(2), *github.review_pulls(2), *github.dismiss_reviews(1)}
        touched |= {*github.edit_comments(1), *github.delete_comments(1)}
        after = {row["number"]: row for row in github.truth("pull_requests")}
        assert pushed == closed == [opened]
        assert after.keys() - before.keys() == {opened}
        assert (after[opened]["state"], after[opened]["merged"]) == ("closed", False)
        changed = {number for number, row in before.items() if after[number] != row}
        assert 5 <= len(changed | touched) <= 7
        assert changed <= touched
        assert sum(row["deleted"] for row in github.truth("issue_comments")) <= 1
        with pytest.raises(SimulatorError, match="no such pull request"):
            github.comment_on_pulls(1, number=5)
