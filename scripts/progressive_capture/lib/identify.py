"""Which repository is meant: GitHub's own answer, kept in the store, before anything else is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from progressive_capture.lib.capture_values import Repository
from progressive_capture.lib.errors import AuthenticationError, ConfigurationError, NotFoundError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.messages import Answer
from progressive_capture.lib.normalize.repositories import repository_row
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.normalize.times import parse_time
from progressive_capture.lib.report import printable
from progressive_capture.lib.store.contract import Store

FULL_NAME = re.compile(r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}")
"""https://docs.github.com/en/rest/repos/repos: a login of up to 39 characters, a name of up to 100."""


def checked_name(text: str) -> str:
    """The text, if it names a repository.

    Raises:
        ConfigurationError: it is not of the form OWNER/NAME.
    """
    name = text.strip().removeprefix("https://github.com/").rstrip("/").removesuffix(".git")
    if not FULL_NAME.fullmatch(name) or name.split("/")[1] in {".", ".."}:
        raise ConfigurationError(
            f"{printable(text, 80)!r} does not name a repository.",
            hint="Give it as OWNER/NAME, for example: progressive-capture sync python/cpython",
        )
    return name


def stored_repository(store: Store, full_name: str) -> Mapping[str, Any]:
    """The row of a repository that was captured before.

    Raises:
        ConfigurationError: it was not.
    """
    row = store.repository(checked_name(full_name))
    if row is None:
        raise ConfigurationError(
            f"{printable(full_name, 140)} is not in {store.describe()}.",
            hint="See what is: progressive-capture status",
        )
    return row


def identify(github: GitHub, store: Store, full_name: str, *, expected_id: int | None = None) -> Repository:
    """Ask GitHub for the repository and keep the answer; a renamed one comes back under its new name.

    Raises:
        NotFoundError: there is none, or the token may not see it.
        ConfigurationError: it is another one than is expected; nothing is kept.
    """
    answer = look_up(github, full_name)
    row = repository_row(answer.body, captured_at=answer.captured_at)
    if expected_id not in (None, row["id"]):
        raise ConfigurationError(
            f"{full_name} is the repository with the id {row['id']}, not {expected_id}.",
            hint="Leave the id out, or give the name that the repository has today.",
        )
    store.write(Batch(rows={"repositories": [row]}))
    created_at = parse_time(answer.body.get("created_at"), field="created_at")
    return Repository(id=row["id"], full_name=row["full_name"], created_at=created_at)


def run_is_gone(github: GitHub, full_name: str, run_id: int) -> bool:
    """As `is_gone`, of a workflow run."""
    return is_gone(github, full_name, lambda: github.run(full_name, run_id))


def is_gone(github: GitHub, full_name: str, ask: Callable[[], object]) -> bool:
    """Whether GitHub no longer has a thing: not found, in a repository that this token still sees.

    Args:
        github: shows the repository.
        full_name: its name.
        ask: asks for the thing once more.

    Raises:
        AuthenticationError: the whole repository is hidden or gone by now; that tells nothing of the thing.
    """
    try:
        ask()
    except NotFoundError:
        pass
    else:
        return False
    try:
        github.repository(full_name)
    except NotFoundError as error:
        raise AuthenticationError(
            f"GitHub does not show {full_name} to this token any more: it was deleted or hidden meanwhile.",
            hint="What was captured stays. Check the token's access, then run the same command again.",
        ) from error
    return True


def look_up(github: GitHub, full_name: str) -> Answer:
    """GitHub's own answer; nothing is kept.

    Raises:
        NotFoundError: there is no such repository, or the token may not see it.
    """
    try:
        return github.repository(full_name)
    except NotFoundError as error:
        raise NotFoundError(
            f"GitHub shows no repository {full_name}: it does not exist, or this token may not see it.",
            status=error.status,
            hint="Check the name; for a private repository set GITHUB_TOKEN to a token that may read it.",
        ) from error
