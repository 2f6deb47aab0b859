"""The way to GraphQL: opened with the first query, and closed for good where GitHub refuses."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from progressive_capture.lib.github.failures import GraphQLRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from progressive_capture.lib.github.batches import Batches, NodeBatch
    from progressive_capture.lib.github.messages import GraphQLAnswer
    from progressive_capture.lib.github.node_answers import NodeQuery

Result = TypeVar("Result")


NO_GRAPHQL = "GraphQL needs a token"


class GraphQLAccess:
    """One kind of thing that GraphQL is asked about: a token may be let see one and not the other.

    Safe among threads. Methods raise GraphQLRefusedError where GitHub refuses, and from then on unasked.

    Args:
        connect: opens GraphQL; None: there is none, for want of a token.
        otherwise: what to do without it, for a person.
    """

    def __init__(self, connect: Callable[[], Batches] | None, *, otherwise: str) -> None:
        self._connect = connect
        self._otherwise = otherwise
        self._batches: Batches | None = None
        self._refused = None if connect else NO_GRAPHQL
        self._lock = threading.Lock()

    @property
    def available(self) -> bool:
        """Whether GraphQL may be asked: there is a token, and it has not been refused."""
        return self._refused is None

    def fetch(self, query: NodeQuery, node_ids: Sequence[str], *, giants: bool) -> NodeBatch:
        """As `Batches.fetch`."""
        return self._use(lambda batches: batches.fetch(query, node_ids, giants=giants))

    def count_listed(self, query: NodeQuery, node_ids: Sequence[str]) -> dict[str, int]:
        """As `Batches.count_listed`."""
        return self._use(lambda batches: batches.count_listed(query, node_ids))

    def ask(
        self,
        name: str,
        variables: Mapping[str, Any],
        *,
        shrinkable: bool,
        read: Callable[[GraphQLAnswer], Result],
    ) -> Result:
        """What `read` makes of the answer to the query NAME. It may find, too, that GitHub refuses.

        Raises:
            TooHeavyError, CaptureError, CapturePaused: as `Calls.make`, and what `read` raises.
        """
        return self._use(lambda batches: read(batches.graphql.ask(name, variables, shrinkable=shrinkable)))

    def _use(self, ask: Callable[[Batches], Result]) -> Result:
        batches = self._opened()
        try:
            return ask(batches)
        except GraphQLRefusedError as refusal:
            self._refused = str(refusal)
            raise

    def _opened(self) -> Batches:
        with self._lock:
            if self._refused is not None or self._connect is None:
                hint = f"Set GITHUB_TOKEN. {self._otherwise}" if self._connect is None else self._otherwise
                raise GraphQLRefusedError(str(self._refused), hint=hint)
            if self._batches is None:
                self._batches = self._connect()
            return self._batches
