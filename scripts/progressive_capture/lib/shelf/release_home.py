"""The release that a shelf's databases go into: made as a draft, published where that does not lock it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import CaptureError
from progressive_capture.lib.github.release_errors import NameTakenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.github.release_values import Release
    from progressive_capture.lib.github.releases import Releases
    from progressive_capture.lib.shelf.choice import Look
    from progressive_capture.lib.shelf.reading import ShelfReader

ABOUT = "The history of this repository's workflow runs, kept by Progressive Capture. Do not delete it."


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a shelf is, and whose databases it keeps."""

    repository: str
    target: str
    target_id: int
    tag: str


class ReleaseHome:
    """Makes and publishes the release of one shelf; says where it stays a draft."""

    def __init__(
        self, releases: Releases, reader: ShelfReader, *, place: Place, say: Callable[[str], None]
    ) -> None:
        self._releases = releases
        self._reader = reader
        self._place = place
        self._say = say

    def made(self) -> Release:
        """A draft. Two who make one at once agree on the first."""
        made = self._releases.create_draft(
            self._place.repository,
            tag=self._place.tag,
            name=f"Progressive Capture: {self._place.target}",
            body=ABOUT,
        )
        return self._reader.look().home or made

    def published(self, draft: Release, look: Look) -> Release:
        """The release as it is then: a draft still, where publishing would lock it, or does not work."""
        hindrance = self._hindrance(look)
        if hindrance is not None:
            return self._stays_draft(draft, hindrance)
        try:
            release = self._releases.publish(self._place.repository, draft)
        except NameTakenError:
            return draft  # somebody has published another one: the next look finds it
        except CaptureError as error:
            return self._stays_draft(draft, str(error).rstrip("."))
        if release.immutable:
            self._say(
                "GitHub made the release immutable: the next databases go into a draft, which only those who "
                "may write see."
            )
        return release

    def _hindrance(self, look: Look) -> str | None:
        """Why nothing is published; None: nothing hinders, as far as one can know."""
        if any(release.immutable for release in look.releases):
            return "its tag belongs to an immutable release for ever"
        setting = self._releases.are_immutable(self._place.repository)
        immutable = look.others_immutable if setting is None else setting
        return "what this repository publishes becomes immutable" if immutable else None

    def _stays_draft(self, draft: Release, why: str) -> Release:
        self._say(f"The release stays a draft, which only those who may write see: {why}.")
        return draft
