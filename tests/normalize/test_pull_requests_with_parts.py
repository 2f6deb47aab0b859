"""A pull request with its parts: every row, and what is still missing of them."""

from __future__ import annotations

from typing import Any

import pytest
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
from progressive_capture.lib.normalize.comments import issue_comment_from_node, review_comment_from_node
from progressive_capture.lib.normalize.file_changes import file_change_from_node
from progressive_capture.lib.normalize.pull_request_nodes import (
    PullRequestWithParts,
    listed_file_changes,
    listed_issue_comments,
    listed_review_comments,
    listed_reviews,
    pull_request_with_parts,
)
from progressive_capture.lib.normalize.pull_requests import pull_request_from_node
from progressive_capture.lib.normalize.reviews import review_from_node
from progressive_capture.lib.normalize.rows import Part

PARTS: tuple[Part, ...] = ("reviews", "review_comments", "issue_comments", "file_changes")
COMMENTS = (review_comment_node(81), review_comment_node(82, line=None))
REPLY = review_comment_node(83, review=72, replyTo={"fullDatabaseId": "81"})
REVIEWS = (
    review_node(71, comments=connection(*COMMENTS)),
    review_node(72, comments=connection(REPLY)),
    review_node(73, state="APPROVED"),
)
WHOLE: dict[str, Any] = {
    "reviews": connection(*REVIEWS),
    "comments": connection(issue_comment_node(91), issue_comment_node(92)),
    "files": connection(file_node("a.py"), file_node("b.py", "ADDED"), file_node("c.py", "DELETED")),
}


def seen(**changes: Any) -> PullRequestWithParts:
    return pull_request_with_parts(pull_node(**WHOLE | changes), **OBSERVED)


def whole_parts(pull: PullRequestWithParts) -> set[str]:
    return {part for part, listed in pull.parts.items() if listed.is_whole}


def counts(pull: PullRequestWithParts) -> dict[str, tuple[int, int | None]]:
    return {part: (listed.item_count, listed.reported_count) for part, listed in pull.parts.items()}


def test_every_row_comes_of_its_node() -> None:
    pull = seen()

    assert pull.row == pull_request_from_node(pull_node(), **OBSERVED)
    assert {part: listed.rows for part, listed in pull.parts.items()} == {
        "reviews": [review_from_node(review, **PULL_REQUEST) for review in REVIEWS],
        "review_comments": [review_comment_from_node(each, **PULL_REQUEST) for each in (*COMMENTS, REPLY)],
        "issue_comments": [
            issue_comment_from_node(issue_comment_node(number), **PULL_REQUEST) for number in (91, 92)
        ],
        "file_changes": [
            file_change_from_node(file, head_sha="c" * 40, **PULL_REQUEST) for file in WHOLE["files"]["nodes"]
        ],
    }


def test_all_parts_are_whole_and_counted() -> None:
    pull = seen()

    assert whole_parts(pull) == set(PARTS)
    assert counts(pull) == {
        "reviews": (3, 3),
        "review_comments": (3, 3),
        "issue_comments": (2, 2),
        "file_changes": (3, 3),
    }
    assert (pull.reviews_with_more_comments, pull.lacks_previous_paths) == ([], False)


def test_the_keys_of_a_part_are_those_of_its_rows() -> None:
    assert {part: set(listed.keys) for part, listed in seen().parts.items()} == {
        "reviews": {71, 72, 73},
        "review_comments": {81, 82, 83},
        "issue_comments": {91, 92},
        "file_changes": {"a.py", "b.py", "c.py"},
    }


def test_a_pull_request_without_anything_is_whole() -> None:
    pull = seen(reviews=connection(), comments=connection(), files=connection())

    assert whole_parts(pull) == set(PARTS)
    assert counts(pull) == dict.fromkeys(PARTS, (0, 0))


def test_a_further_page_makes_a_part_not_whole() -> None:
    files = connection(file_node("a.py"), more=True, total=200)

    pull = seen(files=files)

    assert whole_parts(pull) == set(PARTS) - {"file_changes"}
    assert counts(pull)["file_changes"] == (1, 200)


def test_a_further_page_counts_even_where_the_total_denies_it() -> None:
    assert "issue_comments" not in whole_parts(seen(comments=connection(issue_comment_node(91), more=True)))


def test_fewer_nodes_than_counted_make_a_part_not_whole() -> None:
    comments = connection(issue_comment_node(91), total=2)

    assert whole_parts(seen(comments=comments)) == set(PARTS) - {"issue_comments"}


def test_more_nodes_than_counted_are_whole() -> None:
    """One that was deleted between two pages is counted no more; nothing is missing."""
    comments = connection(issue_comment_node(91), issue_comment_node(92), total=1)

    assert "issue_comments" in whole_parts(seen(comments=comments))


@pytest.mark.parametrize("key", ["reviews", "comments", "files"])
def test_a_null_among_the_nodes_makes_its_part_not_whole_and_loses_nothing_else(key: str) -> None:
    nodes = WHOLE[key]["nodes"]
    hidden = connection(None, *nodes, total=len(nodes))

    pull = seen(**{key: hidden})

    lost = {
        "reviews": {"reviews", "review_comments"},
        "comments": {"issue_comments"},
        "files": {"file_changes"},
    }
    assert whole_parts(pull) == set(PARTS) - lost[key]
    assert {part: listed.rows for part, listed in pull.parts.items()} == {
        part: listed.rows for part, listed in seen().parts.items()
    }


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        {},
        {"nodes": None, "totalCount": 0, "pageInfo": {"hasNextPage": False}},
        {"nodes": [], "totalCount": None, "pageInfo": {"hasNextPage": False}},
        {"nodes": [], "totalCount": 0, "pageInfo": None},
        {"nodes": [], "totalCount": 0, "pageInfo": {"hasNextPage": None}},
    ],
)
@pytest.mark.parametrize("key", ["reviews", "comments", "files"])
def test_what_github_does_not_say_is_not_whole(key: str, nothing: dict[str, Any] | None) -> None:
    lost = {"reviews": 2, "comments": 1, "files": 1}

    pull = seen(**{key: nothing})

    assert len(whole_parts(pull)) == len(PARTS) - lost[key]


def test_parts_that_were_not_asked_for_are_not_whole() -> None:
    pull = pull_request_with_parts(pull_node(), **OBSERVED)

    assert whole_parts(pull) == set()
    assert counts(pull) == dict.fromkeys(PARTS, (0, None))


# ---- reviews and their comments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comments",
    [
        connection(REPLY, more=True, total=120),
        connection(REPLY, total=2),
        connection(REPLY, None),
        None,
    ],
    ids=["a further page", "too few", "a null", "no connection"],
)
def test_a_review_with_more_comments_is_named_and_does_not_hold_up_the_reviews(
    comments: dict[str, Any] | None,
) -> None:
    reviews = connection(REVIEWS[0], review_node(72, comments=comments), REVIEWS[2])

    pull = seen(reviews=reviews)

    assert whole_parts(pull) == set(PARTS) - {"review_comments"}
    assert pull.reviews_with_more_comments == ["PRR_72"]


def test_the_comments_of_all_reviews_are_counted_together() -> None:
    reviews = connection(REVIEWS[0], review_node(72, comments=connection(REPLY, more=True, total=120)))

    assert counts(seen(reviews=reviews))["review_comments"] == (3, 122)


def test_how_many_comments_there_are_is_not_known_while_reviews_are_missing() -> None:
    pull = seen(reviews=connection(*REVIEWS, more=True, total=250))

    assert whole_parts(pull) == {"issue_comments", "file_changes"}
    assert counts(pull)["reviews"] == (3, 250)
    assert counts(pull)["review_comments"] == (3, None)
    assert pull.reviews_with_more_comments == []


def test_how_many_comments_there_are_is_not_known_where_one_review_does_not_say() -> None:
    pull = seen(reviews=connection(REVIEWS[0], review_node(72, comments=None)))

    assert counts(pull)["review_comments"] == (2, None)


def test_a_review_that_two_pages_show_counts_once() -> None:
    late = review_node(71, body="edited", comments=connection(*COMMENTS))

    pull = seen(reviews=connection(*REVIEWS, late, total=4))

    reviews = pull.parts["reviews"]
    assert [row["id"] for row in reviews.rows] == [71, 72, 73]
    assert reviews.rows[0]["body"] == "edited"
    assert (reviews.item_count, reviews.is_whole) == (3, False)
    assert counts(pull)["review_comments"][0] == 3


def test_the_later_look_at_a_review_says_whether_its_comments_are_whole() -> None:
    cut = review_node(71, comments=connection(COMMENTS[0], more=True, total=2))

    assert seen(reviews=connection(cut, REVIEWS[0], total=1)).reviews_with_more_comments == []
    assert seen(reviews=connection(REVIEWS[0], cut, total=1)).reviews_with_more_comments == ["PRR_71"]


def test_a_comment_that_two_pages_show_counts_once() -> None:
    twice = connection(issue_comment_node(91), issue_comment_node(91), total=2)

    part = seen(comments=twice).parts["issue_comments"]

    assert (part.item_count, part.is_whole) == (1, False)


def test_a_review_comment_that_two_pages_show_counts_once() -> None:
    twice = review_node(71, comments=connection(COMMENTS[0], COMMENTS[0], total=2))

    pull = seen(reviews=connection(twice))

    assert (pull.parts["review_comments"].item_count, pull.reviews_with_more_comments) == (1, ["PRR_71"])


def test_a_review_that_cannot_be_asked_for_again_is_an_error() -> None:
    nameless = review_node(72, id=None, comments=connection(REPLY, more=True, total=120))

    with pytest.raises(UnexpectedPayloadError, match="review '72' without id"):
        seen(reviews=connection(nameless))
    assert "reviews" in whole_parts(seen(reviews=connection(review_node(72, id=None))))


# ---- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change_type", ["RENAMED", "COPIED"])
def test_moved_files_have_to_be_asked_for_by_rest(change_type: str) -> None:
    pull = seen(files=connection(file_node("a.py"), file_node("b.py", change_type)))

    assert pull.lacks_previous_paths
    assert pull.parts["file_changes"].is_whole


def test_two_nodes_of_one_path_are_one_row_and_a_whole_part() -> None:
    files = connection(file_node("link", "DELETED"), file_node("link", "ADDED"))

    part = seen(files=files).parts["file_changes"]

    assert [row["status"] for row in part.rows] == ["added"]
    assert (part.item_count, part.reported_count, part.is_whole) == (1, 2, True)


# ---- answers about one part --------------------------------------------------------------------------------


def test_a_part_asked_for_alone_is_read_alike() -> None:
    pull = seen()
    reviews = listed_reviews({"reviews": WHOLE["reviews"]}, **PULL_REQUEST)

    assert reviews.reviews == pull.parts["reviews"]
    assert reviews.comments == pull.parts["review_comments"]
    assert (
        listed_issue_comments({"comments": WHOLE["comments"]}, **PULL_REQUEST) == pull.parts["issue_comments"]
    )
    files = listed_file_changes({"files": WHOLE["files"]}, head_sha="c" * 40, **PULL_REQUEST)
    assert files == pull.parts["file_changes"]


def test_the_comments_of_one_review_are_read_alike() -> None:
    listed = listed_review_comments({"comments": connection(*COMMENTS)}, **PULL_REQUEST)

    assert listed.rows == [review_comment_from_node(each, **PULL_REQUEST) for each in COMMENTS]
    assert (set(listed.keys), listed.reported_count, listed.is_whole) == ({81, 82}, 2, True)


# ---- what is not as documented -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["reviews", "comments", "files"])
@pytest.mark.parametrize(
    "broken",
    [
        [],
        "none",
        {"nodes": {}},
        {"nodes": "ab"},
        {"nodes": ["a review"]},
        {"nodes": [[]]},
        {"nodes": [{}]},
        {"nodes": [], "totalCount": "1"},
        {"nodes": [], "totalCount": True},
        {"nodes": [], "pageInfo": []},
        {"nodes": [], "pageInfo": {"hasNextPage": 0}},
    ],
    ids=str,
)
def test_another_shape_than_documented_is_an_error(key: str, broken: object) -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"pull request 12|review|comment|changed file"):
        seen(**{key: broken})


def test_an_error_names_the_connection() -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"reviews\.nodes of pull request 12 as dict"):
        seen(reviews={"nodes": {}})
    with pytest.raises(UnexpectedPayloadError, match=r"comments\.totalCount of review '71' as str"):
        seen(reviews=connection(review_node(71, comments={"totalCount": "1"})))
