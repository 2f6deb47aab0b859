"""Large artifacts cost little memory, and no more disk on their way than they are large."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from artifact_truths import files_below, truth_of, untruths_of_artifacts
from child import Child

from github_simulator.process import Simulator

MEGABYTE = 1 << 20
LARGE_MB = 120
AT_ONCE = 3
MOST_MEMORY_MB = 200
MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(f"peak {usage.ru_maxrss} KB", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a command from a small process: the peak of a child begins with what its parent had."""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss and open files are told otherwise elsewhere")
def test_three_large_artifacts_at_once_stay_under_two_hundred_megabytes_of_memory(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    large = ("--large-artifact-mb", LARGE_MB, "--large-artifacts", AT_ONCE)
    simulator = simulate("--runs", 3, "--unfinished", 0, "--artifacts-share", 0, "--cpu-scale", 0.01, *large)
    sizes = [each["size_in_bytes"] for each in truth_of(simulator).values()]
    assert len(sizes) == AT_ONCE
    assert min(sizes) > LARGE_MB * MEGABYTE
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    database, folder = tmp_path / "capture.db", tmp_path / "files"
    capture = ("artifact-bulk", "--repository", simulator.repository, "--concurrency", AT_ONCE)
    where = {"FILE_STORAGE": str(folder), "TMPDIR": str(temporary)}
    with (
        Child(database, simulator, *capture, within=(sys.executable, "-c", MEASURED), **where) as child,
        disk_seen(temporary) as seen,
    ):
        end = child.end()
    assert end.exit_code == 0, end.stderr
    peak = int(end.stderr.rpartition("peak ")[2].partition(" KB")[0])
    assert peak < MOST_MEMORY_MB * 1024
    assert max(sizes) < max(seen) <= sum(sizes)
    assert files_below(temporary) == set()
    assert untruths_of_artifacts(database, folder, simulator, attempts_known=False) == []


@contextmanager
def disk_seen(folder: Path) -> Iterator[list[int]]:
    """The bytes that all processes have in nameless files below a folder, looked at again and again."""
    over, seen = threading.Event(), [0]

    def look() -> None:
        while not over.wait(0.02):
            seen.append(sum(open_below(folder).values()))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def open_below(folder: Path) -> dict[int, int]:
    """Sizes of open files below a folder, by inode."""
    sizes = {}
    with suppress(OSError):
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                for handle in (process / "fd").iterdir():
                    with suppress(OSError):
                        if str(handle.readlink()).startswith(f"{folder}/"):
                            sizes[handle.stat().st_ino] = handle.stat().st_size
    return sizes
