"""Any order and any repetition of the same observations leaves the same row.

A thing has one history; observations look at it at some moments. Half seconds are told apart here and not
in `captured_at`, so that several states fall into one second, as they do on GitHub. What each row should be
is computed from the history, not from the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import REST_ONLY, at, batch, graphql_job, rest_job, run_row, step

fresh_id = count(1_000_000)
half_second = st.integers(0, 30)


@dataclass(frozen=True)
class JobHistory:
    """A job that starts and ends at these half seconds; one of its steps begins in each."""

    start: int
    end: int

    def rank(self, moment: int) -> int:
        return (moment >= self.start) + (moment >= self.end)

    def known_to_both(self, moment: int) -> dict[str, Any]:
        rank = self.rank(moment)
        return {
            "status": ("queued", "in_progress", "completed")[rank],
            "conclusion": "failure" if rank == 2 else None,
            "started_at": at(self.start // 2) if rank else None,
            "completed_at": at(self.end // 2) if rank == 2 else None,
        }

    def known_to_rest(self, moment: int) -> dict[str, Any]:
        runner = {"runner_id": 3, "runner_name": "three"} if self.rank(moment) else {}
        return {"runner_id": None, "runner_name": None} | runner

    def steps(self, moment: int) -> list[dict[str, Any]]:
        if moment < self.start:
            return []
        last = min(moment, self.end) - self.start
        return [step(number, conclusion=None if number == last else "success") for number in range(last + 1)]


@dataclass(frozen=True)
class Look:
    """One observation of a job: when, by which source, and whether it asked for steps (REST always does)."""

    moment: int
    source: str
    asked_steps: bool

    def row(self, history: JobHistory, job_id: int) -> dict[str, Any]:
        values = {"id": job_id, "captured_at": at(self.moment // 2)} | history.known_to_both(self.moment)
        if self.source == "rest":
            return rest_job(**values, **history.known_to_rest(self.moment), steps=history.steps(self.moment))
        return graphql_job(**values, steps=history.steps(self.moment) if self.asked_steps else None)


job_histories = st.builds(lambda start, length: JobHistory(start, start + length), half_second, half_second)
looks = st.builds(Look, half_second, st.sampled_from(["rest", "graphql"]), st.booleans())


def expected_job(history: JobHistory, seen: list[Look], job_id: int) -> dict[str, Any]:
    last = max(look.moment for look in seen)
    row = graphql_job(id=job_id, **history.known_to_both(last))
    by_rest = [look.moment for look in seen if look.source == "rest"]
    if by_rest:
        full = rest_job(id=job_id, **history.known_to_rest(max(by_rest)))
        row |= {name: full[name] for name in REST_ONLY} | {"source": "rest"}
    asked = [
        look.moment
        for look in seen
        if (look.source == "rest" or look.asked_steps) and history.rank(look.moment) == history.rank(last)
    ]
    return row | {"steps": history.steps(max(asked)) if asked else None}


def without_time(row: dict[str, Any]) -> dict[str, Any]:
    """`captured_at` may differ: an observation that says nothing new does not move it."""
    return {name: value for name, value in row.items() if name != "captured_at"}


@settings(max_examples=50, deadline=None)
@given(history=job_histories, seen=st.lists(looks, min_size=1, max_size=6), data=st.data())
def test_a_job_is_the_same_whatever_order_its_observations_arrive_in(
    shared_database: Database, history: JobHistory, seen: list[Look], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(seen), max_size=3))
    arrival = data.draw(st.permutations([*seen, *again]))
    job_id = next(fresh_id)
    store = shared_database.store
    for look in arrival:
        store.write(batch(workflow_jobs=look.row(history, job_id)))
    row = shared_database.row("workflow_jobs", id=job_id)
    assert without_time(row) == without_time(expected_job(history, seen, job_id))
    assert row["captured_at"] in {at(look.moment // 2) for look in seen}
    whole = batch(workflow_jobs=[look.row(history, job_id) for look in arrival])
    assert store.write(whole).updated == {}


# A run's states, each the next after so many half seconds; a re-run makes it unfinished again.
RUN_STATES = [
    (attempt, status, conclusion)
    for attempt in (1, 2, 3)
    for status, conclusion in (("queued", None), ("in_progress", None), ("completed", "failure"))
]


def run_states(pauses: list[int], run_id: int) -> list[dict[str, Any]]:
    """The rows that a look would give in each state; the state lasts until the next one begins."""
    moment, states = 0, []
    for pause, (attempt, status, conclusion) in zip(pauses, RUN_STATES, strict=True):
        moment += pause
        states.append(
            run_row(
                id=run_id,
                captured_at=at(moment // 2),
                updated_at=at(moment // 2),
                run_attempt=attempt,
                status=status,
                conclusion=conclusion,
            )
        )
    return states


@settings(max_examples=50, deadline=None)
@given(
    pauses=st.lists(st.integers(0, 4), min_size=len(RUN_STATES), max_size=len(RUN_STATES)),
    arrival=st.lists(st.integers(0, len(RUN_STATES) - 1), min_size=1, max_size=8),
)
def test_a_run_is_as_its_furthest_observation_whatever_arrives_when(
    shared_database: Database, pauses: list[int], arrival: list[int]
) -> None:
    run_id = next(fresh_id)
    states = run_states(pauses, run_id)
    store = shared_database.store
    for state in arrival:
        store.write(batch(workflow_runs=states[state]))
    assert shared_database.row("workflow_runs", id=run_id) == states[max(arrival)] | {"gone_at": None}
    assert store.write(batch(workflow_runs=[states[state] for state in arrival])).updated == {}
