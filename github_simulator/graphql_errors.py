"""GraphQL errors in the form that GitHub gives them: `type`, `path`, `locations`, `message`.

They come with status 200, beside whatever could be answered. Types and messages are those
seen on the wire, in other projects' recordings and bug reports, except where it is said.
"""

from typing import Any

from graphql import (
    FieldNode,
    FieldsOnCorrectTypeRule,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableDefinitionNode,
    print_ast,
)


class RefusalError(Exception):
    """A field that GitHub does not answer; `kind` is what GitHub calls the error's type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def not_found(node_id: str) -> RefusalError:
    """A node id that names nothing, or nothing that the token may see."""
    return RefusalError("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")


def repository_not_found(full_name: str) -> RefusalError:
    """A repository that does not exist, or that the token may not see."""
    return RefusalError("NOT_FOUND", f"Could not resolve to a Repository with the name '{full_name}'.")


def pull_request_not_found(number: int) -> RefusalError:
    """No pull request has this number; an issue may."""
    return RefusalError("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")


def not_accessible() -> RefusalError:
    """The token lacks a permission."""
    return RefusalError("FORBIDDEN", "Resource not accessible by integration")


def too_many_ids(count: int, limit: int) -> RefusalError:
    """`nodes(ids:)` with more ids than GitHub takes."""
    message = f"You may not provide more than {limit} node ids; you provided {count}."
    return RefusalError("ARGUMENT_LIMIT", message)


def no_page_size(connection: str) -> RefusalError:
    """A connection that lists nodes without `first` or `last`."""
    message = (
        f"You must provide a `first` or `last` value to properly paginate the `{connection}` connection."
    )
    return RefusalError("MISSING_PAGINATION_BOUNDARIES", message)


def page_too_large(connection: str, argument: str, size: int, limit: int) -> RefusalError:
    """`first` or `last` outside 1..100."""
    message = (
        f"Requesting {size} records on the `{connection}` connection exceeds the"
        f" `{argument}` limit of {limit} records."
    )
    return RefusalError("EXCESSIVE_PAGINATION", message)


def invalid_cursor(cursor: str) -> RefusalError:
    """`after` or `before` with something that no page of this connection gave."""
    return RefusalError("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")


def resource_limits_exceeded() -> RefusalError:
    """The query is answered only in part: the rest would cost GitHub too much."""
    return RefusalError("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded.")


def node_limit_exceeded(nodes: int, limit: int) -> dict[str, object]:
    """The error of a query that could return more nodes than GitHub allows; nothing is answered."""
    message = (
        f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of {limit:,}."
    )
    return {"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}


def answered_error(error: GraphQLError) -> dict[str, object]:
    """One entry of `errors` beside `data`. An exception that is no refusal is a fault of ours: raised."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, RefusalError):
        raise cause
    kind = {"type": cause.kind} if cause is not None else {}
    path = {"path": list(error.path)} if error.path is not None else {}
    return {**kind, **path, "locations": _locations(error), "message": error.message}


def refused_query_error(error: GraphQLError) -> dict[str, object]:
    """One entry of `errors` for a query that cannot be run at all (there is no `data` then)."""
    extensions = {key: value for key, value in (error.extensions or {}).items() if key != "path"}
    path = {"path": error.extensions["path"]} if error.extensions and "path" in error.extensions else {}
    extra: dict[str, object] = {"extensions": extensions} if extensions else {}
    return {**path, **extra, "locations": _locations(error), "message": error.message}


def invalid_variable_error(error: GraphQLError) -> dict[str, object]:
    """One entry of `errors` for a variable that is missing or of another type than declared."""
    definition = error.nodes[0] if error.nodes else None
    if not isinstance(definition, VariableDefinitionNode):
        return refused_query_error(error)
    name, declared = definition.variable.name.value, print_ast(definition.type)
    return {
        "extensions": {"problems": [{"path": [], "explanation": error.message}]},
        "locations": _locations(error),
        "message": f"Variable ${name} of type {declared} was provided invalid value",
    }


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]


class UndefinedFieldRule(FieldsOnCorrectTypeRule):
    """Reports a field that its type does not have, in GitHub's words instead of graphql-core's."""

    def enter_field(self, node: FieldNode, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> None:
        owner = self.context.get_parent_type()
        if owner is None or self.context.get_field_def() is not None:
            return
        name = node.name.value
        extensions = {
            "code": "undefinedField",
            "typeName": owner.name,
            "fieldName": name,
            "path": [*_query_path(ancestors), name],
        }
        message = f"Field '{name}' doesn't exist on type '{owner.name}'"
        self.report_error(GraphQLError(message, node, extensions=extensions))


def _query_path(ancestors: Any) -> list[str]:
    """Where in the query's text a field stands: `["query", "nodes", "... on WorkflowRun"]`."""
    return [step for each in ancestors if isinstance(each, Node) for step in _path_step(each)]


def _path_step(node: Node) -> list[str]:
    match node:
        case OperationDefinitionNode():
            name = f" {node.name.value}" if node.name else ""
            return [f"{node.operation.value}{name}"]
        case FragmentDefinitionNode():
            return [f"fragment {node.name.value}"]
        case InlineFragmentNode():
            condition = node.type_condition
            return [f"... on {condition.name.value}" if condition else "..."]
        case FieldNode():
            return [node.alias.value if node.alias else node.name.value]
        case _:
            return []
