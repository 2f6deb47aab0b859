"""A pull request with its parts, as one answer of GraphQL shows them: the rows, and what is still missing.

The parts are connections of the node, with `totalCount`, `pageInfo{hasNextPage}` and `nodes`. Those that
reach beyond their first page are asked for again: the functions here read such answers, too, once their
pages are put together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from progressive_capture.lib.normalize.comments import issue_comment_from_node, review_comment_from_node
from progressive_capture.lib.normalize.connections import connection_under
from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.file_changes import file_change_from_node, lack_previous_paths
from progressive_capture.lib.normalize.pull_requests import pull_request_from_node
from progressive_capture.lib.normalize.reviews import review_from_node
from progressive_capture.lib.normalize.rows import (
    FileChangeRow,
    IssueCommentRow,
    Observed,
    Part,
    PullRequestRow,
    ReviewCommentRow,
    ReviewRow,
)

if TYPE_CHECKING:
    from datetime import datetime

Node = Mapping[str, Any]
KeyT = TypeVar("KeyT", int, str)
RowT = TypeVar("RowT")


class OfPullRequest(Observed):
    """Whose parts they are, and when GitHub said so."""

    pull_request_number: int


class OfHead(OfPullRequest):
    """The same, and the commit that the changed files belong to."""

    head_sha: str | None


@dataclass(frozen=True, kw_only=True)
class Listed(Generic[KeyT, RowT]):
    """What an answer shows of one part of a pull request.

    Attributes:
        rows: one per item, however often it was shown.
        keys: their ids, or the paths of changed files.
        reported_count: how many items GitHub says there are; None where that is not known.
        is_whole: nothing is missing.
    """

    rows: Sequence[RowT]
    keys: Collection[KeyT]
    reported_count: int | None
    is_whole: bool

    @property
    def item_count(self) -> int:
        """How many items there are rows of."""
        return len(self.rows)


@dataclass(frozen=True, kw_only=True)
class ListedReviews:
    """The reviews of a pull request with their comments.

    Attributes:
        reviews: the reviews.
        comments: those of all reviews shown; whole if the reviews and the comments of each are.
        with_more_comments: node ids of the reviews whose comments are not whole.
    """

    reviews: Listed[int, ReviewRow]
    comments: Listed[int, ReviewCommentRow]
    with_more_comments: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class PullRequestWithParts:
    """One pull request and what came with it.

    Attributes:
        row: the pull request itself; by its `node_id` GraphQL is asked again for a part that is not whole.
        parts: what came of each part, by the table of its rows.
        reviews_with_more_comments: node ids of the reviews shown whose comments are not whole.
        lacks_previous_paths: some file shown was renamed or copied, and only REST says from where.
    """

    row: PullRequestRow
    parts: Mapping[Part, Listed[Any, Any]]
    reviews_with_more_comments: Sequence[str]
    lacks_previous_paths: bool


def pull_request_with_parts(node: Node, *, repository_id: int, captured_at: datetime) -> PullRequestWithParts:
    """A `PullRequest` node with its `reviews` (and their `comments`), `comments` and `files`.

    A part that was not asked for, or that GitHub answered with null, is one that is not whole.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or an id, the number or the path
            of a file are missing.
    """
    row = pull_request_from_node(node, repository_id=repository_id, captured_at=captured_at)
    whose = OfPullRequest(
        repository_id=repository_id, captured_at=captured_at, pull_request_number=row["number"]
    )
    reviewed = listed_reviews(node, **whose)
    files = listed_file_changes(node, head_sha=row["head_sha"], **whose)
    return PullRequestWithParts(
        row=row,
        parts={
            "reviews": reviewed.reviews,
            "review_comments": reviewed.comments,
            "issue_comments": listed_issue_comments(node, **whose),
            "file_changes": files,
        },
        reviews_with_more_comments=reviewed.with_more_comments,
        lacks_previous_paths=lack_previous_paths(files.rows),
    )


def listed_reviews(node: Node, **whose: Unpack[OfPullRequest]) -> ListedReviews:
    """The `reviews` of a `PullRequest` node, each with its `comments`.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or an id is missing.
    """
    connection = connection_under(_pull_request(node), "reviews")
    rows: dict[int, ReviewRow] = {}
    comments: dict[int, Listed[int, ReviewCommentRow]] = {}
    incomplete: dict[int, str] = {}
    for review in connection.nodes:
        row = review_from_node(review, **whose)
        rows[row["id"]] = row
        comments[row["id"]] = found = listed_review_comments(review, **whose)
        incomplete.pop(row["id"], None)
        if not found.is_whole:
            incomplete[row["id"]] = _review(review).required_text("id")
    reviews = _listed(rows, connection.total_count, is_whole=connection.is_whole(len(rows)))
    return ListedReviews(
        reviews=reviews,
        comments=_all_comments(comments.values(), reviews_are_whole=reviews.is_whole),
        with_more_comments=list(incomplete.values()),
    )


def listed_review_comments(node: Node, **whose: Unpack[OfPullRequest]) -> Listed[int, ReviewCommentRow]:
    """The `comments` of one `PullRequestReview` node.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or an id is missing.
    """
    connection = connection_under(_review(node), "comments")
    comments = [review_comment_from_node(comment, **whose) for comment in connection.nodes]
    rows = {row["id"]: row for row in comments}
    return _listed(rows, connection.total_count, is_whole=connection.is_whole(len(rows)))


def listed_issue_comments(node: Node, **whose: Unpack[OfPullRequest]) -> Listed[int, IssueCommentRow]:
    """The `comments` of a `PullRequest` node, which are those of its conversation.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or an id is missing.
    """
    connection = connection_under(_pull_request(node), "comments")
    comments = [issue_comment_from_node(comment, **whose) for comment in connection.nodes]
    rows = {row["id"]: row for row in comments}
    return _listed(rows, connection.total_count, is_whole=connection.is_whole(len(rows)))


def listed_file_changes(node: Node, **whose: Unpack[OfHead]) -> Listed[str, FileChangeRow]:
    """The `files` of a `PullRequest` node.

    Nodes are counted, not paths: a path that is no text in any encoding may look like another one. The
    files of one head commit do not shift between pages.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or a path is missing.
    """
    connection = connection_under(_pull_request(node), "files")
    files = [file_change_from_node(file, **whose) for file in connection.nodes]
    rows = {row["path"]: row for row in files}
    return _listed(rows, connection.total_count, is_whole=connection.is_whole(len(files)))


def _all_comments(
    listed: Collection[Listed[int, ReviewCommentRow]], *, reviews_are_whole: bool
) -> Listed[int, ReviewCommentRow]:
    """The comments of several reviews as one part; how many there are is known if all reviews are."""
    rows = {row["id"]: row for each in listed for row in each.rows}
    counts = [each.reported_count for each in listed]
    known = [count for count in counts if count is not None]
    return _listed(
        rows,
        sum(known) if reviews_are_whole and len(known) == len(counts) else None,
        is_whole=reviews_are_whole and all(each.is_whole for each in listed),
    )


def _listed(rows: Mapping[KeyT, RowT], reported_count: int | None, *, is_whole: bool) -> Listed[KeyT, RowT]:
    return Listed(
        rows=list(rows.values()), keys=frozenset(rows), reported_count=reported_count, is_whole=is_whole
    )


def _pull_request(node: Node) -> Fields:
    return Fields.of(node, "pull request", key="number")


def _review(node: Node) -> Fields:
    return Fields.of(node, "review", key="fullDatabaseId")
