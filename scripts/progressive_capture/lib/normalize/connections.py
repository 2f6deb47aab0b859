"""A page of a GraphQL connection: the nodes that GitHub shows, and whether they are all that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.normalize.pull_request_values import flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from progressive_capture.lib.normalize.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What one answer, or several put together, shows of a connection.

    Attributes:
        nodes: those that are there. A null stands for one that the token may not see or that failed.
        total_count: how many GitHub says there are; None where it does not say.
        ends_here: there is no further page, and no null among the nodes.
    """

    nodes: Sequence[Any]
    total_count: int | None
    ends_here: bool

    def is_whole(self, different: int) -> bool:
        """Whether nothing is missing, given how many different nodes there are.

        Pages that shift while they are read show one node twice and another not at all.
        """
        return self.ends_here and self.total_count is not None and different >= self.total_count


def connection_under(owner: Fields, key: str) -> Connection:
    """The connection under a key; one that shows nothing and is not whole where it is absent or null.

    Raises:
        UnexpectedPayloadError: a field has another type than documented.
    """
    connection = owner.nested(key)
    nodes = connection.payload.get("nodes")
    if not isinstance(nodes, list | None):
        raise connection.wrong("nodes", f"as {type(nodes).__name__}, expected a list")
    shown = [node for node in nodes or [] if node is not None]
    is_last_page = flag(connection.nested("pageInfo"), "hasNextPage") is False
    return Connection(
        nodes=shown,
        total_count=connection.integer("totalCount"),
        ends_here=is_last_page and nodes is not None and len(shown) == len(nodes),
    )
