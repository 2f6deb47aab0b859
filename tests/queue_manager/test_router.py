"""Where work goes, and why: the table that a product owner can read, and what holds for every request."""

# ruff: noqa: E501  (a table is read by its lines)
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.kinds import KINDS
from progressive_capture.lib.errors import ConfigurationError
from queue_manager.request import CaptureRequest
from queue_manager.router import DISPATCH, RULES, Facts, Route, Thresholds, facts_needed, route

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
USUAL = Thresholds()
DAY, SECOND = timedelta(hours=24), timedelta(seconds=1)
NO_TOKEN = "there is no token"


def wanted(**given: Any) -> CaptureRequest:
    """A request for workflow runs: of the last hour, unless it says otherwise."""
    return CaptureRequest(
        **{
            "kind": "workflow_runs",
            "repository": "octo/example",
            "parameters": {"since": NOW - timedelta(hours=1)},
            **given,
        }
    )


def everything(**given: Any) -> CaptureRequest:
    """All that GitHub still has."""
    return wanted(parameters={}, **given)


def reaching_back(age: timedelta, **given: Any) -> CaptureRequest:
    return wanted(parameters={"since": NOW - age}, **given)


def answer(request: CaptureRequest, facts: Facts | None = None, thresholds: Thresholds = USUAL) -> Route:
    return route(request, facts or Facts(), thresholds, now=NOW)


# ---- the table: who asks for what, what is known, where it goes, by which rule ---------------------------

FRESH = Facts(oldest_at=NOW - SECOND)
TABLE: list[tuple[str, CaptureRequest, Facts, str, str]] = [
    # somebody says where
    ("asked for Actions, though it is small", wanted(processor="actions"), Facts(), "actions", "asked_for_actions"),
    ("asked for inline, though a schedule asks", wanted(processor="inline", scheduled=True), Facts(), "inline", "asked_for_inline"),
    ("asked for inline, though it is old", reaching_back(9 * DAY, processor="inline"), Facts(), "inline", "asked_for_inline"),
    ("asked for inline, though it is many", wanted(processor="inline", items=1_000), Facts(), "inline", "asked_for_inline"),
    ("asked for inline, and too much for it", wanted(processor="inline", items=1_001), Facts(), "refused", "too_large_for_inline"),
    ("asked for inline, all of a large repository", everything(processor="inline"), Facts(runs=1_001), "refused", "too_large_for_inline"),
    ("asked for inline, all of a small repository", everything(processor="inline"), Facts(runs=1_000), "inline", "asked_for_inline"),
    # nobody waits
    ("scheduled", wanted(scheduled=True), Facts(), "actions", "scheduled"),
    ("background", wanted(background=True), Facts(), "actions", "background"),
    # 24 hours
    ("data of 24 hours less a second", reaching_back(DAY - SECOND), Facts(), "inline", "small_and_fresh"),
    ("data of 24 hours", reaching_back(DAY), Facts(), "inline", "small_and_fresh"),
    ("data of 24 hours and a second", reaching_back(DAY + SECOND), Facts(), "actions", "old_data"),
    ("the last day", wanted(parameters={"time_range": 1}), Facts(), "inline", "small_and_fresh"),
    ("the last two days", wanted(parameters={"time_range": 2}), Facts(), "actions", "old_data"),
    ("all, of which the oldest is 24 hours less a second old", everything(), Facts(oldest_at=NOW - DAY + SECOND), "inline", "small_and_fresh"),
    ("all, of which the oldest is 24 hours old", everything(), Facts(oldest_at=NOW - DAY), "inline", "small_and_fresh"),
    ("all, of which the oldest is older than 24 hours", everything(), Facts(oldest_at=NOW - DAY - SECOND), "actions", "old_data"),
    ("what ended more than 24 hours ago", wanted(parameters={"until": NOW - DAY - SECOND}), Facts(), "actions", "old_data"),
    ("what ended 24 hours ago", wanted(parameters={"until": NOW - DAY}), Facts(), "inline", "small_and_fresh"),
    # 50 items
    ("49 items", wanted(items=49), Facts(), "inline", "small_and_fresh"),
    ("50 items", wanted(items=50), Facts(), "inline", "small_and_fresh"),
    ("51 items", wanted(items=51), Facts(), "actions", "many_items"),
    ("at most 50 items", wanted(parameters={"max_items": 50}), FRESH, "inline", "small_and_fresh"),
    ("at most 51 items", wanted(parameters={"max_items": 51}), FRESH, "actions", "many_items"),
    # 1,000 pull requests or runs, where no items are named
    ("all of a repository with 999 runs", everything(), replace(FRESH, runs=999), "inline", "small_and_fresh"),
    ("all of a repository with 1,000 runs", everything(), replace(FRESH, runs=1_000), "inline", "small_and_fresh"),
    ("all of a repository with 1,001 runs", everything(), replace(FRESH, runs=1_001), "actions", "large_repository"),
    ("all of a repository with 999 pull requests", everything(), replace(FRESH, pull_requests=999), "inline", "small_and_fresh"),
    ("all of a repository with 1,000 pull requests", everything(), replace(FRESH, pull_requests=1_000), "inline", "small_and_fresh"),
    ("all of a repository with 1,001 pull requests", everything(), replace(FRESH, pull_requests=1_001), "actions", "large_repository"),
    ("50 items of a large repository", wanted(items=50), Facts(runs=90_000), "inline", "small_and_fresh"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "facts", "processor", "rule"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])  # fmt: skip
def test_work_goes_where_the_table_says(
    request_: CaptureRequest, facts: Facts, processor: str, rule: str
) -> None:
    found = answer(request_, facts)
    assert (found.processor, found.rule) == (processor, rule)


# ---- Actions is wanted, and cannot do it -----------------------------------------------------------------

WANTING_ACTIONS: dict[str, tuple[CaptureRequest, Facts]] = {
    "asked_for_actions": (wanted(processor="actions"), Facts()),
    "scheduled": (wanted(scheduled=True), Facts()),
    "background": (wanted(background=True), Facts()),
    "many_items": (wanted(items=51), Facts()),
    "old_data": (reaching_back(2 * DAY, items=1), Facts()),
    "large_repository": (everything(), Facts(oldest_at=NOW, runs=1_001)),
}
LARGE: dict[str, dict[str, Any]] = {
    "asked_for_actions": {"items": 1_001},
    "scheduled": {"items": 1_001},
    "background": {"items": 1_001},
    "many_items": {"items": 1_001},
    "old_data": {},  # of a repository with 5,000 runs
}


def test_every_rule_that_sends_work_to_actions_is_tried_without_actions() -> None:
    assert {rule.name for rule in RULES if rule.to == "actions"} == WANTING_ACTIONS.keys()


@pytest.mark.parametrize("rule", WANTING_ACTIONS)
def test_what_can_be_dispatched_goes_to_actions_by_its_rule(rule: str) -> None:
    found = answer(*WANTING_ACTIONS[rule])
    assert (found.processor, found.rule) == ("actions", rule)


@pytest.mark.parametrize("rule", sorted(WANTING_ACTIONS.keys() - {"large_repository"}))
def test_what_cannot_be_dispatched_runs_inline_and_says_why(rule: str) -> None:
    request, facts = WANTING_ACTIONS[rule]
    found = answer(request, replace(facts, dispatch=NO_TOKEN))
    assert (found.processor, found.rule) == ("inline", "no_dispatch")
    assert NO_TOKEN in found.reason
    assert answer(request, facts).reason in found.reason


@pytest.mark.parametrize("rule", WANTING_ACTIONS)
def test_what_cannot_be_dispatched_and_is_too_large_for_inline_is_refused(rule: str) -> None:
    request, facts = WANTING_ACTIONS[rule]
    request = replace(request, **LARGE.get(rule, {}))
    if rule == "old_data":
        request, facts = reaching_back(2 * DAY), Facts(runs=5_000)
    found = answer(request, replace(facts, dispatch=NO_TOKEN))
    assert (found.processor, found.rule) == ("refused", "too_large_for_inline")
    assert NO_TOKEN in found.reason


@pytest.mark.parametrize(("items", "processor"), [(999, "inline"), (1_000, "inline"), (1_001, "refused")])
def test_inline_takes_at_most_so_many_items(items: int, processor: str) -> None:
    assert answer(wanted(items=items), Facts(dispatch=NO_TOKEN)).processor == processor


# ---- the reasons, as people read them --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "facts", "reason"),
    [
        (wanted(processor="actions"), Facts(), "somebody asked for Actions"),
        (wanted(scheduled=True), Facts(), "a schedule asked for it: nobody waits"),
        (wanted(background=True), Facts(), "it is background work: nobody waits"),
        (wanted(items=1_200), Facts(), "it is 1,200 items, more than 50"),
        (reaching_back(2 * DAY), Facts(), "it reaches back to 2026-11-20 12:00 UTC, more than 24 hours"),
        (everything(), replace(FRESH, runs=5_000), "it names no number of items, and the repository has 5,000 workflow runs, more than 1,000"),
        (everything(), replace(FRESH, runs=5_000, pull_requests=2_000), "it names no number of items, and the repository has 2,000 pull requests and 5,000 workflow runs, more than 1,000"),
        (wanted(items=1), Facts(), "it is small and fresh: a runner would take longer"),
        (everything(), FRESH, "it is small and fresh, as far as is known: a runner would take longer"),
        (everything(), replace(FRESH, runs=3), "it is small and fresh: a runner would take longer"),
        (everything(items=3), Facts(), "it is small and fresh, as far as is known: a runner would take longer"),
        (wanted(scheduled=True), Facts(dispatch=NO_TOKEN), "a schedule asked for it: nobody waits; Actions cannot do it: there is no token; so it runs inline"),
        (wanted(items=5_000), Facts(dispatch=NO_TOKEN), "it is 5,000 items, more than 50; Actions cannot do it: there is no token; and it is too large for inline (5,000 items, and at most 1,000 run inline)"),
        (everything(processor="inline"), Facts(runs=5_000), "somebody asked for it to run inline; and it is too large for inline (nobody knows how much it will be, and the repository has 5,000 workflow runs, more than 1,000)"),
    ],
)  # fmt: skip
def test_the_reason_is_a_sentence(request_: CaptureRequest, facts: Facts, reason: str) -> None:
    assert answer(request_, facts).reason == reason


def test_other_thresholds_give_other_answers() -> None:
    thresholds = Thresholds(age=timedelta(hours=1), items=3, repository_size=10, inline_most_items=5)
    assert answer(reaching_back(timedelta(hours=1)), thresholds=thresholds).processor == "inline"
    assert answer(reaching_back(timedelta(hours=2)), thresholds=thresholds).rule == "old_data"
    assert "more than an hour" in answer(reaching_back(timedelta(hours=2)), thresholds=thresholds).reason
    assert answer(wanted(items=4), thresholds=thresholds).rule == "many_items"
    assert answer(wanted(items=6), Facts(dispatch=NO_TOKEN), thresholds).processor == "refused"
    assert answer(everything(), Facts(runs=11), thresholds).rule == "large_repository"


def test_thresholds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(
        ConfigurationError, match="At most 10 items may run inline, and up to 50 shall"
    ) as said:
        Thresholds(items=50, inline_most_items=10)
    assert "QUEUE_INLINE_MOST_ITEMS" in said.value.hint


# ---- what has to be known first --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "needed"),
    [
        (wanted(items=3), set()),
        (wanted(processor="inline"), {"pull_requests", "runs"}),
        (wanted(processor="inline", items=3), set()),
        (wanted(processor="actions", items=3), {"dispatch"}),
        (wanted(items=51), {"dispatch"}),
        (reaching_back(2 * DAY, items=1), {"dispatch"}),
        (wanted(scheduled=True), {"dispatch", "pull_requests", "runs"}),
        (wanted(), {"dispatch", "pull_requests", "runs"}),
        (everything(items=3), {"dispatch", "oldest_at"}),
        (everything(), {"dispatch", "oldest_at", "pull_requests", "runs"}),
    ],
)
def test_only_facts_that_count_are_needed(request_: CaptureRequest, needed: set[str]) -> None:
    assert facts_needed(request_, USUAL, NOW) == needed


def test_where_actions_cannot_do_it_only_the_size_still_counts() -> None:
    facts = Facts(dispatch=NO_TOKEN)
    assert facts_needed(everything(), USUAL, NOW, facts=facts, known={DISPATCH}) == {"pull_requests", "runs"}
    assert facts_needed(wanted(items=51), USUAL, NOW, facts=facts, known={DISPATCH}) == set()


def test_what_nobody_could_find_out_is_not_asked_for_again() -> None:
    known = {"oldest_at", "runs", "pull_requests", DISPATCH}
    assert facts_needed(everything(), USUAL, NOW, known=known) == set()


# ---- what holds for every request ------------------------------------------------------------------------

moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
near = st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda by: NOW + by)
counts = st.one_of(st.integers(0, 60), st.integers(990, 1_010), st.integers(0, 10**9))
facts_ = st.builds(
    Facts,
    oldest_at=st.none() | moments | near,
    pull_requests=st.none() | counts,
    runs=st.none() | counts,
    dispatch=st.none() | st.text(max_size=30),
)
parameters: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"since": moments | near}),
    st.fixed_dictionaries({"until": moments | near}),
    st.fixed_dictionaries({"time_range": st.integers(1, 36_500)}),
    st.fixed_dictionaries({"max_items": counts.map(lambda count: count + 1)}),
)
requests_ = st.builds(
    wanted,
    parameters=parameters,
    items=st.none() | counts.map(lambda count: count + 1),
    scheduled=st.booleans(),
    background=st.booleans(),
    processor=st.sampled_from([None, None, "actions", "inline"]),
)
thresholds_ = st.builds(
    lambda age, items, size, more: Thresholds(
        age=age, items=items, repository_size=size, inline_most_items=items + more
    ),
    st.timedeltas(timedelta(), timedelta(days=400)),
    counts,
    counts,
    counts,
)


@given(requests_, facts_, thresholds_)
def test_the_same_question_has_one_answer_with_a_reason(
    request_: CaptureRequest, facts: Facts, thresholds: Thresholds
) -> None:
    first = route(request_, facts, thresholds, now=NOW)
    assert first == route(request_, facts, thresholds, now=NOW)
    assert first.processor in {"actions", "inline", "refused"}
    assert first.reason
    assert first.rule


@given(requests_, facts_, thresholds_)
def test_what_is_too_large_never_runs_inline(
    request_: CaptureRequest, facts: Facts, thresholds: Thresholds
) -> None:
    found = route(request_, facts, thresholds, now=NOW)
    named, sizes = request_.named_items, (facts.runs or 0, facts.pull_requests or 0)
    if found.processor == "inline":
        assert named is None or named <= thresholds.inline_most_items
        assert named is not None or max(sizes) <= thresholds.repository_size


@given(requests_, facts_, thresholds_)
def test_nothing_goes_to_actions_that_cannot_be_dispatched(
    request_: CaptureRequest, facts: Facts, thresholds: Thresholds
) -> None:
    if facts.dispatch is not None:
        assert route(request_, facts, thresholds, now=NOW).processor != "actions"


@given(requests_, facts_, facts_, thresholds_)
def test_a_fact_that_is_not_needed_changes_nothing(
    request_: CaptureRequest, facts: Facts, others: Facts, thresholds: Thresholds
) -> None:
    needed = facts_needed(request_, thresholds, NOW)
    mixed = replace(facts, **{name: getattr(others, name) for name in NAMES - needed})
    assert route(request_, facts, thresholds, now=NOW) == route(request_, mixed, thresholds, now=NOW)


@given(
    requests_,
    facts_,
    facts_,
    thresholds_,
    st.sets(st.sampled_from(["oldest_at", "pull_requests", "runs", "dispatch"])),
)
def test_once_nothing_more_is_needed_no_fact_moves_the_work(
    request_: CaptureRequest, facts: Facts, others: Facts, thresholds: Thresholds, known: set[str]
) -> None:
    told = Facts(**{name: getattr(facts, name) for name in known})
    needed = facts_needed(request_, thresholds, NOW, facts=told, known=known)
    assert not needed & known
    either = replace(facts, **{name: getattr(others, name) for name in NAMES - known - needed})
    goes_to = {route(request_, each, thresholds, now=NOW).processor for each in (facts, either)}
    assert len(goes_to) == 1


NAMES = frozenset({"oldest_at", "pull_requests", "runs", "dispatch"})


def test_every_kind_can_be_routed() -> None:
    for kind in KINDS:
        number = {"number": 42} if kind == "pull_request_details" else {}
        request = CaptureRequest(kind=kind, repository="octo/example", parameters=number)
        assert answer(request, Facts(oldest_at=NOW, runs=1, pull_requests=1)).processor == "inline"
