"""What a process says to the runner, and that nothing else it says is heard as a command.

Whatever a process prints, the runner searches for workflow commands, and text from GitHub (a title, a branch,
an error) may look like one. Two things stand against that:

- `::stop-commands::TOKEN`, from the first moment to the last. Until the token comes, no other line is heard,
  of either stream, `add-mask` and `error` included: they are printed as they are (`TryProcessCommand` in
  ActionCommandManager.cs, https://github.com/actions/runner; "Stopping and starting workflow commands" in
  https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). That holds for what
  does not pass through Python's streams, too. The token is random, and another one after each use. A step
  that is killed needs no token: the next step begins anew.
- To say something ourselves, commands are given back for the moment of one write. The runner reads standard
  output and standard error side by side, so that a line of the other stream may fall into that moment:
  therefore both are `NeutralStream`s, in whose lines there is nothing to be heard.

So a mask must never be said while commands are stopped: it would be printed. A script that stops commands
itself before it calls us would do that to our masks.

Outside Actions all of this does nothing.
"""

from __future__ import annotations

import io
import secrets as randomness
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, cast

from progressive_capture.lib.actions_runtime.neutral_stream import NeutralStream
from progressive_capture.lib.actions_runtime.workflow_commands import (
    END_OF_GROUP,
    MOST_OF_A_LEVEL,
    Annotation,
    Level,
    annotation_command,
    group_command,
    mask_command,
    resume_command,
    stop_command,
)

SHORTEST_SECRET = 4
"""Hiding what is shorter would hide half of every line."""


class Conversation:
    """One process and its runner. Safe among threads."""

    def __init__(self, stdout: NeutralStream, stderr: NeutralStream) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._lock = threading.RLock()
        self._token: str | None = None
        self._masked: set[str] = set()
        self._said: set[tuple[Level, str]] = set()
        self._levels: Counter[Level] = Counter()

    def begin(self, secrets: Iterable[str]) -> None:
        """Hide the secrets, and hear no command from now on."""
        self._say(self._new_masks(secrets))

    def end(self, *, give_back: bool) -> None:
        """Say what was not shown, and give commands back, if at all."""
        said = ", ".join(f"{count:,} more of level {level}" for level, count in self.left_out().items())
        if said:
            self._stderr.write(f"Not shown as annotations, since GitHub shows 10 of a level: {said}.\n")
        with self._lock:
            self._stdout.flush()
            self._stderr.command(self._resumed() if give_back else "")

    def mask(self, secrets: Iterable[str]) -> None:
        """Hide these as well."""
        if masks := self._new_masks(secrets):
            self._say(masks)

    def annotate(self, annotation: Annotation) -> None:
        """Show it, once; or count it where there are too many of its level."""
        with self._lock:
            if (annotation.level, annotation.message) in self._said:
                return
            self._said.add((annotation.level, annotation.message))
            self._levels[annotation.level] += 1
            if self._levels[annotation.level] <= MOST_OF_A_LEVEL:
                self._say([annotation_command(annotation)])

    def left_out(self) -> Mapping[Level, int]:
        """How many annotations of each level were not shown."""
        return {
            level: count - MOST_OF_A_LEVEL for level, count in self._levels.items() if count > MOST_OF_A_LEVEL
        }

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is printed meanwhile under a title. The runner knows no group in a group."""
        self._say([group_command(title)])
        try:
            yield
        finally:
            self._say([END_OF_GROUP])

    def _new_masks(self, secrets: Iterable[str]) -> list[str]:
        lines = {line.strip() for secret in secrets for line in secret.splitlines()}
        with self._lock:
            new = {line for line in lines if len(line) >= SHORTEST_SECRET} - self._masked
            self._masked |= new
        return [mask_command(line) for line in sorted(new)]

    def _say(self, commands: Iterable[str]) -> None:
        """All in one write: commands on, these, commands off."""
        with self._lock:
            self._stdout.flush()
            resumed = self._resumed()
            self._token = randomness.token_hex(16)
            lines = [*commands, stop_command(self._token)]
            self._stderr.command(resumed + "".join(f"{line}\n" for line in lines))

    def _resumed(self) -> str:
        token, self._token = self._token, None
        return f"{resume_command(token)}\n" if token is not None else ""


_running: list[Conversation] = []
"""The conversation of this process: none, or one."""


@contextmanager
def protected(*, in_actions: bool, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Inside Actions, let nothing be heard as a command but what we say, and hide the secrets.

    One in another only hides more. An exception that nobody has caught is still to be printed, with whatever
    text is in it: then commands are not given back.
    """
    if not in_actions:
        yield
    elif _running:
        add_masks(secrets)
        yield
    else:
        with _neutral_streams() as (stdout, stderr):
            conversation = Conversation(stdout, stderr)
            conversation.begin(secrets)
            _running.append(conversation)
            failed = False
            try:
                yield
            except Exception:
                failed = True
                raise
            finally:
                _running.clear()
                conversation.end(give_back=not failed)


@contextmanager
def _neutral_streams() -> Iterator[tuple[NeutralStream, NeutralStream]]:
    """Both of the process's own, for so long."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, io.TextIOWrapper):  # nobody shall have to write past us for another encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    stdout, stderr = NeutralStream(sys.stdout), NeutralStream(sys.stderr)
    sys.stdout, sys.stderr = cast(TextIO, stdout), cast(TextIO, stderr)
    try:
        yield stdout, stderr
    finally:
        sys.stdout, sys.stderr = before


def add_masks(secrets: Iterable[str]) -> None:
    """Have the runner show these values as `***` wherever they would be printed, line by line."""
    for conversation in _running:
        conversation.mask(secrets)


def annotate(annotation: Annotation) -> None:
    """Show a message on the run's page, where there is one."""
    for conversation in _running:
        conversation.annotate(annotation)


@contextmanager
def group(title: str) -> Iterator[None]:
    """Fold what is printed meanwhile under a title in the step's log."""
    if not _running:
        yield
        return
    with _running[0].group(title):
        yield


def left_out() -> Mapping[Level, int]:
    """How many annotations of each level were too many to be shown."""
    return _running[0].left_out() if _running else {}
