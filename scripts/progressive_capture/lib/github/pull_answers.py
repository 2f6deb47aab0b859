"""Answers about pull requests: what of them came, what did not and why (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeGuard

from progressive_capture.lib.errors import NotFoundError, UnexpectedPayloadError
from progressive_capture.lib.github.failures import GraphQLRefusedError, TooHeavyError
from progressive_capture.lib.github.node_answers import is_page
from progressive_capture.lib.github.reading_graphql import FORBIDDEN, is_cut_short, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.messages import GraphQLAnswer
    from progressive_capture.lib.github.node_answers import Node

PARTS = ("reviews", "comments", "files")
BULK = ("repository", "pullRequests", "nodes")
REPORT = "Check that the address of the API is GitHub's; if it is, please report this."


@dataclass(frozen=True, kw_only=True)
class MissingPull:
    """A pull request that GitHub did not give among others; its number is None where it did not give that."""

    number: int | None
    node_id: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class PullRequestsPage:
    """A page of pull requests, the last updated first.

    Each node's `reviews`, `comments` and `files` is a first page, or None where GitHub did not give one: that
    part can be asked for alone. The next page begins after `end_cursor`.
    """

    nodes: list[Node]
    missing: list[MissingPull]
    total_count: int
    end_cursor: str | None
    has_next: bool
    captured_at: datetime


def repository_in(answer: GraphQLAnswer, full_name: str) -> Node:
    """The repository of an answer, which holds what was asked for.

    Raises:
        TooHeavyError: GitHub's limits cut the answer short.
        GraphQLRefusedError: the token may not ask this.
        NotFoundError: there is no such repository for this token.
        UnexpectedPayloadError: it is missing for another reason.
    """
    repository = answer.data.get("repository")
    if not isinstance(repository, dict):
        _refuse_if_forbidden(answer, full_name)
        for error in answer.errors:
            if error.get("type") == "NOT_FOUND":
                raise not_found(full_name, words(error))
    if is_cut_short(answer.errors):
        raise TooHeavyError("; ".join(words(error) for error in answer.errors))
    if not isinstance(repository, dict):
        raise _unexpected(full_name, answer)
    return repository


def page_in(answer: GraphQLAnswer, full_name: str, after: str | None) -> PullRequestsPage:
    """The page of pull requests in an answer. Raises as `repository_in`."""
    listing = repository_in(answer, full_name).get("pullRequests")
    end = _end_of(listing)
    if not isinstance(listing, dict) or end is None or (end[1] and end[0] == after):
        raise _unexpected(full_name, answer)
    nodes, missing = [], []
    for position, node in enumerate(listing["nodes"]):
        paths, errors = _about(answer, (*BULK, position))
        if _is_named(node) and _are_about_parts(paths):
            nodes.append(_with_good_parts(node, paths))
        else:
            missing.append(_missing(node, "; ".join(errors) or "GitHub answered nothing"))
    if not nodes:
        _refuse_if_forbidden(answer, full_name)
    return PullRequestsPage(
        nodes=nodes,
        missing=missing,
        total_count=listing["totalCount"],
        end_cursor=end[0],
        has_next=end[1],
        captured_at=answer.captured_at,
    )


def one_in(answer: GraphQLAnswer, full_name: str, number: int) -> Node:
    """The one pull request of an answer, as a page has it. Raises as `repository_in`."""
    node = repository_in(answer, full_name).get("pullRequest")
    paths, errors = _about(answer, ("repository", "pullRequest"))
    if not node and any(error.get("type") == "NOT_FOUND" for error in answer.errors):
        raise not_found(f"{full_name}#{number}", "; ".join(errors))
    if not node:
        _refuse_if_forbidden(answer, full_name)
    if not _is_named(node) or not _are_about_parts(paths):
        raise _unexpected(f"{full_name}#{number}", answer)
    return _with_good_parts(node, paths)


def not_found(what: str, reason: str) -> NotFoundError:
    """The error of what GitHub does not find."""
    return NotFoundError(
        f"GitHub does not find {what} ({reason}). It may be gone, or hidden from this token: "
        "both look alike.",
        status=HTTPStatus.NOT_FOUND,
        hint="Check the spelling, and whether the token may read that repository.",
    )


def _refuse_if_forbidden(answer: GraphQLAnswer, full_name: str) -> None:
    for error in answer.errors:
        if error.get("type") in FORBIDDEN:
            raise GraphQLRefusedError(
                "GitHub's GraphQL API does not let this token read the pull requests of "
                f"{full_name} ({words(error)}).",
                hint="Give the token the permission pull-requests: read.",
            )


def _is_named(node: object) -> TypeGuard[Node]:
    return isinstance(node, dict) and isinstance(node.get("id"), str) and type(node.get("number")) is int


def _are_about_parts(paths: Sequence[Sequence[Any]]) -> bool:
    """Whether errors spoil nothing but parts of a pull request, by their paths from it on."""
    return all(path and path[0] in PARTS for path in paths)


def _with_good_parts(node: Node, paths: Sequence[Sequence[Any]]) -> Node:
    """A pull request, with None for each part that is no good page or that errors are about."""
    spoiled = {path[0] for path in paths}
    parts = {part: node.get(part) for part in PARTS}
    good = {part: page if is_page(page) and part not in spoiled else None for part, page in parts.items()}
    return {**node, **good}


def _about(answer: GraphQLAnswer, place: tuple[Any, ...]) -> tuple[list[list[Any]], list[str]]:
    """The errors about one place of an answer: their paths from there on, and their words."""
    paths, said = [], []
    for path, error in _with_paths(answer.errors):
        if tuple(path[: len(place)]) == place:
            paths.append(path[len(place) :])
            said.append(words(error))
    return paths, said


def _with_paths(errors: Sequence[Mapping[str, Any]]) -> Iterator[tuple[list[Any], Mapping[str, Any]]]:
    for error in errors:
        path = error.get("path")
        if isinstance(path, list):
            yield path, error


def _end_of(listing: object) -> tuple[str | None, bool] | None:
    """The end cursor of a list of pull requests, and whether there is more; None where it is no such list."""
    if not isinstance(listing, dict):
        return None
    nodes, info, total = (listing.get(key) for key in ("nodes", "pageInfo", "totalCount"))
    if not isinstance(nodes, list) or not isinstance(info, dict) or type(total) is not int:
        return None
    cursor, has_next = info.get("endCursor"), info.get("hasNextPage")
    if not isinstance(cursor, str | None) or type(has_next) is not bool or (has_next and not cursor):
        return None
    return cursor, has_next


def _missing(node: object, reason: str) -> MissingPull:
    told = node if isinstance(node, dict) else {}
    number, node_id = told.get("number"), told.get("id")
    return MissingPull(
        number=number if type(number) is int else None,
        node_id=node_id if isinstance(node_id, str) else None,
        reason=reason,
    )


def _unexpected(what: str, answer: GraphQLAnswer) -> UnexpectedPayloadError:
    told = "; ".join(words(error) for error in answer.errors)
    return UnexpectedPayloadError(
        f"GitHub's GraphQL API answered without the pull requests of {what} ({told or 'without a reason'}).",
        hint=REPORT,
    )
