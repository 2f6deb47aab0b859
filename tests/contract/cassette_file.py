"""A cassette as a file that people can read and compare: JSON bodies stand in it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Interaction = dict[str, Any]

NOBODY = "nobody@example.com"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a cassette is of: kept at its head, because a test has to know what to ask about.

    Attributes:
        recorded_from: what a test may expect: the simulator's world is known to the last job.
        repository: OWNER/NAME.
        rerun: a finished run, one that was run again where the repository has such a run.
        plain: a finished run of one attempt with jobs that have steps.
        plain_node: the same run's `node_id`.
        jobs: the `node_id`s of its jobs.
    """

    recorded_from: Literal["simulator", "github"]
    repository: str
    rerun: int
    plain: int
    plain_node: str
    jobs: tuple[str, ...]

    @classmethod
    def of(cls, cassette: Path) -> About:
        head = json.loads(cassette.read_text(encoding="utf-8"))["about"]
        return cls(**{**head, "jobs": tuple(head["jobs"])})


class CassetteFile:
    """What vcrpy calls a serializer, for cassettes of one source."""

    def __init__(self, about: About) -> None:
        self._about = about

    def serialize(self, cassette: Mapping[str, Any]) -> str:
        interactions = [_readable(each) for each in cassette["interactions"]]
        page = {"about": asdict(self._about), "interactions": interactions}
        return json.dumps(page, indent=1) + "\n"  # in ASCII: hostile text in it must not move a terminal

    def deserialize(self, text: str) -> dict[str, Any]:
        return {"version": 1, "interactions": [_playable(each) for each in json.loads(text)["interactions"]]}


def _readable(interaction: Interaction) -> Interaction:
    request, response = interaction["request"], interaction["response"]
    return {
        "request": {
            "method": request["method"],
            "uri": request["uri"],
            "headers": {name: values[0] for name, values in sorted(request["headers"].items())},
            "body": _parsed(request["body"]),
        },
        "response": {
            "status": response["status"]["code"],
            "headers": {name: values[0] for name, values in sorted(response["headers"].items())},
            "body": without_addresses(_parsed(response["body"]["string"])),
        },
    }


def _playable(interaction: Interaction) -> Interaction:
    request, response = interaction["request"], interaction["response"]
    return {
        "request": {
            "method": request["method"],
            "uri": request["uri"],
            "headers": {name: [value] for name, value in request["headers"].items()},
            "body": _text(request["body"]),
        },
        "response": {
            "status": {"code": response["status"], "message": ""},
            "headers": {name: [value] for name, value in response["headers"].items()},
            "body": {"string": _text(response["body"]) or ""},
        },
    }


def _parsed(text: str | None) -> Any:
    """JSON as what it says; a page of HTML, or nothing, as it is."""
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def _text(body: Any) -> str | None:
    return body if body is None or isinstance(body, str) else json.dumps(body)


def without_addresses(body: Any) -> Any:
    """The same JSON without anybody's e-mail address: nothing reads them, and a cassette is public."""
    if isinstance(body, dict):
        return {
            key: NOBODY if key == "email" and value else without_addresses(value)
            for key, value in body.items()
        }
    return [without_addresses(each) for each in body] if isinstance(body, list) else body
