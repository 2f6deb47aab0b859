"""The blob host: what downloads lead to.

It knows no tokens: a request that still carries an Authorization header is refused, as is
a link that is older than a minute. Ranges are served
(https://learn.microsoft.com/rest/api/storageservices/get-blob).
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from github_simulator.answer import Answer, Request
from github_simulator.artifact_bytes import WholeBytes
from github_simulator.blob_faults import instead, spoil
from github_simulator.blob_links import BlobLinks
from github_simulator.faults import BLOB_TARGET, Fault, Faults
from github_simulator.job_logs import log_of
from github_simulator.ledger import Ledger
from github_simulator.world import World


@dataclass(frozen=True)
class _Blob:
    """Something to be sent: `stream` gives the bytes between two places of it."""

    size: int
    media_type: str
    etag: str
    stream: Callable[[int, int], Iterator[bytes]]


class BlobHost:
    """Serves job logs, artifacts and release assets to those who hold a good link. Logs know no faults."""

    def __init__(
        self,
        world: World,
        links: BlobLinks,
        ledger: Ledger,
        faults: Faults,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._world = world
        self._links = links
        self._ledger = ledger
        self._faults = faults
        self._sleep = sleep

    def answer(self, request: Request) -> Answer:
        """The blob, part of it, or why not."""
        answer = self._answer(request)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._ledger.blob("downloads")
            self._ledger.blob("bytes", len(answer.body) if answer.length is None else answer.length)
        else:
            self._ledger.blob("refused")
        if answer.delay_seconds:
            self._sleep(answer.delay_seconds)
        return answer

    def _answer(self, request: Request) -> Answer:
        if "authorization" in request.headers or not self._links.is_good(request.path, request.query):
            return _error(403, "AuthenticationFailed")
        asked = re.fullmatch(r"/(job-logs|artifacts|release-assets)/(\d+)(?:\.txt)?", request.path)
        if asked and asked[1] != "job-logs":
            return self._faulty_answer(request, asked[1], int(asked[2]))
        log = self._log(int(asked[2])) if asked else None
        return _ranged(log, request) if log else _error(404, "BlobNotFound")

    def _faulty_answer(self, request: Request, shelf: str, number: int) -> Answer:
        part = f"#{request.headers['range']}" if "range" in request.headers else ""
        fault = self._faults.take(BLOB_TARGET + request.path + part, 1)
        refusal = instead(fault) if fault else None
        answer = refusal or self._stored(request, shelf, number, fault)
        if fault and (refusal or spoil(fault, answer)):
            self._ledger.fault(fault.kind)
        return answer

    def _stored(self, request: Request, shelf: str, number: int, fault: Fault | None) -> Answer:
        """An artifact, or an asset."""
        with self._world.lock:
            is_artifact = shelf == "artifacts"
            found = self._world.artifact(number) if is_artifact else self._world.asset(number)
        if found is None:
            return _error(404, "BlobNotFound")
        contents = found.contents
        etag = f'"0x{contents.sha256[:15].upper()}"'
        blob = _Blob(contents.size, contents.media_type, etag, contents.stream)
        return _ranged(blob, request, whole=fault is not None and fault.kind == "blob_range_ignored")

    def _log(self, job_id: int) -> _Blob | None:
        with self._world.lock:
            job = self._world.job(job_id)
            log = WholeBytes(log_of(job)) if job else None
        return _Blob(log.size, "text/plain", f'"0x{log.sha256[:15].upper()}"', log.stream) if log else None


def _ranged(blob: _Blob, request: Request, *, whole: bool = False) -> Answer:
    """The part that is asked for. A range of another blob than `If-Range` names is the whole blob."""
    headers = {"Content-Type": blob.media_type, "Accept-Ranges": "bytes", "ETag": blob.etag}
    wanted = request.headers.get("range")
    if wanted is None or whole or request.headers.get("if-range", blob.etag) != blob.etag:
        return Answer(200, headers=headers, stream=blob.stream(0, blob.size), length=blob.size)
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    begin = int(asked[1]) if asked else blob.size
    if begin >= blob.size:
        return _error(416, "InvalidRange")
    end = min(int(asked[2]) + 1, blob.size) if asked and asked[2] else blob.size
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{blob.size}"
    return Answer(206, headers=headers, stream=blob.stream(begin, end), length=end - begin)


def _error(status: int, code: str) -> Answer:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Answer(status, text.encode(), {"Content-Type": "application/xml"})
