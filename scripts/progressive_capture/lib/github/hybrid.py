"""REST or GraphQL: which way each pending run goes (pure).

REST brings everything about a run's jobs for a request a run; GraphQL brings jobs and steps for a hundredth
of that, from a budget of its own, but no attempt numbers, labels, runners or creation times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Depth = Literal["jobs", "steps", "full"]

KEPT_BACK = 0.2
"""The part of the spare requests that is kept for what else comes: retries, giants' pages, listings."""


@dataclass(frozen=True)
class Ways:
    """How the jobs of pending runs are fetched.

    `graphql`: those that were never re-run go by GraphQL (at depth `jobs` all of them), the others by REST;
    without it all go by REST. `depth` is what is then expected of every run.
    """

    graphql: bool
    depth: Depth
    reason: str


def choose_ways(
    *, pending: int, spare_requests: int | None, graphql_available: bool, depth: Depth | None
) -> Ways:
    """Which way pending runs go.

    Args:
        pending: how many runs there are whose jobs are to be fetched; REST takes at least a request for each.
        spare_requests: what may be spent of the REST budget; None: there is no limit.
        graphql_available: whether there is GraphQL for this token at all.
        depth: how much a person asked for; None: jobs and steps, and all that REST knows where it is cheap.
    """
    if depth == "full":
        return Ways(graphql=False, depth="full", reason="everything that REST knows was asked for")
    if not graphql_available:
        return Ways(graphql=False, depth=depth or "steps", reason="GraphQL is not available")
    if depth is not None:
        return Ways(graphql=True, depth=depth, reason=f"only {depth} were asked for")
    if spare_requests is None or pending <= spare_requests * (1 - KEPT_BACK):
        reason = f"the spare REST budget covers all {pending:,} pending runs"
        return Ways(graphql=False, depth="steps", reason=reason)
    reason = f"{pending:,} pending runs are more than the spare REST budget covers"
    return Ways(graphql=True, depth="steps", reason=reason)
