"""What GitHub charges for a GraphQL query, told from its text and variables before anything is answered.

Source: docs.github.com, "Rate limits and query limits for the GraphQL API".

- Points: add up the requests needed to fill each connection, one for every parent that has to be visited;
  divide by 100, round to the nearest whole number, and charge at least 1.
- Nodes: add up how many nodes each connection may return. GitHub refuses a query of more than 500,000.

Both go by the `first` or `last` that was asked for, whatever is really there. `nodes(ids:)` counts as a
connection that brings as many parents as it was given ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode, VariableValues

REQUESTS_A_POINT = 100
MINIMUM_POINTS = 1


@dataclass(frozen=True)
class QueryCost:
    """GitHub's estimate: `requests` to fill the connections, and the most `nodes` that they may return."""

    requests: int = 0
    nodes: int = 0

    @property
    def points(self) -> int:
        """What the query takes from the hour's budget."""
        return max(MINIMUM_POINTS, (self.requests + REQUESTS_A_POINT // 2) // REQUESTS_A_POINT)

    def __add__(self, other: QueryCost) -> QueryCost:
        """The cost of two selections that are answered together."""
        return QueryCost(self.requests + other.requests, self.nodes + other.nodes)


def estimate(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> QueryCost:
    """The cost of one operation of a document that is valid against `schema`."""
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    query = schema.query_type
    assert query is not None
    return _Estimate(schema, fragments, variables).of_selection(operation.selection_set, query, parents=1)


@dataclass(frozen=True)
class _Estimate:
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: VariableValues

    def of_selection(self, selection: SelectionSetNode, composite: Any, parents: int) -> QueryCost:
        total = QueryCost()
        for field, owner in self._fields(selection, composite):
            total += self._of_field(field, owner, parents)
        return total

    def _of_field(self, field: FieldNode, owner: Any, parents: int) -> QueryCost:
        name = field.name.value
        definition = self.schema.get_field(owner, name)
        if definition is None or field.selection_set is None:
            return QueryCost()  # a leaf, or one of the fields that describe the schema
        arguments = get_argument_values(definition, field, self.variables)
        answer_type = get_named_type(definition.type)
        if answer_type.name.endswith("Connection"):
            size = arguments.get("first") or arguments.get("last") or 0
        elif owner is self.schema.query_type and name == "nodes":
            size = len(arguments["ids"])
        else:
            return self.of_selection(field.selection_set, answer_type, parents)
        below = self.of_selection(field.selection_set, answer_type, parents * size)
        return QueryCost(requests=parents, nodes=parents * size) + below

    def _fields(self, selection: SelectionSetNode, composite: Any) -> Iterator[tuple[FieldNode, Any]]:
        """Every field of a selection, fragments opened, with the type that it is asked of."""
        for node in selection.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node, composite
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self.schema.type_map[condition.name.value] if condition else composite
                yield from self._fields(node.selection_set, inner)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inner = self.schema.type_map[fragment.type_condition.name.value]
                yield from self._fields(fragment.selection_set, inner)

    def _is_included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and not (include and not include["if"])
