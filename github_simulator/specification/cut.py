"""Cut out of GitHub's published specification the part that this simulator answers.

The two sources are npm packages: `@octokit/graphql-schema` (GitHub's GraphQL schema) and `@octokit/openapi`
(GitHub's REST description). Only names and types are kept, no descriptions and no examples.
To cut again, in any empty folder:

    npm install --ignore-scripts @octokit/graphql-schema@15.26.1 @octokit/openapi@23.0.2
    python -m github_simulator.specification.cut node_modules/@octokit/graphql-schema node_modules/@octokit/openapi
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    parse,
    print_ast,
    specified_scalar_types,
)

HERE = Path(__file__).parent
SCHEMA_FILE = HERE / "schema.graphql"
OPENAPI_FILE = HERE / "openapi.json"

PAGING = "after before first last"

# The object types and interfaces that are kept, with the fields that are kept of them; `field(argument …)`
# names the arguments kept. Enums, input objects and scalars follow by themselves, whole, where these need them.
KEPT_FIELDS = {
    "App": "databaseId id name slug url",
    "CheckRun": "checkSuite completedAt conclusion databaseId detailsUrl externalId id name permalink repository"
    f" resourcePath startedAt status steps({PAGING} number) summary text title url",
    "CheckRunConnection": "edges nodes pageInfo totalCount",
    "CheckRunEdge": "cursor node",
    "CheckStep": "completedAt conclusion externalId name number secondsToCompletion startedAt status",
    "CheckStepConnection": "edges nodes pageInfo totalCount",
    "CheckStepEdge": "cursor node",
    "CheckSuite": f"app branch checkRuns({PAGING} filterBy) commit conclusion createdAt creator databaseId id"
    " repository resourcePath status updatedAt url workflowRun",
    "Commit": "abbreviatedOid committedDate id message messageHeadline oid repository resourcePath url",
    "Node": "id",
    "PageInfo": "endCursor hasNextPage hasPreviousPage startCursor",
    "Query": "node(id) nodes(ids) rateLimit repository(name owner) viewer",
    "RateLimit": "cost limit nodeCount remaining resetAt used",
    "Ref": "id name prefix repository",
    "Repository": "createdAt databaseId defaultBranchRef id isPrivate name nameWithOwner resourcePath updatedAt url",
    "UniformResourceLocatable": "resourcePath url",
    "User": "databaseId id login resourcePath url",
    "Workflow": f"createdAt databaseId id name resourcePath runs({PAGING} orderBy) state updatedAt url",
    "WorkflowRun": "checkSuite createdAt databaseId event file id resourcePath runNumber updatedAt url workflow",
    "WorkflowRunConnection": "edges nodes pageInfo totalCount",
    "WorkflowRunEdge": "cursor node",
    "WorkflowRunFile": "id path resourcePath run url",
}

REPOSITORY = "/repos/{owner}/{repo}"
RUNS = f"{REPOSITORY}/actions/runs"
WORKFLOWS = f"{REPOSITORY}/actions/workflows"
ENDPOINTS = (
    "/rate_limit",
    REPOSITORY,
    f"{REPOSITORY}/actions/jobs/{{job_id}}",
    f"{REPOSITORY}/actions/permissions/artifact-and-log-retention",
    RUNS,
    f"{RUNS}/{{run_id}}",
    f"{RUNS}/{{run_id}}/attempts/{{attempt_number}}",
    f"{RUNS}/{{run_id}}/attempts/{{attempt_number}}/jobs",
    f"{RUNS}/{{run_id}}/jobs",
    WORKFLOWS,
    f"{WORKFLOWS}/{{workflow_id}}",
    f"{WORKFLOWS}/{{workflow_id}}/runs",
)

REFERENCE_PREFIX = "#/components/schemas/"
# The keywords of a JSON schema that say a name or a type; the others (descriptions, examples …) stay behind.
PLAIN_KEYWORDS = ("$ref", "type", "enum", "required")
NESTED_KEYWORDS = ("items", "additionalProperties")
CHOICE_KEYWORDS = ("anyOf", "oneOf", "allOf")

Json = dict[str, Any]


class UnknownNameError(click.ClickException):
    """Something that is to be kept does not exist in the official package."""


# ---- GraphQL -------------------------------------------------------------------------------------------------


def cut_schema(official: str) -> str:
    """The kept part of the official GraphQL schema, in its own language, sorted by name."""
    found = _type_definitions(parse(official, no_location=True))
    kept: dict[str, TypeDefinitionNode] = {
        name: _cut_type(_lookup(found, name, "type"), fields) for name, fields in KEPT_FIELDS.items()
    }
    missing = _missing_names(kept)
    while missing:
        kept |= {name: _plain_type(_lookup(found, name, "type")) for name in missing}
        missing = _missing_names(kept)
    return "\n\n".join(print_ast(kept[name]) for name in sorted(kept)) + "\n"


def _type_definitions(document: DocumentNode) -> dict[str, TypeDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, TypeDefinitionNode)}


def _lookup[T](found: Mapping[str, T], name: str, kind: str) -> T:
    if name not in found:
        raise UnknownNameError(f"The official package has no {kind} {name!r}.")
    return found[name]


def _cut_type(node: TypeDefinitionNode, fields: str) -> TypeDefinitionNode:
    if not isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        raise UnknownNameError(f"{node.name.value!r} is neither an object type nor an interface.")
    kept = _kept_arguments(fields)
    official = {field.name.value: field for field in node.fields or ()}
    interfaces = tuple(entry for entry in node.interfaces or () if _still_implemented(entry, kept))
    return type(node)(
        name=node.name,
        interfaces=interfaces,
        fields=tuple(_cut_field(_lookup(official, name, f"field {node.name.value}."), kept[name]) for name in kept),
    )
