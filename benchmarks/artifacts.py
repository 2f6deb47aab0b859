"""What artifacts cost: requests to list and to download them, memory and temporary disk of large ones.

`python -m benchmarks.artifacts`: requests are counted by the simulator. Memory is the kernel's count
(ru_maxrss) of the real command in a process of its own; temporary disk is what that process holds open, or
has left, in the folder that its TMPDIR names, looked at over and over while it runs.
"""

from __future__ import annotations

import math
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.command import run_command
from benchmarks.numbers import Number, end, show
from benchmarks.rehearsal import DISCOVERY, SYNC, Measured, Rehearsal
from benchmarks.world import SEED, World
from github_simulator.process import Simulator
from progressive_capture.artifact_bulk import ArtifactBulk

MEGABYTE = 1024 * 1024
A_MINUTE = 60.0
LOOK_EVERY_SECONDS = 0.02
QUICK = ("--cpu-scale", "0.05", "--requests-per-hour", "1000000")
"""Neither the simulated CPU nor a budget hinders what is only counted."""
DOWNLOADS = "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip"
KEPT = {
    "artifacts": "SELECT count(*) FROM artifacts WHERE content_status = 'stored'",
    "files": "SELECT count(*) FROM artifact_files WHERE status = 'stored'",
    "test results": "SELECT count(*) FROM test_results",
}


# ---- requests ----------------------------------------------------------------------------------------------


def requests(world: World, database: Path, *, each: float) -> tuple[list[Number], Measured]:
    """A first capture of the artifacts, and once more everything with nothing new.

    Args:
        world: the repository.
        database: where it is kept; files go beside it.
        each: how many artifacts each attempt of a run uploads, on average.

    Returns:
        The numbers; what the first capture of artifacts cost.
    """
    arguments = (*world.arguments(), "--artifacts-share", str(each), "--unfinished", "0", *QUICK)
    with Rehearsal(database, *arguments) as rehearsal:
        rehearsal.capture(DISCOVERY, depth="jobs")
        truth = [one for one in rehearsal.simulator.truth("artifacts") if one["vanished"] is None]
        rehearsal.clock.advance(A_MINUTE)  # so that no capture begins on a minute that another has used up
        first = rehearsal.capture((ArtifactBulk,))
        wanted = sum(not one["own"] for one in truth)
        _check_whole(database, wanted)
        rehearsal.clock.advance(A_MINUTE)
        rehearsal.capture((*SYNC, ArtifactBulk), depth="jobs")
        again = rehearsal.capture((*SYNC, ArtifactBulk), depth="jobs")
    downloads = first.ledger["requests"]["by_endpoint"].get(DOWNLOADS, 0)
    numbers = [
        Number(
            what=f"finding {len(truth):,} artifacts: requests",
            value=first.requests - downloads,
            bound=1.05 * math.ceil(len(truth) / 100) + 5,
        ),
        Number(what="requests a download", value=downloads / wanted, bound=1, digits=2),
        Number(what="requests refused by any limit", value=sum(first.ledger["rejections"].values()), bound=0),
        Number(what="sync --with artifacts, nothing new: requests", value=again.requests, bound=5),
    ]
    return numbers, first


def kept(database: Path) -> Mapping[str, int]:
    """What of artifacts is in a database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {what: connection.execute(count).fetchone()[0] for what, count in KEPT.items()}


def _check_whole(database: Path, wanted: int) -> None:
    """A cheap capture of half of the artifacts would be no number."""
    stored = kept(database)["artifacts"]
    if stored != wanted:
        raise click.ClickException(f"{stored:,} of {wanted:,} artifacts are stored: this measures nothing")


# ---- memory and disk ---------------------------------------------------------------------------------------


@dataclass
class TemporaryDisk:
    """The most bytes that a process had in a folder at one time, nameless files included."""

    folder: Path
    highest: int = 0

    @contextmanager
    def watch(self, process_id: int) -> Iterator[None]:
        """Look again and again, until the block ends."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK_EVERY_SECONDS):
                self.highest = max(self.highest, self.bytes_of(process_id))

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()

    def bytes_of(self, process_id: int) -> int:
        """What there is now; by inode, so that a file that is open and has a name counts once."""
        sizes: dict[int, int] = {}
        with suppress(FileNotFoundError):  # the process, or a file, ended while we looked
            for path in self.folder.rglob("*"):
                sizes[path.stat().st_ino] = path.stat().st_size
        with suppress(FileNotFoundError, PermissionError):
            for handle in Path(f"/proc/{process_id}/fd").iterdir():
                with suppress(FileNotFoundError):
                    if str(handle.readlink()).startswith(f"{self.folder}/"):
                        sizes[handle.stat().st_ino] = handle.stat().st_size
        return sum(sizes.values())


def large(megabytes: int, many: int, folder: Path) -> tuple[list[Number], Mapping[str, object]]:
    """Capture large artifacts, all at once, and keep every byte of them.

    Returns:
        The numbers; the simulator's ledger.
    """
    temporary = folder / "temporary"
    temporary.mkdir()
    disk, database = TemporaryDisk(temporary), folder / "capture.db"
    arguments = ("--large-artifact-mb", str(megabytes), "--large-artifacts", str(many))
    with Simulator("--runs", "10", "--unfinished", "0", "--artifacts-share", "0", *arguments) as simulator:
        sizes = [one["size_in_bytes"] for one in simulator.truth("artifacts")]  # and makes their digests
        ran = run_command(
            simulator,
            database,
            [
                *("artifact-bulk", "--repository", simulator.repository),
                *("--file-storage", str(folder / "files")),
                *("--max-file-size", str(megabytes), "--concurrency", str(many)),
            ],
            watched_by=disk.watch,
            TMPDIR=str(temporary),
        )
        ledger = simulator.ledger()
    _check_whole(database, many)
    stored = sum(path.stat().st_size for path in (folder / "files").rglob("*") if path.is_file())
    if len(sizes) != many or stored < many * megabytes * MEGABYTE or disk.highest < sizes[0]:
        raise click.ClickException(
            f"{stored:,} bytes of {many} artifacts are stored, {disk.highest:,} were seen on their way: "
            "this measures nothing"
        )
    at_once = f"{many} of {megabytes:,} MB at once" if many > 1 else f"{megabytes:,} MB"
    numbers = [
        Number(what=f"{at_once}: peak resident memory in MB", value=ran.megabytes, bound=200, digits=1),
        Number(
            what=f"{at_once}: temporary disk, in archives",
            value=disk.highest / (sum(sizes) / many),
            bound=many,
            digits=2,
        ),
    ]
    return numbers, ledger


@click.command()
@click.option("--runs", default=2_000, show_default=True, help="Runs in the repository.")
@click.option("--each", default=2.0, show_default=True, help="Artifacts that an attempt uploads, on average.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository.")
@click.option("--megabytes", default=1_024, show_default=True, help="Size of the large artifact.")
@click.option("--at-once", default=3, show_default=True, help="So many large ones are downloaded at once.")
def main(runs: int, each: float, seed: int, megabytes: int, at_once: int) -> None:
    """What artifacts cost in requests, memory and temporary disk."""
    numbers = []
    # First, while this process is small: ru_maxrss of a child begins with what its parent has.
    for many in (1, at_once):
        with tempfile.TemporaryDirectory() as folder:
            measured, ledger = large(megabytes, many, Path(folder))
        show(f"large artifacts: {many}, one file of {megabytes:,} MB in each, kept", measured, ledger)
        numbers += measured
    world = World(runs=runs, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "capture.db"
        measured, first = requests(world, database, each=each)
        show(f"{world}, {each:g} artifacts an attempt", measured, first.ledger, kept(database))
    end([*numbers, *measured])


if __name__ == "__main__":
    main()
