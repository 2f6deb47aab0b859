"""The one way to read a value out of GitHub's JSON.

What is absent or null is None: payloads of different ages carry different keys. A value of another type
than documented is an `UnexpectedPayloadError` that names the field and the payload, because a row with such
a value would corrupt the store silently. Text comes out fit for every database (see `fit_for_storage`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from progressive_capture.lib.normalize.times import parse_time
from progressive_capture.lib.normalize.unexpected import excerpt, unexpected

if TYPE_CHECKING:
    from datetime import datetime

    from progressive_capture.lib.errors import UnexpectedPayloadError

T = TypeVar("T")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LARGEST_INTEGER = 2**63 - 1


def fit_for_storage(text: str) -> str:
    """The text with each NUL and each lone surrogate replaced by U+FFFD.

    Postgres refuses NUL, and half a surrogate pair has no UTF-8. The replacement keeps the length and shows
    that something stood there; everything else stays as it came.
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


@dataclass(frozen=True)
class Fields:
    """Typed access to one JSON object.

    Args:
        payload: the object.
        subject: how an error calls the whole payload, such as `workflow run 7`.
        path: where in the payload this object stands, such as `head_commit.`; empty at the top.
    """

    payload: Mapping[str, Any]
    subject: str
    path: str = ""

    @classmethod
    def of(cls, payload: object, kind: str, *, key: str = "id") -> Fields:
        """Read a payload whose `key` says which one it is.

        Raises:
            UnexpectedPayloadError: the payload is no JSON object.
        """
        if not isinstance(payload, Mapping):
            raise unexpected(f"GitHub sent {excerpt(payload)} in the place of a {kind}.")
        return cls(payload, f"{kind} {excerpt(payload.get(key))}")

    def text(self, key: str) -> str | None:
        """Text as it came, but fit for every database; the empty text stays one."""
        value = self._typed(key, str, "text")
        return None if value is None else fit_for_storage(value)

    def required_text(self, key: str) -> str:
        """Text that a row cannot do without."""
        return self._required(key, self.text(key) or None)

    def word(self, key: str) -> str | None:
        """A status, conclusion or state: GraphQL's upper case becomes REST's lower case, `""` becomes None.

        Words are not checked against a list: the ones that GitHub adds later are kept as they come.
        """
        word = self.text(key)
        if not word:
            return None
        return word.lower() if word.isupper() else word

    def integer(self, key: str) -> int | None:
        """A whole number of at most 64 bits."""
        value = self._typed(key, int, "a whole number")
        if value is not None and not -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER:
            raise self.wrong(key, "of more than 64 bits")
        return value

    def required_integer(self, key: str) -> int:
        """A whole number that a row cannot do without, such as an id."""
        return self._required(key, self.integer(key))

    def required_flag(self, key: str) -> bool:
        """A yes or no that a row cannot do without."""
        return self._required(key, self._typed(key, bool, "true or false"))

    def time(self, key: str) -> datetime | None:
        """A moment (see `parse_time`)."""
        return parse_time(self.payload.get(key), field=self._name(key))

    def nested(self, key: str) -> Fields:
        """The object under a key; an empty one where it is absent or null (deleted users, deleted forks)."""
        value = self.payload.get(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.wrong(key, f"as {type(value).__name__}, expected an object")
        return Fields(value, self.subject, f"{self.path}{key}.")

    def required_nested(self, key: str) -> Fields:
        """The object under a key, which must be there."""
        self._required(key, self.payload.get(key))
        return self.nested(key)

    def objects(self, key: str) -> list[Fields] | None:
        """The objects of a list; None where the list is absent or null.

        A null among them is an error, not a gap: it stands for something that GitHub did not show.
        """
        items = self._typed(key, list, "a list")
        if items is None:
            return None
        for position, item in enumerate(items):
            if not isinstance(item, Mapping):
                raise self.wrong(key, f"with {excerpt(item)} at position {position}, not an object")
        return [Fields(item, self.subject, f"{self.path}{key}.") for item in items]

    def required_objects(self, key: str) -> list[Fields]:
        """The objects of a list that must be there, be it empty."""
        return self._required(key, self.objects(key))

    def texts(self, key: str) -> list[str] | None:
        """The texts of a list, in their order; None where the list is absent or null."""
        items = self._typed(key, list, "a list")
        if items is None:
            return None
        if not all(isinstance(item, str) for item in items):
            raise self.wrong(key, "with something else than text in it")
        return [fit_for_storage(item) for item in items]

    def missing(self, key: str) -> UnexpectedPayloadError:
        """An error about a key without a value, ready to be raised."""
        return unexpected(f"GitHub sent {self.subject} without {self.path}{key}.")

    def wrong(self, key: str, how: str) -> UnexpectedPayloadError:
        """An error about the value under a key, ready to be raised."""
        return unexpected(f"GitHub sent {self._name(key)} {how}.")

    def _typed(self, key: str, kind: type[T], expected: str) -> T | None:
        value = self.payload.get(key)
        if value is None:
            return None
        # In Python true is a number, too; in JSON it is not.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"as {type(value).__name__}, expected {expected}")
        return value

    def _required(self, key: str, value: T | None) -> T:
        if value is None:
            raise self.missing(key)
        return value

    def _name(self, key: str) -> str:
        return f"{self.path}{key} of {self.subject}"
