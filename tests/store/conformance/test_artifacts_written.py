"""What a batch says of artifacts: GitHub's words by the overwrite rule, our own bookkeeping beside them."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import artifact_row, at, batch, file_row, result_row

from progressive_capture.lib.normalize.rows import Batch, Content

DELETED = "deleted on GitHub before it was captured"
EXPIRED = "expired before it was captured"


def content(database: Database, artifact_id: int = 700) -> tuple[Any, Any, Any]:
    row = database.row("artifacts", id=artifact_id)
    return row["content_status"], row["content_reason"], row["gone_at"]


def test_a_new_artifact_is_pending_and_of_an_attempt_that_nobody_knows(database: Database) -> None:
    written = database.store.write(batch(artifacts=artifact_row()))
    assert (written.inserted, written.updated) == ({"artifacts": 1}, {})
    ours = {
        "content_status": "pending",
        "content_reason": None,
        "run_attempt": None,
        "run_attempt_inferred": None,
        "gone_at": None,
    }
    assert database.row("artifacts") == artifact_row() | ours


def test_files_and_test_results_are_read_back_as_they_were_written(database: Database) -> None:
    written = database.store.write(batch(artifact_files=file_row(), test_results=result_row(run_attempt=2)))
    assert (written.inserted, written.updated) == ({"artifact_files": 1, "test_results": 1}, {})
    assert database.row("artifact_files") == file_row()
    assert database.row("test_results") == result_row(run_attempt=2)
    again = batch(
        artifact_files=file_row(captured_at=at(9)), test_results=result_row(captured_at=at(9), run_attempt=2)
    )
    assert database.store.write(again).updated == {}


def test_an_observation_leaves_our_bookkeeping_alone(database: Database) -> None:
    database.store.write(
        Batch(
            rows={"artifacts": [artifact_row()]},
            contents={700: Content(status="skipped", reason="over 500 MB")},
            run_attempts={700: (2, True)},
        )
    )
    ours = ("content_status", "content_reason", "run_attempt", "run_attempt_inferred", "gone_at")
    before = {name: database.row("artifacts")[name] for name in ours}
    written = database.store.write(batch(artifacts=artifact_row(captured_at=at(5), size_in_bytes=9)))
    assert written.updated == {"artifacts": 1}
    row = database.row("artifacts")
    assert row == artifact_row(captured_at=at(5), size_in_bytes=9) | before
    assert [before[name] for name in ours] == ["skipped", "over 500 MB", 2, True, None]


def test_of_two_observations_of_one_second_the_later_updated_one_stays(database: Database) -> None:
    database.store.write(Batch(rows={"artifacts": [artifact_row()]}, run_attempts={700: (3, True)}))
    # That we know the attempt makes the stored observation no weightier.
    database.store.write(batch(artifacts=artifact_row(updated_at=at(-500), size_in_bytes=1)))
    database.store.write(batch(artifacts=artifact_row(updated_at=at(-505), size_in_bytes=2)))
    assert database.row("artifacts")["size_in_bytes"] == 1


# -- contents ----------------------------------------------------------------------------------------


def test_what_became_of_the_bytes_is_noted_and_told_once(database: Database) -> None:
    database.store.write(batch(artifacts=[artifact_row(), artifact_row(id=701)]))
    stored = Batch(contents={700: Content(status="stored"), 999: Content(status="stored")})
    assert database.store.write(stored).updated == {"artifacts": 1}
    assert database.store.write(stored).updated == {}
    assert (content(database), content(database, 701)) == (("stored", None, None), ("pending", None, None))
    other_reason = Batch(contents={700: Content(status="stored", reason="1 of 3 files rejected")})
    assert database.store.write(other_reason).updated == {"artifacts": 1}
    assert content(database) == ("stored", "1 of 3 files rejected", None)


def test_contents_that_are_gone_do_not_make_the_artifact_gone(database: Database) -> None:
    database.store.write(batch(artifacts=artifact_row()))
    database.store.write(Batch(contents={700: Content(status="gone", reason="404")}))
    assert content(database) == ("gone", "404", None)
    assert database.row("artifacts")["expired"] is False


# -- emptied -----------------------------------------------------------------------------------------


def test_an_artifact_that_is_read_anew_has_only_what_comes_now(database: Database) -> None:
    database.store.write(
        batch(
            artifact_files=[file_row(), file_row(position=1), file_row(artifact_id=701)],
            test_results=[result_row(), result_row(position=1), result_row(artifact_id=701)],
        )
    )
    again = Batch(
        # Not even an earlier time keeps what was there: these are the rows now.
        rows={"artifact_files": [file_row(captured_at=at(-9), path="new.xml")]},
        emptied_artifacts={700},
    )
    database.store.write(again)
    assert database.rows("artifact_files", artifact_id=700) == [
        file_row(captured_at=at(-9), path="new.xml"),
    ]
    assert database.rows("test_results", artifact_id=700) == []
    assert len(database.rows("artifact_files", artifact_id=701)) == 1
    assert len(database.rows("test_results", artifact_id=701)) == 1


def test_what_is_read_anew_counts_as_what_it_is(database: Database) -> None:
    database.store.write(
        batch(
            artifact_files=[file_row(), file_row(position=1)],
            test_results=[result_row(position=n) for n in range(4)],
        )
    )
    same = {"captured_at": at(60)}
    written = database.store.write(
        Batch(
            rows={
                "artifact_files": [file_row(**same), file_row(position=1, **same)],
                "test_results": [
                    result_row(**same),
                    result_row(position=1, duration_seconds=0.5, **same),
                    result_row(position=9, **same),
                    result_row(artifact_id=701, **same),
                ],
            },
            emptied_artifacts={700},
        )
    )
    assert (written.inserted, written.updated) == ({"test_results": 2}, {"test_results": 1})
    assert [row["position"] for row in database.rows("test_results", artifact_id=700)] == [0, 1, 9]


def test_emptying_alone_is_no_change(database: Database) -> None:
    database.store.write(batch(artifact_files=file_row(), test_results=result_row()))
    written = database.store.write(Batch(emptied_artifacts=[700]))
    assert (written.inserted, written.updated) == ({}, {})
    assert database.rows("artifact_files") == database.rows("test_results") == []


def test_very_many_results_are_read_anew(database: Database) -> None:
    rows = [result_row(position=n) for n in range(1_234)]
    database.store.write(batch(test_results=rows))
    written = database.store.write(Batch(rows={"test_results": rows}, emptied_artifacts={700}))
    assert (written.inserted, written.updated) == ({}, {})
    assert len(database.rows("test_results")) == len(rows)


# -- repeated reports --------------------------------------------------------------------------------


def test_a_report_that_repeats_others_loses_its_results_and_says_why(database: Database) -> None:
    database.store.write(
        batch(
            artifact_files=[file_row(), file_row(position=1, reason="same name twice"), file_row(position=2)],
            test_results=[result_row(file_position=n) for n in range(3)],
        )
    )
    repeats = Batch(repeated_reports={(700, 0): "repeats 2.xml", (700, 1): "repeats 2.xml"})
    written = database.store.write(repeats)
    assert (written.inserted, written.updated) == ({}, {"artifact_files": 2})
    reasons = [row["reason"] for row in database.rows("artifact_files")]
    assert reasons == ["repeats 2.xml", "same name twice; repeats 2.xml", None]
    assert [row["file_position"] for row in database.rows("test_results")] == [2]
    assert database.store.write(repeats).updated == {}
    assert [row["reason"] for row in database.rows("artifact_files")] == reasons


def test_a_repeat_in_the_batch_that_brings_it_is_never_new(database: Database) -> None:
    whole = Batch(
        rows={
            "artifact_files": [file_row(reason="same name twice"), file_row(position=1)],
            "test_results": [result_row(), result_row(position=1), result_row(file_position=1)],
        },
        emptied_artifacts={700},
        repeated_reports={(700, 0): "repeats b.xml"},
    )
    written = database.store.write(whole)
    assert (written.inserted, written.updated) == ({"artifact_files": 2, "test_results": 1}, {})
    assert database.row("artifact_files", position=0)["reason"] == "same name twice; repeats b.xml"
    assert [row["file_position"] for row in database.rows("test_results")] == [1]
    written = database.store.write(whole)
    assert (written.inserted, written.updated) == ({}, {})


# -- attempts ----------------------------------------------------------------------------------------


def test_an_attempt_is_noted_on_the_artifact_and_on_its_results(database: Database) -> None:
    database.store.write(
        batch(
            artifacts=[artifact_row(), artifact_row(id=701)],
            test_results=[result_row(), result_row(position=1), result_row(artifact_id=701)],
        )
    )
    told = Batch(run_attempts={700: (2, True)})
    assert database.store.write(told).updated == {"artifacts": 1, "test_results": 2}
    assert database.store.write(told).updated == {}
    by_artifact = {row["id"]: row for row in database.rows("artifacts")}
    assert [by_artifact[700][name] for name in ("run_attempt", "run_attempt_inferred")] == [2, True]
    assert [by_artifact[701][name] for name in ("run_attempt", "run_attempt_inferred")] == [None, None]
    assert [row["run_attempt"] for row in database.rows("test_results")] == [2, 2, None]
    assert database.store.write(Batch(run_attempts={700: (2, False)})).updated == {"artifacts": 1}
    assert database.row("artifacts", id=700)["run_attempt_inferred"] is False


def test_results_that_come_with_the_attempt_have_it_and_are_only_new(database: Database) -> None:
    written = database.store.write(
        Batch(
            rows={"artifacts": [artifact_row()], "test_results": [result_row()]},
            contents={700: Content(status="stored")},
            run_attempts={700: (1, False)},
        )
    )
    assert (written.inserted, written.updated) == ({"artifacts": 1, "test_results": 1}, {})
    assert database.row("test_results")["run_attempt"] == 1
    assert content(database) == ("stored", None, None)


# -- the end of an artifact --------------------------------------------------------------------------

STATUSES = ["pending", "failed", "stored", "skipped", "rejected", "removed"]


def with_every_status(database: Database, **values: Any) -> None:
    rows = [artifact_row(id=n, **values) for n in range(len(STATUSES))]
    contents = {n: Content(status=status, reason="so") for n, status in enumerate(STATUSES)}  # type: ignore[arg-type]
    database.store.write(Batch(rows={"artifacts": rows}, contents=contents))


def test_an_artifact_that_github_deleted_is_gone_and_what_was_captured_of_it_stays(
    database: Database,
) -> None:
    with_every_status(database)
    gone = Batch(gone_artifacts=dict.fromkeys(range(len(STATUSES)), at(30)))
    assert database.store.write(gone).updated == {"artifacts": len(STATUSES)}
    assert [content(database, n) for n in range(len(STATUSES))] == [
        ("gone", DELETED, at(30)),
        ("gone", DELETED, at(30)),
        ("stored", "so", at(30)),
        ("skipped", "so", at(30)),
        ("rejected", "so", at(30)),
        ("removed", "so", at(30)),
    ]
    later = Batch(gone_artifacts=dict.fromkeys(range(len(STATUSES)), at(90)))
    assert database.store.write(later).updated == {}
    assert content(database, 2) == ("stored", "so", at(30))


def test_an_artifact_that_was_seen_later_is_not_gone(database: Database) -> None:
    database.store.write(batch(artifacts=artifact_row(captured_at=at(31))))
    assert database.store.write(Batch(gone_artifacts={700: at(30)})).updated == {}
    assert content(database) == ("pending", None, None)


def test_a_download_that_failed_after_the_artifact_was_gone_is_not_tried_again(database: Database) -> None:
    database.store.write(Batch(rows={"artifacts": [artifact_row()]}, gone_artifacts={700: at(30)}))
    failed = Batch(contents={700: Content(status="failed", reason="404")}, gone_artifacts={700: at(31)})
    database.store.write(failed)
    assert content(database) == ("gone", DELETED, at(30))


def test_what_ran_out_by_a_time_is_expired_and_gone_since_then(database: Database) -> None:
    with_every_status(database, expires_at=at(50))
    others = [
        artifact_row(id=90, expires_at=at(51)),
        artifact_row(id=91, expires_at=None),
        artifact_row(id=92, expires_at=at(50), repository_id=2),
    ]
    database.store.write(Batch(rows={"artifacts": others}))
    over = Batch(expired_by={1: at(50)})
    assert database.store.write(over).updated == {"artifacts": len(STATUSES)}
    assert [content(database, n) for n in range(3)] == [
        ("gone", EXPIRED, at(50)),
        ("gone", EXPIRED, at(50)),
        ("stored", "so", at(50)),
    ]
    assert [database.row("artifacts", id=n)["expired"] for n in range(3)] == [True] * 3
    for n in (90, 91, 92):
        assert content(database, n) == ("pending", None, None)
        assert database.row("artifacts", id=n)["expired"] is False
    assert database.store.write(Batch(expired_by={1: at(50)})).updated == {}
    assert database.store.write(Batch(expired_by={1: at(60), 2: at(60)})).updated == {"artifacts": 2}


def test_a_deleted_artifact_whose_time_comes_is_also_expired_but_gone_since_before(
    database: Database,
) -> None:
    database.store.write(batch(artifacts=artifact_row(expires_at=at(50))))
    database.store.write(Batch(gone_artifacts={700: at(30)}))
    assert database.store.write(Batch(expired_by={1: at(60)})).updated == {"artifacts": 1}
    assert content(database) == ("gone", DELETED, at(30))
    assert database.row("artifacts")["expired"] is True


def test_an_artifact_that_github_itself_calls_expired_is_over_as_well(database: Database) -> None:
    database.store.write(batch(artifacts=artifact_row(expires_at=at(50), expired=True, captured_at=at(55))))
    assert database.store.write(Batch(expired_by={1: at(60)})).updated == {"artifacts": 1}
    assert content(database) == ("gone", EXPIRED, at(60))


def test_an_artifact_that_shows_again_is_not_gone_and_is_to_be_fetched(database: Database) -> None:
    database.store.write(batch(artifacts=[artifact_row(), artifact_row(id=701)]))
    database.store.write(
        Batch(contents={701: Content(status="stored")}, gone_artifacts={700: at(30), 701: at(30)})
    )
    seen = [artifact_row(captured_at=at(40)), artifact_row(id=701, captured_at=at(40))]
    assert database.store.write(Batch(rows={"artifacts": seen})).updated == {"artifacts": 2}
    assert content(database) == ("pending", None, None)
    assert content(database, 701) == ("stored", None, None)


@pytest.mark.parametrize(
    "seen", [{"captured_at": at(30)}, {"expired": True}, {"expires_at": at(39)}, {"expires_at": at(40)}]
)
def test_an_older_look_or_an_artifact_that_ran_out_brings_nothing_back(
    database: Database, seen: dict[str, Any]
) -> None:
    database.store.write(Batch(rows={"artifacts": [artifact_row()]}, gone_artifacts={700: at(30)}))
    database.store.write(batch(artifacts=artifact_row(**{"captured_at": at(40)} | seen)))
    assert content(database) == ("gone", DELETED, at(30))


def test_contents_that_were_not_to_be_had_stay_so_while_github_goes_on_listing_them(
    database: Database,
) -> None:
    database.store.write(batch(artifacts=artifact_row()))
    database.store.write(Batch(contents={700: Content(status="gone", reason="410")}))
    database.store.write(batch(artifacts=artifact_row(captured_at=at(40), size_in_bytes=1)))
    assert content(database) == ("gone", "410", None)


# -- all of it, in order -----------------------------------------------------------------------------


def test_one_batch_does_everything_in_the_order_of_the_contract(database: Database) -> None:
    database.store.write(batch(artifact_files=file_row(position=5), test_results=result_row(file_position=5)))
    everything = Batch(
        rows={
            "artifacts": [artifact_row(), artifact_row(id=701, expires_at=at(1))],
            "artifact_files": [file_row(), file_row(position=1)],
            "test_results": [result_row(), result_row(file_position=1)],
        },
        emptied_artifacts={700},
        contents={700: Content(status="stored"), 701: Content(status="failed", reason="502")},
        repeated_reports={(700, 1): "repeats a.xml"},
        run_attempts={700: (1, False)},
        gone_artifacts={700: at(2)},
        expired_by={1: at(3)},
    )
    written = database.store.write(everything)
    assert written.inserted == {"artifacts": 2, "artifact_files": 2, "test_results": 1}
    assert written.updated == {}
    assert content(database) == ("stored", None, at(2))
    assert content(database, 701) == ("gone", EXPIRED, at(3))
    assert [row["position"] for row in database.rows("artifact_files")] == [0, 1]
    assert [(row["file_position"], row["run_attempt"]) for row in database.rows("test_results")] == [(0, 1)]
