"""The part of GitHub's own specification that the simulator answers: names and types, cut by `cut.py`."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def graphql_schema_text() -> str:
    """GitHub's GraphQL schema, cut, in GraphQL's schema language."""
    return (_HERE / "schema.graphql").read_text(encoding="utf-8")


def openapi() -> dict[str, Any]:
    """GitHub's description of its REST answers, cut, as an OpenAPI 3.1 document."""
    document: dict[str, Any] = json.loads((_HERE / "openapi.json").read_bytes())
    return document
