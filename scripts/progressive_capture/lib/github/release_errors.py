"""What GitHub refuses to do with releases and their assets, and what to do then."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import AuthenticationError, CaptureError
from progressive_capture.lib.github.calls import refusal_error
from progressive_capture.lib.github.failures import InvalidRequestError

if TYPE_CHECKING:
    from progressive_capture.lib.github.failures import RefusalFailure

LARGEST_ASSET = 2 * 1024**3
"""Bytes; an asset has to be smaller:
https://docs.github.com/en/repositories/releasing-projects-on-github/about-releases#storage-and-bandwidth-quotas"""


class ImmutableReleaseError(CaptureError):
    """The release is immutable: its assets, its tag and its state stay as they were when it was published.

    https://docs.github.com/code-security/concepts/supply-chain-security/immutable-releases
    """


class AssetTooLargeError(CaptureError):
    """GitHub takes no asset of this size."""


class NameTakenError(CaptureError):
    """There is another release with this tag, or another asset with this name, already."""


class ReleaseFullError(CaptureError):
    """The release holds as many assets as one may have."""


def release_refusal(failure: RefusalFailure, what: str) -> CaptureError:
    """What a refusal to write a release means to the person who reads it."""
    if failure.status == HTTPStatus.FORBIDDEN:
        return _may_not_write(failure, what)
    if failure.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return refusal_error(failure, what)
    return _named_refusal(failure, what) or InvalidRequestError(
        f"GitHub does not do {what} ({failure}).",
        hint="A rule of the repository may forbid it: Settings → Rules → Rulesets. If there is none, "
        "please report this.",
    )


def _named_refusal(failure: RefusalFailure, what: str) -> CaptureError | None:
    if "immutable" in failure.said:
        return ImmutableReleaseError(
            f"GitHub does not do {what}: the release is immutable ({failure}).",
            hint="Drafts can be changed. Or switch release immutability off: Settings → General → Releases.",
        )
    if "file_count" in failure.said:
        return ReleaseFullError(
            f"GitHub does not do {what}: the release is full ({failure}).",
            hint="Delete assets that nobody needs on the release's page.",
        )
    if "size must be less" in failure.said:
        return asset_too_large(what)
    if any(problem.get("code") == "already_exists" for problem in failure.problems):
        return name_taken(f"GitHub does not do {what}: the name is taken ({failure}).")
    return None


def name_taken(message: str) -> NameTakenError:
    """The name belongs to something else."""
    return NameTakenError(
        message,
        hint="Run the same command again; if that does not help, look at the repository's releases.",
    )


def asset_too_large(what: str) -> AssetTooLargeError:
    """An asset that is too large."""
    return AssetTooLargeError(
        f"{what}: it is larger than GitHub takes for one asset of a release "
        f"({LARGEST_ASSET // 1024**3} GiB).",
        hint="Keep the history in Postgres or Supabase instead: set DATABASE_URL.",
    )


def _may_not_write(failure: RefusalFailure, what: str) -> AuthenticationError:
    """The token may not write releases."""
    return AuthenticationError(
        f"GitHub does not let this token do {what} ({failure}).",
        hint="Grant `contents: write` under `permissions:` of the job in the workflow file (where it calls "
        "another workflow, in the calling one, too), or give a token of your own that permission on the "
        "repository.",
    )
