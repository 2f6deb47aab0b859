"""REST: what is asked for, pages that are too heavy, repositories that moved, payloads that are none."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback_github import LoopbackGitHub, Reply, Seen

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    CaptureError,
    ConfigurationError,
    GitHubUnavailableError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]
REPOSITORY = {"id": 7, "full_name": "octo/example"}


def listing(count: int, *, items: str = "workflow_runs", heavy_above: int = 100) -> Callable[[Seen], Reply]:
    """A listing of so many items with the ids 0, 1, …; a larger page than `heavy_above` takes too long."""

    def reply(seen: Seen) -> Reply:
        size, page = int(seen.query["per_page"]), int(seen.query["page"])
        if size > heavy_above:
            return Reply(status=502)
        found = [{"id": number} for number in range(count)[(page - 1) * size : page * size]]
        more = page * size < count
        link = '<https://x>; rel="next"' if more else '<https://x>; rel="first"'
        return Reply({"total_count": count, items: found}, headers={"link": link})

    return reply


def pages(server: LoopbackGitHub) -> list[str]:
    """What was asked for, as SIZE:PAGE."""
    return [f"{seen.query['per_page']}:{seen.query['page']}" for seen in server.seen]


# ---- what is sent ------------------------------------------------------------------------------------------


def test_a_request_says_who_asks_and_which_version_it_speaks(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.replies = [Reply(REPOSITORY)]
    connect().client().repository("octo/example")
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("GET", "/repos/octo/example")
    assert seen.headers["authorization"] == "Bearer a-token-for-tests"
    assert seen.headers["x-github-api-version"] == "2022-11-28"
    assert seen.headers["accept"] == "application/vnd.github+json"
    assert seen.headers["user-agent"].startswith("progressive-capture/")


def test_without_a_token_nothing_is_said_of_one_even_with_a_netrc(
    server: LoopbackGitHub, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.replies = [Reply(REPOSITORY), Reply(REPOSITORY)]
    connect(token=None).client().repository("octo/example")
    connect().client().repository("octo/example")
    assert "authorization" not in server.seen[0].headers
    assert server.seen[1].headers["authorization"] == "Bearer a-token-for-tests"


def test_filters_are_sent_as_github_writes_them(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(1)
    connect().client().runs(
        "octo/example",
        created="2026-01-01T00:00:00Z..2026-01-02T00:00:00Z",
        page=3,
        branch="a/b&c=ä",
        exclude_pull_requests=True,
    )
    assert server.seen[0].query == {
        "created": "2026-01-01T00:00:00Z..2026-01-02T00:00:00Z",
        "branch": "a/b&c=ä",
        "exclude_pull_requests": "true",
        "per_page": "100",
        "page": "3",
    }


def test_cookies_are_not_kept(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply(REPOSITORY, headers={"set-cookie": "logged_in=no"}), Reply(REPOSITORY)]
    client = connect().client()
    client.repository("octo/example")
    client.repository("octo/example")
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize(
    "name", ["octo", "octo/", "/x", "a/b/c", "octo/..", "../x", "o/x?y", "o/x y", "", "ö/x"]
)
def test_a_name_that_is_no_repository_is_never_sent(
    server: LoopbackGitHub, connect: Connect, name: str
) -> None:
    with pytest.raises(ConfigurationError, match="OWNER/NAME"):
        connect().client().repository(name)
    assert server.seen == []


@pytest.mark.parametrize("name", ["octo/.github", "a-b/c_d.e", "octo/...x"])
def test_names_with_dots_are_repositories(server: LoopbackGitHub, connect: Connect, name: str) -> None:
    server.replies = [Reply(REPOSITORY)]
    connect().client().repository(name)
    assert server.seen[0].path == f"/repos/{name}"


# ---- listings ----------------------------------------------------------------------------------------------


def test_a_page_of_runs(server: LoopbackGitHub, connect: Connect, clock: ManualClock) -> None:
    server.otherwise = listing(150)
    client = connect().client()
    first, second = client.runs("octo/example"), client.runs("octo/example", page=2)
    assert [run["id"] for run in first.runs] == list(range(100))
    assert [run["id"] for run in second.runs] == list(range(100, 150))
    assert (first.total_count, first.has_next, second.has_next) == (150, True, False)
    assert first.captured_at == clock.now()


def test_a_listing_whose_links_were_taken_away_does_not_end_too_early(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.otherwise = lambda seen: Reply(listing(150)(seen).body)
    client = connect().client()
    assert client.runs("octo/example").has_next
    assert not client.runs("octo/example", page=2).has_next


def test_a_heavy_page_is_asked_for_in_smaller_ones(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.otherwise = listing(1000, heavy_above=30)
    page = connect().client().runs("octo/example", page=2)
    assert [run["id"] for run in page.runs] == list(range(100, 200))
    assert page.has_next
    assert pages(server) == ["100:2", "50:3", "25:5", "25:6", "50:4", "25:7", "25:8"]
    assert clock.monotonic() == 0  # to ask for less needs no waiting


@pytest.mark.parametrize("trouble", [Reply(status=504), Reply({"a": "b"}, cut=3)], ids=["504", "truncated"])
def test_what_may_be_too_heavy_shrinks_the_page_at_once(
    server: LoopbackGitHub, connect: Connect, trouble: Reply
) -> None:
    server.replies = [trouble]
    server.otherwise = listing(60)
    page = connect().client().runs("octo/example")
    assert len(page.runs) == 60
    assert pages(server) == ["100:1", "50:1", "50:2"]


def test_trouble_that_is_not_the_sizes_fault_keeps_the_size(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply(status=500), Reply(hang_up=True), Reply(b"")]
    server.otherwise = listing(60)
    connect().client().runs("octo/example")
    assert pages(server) == ["100:1"] * 4


def test_the_size_grows_back_when_it_is_not_too_much_any_more(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.replies = [Reply(status=502)]
    server.otherwise = listing(1000)
    client = connect().client()
    for page in (1, 2, 3):
        client.runs("octo/example", page=page)
    assert pages(server) == ["100:1", "50:1", "50:2", "100:2", "100:3"]


def test_the_smallest_page_is_tried_as_often_as_any_request(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(60, heavy_above=0)
    with pytest.raises(GitHubUnavailableError, match="5 times"):
        connect().client().runs("octo/example")
    assert pages(server) == ["100:1", "50:1", "25:1", "10:1"] + ["5:1"] * 5


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 320),
    page=st.integers(1, 4),
    limits=st.lists(st.sampled_from([100, 60, 30, 12, 5]), min_size=1, max_size=30),
)
def test_smaller_pages_are_exactly_the_page_that_was_asked_for(
    server: LoopbackGitHub, connect: Connect, count: int, page: int, limits: list[int]
) -> None:
    """However GitHub's patience changes from request to request."""
    changing = iter(limits * 50)

    def reply(seen: Seen) -> Reply:
        return listing(count, heavy_above=next(changing))(seen)

    server.otherwise = reply
    with connect() as connection:
        found = connection.client().runs("octo/example", page=page)
    assert [run["id"] for run in found.runs] == list(range(count))[(page - 1) * 100 : page * 100]
    assert found.has_next is (count > page * 100)


def test_a_page_in_parts_was_captured_when_its_oldest_part_was(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    times = []

    def reply(seen: Seen) -> Reply:
        clock.advance(10)
        times.append(clock.now())
        return listing(100, heavy_above=50)(seen)

    server.otherwise = reply
    page = connect().client().runs("octo/example")
    assert page.captured_at == times[1]  # the first was too heavy
    assert len(times) == 3


def test_parts_that_shift_repeat_nothing(server: LoopbackGitHub, connect: Connect) -> None:
    """A run arrives between two half pages: the last of the first half is the first of the second."""
    halves = [[{"id": number} for number in range(50)], [{"id": number} for number in range(49, 99)]]
    server.replies = [Reply(status=502)] + [
        Reply({"total_count": 200, "workflow_runs": half}, headers={"link": '<https://x>; rel="next"'})
        for half in halves
    ]
    runs = connect().client().runs("octo/example").runs
    assert [run["id"] for run in runs] == list(range(99))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "workflow_runs"),
        ({}, "workflow_runs"),
        ({"total_count": 1}, "workflow_runs"),
        ({"total_count": 1, "workflow_runs": {}}, "workflow_runs"),
        ({"total_count": 1, "workflow_runs": [None]}, "workflow_runs[].id"),
        ({"total_count": 1, "workflow_runs": [{"id": "7"}]}, "workflow_runs[].id"),
        ({"total_count": 1, "workflow_runs": [{"id": True}]}, "workflow_runs[].id"),
        ({"workflow_runs": []}, "total_count"),
        ({"total_count": "many", "workflow_runs": []}, "total_count"),
    ],
)
def test_a_listing_that_is_none_names_the_field_and_the_path(
    server: LoopbackGitHub, connect: Connect, body: Any, field: str
) -> None:
    server.replies = [Reply(body)]
    with pytest.raises(UnexpectedPayloadError) as caught:
        connect().client().runs("octo/example")
    assert f"`{field}`" in str(caught.value)
    assert "/repos/octo/example/actions/runs" in str(caught.value)
    assert len(server.seen) == 1


def test_a_repository_without_an_id_is_none(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply([])]
    with pytest.raises(UnexpectedPayloadError, match="`id`"):
        connect().client().repository("octo/example")


def test_workflows_come_page_by_page(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(120, items="workflows")
    answers = list(connect().client().workflows("octo/example"))
    assert [len(answer.body["workflows"]) for answer in answers] == [100, 20]


def test_a_run_and_its_attempts_have_their_own_addresses(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda _: Reply({"id": 5})
    client = connect().client()
    client.run("octo/example", 5)
    client.run_attempt("octo/example", 5, 2)
    assert server.asked == [
        "/repos/octo/example/actions/runs/5",
        "/repos/octo/example/actions/runs/5/attempts/2",
    ]


# ---- all jobs of a run -------------------------------------------------------------------------------------


def test_jobs_of_all_attempts_are_read_to_the_last_page(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = listing(230, items="jobs")
    jobs = connect().client().run_jobs("octo/example", 5).jobs
    assert [job["id"] for job in jobs] == list(range(230))
    assert {seen.query["filter"] for seen in server.seen} == {"all"}
    assert len(server.seen) == 3


def jobs_reply(ids: range, total: int) -> Reply:
    return Reply(
        {"total_count": total, "jobs": [{"id": each} for each in ids]}, headers={"link": "<a>; rel=x"}
    )


def test_jobs_whose_pages_shifted_are_read_again(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [jobs_reply(range(3), 4), jobs_reply(range(4), 4)]
    assert len(connect().client().run_jobs("octo/example", 5).jobs) == 4
    assert len(server.seen) == 2


def test_jobs_that_github_counts_and_does_not_list_are_an_error(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.replies = [jobs_reply(range(3), 4), jobs_reply(range(3), 4)]
    with pytest.raises(UnexpectedPayloadError, match="1 more jobs than it lists"):
        connect().client().run_jobs("octo/example", 5)
    assert len(server.seen) == 2


# ---- what moved --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_renamed_repository_is_followed(server: LoopbackGitHub, connect: Connect, status: int) -> None:
    location: dict[str, str | None] = {"location": f"{server.url}/repositories/7"}
    server.replies = [Reply({"message": "Moved"}, status=status, headers=location), Reply(REPOSITORY)]
    client = connect().client()
    assert client.repository("octo/old").body["full_name"] == "octo/example"
    assert server.asked == ["/repos/octo/old", "/repositories/7"]
    assert server.seen[1].headers["authorization"] == "Bearer a-token-for-tests"
    assert client.spent().requests == 2


def test_a_move_for_good_is_remembered_with_its_filters(server: LoopbackGitHub, connect: Connect) -> None:
    def reply(seen: Seen) -> Reply:
        if seen.path.startswith("/repos/octo/old"):
            path = seen.path.replace("/repos/octo/old", "/repositories/7")
            query = "&".join(f"{name}={value}" for name, value in seen.query.items())
            return Reply({}, status=301, headers={"location": f"{server.url}{path}?{query}"})
        return listing(300)(seen)

    server.otherwise = reply
    client = connect().client()
    client.runs("octo/old", page=1)
    assert [run["id"] for run in client.runs("octo/old", page=2).runs] == list(range(100, 200))
    assert [seen.path for seen in server.seen] == [
        "/repos/octo/old/actions/runs",
        "/repositories/7/actions/runs",
        "/repositories/7/actions/runs",
    ]


def test_a_move_without_a_query_keeps_the_filters(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({}, status=307, headers={"location": "/repositories/7/actions/runs"})]
    server.otherwise = listing(300)
    connect().client().runs("octo/old", page=2)
    assert server.seen[1].query == {"per_page": "100", "page": "2"}


def test_a_move_for_now_is_not_remembered(server: LoopbackGitHub, connect: Connect) -> None:
    moved = Reply({}, status=307, headers={"location": "/repositories/7"})
    server.replies = [moved, Reply(REPOSITORY), moved, Reply(REPOSITORY)]
    client = connect().client()
    client.repository("octo/old")
    client.repository("octo/old")
    assert server.asked == ["/repos/octo/old", "/repositories/7"] * 2


def test_a_move_in_a_circle_ends(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda _: Reply({}, status=302, headers={"location": "/round"})
    with pytest.raises(CaptureError, match="from one address to the next"):
        connect().client().repository("octo/old")
    assert len(server.seen) == 3


def test_the_token_never_follows_to_another_host(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    with LoopbackGitHub(clock) as other:
        server.replies = [Reply({}, status=302, headers={"location": f"{other.url}/repositories/7"})]
        with pytest.raises(UnexpectedPayloadError, match="another host"):
            connect().client().repository("octo/old")
        assert other.seen == []
