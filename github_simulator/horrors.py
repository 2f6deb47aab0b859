"""The cabinet of horrors: archives that break careless readers, each with what should become of it.

Every line of the policy for hostile members has an exhibit here. What goes wrong stands
between good files, which must be kept. `hostile_reports` has the test reports that hurt.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from github_simulator.archive_writing import (
    DESCRIPTOR,
    ENCRYPTED,
    REGULAR_FILE,
    STORED,
    UTF8,
    Member,
    deflated,
    deflated_repeatedly,
    write_archive,
)
from github_simulator.artifact_bytes import (
    ArtifactBytes,
    ExpectedFile,
    Part,
    WholeBytes,
    packed,
    raw,
    rejected,
    stored,
    stored_file,
)
from github_simulator.hostile_reports import HOSTILE_REPORTS
from github_simulator.options import WorldOptions
from github_simulator.pictures import png

MOST_MEMBERS = 100_000
CROWD = MOST_MEMBERS + 3
_EVIL = b"owned\n"
_BEFORE, _AFTER = stored("before.txt", b"good\n", "text"), stored("after.txt", b"still good\n", "text")


@dataclass(frozen=True)
class Horror:
    """An artifact of this name."""

    name: str
    make: Callable[[], ArtifactBytes]


def chosen_horrors(options: WorldOptions) -> list[Horror]:
    """Those that the options ask for."""
    chosen = [Horror(name, make) for name, make in _EXHIBITS.items()] if options.horrors else []
    return [*chosen, Horror("horror-crowd", _crowd)] if options.crowded_archive else chosen


def _between(*parts: Part) -> WholeBytes:
    return packed([_BEFORE, *parts, _AFTER])


def _evil(name: str, shown: str, mode: int = REGULAR_FILE) -> Part:
    return rejected(shown, Member(name.encode(), _EVIL, mode=mode))


def _names_outside() -> WholeBytes:
    return _between(
        _evil("../../outside.txt", "../../outside.txt"),
        _evil("safe/../../outside.txt", "safe/../../outside.txt"),
        _evil("..", ".."),
        _evil("/etc/cron.d/outside", "/etc/cron.d/outside"),
        _evil("C:\\outside.txt", "C:/outside.txt"),
        _evil("C:outside.txt", "C:outside.txt"),
        _evil("\\\\server\\share\\outside.txt", "//server/share/outside.txt"),
        _evil("..\\..\\outside.txt", "../../outside.txt"),
        _evil("//server/share/outside.txt", "//server/share/outside.txt"),
    )


def _names_with_controls() -> WholeBytes:
    return _between(
        _evil("nul\0.txt", r"nul\x00.txt"),
        _evil("line\nfeed.txt", r"line\x0afeed.txt"),
        _evil("\x1b[31mred.txt", r"\x1b[31mred.txt"),
        _evil("delete\x7f.txt", r"delete\x7f.txt"),
        _evil("next\x85line.txt", r"next\x85line.txt"),
        _evil("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        _evil("isolate\u2066.txt", r"isolate\u2066.txt"),
        _evil("", ""),
    )


def _odd_names() -> WholeBytes:
    cp437 = Member("résumé.txt".encode("cp437"), b"old\n", flags=DESCRIPTOR)
    broken = Member(b"caf\x82.txt", b"flag lies\n", flags=UTF8 | DESCRIPTOR)
    return _between(
        stored("folder/in/windows.txt", b"backslashes\n", "text", name=b"folder\\in\\windows.txt"),
        Part(cp437, stored_file("résumé.txt", b"old\n", "text")),
        Part(broken, stored_file("café.txt", b"flag lies\n", "text")),
        Part(Member(b"folder/", mode=0o40755), None),
        rejected("loaded/", Member(b"loaded/", _EVIL)),
        stored("日本語/ファイル🧪.txt", "こんにちは\n".encode(), "text"),
        stored("...", b"dots are a name\0", "binary"),
    )


def _links_and_devices() -> WholeBytes:
    modes = {"symlink": 0o120777, "char-device": 0o020666, "block-device": 0o060660}
    modes |= {"fifo": 0o010644, "socket": 0o140755}
    return _between(*(_evil(name, name, mode=mode) for name, mode in modes.items()))


def _twins() -> WholeBytes:
    return _between(
        stored("twin.txt", b"the first\n", "text"),
        stored("twin.txt", b"the second\n", "text"),
        stored("TWIN.txt", b"another name\n", "text"),
    )


def _unreadable() -> WholeBytes:
    noise = Random("horrors").randbytes(400)
    return _between(
        rejected("secret.txt", Member(b"secret.txt", noise, flags=UTF8 | ENCRYPTED, method=STORED)),
        rejected("deflate64.bin", Member(b"deflate64.bin", noise, method=9)),
        rejected("zstd.bin", Member(b"zstd.bin", noise, method=93)),
        rejected("unknown.bin", Member(b"unknown.bin", noise, method=77)),
    )


def _liars() -> WholeBytes:
    data = bytes(range(256)) * 40
    whole = deflated(data)
    plain = UTF8  # sizes before the data, where streams trust them
    return _between(
        rejected("wrong-crc.bin", Member(b"wrong-crc.bin", data, crc=0xDEADBEEF)),
        rejected("larger.bin", Member(b"larger.bin", data, size=10, flags=plain)),
        rejected("smaller.bin", Member(b"smaller.bin", data, size=1_000_000, flags=plain)),
        rejected("broken-off.bin", Member(b"broken-off.bin", data, packed=whole[: len(whole) // 2])),
        rejected("no-deflate.bin", Member(b"no-deflate.bin", data, packed=b"\xff" * 60)),
    )


def _bomb() -> WholeBytes:
    """One member a thousand times its size, and one that ends before anybody need worry."""
    return _between(
        rejected("bomb.bin", Member(b"bomb.bin", bytes(20_000_000))),
        stored("firecracker.bin", bytes(9_000_000), "binary"),
    )


def _many_small_bombs() -> WholeBytes:
    """None is too large by itself. The twelfth takes the archive over 100 MB, and so over its ratio."""
    name = "part-{:02}.bin".format
    kept = [stored(name(number), bytes(9_000_000), "binary") for number in range(11)]
    late = [
        rejected(name(11), Member(name(11).encode(), bytes(9_000_000))),
        rejected("late.txt", Member(b"late.txt", b"too late\n")),
    ]
    return packed([*kept, *late])


def _too_large_a_file() -> WholeBytes:
    """110 MB that are no bomb: a hundredth of it cannot be compressed."""
    block = Random("large").randbytes(10_000) + bytes(990_000)
    times = 110
    stream, crc = deflated_repeatedly(block, times)
    size = len(block) * times
    member = Member(b"huge.bin", packed=stream, crc=crc, size=size)
    return _between(Part(member, ExpectedFile("huge.bin", "skipped", size=size)))


def _nested() -> WholeBytes:
    inner = packed([stored("inner.txt", b"inside\n", "text"), _evil("../outside.txt", "")]).data
    return _between(stored("inner.zip", inner, "binary"))


def _disguised() -> WholeBytes:
    page = b"<!DOCTYPE html>\n<html><script>alert(1)</script></html>\n"
    return _between(
        stored("screenshot.png", page, "text"),
        stored("picture.png", png(1, 2, 3), "image"),
        stored("program.txt", b"MZ\x90\0\x03\0\0\0" + bytes(64), "binary"),
        stored("page.html", page, "text"),
    )


def _zip64_with_comment() -> WholeBytes:
    """Written by `zipfile`, which knows how to write a member with sizes of eight bytes."""
    data, buffer = b"sixty-four bits\n", io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = "A comment, as archives may have one: 📦".encode()
        with archive.open(zipfile.ZipInfo("wide.txt"), "w", force_zip64=True) as file:
            file.write(data)
    return WholeBytes(buffer.getvalue(), [(0, stored_file("wide.txt", data, "text"))])


def _with_prefix() -> WholeBytes:
    """A self-extracting archive does not begin as a zip does: it is the file that it is."""
    data = b"#!/bin/sh\0exec unzip\n" + packed([_BEFORE]).data
    return raw("horror-self-extracting.run", data, "binary", "application/octet-stream")


def _ruined(data: bytes) -> WholeBytes:
    """Bytes that begin as a zip does, and cannot be opened as one."""
    return WholeBytes(data, [], "rejected")


def _good_archive() -> bytes:
    return packed([_BEFORE, stored("noise.bin", Random("cut").randbytes(5_000), "binary"), _AFTER]).data


def _directory_missing() -> WholeBytes:
    data = _good_archive()
    return _ruined(data[: data.index(b"PK\x01\x02")])


def _directory_garbled() -> WholeBytes:
    return _ruined(_good_archive().replace(b"PK\x01\x02", b"KP\x01\x02"))


@lru_cache(maxsize=1)
def _crowd() -> WholeBytes:
    """More files than anybody should read: the first 100,000 are kept, all of the same bytes."""
    data = b"one of many\n"
    name = "crowd/{:06}.txt".format
    files = ((place, stored_file(name(place), data, "text")) for place in range(MOST_MEMBERS))
    members: Iterator[Member] = (Member(name(place).encode(), data, method=STORED) for place in range(CROWD))
    return WholeBytes(write_archive(members), list(files))


_EXHIBITS: dict[str, Callable[[], WholeBytes]] = {
    "horror-names-outside": _names_outside,
    "horror-names-with-controls": _names_with_controls,
    "horror-odd-names": _odd_names,
    "horror-links-and-devices": _links_and_devices,
    "horror-twins": _twins,
    "horror-unreadable": _unreadable,
    "horror-liars": _liars,
    "horror-bomb": _bomb,
    "horror-many-small-bombs": _many_small_bombs,
    "horror-too-large-a-file": lru_cache(maxsize=1)(_too_large_a_file),
    "horror-nested": _nested,
    "horror-disguised": _disguised,
    "horror-zip64": _zip64_with_comment,
    "horror-self-extracting.run": _with_prefix,
    "horror-cut-in-the-middle": lambda: _ruined(_good_archive()[:2_000]),
    "horror-directory-missing": _directory_missing,
    "horror-directory-garbled": _directory_garbled,
    "horror-empty-archive": lambda: packed([]),
    "horror-empty-file.txt": lambda: raw("horror-empty-file.txt", b"", "text", "text/plain"),
    "horror-page.html": lambda: raw("horror-page.html", b"<html></html>\n", "text", "text/html"),
    **HOSTILE_REPORTS,
}
