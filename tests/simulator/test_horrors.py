"""The cabinet of horrors: every exhibit is as bad as its label says, and its label is complete."""

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from github_simulator.in_process import API_URL, InProcessGitHub
from github_simulator.large_artifact import MEGABYTE, LargeArtifact
from github_simulator.payloads import Payloads
from github_simulator.truth import Truth

MakeGitHub = Callable[..., InProcessGitHub]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(artifacts_share=0.0, horrors=True)


@pytest.fixture(scope="module")
def exhibits(github: InProcessGitHub) -> dict[str, tuple[Row, bytes]]:
    """The truth and the bytes by the name of the exhibit, without `horror-`."""
    rows = [json.loads(line) for line in Truth(github.world, Payloads(API_URL)).lines("artifacts")]
    return {row["name"].removeprefix("horror-"): (row, content(github, row)) for row in rows}


def content(github: InProcessGitHub, row: Row) -> bytes:
    artifact = github.world.artifact(row["id"])
    assert artifact is not None
    return b"".join(artifact.contents.stream(0, row["size_in_bytes"]))


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def statuses(row: Row) -> dict[str, str]:
    return {file["path"]: file["status"] for file in row["files"]}


def test_horrors_come_only_when_they_are_called(make_github: MakeGitHub) -> None:
    assert not make_github(artifacts_share=0.0).world.histories[0].artifacts.every()


def test_the_horrors_hang_on_the_newest_finished_runs_and_are_all_on_show(
    github: InProcessGitHub, exhibits: dict[str, tuple[Row, bytes]]
) -> None:
    page = github.json("/repos/octo/example/actions/artifacts?per_page=100")
    assert page["total_count"] == len(exhibits) > 20
    assert len({one["workflow_run"]["id"] for one in page["artifacts"]}) == 3
    for one in page["artifacts"]:
        assert f"sha256:{exhibits[one['name'].removeprefix('horror-')][0]['content_sha256']}" == one["digest"]


def test_what_stands_around_a_horror_is_good(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    for row, _ in exhibits.values():
        around = [one["status"] for one in row["files"] if one["path"] in {"before.txt", "after.txt"}]
        assert set(around) <= {"stored"}
    with_neighbors = [row for row, _ in exhibits.values() if "after.txt" in statuses(row)]
    assert len(with_neighbors) > 8


def test_every_stored_file_is_in_the_archive_with_these_bytes(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    compared = 0
    for name, (row, data) in exhibits.items():
        if not data.startswith(b"PK\x03\x04") or row["content_status"] != "stored" or name == "odd-names":
            continue  # `zipfile` refuses the whole archive where one name lies about being UTF-8
        with opened(data) as archive:
            for file in row["files"]:
                if file["status"] == "stored":
                    found = archive.read(archive.infolist()[file["position"]])
                    assert (len(found), hashlib.sha256(found).hexdigest()) == (
                        file["size_bytes"],
                        file["sha256"],
                    )
                    compared += 1
    assert compared > 40


def test_names_that_lead_outside_are_all_rejected(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["names-outside"]
    with opened(data) as archive:
        names = [info.orig_filename for info in archive.infolist()]
    assert names[1:-1] == [
        "../../outside.txt",
        "safe/../../outside.txt",
        "..",
        "/etc/cron.d/outside",
        "C:\\outside.txt",
        "C:outside.txt",
        "\\\\server\\share\\outside.txt",
        "..\\..\\outside.txt",
        "//server/share/outside.txt",
    ]
    assert [file["status"] for file in row["files"]] == ["stored", *["rejected"] * 9, "stored"]
    assert "//server/share/outside.txt" in statuses(row)


def test_names_with_control_characters_are_shown_escaped(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["names-with-controls"]
    rejected = [file for file in row["files"] if file["status"] == "rejected"]
    with opened(data) as archive:
        names = [archive.infolist()[file["position"]].orig_filename for file in rejected]
    shown = [
        "".join(
            character
            if character.isprintable()
            else f"\\x{ord(character):02x}"
            if ord(character) < 0x100
            else f"\\u{ord(character):04x}"
            for character in name
        )
        for name in names
    ]
    assert [file["path"] for file in rejected] == shown
    assert r"photo\u202egpj.exe" in shown
    assert "" in shown


def test_odd_names_are_read_as_they_were_meant(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["odd-names"]
    assert b"r\x82sum\x82.txt" in data
    assert b"folder\\in\\windows.txt" in data
    with pytest.raises(UnicodeDecodeError):
        opened(data)
    paths = statuses(row)
    for path in ("folder/in/windows.txt", "résumé.txt", "café.txt", "日本語/ファイル🧪.txt"):
        assert paths[path] == "stored"
    assert paths["loaded/"] == "rejected"
    assert "folder/" not in paths
    assert [file["position"] for file in row["files"]] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_links_and_devices_have_their_modes(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["links-and-devices"]
    with opened(data) as archive:
        kinds = {info.filename: info.external_attr >> 28 for info in archive.infolist()}
    special = {"symlink": 0o12, "char-device": 0o2, "block-device": 0o6, "fifo": 0o1, "socket": 0o14}
    assert kinds == {"before.txt": 0o10, **special, "after.txt": 0o10}
    assert [path for path, status in statuses(row).items() if status == "rejected"] == list(special)


def test_twins_share_a_name_and_both_are_kept(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, _ = exhibits["twins"]
    twins = [file for file in row["files"] if file["path"] == "twin.txt"]
    assert [file["status"] for file in twins] == ["stored", "stored"]
    assert len({file["sha256"] for file in twins}) == len({file["position"] for file in twins}) == 2


@pytest.mark.parametrize("exhibit", ["unreadable", "liars"])
def test_nobody_can_read_what_is_rejected(exhibits: dict[str, tuple[Row, bytes]], exhibit: str) -> None:
    row, data = exhibits[exhibit]
    rejected = [file for file in row["files"] if file["status"] == "rejected"]
    assert len(rejected) >= 4
    with opened(data) as archive:
        for file in rejected:
            info = archive.infolist()[file["position"]]
            try:
                found = archive.read(info)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
                continue
            assert len(found) != info.file_size, info  # fewer than were told, and `zipfile` does not mind


def test_a_bomb_is_small_and_expands_a_thousand_times(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["bomb"]
    assert len(data) < 40_000
    with opened(data) as archive:
        (bomb,) = [info for info in archive.infolist() if info.filename == "bomb.bin"]
        assert bomb.file_size > 250 * bomb.compress_size
        assert archive.testzip() is None
    assert statuses(row) == {
        "before.txt": "stored",
        "bomb.bin": "rejected",
        "firecracker.bin": "stored",
        "after.txt": "stored",
    }


def test_small_bombs_together_are_a_large_one(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["many-small-bombs"]
    out = 0
    with opened(data) as archive:
        for info, file in zip(archive.infolist(), row["files"], strict=True):
            out += info.file_size
            assert info.file_size < 10_000_000
            over = out > 104_857_600 and out > 250 * len(data)
            assert file["status"] == ("rejected" if over else "stored")
    assert list(statuses(row).values()).count("rejected") == 2


def test_a_file_can_be_too_large_without_being_a_bomb(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["too-large-a-file"]
    with opened(data) as archive:
        huge = archive.getinfo("huge.bin")
        assert 104_857_600 < huge.file_size < 200 * huge.compress_size
        assert archive.testzip() is None  # reads it to its end and compares the checksum
    assert statuses(row)["huge.bin"] == "skipped"
    assert len(data) < 2_000_000


def test_a_nested_archive_is_a_file_like_any_other(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["nested"]
    with opened(data) as archive, opened(archive.read("inner.zip")) as inner:
        assert inner.namelist() == ["inner.txt", "../outside.txt"]
    assert list(statuses(row)) == ["before.txt", "inner.zip", "after.txt"]


def test_bytes_decide_what_a_file_is(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["disguised"]
    categories = {file["path"]: file["category"] for file in row["files"]}
    assert categories["screenshot.png"] == "text"
    assert categories["picture.png"] == "image"
    assert categories["program.txt"] == "binary"
    with opened(data) as archive:
        assert archive.read("screenshot.png").startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("exhibit", ["cut-in-the-middle", "directory-missing", "directory-garbled"])
def test_what_only_begins_as_an_archive_is_rejected(
    exhibits: dict[str, tuple[Row, bytes]], exhibit: str
) -> None:
    row, data = exhibits[exhibit]
    assert data.startswith(b"PK\x03\x04")
    with pytest.raises(zipfile.BadZipFile):
        opened(data)
    assert (row["content_status"], row["files"]) == ("rejected", [])


def test_an_empty_archive_and_an_empty_file_are_two_things(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    archive, file = exhibits["empty-archive"], exhibits["empty-file.txt"]
    assert archive[1].startswith(b"PK\x05\x06")
    assert (archive[0]["content_status"], archive[0]["files"]) == ("stored", [])
    assert file[1] == b""
    assert statuses(file[0]) == {"horror-empty-file.txt": "stored"}


@pytest.mark.parametrize("exhibit", ["self-extracting.run", "page.html"])
def test_what_does_not_begin_as_an_archive_is_the_file_that_it_is(
    exhibits: dict[str, tuple[Row, bytes]], exhibit: str
) -> None:
    row, data = exhibits[exhibit]
    assert not data.startswith(b"PK")
    assert statuses(row) == {row["name"]: "stored"}


def test_zip64_and_a_comment_are_handled(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["zip64"]
    with opened(data) as archive:
        assert archive.comment
        assert archive.infolist()[0].extract_version == 45
    assert statuses(row) == {"wide.txt": "stored"}


@pytest.mark.parametrize("exhibit", ["entity-bomb", "external-entity"])
def test_entities_are_never_believed(exhibits: dict[str, tuple[Row, bytes]], exhibit: str) -> None:
    row, data = exhibits[exhibit]
    with opened(data) as archive:
        for info in archive.infolist()[:-1]:
            assert b"<!ENTITY" in archive.read(info)
    assert set(statuses(row).values()) == {"stored"}
    assert [result["name"] for result in row["test_results"]] == ["good"]


def test_a_report_that_breaks_off_yields_what_it_had(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, data = exhibits["report-broken-off"]
    with opened(data) as archive:
        text = archive.read("reports/cut.xml")
    names: list[str | None] = []
    elements = ET.iterparse(io.BytesIO(text))
    with pytest.raises(ET.ParseError):
        names.extend(element.get("name") for _, element in elements if element.tag == "testcase")
    assert [one["name"] for one in row["test_results"] if one["file_position"] == 0] == names
    assert len(names) == 3


def test_an_aggregate_and_the_files_that_it_repeats_are_counted_once(
    exhibits: dict[str, tuple[Row, bytes]],
) -> None:
    row, data = exhibits["aggregate"]
    with opened(data) as archive:
        held = [archive.read(info).count(b"<testcase") for info in archive.infolist()]
    assert held[0] == held[1] + held[2] == len(row["test_results"])
    assert {result["file_position"] for result in row["test_results"]} == {1, 2}


def test_files_that_are_only_named_as_reports_hold_no_results(exhibits: dict[str, tuple[Row, bytes]]) -> None:
    row, _ = exhibits["no-reports"]
    assert len(row["files"]) == 5
    assert [result["name"] for result in row["test_results"]] == ["good"]


def test_a_crowded_archive_holds_more_than_anybody_reads(make_github: MakeGitHub) -> None:
    github = make_github(artifacts_share=0.0, crowded_archive=True)
    (artifact,) = github.world.histories[0].artifacts.every()
    contents = artifact.contents
    data = b"".join(contents.stream(0, contents.size))
    (count,) = struct.unpack_from("<Q", data, data.index(b"PK\x06\x06") + 32)
    assert count == 100_003  # too many for the 16 bits of an end record without zip64
    with opened(data) as archive:
        assert len(archive.infolist()) == 100_003
        assert archive.read(archive.infolist()[-1]) == b"one of many\n"
        assert archive.infolist()[99_999].filename == contents.files[-1][1].path
    assert len(contents.files) == 100_000


def test_a_large_artifact_is_never_whole_in_memory() -> None:
    large = LargeArtifact(200, seed=1)
    tracemalloc.start()
    digest, sent = hashlib.sha256(), 0
    for chunk in large.stream(0, large.size):
        digest.update(chunk)
        sent += len(chunk)
    assert (sent, digest.hexdigest()) == (large.size, large.sha256)
    assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    tracemalloc.stop()


def test_a_large_artifact_is_an_archive_of_bytes_that_cannot_be_compressed() -> None:
    large = LargeArtifact(101, seed=1)
    data = b"".join(large.stream(0, large.size))
    with opened(data) as archive:
        assert archive.testzip() is None
        sizes = [(info.filename, info.file_size) for info in archive.infolist()]
    assert sizes == [(file.path, file.size) for _, file in large.files]
    assert [file.status for _, file in large.files] == ["skipped", "stored"]
    assert len(zlib.compress(data[: 4 * MEGABYTE], 1)) > 4 * MEGABYTE


@pytest.mark.parametrize(("begin", "end"), [(0, 10), (40, 3_000_000), (MEGABYTE, MEGABYTE + 1), (-200, None)])
def test_any_part_of_a_large_artifact_can_be_had(begin: int, end: int | None) -> None:
    large = LargeArtifact(101, seed=2)
    data = b"".join(large.stream(0, large.size))
    first, last, _ = slice(begin, end).indices(large.size)
    assert b"".join(large.stream(first, last)) == data[begin:end]
