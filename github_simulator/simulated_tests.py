"""The tests that the simulated CI runs, and how they end in one attempt.

The same tests come in every run. In variant 0 all is well; in any other, some fail, another
set in each, so that a test that failed in one attempt passes in the next: flaky, or mended.
"""

from dataclasses import dataclass
from typing import Literal

VARIANTS = 4
Outcome = Literal["passed", "failed", "error", "skipped"]


@dataclass(frozen=True)
class Case:
    """One test. `earlier`: how its earlier (or further) tries ended, if it was tried again."""

    suite: str
    classname: str
    name: str
    outcome: Outcome
    milliseconds: int
    earlier: tuple[Outcome, ...] = ()

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1_000

    @property
    def message(self) -> str:
        return f'{self.name}: expected <1> & got "2" ]]>\n💥 at line 7'


_SUITES = ("cart", "checkout")
_NAMES = (
    "adds one item",
    "removes the last item",
    "counts <b>nothing</b> & \"all\" 'items'",
    "ships to Zürich 📦",
    "pays[eur-1.000,50]",
    "pays[=SUM(A1:A9)]",
    "waits for stock",
)
_SKIPPED, _SLOW = 6, 3


def cases(variant: int) -> list[Case]:
    """All tests as they end in this variant, by suite."""
    return [
        _case(suite, place, name, variant)
        for suite in range(len(_SUITES))
        for place, name in enumerate(_NAMES)
    ]


def _case(suite: int, place: int, name: str, variant: int) -> Case:
    title = _SUITES[suite]
    outcome: Outcome = "passed"
    if place == _SKIPPED:
        outcome = "skipped"
    elif variant and place == (variant + 2 * suite) % _SKIPPED:
        outcome = "error" if (variant + suite) % VARIANTS == VARIANTS - 1 else "failed"
    milliseconds = 1_234_567 if place == _SLOW and suite == 0 else 5 + 13 * place + 101 * suite
    return Case(
        title,
        f"shop.{title.capitalize()}Test",
        name,
        outcome,
        0 if outcome == "skipped" else milliseconds,
        _earlier(place, outcome, suite),
    )


def _earlier(place: int, outcome: Outcome, suite: int) -> tuple[Outcome, ...]:
    """The second test of the second suite always needs a second try; what failed fails twice again."""
    if suite == 0:
        return ()
    if outcome in {"failed", "error"}:
        return (outcome, outcome)
    return ("failed",) if place == 1 else ()
