"""A file that a pull request changes, as REST and GraphQL show it, to its row."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import FileChangeRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

_REST_WORDS = {"deleted": "removed"}
"""The one status that GraphQL has another word for."""

LONGEST_PATH_BYTES = 2_000
"""Of a path in UTF-8 that is kept whole. Git allows longer ones, Linux up to 4,096."""

_MOVES = frozenset({"renamed", "copied"})


def file_change_row(
    payload: Mapping[str, Any],
    *,
    pull_request_number: int,
    head_sha: str | None,
    repository_id: int,
    captured_at: datetime,
) -> FileChangeRow:
    """The row of an item of `GET …/pulls/{number}/files`.

    Its page: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files. Only a file that was
    moved has a `previous_filename`. The item's own `sha` is that of the file's content, not of a commit.

    Args:
        payload: the item.
        pull_request_number: whose files were listed.
        head_sha: the pull request's head commit when they were listed.
        repository_id: the repository of the pull request.
        captured_at: when GitHub answered.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the path is missing.
    """
    file = Fields.of(payload, "changed file", key="filename")
    changes = file.integer("changes")
    return FileChangeRow(
        repository_id=repository_id,
        captured_at=captured_at,
        pull_request_number=pull_request_number,
        path=path_as_key(file.required_text("filename")),
        head_sha=head_sha,
        previous_path=file.text("previous_filename"),
        status=file.word("status"),
        additions=file.integer("additions"),
        deletions=file.integer("deletions"),
        changes=_sum_of_lines(file) if changes is None else changes,
    )


def file_change_from_node(
    node: Mapping[str, Any],
    *,
    pull_request_number: int,
    head_sha: str | None,
    repository_id: int,
    captured_at: datetime,
) -> FileChangeRow:
    """The row of a `PullRequestChangedFile` node, which says *that* a file was moved but not from where.

    Its page: https://docs.github.com/en/graphql/reference/objects#pullrequestchangedfile.

    Args: as `file_change_row`.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the path is missing.
    """
    file = Fields.of(node, "changed file", key="path")
    status = file.word("changeType")
    return FileChangeRow(
        repository_id=repository_id,
        captured_at=captured_at,
        pull_request_number=pull_request_number,
        path=path_as_key(file.required_text("path")),
        head_sha=head_sha,
        previous_path=None,
        status=_REST_WORDS.get(status, status) if status else None,
        additions=file.integer("additions"),
        deletions=file.integer("deletions"),
        changes=_sum_of_lines(file),
    )


def path_as_key(path: str) -> str:
    """The path, or its beginning and a hash of the whole where it is longer than any key may be.

    Postgres's indexes hold no key over 2,704 bytes, and nobody but the author of a pull request decides how
    long its paths are: one that no database could store must not stop the capture of all others.
    """
    whole = path.encode()
    if len(whole) <= LONGEST_PATH_BYTES:
        return path
    beginning = whole[: LONGEST_PATH_BYTES - 20].decode(errors="ignore")
    return f"{beginning}… {hashlib.sha256(whole).hexdigest()[:16]}"


def lack_previous_paths(rows: Iterable[FileChangeRow]) -> bool:
    """Whether any of these files was moved from a path that is not known: REST has to be asked."""
    return any(row["status"] in _MOVES and row["previous_path"] is None for row in rows)


def _sum_of_lines(file: Fields) -> int | None:
    additions, deletions = file.integer("additions"), file.integer("deletions")
    return None if additions is None or deletions is None else additions + deletions
