"""The contract of file storage: bytes go in once, under the key that their own hash gives them.

A key is `<first two hex digits>/<sha256>`. Nothing outside ever chooses a name.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO, Protocol


class Incoming(Protocol):
    """Bytes on their way in; whoever leaves the `with` without `keep` has stored nothing."""

    @property
    def size_bytes(self) -> int:
        """How much was written so far."""

    @property
    def sha256(self) -> str:
        """The hash of what was written so far, 64 hexadecimal digits."""

    def write(self, block: bytes) -> None:
        """Take a block.

        Raises:
            StoreError: if there is no room for it.
        """

    def reader(self) -> BinaryIO:
        """A seekable stream over what was written, from its start; to be closed by whoever asked."""

    def keep(self) -> str | None:
        """Make the bytes durable.

        Returns:
            Their key; None where this storage keeps nothing.

        Raises:
            NotKept: if this storage does not take so many bytes at once; all others it still takes.
            StoreError: if they could not be made durable; then nothing of them is visible.
        """


class FileStorage(Protocol):
    """Where the bytes of artifacts are kept. Every method raises StoreError where the place fails it."""

    def receive(self) -> AbstractContextManager[Incoming]:
        """Begin to take bytes in."""

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key.

        Raises:
            StoreError: if there are none.
        """

    def has(self, key: str) -> bool:
        """Whether the bytes of a key are here."""

    def remove(self, key: str, *, untouched_since: datetime) -> bool:
        """Remove the bytes of a key, unless they were kept again at that time or later.

        Whoever removes notes the time first, then finds out that nobody needs the bytes, then calls this:
        a capture that keeps the same bytes in the meantime is never robbed of them.

        Returns:
            Whether nothing is there any more (or was there at all); False: they were kept again.
        """

    def describe(self) -> str:
        """Where files go, or why they are not kept, for a person to read."""

    def check_writable(self) -> None:
        """Prove that bytes can be stored here.

        Raises:
            StoreError: if they cannot.
        """
