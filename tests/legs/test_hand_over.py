"""When a workflow starts itself again, and when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from progressive_capture.lib.actions_report.leg_summary import CaptureSummary, LegSummary
from progressive_capture.lib.errors import PauseCause
from progressive_capture.lib.hand_over import MOST_IN_A_ROW, hand_over, in_a_row


def paused(cause: PauseCause, *, processed: int = 10, private: bool = False) -> LegSummary:
    capture = CaptureSummary(kind="workflow_runs", outcome="paused", processed=processed)
    return LegSummary(
        repository="octo/example",
        outcome="paused",
        paused_for=cause,
        captures=[capture],
        minutes_cost_money=private,
    )


DONE = LegSummary(repository="octo/example", outcome="succeeded")
DIED = LegSummary(repository="octo/example", outcome=None)


@pytest.mark.parametrize(
    ("legs", "goes_on"),
    [
        pytest.param([paused("time")], True, id="the time was up"),
        pytest.param([paused("time", private=True)], True, id="the time was up, and minutes are paid"),
        pytest.param([paused("token", private=True)], True, id="the token ran out"),
        pytest.param([paused("budget")], True, id="the budget is spent, and the next run waits for free"),
        pytest.param([paused("budget", private=True)], False, id="the budget is spent, and waiting is paid"),
        pytest.param(
            [paused("budget", private=True), paused("time", private=True)], True, id="one had time only"
        ),
        pytest.param([paused("signal")], False, id="a person stopped it"),
        pytest.param([paused("time"), paused("signal")], False, id="a person stopped one leg"),
        pytest.param([paused("time", processed=0)], False, id="nothing was captured"),
        pytest.param([paused("time", processed=0), paused("time")], True, id="one leg captured something"),
        pytest.param([DONE], False, id="all is done"),
        pytest.param(
            [replace(paused("time"), outcome="failed")], True, id="one capture failed, one had no time"
        ),
        pytest.param([DIED], False, id="it died"),
        pytest.param([DIED, paused("time")], True, id="one died, another has more to do"),
        pytest.param([], False, id="there were no legs"),
    ],
)
def test_it_goes_on_where_that_brings_something(legs: list[LegSummary], goes_on: bool) -> None:
    assert hand_over(legs, handovers=0, cancelled=False).goes_on is goes_on


def test_not_after_a_person_cancelled_the_workflow() -> None:
    decided = hand_over([paused("time")], handovers=0, cancelled=True)
    assert not decided.goes_on
    assert "person" in decided.reason


def test_not_for_ever() -> None:
    assert hand_over([paused("time")], handovers=MOST_IN_A_ROW - 1, cancelled=False).goes_on
    stopped = hand_over([paused("time")], handovers=MOST_IN_A_ROW, cancelled=False)
    assert not stopped.goes_on
    assert f"{MOST_IN_A_ROW} times" in stopped.reason


@pytest.mark.parametrize(
    ("event_name", "actor", "row"),
    [
        ("workflow_dispatch", "github-actions[bot]", 7),
        ("workflow_dispatch", "my-app[bot]", 7),
        ("workflow_dispatch", "octocat", 0),
        ("schedule", "octocat", 0),
        ("schedule", "github-actions[bot]", 0),
        ("", "", 0),
    ],
)
def test_a_schedule_or_a_person_begins_a_new_row(event_name: str, actor: str, row: int) -> None:
    assert in_a_row(7, event_name=event_name, actor=actor) == row
