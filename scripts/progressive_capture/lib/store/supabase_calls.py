"""Calls of SQL functions through Supabase's HTTP interface, tried again where that may help.

Every statement of a store may be carried out twice without harm, so that a call whose answer was lost is made
again. The client's own retries would not: they are for reads by GET alone.
https://supabase.com/docs/reference/python/rpc
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpx
from postgrest.exceptions import APIError

from progressive_capture.lib.errors import ConfigurationError, StoreError
from progressive_capture.lib.patience import Patience, WorthWaitingError
from progressive_capture.lib.store.database import AlreadyThereError
from progressive_capture.lib.store.supabase_errors import Refusal, explained
from progressive_capture.lib.supabase_access import check_key
from supabase import Client, ClientOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_WITHIN_SECONDS = 60.0
UNIQUE_VIOLATION = "23505"


class SupabaseCalls:
    """A project's functions, called by name.

    Args:
        url: the project's address, `https://<ref>.supabase.co`.
        key: its secret key, which is sent in headers alone.
        patience: how long a project that does not answer is waited for.

    Raises:
        ConfigurationError: the key cannot be one that may write, or the address none.
    """

    def __init__(self, url: str, key: str, patience: Patience) -> None:
        check_key(key)
        self.host = _host_of(url)
        self._patience = patience
        self._status = 0
        self._http = httpx.Client(
            timeout=ANSWER_WITHIN_SECONDS, http2=True, event_hooks={"response": [self._note_status]}
        )
        options = ClientOptions(auto_refresh_token=False, persist_session=False, httpx_client=self._http)
        self._client = Client(url, key, options)
        if key.startswith("sb_"):
            # Such a key is no token. https://supabase.com/docs/guides/api/api-keys
            self._client.options.headers.pop("Authorization", None)

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def call(self, function: str, arguments: Mapping[str, Any]) -> list[list[Any]]:
        """The rows that a function answers.

        Raises:
            AlreadyThereError: a unique key forbids it.
            StoreError: the project refuses, or gives no answer.
        """
        return self._patience.until_it_works(lambda: self._called(function, arguments))

    def _called(self, function: str, arguments: Mapping[str, Any]) -> list[list[Any]]:
        self._status = 0
        try:
            rows = self._client.rpc(function, dict(arguments)).execute().data
        except APIError as error:
            raise self._refused(error) from error
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except (ValueError, OverflowError) as error:  # UnicodeError is one: text that cannot be sent
            raise StoreError(f"A value cannot be sent to {self.host}: {error}.") from error
        if not isinstance(rows, list):
            raise StoreError(
                f"{self.host} answered something else than a function of this program does.",
                hint="Check SUPABASE_URL; then push the schema: supabase db push.",
            )
        return rows

    def _refused(self, error: APIError) -> Exception:
        refusal = Refusal(status=self._status, code=error.code or "", message=error.message or "")
        if refusal.code == UNIQUE_VIOLATION:
            return AlreadyThereError(refusal.message)
        told = explained(refusal, self.host)
        return WorthWaitingError(told) if refusal.is_transient else told

    def _unreachable(self, error: httpx.TransportError) -> Exception:
        told = StoreError(
            f"{self.host} cannot be reached ({type(error).__name__}: {error}).",
            hint="Check SUPABASE_URL and the network, then start again: it goes on where it stopped.",
        )
        return told if _is_no_such_host(error) else WorthWaitingError(told)

    def _note_status(self, response: httpx.Response) -> None:
        # The client's errors tell the database's code, but not the status.
        self._status = response.status_code


def _host_of(url: str) -> str:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL()
    if not address.host or address.userinfo or not 0 < (address.port or 443) < 2**16:
        # Nothing of it is repeated: there may be a password in it.
        raise ConfigurationError(
            "The Supabase project's address is none, or holds a user name or a password.",
            hint="Give https://<ref>.supabase.co (Project Settings → Data API), with the key in "
            "SUPABASE_SECRET_KEY.",
        )
    return address.host


def _is_no_such_host(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            return error.errno != socket.EAI_AGAIN  # that is a name server that is away
        error = error.__cause__ or error.__context__
    return False
