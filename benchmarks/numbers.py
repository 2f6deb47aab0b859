"""A number that was measured, beside the one that is promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

WIDTH = 58


@dataclass(frozen=True, kw_only=True)
class Number:
    """One measured number and its bound: at most that, or at least.

    `digits`: how many are shown behind the point.
    """

    what: str
    value: float
    bound: float
    at_least: bool = False
    digits: int = 0

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        value, bound = (f"{each:,.{self.digits}f}" for each in (self.value, self.bound))
        comparison = "≥" if self.at_least else "≤"
        return f"{self.what:<{WIDTH}} {value:>10}  {comparison} {bound:<8} {'met' if self.met else 'NOT MET'}"


def show(
    title: str, numbers: Sequence[Number], ledger: Mapping[str, Any], rows: Mapping[str, int] | None = None
) -> None:
    """Print the numbers under their title, then what they were measured over, and the ledger as the proof."""
    click.echo(f"\n{title}")
    for number in numbers:
        click.echo(f"  {number}")
    if rows:
        click.echo(
            f"  in the database: {', '.join(f'{count or 0:,} {what}' for what, count in rows.items())}"
        )
    for what in ("requests", "points"):
        counted = ledger[what]
        click.echo(f"  ledger, {what}: {counted['total']:,}")
        for name, count in (counted.get("by_endpoint") or counted.get("by_operation") or {}).items():
            click.echo(f"    {count:>7,}  {name}")
    peaks = ", ".join(f"{name} {value:,.0f}" for name, value in ledger["peaks"].items())
    click.echo(f"  ledger, highest load of any minute: {peaks}")
    click.echo(f"  ledger, refused: {ledger['rejections'] or 'nothing'}")


def end(numbers: Sequence[Number]) -> None:
    """Exit code 1 where a promise is not kept."""
    if not all(number.met for number in numbers):
        raise SystemExit(1)
