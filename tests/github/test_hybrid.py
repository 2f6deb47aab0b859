"""REST or GraphQL: a table."""

import pytest

from progressive_capture.lib.github.hybrid import Depth, choose_ways


@pytest.mark.parametrize(
    ("pending", "spare", "available", "depth", "graphql", "expected_depth"),
    [
        (800, 1000, True, None, False, "steps"),  # four fifths of the spare budget cover them
        (801, 1000, True, None, True, "steps"),
        (10_000, None, True, None, False, "steps"),  # a server without limits
        (0, 0, True, None, False, "steps"),
        (1, 0, True, None, True, "steps"),
        (10, 1000, True, "jobs", True, "jobs"),
        (10, 1000, True, "steps", True, "steps"),
        (10_000, 10, True, "full", False, "full"),
        (10_000, 10, False, None, False, "steps"),
        (10_000, 10, False, "jobs", False, "jobs"),
        (10_000, 10, False, "steps", False, "steps"),
        (10_000, 10, False, "full", False, "full"),
    ],
)
def test_the_way_follows_from_depth_budget_and_what_there_is(  # noqa: PLR0917  (a table)
    pending: int,
    spare: int | None,
    available: bool,
    depth: Depth | None,
    graphql: bool,
    expected_depth: Depth,
) -> None:
    ways = choose_ways(pending=pending, spare_requests=spare, graphql_available=available, depth=depth)
    assert (ways.graphql, ways.depth) == (graphql, expected_depth)


def test_the_reason_is_said_in_numbers() -> None:
    ways = choose_ways(pending=12_000, spare_requests=900, graphql_available=True, depth=None)
    assert ways.reason == "12,000 pending runs are more than the spare REST budget covers"
