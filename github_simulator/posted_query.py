"""The body of a GraphQL request."""

import json
import re
from dataclasses import dataclass
from typing import Any

from github_simulator.answer import Request


@dataclass(frozen=True)
class PostedQuery:
    """A query with its variables; `operation` is its name, by which it is counted."""

    text: str
    variables: dict[str, Any]
    operation: str

    @property
    def target(self) -> str:
        """What faults look at, and the ledger writes."""
        return f"/graphql#{self.operation}"

    @property
    def weight(self) -> int:
        """How many things it asks for at once: its ids, or where it has none, the first number it gives."""
        lists = [len(value) for value in self.variables.values() if isinstance(value, list)]
        numbers = (value for value in self.variables.values() if type(value) is int)
        return max(lists) if lists else next(numbers, 0)

    @property
    def line(self) -> str:
        """For the ledger: also what it was asked about."""
        return f"{self.target} {json.dumps(self.variables, ensure_ascii=False)}"

    @classmethod
    def of(cls, request: Request) -> "PostedQuery | None":
        """None where the body is no JSON object with a query and, maybe, variables."""
        try:
            body = json.loads(request.body)
        except ValueError:
            return None
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return None
        variables = body.get("variables") or {}
        if not isinstance(variables, dict):
            return None
        named = re.search(r"\bquery\s+(\w+)", body["query"])
        operation = body.get("operationName") or (named[1] if named else "(unnamed)")
        return cls(body["query"], variables, str(operation))
