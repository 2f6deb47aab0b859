"""What is said to the runner is heard, and what is only printed is not."""

from __future__ import annotations

import os
import sys
import threading

import click
import pytest
from hostile_text import COMMANDS, pieces
from hypothesis import HealthCheck, given, settings
from runner_ears import Ears

from progressive_capture.lib.actions_runtime import (
    Annotation,
    add_masks,
    annotate,
    group,
    left_out,
    protected,
)

Captured = pytest.CaptureFixture[str]


def error(message: str, title: str = "") -> Annotation:
    return Annotation(level="error", message=message, title=title)


def ears_for(captured: Captured) -> Ears:
    out, err = captured.readouterr()
    assert Ears().listen(out).heard == []  # whenever the other stream's lines are heard
    return Ears().listen(err)


def test_outside_actions_nothing_is_written(capsys: Captured) -> None:
    before = sys.stdout, sys.stderr
    with protected(in_actions=False, secrets=["a-secret"]), group("title"):
        assert (sys.stdout, sys.stderr) == before
        annotate(error("x"))
        add_masks(["another-secret"])
        click.echo("::error::printed")
    assert left_out() == {}
    assert capsys.readouterr() == ("::error::printed\n", "")


def test_what_we_say_is_heard_and_what_is_printed_is_not(capsys: Captured) -> None:
    with protected(in_actions=True):
        for command in COMMANDS:
            click.echo(command)
            click.echo(f"  {command}", err=True)
        with group("octo/example"):
            click.echo("::warning::inside", err=True)
        annotate(error("50%: it\nbroke", title="a:b,c"))
    ears = ears_for(capsys)
    assert ears.names() == ["group", "endgroup", "error"]
    assert ears.heard[0].data == "octo/example"
    assert (ears.heard[2].data, ears.heard[2].properties) == ("50%: it\nbroke", {"title": "a:b,c"})
    assert not ears.stopped


def test_what_does_not_pass_through_pythons_streams_is_not_heard_either(capfd: Captured) -> None:
    with protected(in_actions=True):
        os.write(2, b"::error::by another library\n")
        annotate(error("ours"))
        os.write(2, b"##[error]by another library\n")
    assert Ears().listen(capfd.readouterr().err).of("error") == ["ours"]


def test_each_token_is_random_and_used_once(capsys: Captured) -> None:
    for _ in range(2):
        with protected(in_actions=True):
            annotate(error("x"))
            annotate(error("y"))
    tokens = ears_for(capsys).tokens
    assert len(set(tokens)) == len(tokens) == 6
    assert all(len(token) >= 32 for token in tokens)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(pieces, pieces)
def test_whatever_is_printed_around_it_a_message_is_heard_as_it_is(
    capsys: Captured, before: list[str], said: list[str]
) -> None:
    message = "".join(said)
    with protected(in_actions=True):
        for piece in before:
            sys.stderr.write(piece)
            sys.stdout.write(piece)
        annotate(error(message, title=message))
        sys.stderr.write(message)
    ears = ears_for(capsys)
    assert ears.names() == ["error"]
    assert ears.heard[0].data.encode(errors="replace") == message.encode(errors="replace")


@pytest.mark.parametrize("begun", ["half a line", " ", "\x1f", "\u200b", "#", "::", "whole\r"])
def test_a_line_that_is_begun_does_not_keep_us_from_being_heard(capsys: Captured, begun: str) -> None:
    with protected(in_actions=True):
        sys.stderr.write(begun)
        annotate(error("x"))
    assert ears_for(capsys).names() == ["error"]


# ---- secrets -----------------------------------------------------------------------------------------------


def test_secrets_are_hidden_before_anything_else_is_said(capsys: Captured) -> None:
    with protected(in_actions=True, secrets=["ghp_secret", "one: 100%\n  second line\n\nabc\n", "abc", ""]):
        click.echo("something", err=True)
        with protected(in_actions=True, secrets=["ghp_secret", "the database's"]):
            add_masks(["the database's", "third"])
        click.echo("still protected: ::error::x", err=True)
        click.echo("::error::x", err=True)
    ears = ears_for(capsys)
    assert sorted(ears.of("add-mask")[:3]) == ["ghp_secret", "one: 100%", "second line"]
    assert ears.of("add-mask")[3:] == ["the database's", "third"]
    assert ears.names() == ["add-mask"] * 5
    assert not any("ghp_secret" in line for line in ears.printed)


def test_no_secret_is_ever_said_while_commands_are_stopped(capsys: Captured) -> None:
    with protected(in_actions=True, secrets=["first-secret"]):
        add_masks(["second-secret"])
    assert not any("secret" in line for line in ears_for(capsys).printed)


# ---- annotations -------------------------------------------------------------------------------------------


def test_ten_of_each_level_are_shown_and_the_rest_is_counted(capsys: Captured) -> None:
    with protected(in_actions=True):
        for number in range(13):
            annotate(error(f"error {number}"))
            annotate(Annotation(level="warning", message=f"warning {number % 11}"))
        annotate(Annotation(level="notice", message="one"))
        assert left_out() == {"error": 3, "warning": 1}
    ears = ears_for(capsys)
    assert [len(ears.of(level)) for level in ("error", "warning", "notice")] == [10, 10, 1]
    assert "GitHub shows 10 of a level: 3 more of level error, 1 more of level warning." in ears.printed[-1]


def test_the_same_is_not_said_twice(capsys: Captured) -> None:
    with protected(in_actions=True):
        annotate(error("the same", title="one"))
        annotate(error("the same", title="another"))
    assert ears_for(capsys).of("error") == ["the same"]


def test_an_overlong_message_is_cut_where_the_runner_would_cut_it(capsys: Captured) -> None:
    with protected(in_actions=True):
        annotate(error("%" * 5000))
    (message,) = ears_for(capsys).of("error")
    assert message == "%" * 4095 + "…"


def test_threads_do_not_speak_at_once(capsys: Captured) -> None:
    def talk(name: int) -> None:
        for turn in range(20):
            sys.stderr.write("::error::")
            annotate(Annotation(level="notice", message=f"{name} {turn}"))
            click.echo("::error::x")

    with protected(in_actions=True):
        threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    ears = ears_for(capsys)
    assert ears.names() == ["notice"] * 10
    assert not ears.stopped


# ---- the end -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [SystemExit(1), KeyboardInterrupt()])
def test_commands_are_given_back_at_every_ordinary_end(capsys: Captured, end: BaseException) -> None:
    before = sys.stdout, sys.stderr
    with pytest.raises(type(end)), protected(in_actions=True):
        raise end
    assert (sys.stdout, sys.stderr) == before
    click.echo("::notice::of the script around us", err=True)
    assert ears_for(capsys).of("notice") == ["of the script around us"]


def test_an_error_that_nobody_has_caught_is_printed_with_commands_stopped(capsys: Captured) -> None:
    with pytest.raises(ValueError, match="x"), protected(in_actions=True):
        raise ValueError("x")
    click.echo("ValueError: x\n::error::in its text", err=True)
    ears = ears_for(capsys)
    assert (ears.heard, ears.stopped) == ([], True)
