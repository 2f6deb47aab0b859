"""Pull requests by REST: the changed files with their previous paths, and the pull request itself."""

from collections.abc import Callable
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply, Seen

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import NotFoundError, UnexpectedPayloadError
from progressive_capture.lib.github.failures import DiffUnavailableError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.pulls import PullRequests

FILES = "/repos/octo/example/pulls/7/files"


@pytest.fixture
def pulls(connect: Callable[..., Connection]) -> PullRequests:
    return connect().client().pulls


def files(count: int, *, heavy_above: int = 100, with_links: bool = True) -> Callable[[Seen], Reply]:
    def reply(seen: Seen) -> Reply:
        assert seen.path == FILES
        size, page = int(seen.query["per_page"]), int(seen.query["page"])
        if size > heavy_above:
            return Reply(status=502)
        found = [{"filename": f"{number}.py"} for number in range(count)][(page - 1) * size : page * size]
        relation = "next" if page * size < count else "first"
        link = {"link": f'<https://x>; rel="{relation}"'} if with_links else {}
        return Reply(found, headers=dict(link))

    return reply


def names(found: list[dict[str, Any]]) -> list[str]:
    return [file["filename"] for file in found]


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (100, 1), (101, 2), (3_000, 30)])
def test_all_files_come_page_by_page(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock, count: int, requests: int
) -> None:
    server.otherwise = files(count)
    found, captured_at = pulls.pull_request_files("octo/example", 7)
    assert names(found) == [f"{number}.py" for number in range(count)]
    assert captured_at == clock.now()
    assert len(server.seen) == requests


def test_it_never_asks_beyond_the_three_thousand_that_github_lists(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = files(3_001)
    assert len(pulls.pull_request_files("octo/example", 7)[0]) == 3_000
    assert len(server.seen) == 30


def test_without_links_a_full_page_is_followed_by_the_next(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = files(200, with_links=False)
    assert len(pulls.pull_request_files("octo/example", 7)[0]) == 200
    assert len(server.seen) == 3


def test_pages_that_are_too_heavy_become_smaller_and_leave_nothing_out(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = files(230, heavy_above=50)
    found, _ = pulls.pull_request_files("octo/example", 7)
    assert names(found) == [f"{number}.py" for number in range(230)]
    assert server.seen[0].query["per_page"] == "100"


def test_the_files_are_as_old_as_their_oldest_page(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock
) -> None:
    began, answer = clock.now(), files(150)

    def later(seen: Seen) -> Reply:
        if seen.query["page"] == "2":
            clock.advance(60)
        return answer(seen)

    server.otherwise = later
    assert pulls.pull_request_files("octo/example", 7)[1] == began


def test_a_file_that_shifted_into_the_next_page_comes_once(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    first = [{"filename": f"{number}.py"} for number in range(100)]
    server.replies = [Reply(first), Reply([{"filename": "99.py"}, {"filename": "z.py"}])]
    assert names(pulls.pull_request_files("octo/example", 7)[0])[-2:] == ["99.py", "z.py"]


def test_a_change_that_github_cannot_show_is_an_error_of_its_own(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = lambda _: Reply({"message": "Sorry, this diff is not available."}, status=422)
    with pytest.raises(DiffUnavailableError, match="this diff is not available"):
        pulls.pull_request_files("octo/example", 7)
    assert len(server.seen) == 1


@pytest.mark.parametrize("body", [{}, [{"name": "a"}], [{"filename": 1}], ["a"]])
def test_what_is_no_list_of_files_is_an_error(
    server: LoopbackGitHub, pulls: PullRequests, body: object
) -> None:
    server.otherwise = lambda _: Reply(body)
    with pytest.raises(UnexpectedPayloadError, match=r"filename|list"):
        pulls.pull_request_files("octo/example", 7)


def test_one_pull_request_by_rest(server: LoopbackGitHub, pulls: PullRequests) -> None:
    server.replies = [Reply({"id": 70, "number": 7})]
    assert pulls.pull_request_rest("octo/example", 7).body == {"id": 70, "number": 7}
    assert server.asked == ["/repos/octo/example/pulls/7"]


def test_one_that_is_not_there_is_not_found(server: LoopbackGitHub, pulls: PullRequests) -> None:
    server.otherwise = lambda _: Reply({"message": "Not Found"}, status=404)
    with pytest.raises(NotFoundError):
        pulls.pull_request_rest("octo/example", 7)
    with pytest.raises(NotFoundError):
        pulls.pull_request_files("octo/example", 7)
