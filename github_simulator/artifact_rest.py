"""The REST API of artifacts: listings, single ones, and the way to their bytes.

https://docs.github.com/rest/actions/artifacts. Since 2026-09-24 expired artifacts are neither
listed nor returned; asking for their bytes is answered with 410.
"""

from collections.abc import Callable

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.artifacts import Artifact
from github_simulator.blob_links import BlobLinks
from github_simulator.calls import RepositoryCall
from github_simulator.listing import UNFILTERED_CAP
from github_simulator.payloads import Payload, Payloads
from github_simulator.world import World

PageMaker = Callable[[RepositoryCall, str, list[Payload], int, int], Answer]


class ArtifactRest:
    """Answers requests about artifacts; `page` makes a page of a listing."""

    def __init__(self, world: World, payloads: Payloads, blob_links: BlobLinks, page: PageMaker) -> None:
        self._world = world
        self._payloads = payloads
        self._blob_links = blob_links
        self._page = page

    def handlers(self) -> dict[str, Callable[[RepositoryCall], Answer]]:
        """By the names of the routes."""
        return {
            "artifacts": self._of_repository,
            "run_artifacts": self._of_run,
            "artifact": self._single,
            "artifact_zip": self._download,
            "delete_artifact": self._delete,
        }

    def _of_repository(self, call: RepositoryCall) -> Answer:
        return self._listing(call, call.history.artifacts.visible(self._world.clock.now()))

    def _of_run(self, call: RepositoryCall) -> Answer:
        run = self._world.run(call.number("run_id"))
        if run is None or run.repository is not call.history.repository:
            return refusals.not_found()
        visible = call.history.artifacts.visible(self._world.clock.now())
        of_run = [one for one in visible if one.run is run]
        oldest_first = call.query.get("direction") == "asc"
        return self._listing(call, of_run[::-1] if oldest_first else of_run)

    def _listing(self, call: RepositoryCall, found: list[Artifact]) -> Answer:
        """A page of these, the last of them first; how many there are is told up to the cap."""
        name, page = call.query.get("name"), call.page
        if name is not None:
            found = [one for one in found if one.name == name]
        if page.end > UNFILTERED_CAP:
            return refusals.too_deep()
        total = min(len(found), UNFILTERED_CAP)
        shown = [found[-1 - place] for place in range(page.begin, min(page.end, total))]
        payloads = [self._payloads.artifact(one) for one in shown]
        return self._page(call, "artifacts", payloads, total, -(-total // page.size))

    def _single(self, call: RepositoryCall) -> Answer:
        artifact = self._asked(call)
        if artifact is None or self._fate(artifact, call) is not None:
            return refusals.not_found()
        return json_answer(200, self._payloads.artifact(artifact), items=1)

    def _download(self, call: RepositoryCall) -> Answer:
        """302 to the bytes, whatever they are: GitHub says `zip` of raw files too."""
        if call.identity.is_anonymous:
            return refusals.scope_needed()
        artifact = self._asked(call)
        fate = self._fate(artifact, call) if artifact else None
        if artifact is None or fate == "deleted":
            return refusals.not_found()
        if fate == "expired":
            return refusals.gone()
        return Answer(302, b"", {"Location": self._blob_links.link(f"/artifacts/{artifact.id}")})

    def _delete(self, call: RepositoryCall) -> Answer:
        artifact = self._asked(call)
        if artifact is None or self._fate(artifact, call) is not None:
            return refusals.not_found()
        call.history.artifacts.delete([artifact])
        return Answer(204)

    def _asked(self, call: RepositoryCall) -> Artifact | None:
        artifact = self._world.artifact(call.number("artifact_id"))
        return artifact if artifact and artifact.run.repository is call.history.repository else None

    def _fate(self, artifact: Artifact, call: RepositoryCall) -> str | None:
        return call.history.artifacts.fate(artifact, self._world.clock.now())
