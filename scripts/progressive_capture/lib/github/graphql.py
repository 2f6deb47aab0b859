"""The GraphQL API, over gql, through the same gate as everything else.

To be imported only where a query is made: gql takes a third of a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gql import Client, GraphQLRequest
from gql.client import SyncClientSession
from gql.transport import Transport
from gql.transport.exceptions import TransportQueryError
from graphql import ExecutionResult

from progressive_capture.lib.github.documents import document, document_for_several
from progressive_capture.lib.github.failures import GraphQLRefusedError, RefusalFailure
from progressive_capture.lib.github.messages import GraphQLAnswer, Request
from progressive_capture.lib.github.reading_graphql import read_graphql
from progressive_capture.lib.rate_limit_monitor import GRAPHQL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode

    from progressive_capture.lib.github.calls import Calls

PATH = "/graphql"


class GatedTransport(Transport):
    """Sends gql's requests as `Calls` does: the retries, the limits and the connections are those of REST."""

    def __init__(self, calls: Calls, *, url: str) -> None:
        self._calls = calls
        self._url = url

    def execute(self, request: GraphQLRequest, *_: Any, shrinkable: bool = False) -> ExecutionResult:
        """What came of a query; `extensions` is the answer as we read it."""
        answer: GraphQLAnswer = self._calls.make(
            Request(method="POST", url=self._url, path=PATH, payload=request.payload, resource=GRAPHQL),
            read_graphql,
            shrinkable=shrinkable,
            refused=_refused,
        )
        errors: list[Any] = list(answer.errors)  # as GitHub gave them: gql passes them on as they are
        return ExecutionResult(data=dict(answer.data), errors=errors or None, extensions={"answer": answer})


class GraphQLClient:
    """Reads GitHub's GraphQL API. Safe among threads."""

    def __init__(self, calls: Calls, *, url: str) -> None:
        # No schema: answers are taken as they come. GitHub's `databaseId: Int` holds more than 32 bits, which
        # a library that checks answers against the schema refuses.
        self._client = Client(transport=GatedTransport(calls, url=url))
        self._session: SyncClientSession = self._client.connect_sync()  # type: ignore[no-untyped-call]

    def ask(self, name: str, variables: Mapping[str, Any], *, shrinkable: bool) -> GraphQLAnswer:
        """The answer to the query NAME.

        Raises:
            GraphQLRefusedError: if GitHub does not answer such queries here.
            TooHeavyError, CaptureError, CapturePaused: as `Calls.make`.
        """
        return self._answer(document(name), variables, shrinkable=shrinkable)

    def nodes(self, name: str, ids: Sequence[str], *, shrinkable: bool) -> GraphQLAnswer:
        """The answer to the query NAME about up to 100 nodes. Raises as `ask`."""
        return self.ask(name, {"ids": list(ids)}, shrinkable=shrinkable)

    def further_pages(
        self, name: str, pages: Sequence[tuple[str, str]], *, shrinkable: bool
    ) -> GraphQLAnswer:
        """The answer to the query NAME about several pages at once, as `node0`, `node1`, ….

        Args:
            name: the query about one page.
            pages: the id of each node, and the cursor after which its page begins.
            shrinkable: see `Calls.make`, which says what is raised, too.
        """
        variables: dict[str, str] = {}
        for number, (node_id, after) in enumerate(pages):
            variables |= {f"id{number}": node_id, f"after{number}": after}
        return self._answer(document_for_several(name, len(pages)), variables, shrinkable=shrinkable)

    def close(self) -> None:
        """End the session of gql; the connections belong to the wire."""
        self._client.close_sync()  # type: ignore[no-untyped-call]

    def _answer(
        self, query: DocumentNode, variables: Mapping[str, Any], *, shrinkable: bool
    ) -> GraphQLAnswer:
        request = GraphQLRequest(query, variable_values=dict(variables))
        try:
            result = self._session.execute(request, get_execution_result=True, shrinkable=shrinkable)
            extensions = result.extensions
        except TransportQueryError as partial:  # some of the data may be there: the caller looks at both
            extensions = partial.extensions
        assert extensions is not None
        answer: GraphQLAnswer = extensions["answer"]
        return answer


def _refused(failure: RefusalFailure, what: str) -> GraphQLRefusedError:
    return GraphQLRefusedError(
        f"GitHub does not answer {what} ({failure}).",
        hint="The token may need the permission checks: read, or for pull requests pull-requests: read.",
    )
