"""Real threads keep and remove the same bytes at the same moment: who kept them last, has them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from hand_made_zips import files_below

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.files.local_folder import LocalFolder

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROUNDS = 150


def keep(folder: LocalFolder, data: bytes) -> str:
    with folder.receive() as incoming:
        incoming.write(data)
        key = incoming.keep()
    assert key is not None
    return key


def at_once(*works: Callable[[], object]) -> None:
    """Run pieces of work in threads that start together; what one raises, fails the test."""
    barrier = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (told below)
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def test_bytes_that_are_kept_while_they_are_removed_are_there_afterwards(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        data = b"%d" % number
        clock = ManualClock(NOW)
        folder = LocalFolder(tmp_path, clock)
        key = keep(folder, data)
        clock.advance(60)
        since = NOW + timedelta(seconds=30)
        removing = partial(folder.remove, key, untouched_since=since)
        at_once(partial(keep, folder, data), removing, removing)
        with closing(folder.open(key)) as file:
            assert file.read() == data
    assert {path.parent.name for path in files_below(tmp_path)}.isdisjoint({".incoming", ".outgoing"})


def _keep_and_note(folder: LocalFolder, data: bytes, keys: list[str]) -> None:
    keys.append(keep(folder, data))


def test_many_that_keep_the_same_bytes_agree(tmp_path: Path) -> None:
    for number in range(30):
        data = b"same %d" % number
        folder = LocalFolder(tmp_path)
        keys: list[str] = []
        at_once(*[partial(_keep_and_note, folder, data, keys)] * 4)
        assert len(set(keys)) == 1
        with closing(folder.open(keys[0])) as file:
            assert file.read() == data
    assert len(list(files_below(tmp_path))) == 30
