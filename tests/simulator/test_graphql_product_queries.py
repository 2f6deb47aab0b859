"""The product's own queries: valid against GitHub's schema, at the cost that docs/architecture.md says."""

from pathlib import Path

import pytest
from graphql import VariableValues, get_variable_values

from github_simulator.graphql_cost import QueryCost, estimate
from github_simulator.graphql_queries import SCHEMA, PreparedQuery, RefusedQuery, prepare

ROOT = Path(__file__).parents[2]
QUERIES = sorted((ROOT / "scripts/progressive_capture/lib/github/queries").glob("*.graphql"))


def prepared(file: Path) -> PreparedQuery:
    found = prepare(file.read_text(encoding="utf-8"))
    assert isinstance(found, PreparedQuery), found
    return found


def test_the_product_has_queries() -> None:
    assert {"jobs_of_runs", "steps_of_jobs"} <= {file.stem for file in QUERIES}


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_query_is_valid_for_githubs_schema(file: Path) -> None:
    assert not isinstance(prepare(file.read_text(encoding="utf-8")), RefusedQuery)


@pytest.mark.parametrize(
    ("name", "nodes"), [("jobs_of_runs", 100 + 100 * 100), ("steps_of_jobs", 100 + 100 * 100)]
)
def test_a_hundred_runs_or_jobs_cost_one_point(name: str, nodes: int) -> None:
    query = prepared(next(file for file in QUERIES if file.stem == name))
    ids = [f"node-{number}" for number in range(100)]
    values = get_variable_values(SCHEMA, query.operation.variable_definitions or (), {"ids": ids})
    assert isinstance(values, VariableValues)
    cost = estimate(SCHEMA, query.document, query.operation, values)
    assert cost == QueryCost(requests=101, nodes=nodes)
    assert cost.points == 1
