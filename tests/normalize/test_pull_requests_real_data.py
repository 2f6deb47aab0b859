"""Bodies about pull requests that GitHub really sent: every one normalizes, and no field is lost.

The tables below say, independently of the code, where in a payload each column stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from recorded_bodies import (
    NOW,
    OBJECTS,
    OURS,
    Found,
    Payload,
    Source,
    assert_nothing_lost_or_invented,
    camel_case,
    carried_by,
    columns,
    each,
    needs_recorded_bodies,
    same,
    times,
)

from progressive_capture.lib.normalize.comments import (
    issue_comment_from_node,
    issue_comment_row,
    review_comment_from_node,
    review_comment_row,
)
from progressive_capture.lib.normalize.file_changes import file_change_from_node, file_change_row
from progressive_capture.lib.normalize.pull_requests import pull_request_from_node, pull_request_row
from progressive_capture.lib.normalize.reviews import review_from_node, review_row
from progressive_capture.lib.normalize.rows import (
    FileChangeRow,
    IssueCommentRow,
    PullRequestRow,
    ReviewCommentRow,
    ReviewRow,
)

pytestmark = needs_recorded_bodies

OBSERVED: dict[str, Any] = {"repository_id": 3, "captured_at": NOW}
NOT_IN_REST = {"is_minimized"}


def last_number(address: str) -> int:
    return int(address.rpartition("/")[2])


AUTHOR: dict[str, Source] = {"author_login": ("user.login", same)}
PULL = (
    columns(
        *("id", "node_id", "number", "title", "draft", "additions", "deletions", "changed_files", "state"),
        merged=("merged or merged_at", bool),
        base_ref=("base.ref", same),
        head_ref=("head.ref", same),
        head_sha=("head.sha", same),
        head_repository_id=("head.repo.id", same),
    )
    | AUTHOR
    | times("created_at", "updated_at", "closed_at", "merged_at")
)
REVIEW = columns("id", "node_id", "body", state=("state", str.upper)) | AUTHOR | times("submitted_at")
REVIEW_COMMENT = (
    columns(
        *("id", "body", "path", "line", "in_reply_to_id"),
        review_id=("pull_request_review_id", same),
        pull_request_number=("pull_request_url", last_number),
    )
    | AUTHOR
    | times("created_at", "updated_at")
)
ISSUE_COMMENT = (
    columns("id", "body", pull_request_number=("issue_url", last_number))
    | AUTHOR
    | times("created_at", "updated_at")
)
FILE = columns(
    *("status", "additions", "deletions", "changes"),
    path=("filename", same),
    previous_path=("previous_filename", same),
)

PULLS = [found for found in OBJECTS if {"id", "number", "head", "base"} <= found.payload.keys()]
REVIEWS = [found for found in OBJECTS if {"id", "state", "pull_request_url"} <= found.payload.keys()]
REVIEW_COMMENTS = [found for found in OBJECTS if {"id", "diff_hunk"} <= found.payload.keys()]
COMMENTS = [found for found in OBJECTS if "issue_url" in found.payload and "number" not in found.payload]
ISSUE_COMMENTS = [found for found in COMMENTS if "/pull/" in found.payload["html_url"]]
FILES = [found for found in OBJECTS if {"filename", "status"} <= found.payload.keys()]
WHOLE_PULLS = [found for found in PULLS if "additions" in found.payload]


def test_the_tables_above_name_every_column() -> None:
    assert PULL.keys() == PullRequestRow.__required_keys__ - OURS
    assert REVIEW.keys() == ReviewRow.__required_keys__ - OURS - NOT_IN_REST - {
        *("pull_request_number", "created_at", "updated_at")
    }
    assert REVIEW_COMMENT.keys() == ReviewCommentRow.__required_keys__ - OURS - NOT_IN_REST
    assert ISSUE_COMMENT.keys() == IssueCommentRow.__required_keys__ - OURS - NOT_IN_REST
    assert FILE.keys() == FileChangeRow.__required_keys__ - OURS - {"pull_request_number", "head_sha"}


@pytest.mark.parametrize(
    ("objects", "sources", "never_recorded"),
    [
        (PULLS, PULL, set()),
        (REVIEWS, REVIEW, set()),
        (REVIEW_COMMENTS, REVIEW_COMMENT, set()),
        (ISSUE_COMMENTS, ISSUE_COMMENT, set()),
        (FILES, FILE, {"previous_path"}),
    ],
    ids=["pull requests", "reviews", "review comments", "issue comments", "files"],
)
def test_every_column_is_carried_by_some_payload(
    objects: list[Found], sources: Mapping[str, Source], never_recorded: set[str]
) -> None:
    """Otherwise a comparison of it below would prove nothing."""
    seen = Counter(column for found in objects for column in carried_by(found.payload, sources))

    assert seen.keys() == sources.keys() - never_recorded


def test_all_that_was_recorded_is_compared() -> None:
    assert (len(PULLS), len(WHOLE_PULLS)) == (70, 39)
    assert len(REVIEWS) == 35
    assert len(REVIEW_COMMENTS) == 19
    assert (len(COMMENTS), len(ISSUE_COMMENTS)) == (24, 12)
    assert len(FILES) == 47


@each(PULLS)
def test_every_pull_request_keeps_what_github_said(found: Found) -> None:
    row = pull_request_row(found.payload, **OBSERVED)

    assert_nothing_lost_or_invented(row, found.payload, PULL)


def test_whether_it_was_merged_is_known_wherever_a_payload_tells() -> None:
    told = {found.place: found.payload for found in PULLS if {"merged", "merged_at"} & found.payload.keys()}
    rows = {place: pull_request_row(payload, **OBSERVED) for place, payload in told.items()}

    assert Counter(row["merged"] for row in rows.values()) == {False: 43, True: 12}
    for place, row in rows.items():
        assert row["merged"] == (told[place]["merged_at"] is not None), place


def test_the_short_pull_request_inside_a_check_does_not_say_whether_it_was_merged() -> None:
    short = [found.payload for found in PULLS if "state" not in found.payload]

    assert len(short) == 15
    assert {pull_request_row(payload, **OBSERVED)["merged"] for payload in short} == {None}


@each(REVIEWS)
def test_every_review_keeps_what_github_said(found: Found) -> None:
    number = last_number(found.payload["pull_request_url"])

    row = review_row(found.payload, pull_request_number=number, **OBSERVED)

    assert_nothing_lost_or_invented(row, found.payload, REVIEW)
    assert row["pull_request_number"] == number
    assert (row["is_minimized"], row["created_at"], row["updated_at"]) == (None, None, None)


@each(REVIEW_COMMENTS)
def test_every_review_comment_keeps_what_github_said(found: Found) -> None:
    row = review_comment_row(found.payload, **OBSERVED)

    assert_nothing_lost_or_invented(row, found.payload, REVIEW_COMMENT)
    assert row["is_minimized"] is None


@each(COMMENTS)
def test_every_comment_in_a_conversation_of_a_pull_request_keeps_what_github_said(found: Found) -> None:
    row = issue_comment_row(found.payload, **OBSERVED)

    assert (row is not None) == (found in ISSUE_COMMENTS)
    if row is not None:
        assert_nothing_lost_or_invented(row, found.payload, ISSUE_COMMENT)
        assert row["is_minimized"] is None


def test_a_webhook_says_the_same_as_the_address_about_what_was_commented_on() -> None:
    deliveries = [found.payload for found in OBJECTS if {"comment", "issue"} <= found.payload.keys()]

    assert len(deliveries) == 5
    for delivery in deliveries:
        row = issue_comment_row(delivery["comment"], **OBSERVED)
        assert (row is not None) == ("pull_request" in delivery["issue"])


@each(FILES)
def test_every_changed_file_keeps_what_github_said(found: Found) -> None:
    row = file_change_row(found.payload, pull_request_number=9, head_sha="a" * 40, **OBSERVED)

    assert_nothing_lost_or_invented(row, found.payload, FILE)
    assert (row["pull_request_number"], row["head_sha"]) == (9, "a" * 40)


# ---- the same over GraphQL ---------------------------------------------------------------------------------


def as_node(payload: Payload, **special: Any) -> dict[str, Any]:
    """The same thing as GraphQL spells it: other keys, and large ids in words."""
    node = {camel_case(key): value for key, value in payload.items()}
    author = {"login": payload["user"]["login"]} if payload.get("user") else None
    return (
        node
        | {"id": payload.get("node_id"), "fullDatabaseId": str(payload.get("id")), "author": author}
        | special
    )


def id_alone(number: int | None) -> dict[str, str] | None:
    return None if number is None else {"fullDatabaseId": str(number)}


@each(WHOLE_PULLS)
def test_a_pull_request_has_the_same_row_over_graphql(found: Found) -> None:
    pull = found.payload
    repository = pull["head"]["repo"]
    node = as_node(
        pull,
        state="MERGED" if pull["merged"] else pull["state"].upper(),
        isDraft=pull.get("draft"),
        baseRefName=pull["base"]["ref"],
        headRefName=pull["head"]["ref"],
        headRefOid=pull["head"]["sha"],
        headRepository=repository and {"databaseId": repository["id"]},
    )

    assert pull_request_from_node(node, **OBSERVED) == pull_request_row(pull, **OBSERVED)


@each(REVIEWS)
def test_a_review_has_the_same_row_over_graphql(found: Found) -> None:
    node = as_node(found.payload, state=found.payload["state"].upper())

    row = review_from_node(node, pull_request_number=4, **OBSERVED)

    assert row == review_row(found.payload, pull_request_number=4, **OBSERVED)


@each(REVIEW_COMMENTS)
def test_a_review_comment_has_the_same_row_over_graphql(found: Found) -> None:
    comment = found.payload
    node = as_node(
        comment,
        pullRequestReview=id_alone(comment.get("pull_request_review_id")),
        replyTo=id_alone(comment.get("in_reply_to_id")),
    )
    expected = review_comment_row(comment, **OBSERVED)

    row = review_comment_from_node(node, pull_request_number=expected["pull_request_number"], **OBSERVED)

    assert row == expected


@each(ISSUE_COMMENTS)
def test_an_issue_comment_has_the_same_row_over_graphql(found: Found) -> None:
    number = last_number(found.payload["issue_url"])

    row = issue_comment_from_node(as_node(found.payload), pull_request_number=number, **OBSERVED)

    assert row == issue_comment_row(found.payload, **OBSERVED)


@each(FILES)
def test_a_changed_file_has_the_same_row_over_graphql(found: Found) -> None:
    file = found.payload
    node = {
        "path": file["filename"],
        "additions": file["additions"],
        "deletions": file["deletions"],
        "changeType": file["status"].upper(),
    }
    whose: dict[str, Any] = {"pull_request_number": 4, "head_sha": None, **OBSERVED}

    assert file_change_from_node(node, **whose) == file_change_row(file, **whose)
