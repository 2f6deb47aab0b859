"""One bucket of Supabase Storage, through Supabase's own client: what is asked may be asked again.

What passes is waited for (`patience`), what does not is told with a next step, and never with the key. An
error of this interface is HTTP 400 with its own status as text in the body, unless something in front of it
answers: the client tells both alike as `StorageApiError.status`.
https://supabase.com/docs/guides/storage/debugging/error-codes
"""

from __future__ import annotations

import socket
import weakref
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from io import BufferedReader
from typing import BinaryIO, TypeVar, cast

import httpx
from storage3 import SyncStorageClient
from storage3.exceptions import StorageApiError
from storage3.types import FileOptions

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.not_kept import NotKept
from progressive_capture.lib.patience import Patience, WorthWaitingError
from progressive_capture.lib.supabase_access import PAUSED, SET_THE_KEY, TRANSIENT_STATUSES

Answer = TypeVar("Answer")

ANSWER_WITHIN_SECONDS = 60.0
TOO_LARGE = "larger than the bucket, or its Supabase project, takes"
_NO_SUCH_FILE = "not_found"
_NO_SUCH_BUCKET = "Bucket not found"
_UNREADABLE = "Unable to parse error message: "
_AS_BYTES: FileOptions = {"content-type": "application/octet-stream", "upsert": "true"}


class NoSuchBucketError(StoreError):
    """The bucket is not there, or the key may not see it: both look alike."""


class SupabaseBucket:
    """A bucket, asked from any number of threads.

    Args:
        url: the project's address.
        key: a key that may use the bucket; it goes into headers alone.
        name: the bucket's.
        patience: how long a project that does not answer is waited for.
    """

    def __init__(self, url: str, key: str, name: str, patience: Patience) -> None:
        self.name = name
        self._address = f"{url.rstrip('/')}/storage/v1/"
        self._place = f"The bucket {name} of {httpx.URL(url).host}"
        self._patience = patience
        headers = {"apikey": key, "User-Agent": "progressive-capture"}
        if not key.startswith("sb_"):  # the keys that are no tokens go on `apikey` alone:
            # https://supabase.com/docs/guides/getting-started/migrating-to-new-api-keys
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.Client(headers=headers, timeout=ANSWER_WITHIN_SECONDS)
        # Nobody says when a storage is needed no more.
        weakref.finalize(self, self._http.close)
        self._client = SyncStorageClient(self._address, headers, http_client=self._http)
        self._files = self._client.from_(name)

    def upload(self, path: str, opened: Callable[[], BinaryIO]) -> None:
        """Write a file, over the one that is there.

        Its bytes are streamed in one request, which Supabase takes up to 5 GB
        (https://supabase.com/docs/guides/storage/uploads/standard-uploads); one that broke off is made again.

        Raises:
            NotKept: it is larger than the bucket or the project takes.
            NoSuchBucketError: there is no bucket to take it.
            StoreError: any other refusal, or no answer.
        """

        def work() -> None:
            with opened() as file:
                self._files.upload(path, cast("BufferedReader", file), _AS_BYTES)

        self._asked(work)

    def updated_at(self, path: str) -> datetime | None:
        """When a file was uploaded last, by Supabase's clock; None: there is none."""
        folder, _, name = path.rpartition("/")

        def work() -> datetime | None:
            rows = self._files.list(folder, {"search": name, "limit": 1})
            return datetime.fromisoformat(rows[0]["updated_at"]) if rows and rows[0]["name"] == name else None

        return self._asked(work)

    def download(self, path: str, target: BinaryIO) -> bool:
        """Write a file's bytes; says whether there are any."""

        def work() -> bool:
            target.seek(0)
            target.truncate()
            # The client would hold the whole file in memory.
            with self._http.stream("GET", f"{self._address}object/{self.name}/{path}") as response:
                if not response.is_success:
                    response.read()
                    raise _error_of(response)
                target.writelines(response.iter_bytes())
            return True

        return self._asked(work, unless=(HTTPStatus.NOT_FOUND, _NO_SUCH_FILE)) or False

    def remove(self, path: str) -> None:
        """Delete a file; that there is none is as good."""
        self._asked(lambda: self._files.remove([path]))

    def is_public(self) -> bool | None:
        """Whether anybody may read its files; None: there is no such bucket."""
        nothing = (HTTPStatus.NOT_FOUND, _NO_SUCH_BUCKET)
        return self._asked(lambda: self._client.get_bucket(self.name).public, unless=nothing)

    def make(self) -> None:
        """Make it, private; that somebody else made it in the meantime is as good."""
        making = partial(self._client.create_bucket, self.name, options={"public": False})
        self._asked(making, unless=(HTTPStatus.CONFLICT, None))

    def unmake(self) -> None:
        """Delete it if it is still empty."""
        self._asked(lambda: self._client.delete_bucket(self.name), unless=(HTTPStatus.CONFLICT, None))

    def _asked(
        self, work: Callable[[], Answer], *, unless: tuple[int, str | None] | None = None
    ) -> Answer | None:
        """The answer; None where it is the refusal that is as good (status, and error unless any will do)."""

        def once() -> Answer | None:
            try:
                return work()
            except StorageApiError as error:
                if unless and unless[0] == _status(error) and unless[1] in (None, error.code):
                    return None
                raise self._refused(error) from error
            except httpx.TransportError as error:
                raise self._unreachable(error) from error
            except (ValueError, KeyError, TypeError) as error:
                raise StoreError(
                    f"{self._place} answered something else than Supabase Storage does.",
                    hint="Check SUPABASE_URL: https://<ref>.supabase.co",
                ) from error

        return self._patience.until_it_works(once)

    def _refused(self, error: StorageApiError) -> Exception:
        status, said = _status(error), _said(error)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return NotKept("skipped", TOO_LARGE)
        if status == HTTPStatus.NOT_FOUND and error.code == _NO_SUCH_BUCKET:
            return NoSuchBucketError(
                f"{self._place} is not there, or this key may not see it.",
                hint=f"Make a private bucket of that name (Storage → New bucket). {SET_THE_KEY}",
            )
        what, hint = _REFUSALS.get(
            status, ("refused", "See the project's logs in its dashboard: Logs → Storage.")
        )
        told = StoreError(f"{self._place}: {what} ({status}: {said}).", hint=hint)
        # A file is locked while somebody else uploads the same bytes.
        passes = status in TRANSIENT_STATUSES or status == HTTPStatus.LOCKED
        return WorthWaitingError(told) if passes else told

    def _unreachable(self, error: httpx.TransportError) -> Exception:
        told = StoreError(
            f"{self._place} cannot be reached ({type(error).__name__}: {error}).",
            hint="Check SUPABASE_URL and the network, then start again: it goes on where it stopped.",
        )
        return told if _is_no_such_host(error) else WorthWaitingError(told)


_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: ("the key is not accepted", SET_THE_KEY),
    HTTPStatus.FORBIDDEN: ("this key may not do that", SET_THE_KEY),
    HTTPStatus.PAYMENT_REQUIRED: (
        "Supabase restricts the project",
        "A quota is used up, or a bill is open: see Usage and Billing of its organization.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "it does not take files of every kind",
        "Take the restriction of MIME types off the bucket, or name another: --file-storage supabase:BUCKET",
    ),
    PAUSED: (
        "the project is paused, as free projects are after 7 quiet days",
        "Open its dashboard and restore it; then start again: it goes on where it stopped.",
    ),
}
"""By status: what happened, and the next step.
https://supabase.com/docs/guides/troubleshooting/http-status-codes"""


def _status(error: StorageApiError) -> int:
    return int(error.status) if str(error.status).isdigit() else 0


def _said(error: StorageApiError) -> str:
    """The message, in one short line; of a page that something in front of Supabase wrote, nothing."""
    text = " ".join(error.message.removeprefix(_UNREADABLE).split())
    return "no message" if not text or text.startswith("<") else text[:200]


def _error_of(response: httpx.Response) -> StorageApiError:
    """As the client reads what is refused."""
    try:
        body = response.json()
        return StorageApiError(body["message"], body["error"], body["statusCode"])
    except (ValueError, KeyError, TypeError):
        return StorageApiError(_UNREADABLE + response.text, "InternalError", response.status_code)


def _is_no_such_host(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            return error.errno == socket.EAI_NONAME
        error = error.__cause__ or error.__context__
    return False
