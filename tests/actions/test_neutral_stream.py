"""On a neutral stream nothing is a command, in whatever pieces it is written, and nothing is lost."""

from __future__ import annotations

import io
import json
import time

import click
import pytest
from hostile_text import COMMANDS, pieces
from hypothesis import given
from hypothesis import strategies as st
from runner_ears import Ears, command_in

from progressive_capture.lib.actions_runtime.neutral_stream import NeutralStream, NeutralText


@pytest.mark.parametrize("command", COMMANDS)
def test_the_ears_of_these_tests_hear_what_a_runner_hears(command: str) -> None:
    ears = Ears().listen(f"\u3000 {command}\n")
    assert ears.heard or ears.stopped
    assert (command_in(f"text {command}", {"error"}) is not None) == (command == "##[error]x")


@given(pieces)
def test_nothing_is_heard_in_whatever_pieces_it_comes(written: list[str]) -> None:
    text = NeutralText()
    ears = Ears().listen("".join(text(piece) for piece in written))
    assert (ears.heard, ears.stopped) == ([], False)


@given(pieces)
def test_pieces_become_what_the_whole_would_become(written: list[str]) -> None:
    text = NeutralText()
    assert "".join(text(piece) for piece in written) == NeutralText()("".join(written))


@given(pieces)
def test_a_reader_finds_every_character_again(written: list[str]) -> None:
    whole = "".join(written)
    neutral = NeutralText()(whole)
    assert neutral.replace(r"\u003a", ":").replace(r"\u005b", "[") == whole


texts = pieces.map("".join)


@given(st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner)))
def test_json_means_the_same_to_the_program_that_reads_it(value: object) -> None:
    for shown in (json.dumps(value, indent=2), json.dumps(value), json.dumps(value, ensure_ascii=False)):
        neutral = NeutralText()(f"{shown}\n")
        assert json.loads(neutral) == value
        assert Ears().listen(neutral).heard == []


@pytest.mark.parametrize(
    "text", ["plain\n", "a ::error:: in a line\n", "10:30:00\n", "# title [x]\n", "##\n[x]\n", ": x\n"]
)
def test_what_no_runner_would_hear_is_left_as_it_is(text: str) -> None:
    assert NeutralText()(text) == text


@pytest.mark.parametrize("blank", ["\n", " ", "\t", "\r", "\u200b", "#", ":", "##", "\n:"])
def test_a_million_of_anything_takes_no_time(blank: str) -> None:
    began = time.process_time()
    NeutralText()(f"{blank * 1_000_000}::error::x")
    assert time.process_time() - began < 2


def test_what_click_and_print_write_passes_through() -> None:
    under = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    stream = NeutralStream(under)
    click.echo("::error::by click", file=stream)  # type: ignore[arg-type]
    print("##[error]by", "print ü", file=stream)  # type: ignore[call-overload]
    stream.writelines(["::", "error::in pieces\n"])
    stream.flush()
    written = under.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert written == ":\\u003aerror::by click\n##\\u005berror]by print ü\n:\\u003aerror::in pieces\n"


def test_nobody_writes_past_it() -> None:
    stream = NeutralStream(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert not hasattr(stream, "buffer")
    with pytest.raises(TypeError):
        stream.write(b"::error::x")  # type: ignore[arg-type]
