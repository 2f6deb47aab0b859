"""The REST API of pull requests: listings, files, reviews, and the feeds of comments.

https://docs.github.com/rest/pulls and https://docs.github.com/rest/issues/comments. The two
feeds of the whole repository take `since`, a time of update that is inside; the one of the
conversation also holds the comments of issues that are no pull requests. Pending reviews and
what they hold are shown with their pull request to the token's owner, never in a feed.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.calls import RepositoryCall
from github_simulator.instants import from_text
from github_simulator.payloads import Payload, Payloads
from github_simulator.pull_files import listed_files_of
from github_simulator.pull_payloads import PullPayloads
from github_simulator.pull_records import IssueComment, PullRequest, Remark, Review, ReviewComment

ListMaker = Callable[[RepositoryCall, list[Payload], int], Answer]
Item = TypeVar("Item")
OneRemark = TypeVar("OneRemark", bound=Remark)
_UPDATED, _CREATED = "updated", "created"


class PullRest:
    """Answers requests about pull requests; `page` makes a page of a plain list out of its payloads."""

    def __init__(self, payloads: Payloads, page: ListMaker) -> None:
        self._payloads = PullPayloads(payloads)
        self._page = page

    def handlers(self) -> dict[str, Callable[[RepositoryCall], Answer]]:
        """By the names of the routes."""
        return {
            "pulls": self._pulls,
            "pull": self._pull,
            "pull_files": self._files,
            "pull_reviews": self._reviews,
            "pull_comments": self._comments_of_pull,
            "review_comments": self._review_comments,
            "issue_comments": self._issue_comments,
            "issue_comments_of_one": self._comments_of_issue,
        }

    def _pulls(self, call: RepositoryCall) -> Answer:
        """Newest first, unless sorted by something else: then oldest first."""
        query = call.query
        state, sort = query.get("state", "open"), query.get("sort", _CREATED)
        found = [
            pull
            for pull in call.history.pulls.every()
            if state in {"all", "open" if pull.is_open else "closed"}
            and query.get("base") in (None, pull.base_ref)
            and query.get("head") in (None, _label(pull))
        ]
        found.sort(key=_last_change if sort == _UPDATED else _creation)
        direction = query.get("direction") or ("desc" if sort == _CREATED else "asc")
        return self._list(call, found[::-1] if direction == "desc" else found, self._payloads.pull)

    def _pull(self, call: RepositoryCall) -> Answer:
        pull = _asked(call)
        return json_answer(200, self._payloads.full_pull(pull), items=1) if pull else refusals.not_found()

    def _files(self, call: RepositoryCall) -> Answer:
        """By path, and no more than GitHub lists."""
        pull = _asked(call)
        if pull is None:
            return refusals.not_found()
        return self._list(call, listed_files_of(pull), lambda file: self._payloads.file(pull, file))

    def _reviews(self, call: RepositoryCall) -> Answer:
        pull = _asked(call)
        if pull is None:
            return refusals.not_found()
        shown = [review for review in pull.visible_reviews if _may_see(call, review)]
        return self._list(call, sorted(shown, key=_id), lambda review: self._payloads.review(pull, review))

    def _comments_of_pull(self, call: RepositoryCall) -> Answer:
        pull = _asked(call)
        if pull is None:
            return refusals.not_found()
        comments = [one for review in pull.visible_reviews for one in review.visible_comments]
        return self._feed(call, [one for one in comments if _is_sent(one)], self._review_comment(call))

    def _review_comments(self, call: RepositoryCall) -> Answer:
        found = call.history.pulls.review_comments.visible(_is_sent)
        return self._feed(call, found, self._review_comment(call))

    def _issue_comments(self, call: RepositoryCall) -> Answer:
        found = call.history.pulls.issue_comments.visible(lambda _: True)
        return self._feed(call, found, self._payloads.issue_comment)

    def _comments_of_issue(self, call: RepositoryCall) -> Answer:
        """Of a pull request, or of an issue that is none; always by id."""
        since = _since(call)
        if since is None:
            return refusals.invalid_parameter("since", "IssueComment")
        number, pulls = call.number("issue_number"), call.history.pulls
        pull = pulls.find(number)
        if pull is None and number not in pulls.issue_numbers:
            return refusals.not_found()
        found: list[IssueComment]
        if pull is not None:
            found = pull.visible_conversation
        else:
            found = pulls.issue_comments.visible(lambda comment: comment.number == number)
        kept = [comment for comment in found if comment.updated_at >= since]
        return self._list(call, sorted(kept, key=_id), self._payloads.issue_comment)

    def _review_comment(self, call: RepositoryCall) -> Callable[[ReviewComment], Payload]:
        def payload(comment: ReviewComment) -> Payload:
            pull = call.history.pulls.find(comment.number)
            assert pull is not None
            return self._payloads.review_comment(pull, comment)

        return payload

    def _feed(
        self, call: RepositoryCall, found: list[OneRemark], payload: Callable[[OneRemark], Payload]
    ) -> Answer:
        """Comments by id, or by what `sort` says; `direction` counts only beside it."""
        since, sort = _since(call), call.query.get("sort")
        if since is None:
            return refusals.invalid_parameter("since", "IssueComment")
        kept = [remark for remark in found if remark.updated_at >= since]
        kept.sort(key=_remark_change if sort == _UPDATED else _id)
        newest_first = sort is not None and call.query.get("direction", "desc") == "desc"
        return self._list(call, kept[::-1] if newest_first else kept, payload)

    def _list(
        self, call: RepositoryCall, found: Sequence[Item], payload: Callable[[Item], Payload]
    ) -> Answer:
        payloads = [payload(item) for item in found[call.page.begin : call.page.end]]
        return self._page(call, payloads, -(-len(found) // call.page.size))


def _asked(call: RepositoryCall) -> PullRequest | None:
    return call.history.pulls.find(call.number("pull_number"))


def _since(call: RepositoryCall) -> int | None:
    """0 where nothing is said, None where it is no time."""
    try:
        return from_text(call.query["since"]) if call.query.get("since") else 0
    except ValueError:
        return None


def _label(pull: PullRequest) -> str | None:
    return f"{pull.head_repository.owner.login}:{pull.head_ref}" if pull.head_repository else None


def _may_see(call: RepositoryCall, review: Review) -> bool:
    return not review.is_pending or not call.identity.is_anonymous


def _is_sent(comment: ReviewComment) -> bool:
    return not comment.review.is_pending


def _id(remark: Remark) -> int:
    return remark.id


def _remark_change(remark: Remark) -> tuple[int, int]:
    return remark.updated_at, remark.id


def _last_change(pull: PullRequest) -> tuple[int, int]:
    return pull.updated_at, pull.number


def _creation(pull: PullRequest) -> tuple[int, int]:
    return pull.created_at, pull.number
