"""The simulator without sockets and without waiting: requests as calls, a clock that stands still.

For tests of what GitHub answers; whoever tests a client of HTTP takes `process.Simulator`.
"""

import json
from typing import Any

from github_simulator.answer import Answer, Request
from github_simulator.blob_host import BlobHost
from github_simulator.blob_links import BlobLinks
from github_simulator.clock import SimulatedClock
from github_simulator.options import WorldOptions
from github_simulator.payloads import Payloads
from github_simulator.service import Service, ServiceOptions
from github_simulator.world import World

API_URL, BLOB_URL, UPLOADS_URL = "http://simulator.test", "http://blobs.test", "http://uploads.test"


class Caller:
    """Asks the service as one token."""

    def __init__(self, service: Service, token: str | None) -> None:
        self.service = service
        self._headers = {"user-agent": "in-process"}
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"

    def get(self, target: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a GET; header names in lower case."""
        return self.service.answer(Request("GET", target, {**self._headers, **(headers or {})}))

    def json(self, target: str, headers: dict[str, str] | None = None) -> Any:
        """The body of an answer that must be 200."""
        answer = self.get(target, headers)
        assert answer.status == 200, answer  # noqa: PLR2004
        return json.loads(answer.body)

    def post(self, target: str, body: bytes) -> Answer:
        return self.service.answer(Request("POST", target, self._headers, body))

    def send(self, method: str, target: str, payload: Any = None) -> Answer:
        """The answer to a request that writes; `payload` goes as JSON."""
        body = b"" if payload is None else json.dumps(payload).encode()
        return self.service.answer(Request(method, target, self._headers, body))

    def upload(self, target: str, data: bytes, headers: dict[str, str] | None = None) -> Answer:
        """The answer of the host of uploads; `headers` may say another length than there is."""
        sent = {**self._headers, "content-length": str(len(data)), **(headers or {})}
        return self.service.answer(Request("POST", target.removeprefix(UPLOADS_URL), sent, data, "uploads"))

    def query(self, text: str, **variables: Any) -> Answer:
        """The answer to a GraphQL query."""
        return self.post("/graphql", json.dumps({"query": text, "variables": variables}).encode())


class InProcessGitHub(Caller):
    """One simulated GitHub; called itself, it is asked with the token `sim-demo`.

    `world`, `payloads`, `service` and `blobs` are its parts; `slept` collects the seconds for which
    answers would have been held back.
    """

    def __init__(
        self, options: WorldOptions | None = None, service_options: ServiceOptions | None = None
    ) -> None:
        world_options = options or WorldOptions()
        self.world = World(world_options, SimulatedClock(world_options.now, real=lambda: 0.0))
        self.slept: list[float] = []
        links = BlobLinks(BLOB_URL, self.world.clock, b"in process")
        self.payloads = Payloads(API_URL, UPLOADS_URL)
        service = Service(self.world, self.payloads, links, service_options, sleep=self.slept.append)
        super().__init__(service, "sim-demo")
        self.blobs = BlobHost(self.world, links, service.ledger, service.faults, self.slept.append)

    def caller(self, token: str | None) -> Caller:
        """Somebody else, who asks with this token, or with none."""
        return Caller(self.service, token)

    def ledger(self, *, lines: bool = False) -> dict[str, Any]:
        """What `GET /_simulator/ledger` answers."""
        return self.service.page(with_lines=lines)
