"""The job summary says what happened, and no text from GitHub does anything in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hostile_text import markup
from hypothesis import assume, given
from legs import DEAD_LEG, FAILED_LEG, NOW, PAUSED_LEG, RUNS, SUCCEEDED_LEG, failed
from markdown_it import MarkdownIt
from markdown_it.token import Token

from progressive_capture.lib.actions_report.leg_summary import CoverageSpan, LegSummary
from progressive_capture.lib.actions_report.markdown import as_code, table
from progressive_capture.lib.actions_report.run_annotations import annotations_of
from progressive_capture.lib.actions_report.step_outputs import OUTPUTS, outputs_of
from progressive_capture.lib.actions_report.summary import summary_of
from progressive_capture.lib.identify import FULL_NAME

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def said(*legs: LegSummary, **more: object) -> str:
    return summary_of(legs, **more)  # type: ignore[arg-type]


# ---- what is in it -----------------------------------------------------------------------------------------


def test_the_heading_says_how_it_ended() -> None:
    assert said(SUCCEEDED_LEG).startswith("## Progressive Capture: `octo/example` succeeded\n")
    assert said(SUCCEEDED_LEG, PAUSED_LEG).splitlines()[0].endswith(" paused")
    assert said(SUCCEEDED_LEG, PAUSED_LEG, FAILED_LEG).splitlines()[0].endswith(" failed")
    assert said(SUCCEEDED_LEG, DEAD_LEG).splitlines()[0].endswith(" failed")


def test_what_was_new_and_what_had_changed_is_a_table_over_all_legs() -> None:
    lines = said(SUCCEEDED_LEG, SUCCEEDED_LEG, FAILED_LEG).splitlines()
    assert "| workflow runs | 2,400 | 14 |" in lines
    assert "| jobs | 4,000 | 0 |" in lines
    assert not any(line.startswith("| artifacts") for line in lines)
    assert "2 items could not be captured." in lines
    assert "Waiting for their time to be tried again after earlier failures: 1 item." in lines
    assert "Nothing was new, and nothing had changed." in said(DEAD_LEG)


def test_coverage_is_joined_and_its_gaps_and_holes_are_named() -> None:
    day = timedelta(days=1)
    spans = [
        CoverageSpan(kind="workflow_runs", start=NOW - 9 * day, end=NOW - 5 * day),
        CoverageSpan(kind="workflow_runs", start=NOW - 6 * day, end=NOW - 4 * day),
        CoverageSpan(kind="workflow_runs", start=NOW - 2 * day, end=NOW),
    ]
    hole = CoverageSpan(kind="workflow_runs", start=NOW, end=NOW, is_hole=True, listed=1000, reported=1234)
    text = said(
        replace(SUCCEEDED_LEG, coverage=spans[:1]), replace(SUCCEEDED_LEG, coverage=[*spans[1:], hole])
    )
    assert "- `workflow_runs`: 2026-11-13 12:00:00 to 2026-11-18 12:00:00 UTC, whole\n" in text
    assert "- `workflow_runs`: 2026-11-20 12:00:00 to 2026-11-22 12:00:00 UTC, whole\n" in text
    assert "Between those spans nothing is listed yet" in text
    assert "**Hole** in `workflow_runs`: 1,000 of 1,234 of 2026-11-22 12:00:00" in text
    assert "Between those spans" not in said(SUCCEEDED_LEG)


def test_failures_lead_to_their_pages() -> None:
    keys = [
        "jobs of run 123 again",
        "pull request 45",
        "artifact 6",
        "2026-01-01T00:00:00Z..2026-01-02T00:00:00Z",
    ]
    leg = replace(FAILED_LEG, failures=[failed(key) for key in keys], open_failures=4)
    text = said(leg, server_url="https://ghe.test:8443")
    assert (
        "[`jobs of run 123 again`](https://ghe.test:8443/octo/example/actions/runs/123): `five times 502`"
        in text
    )
    assert "[`pull request 45`](https://ghe.test:8443/octo/example/pull/45)" in text
    assert "- `artifact 6`: " in text
    assert "### Open failures of `octo/example`: 4" in text


@pytest.mark.parametrize("server", ["javascript:alert(1)", "https://x.test/)[a](b", "https://x.test)", ""])
def test_an_address_that_is_none_is_no_link(server: str) -> None:
    assert "](" not in said(FAILED_LEG, server_url=server)
    assert "](" not in said(replace(FAILED_LEG, repository="octo/x)"))


def test_twenty_failures_are_shown_and_the_rest_is_counted() -> None:
    many = replace(FAILED_LEG, failures=[failed(f"run {n}") for n in range(1, 31)], open_failures=250)
    text = said(many)
    assert text.count("five times 502") == 20
    assert "- and 230 more items: `progressive-capture status` lists them" in text


def test_legs_that_share_a_database_do_not_tell_of_a_failure_twice() -> None:
    assert said(FAILED_LEG, FAILED_LEG).count("`run 123`") == 1
    assert "Open failures of `octo/example`: 2\n" in said(FAILED_LEG, FAILED_LEG)


def test_spending_stands_against_the_budget_with_minutes_and_dollars() -> None:
    text = said(SUCCEEDED_LEG, SUCCEEDED_LEG)
    assert "- 40 requests and 6 GraphQL points\n" in text
    assert (
        "budget of 1,000 requests: 100 used by all who share it, 900 left, whole again at 2026-11-22 12:00"
        in text
    )
    assert "budget of 1,000 GraphQL points: 3 used by all who share it, 997 left\n" in text
    assert "- 10 minutes (from the start of this command, in whole minutes): 0.060 US dollars" in text
    assert "free of charge" in said(replace(SUCCEEDED_LEG, minutes_cost_money=False))


def test_a_pause_says_when_and_how_it_goes_on() -> None:
    text = said(PAUSED_LEG)
    assert (
        "- `octo/example`, part 2 of 3: the token's budget was spent: `the REST budget is spent`; "
        "it can go on after 2026-11-22 13:00:00 UTC\n"
    ) in text
    assert "- Run the workflow again after 2026-11-22 13:00:00 UTC, or let its schedule do it" in text
    at_once = replace(PAUSED_LEG, paused_for="time", resume_at=None)
    assert "- Run the workflow again, or let its schedule" in said(PAUSED_LEG, at_once)


def test_what_ended_a_leg_comes_first_with_what_to_do() -> None:
    ended = replace(FAILED_LEG, error="the token is not accepted", hint="Make another one.")
    lines = [line for line in said(ended, DEAD_LEG).splitlines() if line]
    assert lines[1] == "### What went wrong"
    assert lines[2] == "- `octo/example`: `the token is not accepted` What to do: `Make another one.`"
    assert lines[3].startswith("- `octo/example`, part 3 of 3 never came to its end")


def test_what_the_caller_knows_better_is_said_instead() -> None:
    text = said(
        PAUSED_LEG,
        next_steps=["Handed over to run 5."],
        notes=["Kept as generation 3."],
        annotations_left_out={"error": 4},
    )
    assert "\nKept as generation 3.\n" in text
    assert "- Handed over to run 5.\n" in text
    assert "Run the workflow again" not in text
    assert "4 more annotations of level error not shown: GitHub shows 10." in text


def test_no_legs_at_all_are_told_too() -> None:
    assert said().startswith("## Progressive Capture: nothing failed")


# ---- text from GitHub --------------------------------------------------------------------------------------


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *flat(token.children or []))]


def rendered(markdown: str) -> list[tuple[str, str]]:
    """What a page is made of, without the texts."""
    return [(token.type, token.tag) for token in flat(MARKDOWN.parse(markdown))]


def with_text(text: str) -> list[LegSummary]:
    capture = replace(PAUSED_LEG.captures[0], reason=text)
    span = CoverageSpan(kind=text, start=NOW, end=NOW)
    failures = [failed(f"run 1 {text}", text)]
    return [
        replace(FAILED_LEG, repository=text, error=text, hint=text, failures=failures, open_failures=1),
        replace(SUCCEEDED_LEG, repository=text, coverage=[span, replace(span, is_hole=True)]),
        replace(PAUSED_LEG, repository=text, captures=[capture], reason=text),
    ]


@given(markup)
def test_hostile_text_renders_nothing(text: str) -> None:
    assume(text)
    plain = summary_of(with_text("x/x" if FULL_NAME.fullmatch(text) else "x"))  # a name has a page
    hostile = summary_of(with_text(text))
    assert rendered(hostile) == rendered(plain)
    shown = flat(MARKDOWN.parse(hostile))
    assert not [token for token in shown if token.type in {"html_inline", "html_block", "image"}]
    prose = " ".join(token.content for token in shown if token.type == "text")
    assert not {"@", "<", "http", "www."} & {mark for mark in ("@", "<", "http", "www.") if mark in prose}


@given(markup)
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    tokens = flat(MARKDOWN.parse("\n".join(table(["", "Number"], [[as_code(text), "1"]]))))
    cells = [token.content for token in tokens if token.type == "inline"]
    assert len(cells) == 4
    assert cells[3] == "1"


@given(markup)
def test_what_is_not_dangerous_can_be_read(text: str) -> None:
    shown = flat(MARKDOWN.parse(f"- {as_code(f'x{text}', 10_000)}"))
    (code,) = [token.content for token in shown if token.type == "code_inline"]
    assert [char for char in code if char.isalnum()] == [char for char in f"x{text}" if char.isalnum()]


# ---- annotations and outputs -------------------------------------------------------------------------------


def test_there_are_few_annotations_and_errors_come_first() -> None:
    many = replace(
        FAILED_LEG,
        failures=[failed(f"run {n}") for n in range(1, 31)],
        open_failures=250,
        error="the token is not accepted",
        hint="Make another one.",
    )
    found = annotations_of([SUCCEEDED_LEG, many, PAUSED_LEG, DEAD_LEG])
    assert [each.level for each in found] == ["error", "error", "warning", "notice"]
    assert found[0].message == "the token is not accepted\n→ Make another one."
    assert found[1].title == "octo/example, part 3 of 3"
    assert found[2].message.splitlines()[0] == "250 items not captured, to be tried again:"
    assert found[2].message.splitlines()[-1] == "and 247 more, see the summary"
    assert found[3].message == (
        "Paused: the REST budget is spent. It can go on after 2026-11-22 13:00:00 UTC."
    )


def test_a_hole_is_a_warning() -> None:
    hole = CoverageSpan(kind="workflow_runs", start=NOW, end=NOW, is_hole=True)
    (found,) = annotations_of([replace(SUCCEEDED_LEG, coverage=[hole])])
    assert found.level == "warning"
    assert "1 span could not be listed whole" in found.message


def test_every_output_has_a_value_and_every_value_is_told_of() -> None:
    artifacts = replace(RUNS, new={"artifacts": 5, "pull_requests": 6})
    outputs = outputs_of([SUCCEEDED_LEG, replace(FAILED_LEG, captures=[*FAILED_LEG.captures, artifacts])])
    assert outputs.keys() == OUTPUTS.keys()
    assert outputs == {
        "outcome": "failed",
        "new_runs": 1200,
        "changed_runs": 14,
        "new_jobs": 4000,
        "new_artifacts": 5,
        "new_pull_requests": 6,
        "failed_items": 2,
        "requests": 20,
        "points": 3,
    }
