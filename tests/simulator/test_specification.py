"""The checked-in slices of GitHub's specification hold together, and the cut keeps only names and types."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema, validate_schema
from jsonschema import Draft202012Validator

from github_simulator.specification import graphql_schema_text, openapi
from github_simulator.specification.cut import OPENAPI_FILE, SCHEMA_FILE, cut_packages
from github_simulator.specification.cut_graphql import KEPT_FIELDS, cut_schema
from github_simulator.specification.cut_openapi import ENDPOINTS, WRITES, cut_openapi
from github_simulator.specification.missing import MissingNameError

PACKAGES = os.environ.get("GITHUB_SPECIFICATION_PACKAGES")


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "$ref")
        yield from references(list(value.values()))
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_the_graphql_slice_is_a_valid_schema_by_itself() -> None:
    assert validate_schema(build_schema(graphql_schema_text())) == []


def test_the_graphql_slice_holds_what_cut_says_and_no_prose() -> None:
    schema = build_schema(graphql_schema_text())
    for name, kept in KEPT_FIELDS.items():
        composite = schema.type_map[name]
        assert isinstance(composite, GraphQLObjectType | GraphQLInterfaceType)
        assert composite.fields.keys() == set(kept_names(kept))
    assert '"""' not in graphql_schema_text()
    assert "@" not in graphql_schema_text()


def kept_names(kept: str) -> Iterator[str]:
    outside = True
    for word in kept.replace("(", " ( ").replace(")", " ) ").split():
        if word in "()":
            outside = word == ")"
        elif outside:
            yield word


def test_every_reference_in_the_rest_slice_is_resolved_and_every_schema_is_used() -> None:
    document = openapi()
    used = {each.removeprefix("#/components/schemas/") for each in references(document)}
    assert used == document["components"]["schemas"].keys()


def test_every_schema_of_the_rest_slice_is_a_json_schema() -> None:
    for schema in openapi()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_rest_slice_describes_every_endpoint_that_is_cut() -> None:
    described = {(method, path) for path, methods in openapi()["paths"].items() for method in methods}
    assert described == {("get", path) for path in ENDPOINTS} | set(WRITES)


def test_the_rest_slice_says_what_a_run_and_a_job_must_have() -> None:
    schemas = openapi()["components"]["schemas"]
    assert {"id", "head_sha", "head_branch", "conclusion", "created_at"} <= set(
        schemas["workflow-run"]["required"]
    )
    assert {"id", "run_id", "name", "labels", "started_at"} <= set(schemas["job"]["required"])
    assert schemas["workflow-run"]["properties"]["head_branch"]["type"] == ["string", "null"]
    assert None in schemas["job"]["properties"]["conclusion"]["enum"]


@pytest.mark.skipif(PACKAGES is None, reason="GITHUB_SPECIFICATION_PACKAGES names no node_modules/@octokit")
def test_the_checked_in_slices_are_what_a_fresh_cut_gives() -> None:
    packages = Path(PACKAGES or "")
    fresh = cut_packages(packages / "graphql-schema", packages / "openapi")
    assert fresh[SCHEMA_FILE] == graphql_schema_text()
    assert fresh[OPENAPI_FILE] == OPENAPI_FILE.read_text(encoding="utf-8")


def official_openapi(schema: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which every endpoint answers with `thing`."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}
    answers = {"200": {"description": "ok", "content": content}}
    refused = {"204": {"description": "done"}, "409": {"$ref": "#/components/responses/conflict"}}
    methods = {key: {"responses": answers | refused} for key in ("post", "put", "patch", "delete")}
    path = {"get": {"summary": "Get", "responses": answers | refused}, **methods}
    return {
        "info": {"title": "t", "version": "v"},
        "paths": dict.fromkeys([*ENDPOINTS, *(path for _, path in WRITES)], path),
        "components": {
            "schemas": {"thing": schema, "other": {"type": "string"}, "unused": {"type": "null"}},
            "responses": {"conflict": {"description": "no", "content": content}},
        },
    }


def cut_thing(schema: dict[str, Any]) -> dict[str, Any]:
    slice_ = cut_openapi(official_openapi(schema))
    thing: dict[str, Any] = slice_["components"]["schemas"]["thing"]
    return thing


def test_a_cut_keeps_types_and_leaves_prose_behind_but_not_a_property_named_description() -> None:
    thing = {
        "type": "object",
        "description": "prose",
        "properties": {"description": {"type": "string", "example": "x", "format": "uri"}},
        "required": ["description"],
    }
    assert cut_thing(thing) == {
        "type": "object",
        "required": ["description"],
        "properties": {"description": {"type": "string"}},
    }


def test_nullable_becomes_one_of_the_types_and_one_of_the_allowed_values() -> None:
    assert cut_thing({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
    assert cut_thing({"type": "string", "nullable": True, "enum": ["a"]}) == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }
    assert cut_thing({"nullable": True, "$ref": "#/components/schemas/other"}) == {
        "anyOf": [{"$ref": "#/components/schemas/other"}, {"type": "null"}]
    }


def test_a_cut_follows_references_and_takes_nothing_that_is_not_referred_to() -> None:
    document = cut_openapi(
        official_openapi({"type": "array", "items": {"$ref": "#/components/schemas/other"}})
    )
    assert document["components"]["schemas"].keys() == {"thing", "other"}


def test_an_endpoint_that_the_package_does_not_know_stops_the_cut() -> None:
    official = official_openapi({"type": "object"})
    del official["paths"]["/rate_limit"]
    with pytest.raises(MissingNameError, match="/rate_limit"):
        cut_openapi(official)


def test_a_method_that_the_package_does_not_know_stops_the_cut() -> None:
    official = official_openapi({"type": "object"})
    method, path = WRITES[0]
    official["paths"][path] = {"get": official["paths"][path]["get"]}
    with pytest.raises(MissingNameError, match=method):
        cut_openapi(official)


def test_of_what_is_read_only_success_is_cut_and_of_what_is_written_every_answer() -> None:
    schema = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}}
    paths = cut_openapi(official_openapi({"type": "object"}))["paths"]
    assert paths["/rate_limit"] == {"get": {"responses": {"200": schema}}}
    method, path = WRITES[0]
    assert paths[path][method] == {"responses": {"200": schema, "204": {}, "409": schema}}


def test_a_field_that_the_package_does_not_know_stops_the_cut() -> None:
    text = graphql_schema_text().replace("  secondsToCompletion: Int\n", "")
    with pytest.raises(MissingNameError, match=r"CheckStep: 'secondsToCompletion'"):
        cut_schema(text)


def test_a_kept_field_that_leads_to_a_type_that_is_not_kept_stops_the_cut() -> None:
    text = graphql_schema_text().replace("  creator: User\n", "  creator: Stranger\n")
    with pytest.raises(MissingNameError, match="'Stranger'"):
        cut_schema(text + "\ntype Stranger { id: ID! }\n")


def test_a_cut_schema_has_no_descriptions_no_deprecations_and_no_further_fields() -> None:
    prose = '"What it is." '
    text = graphql_schema_text()
    text = text.replace("type PageInfo {", prose + "type PageInfo { more: Int")
    text = text.replace("  endCursor: String", prose + '  endCursor: String @deprecated(reason: "old")')
    text = text.replace("filterBy: CheckRunFilter", prose + "filterBy: CheckRunFilter")
    text = text.replace("enum CheckRunType {", prose + "enum CheckRunType {" + prose)
    text = text.replace("scalar URI", prose + 'scalar URI @specifiedBy(url: "https://example.com")')
    text = text.replace("input CheckRunFilter {", prose + "input CheckRunFilter {" + prose)
    assert text.count("What it is.") == 8
    assert cut_schema(text) == graphql_schema_text()


def test_cutting_the_slice_again_changes_nothing() -> None:
    assert cut_schema(graphql_schema_text()) == graphql_schema_text()
