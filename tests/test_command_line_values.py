"""What the words of the command line mean: times, spans, the same work again, and how a command ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner

from progressive_capture.lib.capture_command import options_of
from progressive_capture.lib.command_line import (
    capture_options,
    ends_well,
    last_moment,
    length_of_time,
    moment,
    not_outvoted,
    span_of,
)
from progressive_capture.lib.errors import CaptureError, ConfigurationError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

# ---- times -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("20260131", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30:00Z", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31T12:30:00", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31 12:30", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31T01:00:00+02:00", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("2026-01-31T23:00:00-02:00", datetime(2026, 2, 1, 1, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc_unless_it_says_otherwise(text: str, value: datetime) -> None:
    assert moment(text) == value
    assert moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-02-30", "2026-13-01", "2025-02-29", "31.01.2026", "2026-01-31T25:00:00"),
        *("2026-01-31Z", "1769860800", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "9" * 99),
    ],
)
@pytest.mark.parametrize("read", [moment, last_moment])
def test_what_is_no_date_is_refused_with_an_example(text: str, read: Callable[[str], datetime]) -> None:
    with pytest.raises(click.BadParameter, match="write 2026-01-31 or") as refused:
        read(text)
    assert len(refused.value.message) < 120


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("20260131", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-W05-6", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-01-31T00:00:00Z", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_day_counts_to_its_end_where_something_ends(text: str, value: datetime) -> None:
    assert last_moment(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5h30m", timedelta(hours=5, minutes=30)),
        ("45m", timedelta(minutes=45)),
        ("90s", timedelta(seconds=90)),
        ("1h1m1s", timedelta(hours=1, minutes=1, seconds=1)),
        (" 2h ", timedelta(hours=2)),
        ("0h1s", timedelta(seconds=1)),
    ],
)
def test_a_length_of_time_has_hours_minutes_and_seconds(text: str, value: timedelta) -> None:
    assert length_of_time(text) == value


@pytest.mark.parametrize("text", ["", "0s", "0h0m", "5", "h", "30m5h", "-5m", "1.5h", "5 h", "1d", "99999h"])
def test_what_is_no_length_of_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 5h30m, 45m or 90s"):
        length_of_time(text)


@pytest.mark.parametrize(
    ("time_range", "since", "until", "span"),
    [
        (None, None, None, (None, None)),
        (30, None, None, (NOON - timedelta(days=30), None)),
        (None, NOON, None, (NOON, None)),
        (None, None, NOON, (None, NOON)),
        (None, NOON, NOON, (NOON, NOON)),
        (2, None, NOON - timedelta(days=1), (NOON - timedelta(days=2), NOON - timedelta(days=1))),
        (None, NOON + timedelta(days=1), None, (NOON + timedelta(days=1), None)),
    ],
)
def test_a_span_has_the_ends_that_were_asked_for(
    time_range: int | None, since: datetime | None, until: datetime | None, span: tuple[object, object]
) -> None:
    assert span_of(time_range, since, until, now=NOON) == span


@pytest.mark.parametrize(
    ("time_range", "since", "until", "words"),
    [
        (30, NOON, None, "--time-range and --since both say where to begin"),
        (None, NOON, NOON - timedelta(seconds=1), "after it ends"),
        (1, None, NOON - timedelta(days=2), "after it ends"),
    ],
)
def test_a_span_that_contradicts_itself_is_refused(
    time_range: int | None, since: datetime | None, until: datetime | None, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words) as refused:
        span_of(time_range, since, until, now=NOON)
    assert refused.value.hint


# ---- the same work -----------------------------------------------------------------------------------------


def asked(now: datetime, **chosen: Any) -> dict[str, Any]:
    return dict(options_of(now=now, database="sqlite:///x.db", **chosen).asked.parameters())


def test_the_same_number_of_days_is_the_same_work_on_another_day() -> None:
    later = NOON + timedelta(days=1)
    assert asked(NOON, time_range=30) == asked(later, time_range=30) == {"time_range": 30}
    assert asked(NOON, time_range=30) != asked(NOON, time_range=31)


def test_nothing_asked_is_the_same_work_whatever_else_is_set() -> None:
    assert asked(NOON) == asked(NOON, concurrency=2, leave_budget=0, time_budget=timedelta(hours=1)) == {}


def test_what_was_asked_tells_one_work_from_another() -> None:
    wishes: list[dict[str, Any]] = [
        {"since": NOON},
        {"until": NOON},
        {"max_items": 5},
        {"depth": "jobs"},
        {"depth": "steps"},
        {"time_range": 5},
    ]
    keys = [str(sorted(asked(NOON, **wish).items())) for wish in wishes]
    assert len(set(keys)) == len(wishes)


# ---- how a command ends ------------------------------------------------------------------------------------


def ending(command: Callable[[], int], capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        ends_well(command)()
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


@pytest.mark.parametrize("code", [0, 1, 7])
def test_a_command_ends_with_what_it_returns(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(lambda: code, capsys) == (code, "", "")


@pytest.mark.parametrize("kind", CaptureError.__subclasses__())
def test_an_error_is_said_once_with_the_next_step_and_has_its_exit_code(
    kind: type[CaptureError], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise kind("It broke.", hint="Mend it.")

    assert ending(fail, capsys) == (kind.exit_code, "", "Error: It broke.\n  → Mend it.\n")


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ends_well(fail)()


@pytest.mark.parametrize(
    ("spoken", "variables", "kept"),
    [
        (["--since", "2026-11-01"], {"INITIAL_SYNC_DAYS": "30"}, (None, True)),
        (["--time-range", "7"], {"CAPTURE_SINCE": "2026-11-01"}, (7, False)),
        ([], {"INITIAL_SYNC_DAYS": "30"}, (30, False)),
        ([], {"INITIAL_SYNC_DAYS": "30", "CAPTURE_SINCE": "2026-11-01"}, (30, True)),
        (["--since", "2026-11-01", "--time-range", "7"], {}, (7, True)),
    ],
)
def test_a_beginning_on_the_command_line_outvotes_one_in_a_variable(
    spoken: list[str], variables: dict[str, str], kept: tuple[int | None, bool]
) -> None:
    seen: list[tuple[int | None, bool]] = []

    @click.command()
    @capture_options
    def command(**chosen: Any) -> None:
        left = not_outvoted(chosen)
        seen.append((left["time_range"], left["since"] is not None))

    result = CliRunner().invoke(command, spoken, env=variables)
    assert result.exit_code == 0, result.output
    assert seen == [kept]
