"""Nodes by the hundred, from a GraphQL API of a few lines: what is whole is used, the rest has a reason."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from progressive_capture.lib.errors import GitHubUnavailableError
from progressive_capture.lib.github.batches import Batches, in_shrinking_batches
from progressive_capture.lib.github.failures import GraphQLRefusedError, TooHeavyError
from progressive_capture.lib.github.learned_size import LearnedSize
from progressive_capture.lib.github.messages import GraphQLAnswer
from progressive_capture.lib.github.node_answers import JOBS_OF_RUNS, STEPS_OF_JOBS, Node

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PAGE = 100


class FakeGraphQL:
    """Runs r0, r1, … with as many check runs as `sizes` says (2, where it says nothing)."""

    def __init__(self, sizes: dict[str, int] | None = None) -> None:
        self.sizes = sizes or {}
        self.heavy_above = 100
        self.poison: set[str] = set()
        self.first: list[int] = []
        self.further: list[int] = []
        self.change: Callable[[Sequence[str], dict[str, Any], list[dict[str, Any]]], None] = lambda *_: None
        self._lock = threading.Lock()

    def nodes(self, _name: str, ids: Sequence[str], *, shrinkable: bool) -> GraphQLAnswer:
        with self._lock:
            self.first.append(len(ids))
        self._refuse(ids, shrinkable)
        data: dict[str, Any] = {"nodes": [self._first_page(each) for each in ids]}
        return self._answer(ids, data, len(self.first))

    def further_pages(
        self, _name: str, pages: Sequence[tuple[str, str]], *, shrinkable: bool
    ) -> GraphQLAnswer:
        self.further.append(len(pages))
        ids = [owner.removeprefix("suite-") for owner, _ in pages]
        self._refuse(ids, shrinkable)
        data = {
            f"node{number}": {"id": owner, "checkRuns": self._page(owner.removeprefix("suite-"), int(after))}
            for number, (owner, after) in enumerate(pages)
        }
        return self._answer(ids, data, len(self.first) + len(self.further))

    def _refuse(self, ids: Sequence[str], shrinkable: bool) -> None:
        if len(ids) > self.heavy_above or self.poison & set(ids):
            if shrinkable:
                raise TooHeavyError("502")
            raise GitHubUnavailableError("502, 5 times")

    def _answer(self, ids: Sequence[str], data: dict[str, Any], second: int) -> GraphQLAnswer:
        errors: list[dict[str, Any]] = []
        self.change(ids, data, errors)
        return GraphQLAnswer(data=data, errors=tuple(errors), captured_at=NOON + timedelta(seconds=second))

    def _first_page(self, run: str) -> Node:
        return {"id": run, "checkSuite": {"id": f"suite-{run}", "checkRuns": self._page(run, 0)}}

    def _page(self, run: str, start: int) -> Node:
        total = self.sizes.get(run, 2)
        end = min(start + PAGE, total)
        return {
            "totalCount": total,
            "pageInfo": {"hasNextPage": end < total, "endCursor": str(end)},
            "nodes": [{"id": f"{run}-{number}"} for number in range(start, end)],
        }


def fetch(graphql: FakeGraphQL, ids: Sequence[str]) -> Any:
    return Batches(graphql).fetch(JOBS_OF_RUNS, ids)  # type: ignore[arg-type]


def jobs(node: Node) -> list[str]:
    return [job["id"] for job in node["checkSuite"]["checkRuns"]["nodes"]]


IDS = [f"r{number}" for number in range(100)]


def test_a_hundred_nodes_are_one_query() -> None:
    graphql = FakeGraphQL()
    batch = fetch(graphql, IDS)
    assert list(batch.found) == IDS
    assert batch.missing == {}
    assert jobs(batch.found["r7"]) == ["r7-0", "r7-1"]
    assert graphql.first == [100]
    assert graphql.further == []


def test_no_ids_are_no_query() -> None:
    graphql = FakeGraphQL()
    batch = fetch(graphql, [])
    assert (batch.found, batch.missing, batch.captured_at) == ({}, {}, None)
    assert graphql.first == []


def test_the_batch_was_captured_when_its_oldest_part_was() -> None:
    graphql = FakeGraphQL()
    graphql.heavy_above = 50
    assert fetch(graphql, IDS).captured_at == NOON + timedelta(seconds=2)


# ---- too much ----------------------------------------------------------------------------------------------


def test_a_batch_that_is_too_much_is_cut_in_halves() -> None:
    graphql = FakeGraphQL()
    graphql.heavy_above = 30
    batch = fetch(graphql, IDS)
    assert set(batch.found) == set(IDS)
    assert graphql.first[:3] == [100, 50, 25]
    assert sum(size for size in graphql.first if size <= 30) == 100


def test_the_size_is_kept_for_the_next_batch() -> None:
    graphql = FakeGraphQL()
    graphql.heavy_above = 30
    batches = Batches(graphql)  # type: ignore[arg-type]
    batches.fetch(JOBS_OF_RUNS, IDS[:50])
    graphql.first.clear()
    batches.fetch(JOBS_OF_RUNS, IDS[50:75])
    assert graphql.first == [25]


def test_the_size_grows_back() -> None:
    graphql = FakeGraphQL()
    graphql.heavy_above = 50
    batches = Batches(graphql)  # type: ignore[arg-type]
    batches.fetch(JOBS_OF_RUNS, IDS)
    graphql.heavy_above = 100
    graphql.first.clear()
    for _ in range(3):
        batches.fetch(JOBS_OF_RUNS, IDS)
    assert graphql.first[-1] == 100


def test_the_same_items_are_not_asked_for_at_the_same_size_whatever_other_threads_learn() -> None:
    class GrownByOthers(LearnedSize):
        def too_much(self, size: int) -> None:
            """Forgotten at once: another thread found a hundred to be fine."""

    sizes = []

    def ask(batch: list[int], *, shrinkable: bool) -> list[int]:
        sizes.append(len(batch))
        if shrinkable and len(batch) > 25:
            raise TooHeavyError("502")
        return []

    learned = GrownByOthers((100, 50, 25))
    in_shrinking_batches(list(range(50)), learned, ask=ask, give_up=lambda *_: None)
    assert sizes == [50, 25, 25]


@pytest.mark.parametrize("poison", ["r0", "r60", "r99"])
def test_one_that_fails_even_alone_is_missing_and_the_others_are_found(poison: str) -> None:
    graphql = FakeGraphQL()
    graphql.poison = {poison}
    batch = fetch(graphql, IDS)
    assert batch.missing == {poison: "502, 5 times"}
    assert set(batch.found) == set(IDS) - {poison}


def test_when_nothing_comes_even_alone_the_rest_is_not_asked_for() -> None:
    graphql = FakeGraphQL()
    graphql.heavy_above = 0
    batch = fetch(graphql, IDS)
    assert set(batch.missing) == set(IDS)
    assert graphql.first == [100, 50, 25, 12, 6, 3, 1, 1, 1]


def cut_after(
    whole: int, *, named: bool
) -> Callable[[Sequence[str], dict[str, Any], list[dict[str, Any]]], None]:
    """GitHub answers so many nodes, then its limits are reached; the error may name what is left out."""

    def change(ids: Sequence[str], data: dict[str, Any], errors: list[dict[str, Any]]) -> None:
        for position in range(whole, len(ids)):
            data["nodes"][position] = None
            path = {"path": ["nodes", position, "checkSuite"]} if named else {}
            errors.append({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits exceeded"} | path)

    return change


@pytest.mark.parametrize("named", [True, False])
def test_what_is_whole_of_an_answer_that_was_cut_short_is_used(named: bool) -> None:
    graphql = FakeGraphQL()
    graphql.change = cut_after(40, named=named)
    batch = fetch(graphql, IDS)
    assert set(batch.found) == set(IDS)
    assert graphql.first[0] == 100
    assert sum(graphql.first[1:]) < 200  # the forty were not asked for again


def test_one_that_is_cut_off_even_alone_is_missing() -> None:
    graphql = FakeGraphQL()
    graphql.change = cut_after(0, named=True)
    batch = fetch(graphql, ["r0", "r1"])
    assert set(batch.missing) == {"r0", "r1"}
    assert "limits" in batch.missing["r0"]


def test_half_a_listing_in_an_answer_that_was_cut_short_is_asked_for_again() -> None:
    graphql = FakeGraphQL()

    def change(ids: Sequence[str], data: dict[str, Any], errors: list[dict[str, Any]]) -> None:
        if len(ids) > 1:
            data["nodes"][1]["checkSuite"]["checkRuns"]["nodes"].pop()
            errors.append({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"})

    graphql.change = change
    batch = fetch(graphql, ["r0", "r1"])
    assert jobs(batch.found["r1"]) == ["r1-0", "r1-1"]
    assert graphql.first == [2, 1]


# ---- partial errors ----------------------------------------------------------------------------------------


def with_error(
    position: int, node: Any, **error: Any
) -> Callable[[Sequence[str], dict[str, Any], list[dict[str, Any]]], None]:
    def change(_ids: Sequence[str], data: dict[str, Any], errors: list[dict[str, Any]]) -> None:
        data["nodes"][position] = node
        if error:
            errors.append(error)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            with_error(1, None, type="NOT_FOUND", path=["nodes", 1], message="Could not resolve to a node"),
            "NOT_FOUND: Could not resolve to a node",
        ),
        (
            with_error(1, None, type="SOMETHING", path=["nodes", 1, "checkSuite"], message="x"),
            "SOMETHING: x",
        ),
        (
            with_error(
                1,
                FakeGraphQL()._first_page("r1"),
                type="SOMETHING",
                path=["nodes", 1, "checkSuite", "conclusion"],
                message="x",
            ),
            "SOMETHING: x",
        ),
        (with_error(1, None), "GitHub answered nothing"),
        (with_error(1, {}), "GitHub answered nothing"),
        (with_error(1, {"id": "r1", "checkSuite": None}), "GitHub answered without all of its checkRuns"),
        (
            with_error(1, {"id": "r1", "checkSuite": {"id": "s", "checkRuns": None}}),
            "GitHub answered without all of its checkRuns",
        ),
    ],
)
def test_a_node_that_did_not_come_is_missing_with_its_reason(
    change: Callable[[Sequence[str], dict[str, Any], list[dict[str, Any]]], None], reason: str
) -> None:
    graphql = FakeGraphQL()
    graphql.change = change
    batch = fetch(graphql, ["r0", "r1", "r2"])
    assert batch.missing == {"r1": reason}
    assert set(batch.found) == {"r0", "r2"}
    assert graphql.first == [3]


@pytest.mark.parametrize("spoil", ["null job", "too few", "no total", "no page info"])
def test_a_listing_that_is_not_whole_is_missing(spoil: str) -> None:
    def change(_ids: Sequence[str], data: dict[str, Any], _errors: list[dict[str, Any]]) -> None:
        listing = data["nodes"][0]["checkSuite"]["checkRuns"]
        match spoil:
            case "null job":
                listing["nodes"][0] = None
            case "too few":
                listing["nodes"].pop()
            case "no total":
                del listing["totalCount"]
            case _:
                listing["pageInfo"] = None

    graphql = FakeGraphQL()
    graphql.change = change
    batch = fetch(graphql, ["r0"])
    assert set(batch.missing) == {"r0"}


def test_a_token_that_may_read_none_of_it_is_refused() -> None:
    def change(ids: Sequence[str], data: dict[str, Any], errors: list[dict[str, Any]]) -> None:
        for position in range(len(ids)):
            data["nodes"][position] = None
            errors.append({"type": "FORBIDDEN", "path": ["nodes", position], "message": "not accessible"})

    graphql = FakeGraphQL()
    graphql.change = change
    with pytest.raises(GraphQLRefusedError, match="not accessible"):
        fetch(graphql, IDS[:3])


def test_one_that_the_token_may_not_read_is_missing() -> None:
    graphql = FakeGraphQL()
    graphql.change = with_error(0, None, type="FORBIDDEN", path=["nodes", 0], message="not accessible")
    batch = fetch(graphql, IDS[:2])
    assert batch.missing == {"r0": "FORBIDDEN: not accessible"}
    assert set(batch.found) == {"r1"}


# ---- giants ------------------------------------------------------------------------------------------------


def test_giants_are_read_to_the_last_page_several_at_once() -> None:
    graphql = FakeGraphQL({"r3": 130, "r5": 300, "r8": 100, "r9": 101})
    batch = fetch(graphql, IDS)
    assert jobs(batch.found["r5"]) == [f"r5-{number}" for number in range(300)]
    assert len(jobs(batch.found["r3"])) == 130
    assert len(jobs(batch.found["r8"])) == 100
    assert len(jobs(batch.found["r9"])) == 101
    assert graphql.further == [3, 1]
    assert not batch.found["r5"]["checkSuite"]["checkRuns"]["pageInfo"]["hasNextPage"]


def test_a_giant_whose_page_does_not_come_is_missing_altogether() -> None:
    graphql = FakeGraphQL({"r3": 130, "r5": 300})
    graphql.change = lambda _ids, _data, _errors: graphql.poison.add("r5")  # after the first pages
    batch = fetch(graphql, IDS[:10])
    assert batch.missing == {"r5": "502, 5 times"}
    assert len(jobs(batch.found["r3"])) == 130


def test_a_giant_that_changes_between_its_pages_is_missing() -> None:
    graphql = FakeGraphQL({"r0": 150})

    def change(_ids: Sequence[str], data: dict[str, Any], _errors: list[dict[str, Any]]) -> None:
        if "node0" in data:
            data["node0"]["checkRuns"]["totalCount"] = 151

    graphql.change = change
    batch = fetch(graphql, ["r0"])
    assert batch.missing == {"r0": "GitHub counts 151 of its checkRuns and gave 150"}


def test_a_page_that_comes_again_and_again_ends() -> None:
    graphql = FakeGraphQL({"r0": 300})

    def change(_ids: Sequence[str], data: dict[str, Any], _errors: list[dict[str, Any]]) -> None:
        if "node0" in data:
            data["node0"]["checkRuns"]["pageInfo"] = {"hasNextPage": True, "endCursor": "100"}

    graphql.change = change
    batch = fetch(graphql, ["r0"])
    assert batch.missing == {"r0": "the next page is the same page again"}


def test_steps_are_the_jobs_own_listing() -> None:
    class Steps(FakeGraphQL):
        def _first_page(self, run: str) -> Node:
            return {"id": run, "steps": self._page(run, 0)}

        def further_pages(
            self, name: str, pages: Sequence[tuple[str, str]], *, shrinkable: bool
        ) -> GraphQLAnswer:
            assert (name, shrinkable) == ("more_steps_of_job", False)
            data = {
                f"node{number}": {"id": job, "steps": self._page(job, int(after))}
                for number, (job, after) in enumerate(pages)
            }
            return self._answer([], data, 9)

    graphql = Steps({"j1": 250})
    batch = Batches(graphql).fetch(STEPS_OF_JOBS, ["j0", "j1"])  # type: ignore[arg-type]
    assert len(batch.found["j0"]["steps"]["nodes"]) == 2
    assert [step["id"] for step in batch.found["j1"]["steps"]["nodes"]] == [f"j1-{n}" for n in range(250)]
