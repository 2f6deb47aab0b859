"""A stream on which nothing that is written can be a command to the runner.

How the runner hears (ActionCommand.cs, ActionCommandManager.cs and ProcessInvoker.cs in
https://github.com/actions/runner): a line ends with CR or LF; `::name …::` is a command where it begins a
line, after white space; the old form `##[name …]` is one anywhere in a line. Standard output and standard
error are read as two streams, and of what has come, all lines of standard error are heard first.
"""

from __future__ import annotations

import re
import threading
from typing import Any, TextIO

_UNSEEN = (
    r"[\x00-\x09\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ufeff\ufff9-\ufffb]*"
)
"""White space, and what a comparison of texts may pass over: more than what the runner trims, to be sure."""
_HEARD = re.compile(rf"([\r\n]{_UNSEEN}:):|(##)\[")
_COLON, _BRACKET = r"\u003a", r"\u005b"
"""What JSON reads as the same character, since JSON may go to a program; a person can read it too."""


class NeutralText:
    """Makes text harmless, piece by piece, whatever pieces its lines come in (pure but for its memory)."""

    def __init__(self) -> None:
        self._before = "\n"
        self.at_line_start = True
        """Whether nothing at all has come since the last line ended."""

    def __call__(self, text: str) -> str:
        """The next piece, with the last character of whatever would be heard written in another way.

        What a line had before is remembered, so far as it matters: what is replaced is never in there.
        """
        whole = self._before + text
        neutral = _HEARD.sub(_neutral, whole) if "::" in whole or "##[" in whole else whole
        result = neutral[len(self._before) :]
        self._before = _remembered(whole)
        self.at_line_start = text.endswith(("\n", "\r")) if text else self.at_line_start
        return result


def _neutral(found: re.Match[str]) -> str:
    return f"{found[1]}{_COLON}" if found[1] else f"{found[2]}{_BRACKET}"


def _remembered(whole: str) -> str:
    """What of the unfinished line matters for what follows it."""
    begin = max(whole.rfind("\n"), whole.rfind("\r")) + 1
    line = whole[begin:]
    if begin:
        seen = re.sub(f"^{_UNSEEN}", "", line)
        if seen in ("", ":"):
            return f"\n{seen}"
    return "x" + line[len(line.rstrip("#")) :][-2:] if line.endswith("#") else "x"


class NeutralStream:
    """A text stream in whose lines the runner hears nothing. Safe among threads.

    It has no `buffer`: nobody shall write past it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = NeutralText()
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Write it, made harmless; as with any stream, says how long the text is."""
        if not isinstance(text, str):
            raise TypeError(f"text is wanted, not {type(text).__name__}")
        with self._lock:
            self._stream.write(self._text(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """As `write`, each."""
        for line in lines:
            self.write(line)

    def command(self, lines: str) -> None:
        """Write whole lines as they are, on lines of their own, at once."""
        with self._lock:
            self._stream.write(lines if self._text.at_line_start else f"\n{lines}")
            self._stream.flush()
            self._text = NeutralText()

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)
