"""The documents of `queries/`, and the one made of several, are valid for GitHub's own schema."""

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    get_named_type,
    print_ast,
    validate,
    visit,
)

from progressive_capture.lib.github.documents import document, document_for_several

ROOT = Path(__file__).parents[2]
QUERIES = resources.files("progressive_capture.lib.github").joinpath("queries")
NAMES = sorted(entry.name.removesuffix(".graphql") for entry in QUERIES.iterdir())
FURTHER_PAGES = [name for name in NAMES if name.startswith("more_")]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    text = (ROOT / "github_simulator" / "specification" / "schema.graphql").read_text()
    return build_schema(text, assume_valid_sdl=True)


def test_there_are_queries() -> None:
    assert set(NAMES) >= {"jobs_of_runs", "steps_of_jobs", "more_jobs_of_run", "more_steps_of_job"}


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_valid(name: str, schema: GraphQLSchema) -> None:
    assert validate(schema, document(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_query_asks_what_it_costs(name: str) -> None:
    (operation,) = document(name).definitions
    assert isinstance(operation, OperationDefinitionNode)
    rate_limit = next(
        field
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode) and field.name.value == "rateLimit"
    )
    assert rate_limit.selection_set is not None
    asked = {
        field.name.value for field in rate_limit.selection_set.selections if isinstance(field, FieldNode)
    }
    assert asked == {"cost", "limit", "nodeCount", "remaining", "resetAt", "used"}


@pytest.mark.parametrize("count", [1, 2, 25])
@pytest.mark.parametrize("name", FURTHER_PAGES)
def test_a_query_about_several_pages_is_valid(name: str, count: int, schema: GraphQLSchema) -> None:
    combined = document_for_several(name, count)
    assert validate(schema, combined) == []
    (operation,) = combined.definitions
    assert isinstance(operation, OperationDefinitionNode)
    variables = [each.variable.name.value for each in operation.variable_definitions or ()]
    assert variables == [f"{kind}{number}" for number in range(count) for kind in ("id", "after")]
    selected = [
        field.alias.value if field.alias else field.name.value
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    ]
    assert selected == ["rateLimit", *(f"node{number}" for number in range(count))]


def fields_of(name: str, listing: str) -> str:
    """What a query asks of a listing, as text."""
    found: list[str] = []

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if node.name.value == listing and node.selection_set is not None:
                found.append(print_ast(node.selection_set))

    visit(document(name), Finder())
    (text,) = found
    return text


@pytest.mark.parametrize(
    ("first", "more", "listing"),
    [
        ("jobs_of_runs", "more_jobs_of_run", "checkRuns"),
        ("steps_of_jobs", "more_steps_of_job", "steps"),
    ],
)
def test_a_further_page_has_the_fields_of_the_first(first: str, more: str, listing: str) -> None:
    """Else the items of a giant would lack what the others have."""
    assert fields_of(more, listing) == fields_of(first, listing)
    assert "startedAt" in fields_of(more, listing)


def test_making_one_of_several_leaves_the_document_as_it_was() -> None:
    before = print_ast(document("more_steps_of_job"))
    document_for_several("more_steps_of_job", 3)
    assert print_ast(document("more_steps_of_job")) == before


def test_the_schema_is_the_one_that_is_asked(schema: GraphQLSchema) -> None:
    assert schema.query_type is not None
    assert get_named_type(schema.query_type.fields["nodes"].type).name == "Node"
