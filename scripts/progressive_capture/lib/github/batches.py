"""Nodes by the hundred: batches that shrink where they are too much, and giants' further pages."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from progressive_capture.lib.errors import GitHubUnavailableError
from progressive_capture.lib.github.failures import GraphQLRefusedError, TooHeavyError
from progressive_capture.lib.github.learned_size import LearnedSize
from progressive_capture.lib.github.node_answers import listed_counts, sort_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.graphql import GraphQLClient
    from progressive_capture.lib.github.node_answers import Node, NodeQuery, SortedNodes

BATCH_SIZES = (100, 50, 25, 12, 6, 3, 1)
PAGE_BATCH_SIZES = (25, 12, 6, 3, 1)
"""Further pages are full ones: fewer of them are as much as a batch of first pages."""
MOST_LOST_IN_A_ROW = 3
CUT_OFF = "GitHub's limits cut it off even alone"
LEFT_OUT = "it has more than a page, and giants were left out"

Item = TypeVar("Item")


@dataclass(frozen=True)
class NodeBatch:
    """The nodes that were asked for, by their ids: found with whole listings, or missing with the reason.

    `captured_at` is when GitHub said the oldest part of it; None where it said nothing.
    """

    found: Mapping[str, Node]
    missing: Mapping[str, str]
    captured_at: datetime | None


class Batches:
    """Fetches nodes with their listings, by `graphql`. Safe among threads."""

    def __init__(self, graphql: GraphQLClient) -> None:
        self.graphql = graphql
        self._sizes: dict[str, LearnedSize] = {}

    def fetch(self, query: NodeQuery, ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The nodes of these ids, as many as could be had.

        Args:
            query: what to ask of them.
            ids: up to 100 node ids.
            giants: follow listings that have a further page; else their nodes are missing. Each batch with a
                giant pays a point for it, so the giants of many batches are better asked for together.

        Raises:
            GraphQLRefusedError: if the token may not ask for any of them.
            CaptureError, CapturePaused: as `Calls.make`.
        """
        return _Fetching(self.graphql, self._sizes, query).fetch(ids, giants=giants)

    def count_listed(self, query: NodeQuery, ids: Sequence[str]) -> dict[str, int]:
        """How many items the listings of these nodes have, by id; nothing where it is too much to ask.

        One query, whatever comes of it. Raises as `fetch`.
        """
        try:
            answer = self.graphql.nodes(query.count, ids, shrinkable=True)
        except TooHeavyError:
            return {}
        nodes = answer.data.get("nodes")
        return dict(listed_counts(ids, nodes if isinstance(nodes, list) else [], query))


class _Fetching:
    """One call of `Batches.fetch`."""

    def __init__(self, graphql: GraphQLClient, sizes: dict[str, LearnedSize], query: NodeQuery) -> None:
        self._graphql = graphql
        self._sizes = sizes
        self._query = query
        self._found: dict[str, Node] = {}
        self._missing: dict[str, str] = {}
        self._times: list[datetime] = []

    def fetch(self, ids: Sequence[str], *, giants: bool) -> NodeBatch:
        learned = self._sizes.setdefault(self._query.name, LearnedSize(BATCH_SIZES))
        in_shrinking_batches(ids, learned, ask=self._first_pages, give_up=self._give_up)
        if giants:
            self._follow()
        for node_id in self._cut_by_the_page():
            self._give_up(node_id, LEFT_OUT)
        self._check_totals()
        captured_at = min(self._times, default=None)
        return NodeBatch(self._found, self._missing, captured_at)

    def _follow(self) -> None:
        """Read the further pages of all giants together, page by page."""
        learned = self._sizes.setdefault(self._query.more, LearnedSize(PAGE_BATCH_SIZES))
        while cut := self._cut_by_the_page():
            in_shrinking_batches(cut, learned, ask=self._further_pages, give_up=self._give_up)

    def _cut_by_the_page(self) -> list[str]:
        return [node_id for node_id in self._found if self._cursor(node_id) is not None]

    def _first_pages(self, ids: Sequence[str], *, shrinkable: bool) -> list[str]:
        answer = self._graphql.nodes(self._query.name, ids, shrinkable=shrinkable)
        self._times.append(answer.captured_at)
        nodes = answer.data.get("nodes")
        sorted_nodes = sort_nodes(ids, nodes if isinstance(nodes, list) else [], answer, self._query)
        self._refuse_if_forbidden(sorted_nodes)
        self._found |= sorted_nodes.whole
        self._missing |= sorted_nodes.missing
        return sorted_nodes.cut_off

    def _refuse_if_forbidden(self, nodes: SortedNodes) -> None:
        if nodes.forbidden and not nodes.whole and not nodes.cut_off:
            reason = next(iter(nodes.missing.values()), "forbidden")
            raise GraphQLRefusedError(
                f"GitHub's GraphQL API does not let this token read what was asked ({reason}).",
                hint=f"Give the token the permission {self._query.permission}.",
            )

    def _further_pages(self, ids: Sequence[str], *, shrinkable: bool) -> list[str]:
        pages = [(self._query.owner_of(self._found[each])["id"], self._cursor(each) or "") for each in ids]
        answer = self._graphql.further_pages(self._query.more, pages, shrinkable=shrinkable)
        self._times.append(answer.captured_at)
        nodes = [answer.data.get(f"node{number}") for number in range(len(ids))]
        sorted_nodes = sort_nodes(ids, nodes, answer, self._query.of_further_pages)
        for node_id, page in sorted_nodes.whole.items():
            self._append(node_id, page[self._query.listing])
        for node_id, reason in sorted_nodes.missing.items():
            self._give_up(node_id, reason)
        return sorted_nodes.cut_off

    def _cursor(self, node_id: str) -> str | None:
        """Where the next page of a found node begins; None where there is none."""
        page_info = self._query.listing_of(self._found[node_id])["pageInfo"]
        cursor: str | None = page_info["endCursor"] if page_info["hasNextPage"] else None
        return cursor

    def _append(self, node_id: str, page: Node) -> None:
        listing = self._query.listing_of(self._found[node_id])
        if page["pageInfo"].get("endCursor") == listing["pageInfo"].get("endCursor"):
            self._give_up(node_id, "the next page is the same page again")
            return
        listing["nodes"] += page["nodes"]
        listing["pageInfo"] = page["pageInfo"]
        listing["totalCount"] = page["totalCount"]

    def _check_totals(self) -> None:
        """A listing that changed between its pages may lack items: it is not whole."""
        for node_id, node in list(self._found.items()):
            listing = self._query.listing_of(node)
            came, total = len(listing["nodes"]), listing["totalCount"]
            if came < total:
                self._give_up(node_id, f"GitHub counts {total} of its {self._query.listing} and gave {came}")

    def _give_up(self, node_id: str, reason: str) -> None:
        self._found.pop(node_id, None)
        self._missing[node_id] = reason


def in_shrinking_batches(
    items: Sequence[Item],
    learned: LearnedSize,
    *,
    ask: Callable[..., list[Item]],
    give_up: Callable[[Item, str], None],
) -> None:
    """Ask for items in batches of the learned size; what is too much is asked for again in smaller ones.

    Where one item after the other does not come even alone, the rest is given up too: it is not their size.

    Args:
        items: what to ask for.
        learned: the size to begin with; it takes in how it went.
        ask: takes a batch, and whether it can shrink; returns those that were cut off.
        give_up: takes an item that does not come, and the reason.
    """
    waiting = deque(items)
    largest, lost_in_a_row = learned.largest, 0
    while waiting:
        size = min(len(waiting), learned.size, largest)
        batch = [waiting.popleft() for _ in range(size)]
        cut_off, reason = batch, CUT_OFF
        try:
            cut_off = ask(batch, shrinkable=size > 1)
            lost_in_a_row = 0
        except TooHeavyError as failure:
            reason = str(failure)
        except GitHubUnavailableError as failure:
            if size > 1:
                raise
            reason = str(failure)
            lost_in_a_row += 1
        if not cut_off:
            learned.fine(size)
            largest = learned.largest
        elif size > 1:
            learned.too_much(size)
            largest = learned.below(size)
            waiting.extendleft(reversed(cut_off))
        else:
            give_up(batch[0], reason)
        if lost_in_a_row >= MOST_LOST_IN_A_ROW:
            while waiting:
                give_up(waiting.popleft(), reason)
