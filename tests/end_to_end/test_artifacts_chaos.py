"""Everything goes wrong with artifacts, while they come and go; then quiet captures, and all is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from artifact_rehearsal import ARTIFACTS, RUNS_AND_ARTIFACTS, ArtifactRehearsal
from artifact_truths import content_statuses, failures, half_stored, truth_of, untruths_of_artifacts
from truth import stored

from github_simulator.faults import DOWNLOAD_KINDS, GRAPHQL_KINDS, KINDS
from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync

WORLD = (
    *("--runs", 40, "--artifacts-share", 2, "--rerun-share", 0.1),
    *("--giants-share", 0, "--cpu-scale", 0.01),
)
SHARE = 0.08
REST_KINDS = tuple(kind for kind in KINDS if kind not in GRAPHQL_KINDS)
AN_HOUR_AND_A_HALF = 5_400.0
A_MINUTE = 60.0
A_DAY_AND_A_MOMENT = 86_500.0
ENOUGH = 1
"""So often has each kind of fault to fire."""
QUIET = 2


def let_everything_go_wrong(simulator: Simulator, number: int) -> None:
    """Every fault of a download in 8 % of what it can hit, of the API in 2 %.

    A part whose range is ignored is rare by itself: half of those that are asked for. GitHub answers 410 for
    what is over alone, so that it is left out here. Nobody can tell wrong bytes of the right number where
    GitHub gives no digest: those come for the others alone.
    """
    simulator.clear_faults()
    no_digest = "|".join(str(each["id"]) for each in simulator.truth("artifacts") if each["digest"] is None)
    shares = {"blob_range_ignored": 0.5}
    details = {
        "blob_slow": {"seconds": 0.01},
        "blob_wrong_bytes": {"path": rf"^blob:/artifacts/(?!(?:{no_digest or 'none'})\b)"},
        "blob_status": {"status": (500, 503, 404, 403)[number % 4]},
        "link_elsewhere": {"location": ("http://elsewhere.invalid/x", "file:///etc/passwd")[number % 2]},
        "slow": {"seconds": 0.01},
        "secondary_limit": {"retry_after": "7"},
    }
    for kind in reversed(DOWNLOAD_KINDS):
        simulator.fault(kind, times=None, share=shares.get(kind, SHARE), **details.get(kind, {}))
    for kind in REST_KINDS:
        simulator.fault(kind, times=None, share=0.02, **details.get(kind, {}))


def statuses_in(capture: ArtifactRehearsal) -> Counter[str]:
    return Counter(status for status, _ in content_statuses(capture.database).values())


def test_after_a_storm_quiet_captures_make_rows_and_files_true(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    fired: Counter[str] = Counter()
    for seed in range(1, 9):
        simulator = simulate("--seed", seed, *WORLD)
        capture = ArtifactRehearsal(tmp_path / f"seed-{seed}", simulator)
        for number in range(3):
            let_everything_go_wrong(simulator, number + seed)
            capture(RUNS_AND_ARTIFACTS)
            if capture.database.exists():
                assert half_stored(capture.database, capture.files) == []
            capture.clock.advance(AN_HOUR_AND_A_HALF)
        fired.update(simulator.ledger()["faults"])
        simulator.clear_faults()
        for _ in range(QUIET):
            capture.clock.advance(A_DAY_AND_A_MOMENT)
            ended = capture(RUNS_AND_ARTIFACTS)
            assert ended.error is None
        assert ended.exit_code == 0, failures(capture.database)
        assert failures(capture.database) == {}
        assert untruths_of_artifacts(capture.database, capture.files, simulator) == []
        assert statuses_in(capture)["stored"] > 30
        if all(fired[kind] >= ENOUGH for kind in (*DOWNLOAD_KINDS, *REST_KINDS)):
            break
    assert {kind: fired[kind] for kind in (*DOWNLOAD_KINDS, *REST_KINDS) if fired[kind] < ENOUGH} == {}


def test_what_comes_and_goes_meanwhile_is_there_after_a_quiet_capture(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--seed", 2, "--live", 3, *WORLD)
    capture = ArtifactRehearsal(tmp_path / "home", simulator)
    for _ in range(3):
        capture(RUNS_AND_ARTIFACTS)
        assert half_stored(capture.database, capture.files) == []
    ledger = simulator.ledger()
    assert ledger["artifacts_deleted"] > 0
    assert ledger["happened"]["arrive"] > 0
    assert ledger["happened"]["finish"] > 0
    simulator.live(0)
    capture.clock.advance(A_DAY_AND_A_MOMENT)
    assert capture(RUNS_AND_ARTIFACTS).exit_code == 0
    new = {key for key, each in truth_of(simulator).items() if each["created_at"] > "2026-11-20T12:00"}
    assert new
    assert {content_statuses(capture.database)[key][0] for key in new} == {"stored"}
    # Here a run may be seen, run again and done within one second: then nobody can tell its attempts apart.
    problems = untruths_of_artifacts(capture.database, capture.files, simulator, attempts_known=False)
    assert problems == []


def test_what_is_deleted_or_runs_out_between_listing_and_download_is_gone_with_the_reason(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(*WORLD)
    capture = ArtifactRehearsal(tmp_path / "home", simulator)
    deleted: set[int] = set()

    def meanwhile(_: object) -> None:
        if not deleted and stored(capture.database, "artifacts"):
            deleted.update(simulator.delete_artifacts(5))
            capture.clock.advance(2 * A_DAY_AND_A_MOMENT)

    capture.on_progress = meanwhile
    assert capture(ARTIFACTS).exit_code == 0
    truth = truth_of(simulator, seen=stored(capture.database, "artifacts"))
    expired = {key for key, each in truth.items() if each["vanished"] == "expired"} - deleted
    assert expired
    found = content_statuses(capture.database)
    gone = {key: reason for key, (status, reason) in found.items() if status == "gone"}
    assert {
        key for key, reason in gone.items() if reason == "deleted on GitHub before it was captured"
    } == deleted
    assert {key for key, reason in gone.items() if reason == "expired before it was captured"} == expired
    problems = untruths_of_artifacts(capture.database, capture.files, simulator, attempts_known=False)
    assert problems == []
    assert failures(capture.database) == {}


def test_a_later_listing_marks_what_has_run_out_and_keeps_what_was_stored(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(*WORLD)
    capture = ArtifactRehearsal(tmp_path / "home", simulator)
    assert capture(ARTIFACTS).exit_code == 0
    before = content_statuses(capture.database)
    capture.clock.advance(30 * A_DAY_AND_A_MOMENT)
    assert capture(ARTIFACTS).exit_code == 0
    truth = truth_of(simulator, seen=before)
    expired = {key for key, each in truth.items() if each["vanished"] == "expired"}
    rows = stored(capture.database, "artifacts")
    assert 0 < len(expired) < len(rows)
    assert {key for key, row in rows.items() if row["expired"]} == expired
    assert {key for key, row in rows.items() if row["gone_at"]} == expired
    assert content_statuses(capture.database) == before
    problems = untruths_of_artifacts(capture.database, capture.files, simulator, attempts_known=False)
    assert problems == []


def test_an_artifact_of_an_attempt_that_began_after_its_run_was_seen_is_not_ascribed_to_the_first(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate(*WORLD, "--unfinished", 0, "--rerun-share", 0)
    capture = ArtifactRehearsal(tmp_path / "home", simulator)
    assert capture([HistoricalSync]).exit_code == 0
    capture.clock.advance(A_MINUTE)
    rerun = set(simulator.rerun(10))
    capture.clock.advance(A_MINUTE)
    simulator.finish(10)
    capture.clock.advance(A_MINUTE)
    assert capture(ARTIFACTS).exit_code == 0  # the runs are as they were before
    made_later = {key for key, each in truth_of(simulator).items() if each["run_attempt"] == 2}
    assert made_later
    rows = stored(capture.database, "artifacts")
    assert {rows[key]["run_id"] for key in made_later} <= rerun
    assert {rows[key]["run_attempt"] for key in made_later} == {None}  # and not the first
    capture.clock.advance(A_DAY_AND_A_MOMENT)
    assert capture(RUNS_AND_ARTIFACTS).exit_code == 0
    assert untruths_of_artifacts(capture.database, capture.files, simulator) == []
