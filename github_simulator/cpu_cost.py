"""How many CPU seconds an answer costs GitHub: a model, in one place.

GitHub publishes the limits (90 CPU seconds in a minute, 60 of them GraphQL; ten seconds
for one query), not what an answer costs; its advice is to take response times for it
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). These
numbers make a page of 100 runs take about 0.15 s and the steps of 100 jobs about half a
second, which is the quick end of what people measure.
"""

from dataclasses import dataclass

REST_BASE = 0.02
REST_PER_ITEM = 0.001
GRAPHQL_BASE = 0.03
GRAPHQL_PER_NODE = 0.0002
PER_COMPARED_FILE = 0.0002
GRAPHQL_TIME_LIMIT = 10.0


@dataclass(frozen=True)
class CpuCost:
    """CPU seconds of answers, all multiplied by `scale`."""

    scale: float = 1.0

    def rest(self, items: int) -> float:
        """Of a REST answer that holds so many items."""
        return self.scale * (REST_BASE + REST_PER_ITEM * items)

    def graphql(self, nodes: int, compared_files: int = 0) -> float:
        """Of a GraphQL answer that really holds so many nodes, for which so many files were compared."""
        return self.scale * (GRAPHQL_BASE + GRAPHQL_PER_NODE * nodes + PER_COMPARED_FILE * compared_files)
