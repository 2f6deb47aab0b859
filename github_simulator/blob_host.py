"""The blob host: what downloads lead to.

It knows no tokens: a request that still carries an Authorization header is refused, as is
a link that is older than a minute. Ranges are served
(https://learn.microsoft.com/rest/api/storageservices/get-blob).
"""

import re
from http import HTTPStatus

from github_simulator.answer import Answer, Request
from github_simulator.blob_links import BlobLinks
from github_simulator.job_logs import log_of
from github_simulator.ledger import Ledger
from github_simulator.world import World


class BlobHost:
    """Serves job logs to those who hold a good link."""

    def __init__(self, world: World, links: BlobLinks, ledger: Ledger) -> None:
        self._world = world
        self._links = links
        self._ledger = ledger

    def answer(self, request: Request) -> Answer:
        """The blob, part of it, or why not."""
        answer = self._answer(request)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._ledger.blob("downloads")
            self._ledger.blob("bytes", len(answer.body))
        else:
            self._ledger.blob("refused")
        return answer

    def _answer(self, request: Request) -> Answer:
        if "authorization" in request.headers or not self._links.is_good(request.path, request.query):
            return _error(403, "AuthenticationFailed")
        blob = self._blob(request.path)
        if blob is None:
            return _error(404, "BlobNotFound")
        return _ranged(blob, request.headers.get("range"))

    def _blob(self, path: str) -> bytes | None:
        asked = re.fullmatch(r"/job-logs/(\d+)\.txt", path)
        with self._world.lock:
            job = self._world.job(int(asked[1])) if asked else None
            return log_of(job) if job else None


def _ranged(blob: bytes, wanted: str | None) -> Answer:
    headers = {"Content-Type": "text/plain", "Accept-Ranges": "bytes"}
    if wanted is None:
        return Answer(200, blob, headers)
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    begin = int(asked[1]) if asked else len(blob)
    if begin >= len(blob):
        return _error(416, "InvalidRange")
    end = min(int(asked[2]), len(blob) - 1) if asked and asked[2] else len(blob) - 1
    headers["Content-Range"] = f"bytes {begin}-{end}/{len(blob)}"
    return Answer(206, blob[begin : end + 1], headers)


def _error(status: int, code: str) -> Answer:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Answer(status, text.encode(), {"Content-Type": "application/xml"})
