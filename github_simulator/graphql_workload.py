"""What a GraphQL query may use, and what it has used so far.

Source: docs.github.com, "Rate limits and query limits for the GraphQL API": a query may ask
for at most 500,000 nodes, and may take ten seconds; one that uses too many resources is
answered in part. Where that last limit lies GitHub does not say: the number here is a guess.
What counts, unlike in `graphql_cost`, is what is really answered.
"""

from dataclasses import dataclass

from github_simulator import graphql_errors


@dataclass(frozen=True)
class QueryLimits:
    """What one query may use."""

    most_requested_nodes: int = 500_000
    most_answered_nodes: int = 30_000


class Workload:
    """The nodes that one query has been answered so far; steps count as nodes.

    `compared_files` are those that GitHub compares for a list of changed files: all of a pull
    request's, however few are asked for. That is a guess at why pages of huge ones time out.
    """

    def __init__(self, limits: QueryLimits) -> None:
        self._limits = limits
        self.nodes = 0
        self.compared_files = 0

    def add(self, nodes: int) -> None:
        """Count nodes before they are answered. RefusalError where they would be too many."""
        if self.nodes + nodes > self._limits.most_answered_nodes:
            raise graphql_errors.resource_limits_exceeded()
        self.nodes += nodes
