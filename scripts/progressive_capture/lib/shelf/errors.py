"""What can go wrong with a shelf."""

from __future__ import annotations

from progressive_capture.lib.errors import CaptureError


class ShelfError(CaptureError):
    """A database cannot be kept on the shelf, or taken from it."""


class ShelfFullError(ShelfError):
    """The database has outgrown what one asset of a release holds."""


class ManifestError(ShelfError):
    """What should say what a kept database is, does not."""


class VanishedError(ShelfError):
    """What was listed a moment ago is gone: somebody keeps, or prunes, at the same time."""
