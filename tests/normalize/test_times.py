"""Times: what GitHub writes becomes one moment in UTC, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.times import format_time, parse_time

OFFSETS = st.integers(min_value=-23 * 60 - 59, max_value=23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=OFFSETS)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22T03:45:07Z", datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC)),
        ("2026-11-22T03:45:07.999Z", datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC)),
        ("2026-11-22T03:45:07.1234567Z", datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC)),
        ("2026-11-22T03:45:07.1234567891234Z", datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC)),
        ("2023-02-17T17:03:46.000+01:00", datetime(2023, 2, 17, 16, 3, 46, tzinfo=UTC)),
        ("2021-03-18T05:39:24.000-07:00", datetime(2021, 3, 18, 12, 39, 24, tzinfo=UTC)),
        ("2026-01-01T00:15:00+05:45", datetime(2025, 12, 31, 18, 30, tzinfo=UTC)),
        ("2026-11-22T03:45:07+00:00", datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_way_in_which_github_writes_a_time_is_read(written: str, moment: datetime) -> None:
    parsed = parse_time(written, field="created_at")

    assert parsed == moment
    assert parsed is not None
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_time_is_none(nothing: str | None) -> None:
    assert parse_time(nothing, field="completed_at") is None


@pytest.mark.parametrize(
    "garbage",
    [
        "yesterday",
        "2026-11-22",
        "2026-11-22T03:45:07",  # whose clock?
        "2026-11-22 03:45:07Z",
        "2026-11-22T03:45Z",
        "2026-11-22T03:45:07.Z",
        "2026-11-22T03:45:07Z\n",
        " 2026-11-22T03:45:07Z",
        "2026-W47-7T03:45:07Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-22T03:45:07+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-١١-٢٢T٠٣:٤٥:٠٧Z",  # noqa: RUF001
        1_795_319_107,
        0,
        True,
        ["2026-11-22T03:45:07Z"],
    ],
)
def test_what_is_no_time_is_an_error_that_names_the_field(garbage: object) -> None:
    with pytest.raises(UnexpectedPayloadError, match="created_at of workflow run 7"):
        parse_time(garbage, field="created_at of workflow run 7")


def test_hostile_text_reaches_an_error_only_short_and_tamed() -> None:
    hostile = "\x1b[2J::error::\N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 10_000

    with pytest.raises(UnexpectedPayloadError) as caught:
        parse_time(hostile, field="created_at")

    message = str(caught.value)
    assert len(message) < 200
    assert message.isascii()
    assert message.isprintable()
    assert caught.value.hint


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 22, 3, 45, 7, tzinfo=UTC), "2026-11-22T03:45:07Z"),
        (datetime(2026, 11, 22, 3, 45, 7, 999_999, tzinfo=UTC), "2026-11-22T03:45:07Z"),
        (datetime(2026, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=2))), "2025-12-31T22:15:00Z"),
        (datetime(987, 6, 5, tzinfo=UTC), "0987-06-05T00:00:00Z"),
    ],
)
def test_a_time_is_written_in_utc_and_whole_seconds(moment: datetime, written: str) -> None:
    assert format_time(moment) == written


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_time(datetime(2026, 11, 22))  # noqa: DTZ001


@settings(deadline=None)
@given(MOMENTS)
def test_what_is_written_reads_back_as_the_same_second(moment: datetime) -> None:
    parsed = parse_time(format_time(moment), field="any")

    assert parsed is not None
    assert timedelta(0) <= moment - parsed < timedelta(seconds=1)
    assert parsed.microsecond == 0


@settings(deadline=None)
@given(MOMENTS)
def test_what_python_writes_reads_as_the_same_second(moment: datetime) -> None:
    """Fractions and foreign offsets included: `isoformat` writes both."""
    parsed = parse_time(moment.isoformat(), field="any")

    assert parsed == moment.replace(microsecond=0)
