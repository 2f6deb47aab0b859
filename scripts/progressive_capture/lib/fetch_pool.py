"""Many threads fetch, one thread stores: units go out, their batches come back as they arrive.

The threads only fetch and normalize; units are drawn, and batches consumed, by the one thread that iterates
(the store's writer). Both queues are bounded, so memory does not grow with history.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from progressive_capture.lib.normalize.rows import Batch

Unit = TypeVar("Unit")

TICK_SECONDS = 0.5
GRACE_SECONDS = 4.0
"""How long a stop waits for answers on their way: a person or a runner expects an end within 5 seconds."""


@dataclass(frozen=True)
class Fetched(Generic[Unit]):
    """One batch of a unit, or its end (`batch` is None): well, or with the error that ended it."""

    unit: Unit
    batch: Batch | None = None
    error: BaseException | None = None


class FetchPool(Generic[Unit]):
    """Fetches units with `concurrency` threads until they are done or `stop` is set.

    Iterating gives what was fetched, and None at least twice a second, so that the consumer can prove life.
    Threads still waiting for an answer when the grace is over are left behind (they hold nothing to lose).
    """

    def __init__(
        self, fetch: Callable[[Unit], Iterator[Batch]], *, concurrency: int, stop: threading.Event
    ) -> None:
        self._fetch = fetch
        self._concurrency = concurrency
        self._stop = stop
        self._units: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._results: queue.Queue[Fetched[Unit]] = queue.Queue(maxsize=2 * concurrency)
        self._abandoned = threading.Event()
        self._put_back: Fetched[Unit] | None = None

    def run(self, units: Iterable[Unit]) -> Iterator[Fetched[Unit] | None]:
        """Draw units as threads become free; yield what comes back."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._concurrency)]
        for thread in threads:
            thread.start()
        try:
            yield from self._exchange(iter(units))
        finally:
            self._abandoned.set()
            for _ in threads:
                self._units.put(None)

    def batches_waiting(self, at_most: int) -> list[Batch]:
        """Batches that have come meanwhile, in their order, for the consumer to store in one go."""
        batches: list[Batch] = []
        while len(batches) < at_most and self._put_back is None:
            try:
                fetched = self._results.get_nowait()
            except queue.Empty:
                break
            if fetched.batch is None:
                self._put_back = fetched  # an end is no batch: it comes in its turn
            else:
                batches.append(fetched.batch)
        return batches

    def _exchange(self, units: Iterator[Unit]) -> Iterator[Fetched[Unit] | None]:
        under_way, exhausted, give_up_at = 0, False, None
        while True:
            while under_way < self._concurrency and not exhausted and not self._stop.is_set():
                unit = next(units, None)
                exhausted = unit is None
                if unit is not None:
                    self._units.put(unit)
                    under_way += 1
            if under_way == 0:
                return
            if self._stop.is_set():
                give_up_at = give_up_at or time.monotonic() + GRACE_SECONDS
                if time.monotonic() > give_up_at:
                    return
            fetched = self._next_result()
            under_way -= fetched is not None and fetched.batch is None
            yield fetched

    def _next_result(self) -> Fetched[Unit] | None:
        if self._put_back is not None:
            fetched, self._put_back = self._put_back, None
            return fetched
        try:
            return self._results.get(timeout=TICK_SECONDS)
        except queue.Empty:
            return None

    def _work(self) -> None:
        while (unit := self._units.get()) is not None:
            error: BaseException | None = None
            try:
                for batch in self._fetch(unit):
                    self._hand_over(Fetched(unit, batch=batch))
                    if self._abandoned.is_set():
                        return
            except BaseException as caught:  # noqa: BLE001  (every error is the consumer's to judge)
                error = caught
            self._hand_over(Fetched(unit, error=error))

    def _hand_over(self, fetched: Fetched[Unit]) -> None:
        while not self._abandoned.is_set():
            try:
                self._results.put(fetched, timeout=TICK_SECONDS)
            except queue.Full:
                continue
            return
