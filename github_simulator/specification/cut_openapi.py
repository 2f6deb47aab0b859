"""Cut GitHub's OpenAPI document down to the answers that the simulator gives.

Of what is read, the answer 200; of what is written, every answer that has a JSON body, refusals too.
"""

from collections.abc import Iterator
from typing import Any

from github_simulator.specification.missing import lookup

REPOSITORY = "/repos/{owner}/{repo}"
RUNS = f"{REPOSITORY}/actions/runs"
WORKFLOWS = f"{REPOSITORY}/actions/workflows"
ARTIFACTS = f"{REPOSITORY}/actions/artifacts"
PULLS, PULL = f"{REPOSITORY}/pulls", f"{REPOSITORY}/pulls/{{pull_number}}"
RELEASES = f"{REPOSITORY}/releases"
ENDPOINTS = (
    "/rate_limit",
    REPOSITORY,
    ARTIFACTS,
    f"{ARTIFACTS}/{{artifact_id}}",
    f"{REPOSITORY}/actions/jobs/{{job_id}}",
    f"{REPOSITORY}/actions/permissions/artifact-and-log-retention",
    RUNS,
    f"{RUNS}/{{run_id}}",
    f"{RUNS}/{{run_id}}/artifacts",
    f"{RUNS}/{{run_id}}/attempts/{{attempt_number}}",
    f"{RUNS}/{{run_id}}/attempts/{{attempt_number}}/jobs",
    f"{RUNS}/{{run_id}}/jobs",
    WORKFLOWS,
    f"{WORKFLOWS}/{{workflow_id}}",
    f"{WORKFLOWS}/{{workflow_id}}/runs",
    f"{REPOSITORY}/issues/comments",
    f"{REPOSITORY}/issues/{{issue_number}}/comments",
    PULLS,
    f"{PULLS}/comments",
    PULL,
    f"{PULL}/comments",
    f"{PULL}/files",
    f"{PULL}/reviews",
    f"{REPOSITORY}/immutable-releases",
    RELEASES,
    f"{RELEASES}/latest",
    f"{RELEASES}/tags/{{tag}}",
    f"{RELEASES}/{{release_id}}",
    f"{RELEASES}/{{release_id}}/assets",
    f"{RELEASES}/assets/{{asset_id}}",
)
"""What is read."""
WRITES = (
    ("delete", f"{ARTIFACTS}/{{artifact_id}}"),
    ("post", f"{RUNS}/{{run_id}}/cancel"),
    ("post", f"{RUNS}/{{run_id}}/rerun"),
    ("post", f"{RUNS}/{{run_id}}/rerun-failed-jobs"),
    ("post", f"{WORKFLOWS}/{{workflow_id}}/dispatches"),
    ("put", f"{WORKFLOWS}/{{workflow_id}}/disable"),
    ("put", f"{WORKFLOWS}/{{workflow_id}}/enable"),
    ("post", RELEASES),
    ("patch", f"{RELEASES}/{{release_id}}"),
    ("delete", f"{RELEASES}/{{release_id}}"),
    ("post", f"{RELEASES}/{{release_id}}/assets"),
    ("patch", f"{RELEASES}/assets/{{asset_id}}"),
    ("delete", f"{RELEASES}/assets/{{asset_id}}"),
)
"""What is written: method and path."""

REFERENCE_PREFIX = "#/components/schemas/"
ANSWER_PREFIX = "#/components/responses/"

Json = dict[str, Any]


def cut_openapi(official: Json) -> Json:
    """The JSON answers of `ENDPOINTS` and `WRITES` with every schema that they refer to, as OpenAPI 3.1."""
    paths = {path: {"get": _cut_read(official, path)} for path in ENDPOINTS}
    for method, path in WRITES:
        paths.setdefault(path, {})[method] = _cut_write(official, method, path)
    schemas: dict[str, Json] = {}
    wanted = set(_references(paths))
    while wanted:
        name = wanted.pop()
        schemas[name] = _cut_json_schema(official["components"]["schemas"][name])
        wanted |= set(_references(schemas[name])) - schemas.keys()
    return {
        "openapi": "3.1.0",
        "info": {"title": official["info"]["title"], "version": official["info"]["version"]},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _cut_read(official: Json, path: str) -> Json:
    return {
        "responses": {"200": _cut_answer(lookup(official["paths"], path, "path")["get"]["responses"]["200"])}
    }


def _cut_write(official: Json, method: str, path: str) -> Json:
    operation = lookup(lookup(official["paths"], path, "path"), method, f"method of {path}:")
    answers = {status: _resolve(official, each) for status, each in operation["responses"].items()}
    return {"responses": {status: _cut_answer(each) for status, each in answers.items()}}


def _resolve(official: Json, answer: Json) -> Json:
    """Answers that many endpoints give stand in a place of their own."""
    found: Json = answer
    if "$ref" in answer:
        found = official["components"]["responses"][answer["$ref"].removeprefix(ANSWER_PREFIX)]
    return found


def _cut_answer(answer: Json) -> Json:
    """With the schema of its JSON body; `{}` where it has none."""
    content = answer.get("content", {}).get("application/json")
    if content is None:
        return {}
    return {"content": {"application/json": {"schema": _cut_json_schema(content["schema"])}}}


def _cut_json_schema(schema: Json) -> Json:
    """What of a JSON schema says a name or a type; the rest is prose, or a hint that no test may rely on."""
    kept: Json = {key: schema[key] for key in ("$ref", "type", "enum", "required") if key in schema}
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            kept[key] = [_cut_json_schema(choice) for choice in schema[key]]
    for key in ("items", "additionalProperties"):
        if key in schema:
            kept[key] = _cut_json_schema(schema[key]) if isinstance(schema[key], dict) else schema[key]
    if "properties" in schema:
        kept["properties"] = {name: _cut_json_schema(each) for name, each in schema["properties"].items()}
    return _with_null(kept) if schema.get("nullable") else kept


def _with_null(schema: Json) -> Json:
    """OpenAPI 3.0 says `nullable`; JSON Schema, and OpenAPI since 3.1, says that null is one of the types."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    allowed = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
    return schema | {"type": [schema["type"], "null"]} | allowed


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix(REFERENCE_PREFIX)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
