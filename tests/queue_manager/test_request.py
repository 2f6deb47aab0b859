"""What may be asked for, how it is written down, and the job that comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.kinds import KINDS
from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.progress_tracker import ProgressTracker
from progressive_capture.lib.settings import read_settings
from queue_manager.request import PARAMETERS, CaptureRequest, job_of
from queue_manager.router import Route

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TO_ACTIONS = Route(processor="actions", reason="a schedule asked for it", rule="scheduled")


def request_for(kind: str = "workflow_runs", **given: Any) -> CaptureRequest:
    return CaptureRequest(**{"kind": kind, "repository": "octo/Example", **given})


# ---- as a job --------------------------------------------------------------------------------------------


def test_a_request_becomes_a_job_that_waits_and_says_why_it_goes_where() -> None:
    job = job_of(request_for(priority=7, parameters={"time_range": 30}), TO_ACTIONS, NOW)
    assert (job.kind, job.repository, job.status) == ("workflow_runs", "octo/Example", JobStatus.QUEUED)
    assert (job.processor, job.route_reason, job.priority) == ("actions", "a schedule asked for it", 7)
    assert job.parameters == {"time_range": 30}
    assert job.created_at == job.updated_at == NOW
    assert job.id != job_of(request_for(), TO_ACTIONS, NOW).id


def test_a_request_that_is_refused_becomes_no_job() -> None:
    refused = Route(processor="refused", reason="it is too large", rule="too_large_for_inline")
    with pytest.raises(
        ConfigurationError, match="workflow_runs of octo/Example is refused: it is too large"
    ) as said:
        job_of(request_for(), refused, NOW)
    assert "QUEUE_INLINE_MOST_ITEMS" in said.value.hint


ASKED = [
    ("workflow_runs", {}),
    ("workflow_runs", {"time_range": 30}),
    ("workflow_runs", {"since": "2026-01-31", "until": "2026-02-28", "max_items": 5}),
    ("workflow_runs", {"since": datetime(2026, 1, 31, 1, tzinfo=timezone(timedelta(hours=2)))}),
    ("workflow_jobs", {"depth": "full", "first_id": 3, "last_id": 9}),
    ("artifacts", {"name": "junit-*", "run_id": 7}),
    ("pull_requests", {"since": "2026-01-31T12:00:00Z"}),
    ("pull_request_details", {"number": 42}),
]


@pytest.mark.parametrize(("kind", "parameters"), ASKED)
def test_equal_work_is_one_job_whoever_asks_for_it(
    kind: str, parameters: dict[str, Any], tmp_path: Path
) -> None:
    """The capture that begins by itself takes the job that was submitted."""
    request = request_for(kind, parameters=parameters)
    asked = Asked.of(request.parameters, now=NOW).parameters()
    assert asked == request.parameters
    with opened_store(f"sqlite:///{tmp_path}/capture.db", read_settings({})) as store:
        waiting = store.add_job(job_of(request, TO_ACTIONS, NOW))
        tracker = ProgressTracker(store, ManualClock(NOW), identity="me", is_surely_dead=lambda _: False)
        assert tracker.begin(kind, "OCTO/example", asked).id == waiting.id


def test_what_was_asked_for_another_way_is_the_same_work() -> None:
    first = request_for(parameters={"since": "2026-01-31", "max_items": 5})
    again = request_for(
        repository="https://github.com/OCTO/example.git",
        parameters={"max_items": 5, "depth": None, "since": "2026-01-31T01:00:00+01:00"},
        priority=3,
        background=True,
    )
    assert first.request_key == again.request_key
    assert first.request_key != request_for(parameters={"max_items": 5}).request_key
    assert first.request_key != request_for("workflow_jobs", parameters=first.parameters).request_key


# ---- what it names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, None),
        ({"items": 12}, 12),
        ({"parameters": {"max_items": 7}}, 7),
        ({"items": 12, "parameters": {"max_items": 7}}, 7),
        ({"items": 5, "parameters": {"max_items": 7}}, 5),
        ({"parameters": {"time_range": 7}}, None),
        ({"kind": "artifacts", "parameters": {"run_id": 7}}, 1),
        ({"kind": "pull_request_details", "parameters": {"number": 42}}, 1),
    ],
)
def test_a_request_names_its_items_or_takes_what_there_is(given: dict[str, Any], named: int | None) -> None:
    assert request_for(**given).named_items == named


def test_a_request_knows_how_far_back_it_reaches() -> None:
    assert request_for().begins_at(NOW) is None
    assert request_for(parameters={"time_range": 2}).begins_at(NOW) == NOW - timedelta(days=2)
    assert request_for(parameters={"since": "2026-01-31"}).begins_at(NOW) == datetime(2026, 1, 31, tzinfo=UTC)
    assert request_for().ends_at is None
    day = request_for(parameters={"until": "2026-01-31"})
    assert day.ends_at == datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)


# ---- what cannot be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "what", "next_step"),
    [
        ({"kind": "runs"}, "'runs' is no kind", "workflow_runs"),
        ({"kind": None}, "None is no kind", "workflow_runs"),
        ({"kind": ["workflow_runs"]}, "is no kind", "workflow_runs"),
        ({"repository": "octo"}, "does not name a repository", "OWNER/NAME"),
        ({"repository": "octo/../etc"}, "does not name a repository", "OWNER/NAME"),
        ({"repository": 7}, "repository must be a text", "text"),
        ({"repository": ""}, "repository must be a text", "text"),
        ({"repository": "octo/\x1b[31mred"}, "repository must be a text", "control characters"),
        ({"processor": "cloud"}, "'cloud' is no processor", "actions, inline"),
        ({"processor": ""}, "'' is no processor", "actions, inline"),
        ({"items": 0}, "items must be a whole number from 1", "leave it out"),
        ({"items": True}, "items must be a whole number", "leave it out"),
        ({"items": "12"}, "items must be a whole number", "leave it out"),
        ({"items": 10**30}, "items must be a whole number", "leave it out"),
        ({"priority": 1_001}, "priority must be a whole number from -1,000 to 1,000", "leave it out"),
        ({"parameters": ["max_items"]}, "names with values", "time_range"),
        ({"parameters": {"max_item": 3}}, "'max_item' is no parameter of workflow_runs", "max_items"),
        ({"parameters": {7: 3}}, "7 is no parameter of workflow_runs", "max_items"),
        ({"parameters": {"number": 3}}, "'number' is no parameter of workflow_runs", "max_items"),
        ({"parameters": {"max_items": 0}}, "max_items must be a whole number", "leave it out"),
        ({"parameters": {"time_range": 36_501}}, "time_range must be a whole number", "leave it out"),
        ({"parameters": {"depth": "deep"}}, "'deep' is no depth", "full, jobs, steps"),
        ({"parameters": {"since": "yesterday"}}, "since: 'yesterday' is no date", "UTC"),
        ({"parameters": {"since": 20260131}}, "since must be a text", "text"),
        ({"parameters": {"since": "2026-01-31", "time_range": 3}}, "both say where", "one of the two"),
        ({"parameters": {"since": "2026-02-01", "until": "2026-01-31"}}, "lies after until", "smaller"),
        ({"kind": "artifacts", "parameters": {"first_id": 9, "last_id": 3}}, "lies after last_id", "smaller"),
        ({"kind": "artifacts", "parameters": {"name": "a\nb"}}, "name must be a text", "control characters"),
        ({"kind": "artifacts", "parameters": {"name": "a" * 301}}, "name must be a text", "text"),
        ({"kind": "pull_request_details"}, "about one pull request", '"number": 42'),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_with_the_next_step(
    given: dict[str, Any], what: str, next_step: str
) -> None:
    with pytest.raises(ConfigurationError) as said:
        request_for(**given)
    assert what in str(said.value)
    assert next_step in said.value.hint
    assert "\x1b" not in f"{said.value}"


def test_every_kind_says_what_may_be_asked_of_it() -> None:
    assert PARAMETERS.keys() == KINDS.keys()


def test_nobody_changes_a_request_afterwards() -> None:
    given = {"max_items": 5}
    request = request_for(parameters=given)
    given["max_items"] = 6
    assert request.parameters == {"max_items": 5}
    with pytest.raises(TypeError):
        request.parameters["max_items"] = 7  # type: ignore[index]


hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(sorted({name for each in PARAMETERS.values() for name in each})) | st.text()


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(names, hostile, max_size=4), hostile, hostile)
def test_whatever_is_asked_for_is_a_request_or_is_refused_in_words(
    kind: str, parameters: dict[str, Any], items: Any, repository: Any
) -> None:
    request, refusal = None, None
    try:
        request = CaptureRequest(
            kind=kind, repository=repository or "octo/example", parameters=parameters, items=items
        )
    except ConfigurationError as error:
        refusal = error
    if request is None:
        assert refusal is not None
        assert refusal.hint
        assert f"{refusal}".isprintable()
        return
    assert Asked.of(request.parameters, now=NOW).parameters() == request.parameters
    again = CaptureRequest(kind=kind, repository=request.repository, parameters=request.parameters)
    assert again.request_key == request.request_key
