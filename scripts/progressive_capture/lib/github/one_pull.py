"""One pull request with everything that belongs to it, whatever GitHub has to be asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import GitHubUnavailableError, UnexpectedPayloadError
from progressive_capture.lib.github.failures import TooHeavyError
from progressive_capture.lib.github.node_answers import (
    COMMENTS_OF_PULLS,
    COMMENTS_OF_REVIEWS,
    FILES_OF_PULLS,
    REVIEWS_OF_PULLS,
    NodeQuery,
    is_whole_listing,
)
from progressive_capture.lib.github.pull_answers import REPORT, one_in
from progressive_capture.lib.github.repository_paths import owner_and_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.batches import NodeBatch
    from progressive_capture.lib.github.graphql_access import GraphQLAccess
    from progressive_capture.lib.github.node_answers import Node

FIRST_PAGES = (100, 30, 10, 3)
QUERIES = {
    "reviews": REVIEWS_OF_PULLS,
    "issue_comments": COMMENTS_OF_PULLS,
    "file_changes": FILES_OF_PULLS,
}


@dataclass(frozen=True)
class WholePull:
    """A pull request whose listings hold all of their pages.

    What is `missing`, with the reason, is none of that: `reviews`, `review_comments`, `issue_comments` or
    `file_changes`. There the node has a first page, or None. `captured_at` is when GitHub said the oldest
    part.
    """

    node: Node
    missing: Mapping[str, str]
    captured_at: datetime


def first_answer(graphql: GraphQLAccess, full_name: str, number: int) -> tuple[Node, datetime]:
    """A pull request with the first page of each listing, and when GitHub said so.

    Raises:
        NotFoundError: there is none of that number.
        GitHubUnavailableError: GitHub does not give it, however little is asked for.
    """
    owner, name = owner_and_name(full_name)
    reason = ""
    for size in FIRST_PAGES:
        sizes = dict.fromkeys(("reviews", "reviewComments", "comments", "files"), size)
        try:
            return graphql.ask(
                "pull_request",
                {"owner": owner, "name": name, "number": number, **sizes},
                shrinkable=size != FIRST_PAGES[-1],
                read=lambda answer: (one_in(answer, full_name, number), answer.captured_at),
            )
        except TooHeavyError as failure:
            reason = str(failure)
    raise GitHubUnavailableError(
        f"GitHub does not give {full_name}#{number}, however little of it is asked for: {reason}.",
        hint="Try again later.",
    )


def completed(graphql: GraphQLAccess, first: Node, captured_at: datetime) -> WholePull:
    """A pull request as its first answer shows it, made whole. Raises as `GraphQLAccess.fetch`."""
    return _Completing(graphql, first, captured_at).completed()


class _Completing:
    def __init__(self, graphql: GraphQLAccess, first: Node, captured_at: datetime) -> None:
        self._graphql = graphql
        self._node = dict(first)
        self._missing: dict[str, str] = {}
        self._times = [captured_at]

    def completed(self) -> WholePull:
        known = {review["id"]: review["comments"] for review in self._reviews() if "comments" in review}
        for part, query in QUERIES.items():
            self._complete(part, query)
        self._complete_review_comments(known)
        return WholePull(self._node, self._missing, min(self._times))

    def _reviews(self) -> list[Node]:
        reviews: list[Node] = self._node["reviews"]["nodes"] if self._node["reviews"] else []
        if not all(isinstance(review.get("id"), str) for review in reviews):
            raise UnexpectedPayloadError("GitHub gave a review without an id.", hint=REPORT)
        return reviews

    def _complete(self, part: str, query: NodeQuery) -> None:
        if is_whole_listing(self._node[query.listing]):
            return
        node_id = self._node["id"]
        batch = self._fetch(query, [node_id])
        if node_id in batch.found:
            self._node[query.listing] = query.listing_of(batch.found[node_id])
        else:
            self._missing[part] = batch.missing[node_id]

    def _complete_review_comments(self, known: Mapping[str, object]) -> None:
        """The comments of each review, of which `known` are those that came with the first answer."""
        if "reviews" in self._missing:
            self._missing["review_comments"] = self._missing["reviews"]
        reviews = {
            review["id"]: {**review, "comments": known.get(review["id"])} for review in self._reviews()
        }
        wanted = [each for each, review in reviews.items() if not is_whole_listing(review["comments"])]
        batch = self._fetch(COMMENTS_OF_REVIEWS, wanted)
        for review_id, found in batch.found.items():
            reviews[review_id]["comments"] = COMMENTS_OF_REVIEWS.listing_of(found)
        for reason in batch.missing.values():
            self._missing["review_comments"] = reason
        if reviews:
            self._node["reviews"] = {**self._node["reviews"], "nodes": list(reviews.values())}

    def _fetch(self, query: NodeQuery, node_ids: Sequence[str]) -> NodeBatch:
        batch = self._graphql.fetch(query, node_ids, giants=True)
        if batch.captured_at is not None:
            self._times.append(batch.captured_at)
        return batch
