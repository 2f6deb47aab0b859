"""How much may be asked for at once: learned from what was too much, growing back (pure)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_PATIENCE = 2
LONGEST_PATIENCE = 64


class LearnedSize:
    """One of several sizes, largest first. Safe among threads.

    What was too much makes it smaller at once. After some answers it tries the next larger size again; where
    that is too much again, it takes twice as many answers until the next try.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)
        self._at = 0
        self._good_answers = 0
        self._patience = FIRST_PATIENCE
        self._trying = False
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How much to ask for next."""
        return self._sizes[self._at]

    @property
    def largest(self) -> int:
        """The most that is ever asked for."""
        return self._sizes[0]

    def below(self, size: int) -> int:
        """The next smaller size; the smallest, where there is none."""
        return next((smaller for smaller in self._sizes if smaller < size), self._sizes[-1])

    def too_much(self, size: int) -> None:
        """So much was too much."""
        with self._lock:
            if self._trying:
                self._patience = min(self._patience * 2, LONGEST_PATIENCE)
            self._trying = False
            self._good_answers = 0
            self._at = max(self._at, self._sizes.index(self.below(size)))

    def fine(self, size: int) -> None:
        """So much was answered."""
        with self._lock:
            if size < self.size:
                return  # a small rest says nothing about the size
            self._trying = False
            self._good_answers += 1
            if self._at and self._good_answers >= self._patience:
                self._at -= 1
                self._trying = True
                self._good_answers = 0
