"""Feeds of comments by their last change: nothing is lost, whatever changes while they are read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback_github import LoopbackGitHub, Reply, Seen

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import NotFoundError, UnexpectedPayloadError
from progressive_capture.lib.github.bare_lists import BareLists
from progressive_capture.lib.github.comment_feeds import CommentsPage, comments_since
from progressive_capture.lib.github.messages import Answer
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PATH = "/repos/octo/example/issues/comments"


def said(seconds: int) -> str:
    return (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Feed:
    """Comments by id, with the second of their last change; `meanwhile` happens after every answer."""

    def __init__(self, comments: dict[int, int], *, heavy_above: int = 100) -> None:
        self.comments = comments
        self.heavy_above = heavy_above
        self.meanwhile: Iterator[Callable[[], None]] = iter(())
        self.asked: list[tuple[str, str]] = []

    def __call__(self, seen: Seen) -> Reply:
        assert (seen.query["sort"], seen.query["direction"]) == ("updated", "asc")
        size, page = int(seen.query["per_page"]), int(seen.query["page"])
        if size > self.heavy_above:
            return Reply(status=502)
        self.asked.append((seen.query["since"], f"{size}:{page}"))
        found = self.page(seen.query["since"], size, page)
        has_next = len(found) == size
        next(self.meanwhile, lambda: None)()
        link = {"link": '<https://x>; rel="next"'} if has_next else {}
        return Reply(found, headers=dict(link))

    def page(self, since: str, size: int, page: int) -> list[dict[str, Any]]:
        ordered = sorted(self.comments.items(), key=lambda item: (item[1], item[0]))
        found = [{"id": comment, "updated_at": said(second)} for comment, second in ordered]
        found = [comment for comment in found if str(comment["updated_at"]) >= since]
        return found[(page - 1) * size : page * size]


def versions(pages: list[CommentsPage]) -> list[tuple[int, str]]:
    return [(comment["id"], comment["updated_at"]) for page in pages for comment in page.comments]


def read(feed: Feed, server: LoopbackGitHub, connect: Connect, since: datetime = NOON) -> list[CommentsPage]:
    server.otherwise = feed
    return list(connect().client().pulls.issue_comments_since("octo/example", since))


def test_a_feed_is_read_by_first_pages_and_each_comment_comes_once(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    feed = Feed({comment: comment for comment in range(250)})
    pages = read(feed, server, connect)
    assert versions(pages) == [(comment, said(comment)) for comment in range(250)]
    assert feed.asked == [(said(0), "100:1"), (said(99), "100:1"), (said(198), "100:1")]
    assert pages[0].captured_at == clock.now()
    assert server.seen[0].path == PATH


def test_the_second_that_it_begins_in_is_included(server: LoopbackGitHub, connect: Connect) -> None:
    feed = Feed({1: -1, 2: 0, 3: 1})
    in_berlin = (NOON + timedelta(microseconds=900_000)).astimezone(timezone(timedelta(hours=1)))
    assert versions(read(feed, server, connect, since=in_berlin)) == [(2, said(0)), (3, said(1))]
    assert feed.asked[0][0] == "2026-11-22T12:00:00Z"


def test_nothing_new_is_one_request_and_one_empty_page(server: LoopbackGitHub, connect: Connect) -> None:
    pages = read(Feed({}), server, connect)
    assert [page.comments for page in pages] == [[]]
    assert len(server.seen) == 1


def test_comments_that_share_the_second_at_a_pages_end_come_once(
    server: LoopbackGitHub, connect: Connect
) -> None:
    feed = Feed({comment: comment // 7 for comment in range(300)})
    assert versions(read(feed, server, connect)) == [(c, said(c // 7)) for c in range(300)]


def test_a_second_with_more_than_a_page_is_read_page_by_page(
    server: LoopbackGitHub, connect: Connect
) -> None:
    feed = Feed(dict.fromkeys(range(1, 251), 5) | {0: 1, 999: 9})
    found = versions(read(feed, server, connect))
    assert len(found) == len(set(found)) == 252
    assert feed.asked[:4] == [
        (said(0), "100:1"),
        (said(5), "100:1"),
        (said(5), "100:2"),
        (said(5), "100:3"),
    ]


def test_a_page_that_is_too_heavy_is_asked_for_in_smaller_ones(
    server: LoopbackGitHub, connect: Connect
) -> None:
    feed = Feed({comment: comment // 60 for comment in range(200)}, heavy_above=25)
    found = versions(read(feed, server, connect))
    assert sorted(found) == [(comment, said(comment // 60)) for comment in range(200)]
    assert len(set(found)) == 200


def test_an_edited_comment_comes_again_in_its_new_version(server: LoopbackGitHub, connect: Connect) -> None:
    feed = Feed({comment: comment for comment in range(150)})

    def edit() -> None:
        feed.comments[3] = 900

    feed.meanwhile = iter([edit])
    found = versions(read(feed, server, connect))
    assert found[3] == (3, said(3))
    assert found[-1] == (3, said(900))


def test_one_that_moves_up_within_a_crowded_second_is_not_lost(
    server: LoopbackGitHub, connect: Connect
) -> None:
    """Comment 100, the first of the second page, moves to the first page just after that was read."""
    feed = Feed(dict.fromkeys(range(250), 5))

    def edit() -> None:
        feed.comments[0] = 900

    feed.meanwhile = iter([lambda: None, edit])
    found = versions(read(feed, server, connect))
    assert set(found) == {(comment, said(5)) for comment in range(250)} | {(0, said(900))}


def test_review_comments_have_a_feed_of_their_own(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = Feed({1: 1})
    pages = list(connect().client().pulls.review_comments_since("octo/example", NOON))
    assert versions(pages) == [(1, said(1))]
    assert server.seen[0].path == "/repos/octo/example/pulls/comments"


@pytest.mark.parametrize(
    "body",
    [
        {"message": "odd"},
        [{"id": "1", "updated_at": said(1)}],
        [{"id": 1}],
        [None],
        [{"id": 1, "updated_at": said(2)}, {"id": 2, "updated_at": said(1)}],
        [{"id": 1, "updated_at": said(-1)}],
    ],
)
def test_what_is_no_such_feed_is_an_error(server: LoopbackGitHub, connect: Connect, body: object) -> None:
    server.otherwise = lambda _: Reply(body)
    with pytest.raises(UnexpectedPayloadError):
        list(connect().client().pulls.issue_comments_since("octo/example", NOON))
    assert len(server.seen) == 1


def test_a_repository_without_such_a_feed_is_not_found(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda _: Reply({"message": "Issues has been disabled"}, status=410)
    with pytest.raises(NotFoundError):
        list(connect().client().pulls.issue_comments_since("octo/example", NOON))


# ---- whatever happens meanwhile ----------------------------------------------------------------------------


class ChangingRest:
    """Stands in for the REST client: a feed in which something changes after every answer."""

    def __init__(self, feed: Feed, page: int) -> None:
        self._feed = feed
        self._page = page

    def get(self, _path: str, params: dict[str, str], **_: object) -> Answer:
        # Small pages without a server: `page` comments stand for a hundred.
        number = int(params["page"])
        found = self._feed.page(params["since"], self._page, number)
        next(self._feed.meanwhile, lambda: None)()
        links = {"next": "x"} if len(found) == self._page else {"first": "x"}
        return Answer(body=found, captured_at=NOON, links=links, status=200)


@settings(max_examples=300)
@given(
    st.dictionaries(st.integers(0, 60), st.integers(0, 6), max_size=40),
    st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=12),
)
def test_every_comment_is_given_as_it_was_in_the_end(
    comments: dict[int, int], happenings: list[tuple[int, bool]]
) -> None:
    feed = Feed(dict(comments))

    def happen(second: int, comment: int, is_deleted: bool) -> None:
        if is_deleted:
            feed.comments.pop(comment, None)
        else:
            feed.comments[comment] = second

    feed.meanwhile = iter(
        [partial(happen, 100 + moment, *happening) for moment, happening in enumerate(happenings)]
    )
    lists = BareLists(ChangingRest(feed, 4), key="id", kind=int)  # type: ignore[arg-type]
    pages = list(comments_since(lists, PATH, NOON))
    given_versions = versions(pages)
    assert len(given_versions) == len(set(given_versions))
    still_there = {c: second for c, second in feed.comments.items() if comments.get(c) == second}
    assert {(comment, said(second)) for comment, second in still_there.items()} <= set(given_versions)
