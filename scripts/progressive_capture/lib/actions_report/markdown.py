"""Text from GitHub in Markdown: shown as it is, and nothing in it renders, links or notifies (pure).

Such text stands in code spans: no escape, tag, link, mention or reference is looked for in one
(https://github.github.com/gfm/#code-spans). Only backticks can end it, and a pipe a cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from progressive_capture.lib.report import printable

_NOTHING = "`(nothing)`"


def as_code(text: object, most: int = 200) -> str:
    """One line of text as a code span, in a sentence, a list, a heading or a table."""
    shown = printable(text, most).strip().replace("|", "¦")
    if not shown:
        return _NOTHING
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{fence} {shown} {fence}" if "`" in shown else f"{fence}{shown}{fence}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; all columns but the first are numbers."""
    if not rows:
        return []
    rule = ["---", *("---:" for _ in head[1:])]
    return ["", *(f"| {' | '.join(row)} |" for row in (head, rule, *rows)), ""]
