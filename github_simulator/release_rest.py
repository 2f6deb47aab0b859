"""The REST API of releases: listings, single ones, and how they are written.

https://docs.github.com/rest/releases/releases. Drafts are shown only to those who may write.
"""

import json
from collections.abc import Callable

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.calls import RepositoryCall
from github_simulator.payloads import Payload
from github_simulator.people import TOKEN_OWNER
from github_simulator.posted_body import BodyRefusedError, read_body
from github_simulator.release_payloads import ReleasePayloads
from github_simulator.release_records import Release, ReleaseRefusedError
from github_simulator.world import World

ListMaker = Callable[[RepositoryCall, list[Payload], int], Answer]
Handler = Callable[[RepositoryCall], Answer]
_FIELDS = {
    **dict.fromkeys(("tag_name", "target_commitish", "name", "body"), (str,)),
    **dict.fromkeys(("make_latest", "discussion_category_name"), (str,)),
    **dict.fromkeys(("draft", "prerelease", "generate_release_notes"), (bool,)),
}
_LATEST = ("true", "false", "legacy")


class ReleaseRest:
    """Answers requests about releases; `page` makes a page of a plain list out of its payloads."""

    def __init__(self, world: World, payloads: ReleasePayloads, page: ListMaker) -> None:
        self._world = world
        self._payloads = payloads
        self._page = page

    def handlers(self) -> dict[str, Handler]:
        """By the names of the routes."""
        return {
            "releases": self._listing,
            "latest_release": self._latest,
            "tagged_release": self._tagged,
            "release": self._single,
            "create_release": refusing(self._create),
            "update_release": refusing(self._update),
            "delete_release": refusing(self._delete),
            "immutable_releases": self._immutable,
        }

    def _listing(self, call: RepositoryCall) -> Answer:
        found = [release for release in call.history.releases.every() if may_see(call, release)]
        shown = [self._payloads.release(one) for one in found[call.page.begin : call.page.end]]
        return self._page(call, shown, -(-len(found) // call.page.size))

    def _latest(self, call: RepositoryCall) -> Answer:
        return self._answer(call.history.releases.latest())

    def _tagged(self, call: RepositoryCall) -> Answer:
        return self._answer(call.history.releases.tagged(call.match.values["tag"]))

    def _single(self, call: RepositoryCall) -> Answer:
        return self._answer(asked_release(call))

    def _answer(self, release: Release | None) -> Answer:
        return json_answer(200, self._payloads.release(release), items=1) if release else refusals.not_found()

    def _create(self, call: RepositoryCall) -> Answer:
        given = read_body(call.request.body, _FIELDS, required="tag_name")
        _check_latest(given.get("make_latest", "true"))
        now = int(self._world.clock.now())
        payload = self._payloads.release(call.history.releases.create(given, TOKEN_OWNER, now))
        return json_answer(201, payload, headers={"Location": payload["url"]})

    def _update(self, call: RepositoryCall) -> Answer:
        release = asked_release(call)
        if release is None:
            return refusals.not_found()
        given = read_body(call.request.body, _FIELDS)
        _check_latest(given.get("make_latest", "true"))
        call.history.releases.update(release, given, int(self._world.clock.now()))
        return json_answer(200, self._payloads.release(release))

    def _delete(self, call: RepositoryCall) -> Answer:
        release = asked_release(call)
        if release is None:
            return refusals.not_found()
        call.history.releases.delete(release)
        return Answer(204)

    def _immutable(self, call: RepositoryCall) -> Answer:
        """404 says that they are not."""
        if not call.history.releases.immutable:
            return refusals.not_found()
        return json_answer(200, {"enabled": True, "enforced_by_owner": False})


def asked_release(call: RepositoryCall) -> Release | None:
    """The release in the path, if the caller may see it."""
    release = call.history.releases.find(call.number("release_id"))
    return release if release and may_see(call, release) else None


def may_see(call: RepositoryCall, release: Release) -> bool:
    """Only those who may write see drafts."""
    return not release.draft or "contents_write" in call.identity.permissions


def refusing(handler: Handler) -> Handler:
    """The same, with GitHub's answer where it refuses what is asked."""

    def handle(call: RepositoryCall) -> Answer:
        try:
            return handler(call)
        except BodyRefusedError as error:
            return error.answer
        except ReleaseRefusedError as error:
            if not error.errors:
                return refusals.refusal(422, error.message)
            return refusals.refusal(422, error.message, errors=list(error.errors))

    return handle


def _check_latest(make_latest: str) -> None:
    if make_latest not in _LATEST:
        problem = f'"{make_latest}" is not a member of {json.dumps(_LATEST)}.'
        raise BodyRefusedError(
            refusals.refusal(422, f"Invalid request.\n\nFor 'properties/make_latest', {problem}")
        )
