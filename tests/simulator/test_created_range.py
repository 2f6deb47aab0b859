import pytest

from github_simulator.created_range import CreatedRange
from github_simulator.instants import from_text

EVER = CreatedRange()


def span(first: str, last: str) -> CreatedRange:
    return CreatedRange(from_text(first) if first else EVER.first, from_text(last) if last else EVER.last)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02", span("2026-01-02T00:00:00Z", "2026-01-02T23:59:59Z")),
        ("2026-01-02T03:04:05Z", span("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")),
        (">=2026-01-02", span("2026-01-02T00:00:00Z", "")),
        (">2026-01-02", span("2026-01-03T00:00:00Z", "")),
        ("<=2026-01-02", span("", "2026-01-02T23:59:59Z")),
        ("<2026-01-02", span("", "2026-01-01T23:59:59Z")),
        ("<2026-01-02T03:04:05Z", span("", "2026-01-02T03:04:04Z")),
        ("2026-01-02..2026-01-04", span("2026-01-02T00:00:00Z", "2026-01-04T23:59:59Z")),
        ("2026-01-02T10:00:00Z..2026-01-02T10:00:09Z", span("2026-01-02T10:00:00Z", "2026-01-02T10:00:09Z")),
        ("2026-01-02T10:00:00+02:00..*", span("2026-01-02T08:00:00Z", "")),
        ("*..2026-01-02", span("", "2026-01-02T23:59:59Z")),
    ],
)
def test_a_text_means_a_span_with_both_ends_inside(text: str, expected: CreatedRange) -> None:
    assert CreatedRange.parse(text) == expected


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "..", "2026-01-01..tomorrow", ">="])
def test_a_text_that_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CreatedRange.parse(text)
