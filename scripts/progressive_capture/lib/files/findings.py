"""What opening an artifact finds, in the order in which it is found."""

from __future__ import annotations

from typing import NamedTuple

from progressive_capture.lib.files.categories import Category
from progressive_capture.lib.files.test_results.values import TestResult
from progressive_capture.lib.normalize.rows import FileStatus


class FileFound(NamedTuple):
    """One file, kept or not; the fields are the columns of `artifact_files`.

    `size_bytes`, `category`, `media_type` and `sha256` are None unless all its bytes were received and right.
    """

    position: int
    path: str
    size_bytes: int | None
    category: Category | None
    media_type: str | None
    sha256: str | None
    content: str | None
    storage_key: str | None
    status: FileStatus
    reason: str | None


class ResultsFound(NamedTuple):
    """Some of the test results of one file, in their order; they come before their file."""

    file_position: int
    results: list[TestResult]


class Repeated(NamedTuple):
    """The test results of one file repeat those of others; said after all files."""

    file_position: int
    reason: str
