"""Listings of runs: order, pages, filters, and the caps that break collectors."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from github_simulator.in_process import InProcessGitHub
from github_simulator.listing import Page, RunFilter, TooDeepError, list_runs
from github_simulator.options import WorldOptions
from github_simulator.world import World

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"


@pytest.fixture(scope="module")
def many(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=2_800)


@pytest.fixture(scope="module")
def few(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=90)


@pytest.fixture(scope="module")
def every(many: InProcessGitHub) -> list[dict[str, Any]]:
    """All the runs, by the unfiltered listing."""
    pages = [many.json(f"{RUNS}?per_page=100&page={number}") for number in range(1, 29)]
    return [run for page in pages for run in page["workflow_runs"]]


def ids_of(page: dict[str, Any]) -> list[int]:
    return [run["id"] for run in page["workflow_runs"]]


def links(header: str) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


def test_the_newest_run_comes_first(few: InProcessGitHub) -> None:
    page = few.json(f"{RUNS}?per_page=100")
    assert page["total_count"] == 90
    assert ids_of(page) == [run.id for run in reversed(few.world.histories[0].runs)]
    created = [run["created_at"] for run in page["workflow_runs"]]
    assert created == sorted(created, reverse=True)


def test_pages_follow_each_other_without_gap_or_overlap(few: InProcessGitHub) -> None:
    pages = [ids_of(few.json(f"{RUNS}?per_page=40&page={number}")) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [40, 40, 10, 0]
    assert [*pages[0], *pages[1], *pages[2]] == ids_of(few.json(f"{RUNS}?per_page=100"))


def test_the_link_header_leads_to_the_address_by_id_and_keeps_the_query(few: InProcessGitHub) -> None:
    header = few.get(f"{RUNS}?per_page=40&page=2&event=push").headers["Link"]
    base = "http://simulator.test/repositories/812000000/actions/runs?per_page=40&page="
    assert links(header)["prev"] == f"{base}1&event=push"
    assert links(few.get(f"{RUNS}?per_page=40&page=2").headers["Link"]) == {
        "prev": f"{base}1",
        "next": f"{base}3",
        "last": f"{base}3",
        "first": f"{base}1",
    }


def test_a_link_can_be_followed_to_the_end(few: InProcessGitHub) -> None:
    answer, seen = few.get(f"{RUNS}?per_page=30"), []
    while True:
        seen += ids_of(json.loads(answer.body))
        following = links(answer.headers.get("Link", "")).get("next")
        if following is None:
            break
        answer = few.get(following.removeprefix("http://simulator.test"))
    assert seen == ids_of(few.json(f"{RUNS}?per_page=100"))


def test_one_page_needs_no_link_header(few: InProcessGitHub) -> None:
    assert "Link" not in few.get(f"{RUNS}?per_page=100").headers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Page(1, 30)),
        ({"per_page": "500"}, Page(1, 100)),
        ({"per_page": "0", "page": "-3"}, Page(1, 30)),
        ({"per_page": "ten", "page": "2"}, Page(2, 30)),
    ],
)
def test_nonsense_in_page_parameters_is_corrected_silently(query: dict[str, str], expected: Page) -> None:
    assert Page.of(query) == expected


@pytest.mark.parametrize("query", ["status=completed", "created=%3E%3D2026-01-01"])
def test_a_filtered_listing_ends_after_a_thousand_runs(many: InProcessGitHub, query: str) -> None:
    listed = [ids_of(many.json(f"{RUNS}?{query}&per_page=100&page={number}")) for number in range(1, 13)]
    assert [len(page) for page in listed] == [100] * 10 + [0, 0]
    assert links(many.get(f"{RUNS}?{query}&per_page=100").headers["Link"])["last"].endswith("page=10")


def test_a_filtered_page_that_crosses_the_thousandth_run_is_cut_there(many: InProcessGitHub) -> None:
    assert len(ids_of(many.json(f"{RUNS}?status=completed&per_page=30&page=34"))) == 10


def test_a_filtered_count_is_exact_up_to_2500(many: InProcessGitHub) -> None:
    exact = sum(run.event == "push" for run in many.world.histories[0].runs)
    assert 1_000 < exact < 2_500
    assert many.json(f"{RUNS}?event=push&per_page=1")["total_count"] == exact
    assert many.json(f"{RUNS}?status=completed&per_page=1")["total_count"] == 2_500


def test_an_unfiltered_listing_goes_past_a_thousand(many: InProcessGitHub) -> None:
    assert len(ids_of(many.json(f"{RUNS}?per_page=100&page=28"))) == 100
    assert many.json(f"{RUNS}?per_page=1")["total_count"] == 2_800


def test_an_unfiltered_listing_is_refused_past_the_forty_thousandth_run(few: InProcessGitHub) -> None:
    assert few.get(f"{RUNS}?per_page=100&page=400").status == 200
    answer = few.get(f"{RUNS}?per_page=100&page=401")
    assert answer.status == 422
    message = "In order to keep the API fast for everyone, pagination is limited for this resource."
    assert json.loads(answer.body)["message"] == message


def test_an_unfiltered_count_is_clamped_at_forty_thousand() -> None:
    history = World(WorldOptions(runs=10)).histories[0]
    history.runs = history.runs * 4_100
    assert list_runs(history, RunFilter(), Page(1, 100)).total_count == 40_000
    with pytest.raises(TooDeepError):
        list_runs(history, RunFilter(), Page(401, 100))


def test_created_takes_both_ends_in(many: InProcessGitHub) -> None:
    runs = [run for run in many.world.histories[0].runs if run.created_at != 0][100:140]
    first, last = (many.json(f"{RUNS}/{run.id}")["created_at"] for run in (runs[0], runs[-1]))
    found = ids_of(many.json(f"{RUNS}?created={first}..{last}&per_page=100"))
    assert found == [run.id for run in reversed(runs)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "merge_group"),
        ("branch", "fix/🐛-crash"),
        ("actor", "dependabot[bot]"),
        ("status", "failure"),
        ("status", "startup_failure"),
        ("status", "queued"),
    ],
)
def test_a_filter_finds_exactly_the_runs_that_match(
    many: InProcessGitHub, every: list[dict[str, Any]], name: str, value: str
) -> None:
    def matches(run: dict[str, Any]) -> bool:
        if name == "actor":
            return run["actor"] is not None and bool(run["actor"]["login"] == value)
        fields = {"event": ["event"], "branch": ["head_branch"], "status": ["status", "conclusion"]}[name]
        return any(run[field] == value for field in fields)

    expected = [run["id"] for run in every if matches(run)]
    assert 0 < len(expected) < 1_000
    listed = [
        run_id
        for number in range(1, 11)
        for run_id in ids_of(many.json(f"{RUNS}?{name}={quote(value)}&per_page=100&page={number}"))
    ]
    assert listed == expected


def test_runs_are_found_by_commit_and_by_check_suite(few: InProcessGitHub) -> None:
    run = few.json(f"{RUNS}?per_page=1&page=20")["workflow_runs"][0]
    same_commit = few.json(f"{RUNS}?head_sha={run['head_sha']}")["workflow_runs"]
    assert run["id"] in [one["id"] for one in same_commit]
    assert {one["head_sha"] for one in same_commit} == {run["head_sha"]}
    assert ids_of(few.json(f"{RUNS}?check_suite_id={run['check_suite_id']}")) == [run["id"]]


def test_runs_of_a_workflow_are_found_by_id_and_by_file_name(many: InProcessGitHub) -> None:
    by_file = many.json("/repos/octo/example/actions/workflows/ci.yml/runs?per_page=100")
    workflow_id = by_file["workflow_runs"][0]["workflow_id"]
    by_id = many.json(f"/repos/octo/example/actions/workflows/{workflow_id}/runs?per_page=100")
    assert by_id == by_file
    assert {run["workflow_id"] for run in by_file["workflow_runs"]} == {workflow_id}


def test_pull_requests_are_left_out_where_asked(many: InProcessGitHub) -> None:
    with_them = many.json(f"{RUNS}?event=pull_request&per_page=100")["workflow_runs"]
    without = many.json(f"{RUNS}?event=pull_request&per_page=100&exclude_pull_requests=true")["workflow_runs"]
    assert any(run["pull_requests"] for run in with_them)
    assert not any(run["pull_requests"] for run in without)


def test_a_range_that_cannot_be_read_is_refused(few: InProcessGitHub) -> None:
    assert few.get(f"{RUNS}?created=yesterday").status == 422


def test_pages_shift_while_runs_arrive(make_github: MakeGitHub) -> None:
    github = make_github(runs=60)
    first = ids_of(github.json(f"{RUNS}?per_page=20&page=1"))
    arrived = [run.id for run in github.service.changes.arrive(3)]
    second = ids_of(github.json(f"{RUNS}?per_page=20&page=2"))
    assert second[:3] == first[-3:]
    assert ids_of(github.json(f"{RUNS}?per_page=20&page=1"))[:3] == arrived[::-1]


def test_a_closed_window_does_not_shift(make_github: MakeGitHub) -> None:
    github = make_github(runs=60)
    window = f"{RUNS}?created=*..2026-11-20T11:00:00Z&per_page=20&page=2"
    before = ids_of(github.json(window))
    github.service.changes.arrive(3)
    assert ids_of(github.json(window)) == before != []
