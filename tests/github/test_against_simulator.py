"""The client against the simulator: what comes equals the truth, faults are tried again or not, as said."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from forked_simulator import Simulator

from progressive_capture.lib.clock import ManualClock, SystemClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GraphQLRefusedError, ListingTooLongError
from progressive_capture.lib.github.opening import Connection

RUNS = 240
HOUR = 3600.0


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", str(RUNS), "--seed", "5") as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    """The same for all tests, with a new page in its ledger, and without faults."""
    running.reset_ledger()
    yield running
    running.clear_faults()


@pytest.fixture
def connect(simulator: Simulator, stop: threading.Event) -> Iterator[Callable[..., GitHub]]:
    with ExitStack() as stack:

        def client(**changes: Any) -> GitHub:
            usual: dict[str, Any] = {
                "api_url": simulator.url,
                "graphql_url": simulator.graphql_url,
                "token": simulator.token,
                "clock": ManualClock(datetime.now(UTC)),
                "stop": stop,
                "may_wait_until": lambda _: False,
                "jitter": lambda: 0.0,
            }
            return stack.enter_context(Connection(**(usual | changes))).client()

        yield client


def all_runs(client: GitHub, simulator: Simulator) -> list[dict[str, Any]]:
    pages = [client.runs(simulator.repository, page=page) for page in (1, 2, 3)]
    return [run for page in pages for run in page.runs]


def requests_of(simulator: Simulator) -> int:
    return int(simulator.ledger()["requests"]["total"])


# ---- the truth ---------------------------------------------------------------------------------------------


def test_all_runs_are_those_of_the_truth(simulator: Simulator, connect: Callable[..., GitHub]) -> None:
    client = connect()
    assert {run["id"] for run in all_runs(client, simulator)} == {
        run["id"] for run in simulator.truth("runs")
    }
    assert client.spent().requests == requests_of(simulator) == 3


def test_jobs_and_steps_by_graphql_are_those_of_the_truth(
    simulator: Simulator, connect: Callable[..., GitHub]
) -> None:
    client = connect()
    runs = list(simulator.truth("runs"))
    jobs_of_run: dict[int, set[int]] = {run["id"]: set() for run in runs}
    steps_of_job = {}
    for job in simulator.truth("jobs"):
        jobs_of_run[job["run_id"]].add(job["id"])
        steps_of_job[job["node_id"]] = [step["number"] for step in job["steps"] or ()]
    found: dict[str, Any] = {}
    for start in range(0, len(runs), 100):
        batch = client.jobs_of_runs([run["node_id"] for run in runs[start : start + 100]])
        assert batch.missing == {}
        found |= batch.found
    for run in runs:
        came = {job["databaseId"] for job in found[run["node_id"]]["checkSuite"]["checkRuns"]["nodes"]}
        assert came >= jobs_of_run[run["id"]]  # and check runs that are no jobs
    assert max(len(jobs) for jobs in jobs_of_run.values()) > 100
    giants = [node for node, steps in steps_of_job.items() if len(steps) > 50][:30]
    batch = client.steps_of_jobs([*giants, *list(steps_of_job)[:60]])
    for node_id, node in batch.found.items():
        assert [step["number"] for step in node["steps"]["nodes"]] == steps_of_job[node_id]
    ledger = simulator.ledger()
    assert client.spent().points == ledger["points"]["total"]
    assert ledger["rejections"] == {}


def test_jobs_by_rest_are_those_of_the_truth(simulator: Simulator, connect: Callable[..., GitHub]) -> None:
    client = connect()
    jobs: dict[int, set[int]] = {}
    for job in simulator.truth("jobs"):
        jobs.setdefault(job["run_id"], set()).add(job["id"])
    for run_id in sorted(jobs, key=lambda run: -len(jobs[run]))[:5]:
        answer = client.run_jobs(simulator.repository, run_id)
        assert {job["id"] for job in answer.jobs} == jobs[run_id]


def test_past_forty_thousand_the_listing_ends(simulator: Simulator, connect: Callable[..., GitHub]) -> None:
    with pytest.raises(ListingTooLongError):
        connect().runs(simulator.repository, page=401)


def test_an_unknown_repository_is_not_found(simulator: Simulator, connect: Callable[..., GitHub]) -> None:
    with pytest.raises(NotFoundError):
        connect().repository("nobody/nothing")
    assert len(simulator.ledger(lines=True)["lines"]) == 1


# ---- tokens ------------------------------------------------------------------------------------------------


def test_a_token_that_is_none_is_refused_at_once(
    simulator: Simulator, connect: Callable[..., GitHub]
) -> None:
    with pytest.raises(AuthenticationError):
        connect(token="sim-expired-token").repository(simulator.repository)


def test_a_token_without_permission_is_refused_at_once(
    simulator: Simulator, connect: Callable[..., GitHub]
) -> None:
    with pytest.raises(AuthenticationError) as caught:
        connect(token="sim-noperm-token").runs(simulator.repository)
    assert not isinstance(caught.value, NotFoundError)


def test_a_token_that_graphql_refuses_still_has_rest(
    simulator: Simulator, connect: Callable[..., GitHub]
) -> None:
    client = connect(token="sim-nograph-token")
    runs = client.runs(simulator.repository).runs
    with pytest.raises(GraphQLRefusedError):
        client.jobs_of_runs([runs[0]["node_id"]])
    assert not client.graphql_available
    assert client.run_jobs(simulator.repository, runs[-1]["id"]).jobs


def test_without_a_token_sixty_requests_are_all(simulator: Simulator, connect: Callable[..., GitHub]) -> None:
    client = connect(token=None)
    for _ in range(54):  # of 60, six stay untouched
        client.repository(simulator.repository)
    with pytest.raises(CapturePaused) as caught:
        client.repository(simulator.repository)
    assert caught.value.resume_at is not None
    assert simulator.ledger()["rejections"] == {}


# ---- faults ------------------------------------------------------------------------------------------------

PASSING = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "reset"},
    {"kind": "malformed"},
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "secondary_limit", "status": 403, "retry_after": "7"},
    {"kind": "secondary_limit", "status": 403, "retry_after": "date:7"},
    {"kind": "secondary_limit", "status": 429, "retry_after": None},
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: "-".join(str(v) for v in fault.values()))
def test_a_fault_that_passes_is_tried_again(
    simulator: Simulator, connect: Callable[..., GitHub], fault: dict[str, Any]
) -> None:
    simulator.fault(**fault, path="/actions/runs", times=2)
    clock = ManualClock(datetime.now(UTC))
    page = connect(clock=clock).runs(simulator.repository)
    assert len(page.runs) == 100
    assert simulator.ledger()["faults"] == {fault["kind"]: 2}
    assert len(simulator.ledger(lines=True)["lines"]) == 3
    assert clock.monotonic() >= 3


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 502}, {"kind": "truncated"}])
def test_a_fault_that_may_be_the_sizes_makes_pages_smaller(
    simulator: Simulator, connect: Callable[..., GitHub], fault: dict[str, Any]
) -> None:
    expected = [run["id"] for run in connect().runs(simulator.repository).runs]
    simulator.fault(**fault, path="/actions/runs", above=30, times=None)
    clock = ManualClock(datetime.now(UTC))
    page = connect(clock=clock).runs(simulator.repository)
    assert [run["id"] for run in page.runs] == expected
    assert clock.monotonic() == 0


def test_faults_that_do_not_pass_end_after_five_attempts(
    simulator: Simulator, connect: Callable[..., GitHub]
) -> None:
    simulator.fault(kind="status", status=500, times=None)
    with pytest.raises(GitHubUnavailableError):
        connect().repository(simulator.repository)
    simulator.clear_faults()
    simulator.fault(kind="html", times=None)
    with pytest.raises(UnexpectedPayloadError):
        connect().repository(simulator.repository)
    assert simulator.ledger()["faults"] == {"status": 5, "html": 5}


GRAPHQL_FAULTS = [
    {"kind": "query_timeout", "above": 30, "times": None},
    {"kind": "resource_limits", "above": 30, "times": None},
    {"kind": "null_data", "times": 1},
    {"kind": "errors_only", "times": 1},
    {"kind": "status", "status": 502, "times": 1},
    {"kind": "status", "status": 500, "times": 1},
    {"kind": "reset", "times": 1},
    {"kind": "truncated", "times": 1},
    {"kind": "malformed", "times": 1},
    {"kind": "secondary_limit", "status": 403, "retry_after": "5", "times": 1},
]


@pytest.mark.parametrize("fault", GRAPHQL_FAULTS, ids=lambda fault: "-".join(str(v) for v in fault.values()))
def test_a_graphql_fault_costs_no_node(
    simulator: Simulator, connect: Callable[..., GitHub], fault: dict[str, Any]
) -> None:
    ids = [run["node_id"] for run in connect().runs(simulator.repository).runs]
    simulator.fault(**fault, path="JobsOfRuns")
    batch = connect().jobs_of_runs(ids)
    assert batch.missing == {}
    assert set(batch.found) == set(ids)
    assert simulator.ledger()["faults"][fault["kind"]] >= 1


@pytest.mark.parametrize("kind", ["null_node", "partial_error"])
def test_a_node_that_did_not_come_is_left_to_rest(
    simulator: Simulator, connect: Callable[..., GitHub], kind: str
) -> None:
    ids = [run["node_id"] for run in connect().runs(simulator.repository).runs]
    simulator.fault(kind=kind, path="JobsOfRuns")
    batch = connect().jobs_of_runs(ids)
    assert 1 <= len(batch.missing) < 100
    assert set(batch.found) | set(batch.missing) == set(ids)
    assert all(batch.missing.values())


# ---- limits ------------------------------------------------------------------------------------------------


def test_a_budget_is_spent_down_to_what_stays_untouched(stop: threading.Event) -> None:
    with Simulator("--runs", "20", "--requests-per-hour", "40") as simulator:
        clock = ManualClock(datetime.now(UTC))
        with Connection(
            api_url=simulator.url,
            graphql_url=simulator.graphql_url,
            token=simulator.token,
            clock=clock,
            stop=stop,
            may_wait_until=lambda _: False,
        ) as connection:
            client = connection.client()
            with ThreadPoolExecutor(8) as pool:
                outcomes = [pool.submit(client.repository, simulator.repository) for _ in range(60)]
            paused = [o for o in outcomes if isinstance(o.exception(), CapturePaused)]
            assert len(paused) == 60 - 36
            simulator.advance(HOUR)
            clock.advance(HOUR)
            assert client.repository(simulator.repository).status == 200
        assert simulator.ledger()["rejections"] == {}
        assert simulator.ledger()["requests"]["total"] == 37


class FastClock(SystemClock):
    """The machine's time, `factor` times as fast: as the simulator's own when it is told so."""

    def __init__(self, factor: float) -> None:
        self._factor = factor

    def monotonic(self) -> float:
        return super().monotonic() * self._factor

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        return super().wait(seconds / self._factor, stop)


def work_of(client: GitHub, simulator: Simulator, share: slice) -> list[Callable[[], Any]]:
    """Every run's jobs by REST, and by GraphQL, and then the steps of a few: many small requests."""
    runs = list(simulator.truth("runs"))[share]
    nodes = [run["node_id"] for run in runs]
    ids = {run["id"] for run in runs}
    jobs = [job["node_id"] for job in simulator.truth("jobs") if job["run_id"] in ids]
    return [
        *(partial(client.run_jobs, simulator.repository, run["id"]) for run in runs),
        *(partial(client.jobs_of_runs, nodes[at : at + 10]) for at in range(0, len(nodes), 10)),
        *(partial(client.steps_of_jobs, jobs[at : at + 20]) for at in range(0, 200, 20)),
    ]


@pytest.mark.parametrize("processes", [1, 3])
def test_no_secondary_limit_is_hit_however_slow_github_is(stop: threading.Event, processes: int) -> None:
    """Minutes of a slow GitHub in seconds: without the rule for CPU seconds it refuses this."""
    factor, threads = 60.0, 12
    arguments = ["--runs", "70", "--clock-factor", str(factor), "--cpu-scale", "50"]
    with Simulator(*arguments) as simulator, ExitStack() as stack:
        work: list[Callable[[], Any]] = []
        for number in range(processes):  # each with a monitor of its own, as processes have
            connection = Connection(
                api_url=simulator.url,
                graphql_url=simulator.graphql_url,
                token=simulator.token,
                clock=FastClock(factor),
                stop=stop,
                may_wait_until=lambda _: False,
                parallel=processes,
                concurrency=threads,
            )
            client = stack.enter_context(connection).client()
            work += work_of(client, simulator, slice(number, None, processes))
        with ThreadPoolExecutor(threads) as pool:
            for answer in [pool.submit(each) for each in work]:
                assert answer.result() is not None
        ledger = simulator.ledger()
    assert ledger["rejections"] == {}
    assert ledger["peaks"]["cpu_seconds"] <= 90
    assert ledger["peaks"]["graphql_cpu_seconds"] <= 60
    assert ledger["requests"]["total"] >= 70
