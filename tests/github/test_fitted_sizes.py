"""Sizes of pages that fit a repository: what a pull request costs in the end, and what GitHub can bear."""

import random
from dataclasses import dataclass
from math import ceil
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.github.fitted_sizes import (
    FIRST_SIZES,
    SMALLEST_SIZES,
    FittedSizes,
    PageSizes,
)


@dataclass(frozen=True)
class Pull:
    """How much belongs to a pull request: the number of comments of each review, of comments, of files."""

    reviews: list[int]
    comments: int
    files: int

    def node(self, sizes: PageSizes) -> dict[str, Any]:
        shown = self.reviews[: sizes.reviews]
        return {
            "reviews": {
                "totalCount": len(self.reviews),
                "nodes": [{"comments": {"totalCount": count}} for count in shown],
            },
            "comments": {"totalCount": self.comments},
            "files": {"totalCount": self.files},
        }


def long_tailed(chance: random.Random, median: float, spread: float) -> int:
    return int(chance.lognormvariate(0, spread) * (median + 0.5))


def a_repository(count: int) -> list[Pull]:
    """Medians of 2 reviews, 3 comments and 4 files, long tails, and a giant in a thousand."""
    chance = random.Random(5)
    pulls = [
        Pull(
            reviews=[long_tailed(chance, 1, 1.0) for _ in range(long_tailed(chance, 2, 0.8))],
            comments=long_tailed(chance, 3, 0.9),
            files=long_tailed(chance, 4, 1.2),
        )
        for _ in range(count)
    ]
    for giant in range(0, count, 1000):
        pulls[giant] = Pull(reviews=[2] * 250, comments=400, files=3_000)
    return pulls


def points_for_listings(totals: list[int]) -> int:
    """Listings asked for by the hundred, and the further pages of the giants among all of them together."""
    points = ceil(len(totals) / 100)
    page = 1
    while more := [total for total in totals if total > 100 * page]:
        points += ceil(len(more) / 25)
        page += 1
    return points


def points_for(pulls: list[Pull], sizes: FittedSizes) -> int:
    """What GitHub takes for everything that belongs to these pull requests."""
    points, at = 0, 0
    reviews: list[int] = []
    comments: list[int] = []
    files: list[int] = []
    of_reviews: list[int] = []
    while at < len(pulls):
        asked = sizes.next()
        page = pulls[at : at + asked.pulls]
        at += asked.pulls
        points += asked.points
        sizes.answered(asked, 1.0)
        sizes.saw(pull.node(asked) for pull in page)
        for pull in page:
            if len(pull.reviews) > asked.reviews:
                reviews.append(len(pull.reviews))
                of_reviews += pull.reviews
            else:
                of_reviews += [count for count in pull.reviews if count > asked.review_comments]
            comments += [pull.comments] if pull.comments > asked.comments else []
            files += [pull.files] if pull.files > asked.files else []
    return points + sum(points_for_listings(each) for each in (reviews, comments, files, of_reviews))


def test_a_pull_request_with_everything_costs_an_eighth_of_a_point_at_most() -> None:
    pulls = a_repository(5_000)
    assert sorted(len(pull.reviews) for pull in pulls)[2_500] == 2
    assert sorted(pull.comments for pull in pulls)[2_500] == 3
    assert sorted(pull.files for pull in pulls)[2_500] == 4
    assert points_for(pulls, FittedSizes()) / len(pulls) <= 0.12


def test_what_is_learned_is_cheaper_than_what_it_begins_with() -> None:
    class NeverLearning(FittedSizes):
        def saw(self, nodes: Any) -> None:
            """Keep the sizes that it began with."""

    pulls = a_repository(2_000)
    assert points_for(pulls, FittedSizes()) < 0.9 * points_for(pulls, NeverLearning())


def test_a_repository_without_reviews_is_read_for_a_point_in_thirty_seven() -> None:
    assert points_for([Pull([], 0, 1)] * 3_700, FittedSizes()) <= 102


def test_a_quiet_run_reads_its_one_page_for_a_point() -> None:
    assert FittedSizes().next().points == 1


def sizes_for(pull: Pull, pages: int = 5) -> PageSizes:
    sizes = FittedSizes()
    for _ in range(pages):
        asked = sizes.next()
        sizes.saw([pull.node(asked)] * asked.pulls)
    return sizes.next()


def test_first_pages_hold_what_nearly_all_pull_requests_have() -> None:
    fitted = sizes_for(Pull([7, 0, 0], 12, 60))
    assert (fitted.reviews, fitted.review_comments, fitted.comments, fitted.files) == (3, 7, 12, 60)
    assert fitted.points == 1


def test_a_few_giants_are_not_worth_larger_pages_for_all() -> None:
    sizes = FittedSizes()
    for _ in range(50):
        asked = sizes.next()
        usual = [Pull([1, 1], 3, 4).node(asked)] * 20
        sizes.saw([*usual, Pull([2] * 250, 400, 3_000).node(asked)])
    fitted = sizes.next()
    assert (fitted.reviews, fitted.comments, fitted.files) == (2, 3, 4)


def test_it_follows_a_repository_that_changes() -> None:
    sizes = FittedSizes()
    asked = sizes.next()
    sizes.saw([Pull([], 30, 1).node(asked)] * 20_000)
    assert sizes.next().comments == 30
    sizes.saw([Pull([], 1, 1).node(asked)] * 10_000)
    assert sizes.next().comments == 1


def test_what_github_did_not_tell_is_not_learned() -> None:
    sizes = FittedSizes()
    sizes.saw([{"reviews": None, "comments": {}, "files": {"totalCount": None}}])
    assert sizes.next() == FIRST_SIZES


# ---- what GitHub can bear ----------------------------------------------------------------------------------


def test_a_page_that_was_too_much_has_fewer_pull_requests_then_less_of_each() -> None:
    sizes, seen = FittedSizes(), []
    while (asked := sizes.next()) != SMALLEST_SIZES:
        seen.append(asked)
        sizes.too_much(asked)
    nodes = [asked.nodes for asked in seen]
    assert nodes == sorted(set(nodes), reverse=True)
    alone = next(position for position, asked in enumerate(seen) if asked.pulls == 1)
    assert all(asked.files == FIRST_SIZES.files for asked in seen[:alone])
    assert seen[-1].files < FIRST_SIZES.files


def test_a_page_grows_back_when_github_can_bear_it_again() -> None:
    sizes = FittedSizes()
    for _ in range(3):
        sizes.too_much(sizes.next())
    pages = 0
    while sizes.next() != FIRST_SIZES:
        sizes.answered(sizes.next(), 1.0)
        pages += 1
        assert pages < 20
    assert pages >= 3


def test_an_answer_that_took_long_makes_the_next_page_smaller() -> None:
    sizes = FittedSizes()
    sizes.answered(FIRST_SIZES, 3.9)
    assert sizes.next() == FIRST_SIZES
    sizes.answered(FIRST_SIZES, 4.1)
    assert sizes.next().nodes < FIRST_SIZES.nodes


@given(
    st.lists(
        st.builds(
            Pull,
            st.lists(st.integers(0, 300), max_size=30),
            st.integers(0, 1_000),
            st.integers(0, 4_000),
        ),
        max_size=20,
    ),
    st.integers(0, 10),
)
def test_whatever_was_seen_a_page_is_one_that_github_accepts(pulls: list[Pull], strains: int) -> None:
    sizes = FittedSizes()
    sizes.saw([pull.node(sizes.next()) for pull in pulls])
    for _ in range(strains):
        sizes.too_much(sizes.next())
    asked = sizes.next()
    assert all(1 <= size <= 100 for size in asked.variables().values())
    assert asked.nodes <= 8_000
