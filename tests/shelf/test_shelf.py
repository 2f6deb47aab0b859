"""The shelf: what is kept can be brought again, whatever else is on it."""

import gzip
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from plain_databases import merging_into, pack, rows_of, write_rows
from shelf_desk import Desk

from github_simulator.process import Simulator
from progressive_capture.lib.errors import AuthenticationError, CapturePaused, ConfigurationError
from progressive_capture.lib.shelf.errors import ShelfFullError
from progressive_capture.lib.store.shards.errors import NewerShardError

HOUR = 3600.0


# ---- the usual way -----------------------------------------------------------------------------------------


def test_an_empty_shelf_has_nothing(desk: Desk) -> None:
    assert desk.shelf().newest() is None
    assert desk.brought() is None
    assert not desk.shelf().exists()
    assert desk.said == []


def test_what_is_kept_is_brought_as_it_was(desk: Desk) -> None:
    kept = desk.keep("one", "two", part="4711")
    assert (kept.name, kept.generation, kept.contains, kept.adds) == ("capture-000001-4711", 1, (), True)
    assert (kept.repository, kept.repository_id) == (desk.target, desk.target_id)
    assert kept.rows == {"workflow_runs": 2}
    assert desk.shelf().newest() == kept
    assert desk.brought() == {"one", "two"}
    assert desk.said == []


def test_the_release_is_a_prerelease_that_is_never_the_latest(desk: Desk) -> None:
    desk.keep("one")
    (release,) = desk.releases()
    assert (release.draft, release.prerelease, release.immutable) == (False, True, False)
    assert release.name == f"Progressive Capture: {desk.target}"
    assert release.tag == f"progressive-capture-data-{desk.target_id}"
    assert sorted(desk.assets()) == ["capture-000001-1.db.gz", "capture-000001-1.json"]


def test_the_own_repository_of_a_shelf_has_the_plain_tag(desk: Desk) -> None:
    shelf = desk.shelf(target=desk.repository.upper())
    assert shelf.tag == "progressive-capture-data"


def test_each_generation_grows_from_the_last_and_two_of_them_stay(desk: Desk) -> None:
    for number in range(1, 5):
        kept = desk.keep(f"row {number}", part=f"run-{number}")
    assert kept.name == "capture-000004-run-4"
    assert kept.contains == ("capture-000001-run-1", "capture-000002-run-2", "capture-000003-run-3")
    assert desk.brought() == {f"row {number}" for number in range(1, 5)}
    names = {name.partition(".")[0] for name in desk.assets()}
    assert names == {"capture-000003-run-3", "capture-000004-run-4"}
    assert len(desk.assets()) == 4
    assert desk.said == []


def test_a_name_that_cannot_be_is_refused_before_anything_is_asked(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="cannot be a part"):
        desk.keep_on(None, desk.file(), "one", part="../etc")
    assert desk.simulator.ledger()["requests"]["total"] == 0


def test_what_was_there_is_replaced_only_by_what_is_whole(desk: Desk) -> None:
    desk.keep("new")
    there = write_rows(desk.file(), {"old"})
    desk.simulator.fault("blob_wrong_bytes", path="blob:/release-assets/", times=None)
    assert desk.shelf().bring(there) is None
    assert rows_of(there) == {"old"}
    desk.simulator.clear_faults()
    assert desk.shelf().bring(there) is not None
    assert rows_of(there) == {"new"}
    assert [file for file in desk.folder.iterdir() if "part" in file.name] == []


# ---- what is broken ----------------------------------------------------------------------------------------


def spoil_bytes(desk: Desk, name: str) -> None:
    size = desk.assets()[f"{name}.db.gz"].size_bytes
    desk.delete(f"{name}.db.gz")
    desk.upload(f"{name}.db.gz", b"x" * size)


def cut_off(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.db.gz")
    desk.upload(f"{name}.db.gz", b"x")


def take_manifest(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.json")


def take_database(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.db.gz")


def scribble_manifest(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.json")
    desk.upload(f"{name}.json", b"{]")


def nest_manifest(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.json")
    desk.upload(f"{name}.json", b"[" * 100_000)


def swell_manifest(desk: Desk, name: str) -> None:
    desk.delete(f"{name}.json")
    desk.upload(f"{name}.json", b" " * 1_100_000)


def rename_manifest(desk: Desk, name: str) -> None:
    desk.replace_manifest(name, lambda data: data | {"repository_id": 99, "repository": "mona/other"})


def lie_about_name(desk: Desk, name: str) -> None:
    desk.replace_manifest(name, lambda data: data | {"name": "capture-000002-other"})


def pack_rubbish(desk: Desk, name: str) -> None:
    """Its manifest tells the truth, and it is no database all the same."""
    desk.delete(f"{name}.db.gz")
    desk.upload(f"{name}.db.gz", b"rubbish")
    digest = desk.assets()[f"{name}.db.gz"].sha256
    desk.replace_manifest(name, lambda data: data | {"sha256": digest, "size_bytes": 7})


BROKEN = [
    spoil_bytes,
    cut_off,
    take_manifest,
    take_database,
    scribble_manifest,
    nest_manifest,
    swell_manifest,
    rename_manifest,
    lie_about_name,
    pack_rubbish,
]


@pytest.mark.parametrize("spoil", BROKEN)
def test_where_the_newest_is_broken_the_older_one_is_taken_and_that_is_said(
    desk: Desk, spoil: Callable[[Desk, str], None]
) -> None:
    desk.keep("first", part="1")
    newest = desk.keep("second", part="2")
    spoil(desk, newest.name)
    assert desk.brought() == {"first"}
    assert "The database capture-000001-1, kept at" in desk.said[-1]
    assert "is taken: what is newer is not complete, or broken." in desk.said[-1]


@pytest.mark.parametrize("spoil", BROKEN)
def test_after_a_broken_one_the_next_is_kept_above_it_and_nobody_asks_for_it_again(
    desk: Desk, spoil: Callable[[Desk, str], None]
) -> None:
    desk.keep("first", part="1")
    spoil(desk, desk.keep("second", part="2").name)
    kept = desk.keep("third", part="3")
    assert kept.generation == 3
    desk.said.clear()
    assert desk.brought() == {"first", "third"}
    desk.keep("fourth", part="4")
    assert not [line for line in desk.said if "broken" in line and "capture-000002" not in line]
    assert desk.brought() == {"first", "third", "fourth"}


def test_an_upload_that_broke_off_is_no_database(desk: Desk) -> None:
    desk.keep("first", part="1")
    desk.simulator.fault("upload_cut", path="capture-000002-2.db.gz", times=None)
    with pytest.raises(Exception, match="did not arrive whole"):
        desk.keep("second", part="2")
    desk.simulator.clear_faults()
    assert desk.brought() == {"first"}


def test_a_broken_upload_of_any_part_is_sent_again(desk: Desk) -> None:
    for part in ("db.gz", "json"):
        desk.simulator.fault("upload_cut", path=f"capture-.*{part}", times=2)
    desk.keep("first")
    assert desk.brought() == {"first"}
    assert sorted(desk.assets()) == ["capture-000001-1.db.gz", "capture-000001-1.json"]


def test_of_what_broken_uploads_left_only_the_old_is_pruned(desk: Desk) -> None:
    desk.keep("first", part="1")
    release = desk.releases()[0]
    for name in ("capture-000007-old.db.gz", "capture-000007-manifest-alone.json", "notes.txt"):
        desk.upload(name, b"something", release)
    desk.simulator.fault("upload_cut", path="starter", times=None)
    with pytest.raises(Exception, match="did not arrive whole"):
        desk.upload("capture-000008-starter.db.gz", b"something", release)
    desk.simulator.clear_faults()
    desk.clock.wait(HOUR / 2, threading.Event())
    desk.keep("second", part="2")
    assert "capture-000007-manifest-alone.json" in desk.assets()
    desk.clock.wait(HOUR, threading.Event())
    desk.keep("third", part="3")
    assert "capture-000007-manifest-alone.json" not in desk.assets()
    assert "capture-000008-starter.db.gz" not in desk.assets()
    assert "capture-000007-old.db.gz" in desk.assets()
    desk.clock.wait(timedelta(days=1).total_seconds(), threading.Event())
    desk.keep("fourth", part="4")
    assert "capture-000007-old.db.gz" not in desk.assets()
    assert "notes.txt" in desk.assets()


def test_a_database_of_a_newer_version_is_not_passed_over(desk: Desk) -> None:
    desk.keep("first", part="1")
    desk.keep("second", part="2")

    def unpack_newer(packed: Path, into: Path) -> None:  # noqa: ARG001
        raise NewerShardError(packed, "0099", "0004")

    with pytest.raises(NewerShardError):
        desk.shelf(unpack=unpack_newer).bring(desk.file())


# ---- its size ----------------------------------------------------------------------------------------------


def test_near_the_limit_it_is_said_and_at_the_limit_it_is_refused_with_the_way_out(desk: Desk) -> None:
    database = write_rows(desk.file(), {"a", "b"})
    size = pack(database, desk.file("packed")).size_bytes
    roomy, tight, full = (desk.shelf(largest=limit) for limit in (2 * size, int(size * 1.3), size))
    desk.keep_on(None, desk.file(), "a", "b", shelf=roomy, part="1")
    assert desk.said == []
    with pytest.raises(ShelfFullError, match="It was not kept") as refusal:
        full.keep(database, grown_from=desk.shelf().newest(), merge=merging_into(database), name_part="2")
    assert "progressive-capture merge FILE --database postgresql://" in refusal.value.hint
    tight.keep(database, grown_from=desk.shelf().newest(), merge=merging_into(database), name_part="3")
    assert "docs/databases.md" in desk.said[-1]
    assert "fills 7" in desk.said[-1]


# ---- permissions -------------------------------------------------------------------------------------------


def test_without_permission_to_write_it_is_said_what_to_grant(desk: Desk) -> None:
    shelf = desk.shelf(desk.client(token="sim-nocontents"))
    with pytest.raises(AuthenticationError) as refusal:
        desk.keep("one", shelf=shelf)
    assert "contents: write" in refusal.value.hint
    assert "workflow file" in refusal.value.hint
    desk.keep("two")
    assert desk.brought(shelf) == {"two"}


def test_what_cannot_be_pruned_stays_and_that_is_said(desk: Desk) -> None:
    for number in range(1, 3):
        desk.keep(f"row {number}", part=str(number))
    desk.simulator.fault("status", path="DELETE .*/releases/assets/", status=503, times=None)
    kept = desk.keep("row 3", part="3")
    assert kept.generation == 3
    assert desk.said[-1].startswith("Older databases stay on the shelf for now:")
    desk.simulator.clear_faults()
    desk.keep("row 4", part="4")
    assert len(desk.assets()) == 4


# ---- immutable releases ------------------------------------------------------------------------------------


def immutable_world(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate("--runs", "3", "--cpu-scale", "0.01", "--immutable-releases")


def test_where_releases_are_immutable_it_stays_a_draft_and_that_is_said(
    simulate: Callable[..., Simulator], tmp_path: Path, desks: Callable[..., Desk]
) -> None:
    desk = desks(immutable_world(simulate), tmp_path)
    for number in range(1, 5):
        desk.keep(f"row {number}", part=str(number))
    (release,) = desk.releases()
    assert release.draft
    assert len(desk.assets()) == 4
    assert desk.brought() == {"row 1", "row 2", "row 3", "row 4"}
    assert "The release stays a draft, which only those who may write see" in desk.said[0]
    assert not desk.shelf(desk.client(token="sim-nocontents")).exists()


def test_what_became_immutable_stays_and_the_next_goes_into_a_draft(
    simulate: Callable[..., Simulator], tmp_path: Path, desks: Callable[..., Desk]
) -> None:
    """A token that may not ask for the setting finds out by publishing."""
    simulator = immutable_world(simulate)
    desk = desks(simulator, tmp_path, token="sim-noadmin")
    desk.keep("row 1", part="1")
    assert "GitHub made the release immutable" in desk.said[-1]
    for number in range(2, 6):
        desk.keep(f"row {number}", part=str(number))
    assert [(release.draft, release.immutable) for release in desk.releases()] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert desk.brought() == {f"row {number}" for number in range(1, 6)}
    assert len(desk.assets()) == 6
    assert "2 older assets stay: they are in a release that GitHub has made immutable." in desk.said
    simulator.immutable_releases(enabled=False)
    desk.said.clear()
    desk.keep("row 6", part="6")
    assert "its tag belongs to an immutable release for ever" in desk.said[0]


def test_what_others_published_tells_that_releases_are_immutable(
    simulate: Callable[..., Simulator], tmp_path: Path, desks: Callable[..., Desk]
) -> None:
    """A token that may not ask for the setting sees it in the newest release."""
    desk = desks(immutable_world(simulate), tmp_path, token="sim-noadmin")
    client = desk.client().releases
    theirs = client.create_draft(desk.repository, tag="v1", name="Version 1", body="", prerelease=False)
    assert client.publish(desk.repository, theirs, prerelease=False).immutable
    desk.keep("row 1")
    assert [release.draft for release in desk.releases()] == [True]
    assert "what this repository publishes becomes immutable" in desk.said[0]


def test_a_token_that_expires_on_the_way_pauses_and_loses_nothing(desk: Desk) -> None:
    desk.keep("row 1", part="1")
    desk.simulator.fault("bad_credentials", path="POST .*/assets", times=None)
    with pytest.raises(CapturePaused, match="no longer accepts the token"):
        desk.keep("row 2", part="2")
    desk.simulator.clear_faults()
    assert desk.brought() == {"row 1"}


def test_packed_bytes_are_what_gzip_reads(desk: Desk) -> None:
    desk.keep("row 1")
    into = desk.file("raw")
    with into.open("w+b") as file:
        desk.client().releases.download(
            desk.repository, desk.assets()["capture-000001-1.db.gz"], file, at_most=10**6
        )
    assert gzip.decompress(into.read_bytes()) == b"row 1"
