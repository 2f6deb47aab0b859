"""Bytes that may go: of old artifacts, and never those that another artifact still needs."""

from __future__ import annotations

from typing import Any

from store_databases import Database
from store_rows import artifact_row, at, batch, file_row, result_row

from progressive_capture.lib.normalize.rows import Batch, Content, ContentStatus
from progressive_capture.lib.store.queries import PAGE

LIMIT = at(100)
OLD, YOUNG = at(99), at(100)


def keep(
    database: Database, artifact_id: int, *keys: str, status: ContentStatus = "stored", **values: Any
) -> None:
    """An artifact with a file of eight bytes under each key."""
    files = [
        file_row(
            artifact_id=artifact_id,
            position=n,
            storage_key=key,
            sha256=key,
            size_bytes=8,
            repository_id=values.get("repository_id", 1),
        )
        for n, key in enumerate(keys)
    ]
    row = artifact_row(id=artifact_id, **{"created_at": OLD} | values)
    database.store.write(
        Batch(
            rows={"artifacts": [row], "artifact_files": files},
            contents={artifact_id: Content(status=status)},
        )
    )


def removable(database: Database, repository_id: int | None = None) -> tuple[list[int], list[str]]:
    artifacts = list(database.store.removable_artifacts(LIMIT, repository_id))
    return artifacts, [key for key, _ in database.store.removable_keys(LIMIT, repository_id)]


def test_old_artifacts_with_stored_files_may_go_and_their_keys_with_them(database: Database) -> None:
    keep(database, 1, "a", "b")
    keep(database, 2, "c", created_at=YOUNG)
    keep(database, 3, "d", created_at=None, captured_at=OLD)
    keep(database, 4, "e", created_at=None, captured_at=YOUNG)
    keep(database, 5)  # without a file
    keep(database, 6, "f", repository_id=2)
    assert removable(database) == ([1, 3, 6], ["a", "b", "d", "f"])
    assert removable(database, 1) == ([1, 3], ["a", "b", "d"])
    assert list(database.store.removable_keys(LIMIT, 2)) == [("f", 8)]


def test_only_artifacts_that_are_settled_may_go(database: Database) -> None:
    statuses: list[ContentStatus] = ["stored", "skipped", "pending", "failed", "rejected", "gone", "removed"]
    for n, status in enumerate(statuses):
        keep(database, n, f"key {n}", status=status)
    assert removable(database) == ([0, 1], ["key 0", "key 1"])


def test_a_key_that_anything_else_needs_stays(database: Database) -> None:
    keep(database, 1, "also young", "also pending", "also elsewhere", "own", "own", "of two old ones")
    keep(database, 2, "of two old ones")
    keep(database, 3, "also young", created_at=YOUNG)
    keep(database, 4, "also pending", status="pending")
    keep(database, 5, "also elsewhere", repository_id=2)
    database.store.write(batch(artifact_files=file_row(artifact_id=404, storage_key="of nobody")))
    assert removable(database) == ([1, 2, 5], ["also elsewhere", "of two old ones", "own"])
    assert removable(database, 1) == ([1, 2], ["of two old ones", "own"])


def test_walks_go_on_over_pages(database: Database) -> None:
    many = PAGE + 2
    artifacts = [artifact_row(id=n, created_at=OLD) for n in range(many)]
    files = [file_row(artifact_id=n, storage_key=f"{n:04}") for n in range(many)]
    database.store.write(
        Batch(
            rows={"artifacts": artifacts, "artifact_files": files},
            contents=dict.fromkeys(range(many), Content(status="stored")),
        )
    )
    assert removable(database) == (list(range(many)), [f"{n:04}" for n in range(many)])


def test_marking_gives_up_the_bytes_and_keeps_everything_else(database: Database) -> None:
    keep(database, 1, "a", "a", "shared")
    keep(database, 2, "shared", created_at=YOUNG)
    refused = file_row(
        artifact_id=1, position=9, status="rejected", storage_key=None, reason="points outside the archive"
    )
    skipped = file_row(artifact_id=1, position=10, status="skipped", storage_key=None, reason="over 100 MB")
    database.store.write(
        batch(artifact_files=[refused, skipped], test_results=result_row(artifact_id=1, message="boom"))
    )
    before = {table: database.rows(table) for table in ("artifacts", "artifact_files", "test_results")}
    removed = database.store.mark_removed([1], reason="older than 90 days")
    assert (removed.artifacts, removed.files) == (1, 3)
    after = {table: database.rows(table) for table in before}
    given_up = {"content_status": "removed", "content_reason": "older than 90 days"}
    assert after["artifacts"] == [before["artifacts"][0] | given_up, before["artifacts"][1]]
    assert after["artifact_files"] == [
        row | ({"status": "removed", "storage_key": None} if row["status"] == "stored" else {})
        if row["artifact_id"] == 1
        else row
        for row in before["artifact_files"]
    ]
    assert after["test_results"] == before["test_results"]
    assert after["artifact_files"][0]["content"] == "<testsuite/>"
    assert removable(database) == ([], [])


def content(number: int) -> tuple[str, str]:
    """A hash, and the key under which its content is stored."""
    sha256 = f"{number:064x}"[::-1]
    return sha256, f"{sha256[:2]}/{sha256}"


def hold(database: Database, artifact_id: int, *numbers: int, **values: Any) -> None:
    """An old artifact that holds these contents."""
    files = [
        file_row(
            artifact_id=artifact_id,
            position=n,
            sha256=content(number)[0],
            storage_key=content(number)[1],
            size_bytes=number,
        )
        for n, number in enumerate(numbers)
    ]
    database.store.write(
        Batch(
            rows={"artifacts": [artifact_row(id=artifact_id, created_at=OLD)], "artifact_files": files},
            contents={artifact_id: Content(status="stored")},
            **values,
        )
    )


def given_up(database: Database) -> dict[str, int | None]:
    keys = list(database.store.keys_given_up())
    assert [key for key, _ in keys] == sorted({key for key, _ in keys})
    return dict(keys)


def test_the_last_artifact_that_needs_a_content_gives_its_key_up(database: Database) -> None:
    for artifact_id in (1, 2, 3):
        hold(database, artifact_id, 7, 100 + artifact_id)
    assert given_up(database) == {}
    database.store.mark_removed([1], reason="old")
    assert given_up(database) == {content(101)[1]: 101}
    database.store.mark_removed([2, 3], reason="old")
    everything = {content(n)[1]: n for n in (7, 101, 102, 103)}
    # However often one asks: a clean-up that was killed begins where it ended.
    assert given_up(database) == everything
    hold(database, 4, 102)
    assert given_up(database) == {key: size for key, size in everything.items() if size != 102}


def test_files_that_never_had_a_key_give_none_up(database: Database) -> None:
    hold(database, 1, 7)
    rejected = file_row(artifact_id=1, position=8, status="rejected", storage_key=None)
    nameless = file_row(artifact_id=1, position=9, status="removed", storage_key=None, sha256=None)
    database.store.write(batch(artifact_files=[rejected, nameless]))
    database.store.mark_removed([1], reason="old")
    assert given_up(database) == {content(7)[1]: 7}


def test_keys_given_up_go_on_over_pages(database: Database) -> None:
    many = 2 * PAGE + 1
    hold(database, 1, *range(many))
    database.store.mark_removed([1], reason="old")
    assert given_up(database) == {content(n)[1]: n for n in range(many)}


def test_what_is_being_fetched_again_or_was_removed_already_is_not_marked(database: Database) -> None:
    keep(database, 1, "a")
    keep(database, 2, "b", status="pending")
    assert database.store.mark_removed([1], reason="old").artifacts == 1
    again = database.store.mark_removed([1, 2, 404], reason="another reason")
    assert (again.artifacts, again.files) == (0, 0)
    assert database.row("artifacts", id=1)["content_reason"] == "old"
    assert database.row("artifact_files", artifact_id=2)["storage_key"] == "b"


def test_very_many_artifacts_are_marked_at_once(database: Database) -> None:
    many = 1_100
    artifacts = [artifact_row(id=n) for n in range(many)]
    files = [file_row(artifact_id=n, storage_key=f"{n // 2}", size_bytes=None) for n in range(many)]
    contents = dict.fromkeys(range(many), Content(status="stored"))
    database.store.write(Batch(rows={"artifacts": artifacts, "artifact_files": files}, contents=contents))
    removed = database.store.mark_removed(range(1, many), reason="old")
    assert (removed.artifacts, removed.files) == (many - 1, many - 1)
    assert removable(database) == ([0], ["0"])
