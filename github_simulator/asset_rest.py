"""The REST API of the assets of releases: listings, single ones, their bytes, and how they are uploaded.

https://docs.github.com/rest/releases/assets. They are uploaded to a host of their own.
"""

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.blob_links import BlobLinks
from github_simulator.calls import RepositoryCall
from github_simulator.instants import MINUTE
from github_simulator.people import TOKEN_OWNER
from github_simulator.posted_body import read_body
from github_simulator.release_payloads import ReleasePayloads
from github_simulator.release_records import Asset, invalid
from github_simulator.release_rest import Handler, ListMaker, asked_release, may_see, refusing
from github_simulator.world import World

BINARY = "application/octet-stream"
STREAM_HEADER = "x-simulator-stream"
"""Set by a fault: GitHub streams the bytes itself, instead of saying where they are."""
_LINK_LIFE = 5 * MINUTE
_FIELDS = dict.fromkeys(("name", "label", "state"), (str,))


class AssetRest:
    """Answers requests about assets; `page` makes a page of a plain list out of its payloads."""

    def __init__(
        self, world: World, payloads: ReleasePayloads, blob_links: BlobLinks, page: ListMaker
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._blob_links = blob_links
        self._page = page

    def handlers(self) -> dict[str, Handler]:
        """By the names of the routes."""
        return {
            "assets": self._listing,
            "asset": self._single,
            "upload_asset": refusing(self._upload),
            "update_asset": refusing(self._update),
            "delete_asset": refusing(self._delete),
        }

    def _listing(self, call: RepositoryCall) -> Answer:
        release = asked_release(call)
        if release is None:
            return refusals.not_found()
        shown = [self._payloads.asset(one) for one in release.assets[call.page.begin : call.page.end]]
        return self._page(call, shown, -(-len(release.assets) // call.page.size))

    def _single(self, call: RepositoryCall) -> Answer:
        """What is told of it, or the way to its bytes, by what the client accepts."""
        asset = _asked(call)
        if asset is None:
            return refusals.not_found()
        if wants_bytes(call.request.headers.get("accept", "")):
            return self._download(call, asset)
        return json_answer(200, self._payloads.asset(asset), items=1)

    def _download(self, call: RepositoryCall, asset: Asset) -> Answer:
        """Public ones need no token. What never arrived cannot be had."""
        if asset.state != "uploaded":
            return refusals.not_found()
        asset.download_count += 1
        contents = asset.contents
        if STREAM_HEADER in call.request.headers:
            headers = {"Content-Type": asset.content_type}
            return Answer(
                200, headers=headers, stream=contents.stream(0, contents.size), length=contents.size
            )
        return Answer(
            302, b"", {"Location": self._blob_links.link(f"/release-assets/{asset.id}", _LINK_LIFE)}
        )

    def _upload(self, call: RepositoryCall) -> Answer:
        """201; 502 where less arrives than was announced, and then an asset in state `starter` is left."""
        release, request = asked_release(call), call.request
        if release is None:
            return refusals.not_found()
        length, name = request.announced_length, call.query.get("name")
        if length is None:
            return refusals.refusal(400, "Bad Content-Length: ")
        if not name:
            raise invalid("ReleaseAsset", "missing_field", "name")
        call.history.releases.check_upload(release, name, length)
        is_whole = len(request.body) >= length
        asset = call.history.releases.add_asset(
            release,
            name,
            request.body if is_whole else None,
            label=call.query.get("label"),
            content_type=request.headers.get("content-type", BINARY),
            person=TOKEN_OWNER,
            now=int(self._world.clock.now()),
        )
        return json_answer(201, self._payloads.asset(asset)) if is_whole else refusals.server_error(502)

    def _update(self, call: RepositoryCall) -> Answer:
        asset = _asked(call)
        if asset is None:
            return refusals.not_found()
        given = read_body(call.request.body, _FIELDS)
        call.history.releases.rename_asset(asset, given, int(self._world.clock.now()))
        return json_answer(200, self._payloads.asset(asset))

    def _delete(self, call: RepositoryCall) -> Answer:
        asset = _asked(call)
        if asset is None:
            return refusals.not_found()
        call.history.releases.delete_asset(asset)
        return Answer(204)


def wants_bytes(accept: str) -> bool:
    """Whether an Accept header asks for the bytes of an asset."""
    return BINARY in accept


def _asked(call: RepositoryCall) -> Asset | None:
    asset = call.history.releases.find_asset(call.number("asset_id"))
    return asset if asset and may_see(call, asset.release) else None
