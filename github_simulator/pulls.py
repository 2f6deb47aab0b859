"""The pull requests of a repository, what was said about them, and how each is found by its id.

The pull requests are drawn with the repository, their reviews and comments when first asked
for. Ids rise with the time of creation. What was deleted is remembered, and not found.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from github_simulator import ids
from github_simulator.history import Repository
from github_simulator.options import WorldOptions
from github_simulator.pull_contents import ContentsDrawer
from github_simulator.pull_drawing import PullDrawer, issue_numbers
from github_simulator.pull_records import IssueComment, PullRequest, Remark, Review, ReviewComment

OneRemark = TypeVar("OneRemark", bound=Remark)


class Register(Generic[OneRemark]):
    """All remarks of one kind that a repository ever had, by their ids."""

    def __init__(self, base: int, slot: int) -> None:
        self._base = base
        self._slot = slot
        self.every: list[OneRemark] = []

    def add(self, remark: OneRemark) -> None:
        """A new one, with the next id."""
        remark.id = ids.remark_id(self._base, self._slot, len(self.every))
        self.every.append(remark)

    def find(self, number: int) -> OneRemark | None:
        """The remark with this id; None where there is none, or no more."""
        place = ids.remark_place(self._base, number)
        if place is None or place[0] != self._slot or place[1] >= len(self.every):
            return None
        found = self.every[place[1]]
        return None if found.deleted else found

    def visible(self, passes: Callable[[OneRemark], bool]) -> list[OneRemark]:
        """Those that GitHub still has and that pass."""
        return [remark for remark in self.every if not remark.deleted and passes(remark)]


class PullRequests:
    """All pull requests of a repository, oldest first."""

    def __init__(self, repository: Repository, options: WorldOptions) -> None:
        self._options = options
        self.repository = repository
        self._drawer = PullDrawer(repository, options)
        self.heads = self._drawer.draw_all()
        """The pull requests without what was said about them, for the runs; others ask `every`."""
        self._by_number = {pull.number: pull for pull in self.heads}
        self.issue_numbers = frozenset(issue_numbers(options.pulls))
        self._reviews = Register[Review](ids.REVIEW_BASE, repository.slot)
        self._review_comments = Register[ReviewComment](ids.REVIEW_COMMENT_BASE, repository.slot)
        self._issue_comments = Register[IssueComment](ids.ISSUE_COMMENT_BASE, repository.slot)
        self._is_drawn = False

    def every(self) -> list[PullRequest]:
        """Each with its reviews and its conversation, by number."""
        self._draw_contents()
        return self.heads

    def find(self, number: int) -> PullRequest | None:
        """The pull request with this number."""
        self._draw_contents()
        return self._by_number.get(number)

    @property
    def reviews(self) -> Register[Review]:
        self._draw_contents()
        return self._reviews

    @property
    def review_comments(self) -> Register[ReviewComment]:
        self._draw_contents()
        return self._review_comments

    @property
    def issue_comments(self) -> Register[IssueComment]:
        """Of pull requests, and of the issues that are none."""
        self._draw_contents()
        return self._issue_comments

    def open_one(self, created_at: int) -> PullRequest:
        """Somebody opens a pull request."""
        self._draw_contents()
        pull = self._drawer.draw_arrival(len(self.heads), created_at)
        self.heads.append(pull)
        self._by_number[pull.number] = pull
        return pull

    def add_review(self, review: Review) -> None:
        """Give a review and its comments their ids."""
        self.reviews.add(review)
        for comment in review.comments:
            self.review_comments.add(comment)

    def _draw_contents(self) -> None:
        if self._is_drawn:
            return
        self._is_drawn = True
        drawer = ContentsDrawer(self._options.now)
        for pull in self.heads:
            drawer.draw(pull)
        reviews = [review for pull in self.heads for review in pull.reviews]
        comments = [comment for pull in self.heads for comment in pull.conversation]
        for number in sorted(self.issue_numbers):
            comments += drawer.draw_issue_comments(self.repository, number, self._options.began)
        _register(self._reviews, reviews)
        _register(self._review_comments, (comment for review in reviews for comment in review.comments))
        _register(self._issue_comments, comments)


def _register(register: Register[OneRemark], remarks: Iterable[OneRemark]) -> None:
    for remark in sorted(remarks, key=lambda remark: remark.created_at):
        register.add(remark)
