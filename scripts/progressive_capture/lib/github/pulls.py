"""Pull requests as the captures see them, with their reviews, comments and changed files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.errors import CaptureError
from progressive_capture.lib.github.bare_lists import BareLists
from progressive_capture.lib.github.calls import refusal_error
from progressive_capture.lib.github.comment_feeds import comments_since
from progressive_capture.lib.github.failures import DiffUnavailableError, RefusalFailure
from progressive_capture.lib.github.node_answers import (
    COMMENTS_OF_PULLS,
    COMMENTS_OF_REVIEWS,
    FILES_OF_PULLS,
    REVIEWS_OF_PULLS,
)
from progressive_capture.lib.github.one_pull import WholePull, completed, first_answer
from progressive_capture.lib.github.pull_pages import PullPages
from progressive_capture.lib.github.repository_paths import repository_path
from progressive_capture.lib.github.rest import unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.batches import NodeBatch
    from progressive_capture.lib.github.comment_feeds import CommentsPage
    from progressive_capture.lib.github.fitted_sizes import FittedSizes
    from progressive_capture.lib.github.graphql_access import GraphQLAccess
    from progressive_capture.lib.github.messages import Answer
    from progressive_capture.lib.github.pull_answers import PullRequestsPage
    from progressive_capture.lib.github.rest import RestClient

LAST_PAGE = re.compile(r"[?&]page=([1-9][0-9]{0,8})(?:&|$)")
MOST_FILES = 3_000
"""GitHub lists no more of a pull request: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files"""


@dataclass(frozen=True, kw_only=True)
class PullsPeeked:
    """A page of pull requests, as REST lists them, and how many pages of that size there are."""

    pulls: list[dict[str, Any]]
    pages: int


class PullRequests:
    """The pull requests of one GitHub, seen with one token. Safe among threads; it raises what `GitHub` does.

    What asks GraphQL raises GraphQLRefusedError, too: there is no token, or it may not see pull requests.
    """

    def __init__(self, *, rest: RestClient, graphql: GraphQLAccess) -> None:
        self._rest = rest
        self._graphql = graphql
        self._issue_comments = BareLists(rest, key="id", kind=int)
        self._review_comments = BareLists(rest, key="id", kind=int)
        self._files = BareLists(rest, key="filename", kind=str, refused=_diff_refused)

    def peek(self, full_name: str, *, size: int = 1, oldest_first: bool = False) -> PullsPeeked:
        """One page of pull requests in whatever state, the last updated (or the longest untouched) first.

        https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
        """
        path = f"{repository_path(full_name)}/pulls"
        order = {"sort": "updated", "direction": "asc" if oldest_first else "desc"}
        answer = self._rest.get(path, {"state": "all", "per_page": str(size), **order})
        if not isinstance(answer.body, list) or not all(isinstance(each, dict) for each in answer.body):
            raise unexpected("pulls", path, "a list of objects")
        last = LAST_PAGE.search(answer.links.get("last", ""))
        return PullsPeeked(pulls=answer.body, pages=int(last[1]) if last else int(bool(answer.body)))

    # ---- GraphQL -----------------------------------------------------------------------------------------

    @property
    def graphql_available(self) -> bool:
        """Whether GraphQL may be asked for pull requests: there is a token, and it has not been refused."""
        return self._graphql.available

    def pull_requests(self, full_name: str, *, after: str | None, sizes: FittedSizes) -> PullRequestsPage:
        """A page of pull requests, the last updated first, each with first pages of what belongs to it.

        A page that is too much for GitHub is made smaller. A pull request that does not come with others, or
        not even alone, is missing in the page: `pull_request` may still have it.

        Args:
            full_name: OWNER/NAME.
            after: the `end_cursor` of the page before it; None: the first page.
            sizes: how much to ask for. It learns from every page, and belongs to one walk.
        """
        return PullPages(self._graphql, full_name).page(after, sizes)

    def reviews_of(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The `reviews` of pull requests by their `id`, without comments: 1 point for 100 pull requests.

        Each further page of those with over 100 costs a point for all giants that are asked for together;
        without `giants` they are missing.
        """
        return self._graphql.fetch(REVIEWS_OF_PULLS, node_ids, giants=giants)

    def comments_of(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The `comments` in the conversations of pull requests by their `id`: as `reviews_of`."""
        return self._graphql.fetch(COMMENTS_OF_PULLS, node_ids, giants=giants)

    def files_of(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The changed `files` of pull requests by their `id`, without previous paths: as `reviews_of`.

        Each node has the `headRefOid` that they belong to.
        """
        return self._graphql.fetch(FILES_OF_PULLS, node_ids, giants=giants)

    def comments_of_reviews(self, node_ids: Sequence[str], *, giants: bool = True) -> NodeBatch:
        """The `comments` of reviews by the reviews' `id`: 1 point for 100 reviews, else as `reviews_of`."""
        return self._graphql.fetch(COMMENTS_OF_REVIEWS, node_ids, giants=giants)

    def pull_request(self, full_name: str, number: int) -> WholePull:
        """One pull request as it is now, with all of its reviews, their comments, its conversation and files.

        Raises:
            NotFoundError: there is none of that number: it may be an issue's.
        """
        node, captured_at = first_answer(self._graphql, full_name, number)
        return completed(self._graphql, node, captured_at)

    # ---- REST --------------------------------------------------------------------------------------------

    def pull_request_rest(self, full_name: str, number: int) -> Answer:
        """One pull request, as REST shows it."""
        path = f"{repository_path(full_name)}/pulls/{number}"
        answer = self._rest.get(path)
        if not isinstance(answer.body, dict) or type(answer.body.get("id")) is not int:
            raise unexpected("id", path, "a number")
        return answer

    def pull_request_files(self, full_name: str, number: int) -> tuple[list[dict[str, Any]], datetime]:
        """The changed files of a pull request, at most 3,000 of them, and when GitHub said the oldest page.

        Their number should be that of `changed_files`: else the head moved meanwhile, or there are more.

        Raises:
            DiffUnavailableError: GitHub cannot tell.
        """
        path = f"{repository_path(full_name)}/pulls/{number}/files"
        part = self._files.part(path, {}, start=0)
        files, captured_at = part.items, part.captured_at
        while part.has_next and part.end < MOST_FILES:
            part = self._files.part(path, {}, start=part.end)
            files, captured_at = files + part.items, min(captured_at, part.captured_at)
        return list({file["filename"]: file for file in files}.values()), captured_at

    def issue_comments_since(self, full_name: str, since: datetime) -> Iterator[CommentsPage]:
        """The conversation comments of issues and pull requests that changed since a moment, in that order.

        A pull request's is told by its `html_url`: `/pull/N`, not `/issues/N`.
        """
        path = f"{repository_path(full_name)}/issues/comments"
        return comments_since(self._issue_comments, path, since)

    def review_comments_since(self, full_name: str, since: datetime) -> Iterator[CommentsPage]:
        """The review comments of all pull requests that changed since a moment, in that order."""
        path = f"{repository_path(full_name)}/pulls/comments"
        return comments_since(self._review_comments, path, since)


def _diff_refused(failure: RefusalFailure, what: str) -> CaptureError:
    if failure.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return DiffUnavailableError(
            f"GitHub cannot tell what the pull request changes: {what} ({failure}).",
            hint="The change may be too large, or its commits are gone: nothing can be done here.",
        )
    return refusal_error(failure, what)
