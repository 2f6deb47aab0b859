"""Whatever JSON comes in the place of a payload, it becomes a row or an error that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pull_request_payloads import (
    OBSERVED,
    PULL_REQUEST,
    connection,
    file_node,
    issue_comment_node,
    pull_node,
    review_comment_node,
    review_node,
)

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.comments import issue_comment_row, review_comment_row
from progressive_capture.lib.normalize.file_changes import file_change_row
from progressive_capture.lib.normalize.pull_request_nodes import (
    PullRequestWithParts,
    pull_request_with_parts,
)
from progressive_capture.lib.normalize.pull_requests import pull_request_row
from progressive_capture.lib.normalize.reviews import review_row

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ADDRESS = "https://github.com/octocat/hello-world/pull/12"
PERSON = {"login": "octocat"}
TIMES = {"created_at": "2026-11-01T10:00:00Z", "updated_at": "2026-11-01T10:00:00Z"}
PAYLOADS: dict[str, tuple[Callable[[Any], object], dict[str, Any]]] = {
    "pull request": (
        partial(pull_request_row, **OBSERVED),
        {
            "id": 1,
            "number": 12,
            "state": "open",
            "draft": False,
            "merged": False,
            "user": PERSON,
            "base": {"ref": "main"},
            "head": {"ref": "x", "sha": "c", "repo": {"id": 3}},
            **TIMES,
        },
    ),
    "review": (
        partial(review_row, **PULL_REQUEST),
        {"id": 1, "user": PERSON, "state": "APPROVED", "body": "", "submitted_at": "2026-11-01T10:00:00Z"},
    ),
    "review comment": (
        partial(review_comment_row, **OBSERVED),
        {"id": 1, "pull_request_url": ADDRESS, "user": PERSON, "path": "a", "line": 1, "body": "", **TIMES},
    ),
    "issue comment": (
        partial(issue_comment_row, **OBSERVED),
        {"id": 1, "html_url": ADDRESS, "user": PERSON, "body": "", **TIMES},
    ),
    "file": (
        partial(file_change_row, head_sha=None, **PULL_REQUEST),
        {"filename": "a", "status": "added", "additions": 1, "deletions": 2, "changes": 3},
    ),
    "node": (
        partial(pull_request_with_parts, **OBSERVED),
        pull_node(
            reviews=connection(review_node(71, comments=connection(review_comment_node(81)))),
            comments=connection(issue_comment_node(91)),
            files=connection(file_node("a.py", "RENAMED")),
        ),
    ),
}


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a payload, the payload itself included."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def with_change(payload: dict[str, Any], place: tuple[str | int, ...], value: object) -> Any:
    """A copy of the payload that holds this value in that place."""
    if not place:
        return value
    changed = json.loads(json.dumps(payload))
    owner = changed
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = value
    return changed


@pytest.mark.parametrize(("normalize", "payload"), PAYLOADS.values(), ids=PAYLOADS)
def test_the_payloads_themselves_have_rows(
    normalize: Callable[[Any], object], payload: dict[str, Any]
) -> None:
    assert normalize(payload) is not None


@pytest.mark.parametrize(("normalize", "payload"), PAYLOADS.values(), ids=PAYLOADS)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_json_in_any_place_gives_a_row_or_an_error_that_says_so(
    normalize: Callable[[Any], object], payload: dict[str, Any], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(places(payload)))
    changed = with_change(payload, place, data.draw(JSON))

    try:
        normalize(changed)
    except UnexpectedPayloadError as error:
        assert str(error).isascii()  # noqa: PT017  (either outcome is right)


@pytest.mark.parametrize("place", places(PAYLOADS["node"][1])[1:], ids=str)
def test_null_in_any_place_never_adds_a_whole_part(place: tuple[str | int, ...]) -> None:
    """And is an error only in the place of what a row cannot do without."""
    normalize, payload = PAYLOADS["node"]
    required = {("number",), ("fullDatabaseId",)}

    try:
        seen = normalize(with_change(payload, place, None))
    except UnexpectedPayloadError:
        assert place in required or place[-1] in {"fullDatabaseId", "path"}
        return

    assert isinstance(seen, PullRequestWithParts)
    structural = {"reviews", "comments", "files", "nodes", "totalCount", "pageInfo", "hasNextPage", 0}
    assert all(listed.is_whole for listed in seen.parts.values()) == (place[-1] not in structural)
