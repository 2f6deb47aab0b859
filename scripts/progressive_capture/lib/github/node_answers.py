"""What an answer about nodes holds: which of them are whole, which are missing and why (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.github.reading_graphql import FORBIDDEN, is_cut_short, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from progressive_capture.lib.github.messages import GraphQLAnswer

Node = dict[str, Any]


@dataclass(frozen=True)
class NodeQuery:
    """A query of `queries/` about nodes that each carry one listing.

    Attributes:
        name: the query about up to 100 nodes, with the first page of each listing.
        more: the query about one further page.
        owner: the field of the node that holds the listing; None: the node itself.
        listing: the field of that owner.
        count: the query about the totals of the listings alone, where there is one.
        counts_only_its_page: a further page: the total counts the pages before it, too.
        permission: what a token needs to be answered.
    """

    name: str
    more: str
    owner: str | None
    listing: str
    count: str = ""
    counts_only_its_page: bool = False
    permission: str = "checks: read"

    @property
    def of_further_pages(self) -> NodeQuery:
        """The same, about the answer to `more`: there the owner itself is the node."""
        return replace(self, owner=None, counts_only_its_page=True)

    def owner_of(self, node: Node) -> Node:
        """The object of a whole node that holds its listing."""
        owner: Node = node[self.owner] if self.owner else node
        return owner

    def listing_of(self, node: Node) -> Node:
        """The listing of a whole node."""
        listing: Node = self.owner_of(node)[self.listing]
        return listing


JOBS_OF_RUNS = NodeQuery(
    "jobs_of_runs",
    "more_jobs_of_run",
    owner="checkSuite",
    listing="checkRuns",
    count="count_jobs_of_runs",
)
STEPS_OF_JOBS = NodeQuery("steps_of_jobs", "more_steps_of_job", owner=None, listing="steps")


def _of_pull_requests(name: str, more: str, listing: str) -> NodeQuery:
    return NodeQuery(name, more, owner=None, listing=listing, permission="pull-requests: read")


REVIEWS_OF_PULLS = _of_pull_requests("reviews_of_pulls", "more_reviews_of_pull", "reviews")
COMMENTS_OF_PULLS = _of_pull_requests("comments_of_pulls", "more_comments_of_pull", "comments")
FILES_OF_PULLS = _of_pull_requests("files_of_pulls", "more_files_of_pull", "files")
COMMENTS_OF_REVIEWS = _of_pull_requests("comments_of_reviews", "more_comments_of_review", "comments")


@dataclass(frozen=True)
class SortedNodes:
    """The nodes of one answer. Those `cut_off` may come whole where fewer are asked for at once."""

    whole: dict[str, Node] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    cut_off: list[str] = field(default_factory=list)
    forbidden: bool = False


def sort_nodes(
    ids: Sequence[str], nodes: Sequence[object], answer: GraphQLAnswer, query: NodeQuery
) -> SortedNodes:
    """Sort the nodes that were asked for; those given stand in the same order as their ids.

    An entry of `errors` names what it is about by its path; one without a path may be about any of them.
    """
    found = SortedNodes(forbidden=any(error.get("type") in FORBIDDEN for error in answer.errors))
    cut_short = is_cut_short(answer.errors)
    for position, node_id in enumerate(ids):
        node = nodes[position] if position < len(nodes) else None
        errors = [error for error in answer.errors if _is_about(error, position)]
        if isinstance(node, dict) and not errors and _is_whole(node, query):
            found.whole[node_id] = node
        elif is_cut_short(errors) or (cut_short and not errors):
            found.cut_off.append(node_id)
        else:
            found.missing[node_id] = _reason(node, errors, query)
    return found


def listed_counts(ids: Sequence[str], nodes: Sequence[object], query: NodeQuery) -> Iterator[tuple[str, int]]:
    """The ids whose nodes say how many items their listing has, with that number."""
    for node_id, node in zip(ids, nodes, strict=False):
        owner = node.get(query.owner) if isinstance(node, dict) and query.owner else node
        listing = owner.get(query.listing) if isinstance(owner, dict) else None
        total = listing.get("totalCount") if isinstance(listing, dict) else None
        if type(total) is int:
            yield node_id, total


def _is_about(error: Mapping[str, Any], position: int) -> bool:
    path = error.get("path")
    if not isinstance(path, list):
        return False
    return path[:2] == ["nodes", position] or path[:1] == [f"node{position}"]


def _is_whole(node: Node, query: NodeQuery) -> bool:
    """Whether a node has its listing: all of it, or a full page that says where the next one begins."""
    owner = node.get(query.owner) if query.owner else node
    listing = owner.get(query.listing) if isinstance(owner, dict) else None
    if not isinstance(owner, dict) or not isinstance(owner.get("id"), str):
        return False
    return is_page(listing, counts_only_itself=query.counts_only_its_page)


def is_page(listing: object, *, counts_only_itself: bool = False) -> bool:
    """Whether a listing shows all of its items, or a page of them that says where the next one begins.

    Args:
        listing: a connection, as GitHub answered it.
        counts_only_itself: it is a further page: fewer items than the total say nothing.
    """
    if not isinstance(listing, dict):
        return False
    items, page_info, total = (listing.get(key) for key in ("nodes", "pageInfo", "totalCount"))
    if not isinstance(items, list) or not isinstance(page_info, dict) or type(total) is not int:
        return False
    if not all(isinstance(item, dict) for item in items):
        return False
    if page_info.get("hasNextPage"):
        return bool(items) and isinstance(page_info.get("endCursor"), str)
    return counts_only_itself or len(items) >= total


def is_whole_listing(listing: object) -> bool:
    """Whether a listing shows all of its items."""
    return isinstance(listing, dict) and is_page(listing) and not listing["pageInfo"].get("hasNextPage")


def _reason(node: object, errors: Iterable[Mapping[str, Any]], query: NodeQuery) -> str:
    """Why a node is missing, in words."""
    told = "; ".join(words(error) for error in errors)
    if told:
        return told
    return "GitHub answered nothing" if not node else f"GitHub answered without all of its {query.listing}"
