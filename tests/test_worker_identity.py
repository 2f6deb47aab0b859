"""A worker's name tells whether it still lives; where that cannot be known, it does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from progressive_capture.lib.worker_identity import is_surely_dead, own_identity

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")

SAY_WHO = """
from progressive_capture.lib.worker_identity import own_identity
print(own_identity(), flush=True)
input()
"""


class Worker:
    """A process that says who it is, and lives until it is told to end."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SAY_WHO],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.identity = self.process.stdout.readline().strip()

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.communicate()


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.end()


def test_this_process_is_not_dead() -> None:
    assert not is_surely_dead(own_identity())


def test_another_process_is_not_dead_while_it_lives_and_is_once_it_was_killed(worker: Worker) -> None:
    assert not is_surely_dead(worker.identity)
    worker.end()
    assert is_surely_dead(worker.identity)


def test_one_that_came_to_its_end_is_dead(worker: Worker) -> None:
    worker.process.communicate("\n")
    assert worker.process.returncode == 0
    assert is_surely_dead(worker.identity)


@needs_proc
def test_one_that_was_killed_but_whose_parent_has_not_looked_is_dead(worker: Worker) -> None:
    worker.process.kill()
    os.waitid(os.P_PID, worker.process.pid, os.WEXITED | os.WNOWAIT)  # leaves it a zombie
    os.kill(worker.process.pid, 0)  # there still is such a process
    assert is_surely_dead(worker.identity)


@needs_proc
def test_one_that_is_only_halted_is_not_dead(worker: Worker) -> None:
    worker.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, worker.process.pid, os.WSTOPPED)
    assert not is_surely_dead(worker.identity)


@needs_proc
def test_a_process_number_given_out_again_is_not_taken_for_the_old_worker() -> None:
    host, process, started, nonce = own_identity().split("/")
    earlier = str(int(started) - 1)
    assert is_surely_dead(f"{host}/{process}/{earlier}/{nonce}")


def test_two_workers_of_one_process_are_told_apart() -> None:
    assert own_identity() != own_identity()


def test_of_a_worker_on_another_host_nothing_is_known(worker: Worker) -> None:
    _, *rest = worker.identity.split("/")
    elsewhere = "/".join([f"not-{socket.gethostname()}", *rest])
    worker.end()
    assert is_surely_dead(worker.identity)
    assert not is_surely_dead(elsewhere)


@pytest.mark.parametrize(
    "name", ["", "somebody", "a/b", "a/b/c/d/e", "////", "{host}/one/2/3", "{host}/-1/2/3", "{host}//2/3"]
)
def test_of_a_name_that_is_none_of_ours_nothing_is_known(name: str) -> None:
    assert not is_surely_dead(name.format(host=own_identity().split("/")[0]))


@needs_proc
def test_a_process_of_another_user_is_not_dead() -> None:
    host, _, _, nonce = own_identity().split("/")
    started = Path("/proc/1/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[19]
    assert not is_surely_dead(f"{host}/1/{started}/{nonce}")
