"""Every line of what is decided about members of an archive, each by an archive that was made for it."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
from pathlib import Path

import pytest
from hand_made_zips import Part, deflated, files_below, opened, zip_of

from progressive_capture.lib.files.limits import MEBIBYTE, Limits

GOOD = Part(name=b"good.bin", data=b"\0good")


def reason_of(tmp_path: Path, part: Part, *, status: str = "rejected", limits: Limits | None = None) -> str:
    """Why this member is not kept, while its neighbors are."""
    result = opened(zip_of(GOOD, part, Part(name=b"last.bin", data=b"\0last")), tmp_path, limits=limits)
    assert [file.status for file in result.files] == ["stored", status, "stored"]
    assert result.content.status == "stored"
    assert result.content.reason == f"1 of 3 files {status}"
    turned_away = result.files[1]
    assert (turned_away.position, turned_away.sha256, turned_away.storage_key) == (1, None, None)
    assert turned_away.reason is not None
    return turned_away.reason


def test_an_ordinary_file_is_stored_with_exactly_its_bytes(tmp_path: Path) -> None:
    result = opened(zip_of(GOOD), tmp_path)
    [file] = result.files
    assert (file.position, file.path, file.size_bytes, file.status, file.reason) == (
        *(0, "good.bin", 5, "stored", None),
    )
    assert file.sha256 == hashlib.sha256(b"\0good").hexdigest()
    assert file.storage_key == f"{file.sha256[:2]}/{file.sha256}"
    assert result.stored_bytes(0) == b"\0good"
    assert (result.content.status, result.content.reason) == ("stored", None)


@pytest.mark.parametrize(
    ("method", "packed"),
    [(0, "stored"), (8, "deflated"), (12, "bzip2"), (14, "lzma")],
    ids=["stored", "deflate", "bzip2", "lzma"],
)
def test_every_compression_that_python_reads_is_read(tmp_path: Path, method: int, packed: str) -> None:
    data = b"\0" + packed.encode() * 100_000
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.bin", data)
    result = opened(buffer.getvalue(), tmp_path)
    assert result.outcomes() == [("a.bin", "stored", None)]
    assert result.stored_bytes(0) == data


def test_backslashes_are_separators_and_then_all_rules_hold(tmp_path: Path) -> None:
    result = opened(zip_of(Part(name=rb"logs\build\1.txt"), Part(name=rb"logs\..\1.txt")), tmp_path)
    assert result.outcomes() == [
        ("logs/build/1.txt", "stored", None),
        ("logs/../1.txt", "rejected", "the name points outside the archive"),
    ]


def test_a_name_without_the_utf8_flag_is_cp437(tmp_path: Path) -> None:
    result = opened(zip_of(Part(name=b"caf\x82.txt", flags=0)), tmp_path)
    assert result.outcomes() == [("caf\u00e9.txt", "stored", None)]


def test_a_name_that_only_claims_to_be_utf8_is_cp437_and_harms_nobody(tmp_path: Path) -> None:
    result = opened(zip_of(Part(name=b"caf\x82.txt"), Part(name="gr\u00fcn.txt".encode())), tmp_path)
    assert result.outcomes() == [("caf\u00e9.txt", "stored", None), ("gr\u00fcn.txt", "stored", None)]


def test_a_folder_has_no_row_but_counts_as_a_position(tmp_path: Path) -> None:
    folder = Part(name=b"logs/", data=b"", method=0, mode=0o40755)
    result = opened(zip_of(folder, Part(name=b"logs/a.bin"), Part(name=b"x/", data=b"")), tmp_path)
    assert [(file.position, file.path) for file in result.files] == [(1, "logs/a.bin")]
    assert result.content.reason is None


def test_a_folder_that_holds_data_is_rejected(tmp_path: Path) -> None:
    assert reason_of(tmp_path, Part(name=b"logs/")) == "a folder that holds data"


@pytest.mark.parametrize(
    "name",
    [
        *(b"../a", b"a/../../b", b"a/..", b"..", rb"..\a", b"/etc/passwd", rb"\windows\a", b"C:/a", b"c:a"),
        *(rb"C:\a", b"//server/share/a", rb"\\server\share\a", b"a/../b"),
    ],
)
def test_a_name_that_points_outside_is_rejected(tmp_path: Path, name: bytes) -> None:
    assert reason_of(tmp_path, Part(name=name)) == "the name points outside the archive"
    assert {path.parents[1].name for path in files_below(tmp_path)} == {"storage"}


@pytest.mark.parametrize("name", [b"a..b/c", b"...", b".hidden", b"a/.../b", b"ab:c"])
def test_dots_and_colons_that_lead_nowhere_are_kept(tmp_path: Path, name: bytes) -> None:
    assert opened(zip_of(Part(name=name)), tmp_path).outcomes() == [(name.decode(), "stored", None)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\0b.png", r"a\x00b.png"),
        ("a\x1b[2J", r"a\x1b[2J"),
        ("a\nb", r"a\x0ab"),
        ("a\x7f", r"a\x7f"),
        ("a\x85", r"a\x85"),
        ("a\u202egnp.exe", r"a\u202egnp.exe"),
        ("a\u2066b", r"a\u2066b"),
    ],
)
def test_control_characters_are_rejected_and_shown_escaped(tmp_path: Path, name: str, shown: str) -> None:
    result = opened(zip_of(Part(name=name.encode())), tmp_path)
    assert result.outcomes() == [(shown, "rejected", "the name holds control characters")]


def test_an_empty_name_is_rejected(tmp_path: Path) -> None:
    assert reason_of(tmp_path, Part(name=b"")) == "the name is empty"


def test_a_long_name_is_cut_and_that_is_said(tmp_path: Path) -> None:
    result = opened(zip_of(Part(name=b"x" * 60_000)), tmp_path)
    assert result.outcomes() == [("x" * 1000, "stored", "the name was cut to 1,000 characters")]


@pytest.mark.parametrize("mode", [0o120777, 0o060600, 0o020600, 0o010600, 0o140600])
def test_links_devices_fifos_and_sockets_are_rejected(tmp_path: Path, mode: int) -> None:
    assert reason_of(tmp_path, Part(mode=mode)) == "a link or a device, not a file"


def test_the_same_name_twice_is_kept_twice_and_said_of_the_later(tmp_path: Path) -> None:
    result = opened(zip_of(Part(data=b"\0one"), Part(data=b"\0two"), Part(name=b"b")), tmp_path)
    assert result.outcomes() == [
        ("a.bin", "stored", None),
        ("a.bin", "stored", "an earlier file of the archive has the same name"),
        ("b", "stored", None),
    ]
    assert (result.stored_bytes(0), result.stored_bytes(1)) == (b"\0one", b"\0two")


@pytest.mark.parametrize("flags", [0x801, 0x841, 0x2800])
def test_an_encrypted_member_is_rejected(tmp_path: Path, flags: int) -> None:
    assert reason_of(tmp_path, Part(flags=flags)) == "encrypted"


@pytest.mark.parametrize("method", [1, 6, 9, 93, 98, 99, 65535])
def test_a_compression_that_cannot_be_read_is_rejected_by_its_number(tmp_path: Path, method: int) -> None:
    reason = f"packed in a way that cannot be read (method {method})"
    assert reason_of(tmp_path, Part(method=method)) == reason


def test_data_that_breaks_off_is_rejected(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10
    assert reason_of(tmp_path, Part(data=data, packed=deflated(data)[:-5])) == "its data breaks off"


@pytest.mark.parametrize("packed", [b"\xff" * 20, b"\x07", b"not deflate at all"])
def test_data_that_does_not_unpack_is_rejected(tmp_path: Path, packed: bytes) -> None:
    assert reason_of(tmp_path, Part(packed=packed)) == "its data is damaged and cannot be unpacked"


@pytest.mark.parametrize("method", [12, 14])
@pytest.mark.parametrize("packed", [b"", b"\xff", b"BZh9" + b"\xff" * 40, b"\x09\x14\x05\x00" + b"\xff" * 40])
def test_damaged_bzip2_and_lzma_are_rejected(tmp_path: Path, method: int, packed: bytes) -> None:
    assert reason_of(tmp_path, Part(method=method, packed=packed)).startswith("its data ")


def test_an_lzma_member_that_asks_for_gigabytes_of_memory_is_rejected(tmp_path: Path) -> None:
    packed = struct.pack("<HHBL", 0x1409, 5, 0x5D, 0xFFFFFFFF) + b"\0" * 64
    reason = "its data is damaged and cannot be unpacked"
    assert reason_of(tmp_path, Part(method=14, packed=packed)) == reason


def test_data_that_ends_too_early_is_rejected(tmp_path: Path) -> None:
    part = Part(data=b"abc", packed=deflated(b"abc") + b"hidden behind")
    assert reason_of(tmp_path, part) == "its data ends before the archive says so"


def test_a_wrong_checksum_is_rejected(tmp_path: Path) -> None:
    assert reason_of(tmp_path, Part(crc=1)) == "its checksum is not what the archive says"


@pytest.mark.parametrize("size", [0, 9, 11, 2**32 - 2])
@pytest.mark.parametrize("method", [0, 8])
def test_a_wrong_size_is_rejected(tmp_path: Path, size: int, method: int) -> None:
    part = Part(data=b"some bytes", size=size, method=method)
    assert reason_of(tmp_path, part) == "its size is not what the archive says"


def test_data_past_the_end_of_the_file_is_rejected(tmp_path: Path) -> None:
    assert reason_of(tmp_path, Part(packed_size=2**32 - 2)) == "its data breaks off"


@pytest.mark.parametrize("header_at", [1, 2**32 - 2, 2**31])
def test_a_member_that_is_not_where_it_should_be_is_rejected(tmp_path: Path, header_at: int) -> None:
    result = opened(zip_of(GOOD, Part(name=b"lost", header_at=header_at)), tmp_path)
    assert result.files[1].reason == "its data is not where the archive says"


def test_members_that_share_their_bytes_are_rejected_and_others_kept(tmp_path: Path) -> None:
    first = Part(name=b"first", data=b"\0first")
    again = Part(name=b"again", data=b"\0first", header_at=0)
    result = opened(zip_of(first, again, GOOD), tmp_path)
    reason = "its bytes are those of another member as well"
    assert [(file.status, file.reason) for file in result.files[::2]] == [
        ("rejected", reason),
        ("stored", None),
    ]
    assert result.files[1].status == "rejected"


def test_a_member_hidden_inside_another_is_noticed(tmp_path: Path) -> None:
    inner = Part(name=b"inner", data=b"\0inner", method=0)
    outer = Part(name=b"outer", data=inner.local(), method=0)
    lie = Part(name=b"inner", data=b"\0inner", method=0, header_at=30 + len(b"outer"))
    result = opened(zip_of(outer, lie, GOOD), tmp_path)
    assert result.files[0].reason == "its bytes are those of another member as well"
    assert result.files[2].status == "stored"


def test_a_second_name_in_the_local_header_does_not_count_but_is_said(tmp_path: Path) -> None:
    result = opened(zip_of(Part(name=b"report.txt", local_name=b"../../evil.sh")), tmp_path)
    assert result.outcomes() == [("report.txt", "stored", "the archive gives it a second name")]


SMALL = Limits(
    file_bytes=1000,
    total_bytes=20_000,
    members=5,
    ratio=10,
    member_ratio_from_bytes=500,
    archive_ratio_from_bytes=5000,
)


def noise(count: int, seed: int = 1) -> bytes:
    """Bytes that do not compress."""
    return b"\0" + random.Random(seed).randbytes(count - 1)


def test_a_file_over_the_size_limit_is_skipped_and_one_at_the_limit_kept(tmp_path: Path) -> None:
    part = Part(data=noise(1001))
    reason = "larger than the file size limit of 1,000 bytes"
    assert reason_of(tmp_path, part, status="skipped", limits=SMALL) == reason
    assert opened(zip_of(Part(data=noise(1000))), tmp_path, limits=SMALL).files[0].status == "stored"


def test_the_actual_bytes_count_and_not_what_the_archive_claims(tmp_path: Path) -> None:
    part = Part(data=noise(1001), size=10)
    assert reason_of(tmp_path, part, status="skipped", limits=SMALL).startswith("larger than the file size")
    modest = Part(data=noise(100), size=5_000_000)
    assert reason_of(tmp_path, modest, limits=SMALL) == "its size is not what the archive says"


def test_a_member_that_expands_too_far_is_rejected(tmp_path: Path) -> None:
    reason = "expands to over 10 times its packed size"
    assert reason_of(tmp_path, Part(data=b"\0" * 501), limits=SMALL) == reason


def test_a_small_member_may_expand_as_far_as_it_likes(tmp_path: Path) -> None:
    assert opened(zip_of(Part(data=b"\0" * 500)), tmp_path, limits=SMALL).files[0].status == "stored"


def test_the_default_limits_stop_a_bomb_and_let_ten_megabytes_of_zeros_be(tmp_path: Path) -> None:
    result = opened(
        zip_of(Part(data=bytes(10 * MEBIBYTE)), Part(name=b"bomb", data=bytes(10 * MEBIBYTE + 1))), tmp_path
    )
    assert [file.status for file in result.files] == ["stored", "rejected"]
    assert result.files[1].reason == "expands to over 250 times its packed size"


def test_after_an_archive_has_expanded_too_far_nothing_more_is_read(tmp_path: Path) -> None:
    limits = Limits(ratio=10, member_ratio_from_bytes=500, archive_ratio_from_bytes=1200)
    parts = [Part(name=b"%d" % each, data=b"\0" * 400) for each in range(5)]
    result = opened(zip_of(*parts), tmp_path, limits=Limits(ratio=1, archive_ratio_from_bytes=1000))
    reason = "the archive expands to over 1 times its own size"
    assert [file.reason for file in result.files] == [None, None, reason, reason, reason]
    assert [file.status for file in opened(zip_of(*parts), tmp_path, limits=limits).files] == ["stored"] * 5
    assert result.content.reason == "3 of 5 files rejected"


def test_an_archive_that_holds_too_much_altogether_is_read_to_there(tmp_path: Path) -> None:
    parts = [Part(name=b"%d" % each, data=noise(500, each)) for each in range(4)]
    result = opened(zip_of(*parts), tmp_path, limits=Limits(total_bytes=1000))
    reason = "the archive expands to over 1,000 bytes"
    assert [file.reason for file in result.files] == [None, None, reason, reason]


def test_only_so_many_members_are_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    parts = [Part(name=b"%d" % each) for each in range(8)]
    result = opened(zip_of(*parts), tmp_path, limits=Limits(members=5))
    assert [file.position for file in result.files] == [0, 1, 2, 3, 4]
    assert result.content.reason == "3 members beyond the first 5 were not read"


def test_what_was_not_kept_is_summed_up(tmp_path: Path) -> None:
    parts = [Part(name=b"../a"), Part(crc=1), Part(name=b"b", data=noise(600)), GOOD]
    result = opened(zip_of(*parts), tmp_path, limits=Limits(file_bytes=500))
    assert result.content.reason == "2 of 4 files rejected, 1 skipped"


def test_an_archive_in_an_archive_is_kept_as_the_file_it_is(tmp_path: Path) -> None:
    inner = zip_of(Part(name=b"../evil"))
    result = opened(zip_of(Part(name=b"inner.zip", data=inner)), tmp_path)
    assert [(file.path, file.media_type) for file in result.files] == [("inner.zip", "application/zip")]
    assert result.stored_bytes(0) == inner


class Unseekable(io.BytesIO):
    """Makes zipfile write sizes behind the data, as GitHub's own archives have them."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_sizes_that_stand_behind_the_data_are_understood(tmp_path: Path) -> None:
    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bin", b"\0one")
        archive.writestr("b.bin", b"\0two")
    assert b"PK\x07\x08" in buffer.getvalue()
    result = opened(buffer.getvalue(), tmp_path)
    assert [result.stored_bytes(position) for position in (0, 1)] == [b"\0one", b"\0two"]


def test_numbers_of_64_bits_are_understood(tmp_path: Path) -> None:
    part = Part(data=b"\0wide", size=0xFFFFFFFF, packed_size=0xFFFFFFFF)
    part.extra = struct.pack("<HHQQ", 1, 16, 5, len(deflated(b"\0wide")))
    result = opened(zip_of(part), tmp_path)
    assert result.outcomes() == [("a.bin", "stored", None)]


def test_an_end_record_of_64_bits_is_understood(tmp_path: Path) -> None:
    archive = zip_of(GOOD, Part(name=b"b"))
    end_at = archive.rfind(b"PK\5\6")
    size, offset = struct.unpack_from("<LL", archive, end_at + 12)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end_at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    with zipfile.ZipFile(io.BytesIO(archive[:end_at] + wide + locator + end)) as known_good:
        assert known_good.namelist() == ["good.bin", "b"]
    result = opened(archive[:end_at] + wide + locator + end, tmp_path)
    assert [file.status for file in result.files] == ["stored", "stored"]


@pytest.mark.parametrize("extra", [b"\1\0\x08\0" + b"\0" * 8, b"\1\0\x10\0", b"\1\0\0\0"])
def test_numbers_of_64_bits_that_break_off_harm_one_member(tmp_path: Path, extra: bytes) -> None:
    part = Part(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=extra)
    assert reason_of(tmp_path, part) == "its sizes are missing in the archive"


def test_numbers_of_64_bits_may_lie_as_well(tmp_path: Path) -> None:
    extra = struct.pack("<HHQQ", 1, 16, 2**64 - 1, 2**64 - 1)
    part = Part(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=extra)
    assert reason_of(tmp_path, part) == "its data breaks off"


@pytest.mark.parametrize("comment", [b"hello", b"PK\5\6", b"PK\5\6" + b"\0" * 18 + b"x", b"x" * 65_535])
def test_a_comment_changes_nothing(tmp_path: Path, comment: bytes) -> None:
    result = opened(zip_of(GOOD, comment=comment), tmp_path)
    assert [file.path for file in result.files] == ["good.bin"]


def test_bytes_before_the_archive_shift_everything(tmp_path: Path) -> None:
    prefix = zip_of(Part(name=b"not this one"))
    result = opened(zip_of(GOOD, prefix=prefix), tmp_path)
    assert [(file.path, file.status) for file in result.files] == [("good.bin", "stored")]


@pytest.mark.parametrize("kept", [10, 40, 60, -1, -10, -30])
def test_an_archive_that_is_cut_off_is_rejected_as_a_whole(tmp_path: Path, kept: int) -> None:
    result = opened(zip_of(GOOD)[:kept], tmp_path)
    assert result.files == []
    assert result.content.status == "rejected"
    assert result.content.reason is not None
    assert result.content.reason.startswith(
        "cannot be opened as a zip archive: it has no list of its members"
    )


def test_a_list_that_breaks_off_at_its_first_member_is_none(tmp_path: Path) -> None:
    archive = GOOD.local() + b"PK\1\2short"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 9, len(archive) - 9, 0)
    result = opened(archive + end, tmp_path)
    assert (result.files, result.content.status) == ([], "rejected")


def test_an_archive_whose_list_hides_a_member_is_rejected(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)
    result = opened(GOOD.local() + end, tmp_path)
    assert (result.files, result.content.status) == ([], "rejected")


def test_members_before_damage_in_the_list_are_kept(tmp_path: Path) -> None:
    archive = bytearray(zip_of(GOOD, Part(name=b"b"), Part(name=b"c")))
    second = archive.index(b"PK\1\2", archive.index(b"PK\1\2") + 1)
    archive[second : second + 4] = b"XXXX"
    result = opened(bytes(archive), tmp_path)
    assert [file.path for file in result.files] == ["good.bin"]
    assert result.content.status == "stored"
    assert result.content.reason == "the list of its members is damaged after member 1"


def test_a_claimed_count_is_not_believed(tmp_path: Path) -> None:
    result = opened(zip_of(GOOD, claimed=65_534), tmp_path)
    assert [file.path for file in result.files] == ["good.bin"]


def test_an_empty_archive_is_stored_without_files(tmp_path: Path) -> None:
    result = opened(zip_of(), tmp_path)
    assert (result.files, result.content.status, result.content.reason) == ([], "stored", None)
