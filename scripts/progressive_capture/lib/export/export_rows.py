"""Stored values as they stand in an export: cells of a CSV file, lines of NDJSON (pure).

CSV by RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): CRLF, quotes where they are needed, a header.
NDJSON: one JSON object a line (https://github.com/ndjson/ndjson-spec).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from progressive_capture.lib.windows import stamp

FORMULA = re.compile(r"[\s']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n]")
"""What a spreadsheet may take for a formula: https://owasp.org/www-community/attacks/CSV_Injection.

Those signs also as full-width letters, and after spaces, which some programs cut off. An apostrophe before
them counts, so that every escaped text tells what it was: take away its first character.
"""


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, the header first; text that could be a formula is escaped."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(columns)
    for row in rows:
        yield lines.pop()
        writer.writerow([csv_cell(value) for value in row])
    yield lines.pop()


def csv_cell(value: Any) -> str | int | float:
    """One value of a row: numbers stay numbers, None is empty, what could be a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else _text(value)
    return f"'{text}" if FORMULA.match(text) else text


def ndjson_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A line for each row: an object with every column, JSON as JSON, times as `YYYY-MM-DDTHH:MM:SSZ`.

    In ASCII alone: a title may hold what some reader takes for the end of a line.
    """
    for row in rows:
        yield f"{json.dumps(dict(zip(columns, row, strict=True)), default=timestamp, allow_nan=False)}\n"


def timestamp(moment: datetime) -> str:
    """A time as GitHub writes it."""
    return stamp(moment.astimezone(UTC))


def _text(value: Any) -> str:
    """What a database has a type of its own for: a time, or JSON."""
    return timestamp(value) if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


class _Lines:
    """The file of a csv writer, that keeps what is written as items of a list."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> None:
        self._lines.append(line)
