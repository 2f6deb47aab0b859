"""What a file is, by its first bytes: a test report of some kind, or none that is read here."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from progressive_capture.lib.files.test_results.decoding import head

Kind = Literal["junit", "trx", "ctrf"]

_FIRST_ELEMENT = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+<(!DOCTYPE\b|[\w:.-]+)", re.DOTALL)
_ROOT = re.compile(r"<((?:[\w.-]+:)?(?:testsuites|testsuite|TestRun))[\s/>]")
_CTRF_FORMAT = re.compile(r'"reportFormat"\s*:\s*"CTRF"')
_CTRF_RESULTS = re.compile(r'"results"\s*:\s*\{')
_CTRF_TOOL = re.compile(r'"tool"\s*:\s*\{')


def kind(stream: BinaryIO, path: str) -> Kind | None:
    """The kind of report that a file is, or None; the stream is at its start again."""
    beginning = head(stream)
    if beginning.startswith("<"):
        return _kind_of_xml(beginning, path.lower())
    if beginning.startswith("{"):
        return _kind_of_json(beginning, path.lower())
    return None


def _kind_of_xml(beginning: str, path: str) -> Kind | None:
    match = _FIRST_ELEMENT.match(beginning)
    if match is not None and match.group(1) == "!DOCTYPE":
        # What a document type may do to the root is not looked into: such a report is refused anyway.
        match = _ROOT.search(beginning)
    if match is None:
        return None
    root = match.group(1).rpartition(":")[2]
    if root == "TestRun":
        return "trx" if "TeamTest" in beginning or path.endswith(".trx") else None
    return "junit" if root in ("testsuites", "testsuite") else None


def _kind_of_json(beginning: str, path: str) -> Kind | None:
    if _CTRF_FORMAT.search(beginning):
        return "ctrf"
    has_results = _CTRF_RESULTS.search(beginning) is not None
    return "ctrf" if has_results and (_CTRF_TOOL.search(beginning) or "ctrf" in path) else None
