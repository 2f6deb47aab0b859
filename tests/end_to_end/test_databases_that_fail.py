"""A database that goes away in the middle of a capture: waited for, and nothing is lost or stored twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

import psycopg
import pytest
from child import Child
from history_truths import untruths_of_all
from kept_history import Home, Row, a_project
from postgres_server import PostgresServer, command, to_database
from rehearsal import MAIN_JOB
from supabase_gateway import Gateway
from watched_captures import WatchedClock, watched
from whole_truth import untruths

from github_simulator.process import Simulator
from progressive_capture.artifact_bulk import ArtifactBulk
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_pr_sync import HistoricalPrSync
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.capture_job import LEASE
from progressive_capture.lib.patience import GIVE_UP_AFTER_SECONDS
from progressive_capture.lib.report import Snapshot
from progressive_capture.lib.store.all_functions import FUNCTIONS
from progressive_capture.lib.store.opening import open_store

Simulate = Callable[..., Simulator]
Capture = pytest.CaptureFixture[str]

RUNS = 16
WORLD = (
    *("--runs", RUNS, "--unfinished", 0, "--giants-share", 0, "--rerun-share", 0.2),
    *("--artifacts-share", 0.3, "--cpu-scale", 0.001),
)
WHOLE_WORLD = (*WORLD, "--pulls", 3)
WHOLE_JOB = (*MAIN_JOB, ArtifactBulk, HistoricalPrSync, HistoricalCommentsSync)
PASSWORD, IN_A_URL = "p@ss/w#rd: 100%", "p%40ss%2Fw%23rd%3A%20100%25"
RPC, STORAGE = "/rest/v1/rpc/", "/storage/v1/object/"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One that may be stopped: a commit is on the disk before it is answered, as everywhere else."""
    server = PostgresServer(synchronous_commit="on")
    server.start()
    command("CREATE DATABASE migrated", url=server.url)
    with open_store(to_database(server.url, "migrated")) as store:
        store.migrate()
    command(f"CREATE ROLE guest_who_captures LOGIN PASSWORD '{PASSWORD}'", url=server.url)
    yield server
    server.close()


@pytest.fixture
def home(server: PostgresServer, tmp_path: Path) -> Home:
    """A history on that server, captured by a user whose password has to be encoded in a URL."""
    server.start()
    command("DROP DATABASE IF EXISTS history WITH (FORCE)", url=server.url)
    command("CREATE DATABASE history TEMPLATE migrated", url=server.url)
    url = to_database(server.url, "history")
    command("GRANT ALL ON ALL TABLES IN SCHEMA public TO guest_who_captures", url=url)
    told = {"DATABASE_URL": f"postgresql://guest_who_captures:{IN_A_URL}@/history?host={server.folder}"}
    return Home(told, str(tmp_path / "files"), url)


def jobs_of(home: Home) -> dict[str, Row]:
    """The capture jobs by kind: there is but one of each."""
    rows = home.tables()["progressive_capture_jobs"]
    jobs = {row["kind"]: row for row in rows}
    assert len(jobs) == len(rows)
    return jobs


def no_secret_in(said: str) -> None:
    assert [part for part in ("p@ss", "w#rd", IN_A_URL, "sb_secret") if part in said] == []


# ---- Postgres ----------------------------------------------------------------------------------------------


class Outages:
    """Stops a server whenever a capture has come so far, and starts it after ten waits."""

    def __init__(self, server: PostgresServer, how: str, clock: WatchedClock) -> None:
        self.happened = 0
        self._server, self._how = server, how
        self._shown = self._waits_left = 0
        clock.on_wait = self._maybe_start

    def maybe_stop(self, _: Snapshot) -> None:
        self._shown += 1
        if self._shown in (3, 10, 24):
            self._server.stop(self._how)
            self.happened += 1
            self._waits_left = 10

    def _maybe_start(self) -> None:
        self._waits_left -= 1
        if not self._waits_left:
            self._server.start()


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_postgres_that_is_away_for_longer_than_a_lease_is_waited_for(
    how: str, server: PostgresServer, home: Home, simulate: Simulate, capsys: Capture
) -> None:
    simulator, clock = simulate(*WORLD), WatchedClock()
    outages = Outages(server, how, clock)
    kinds = [watched(kind, outages.maybe_stop) for kind in MAIN_JOB]
    assert home.capture(simulator, kinds, clock, depth="full") == 0
    assert outages.happened == 3
    assert clock.monotonic() > 3 * LEASE.total_seconds()
    said = capsys.readouterr().err
    assert said.count("does not answer") == said.count("Trying again in") > 3 * 5
    no_secret_in(said)
    assert untruths(home.as_file(Path(home.files) / "copy.db"), simulator) == []
    jobs = jobs_of(home)
    assert {(job["status"], job["attempt"]) for job in jobs.values()} == {("succeeded", 1)}
    assert jobs["workflow_jobs"]["processed_items"] == RUNS


def test_a_crash_at_any_moment_of_a_real_process_loses_nothing(
    server: PostgresServer, home: Home, simulate: Simulate, tmp_path: Path
) -> None:
    simulator = simulate(*WORLD)
    asked_last = min(run["id"] for run in simulator.truth("runs"))
    simulator.fault("slow", seconds=2, path=f"/runs/{asked_last}/jobs")  # so it is not over too soon
    sync = ("sync", simulator.repository, "--depth", "full")
    (tmp_path / "said").touch()
    with_said = ("sh", "-c", 'exec "$@" 2> said', "sh")
    with Child(tmp_path / "unused", simulator, *sync, within=with_said, **home.told) as child:
        child.until(partial(has_jobs, home, 20))
        server.stop("immediate")
        child.until(lambda: "Trying again in" in (tmp_path / "said").read_text())
        server.start()
        assert child.end().exit_code == 0, (tmp_path / "said").read_text()
    no_secret_in((tmp_path / "said").read_text())
    assert untruths(home.as_file(tmp_path / "copy.db"), simulator) == []
    assert {job["status"] for job in jobs_of(home).values()} == {"succeeded"}


def has_jobs(home: Home, enough: int) -> bool:
    with psycopg.connect(home.url) as connection:
        row = connection.execute("SELECT count(*) FROM workflow_jobs").fetchone()
    return row is not None and row[0] >= enough


def test_a_postgres_that_stays_away_ends_it_and_the_next_start_takes_over(
    server: PostgresServer, home: Home, simulate: Simulate, capsys: Capture
) -> None:
    simulator, clock = simulate(*WORLD), WatchedClock()

    def stop_for_good(shown: Snapshot) -> None:
        if shown.done == 7:
            server.stop("immediate")

    kinds = [HistoricalSync, watched(JobDetails, stop_for_good)]
    assert home.capture(simulator, kinds, clock, depth="full", as_json=True) == 6
    assert GIVE_UP_AFTER_SECONDS <= clock.monotonic() < GIVE_UP_AFTER_SECONDS + 60
    said = capsys.readouterr()
    no_secret_in(said.out + said.err)
    assert f"Error: The Postgres database history on {server.folder} does not answer" in said.err
    assert "  → Check that it runs, and host and port in DATABASE_URL." in said.err
    assert "start again: it goes on where it stopped" in said.err
    assert [each["kind"] for each in json.loads(said.out)[0]["captures"]] == ["workflow_runs"]

    server.start()
    left = jobs_of(home)["workflow_jobs"]
    assert left["status"] == "running"
    assert 0 < left["processed_items"] < RUNS
    at_once = WatchedClock(left["heartbeat_at"] + LEASE - timedelta(seconds=5))
    assert home.capture(simulator, MAIN_JOB[1:], at_once, depth="full") == 7
    assert "if it died on another machine, its claim runs out" in capsys.readouterr().err
    later = WatchedClock(left["heartbeat_at"] + LEASE + timedelta(seconds=1))
    assert home.capture(simulator, MAIN_JOB[1:], later, depth="full") == 0
    taken = jobs_of(home)["workflow_jobs"]
    assert (taken["id"], taken["status"], taken["attempt"]) == (left["id"], "succeeded", 2)
    assert taken["processed_items"] == RUNS
    assert untruths(home.as_file(Path(home.files) / "copy.db"), simulator) == []


# ---- Supabase ----------------------------------------------------------------------------------------------

LOST = (Gateway.drop_after_work, Gateway.cut_answer)
NOT_DONE = (Gateway.drop_before_work, partial(Gateway.fail, status=503))


@pytest.mark.parametrize("faults", [LOST, NOT_DONE], ids=["done and not answered", "not done"])
def test_every_call_to_supabase_may_fail_once(
    faults: tuple[Callable[..., None], ...], simulate: Simulate, tmp_path: Path, capsys: Capture
) -> None:
    simulator, clock = simulate(*WHOLE_WORLD), WatchedClock()
    with a_project() as (home, gateway):
        for path, fault in zip([*(RPC + name for name in FUNCTIONS), STORAGE], cycle(faults), strict=False):
            fault(gateway, path)
        assert home.capture(simulator, WHOLE_JOB, clock, depth="full") == 0
        no_secret_in(capsys.readouterr().err)
        asked = [path for _, path, _ in gateway.requests]
        assert len({path for path in asked if path.startswith(RPC)}) > 40
        copy, folder = home.as_file(tmp_path / "copy.db"), home.files_in(tmp_path / "files", simulator)
        assert untruths_of_all(copy, folder, simulator) == []
        jobs = jobs_of(home)
    assert {(job["status"], job["attempt"], job["failed_items"]) for job in jobs.values()} == {
        ("succeeded", 1, 0)
    }
    assert jobs["workflow_jobs"]["processed_items"] == RUNS


def test_a_supabase_that_does_not_answer_for_a_while_is_waited_for(
    simulate: Simulate, tmp_path: Path, capsys: Capture
) -> None:
    simulator, clock = simulate(*WORLD), WatchedClock()
    with a_project() as (home, gateway):

        def go_away(shown: Snapshot) -> None:
            if shown.done == 7 and not away_at:
                away_at.append(shown.title)
                gateway.fail(RPC, 503, times=8)

        away_at: list[str] = []
        kinds = [HistoricalSync, watched(JobDetails, go_away)]
        assert home.capture(simulator, kinds, clock, depth="full") == 0
        said = capsys.readouterr().err
        no_secret_in(said)
        assert said.count("HTTP 503") == said.count("Trying again in") > 5
        assert untruths(home.as_file(tmp_path / "copy.db"), simulator) == []
