"""Values that the payloads of pull requests, reviews and comments share, and how each is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from progressive_capture.lib.normalize.fields import Fields

BOT = "[bot]"
_LARGEST_INTEGER = 2**63 - 1
_DIGITS = re.compile("[0-9]{1,19}")
# A user and a repository may be called `pull` and `7`: the last such part of the path is the one.
_ADDRESS = re.compile(r"[^?#]*/(pulls?|issues)/([0-9]{1,18})(?:[/?#].*)?", re.DOTALL)


class Addressed(NamedTuple):
    """What an address leads to; issues and pull requests share their numbers."""

    kind: Literal["issue", "pull request"]
    number: int


def addressed(payload: Fields, key: str) -> Addressed:
    """The issue or pull request that an address is about, in the API or on a page, fragment or not.

    Raises:
        UnexpectedPayloadError: there is no address, or it is about neither.
    """
    match = _ADDRESS.fullmatch(payload.required_text(key))
    if match is None:
        raise payload.wrong(key, "that leads to no issue and no pull request")
    return Addressed("issue" if match[1] == "issues" else "pull request", int(match[2]))


def author_login(payload: Fields, key: str) -> str | None:
    """Who wrote it, as REST has it; None where the account was deleted.

    REST calls an app `dependabot[bot]`; GraphQL calls it `dependabot`, of the type `Bot`.
    """
    author = payload.nested(key)
    login = author.text("login")
    if login is None or author.text("__typename") != "Bot" or login.endswith(BOT):
        return login
    return f"{login}{BOT}"


def flag(payload: Fields, key: str) -> bool | None:
    """A yes or no; None where GitHub does not say."""
    return None if payload.payload.get(key) is None else payload.required_flag(key)


def upper_word(payload: Fields, key: str) -> str | None:
    """The state of a review: upper case, as in REST and GraphQL (webhooks write it in lower case)."""
    word = payload.text(key)
    return word.upper() if word else None


def full_id(node: Fields) -> int | None:
    """GraphQL's `fullDatabaseId`, which is REST's `id`: a `BigInt`, so a text of digits in JSON.

    Raises:
        UnexpectedPayloadError: it is no whole number, or of more than 64 bits.
    """
    value = node.payload.get("fullDatabaseId")
    if not isinstance(value, str):
        return node.integer("fullDatabaseId")
    if not _DIGITS.fullmatch(value) or int(value) > _LARGEST_INTEGER:
        raise node.wrong("fullDatabaseId", "that is no whole number of at most 64 bits")
    return int(value)


def required_full_id(node: Fields) -> int:
    """The id, where a row cannot do without it.

    Raises:
        UnexpectedPayloadError: as `full_id`, or it is missing.
    """
    number = full_id(node)
    if number is None:
        raise node.missing("fullDatabaseId")
    return number
