"""The functions of GitHub's expression language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions_runner.expression_values import (
    ExpressionError,
    are_equal,
    from_json,
    is_array,
    is_primitive,
    text_of,
    to_json,
)

STATUS_FUNCTIONS = ("success", "failure", "cancelled", "always")
_MANY = 255


@dataclass(frozen=True)
class Status:
    """What the status functions answer."""

    success: bool = True
    failure: bool = False
    cancelled: bool = False

    def answer(self, name: str) -> bool:
        return name == "always" or bool(getattr(self, name))


def _contains(where: Any, what: Any) -> bool:
    if is_array(where):
        return any(are_equal(each, what) for each in where)
    if not is_primitive(where) or not is_primitive(what):
        return False
    return text_of(what).upper() in text_of(where).upper()


def _starts_with(text: Any, start: Any) -> bool:
    both = is_primitive(text) and is_primitive(start)
    return both and text_of(text).upper().startswith(text_of(start).upper())


def _ends_with(text: Any, end: Any) -> bool:
    both = is_primitive(text) and is_primitive(end)
    return both and text_of(text).upper().endswith(text_of(end).upper())


_PLACES = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}|[{}]")


def _format(pattern: Any, *values: Any) -> str:
    def put(found: re.Match[str]) -> str:
        if found.group() in {"{{", "}}"}:
            return found.group()[0]
        if found.group(1) is None:
            raise ExpressionError(f"format: a single brace in {text_of(pattern)!r}; write two")
        if int(found.group(1)) >= len(values):
            raise ExpressionError(f"format: {text_of(pattern)!r} has no value for {found.group()}")
        return text_of(values[int(found.group(1))])

    return _PLACES.sub(put, text_of(pattern))


def _join(items: Any, separator: Any = ",") -> str:
    if is_array(items):
        return (text_of(separator) if is_primitive(separator) else ",").join(text_of(each) for each in items)
    return text_of(items) if is_primitive(items) else ""


def _from_json(text: Any) -> Any:
    return from_json(text_of(text))


@dataclass(frozen=True)
class _Function:
    least: int
    most: int
    call: Callable[..., Any]


FUNCTIONS = {
    "contains": _Function(2, 2, _contains),
    "startswith": _Function(2, 2, _starts_with),
    "endswith": _Function(2, 2, _ends_with),
    "format": _Function(2, _MANY, _format),
    "join": _Function(1, 2, _join),
    "tojson": _Function(1, 1, to_json),
    "fromjson": _Function(1, 1, _from_json),
}
ARGUMENTS = {
    **{name: (function.least, function.most) for name, function in FUNCTIONS.items()},
    **dict.fromkeys(STATUS_FUNCTIONS, (0, 0)),
    "hashfiles": (1, _MANY),
    "case": (3, _MANY),
}
"""How many arguments each function takes, by its name in small letters."""


def check_arguments(name: str, count: int) -> None:
    """
    Raises:
        ExpressionError: there is no such function, or it takes more or less.
    """
    if name not in ARGUMENTS:
        raise ExpressionError(f"unrecognized function: {name!r}")
    least, most = ARGUMENTS[name]
    if not least <= count <= most:
        raise ExpressionError(f"{name} takes {least} to {most} arguments, not {count}")
    if name == "case" and count % 2 == 0:
        raise ExpressionError("case takes pairs and, at the end, what is taken otherwise: an odd number")


def hash_files(workspace: Path, patterns: Sequence[str]) -> str:
    """One sha256 over the sha256 of each file; empty where no file fits."""
    chosen: set[Path] = set()
    for pattern in patterns:
        found = _files(workspace, pattern.lstrip("!"))
        chosen = chosen - found if pattern.startswith("!") else chosen | found
    if not chosen:
        return ""
    digests = (hashlib.sha256(path.read_bytes()).digest() for path in sorted(chosen))
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _files(workspace: Path, pattern: str) -> set[Path]:
    found = workspace.glob(pattern.removeprefix(f"{workspace}/").lstrip("/"))
    return {path for path in found if path.is_file()}
