"""Carried jobs: a copy in a later attempt is told from a job that ran again."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from progressive_capture.lib.normalize.carried import mark_carried
from progressive_capture.lib.normalize.rows import WorkflowJobRow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def job(
    job_id: int,
    *,
    attempt: int | None = 1,
    name: str = "build",
    start: int | None = 0,
    end: int | None = 5,
    conclusion: str | None = "success",
    run_id: int = 1,
    carried_from: int | None = None,
) -> WorkflowJobRow:
    """A job that ran from minute `start` to minute `end`."""
    return WorkflowJobRow(
        repository_id=3,
        captured_at=NOON,
        id=job_id,
        node_id=None,
        run_id=run_id,
        run_attempt=attempt,
        name=name,
        workflow_name="Build",
        status="in_progress" if conclusion is None else "completed",
        conclusion=conclusion,
        created_at=None,
        started_at=None if start is None else NOON + timedelta(minutes=start),
        completed_at=None if end is None else NOON + timedelta(minutes=end),
        head_sha=None,
        head_branch=None,
        labels=None,
        runner_id=None,
        runner_name=None,
        runner_group_name=None,
        html_url=None,
        steps=None,
        source="rest",
        carried_from_job_id=carried_from,
    )


def marks(*jobs: WorkflowJobRow) -> dict[int, int]:
    """The original's id by the copy's."""
    marked = {row["id"]: row["carried_from_job_id"] for row in mark_carried(jobs)}
    return {copy: original for copy, original in marked.items() if original is not None}


def test_a_job_with_the_times_of_an_earlier_attempts_is_its_copy() -> None:
    assert marks(
        job(10, name="build"),
        job(11, name="test", start=5, end=9, conclusion="failure"),
        job(20, name="build", attempt=2),
        job(21, name="test", attempt=2, start=30, end=34),
    ) == {20: 10}


def test_a_failed_job_is_carried_too_when_only_another_one_was_run_again() -> None:
    assert marks(
        job(10, name="lint", conclusion="failure"),
        job(11, name="test", conclusion="failure"),
        job(20, name="lint", attempt=2, conclusion="failure"),
        job(21, name="test", attempt=2, start=30, end=34),
    ) == {20: 10}


def test_a_job_carried_through_four_attempts_names_the_one_that_ran() -> None:
    assert marks(
        job(10),
        job(20, attempt=2),
        job(30, attempt=3),
        job(40, attempt=4),
    ) == {20: 10, 30: 10, 40: 10}


def test_a_job_that_ran_again_starts_a_chain_of_its_own() -> None:
    assert marks(
        job(10, conclusion="failure"),
        job(20, attempt=2, start=30, end=35),
        job(30, attempt=3, start=30, end=35),
        job(40, attempt=4, start=30, end=35),
    ) == {30: 20, 40: 20}


@pytest.mark.parametrize(
    "later",
    [
        job(20, attempt=2, name="test"),
        job(20, attempt=2, start=1),
        job(20, attempt=2, end=6),
        job(20, attempt=2, conclusion="failure"),
        job(20, attempt=2, run_id=2),
        job(20, attempt=1),
    ],
    ids=["name", "start", "end", "conclusion", "run", "same attempt"],
)
def test_a_job_that_differs_anywhere_is_no_copy(later: WorkflowJobRow) -> None:
    assert marks(job(10, attempt=1), later) == {}


def test_the_attempt_and_not_the_id_says_which_was_first() -> None:
    assert marks(job(20, attempt=1), job(10, attempt=2)) == {10: 20}


def test_jobs_of_one_name_in_one_attempt_are_paired_one_to_one() -> None:
    assert marks(
        job(10),
        job(11),
        job(12, start=1),
        job(22, attempt=2, start=1),
        job(21, attempt=2),
        job(20, attempt=2),
        job(30, attempt=3),
        job(31, attempt=3),
    ) == {20: 10, 21: 11, 22: 12, 30: 10, 31: 11}


def test_a_copy_whose_original_is_not_among_the_rows_stands_for_it() -> None:
    assert marks(
        job(10),
        job(20, attempt=2),
        job(21, attempt=2),
        job(30, attempt=3),
        job(31, attempt=3),
    ) == {20: 10, 30: 10, 31: 21}


@pytest.mark.parametrize(
    "never_ran",
    [
        {"conclusion": "skipped"},
        {"conclusion": "skipped", "start": None, "end": None},
        {"conclusion": "cancelled", "start": None, "end": None},
        {"conclusion": "cancelled", "start": None},
        {"conclusion": None, "end": None},
    ],
)
def test_a_job_that_did_not_run_to_its_end_is_no_copy(never_ran: dict[str, str | int | None]) -> None:
    first = job(10, attempt=1, **never_ran)  # type: ignore[arg-type]
    second = job(20, attempt=2, **never_ran)  # type: ignore[arg-type]

    assert marks(first, second) == {}


def test_without_attempts_the_lower_id_is_the_original() -> None:
    assert marks(
        job(30, attempt=None),
        job(10, attempt=None),
        job(20, attempt=None),
        job(21, attempt=None, start=30, end=35),
    ) == {20: 10, 30: 10}


def test_a_job_on_two_pages_is_one_job() -> None:
    assert marks(job(10), job(10)) == {}
    assert marks(job(10, attempt=None), job(10, attempt=None)) == {}
    assert marks(job(10), job(10), job(11), job(20, attempt=2), job(21, attempt=2)) == {20: 10, 21: 11}


def test_runs_do_not_mix() -> None:
    assert marks(
        job(10, run_id=1),
        job(11, run_id=2),
        job(20, run_id=1, attempt=2),
        job(21, run_id=2, attempt=2),
    ) == {20: 10, 21: 11}


def test_what_was_marked_before_stays_marked_without_its_original() -> None:
    assert marks(job(20, attempt=2, carried_from=10), job(30, attempt=3)) == {20: 10, 30: 10}


def test_nothing_but_the_mark_changes_and_the_rows_given_stay_as_they_are() -> None:
    given_rows = [job(20, attempt=2), job(10)]

    marked = mark_carried(given_rows)

    assert marked == [job(20, attempt=2, carried_from=10), job(10)]
    assert given_rows == [job(20, attempt=2), job(10)]


@st.composite
def reruns(draw: st.DrawFn) -> tuple[list[WorkflowJobRow], dict[int, int]]:
    """A run of up to four attempts as GitHub would show it, and the truth: the original by the copy.

    Each re-run executes some places again, after everything before it, and carries the rest.
    """
    names = draw(st.lists(st.sampled_from(["build", "test", "lint"]), min_size=1, max_size=5))
    numbers_known = draw(st.booleans())
    names = names if numbers_known else sorted(set(names))
    rows: list[WorkflowJobRow] = []
    truth: dict[int, int] = {}
    current: dict[int, WorkflowJobRow] = {}
    for attempt in range(1, draw(st.integers(1, 4)) + 1):
        again = set(range(len(names))) if attempt == 1 else draw(st.sets(st.integers(0, len(names) - 1)))
        for place, name in enumerate(names):
            row = job(len(rows) + 1, attempt=attempt if numbers_known else None, name=name)
            if place in again:
                start = 100 * attempt + draw(st.integers(0, 2))
                conclusion = draw(st.sampled_from(["success", "failure"]))
                ran = job(0, start=start, end=start + draw(st.integers(0, 2)), conclusion=conclusion)
            else:
                ran = current[place]
                truth[row["id"]] = truth.get(ran["id"], ran["id"])
            row["started_at"], row["completed_at"] = ran["started_at"], ran["completed_at"]
            row["conclusion"] = ran["conclusion"]
            rows.append(row)
            current[place] = row
    return rows, truth


@settings(deadline=None)
@given(reruns(), st.randoms(use_true_random=False))
def test_any_re_run_is_told_truly_whatever_the_order_and_however_often(
    rerun: tuple[list[WorkflowJobRow], dict[int, int]], chance: Random
) -> None:
    rows, truth = rerun
    shuffled = list(rows)
    chance.shuffle(shuffled)

    once = mark_carried(shuffled)
    found = {row["id"]: row["carried_from_job_id"] for row in once if row["carried_from_job_id"] is not None}

    assert [row["id"] for row in once] == [row["id"] for row in shuffled]
    assert mark_carried(once) == once
    # Twins (one name, one second) cannot be told apart: which of them a copy names does not matter, but no
    # two copies of one attempt may name the same one.
    assert found.keys() == truth.keys()
    assert _executions(rows, found) == _executions(rows, truth)
    assert not found.keys() & set(found.values())
    assert all(len(set(originals)) == len(originals) for originals in _by_attempt(rows, found))


def _executions(rows: list[WorkflowJobRow], originals: dict[int, int]) -> dict[int, tuple[object, ...]]:
    """What each copy says that it is a copy of."""
    by_id = {row["id"]: row for row in rows}
    return {
        copy: (by_id[original]["name"], by_id[original]["started_at"], by_id[original]["completed_at"])
        for copy, original in originals.items()
    }


def _by_attempt(rows: list[WorkflowJobRow], originals: dict[int, int]) -> list[list[int]]:
    attempts: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        if row["id"] in originals and row["run_attempt"] is not None:
            attempts[row["run_attempt"]].append(originals[row["id"]])
    return list(attempts.values())


@settings(deadline=None)
@given(reruns())
def test_where_no_two_jobs_are_twins_the_very_original_is_found(
    rerun: tuple[list[WorkflowJobRow], dict[int, int]],
) -> None:
    rows, truth = rerun
    first_names = [row["name"] for row in rows if row["run_attempt"] in (None, 1)]
    assume(len(set(first_names)) == len(first_names) or rows[0]["run_attempt"] is None)

    assert marks(*rows) == truth
