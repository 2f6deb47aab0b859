"""Cut GitHub's GraphQL schema down to the types and fields that the simulator resolves."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    lexicographic_sort_schema,
    print_schema,
)

from github_simulator.specification.missing import MissingNameError, lookup

PAGING = "after before first last"
REMARK = (
    "author body createdAt databaseId fullDatabaseId id isMinimized pullRequest repository resourcePath"
    " updatedAt url"
)
CONNECTION, EDGE = "edges nodes pageInfo totalCount", "cursor node"

# The object types and interfaces that are kept, with the fields that are kept of them; `field(argument …)`
# names the arguments kept. Enums, input objects and scalars follow by themselves, whole, where needed.
KEPT_FIELDS = {
    "Actor": "login resourcePath url",
    "App": "databaseId id name slug url",
    "Bot": "databaseId id login resourcePath url",
    "CheckRun": "checkSuite completedAt conclusion databaseId detailsUrl externalId id name permalink"
    f" repository resourcePath startedAt status steps({PAGING} number) summary text title url",
    "CheckRunConnection": "edges nodes pageInfo totalCount",
    "CheckRunEdge": "cursor node",
    "CheckStep": "completedAt conclusion externalId name number secondsToCompletion startedAt status",
    "CheckStepConnection": "edges nodes pageInfo totalCount",
    "CheckStepEdge": "cursor node",
    "CheckSuite": f"app branch checkRuns({PAGING} filterBy) commit conclusion createdAt creator databaseId id"
    " repository resourcePath status updatedAt url workflowRun",
    "Commit": "abbreviatedOid committedDate id message messageHeadline oid repository resourcePath url",
    "IssueComment": REMARK,
    "IssueCommentConnection": CONNECTION,
    "IssueCommentEdge": EDGE,
    "Node": "id",
    "PageInfo": "endCursor hasNextPage hasPreviousPage startCursor",
    "PullRequest": "additions author baseRefName body changedFiles closed closedAt"
    f" comments({PAGING} orderBy) createdAt databaseId deletions files({PAGING}) fullDatabaseId headRefName"
    " headRefOid headRepository id isCrossRepository isDraft merged mergedAt number repository resourcePath"
    f" reviews({PAGING} author states) state title updatedAt url",
    "PullRequestChangedFile": "additions changeType deletions path",
    "PullRequestChangedFileConnection": CONNECTION,
    "PullRequestChangedFileEdge": EDGE,
    "PullRequestConnection": CONNECTION,
    "PullRequestEdge": EDGE,
    "PullRequestReview": f"{REMARK} comments({PAGING}) state submittedAt",
    "PullRequestReviewComment": f"{REMARK} line path pullRequestReview replyTo",
    "PullRequestReviewCommentConnection": CONNECTION,
    "PullRequestReviewCommentEdge": EDGE,
    "PullRequestReviewConnection": CONNECTION,
    "PullRequestReviewEdge": EDGE,
    "Query": "node(id) nodes(ids) rateLimit repository(name owner) viewer",
    "RateLimit": "cost limit nodeCount remaining resetAt used",
    "Ref": "id name prefix repository",
    "Repository": "createdAt databaseId defaultBranchRef id isPrivate name nameWithOwner pullRequest(number)"
    f" pullRequests({PAGING} baseRefName headRefName orderBy states) resourcePath url",
    "UniformResourceLocatable": "resourcePath url",
    "User": "databaseId id login resourcePath url",
    "Workflow": f"createdAt databaseId id name resourcePath runs({PAGING} orderBy) state updatedAt url",
    "WorkflowRun": "checkSuite createdAt databaseId event file id resourcePath runNumber updatedAt url"
    " workflow",
    "WorkflowRunConnection": "edges nodes pageInfo totalCount",
    "WorkflowRunEdge": "cursor node",
    "WorkflowRunFile": "id path resourcePath run url",
}

Composite = GraphQLObjectType | GraphQLInterfaceType


def cut_schema(official: str) -> str:
    """The kept part of the official GraphQL schema, in GraphQL's own language."""
    # Release 15.26.1 defines some enterprise fields twice, which a validating build refuses.
    schema = build_schema(official, assume_valid=True, assume_valid_sdl=True)
    kept = [_kept_type(schema, name) for name in KEPT_FIELDS]
    for composite in kept:
        _keep_fields(composite, _parse_kept(KEPT_FIELDS[composite.name]))
    for composite in kept:
        composite.interfaces = tuple(each for each in composite.interfaces if _still_holds(each, composite))
    # A new schema collects what its types still refer to, and nothing else.
    slim = GraphQLSchema(query=schema.query_type, types=kept, directives=())
    _check_closed(slim)
    _forget_prose(slim)
    return print_schema(lexicographic_sort_schema(slim)) + "\n"


def _kept_type(schema: GraphQLSchema, name: str) -> Composite:
    found = lookup(schema.type_map, name, "type")
    if not isinstance(found, Composite):
        raise MissingNameError(f"{name!r} is neither an object type nor an interface.")
    return found


def _parse_kept(kept: str) -> dict[str, list[str]]:
    """`"a b(x y)"` → `{"a": [], "b": ["x", "y"]}`."""
    return {name: arguments.split() for name, arguments in re.findall(r"(\w+)(?:\(([^)]*)\))?", kept)}


def _keep_fields(composite: Composite, kept: dict[str, list[str]]) -> None:
    fields = {name: lookup(composite.fields, name, f"field of {composite.name}:") for name in kept}
    for name, field in fields.items():
        where = f"argument of {composite.name}.{name}:"
        field.args = {argument: lookup(field.args, argument, where) for argument in kept[name]}
    composite.fields = fields


def _still_holds(interface: GraphQLInterfaceType, composite: Composite) -> bool:
    return interface.name in KEPT_FIELDS and interface.fields.keys() <= composite.fields.keys()


def _check_closed(schema: GraphQLSchema) -> None:
    """A kept field may lead only to types whose kept fields are named."""
    for name, found in schema.type_map.items():
        simple = isinstance(found, GraphQLScalarType | GraphQLEnumType | GraphQLInputObjectType)
        if not simple and name not in KEPT_FIELDS and not name.startswith("__"):
            raise MissingNameError(
                f"A kept field leads to {name!r}, and KEPT_FIELDS does not say what to keep of it."
            )


def _forget_prose(schema: GraphQLSchema) -> None:
    for found in schema.type_map.values():
        found.description = None
        if isinstance(found, GraphQLEnumType):
            for value in found.values.values():
                value.description = value.deprecation_reason = None
        if isinstance(found, GraphQLScalarType):
            found.specified_by_url = None
        for field in _fields(found):
            field.description = field.deprecation_reason = None


def _fields(found: Any) -> Iterator[Any]:
    if isinstance(found, Composite | GraphQLInputObjectType):
        for field in found.fields.values():
            yield field
            if isinstance(field, GraphQLField):
                yield from field.args.values()
