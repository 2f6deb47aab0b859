"""What each kind of fault does to an answer."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from github_simulator import refusals
from github_simulator.answer import Answer, Request, json_answer
from github_simulator.asset_rest import STREAM_HEADER
from github_simulator.faults import AnyKind, Fault
from github_simulator.graphql import TIMEOUT_EXTRA_POINTS
from github_simulator.instants import to_http_date


def instead(fault: Fault, now: float) -> Answer | None:
    """The answer that a fault gives instead of the true one; None where it only bends or spoils that."""
    makers: dict[AnyKind, Callable[[], Answer]] = {
        "status": lambda: refusals.server_error(fault.status or 502),
        "query_timeout": lambda: refusals.server_error(502),
        "reset": lambda: Answer(200, delivery="reset"),
        "html": lambda: refusals.html_page(200, "Unicorn!"),
        "empty": lambda: Answer(200, b"", {"Content-Type": "application/json; charset=utf-8"}),
        "secondary_limit": lambda: _secondary_limit(fault, now),
        "bad_credentials": refusals.bad_credentials,
        "null_data": lambda: json_answer(200, {"data": None, "errors": [_error("INTERNAL", "null data")]}),
        "artifact_missing": lambda: (
            refusals.gone() if fault.status == HTTPStatus.GONE else refusals.not_found()
        ),
        "errors_only": lambda: json_answer(200, {"errors": [_error("INTERNAL", _WENT_WRONG)]}),
        "run_details_unknown": lambda: refusals.refusal(fault.status or 400, _RUN_DETAILS_UNKNOWN),
    }
    maker = makers.get(fault.kind)
    return maker() if maker else None


def bend(fault: Fault, request: Request) -> Request | None:
    """The request as it arrives where the fault is on its way there; None where it arrives as it was sent."""
    if fault.kind == "upload_cut":
        return replace(request, body=request.body[: len(request.body) // 2])
    if fault.kind == "asset_streamed":
        return replace(request, headers={**request.headers, STREAM_HEADER: "1"})
    return None


def cost_of(fault: Fault) -> int:
    """What an answer given instead takes off the budget: a refusal nothing, a time-out more."""
    if fault.kind in {"secondary_limit", "bad_credentials"}:
        return 0
    return TIMEOUT_EXTRA_POINTS if fault.kind == "query_timeout" else 1


def spoil(fault: Fault, answer: Answer) -> bool:
    """Change the true answer as the fault demands; False where it holds nothing to change."""
    spoilers: dict[AnyKind, Callable[[], bool]] = {
        "truncated": lambda: _truncate(answer),
        "malformed": lambda: _cut_json(answer),
        "link_expired": lambda: _lead(
            answer, re.sub(r"\bse=\d+", "se=0", answer.headers.get("Location", ""))
        ),
        "link_elsewhere": lambda: _lead(answer, fault.location),
        "slow": lambda: _slow_down(answer, fault.seconds),
        "null_node": lambda: _rewrite(answer, _null_node),
        "partial_error": lambda: _rewrite(answer, _null_connection),
        "resource_limits": lambda: _rewrite(answer, _half_the_nodes),
        "lost_answer": lambda: _lose(answer, fault.status),
    }
    return spoilers[fault.kind]()


_LIMITS = "Resource limits for this query exceeded."
_RUN_DETAILS_UNKNOWN = 'Invalid request.\n\n"return_run_details" is not a permitted key.'
_WENT_WRONG = "Something went wrong while executing your query. Please include the request ID."


def _error(kind: str, message: str, path: list[str | int] | None = None) -> dict[str, Any]:
    return {"type": kind, "message": message, **({"path": path} if path else {})}


def _lose(answer: Answer, status: int | None) -> bool:
    """What was asked for is done, and nobody hears of it."""
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return False
    if status is None:
        answer.delivery = "reset"
    else:
        error = refusals.server_error(status)
        answer.status, answer.body, answer.headers = error.status, error.body, error.headers
    return True


def _secondary_limit(fault: Fault, now: float) -> Answer:
    retry_after = fault.retry_after
    if retry_after is not None and retry_after.startswith("date:"):
        retry_after = to_http_date(now + int(retry_after.removeprefix("date:")))
    return refusals.secondary_limit(fault.status or 403, retry_after)


def _truncate(answer: Answer) -> bool:
    answer.delivery = "truncated"
    return bool(answer.body)


def _cut_json(answer: Answer) -> bool:
    answer.body = answer.body[: len(answer.body) // 2]
    return bool(answer.body)


def _slow_down(answer: Answer, seconds: float) -> bool:
    answer.delay_seconds += seconds
    return True


def _lead(answer: Answer, location: str) -> bool:
    """Change where a redirect leads."""
    if answer.status != HTTPStatus.FOUND:
        return False
    answer.headers["Location"] = location
    return True


def _rewrite(answer: Answer, change: Callable[[dict[str, Any]], bool]) -> bool:
    """Change a GraphQL answer that holds data; leave any other alone."""
    if answer.status != HTTPStatus.OK:
        return False
    body = json.loads(answer.body)
    changed = isinstance(body.get("data"), dict) and change(body)
    if changed:
        answer.body = json.dumps(body, ensure_ascii=False).encode()
    return changed


def _listed(body: dict[str, Any]) -> tuple[list[Any], list[str | int]]:
    """The nodes that were asked for, by id or as a repository's pull requests, and where they stand."""
    data = body["data"]
    pulls = (data.get("repository") or {}).get("pullRequests") or {}
    if pulls.get("nodes"):
        return pulls["nodes"], ["repository", "pullRequests", "nodes"]
    return data.get("nodes") or [], ["nodes"]


def _null_node(body: dict[str, Any]) -> bool:
    """The first node cannot be resolved."""
    nodes, path = _listed(body)
    place = next((place for place, node in enumerate(nodes) if node), None)
    if place is None:
        return False
    nodes[place] = None
    _add_error(body, _error("NOT_FOUND", "Could not resolve to a node.", [*path, place]))
    return True


def _null_connection(body: dict[str, Any]) -> bool:
    """The first connection inside a node fails; the rest of the data is good."""
    nodes, where = _listed(body)
    for place, node in enumerate(nodes):
        path = _first_connection(node) if node else None
        if path:
            holder = node
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = None
            _add_error(body, _error("SOMETHING_WENT_WRONG", _WENT_WRONG, [*where, place, *path]))
            return True
    return False


def _half_the_nodes(body: dict[str, Any]) -> bool:
    """GitHub stopped half way: the later nodes are missing."""
    nodes, path = _listed(body)
    for place in range(len(nodes) // 2, len(nodes)):
        nodes[place] = None
    _add_error(body, _error("RESOURCE_LIMITS_EXCEEDED", _LIMITS, path))
    return bool(nodes)


def _first_connection(node: dict[str, Any]) -> list[str] | None:
    for key, value in node.items():
        if isinstance(value, dict):
            if "nodes" in value:
                return [key]
            inner = _first_connection(value)
            if inner:
                return [key, *inner]
    return None


def _add_error(body: dict[str, Any], error: dict[str, Any]) -> None:
    body.setdefault("errors", []).append(error)
