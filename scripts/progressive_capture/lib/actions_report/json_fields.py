"""Reading JSON that may be half of what it should be: what is of another type counts as missing (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Fields:
    """The fields of one JSON object."""

    data: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """A text, or None."""
        value = self.data.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> Sequence[str]:
        """The texts of a list."""
        return [value for value in self._items(name) if isinstance(value, str)]

    def number(self, name: str) -> int | None:
        """A whole number from 0, or None."""
        return _whole(self.data.get(name))

    def count(self, name: str) -> int:
        """A whole number from 0; 0 where there is none."""
        return _whole(self.data.get(name)) or 0

    def counts(self, name: str) -> Mapping[str, int]:
        """Whole numbers by name."""
        values = self.data.get(name)
        found = values.items() if isinstance(values, Mapping) else ()
        return {str(key): number for key, value in found if (number := _whole(value)) is not None}

    def is_true(self, name: str) -> bool:
        """Whether it is `true`, and nothing like it."""
        return self.data.get(name) is True

    def moment(self, name: str) -> datetime | None:
        """A time in UTC, or None."""
        try:
            found = datetime.fromisoformat(self.text(name) or "")
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def objects(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The objects of a list."""
        return [value for value in self._items(name) if isinstance(value, Mapping)]

    def _items(self, name: str) -> Sequence[Any]:
        values = self.data.get(name)
        return values if isinstance(values, list) else ()


def _whole(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
