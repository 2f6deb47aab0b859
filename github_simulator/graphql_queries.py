"""GitHub's GraphQL schema, and queries that have been parsed and checked against it."""

from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldsOnCorrectTypeRule,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from github_simulator import graphql_errors
from github_simulator.specification import graphql_schema_text


def _build_schema() -> GraphQLSchema:
    schema = build_schema(graphql_schema_text())
    wide_int = _wide_int()
    for composite in schema.type_map.values():
        field = getattr(composite, "fields", {}).get("databaseId")
        if field is not None:
            field.type = wide_int
    return schema


def _wide_int() -> GraphQLScalarType:
    """An Int of more than 32 bits. GitHub declares `databaseId: Int` and sends larger numbers."""
    wide = GraphQLScalarType("WideInt")
    wide.name = "Int"  # graphql-core reserves the name, so it cannot be given at once
    return wide


SCHEMA = _build_schema()
_RULES = [
    graphql_errors.UndefinedFieldRule if rule is FieldsOnCorrectTypeRule else rule for rule in specified_rules
]


@dataclass(frozen=True)
class PreparedQuery:
    """A query that is valid against the schema, and the one operation it holds."""

    document: DocumentNode
    operation: OperationDefinitionNode


@dataclass(frozen=True)
class RefusedQuery:
    """A query that cannot be run, and GitHub's errors that say why."""

    errors: list[dict[str, object]]


@lru_cache(maxsize=256)
def prepare(query: str) -> PreparedQuery | RefusedQuery:
    """Parse and check a query. A client sends few texts many times, so they are kept."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return RefusedQuery([graphql_errors.refused_query_error(error)])
    errors = validate(SCHEMA, document, _RULES)
    if errors:
        return RefusedQuery([graphql_errors.refused_query_error(error) for error in errors])
    operation = get_operation_ast(document)
    if operation is None:
        return RefusedQuery([{"message": "An operation name is required"}])
    return PreparedQuery(document, operation)
