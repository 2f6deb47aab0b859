"""What a leg did survives its way as JSON, and what is broken on the way breaks nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legs import DEAD_LEG, FAILED_LEG, NOW, PAUSED_LEG, SUCCEEDED_LEG

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_report.run_annotations import annotations_of
from progressive_capture.lib.actions_report.step_outputs import outputs_of
from progressive_capture.lib.actions_report.summary import summary_of

LEGS = [SUCCEEDED_LEG, FAILED_LEG, PAUSED_LEG, DEAD_LEG]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("leg", LEGS, ids=["succeeded", "failed", "paused", "dead"])
def test_it_comes_back_as_it_was(leg: LegSummary) -> None:
    assert LegSummary.parse(json.loads(json.dumps(leg.as_data()))) == replace(
        leg,
        kinds=list(leg.kinds),
        captures=list(leg.captures),
        budgets=list(leg.budgets),
        coverage=list(leg.coverage),
        failures=list(leg.failures),
    )


@pytest.mark.parametrize(
    "nothing", [{}, None, [], "text", {"outcome": 3, "captures": [1, {}], "coverage": [{}]}]
)
def test_what_is_missing_or_of_another_type_makes_a_leg_that_never_ended(nothing: Any) -> None:
    leg = LegSummary.parse(nothing)
    assert (leg.repository, leg.outcome, leg.minutes, leg.dollars) == ("", None, 0, 0.0)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A leg's JSON with another value at some place of it."""
    data: Any = draw(st.sampled_from(LEGS)).as_data()
    for _ in range(draw(st.integers(min_value=0, max_value=3))):
        place: Any = data
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = place[key]
    return data


@given(damaged() | JSON)
def test_whatever_came_is_told(data: Any) -> None:
    leg = LegSummary.parse(data)
    assert LegSummary.parse(json.loads(json.dumps(leg.as_data()))) == leg
    assert summary_of([leg])
    assert outputs_of([leg])["outcome"] in {"succeeded", "paused", "failed"}
    annotations_of([leg])


def test_a_later_version_may_know_other_causes() -> None:
    assert LegSummary.parse({"paused_for": "the moon"}).paused_for == "other"
    assert LegSummary.parse({"paused_for": "time"}).paused_for == "time"
    assert LegSummary.parse({}).paused_for is None


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (61, 2), (3600, 60), (-5, 1)])
def test_minutes_are_counted_as_they_are_charged(seconds: int, minutes: int) -> None:
    leg = replace(SUCCEEDED_LEG, started_at=NOW, ended_at=NOW + timedelta(seconds=seconds))
    assert leg.minutes == minutes
    assert leg.dollars == pytest.approx(minutes * 0.006)
    assert replace(leg, minutes_cost_money=False).dollars == 0
