"""What was said about pull requests: reviews, comments on lines, and the conversation.

Half of the pull requests have at most two reviews and three comments. A comment on a line
always belongs to a review; an answer to one is alone in a review of its own, in state
COMMENTED. Whoever reads everything through the API sees the pending reviews of his own.
"""

from random import Random

from github_simulator.dice import chance
from github_simulator.history import Person, Repository
from github_simulator.instants import DAY, MINUTE
from github_simulator.people import PEOPLE, TOKEN_OWNER
from github_simulator.pull_files import files_of
from github_simulator.pull_records import IssueComment, PullRequest, Remark, Review, ReviewComment
from github_simulator.pull_texts import draw_body, draw_longest_body

MANY_REVIEWS, MANY_COMMENTS_OF_A_REVIEW, MANY_COMMENTS = 250, 120, 130
_STATES = {"COMMENTED": 45, "APPROVED": 38, "CHANGES_REQUESTED": 12, "DISMISSED": 5}
_PENDING_EVERY, _PENDING_PLACE = 29, 9
_LONG_EVERY, _LONG_PLACE = 80, 7
_ANSWERS, _EDITED, _MINIMIZED, _LINE_GONE, _AUTHOR_GONE = 0.15, 0.1, 0.03, 0.15, 0.02


class ContentsDrawer:
    """Draws what was said in a repository's pull requests and issues until `now`."""

    def __init__(self, now: int) -> None:
        self._latest = now - MINUTE

    def draw(self, pull: PullRequest) -> None:
        """Fill the reviews and the conversation of a pull request of the past."""
        rng = Random(f"{pull.repository.seed}:contents:{pull.number}")
        count = MANY_REVIEWS if pull.is_reviewed_a_lot else min(40, int(rng.lognormvariate(0.92, 0.75)))
        for instant in self._instants(rng, pull, count):
            write_review(rng, pull, instant)
        if pull.is_reviewed_a_lot:
            self._comment_a_lot(rng, pull)
        if pull.number % _PENDING_EVERY == _PENDING_PLACE:
            leave_pending(rng, pull, self._instants(rng, pull, 1)[0])
        self._converse(rng, pull)
        for remark in _remarks(pull):
            self._edit_now_and_then(rng, remark)
        said = [review.submitted_at or 0 for review in pull.reviews]
        said += [comment.created_at for comment in pull.conversation]
        pull.updated_at = max(pull.updated_at, *said, 0)

    def draw_issue_comments(self, repository: Repository, number: int, began: int) -> list[IssueComment]:
        """The comments of an issue that is no pull request."""
        rng = Random(f"{repository.seed}:issue:{number}")
        instants = sorted(rng.randint(began, self._latest) for _ in range(rng.randint(0, 3)))
        return [_issue_comment(rng, repository, number, instant, of_pull=False) for instant in instants]

    def _converse(self, rng: Random, pull: PullRequest) -> None:
        count = MANY_COMMENTS if pull.is_reviewed_a_lot else min(60, int(rng.lognormvariate(0.5, 0.9)))
        long_one = pull.number % _LONG_EVERY == _LONG_PLACE
        for instant in self._instants(rng, pull, max(count, int(long_one))):
            write_comment(rng, pull, instant)
        if long_one:
            pull.conversation[0].body = draw_longest_body(rng)

    def _comment_a_lot(self, rng: Random, pull: PullRequest) -> None:
        review = next(review for review in pull.reviews if not _is_answer(review))
        for _ in range(MANY_COMMENTS_OF_A_REVIEW - len(review.comments)):
            review.comments.append(_line_comment(rng, pull, review, review.created_at))

    def _edit_now_and_then(self, rng: Random, remark: Remark) -> None:
        """An edit, which the pull request itself does not tell of."""
        remark.is_minimized = chance(rng, _MINIMIZED)
        if chance(rng, _EDITED):
            remark.updated_at = min(self._latest, remark.updated_at + int(rng.expovariate(1 / DAY)))

    def _instants(self, rng: Random, pull: PullRequest, count: int) -> list[int]:
        """When something was said: mostly while the pull request was open, now and then later."""
        end = pull.closed_at or self._latest
        late = min(self._latest, end + 10 * DAY)
        spans = (late if chance(rng, 0.1) else end for _ in range(count))
        return sorted(rng.randint(min(pull.created_at + MINUTE, span), span) for span in spans)


def write_review(rng: Random, pull: PullRequest, instant: int) -> Review:
    """A review, submitted at `instant`: an answer to a comment, or with comments on lines, or neither."""
    roots = [one for review in pull.visible_reviews for one in review.visible_comments if _is_root(one)]
    if roots and chance(rng, _ANSWERS):
        review = _review(rng, pull, "COMMENTED", instant, submitted_at=instant, body="")
        review.comments.append(_line_comment(rng, pull, review, instant, rng.choice(roots)))
        return review
    state = rng.choices(list(_STATES), list(_STATES.values()))[0]
    written_for = min(rng.randint(0, 1_200), instant - pull.created_at)
    body = draw_body(rng, may_be_empty=True)
    review = _review(rng, pull, state, instant - written_for, submitted_at=instant, body=body)
    least = int(state == "COMMENTED" and not body)
    for _ in range(max(least, min(12, int(rng.lognormvariate(-0.9, 1.0))))):
        review.comments.append(_line_comment(rng, pull, review, review.created_at))
    return review


def leave_pending(rng: Random, pull: PullRequest, instant: int) -> Review:
    """The token's owner has begun a review and has not sent it."""
    review = _review(rng, pull, "PENDING", instant, submitted_at=None, body="")
    review.author = TOKEN_OWNER
    review.comments.append(_line_comment(rng, pull, review, instant))
    return review


def write_comment(rng: Random, pull: PullRequest, instant: int) -> IssueComment:
    """A comment in the conversation."""
    comment = _issue_comment(rng, pull.repository, pull.number, instant, of_pull=True)
    pull.conversation.append(comment)
    return comment


def _review(
    rng: Random, pull: PullRequest, state: str, created_at: int, *, submitted_at: int | None, body: str
) -> Review:
    review = Review(
        repository=pull.repository,
        number=pull.number,
        author=_author(rng),
        body=body,
        created_at=created_at,
        updated_at=submitted_at or created_at,
        state=state,
        submitted_at=submitted_at,
    )
    pull.reviews.append(review)
    return review


def _line_comment(
    rng: Random, pull: PullRequest, review: Review, instant: int, root: ReviewComment | None = None
) -> ReviewComment:
    files = files_of(pull)
    line = None if chance(rng, _LINE_GONE) else rng.randint(1, 400)
    path = rng.choice(files).path if files else "removed.py"
    return ReviewComment(
        repository=pull.repository,
        number=pull.number,
        author=review.author,
        body=draw_body(rng),
        created_at=instant,
        updated_at=review.submitted_at or instant,  # so that a feed since some time does not miss it
        review=review,
        path=root.path if root else path,
        line=root.line if root else line,
        in_reply_to=root,
    )


def _issue_comment(
    rng: Random, repository: Repository, number: int, instant: int, *, of_pull: bool
) -> IssueComment:
    return IssueComment(
        repository=repository,
        number=number,
        author=_author(rng),
        body=draw_body(rng),
        created_at=instant,
        updated_at=instant,
        of_pull=of_pull,
    )


def _author(rng: Random) -> Person | None:
    return None if chance(rng, _AUTHOR_GONE) else rng.choice(PEOPLE)


def _is_root(comment: ReviewComment) -> bool:
    return comment.in_reply_to is None and not comment.review.is_pending


def _is_answer(review: Review) -> bool:
    return any(comment.in_reply_to for comment in review.comments)


def _remarks(pull: PullRequest) -> list[Remark]:
    comments = [comment for review in pull.reviews for comment in review.comments]
    return [*pull.reviews, *comments, *pull.conversation]
