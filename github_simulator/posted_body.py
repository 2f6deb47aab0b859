"""The JSON body of a request that writes: what stands in it, or GitHub's words about it.

https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api (400 for what is no JSON
object). A field that is missing, unknown or of another type is 422, in words that people have met.
"""

import json
from collections.abc import Mapping
from typing import Any

from github_simulator import refusals
from github_simulator.answer import Answer

Fields = Mapping[str, tuple[type, ...]]
"""The fields that are allowed, each with the types that its value may have."""
_NAMES = {bool: "a boolean", dict: "an object", str: "a string", int: "an integer"}


class BodyRefusedError(Exception):
    """The body is not what the address takes; `answer` says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def read_body(body: bytes, allowed: Fields, required: str | None = None) -> dict[str, Any]:
    """The fields, those that are null left out. BodyRefusedError where they are not what is allowed."""
    try:
        given = json.loads(body) if body else {}
    except ValueError as error:
        raise BodyRefusedError(refusals.problems_parsing_json()) from error
    if not isinstance(given, dict):
        raise BodyRefusedError(refusals.refusal(400, "Body should be a JSON object"))
    said = {name: value for name, value in given.items() if value is not None}
    if required is not None and required not in said:
        raise _refused(f'"{required}" wasn\'t supplied.')
    for name, value in said.items():
        if name not in allowed:
            raise _refused(f'"{name}" is not a permitted key.')
        if type(value) not in allowed[name]:
            kind = _NAMES[allowed[name][0]]
            raise _refused(f"For 'properties/{name}', {json.dumps(value)} is not {kind}.")
    return said


def _refused(problem: str) -> BodyRefusedError:
    return BodyRefusedError(refusals.refusal(422, f"Invalid request.\n\n{problem}"))
