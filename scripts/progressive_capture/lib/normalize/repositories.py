"""A repository's payload to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import RepositoryRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def repository_row(payload: Mapping[str, Any], *, captured_at: datetime) -> RepositoryRow:
    """The row of `GET /repos/{owner}/{repo}` (https://docs.github.com/en/rest/repos/repos#get-a-repository).

    The short repository inside a run's payload also fits, but has no `default_branch`.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or id, names, owner or `private`
            are missing.
    """
    repository = Fields.of(payload, "repository")
    return RepositoryRow(
        id=repository.required_integer("id"),
        captured_at=captured_at,
        full_name=repository.required_text("full_name"),
        owner=repository.nested("owner").required_text("login"),
        name=repository.required_text("name"),
        private=repository.required_flag("private"),
        default_branch=repository.text("default_branch"),
        html_url=repository.text("html_url"),
    )
