"""Programs as processes of their own, without the time that importing them takes.

A process that has imported a program, its nursery, waits for arguments; each run is a fork of it, in a
hundredth of the time. It is a process as any other: with signals, an exit code and memory of its own. How a
program starts is proven elsewhere, by those that start it as a person does.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

CAN_FORK = hasattr(os, "fork")
"""Not on every system."""
LARGEST_REQUEST_BYTES = 100_000
STREAMS = 4
"""Of a run: its input, its output, its errors, and what is told of it (its id, then its exit code)."""


class Nursery:
    """A process in which `module` is imported; it ends with the one that made it, however that ends."""

    def __init__(self, module: str) -> None:
        self._asking, asked = socket.socketpair()
        self._lock = Lock()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        with asked:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(asked.fileno()), module],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                pass_fds=[asked.fileno()],
            )

    def fork(
        self,
        arguments: Sequence[str],
        streams: Sequence[int],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run `main` of the module, on a copy of these streams (see STREAMS)."""
        given = {
            "arguments": list(arguments),
            "folder": str(folder or Path.cwd()),
            "environment": dict(os.environ if environment is None else environment),
        }
        with self._lock:
            socket.send_fds(self._asking, [json.dumps(given).encode() + b"\n"], streams)
            assert self._asking.recv(1) == b"."  # it has its own copies now

    def close(self) -> None:
        """End it; whatever it made lives on."""
        self._asking.close()
        self._process.wait()


@cache
def nursery(module: str) -> Nursery:
    """The one of this process, for all its tests."""
    made = Nursery(module)
    atexit.register(made.close)
    return made


def _serve(asked: socket.socket, main: Any) -> None:
    gc.collect()
    gc.freeze()  # what all share is not copied by looking through it
    while True:
        request, streams, _, _ = socket.recv_fds(asked, LARGEST_REQUEST_BYTES, STREAMS)
        if not request:
            return
        while not request.endswith(b"\n"):
            request += asked.recv(LARGEST_REQUEST_BYTES)
        if os.fork() == 0:
            asked.close()
            _watch(main, json.loads(request), streams)
            os._exit(0)
        for stream in streams:
            os.close(stream)
        asked.sendall(b".")
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _watch(main: Any, given: dict[str, Any], streams: list[int]) -> None:
    """Run it in a process below this one, and tell what becomes of that."""
    *standard, told = streams
    number = os.fork()
    if number == 0:
        os.close(told)
        for name, stream in enumerate(standard):
            os.dup2(stream, name)
            os.close(stream)
        os.chdir(given["folder"])
        os.environ.clear()
        os.environ.update(given["environment"])
        sys.argv[1:] = given["arguments"]
        try:
            main()
        finally:  # what a program does at its end is done: it writes what it has not yet written
            sys.stdout.flush()
            sys.stderr.flush()
        sys.exit()
    for stream in standard:
        os.close(stream)
    with os.fdopen(told, "w") as telling, suppress(BrokenPipeError):
        print(number, file=telling, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), file=telling, flush=True)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        program = importlib.import_module(sys.argv[2])
        sys.argv[:] = [sys.argv[2].partition(".")[0].replace("_", "-")]
        _serve(asking, program.main)
