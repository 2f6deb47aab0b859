"""Sessions of requests that do what they are told: one request, one answer, no memory of either."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from requests import Response


class _OneAnswer(requests.Session):
    """Leaves redirects alone.

    Even where it may not follow one, requests would read its body whole, however long, and take its address
    apart, which can fail with that address in the error.
    """

    def get_redirect_target(self, resp: Response) -> str | None:  # noqa: ARG002  (the name that requests calls)
        return None


def open_session(*, concurrency: int, block: bool) -> requests.Session:
    """A session that follows no redirect, retries nothing and keeps no cookie. To be closed.

    Args:
        concurrency: how many connections to a host are kept.
        block: whether there may be no more than those.
    """
    session = _OneAnswer()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_maxsize=concurrency, pool_block=block, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
