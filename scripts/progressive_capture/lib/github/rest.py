"""The REST API: one answer, or one page of a listing, whatever GitHub has to be asked for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.calls import refusal_error
from progressive_capture.lib.github.failures import MovedFailure, TooHeavyError
from progressive_capture.lib.github.learned_size import LearnedSize
from progressive_capture.lib.github.links import checked_address, read_bytes_or_link, read_link
from progressive_capture.lib.github.messages import Answer, Redirect, Request
from progressive_capture.lib.github.reading import read_rest, read_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.errors import CaptureError
    from progressive_capture.lib.github.calls import Calls
    from progressive_capture.lib.github.failures import RefusalFailure
    from progressive_capture.lib.github.gate import Reader
    from progressive_capture.lib.github.messages import ByteSink, ByteSource

PAGE = 100
"""GitHub's largest page."""
PAGE_SIZES = (100, 50, 25, 10, 5)
MOST_MOVES = 3


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a listing. `captured_at` is that of its oldest part; `total_count` is as GitHub says it.

    Where it is not `steady`, it came in parts between which the count fell: something may be missing.
    """

    items: list[dict[str, Any]]
    total_count: int
    has_next: bool
    captured_at: datetime
    steady: bool = True


class RestClient:
    """Reads and writes over GitHub's REST API. Safe among threads.

    Args:
        api_url: `https://api.github.com`, or that of an Enterprise Server (ending in `/api/v3`).
    """

    def __init__(self, calls: Calls, *, api_url: str) -> None:
        self._calls = calls
        self._api_url = api_url.rstrip("/")
        self._moved: dict[str, str] = {}
        self._sizes: dict[str, LearnedSize] = {}

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        shrinkable: bool = False,
        refused: Callable[[RefusalFailure, str], CaptureError] = refusal_error,
    ) -> Answer:
        """The answer to `GET path`. What moved (a renamed repository) is followed. Raises as `Calls.make`."""
        answer: Answer = self._get(path, params or {}, shrinkable=shrinkable, refused=refused)
        return answer

    def get_page(
        self, path: str, params: Mapping[str, str], page: int, *, items: str, one_answer: bool = False
    ) -> Page:
        """The items of one page of 100.

        A page that is too heavy for GitHub is asked for in smaller ones, whose union it is; the size is kept
        for a while and grows back.

        Args:
            path: the listing.
            params: its filters.
            page: counted from 1.
            items: the field of the answer that holds the items.
            one_answer: give the first part of a page that is too heavy alone, with more to follow: parts are
                not of one moment.

        Raises:
            UnexpectedPayloadError: also where an answer is not a listing.
            CaptureError, CapturePaused: as `Calls.make`.
        """
        learned = self._sizes.setdefault(items, LearnedSize(PAGE_SIZES))
        start, end = (page - 1) * PAGE, page * PAGE
        parts: list[Page] = []
        while start < end and (not parts or (parts[-1].has_next and not one_answer)):
            size = fitting(start, learned.size)
            try:
                shrinkable = size > PAGE_SIZES[-1]
                parts.append(self._part(path, params, items, start, size, shrinkable=shrinkable))
            except TooHeavyError:
                learned.too_much(size)
                continue
            learned.fine(size)
            start += size
        return _union(parts)

    def get_one_answer(self, path: str, page: int, *, items: str, size: int) -> Page:
        """The items of one page of `size`, up to 100, in one answer or not at all. Raises as `get_page`."""
        return self._part(path, {}, items, (page - 1) * size, size, shrinkable=False)

    def get_location(self, path: str, *, refused: Callable[[RefusalFailure, str], CaptureError]) -> str:
        """Where `GET path` leads to: an address that nobody has checked, and a secret.

        Raises:
            CaptureError, CapturePaused: as `Calls.make`; `refused` says what a refusal means.
        """
        redirect: Redirect = self._get(path, {}, shrinkable=False, read=read_link, refused=refused)
        return redirect.location

    def write(
        self,
        method: str,
        path: str,
        payload: Mapping[str, Any] | None = None,
        *,
        repeatable: bool,
        refused: Callable[[RefusalFailure, str], CaptureError] = refusal_error,
    ) -> Answer:
        """The answer to a write; its `body` is None where GitHub sends none.

        Args:
            method: POST, PATCH, PUT or DELETE.
            path: of what is written.
            payload: the body.
            repeatable: doing it twice is the same as doing it once, so that it may be asked again without
                knowing whether it was done.
            refused: what a refusal of GitHub's means.

        Raises:
            UnansweredError: not repeatable, and whether it was done is not known.
            CaptureError, CapturePaused: as `Calls.make`.
        """
        answer: Answer = self._follow(
            Request(method=method, url="", path=path, payload=payload),
            read_written,
            repeatable=repeatable,
            refused=refused,
        )
        return answer

    def upload(
        self,
        address: str,
        path: str,
        params: Mapping[str, str],
        source: ByteSource,
        *,
        refused: Callable[[RefusalFailure, str], CaptureError],
    ) -> Answer:
        """The answer to `POST address`, with bytes as they come from the source.

        Args:
            address: as GitHub told it; the token goes there.
            path: names it to people.
            params: of the address.
            source: is read once.
            refused: what a refusal of GitHub's means.

        Raises:
            UnexpectedPayloadError: the token must not go there, or it leads elsewhere.
            UnansweredError: whether it arrived is not known.
            CaptureError, CapturePaused: as `Calls.make`.
        """
        checked_address(address, api_url=self._api_url, what=f"the upload {path}")
        request = Request(method="POST", url=address, path=path, params=params, source=source)
        try:
            answer: Answer = self._calls.make(request, read_written, repeatable=False, refused=refused)
        except MovedFailure as moved:
            raise UnexpectedPayloadError(
                f"GitHub sent the upload {path} to another address, where the token must not go.",
                hint="If the repository was renamed just now, run the same command again.",
            ) from moved
        return answer

    def get_bytes_or_location(
        self, path: str, sink: ByteSink, *, refused: Callable[[RefusalFailure, str], CaptureError]
    ) -> str | None:
        """Put the bytes of `GET path` into the sink (None), or say where they are: as `get_location`."""
        came: Answer | Redirect = self._follow(
            Request(method="GET", url="", path=path, sink=sink), read_bytes_or_link, refused=refused
        )
        return came.location if isinstance(came, Redirect) else None

    def _part(
        self, path: str, params: Mapping[str, str], items: str, start: int, size: int, *, shrinkable: bool
    ) -> Page:
        """So many items of a listing, from the one at `start` on."""
        numbers = {"per_page": str(size), "page": str(start // size + 1)}
        answer: Answer = self._get(path, {**params, **numbers}, shrinkable=shrinkable)
        found, total_count = check_listing(answer.body, items, path)
        has_next = "next" in answer.links
        if not answer.links:  # a proxy may have taken the header away: a hole must never be silent
            has_next = len(found) == size and start + size < total_count
        return Page(items=found, total_count=total_count, has_next=has_next, captured_at=answer.captured_at)

    def _get(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        shrinkable: bool,
        read: Reader = read_rest,
        refused: Callable[[RefusalFailure, str], CaptureError] = refusal_error,
    ) -> Any:
        request = Request(method="GET", url="", path=path, params=params)
        return self._follow(request, read, shrinkable=shrinkable, refused=refused)

    def _follow(
        self,
        request: Request,
        read: Reader,
        *,
        shrinkable: bool = False,
        repeatable: bool = True,
        refused: Callable[[RefusalFailure, str], CaptureError],
    ) -> Any:
        """The answer to a request, wherever on this host what it asks for lives now."""
        path, url, params = request.path, self._address(request.path), request.params
        for _ in range(MOST_MOVES):
            there = replace(request, url=url, params=params)
            try:
                return self._calls.make(
                    there, read, shrinkable=shrinkable, repeatable=repeatable, refused=refused
                )
            except MovedFailure as moved:
                url = self._new_address(path, url, moved)
                params = {} if urlsplit(url).query else params
        raise UnexpectedPayloadError(
            f"GitHub sent the request for {path} from one address to the next, {MOST_MOVES} times.",
            hint="Check the address of the API; if it is right, try again later.",
        )

    def _address(self, path: str) -> str:
        repository, rest = _split(path)
        return self._moved.get(repository, self._api_url + repository) + rest

    def _new_address(self, path: str, url: str, moved: MovedFailure) -> str:
        """Where something lives now; a move for good is remembered for the whole repository."""
        location = urljoin(url, moved.location)
        if _origin(location) != _origin(self._api_url):
            raise UnexpectedPayloadError(
                f"GitHub sent the request for {path} to another host, where the token must not go.",
                hint="If the server has a new name, set GITHUB_API_URL to it.",
            )
        repository, rest = _split(path)
        plain = location.partition("?")[0]
        if moved.permanent and plain.endswith(rest):
            self._moved[repository] = plain.removesuffix(rest)
        return location


def fitting(start: int, size: int) -> int:
    """The largest page, up to `size`, that begins at `start`: GitHub knows pages by their number only."""
    return next(each for each in PAGE_SIZES if each <= size and start % each == 0)


def _union(parts: Sequence[Page]) -> Page:
    """Pages that follow each other as one. One that shifted meanwhile repeats items: they count once."""
    return Page(
        items=list({item["id"]: item for part in parts for item in part.items}.values()),
        total_count=parts[-1].total_count,
        has_next=parts[-1].has_next,
        captured_at=min(part.captured_at for part in parts),
        steady=all(later.total_count >= earlier.total_count for earlier, later in pairwise(parts)),
    )


def check_listing(body: Any, items: str, path: str) -> tuple[list[dict[str, Any]], int]:
    """The items of a listing and their total, checked where they are taken apart."""
    found = body.get(items) if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise unexpected(items, path, "a list")
    if not all(isinstance(item, dict) and type(item.get("id")) is int for item in found):
        raise unexpected(f"{items}[].id", path, "a number")
    total_count = body.get("total_count")
    if type(total_count) is not int:
        raise unexpected("total_count", path, "a number")
    return found, total_count


def unexpected(field: str, path: str, wanted: str) -> UnexpectedPayloadError:
    """The error of a payload that lacks a field."""
    return UnexpectedPayloadError(
        f"GitHub's answer to GET {path} has no usable `{field}`: {wanted} is expected there.",
        hint="Check that the address of the API is GitHub's; if it is, please report this.",
    )


def _split(path: str) -> tuple[str, str]:
    """`/repos/OWNER/NAME` and the rest of a path."""
    parts = path.split("/")
    return "/".join(parts[:4]), "".join(f"/{part}" for part in parts[4:])


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
