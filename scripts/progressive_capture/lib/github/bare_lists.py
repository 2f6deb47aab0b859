"""Listings that are a JSON list and nothing around it, without a total: comments, changed files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.github.calls import refusal_error
from progressive_capture.lib.github.failures import TooHeavyError
from progressive_capture.lib.github.learned_size import LearnedSize
from progressive_capture.lib.github.rest import PAGE_SIZES, fitting, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from progressive_capture.lib.errors import CaptureError
    from progressive_capture.lib.github.failures import RefusalFailure
    from progressive_capture.lib.github.rest import RestClient


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """The items of a list from one place on. The next part begins at `end`, where it `has_next`."""

    items: list[dict[str, Any]]
    end: int
    has_next: bool
    captured_at: datetime


class BareLists:
    """Reads one kind of list: at most 100 items an answer, fewer where that is too heavy for GitHub.

    Args:
        rest: the REST API.
        key: the field that tells the items apart.
        kind: the type of that field.
        refused: what a refusal of GitHub's means.
    """

    def __init__(
        self,
        rest: RestClient,
        *,
        key: str,
        kind: type,
        refused: Callable[[RefusalFailure, str], CaptureError] = refusal_error,
    ) -> None:
        self._rest = rest
        self._key = key
        self._kind = kind
        self._refused = refused
        self._learned = LearnedSize(PAGE_SIZES)

    def part(self, path: str, params: Mapping[str, str], *, start: int) -> ListPart:
        """The items from the one at `start` on, where the part before it ended.

        Raises: as `RestClient.get_page`, but for what `refused` makes of a refusal.
        """
        while True:
            size = fitting(start, self._learned.size)
            try:
                found = self._ask(path, params, start, size)
            except TooHeavyError:
                self._learned.too_much(size)
                continue
            self._learned.fine(size)
            return found

    def _ask(self, path: str, params: Mapping[str, str], start: int, size: int) -> ListPart:
        numbers = {"per_page": str(size), "page": str(start // size + 1)}
        shrinkable = size > PAGE_SIZES[-1]
        answer = self._rest.get(path, {**params, **numbers}, shrinkable=shrinkable, refused=self._refused)
        items = self._checked(answer.body, path)
        # Without the header there is one page only, or a proxy took it away: a hole must never be silent.
        has_next = "next" in answer.links if answer.links else len(items) >= size
        return ListPart(
            items=items, end=start + size, has_next=has_next and bool(items), captured_at=answer.captured_at
        )

    def _checked(self, body: Any, path: str) -> list[dict[str, Any]]:
        if not isinstance(body, list):
            raise unexpected("[]", path, "a list")
        if not all(isinstance(item, dict) and type(item.get(self._key)) is self._kind for item in body):
            raise unexpected(f"[].{self._key}", path, f"a value of type {self._kind.__name__}")
        return body
