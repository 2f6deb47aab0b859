"""How much may come out of an archive, counted in bytes that really came out."""

from __future__ import annotations

from dataclasses import dataclass

from progressive_capture.lib.files.not_kept import NotKept

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one archive may cost.

    Args:
        file_bytes: the largest file that is kept.
        total_bytes: how much may come out of one archive altogether.
        members: how many members are read.
        ratio: how many times its packed size a member, or the archive, may expand to. No real file comes
            near 250; deflate at its limit gives 1,032.
        member_ratio_from_bytes: small members may expand further, up to this size.
        archive_ratio_from_bytes: likewise for the whole archive.
    """

    file_bytes: int = 100 * MEBIBYTE
    total_bytes: int = 10 * 1024 * MEBIBYTE
    members: int = 100_000
    ratio: int = 250
    member_ratio_from_bytes: int = 10 * MEBIBYTE
    archive_ratio_from_bytes: int = 100 * MEBIBYTE


class Expansion:
    """Counts what comes out of one archive, and ends it when it is too much."""

    def __init__(self, limits: Limits, archive_bytes: int) -> None:
        self._limits = limits
        self._archive_bytes = archive_bytes
        self._total = 0
        self._ended: str | None = None
        self._packed = 0
        self._out = 0

    def begin(self, packed_bytes: int) -> None:
        """A member begins, which takes up so many bytes of the archive.

        Raises:
            NotKept: if the archive had its share.
        """
        if self._ended:
            raise NotKept("rejected", self._ended)
        self._packed = packed_bytes
        self._out = 0

    def add(self, count: int) -> None:
        """So many bytes more came out of the member.

        Raises:
            NotKept: if that is too much, of the member or of the archive.
        """
        limits = self._limits
        self._out += count
        self._total += count
        self._ended = self._too_much_altogether()
        if self._ended:
            raise NotKept("rejected", self._ended)
        if self._out > max(limits.member_ratio_from_bytes, limits.ratio * self._packed):
            raise NotKept("rejected", f"expands to over {limits.ratio} times its packed size")
        if self._out > limits.file_bytes:
            raise NotKept("skipped", f"larger than the file size limit of {limits.file_bytes:,} bytes")

    def _too_much_altogether(self) -> str | None:
        limits = self._limits
        if self._total > limits.total_bytes:
            return f"the archive expands to over {limits.total_bytes:,} bytes"
        if self._total > max(limits.archive_ratio_from_bytes, limits.ratio * self._archive_bytes):
            return f"the archive expands to over {limits.ratio} times its own size"
        return None
