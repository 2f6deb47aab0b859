"""How much to ask for with each page of pull requests: fitted to the repository while it is read (pure).

GitHub's price (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api):
the requests needed to fill each connection, one for every parent, divided by 100 and rounded, at least a
point. A page of P pull requests with R reviews each is 1 + P x (3 + R) requests: the reviews, the
conversation and the files of each, and the comments of each of its reviews. What does not fit into a first
page is asked for afterwards, a hundred listings for a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.github.learned_size import LearnedSize

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUESTS_A_POINT = 100
FULL_PAGE = 100
MOST_PULLS = 50
MOST_REVIEWS = 20
NODE_BUDGETS = (8_000, 2_700, 900, 300, 100, 30, 5)
"""How many nodes a page may ask for at most: all of them are fewer than a sixtieth of GitHub's limit."""
REQUESTS_A_NODE = 0.0005
"""What it is worth to ask for one node less: GitHub counts no points for them, but takes time."""
SLOW_SECONDS = 4.0
"""So long is too near to the ten seconds after which GitHub gives up, and charges for it."""
MOST_COUNTED = 2_000


@dataclass(frozen=True, kw_only=True)
class PageSizes:
    """A page: so many pull requests, and of each the first reviews (with first comments), comments, files."""

    pulls: int
    reviews: int
    review_comments: int
    comments: int
    files: int

    @property
    def nodes(self) -> int:
        """The most nodes that such a page may bring, as GitHub counts them."""
        of_one = 1 + self.reviews * (1 + self.review_comments) + self.comments + self.files
        return self.pulls * of_one

    @property
    def points(self) -> int:
        """What such a page costs."""
        return _points(self.pulls, self.reviews)

    def variables(self) -> dict[str, int]:
        """The sizes as the query's variables."""
        return {
            "pulls": self.pulls,
            "reviews": self.reviews,
            "reviewComments": self.review_comments,
            "comments": self.comments,
            "files": self.files,
        }


FIRST_SIZES = PageSizes(pulls=18, reviews=5, review_comments=5, comments=10, files=20)
"""One point, before anything is known of a repository."""
SMALLEST_SIZES = PageSizes(pulls=1, reviews=1, review_comments=1, comments=1, files=1)


class FittedSizes:
    """The sizes of the next page, for one walk through a repository's pull requests."""

    def __init__(self) -> None:
        self._reviews, self._comments, self._files = _Counts(), _Counts(), _Counts()
        self._review_comments = _Counts()
        self._budget = LearnedSize(NODE_BUDGETS)
        self._best = FIRST_SIZES

    def next(self) -> PageSizes:
        """The sizes of the next page: the cheapest, or what GitHub can bear."""
        return _within(self._best, self._budget.size)

    def saw(self, nodes: Iterable[dict[str, Any]]) -> None:
        """Learn from pull requests as they came, how many reviews, comments and files each of them has."""
        for node in nodes:
            self._reviews.add(_total(node, "reviews"))
            self._comments.add(_total(node, "comments"))
            self._files.add(_total(node, "files"))
            reviews = node.get("reviews")
            for review in reviews["nodes"] if isinstance(reviews, dict) else ():
                self._review_comments.add(_total(review, "comments"))
        if self._reviews.number:
            self._best = self._cheapest()

    def answered(self, sizes: PageSizes, seconds: float) -> None:
        """A page of these sizes came, and took so long to begin."""
        if seconds > SLOW_SECONDS:
            self.too_much(sizes)
        elif sizes.nodes < self._best.nodes:  # else a larger budget would change nothing
            self._budget.fine(self._budget.size)

    def too_much(self, sizes: PageSizes) -> None:
        """A page of these sizes was too much for GitHub: the next one asks for less."""
        self._budget.too_much(sizes.nodes)

    def _cheapest(self) -> PageSizes:
        comments, files = self._comments.best_page(), self._files.best_page()
        candidates = [
            self._with_best_pulls(reviews, comments, files) for reviews in range(1, MOST_REVIEWS + 1)
        ]
        return min(candidates, key=self._requests_a_pull)

    def _with_best_pulls(self, reviews: int, comments: int, files: int) -> PageSizes:
        """So many reviews, with as many pull requests as bring each of them for the least."""
        review_comments = self._review_comments.best_page(listings=self._reviews.mean_up_to(reviews))
        one = PageSizes(
            pulls=1, reviews=reviews, review_comments=review_comments, comments=comments, files=files
        )
        most = max(1, min(MOST_PULLS, NODE_BUDGETS[0] // one.nodes))
        pulls = min(range(1, most + 1), key=lambda pulls: _points(pulls, reviews) / pulls)
        return replace(one, pulls=pulls)

    def _requests_a_pull(self, page: PageSizes) -> float:
        """What a pull request is expected to cost in all, in hundredths of a point.

        The reviews beyond the first page are listed without their comments, which are asked for one by one.
        """
        first_page = page.points * REQUESTS_A_POINT / page.pulls
        more_reviews = self._reviews.beyond(page.reviews) + self._reviews.mean_beyond(page.reviews)
        more_comments = self._review_comments.beyond(page.review_comments)
        more_comments *= self._reviews.mean_up_to(page.reviews)
        return first_page + more_reviews + more_comments + REQUESTS_A_NODE * page.nodes / page.pulls


class _Counts:
    """How often a listing had so many items; past a full page they are all alike. Older ones fade."""

    def __init__(self) -> None:
        self._seen = [0.0] * (FULL_PAGE + 2)
        self.number = 0.0

    def add(self, total: int | None) -> None:
        if total is None:
            return
        if self.number >= MOST_COUNTED:
            self._seen = [count / 2 for count in self._seen]
            self.number /= 2
        self._seen[min(max(total, 0), FULL_PAGE + 1)] += 1
        self.number += 1

    def beyond(self, size: int) -> float:
        """The share of listings that have more items."""
        return sum(self._seen[size + 1 :]) / self.number if self.number else 0.0

    def mean_up_to(self, size: int) -> float:
        """How many items a listing shows on average in a first page of this size."""
        shown = sum(min(total, size) * count for total, count in enumerate(self._seen))
        return shown / self.number if self.number else 0.0

    def mean_beyond(self, size: int) -> float:
        """How many items of a listing lie on average beyond such a page."""
        return self.mean_up_to(FULL_PAGE + 1) - self.mean_up_to(size)

    def best_page(self, listings: float = 1.0) -> int:
        """The size of a first page that is worth its nodes, of so many such listings a pull request."""
        nodes = max(listings, 1.0) * REQUESTS_A_NODE
        beyond = [count / (self.number or 1.0) for count in accumulate(reversed(self._seen))][::-1]
        return min(range(1, FULL_PAGE + 1), key=lambda size: listings * beyond[size + 1] + nodes * size)


def _points(pulls: int, reviews: int) -> int:
    requests = 1 + pulls * (3 + reviews)
    return max(1, (requests + REQUESTS_A_POINT // 2) // REQUESTS_A_POINT)


def _within(sizes: PageSizes, nodes: int) -> PageSizes:
    """The sizes, or with fewer pull requests, then less of each, until they ask for at most so many nodes."""
    if sizes.nodes <= nodes:
        return sizes
    one = replace(sizes, pulls=1)
    while one.nodes > nodes and one != SMALLEST_SIZES:
        one = replace(
            one,
            reviews=(one.reviews + 1) // 2,
            review_comments=(one.review_comments + 1) // 2,
            comments=(one.comments + 1) // 2,
            files=(one.files + 1) // 2,
        )
    return replace(one, pulls=max(1, nodes // one.nodes))


def _total(owner: dict[str, Any], listing: str) -> int | None:
    """How many items a listing has in all; None where GitHub did not tell."""
    found = owner.get(listing)
    total = found.get("totalCount") if isinstance(found, dict) else None
    return total if type(total) is int else None
