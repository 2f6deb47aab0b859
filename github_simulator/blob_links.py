"""Signed links to the blob host: valid for one minute (of release assets: for five), without a token.

GitHub answers a download with 302 to such a link
(https://docs.github.com/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run).
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from github_simulator.clock import SimulatedClock
from github_simulator.instants import MINUTE


class BlobLinks:
    """Makes links and tells whether one is still good. `key` is a secret of this process."""

    def __init__(self, blob_url: str, clock: SimulatedClock, key: bytes) -> None:
        self._blob_url = blob_url
        self._clock = clock
        self._key = key

    def link(self, path: str, life: int = MINUTE) -> str:
        """A link to the blob at this path, good for so many seconds from now."""
        expires = str(int(self._clock.now()) + life)
        signed = urlencode({"se": expires, "sig": self._signature(path, expires)})
        return f"{self._blob_url}{quote(path)}?{signed}"

    def is_good(self, path: str, query: Mapping[str, str]) -> bool:
        """Whether the link was signed here and has not expired."""
        expires = query.get("se", "")
        expected = self._signature(path, expires)
        if not hmac.compare_digest(expected, query.get("sig", "")):
            return False
        return self._clock.now() <= int(expires)

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
