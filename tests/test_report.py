"""What a person sees while it runs: lines, bars, numbers in words, and nothing that moves a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.report import (
    LiveProgress,
    PlainProgress,
    Snapshot,
    counted,
    file_size,
    open_progress,
    plural,
    printable,
)

STAND = Snapshot(
    capture="octo/example workflow_runs",
    title="workflow runs",
    done=0,
    total=1200,
    spent="3 requests, 0 points",
    budget="4,997 of 5,000 requests left",
)
HOSTILE = "octo/[bold]x[/nonsense]{x}%s\x1b[2J\x07\u202eexe\r\n::error::"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def plain(stream: io.StringIO, clock: ManualClock) -> PlainProgress:
    return PlainProgress(stream, clock)


# ---- plain lines -------------------------------------------------------------------------------------------


def test_a_line_says_what_is_done_of_how_much_and_what_is_left(
    plain: PlainProgress, stream: io.StringIO
) -> None:
    plain.show(replace(STAND, done=1150))
    assert stream.getvalue() == (
        "octo/example workflow_runs: workflow runs: 1,150 of 1,200 "
        "(3 requests, 0 points; 4,997 of 5,000 requests left)\n"
    )


def test_what_is_not_known_is_not_said(plain: PlainProgress, stream: io.StringIO) -> None:
    plain.show(replace(STAND, total=None, budget=""))
    assert stream.getvalue() == "octo/example workflow_runs: workflow runs: 0 (3 requests, 0 points)\n"


def test_a_pass_is_shown_every_ten_seconds_and_not_oftener(
    plain: PlainProgress, stream: io.StringIO, clock: ManualClock
) -> None:
    for second in range(31):
        plain.show(replace(STAND, done=second))
        clock.advance(1)
    assert [line.split()[4] for line in stream.getvalue().splitlines()] == ["0", "10", "20", "30"]


def test_a_new_pass_is_shown_at_once(plain: PlainProgress, stream: io.StringIO) -> None:
    plain.show(STAND)
    plain.show(replace(STAND, title="earlier attempts"))
    assert [line.split(": ")[1] for line in stream.getvalue().splitlines()] == [
        "workflow runs",
        "earlier attempts",
    ]


def test_one_repository_does_not_hide_another(plain: PlainProgress, stream: io.StringIO) -> None:
    for _ in range(2):
        plain.show(STAND)
        plain.show(replace(STAND, capture="octo/other workflow_runs"))
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["octo/example", "octo/other"]


def test_hostile_text_stays_on_its_line(plain: PlainProgress, stream: io.StringIO) -> None:
    plain.show(replace(STAND, capture=HOSTILE))
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("octo/[bold]x[/nonsense]{x}%s [2J  exe  ::error::: workflow runs: 0 of")
    assert line.isprintable()


def test_what_is_no_terminal_gets_plain_lines(clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
    with open_progress(clock) as progress:
        assert isinstance(progress, PlainProgress)
        progress.say("a line")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "a line\n")  # standard output belongs to programs


# ---- bars --------------------------------------------------------------------------------------------------


def shown(*snapshots: Snapshot, say: str | None = None) -> str:
    """What stands on a terminal of 200 columns after these."""
    console = Console(record=True, force_terminal=True, width=200, file=io.StringIO())
    with LiveProgress(console) as live:
        for snapshot in snapshots:
            live.show(snapshot)
        if say is not None:
            live.say(say)
        console.print(live._bars.get_renderable())
    return console.export_text()


def test_a_bar_shows_the_pass_its_share_and_the_budget() -> None:
    text = shown(STAND, replace(STAND, done=300))
    assert "octo/example workflow_runs · workflow runs" in text
    assert "300/1200" in text
    assert "4,997 of 5,000 requests left" in text


def test_a_bar_of_unknown_length_shows_what_was_spent() -> None:
    text = shown(replace(STAND, done=7, total=None, budget=""))
    assert "7/?" in text
    assert "3 requests, 0 points" in text


def test_each_capture_has_one_bar_whatever_its_pass() -> None:
    other = replace(STAND, capture="octo/other workflow_runs")
    text = shown(STAND, other, replace(STAND, title="earlier attempts", done=1)).splitlines()
    bars = [line for line in text if "octo/" in line][-2:]
    assert "octo/other workflow_runs · workflow runs" in bars[0]
    assert "octo/example workflow_runs · earlier attempts" in bars[1]


def test_a_new_pass_does_not_keep_the_total_of_the_one_before() -> None:
    text = shown(replace(STAND, done=1200), replace(STAND, title="unfinished runs", done=7, total=None))
    bar = text.splitlines()[-1]
    assert "unfinished runs" in bar
    assert "7/?" in bar


def test_hostile_text_is_shown_as_it_is_and_moves_no_cursor() -> None:
    text = shown(replace(STAND, capture=HOSTILE), say="[red]{y} said[/nonsense]")
    assert "octo/[bold]x[/nonsense]{x}%s [2J  exe  ::error:: · workflow runs" in text
    assert "[red]{y} said[/nonsense]" in text


# ---- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain text, Größe 🚀 日本", "plain text, Größe 🚀 日本"),
        ("\x1b[31mred\x1b[0m", " [31mred [0m"),
        ("\x1b]0;title\x07", " ]0;title "),
        ("\x9b2J", " 2J"),
        ("one\r\ntwo\ttabs\x00", "one  two tabs "),
        ("user\u202etxt.exe", "user txt.exe"),
        ("\u2066left\u2069", " left "),
        ("\u200bzero\ufeff width\u2028", " zero  width "),
        ("\ud800", " "),
        (42, "42"),
    ],
)
def test_text_of_a_stranger_loses_what_moves_a_terminal(text: object, safe: str) -> None:
    assert printable(text) == safe


@pytest.mark.parametrize(("length", "shown_length"), [(200, 200), (201, 200), (100_000, 200)])
def test_overlong_text_is_cut_and_says_so(length: int, shown_length: int) -> None:
    text = printable("x" * length)
    assert len(text) == shown_length
    assert text.endswith("…") == (length > shown_length)


def test_how_much_is_too_long_can_be_said() -> None:
    assert printable("abcdef", 4) == "abc…"
    assert printable("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs"), (1200, "1,200 runs")]
)
def test_numbers_are_said_with_their_noun(count: int, words: str) -> None:
    assert plural(count, "run") == words


def test_counts_are_said_in_the_order_of_their_nouns_without_the_zeros() -> None:
    nouns = {"workflow_runs": "workflow run", "workflows": "workflow", "commits": "commit"}
    counts = {"workflows": 1, "workflow_runs": 3, "commits": 0, "unasked": 5}
    assert counted(counts, nouns) == "3 workflow runs, 1 workflow"
    assert counted({}, nouns) == ""


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.0 kB"),
        (1536, "1.5 kB"),
        (1024**2, "1.0 MB"),
        (100 * 1024**2, "100.0 MB"),
        (20 * 1024**3, "20.0 GB"),
        (5 * 1024**4, "5.0 TB"),
        (2000 * 1024**4, "2,000.0 TB"),
    ],
)
def test_sizes_of_files_are_said_in_steps_of_1024(size: int, words: str) -> None:
    assert file_size(size) == words


def test_a_size_just_below_a_step_is_not_said_to_be_a_thousand_and_twenty_four() -> None:
    assert file_size(1024**2 - 1) == "1.0 MB"
    assert file_size(1024**3 - 1) == "1.0 GB"
    assert file_size(1023 * 1024) == "1,023.0 kB"
