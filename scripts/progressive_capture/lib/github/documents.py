"""The GraphQL documents of `queries/`, and one made of several."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    visit,
)

NODE = "node"


@lru_cache
def document(name: str) -> DocumentNode:
    """The document of `queries/NAME.graphql`."""
    text = (
        resources.files("progressive_capture.lib.github").joinpath("queries", f"{name}.graphql").read_text()
    )
    return parse(text, no_location=True)


@lru_cache
def document_for_several(name: str, count: int) -> DocumentNode:
    """One document that asks `count` times for the `node` that `queries/NAME.graphql` asks for once.

    The fields are named `node0`, `node1`, …, the variables likewise `id0`, `after0`, `id1`, ….
    """
    (operation,) = document(name).definitions
    assert isinstance(operation, OperationDefinitionNode)
    others = [field for field in operation.selection_set.selections if _name(field) != NODE]
    numbered = [visit(operation, _Numbered(number)) for number in range(count)]
    nodes = [field for each in numbered for field in each.selection_set.selections if _name(field) == NODE]
    combined = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        directives=(),
        variable_definitions=tuple(variable for each in numbered for variable in each.variable_definitions),
        selection_set=SelectionSetNode(selections=(*others, *nodes)),
    )
    return DocumentNode(definitions=(combined,))


def _name(field: object) -> str:
    return field.name.value if isinstance(field, FieldNode) else ""


class _Numbered(Visitor):
    """Gives the variables, and the field `node`, a number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def leave_variable(self, node: VariableNode, *_: Any) -> VariableNode:
        return VariableNode(name=NameNode(value=f"{node.name.value}{self._number}"))

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        if node.name.value != NODE:
            return None
        return FieldNode(
            alias=NameNode(value=f"{NODE}{self._number}"),
            name=node.name,
            arguments=node.arguments,
            directives=node.directives,
            selection_set=node.selection_set,
        )
