"""The documents of `queries/`, and the one made of several, are valid for GitHub's own schema."""

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    REMOVE,
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
from progressive_capture.lib.github.node_answers import (
    COMMENTS_OF_PULLS,
    COMMENTS_OF_REVIEWS,
    FILES_OF_PULLS,
    REVIEWS_OF_PULLS,
)

ROOT = Path(__file__).parents[2]
QUERIES = resources.files("progressive_capture.lib.github").joinpath("queries")
NAMES = sorted(entry.name.removesuffix(".graphql") for entry in QUERIES.iterdir())
OF_PULL_REQUESTS = (REVIEWS_OF_PULLS, COMMENTS_OF_PULLS, FILES_OF_PULLS, COMMENTS_OF_REVIEWS)
FURTHER_PAGES = [name for name in NAMES if name.startswith("more_")]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    text = (ROOT / "github_simulator" / "specification" / "schema.graphql").read_text()
    return build_schema(text, assume_valid_sdl=True)


def test_there_are_queries() -> None:
    assert set(NAMES) >= {"jobs_of_runs", "steps_of_jobs", "more_jobs_of_run", "more_steps_of_job"}
    assert set(NAMES) >= {"pull_requests", "pull_request", "pull_request_numbers"}
    for query in OF_PULL_REQUESTS:
        assert {query.name, query.more} <= set(NAMES)


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


LISTINGS = {"checkRuns", "steps", "reviews", "comments", "files"}


def fields_of(name: str, *listings: str, without: str = "") -> str:
    """What a query asks of a listing, as text. Of several names each is a listing within the one before."""
    way: list[str] = []
    found: list[str] = []

    class Without(Visitor):
        def leave_field(self, node: FieldNode, *_: Any) -> Any:
            return REMOVE if node.name.value == without else None

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            way.append(node.name.value)
            listings_here = [each for each in way if each in LISTINGS]
            if node.selection_set and way[-1] in LISTINGS and listings_here == list(listings):
                found.append(print_ast(visit(node.selection_set, Without())))

        def leave_field(self, *_: Any) -> None:
            way.pop()

    visit(document(name), Finder())
    (text,) = found
    return text


@pytest.mark.parametrize(
    ("first", "more", "listing"),
    [
        ("jobs_of_runs", "more_jobs_of_run", "checkRuns"),
        ("steps_of_jobs", "more_steps_of_job", "steps"),
        *((query.name, query.more, query.listing) for query in OF_PULL_REQUESTS),
    ],
)
def test_a_further_page_has_the_fields_of_the_first(first: str, more: str, listing: str) -> None:
    """Else the items of a giant would lack what the others have."""
    assert fields_of(more, listing) == fields_of(first, listing)
    assert {"startedAt", "updatedAt", "changeType"} & set(fields_of(more, listing).split())


@pytest.mark.parametrize("name", ["pull_requests", "pull_request"])
def test_first_pages_have_the_fields_of_the_listings_that_are_asked_for_alone(name: str) -> None:
    """Else what a pull request has would depend on the way that it came."""
    without_comments = fields_of(name, "reviews", without="comments")
    assert without_comments == fields_of("reviews_of_pulls", "reviews")
    assert fields_of(name, "reviews", "comments") == fields_of("comments_of_reviews", "comments")
    assert fields_of(name, "comments") == fields_of("comments_of_pulls", "comments")
    assert fields_of(name, "files") == fields_of("files_of_pulls", "files")


def test_one_pull_request_has_the_fields_of_those_in_a_page() -> None:
    def fields_of_a_pull(name: str, parent: str) -> str:
        found: list[str] = []

        class Finder(Visitor):
            def enter_field(self, node: FieldNode, *_: Any) -> None:
                if node.name.value == parent and node.selection_set is not None:
                    found.append(print_ast(node.selection_set))

        visit(document(name), Finder())
        return found[0]

    one, many = fields_of_a_pull("pull_request", "pullRequest"), fields_of_a_pull("pull_requests", "nodes")
    assert one == many
    assert "headRefOid" in one


def test_making_one_of_several_leaves_the_document_as_it_was() -> None:
    before = print_ast(document("more_steps_of_job"))
    document_for_several("more_steps_of_job", 3)
    assert print_ast(document("more_steps_of_job")) == before


def test_the_schema_is_the_one_that_is_asked(schema: GraphQLSchema) -> None:
    assert schema.query_type is not None
    assert get_named_type(schema.query_type.fields["nodes"].type).name == "Node"
