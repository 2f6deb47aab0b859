"""Everything goes wrong while everything changes; then one quiet sync, and the database is true again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from truth import (
    ONLY_REST,
    Rows,
    differences,
    expected_attempts,
    expected_commits,
    expected_jobs,
    expected_runs,
    expected_workflows,
    stored,
)

from benchmarks.rehearsal import Measured, Rehearsal
from github_simulator.faults import GRAPHQL_KINDS, KINDS
from github_simulator.process import Simulator
from progressive_capture.lib.capture_values import Depth

SHARE = 0.05
ENOUGH = 10
"""So often has each kind of fault to fire, over all repositories."""
SYNCS = 4
"""So many for each repository, at least."""
MOST_SYNCS = 100
A_DAY_AND_A_MOMENT = 86_500.0
STATUSES = (500, 502, 503, 504)
RETRY_AFTER = ("7", "date:30", None)
EVERY_KIND = (*sorted(GRAPHQL_KINDS), *(kind for kind in KINDS if kind not in GRAPHQL_KINDS))
"""The first declared wins, so those that hit only a few requests stand first."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A repository, and how it is captured. Where `strained`, queries for more than so many nodes fail."""

    seed: int
    world: tuple[str, ...]
    depth: Depth = "steps"
    concurrency: int = 8
    strained: int | None = None

    def arguments(self) -> tuple[str, ...]:
        return ("--seed", str(self.seed), "--live", "2", "--cpu-scale", "0.02", "--days", "20", *self.world)


SMALL = ("--runs", "120", "--rerun-share", "0.1", "--giants-share", "0.02")
CROWDED = ("--runs", "330", "--burst-size", "105", "--rerun-share", "0.02", "--giants-share", "0.01")
SCENES = (
    Scene(seed=1, world=SMALL, concurrency=1),
    Scene(seed=2, world=SMALL, depth="full", concurrency=3),
    Scene(seed=3, world=CROWDED, concurrency=4, strained=12),
)


def let_everything_go_wrong(simulator: Simulator, number: int, *, strained: int | None) -> None:
    """Each kind of fault in 5 % of the requests that it can hit; heavy pages fail besides."""
    details = {
        "status": {"status": STATUSES[number % len(STATUSES)]},
        "slow": {"seconds": 0.01},
        "secondary_limit": {"retry_after": RETRY_AFTER[number % len(RETRY_AFTER)]},
    }
    simulator.clear_faults()
    for kind in EVERY_KIND:
        simulator.fault(kind, times=None, share=SHARE, **details.get(kind, {}))
    simulator.fault("status", status=502, above=50, times=None, share=SHARE)
    if strained is not None:
        simulator.fault("resource_limits", above=strained, times=None)


def storm(rehearsal: Rehearsal, scene: Scene, fired: Counter[str], *, until: int) -> None:
    """Sync a few times, and on until every kind of fault has fired so often; `fired` counts them."""
    for number in range(MOST_SYNCS):
        if number >= SYNCS and all(fired[kind] >= until for kind in KINDS):
            return
        let_everything_go_wrong(rehearsal.simulator, number, strained=scene.strained)
        noisy = rehearsal.capture(depth=scene.depth, concurrency=scene.concurrency)
        fired.update(noisy.ledger["faults"])


def quiet_sync(rehearsal: Rehearsal, depth: Depth) -> Measured:
    """Nothing goes wrong any more, nothing happens any more, and whatever waits for its time has waited."""
    rehearsal.simulator.clear_faults()
    rehearsal.simulator.live(0)
    rehearsal.clock.advance(A_DAY_AND_A_MOMENT)
    return rehearsal.capture(depth=depth)


def database_is_true(database: Path, simulator: Simulator, *, without: tuple[str, ...]) -> None:
    """Every row equals the truth; those that GitHub has deleted are kept, and say so."""
    runs, still_there = stored(database, "workflow_runs"), expected_runs(simulator)
    deleted = runs.keys() - still_there.keys()
    assert {run_id for run_id, run in runs.items() if run["gone_at"] is not None} == deleted

    def of_present_runs(rows: Rows) -> Rows:
        return {key: row for key, row in rows.items() if row["run_id"] not in deleted}

    present = {run_id: run for run_id, run in runs.items() if run_id not in deleted}
    assert differences(present, still_there) == []
    attempts = stored(database, "workflow_run_attempts", ["run_id", "run_attempt"])
    assert differences(of_present_runs(attempts), expected_attempts(simulator)) == []
    jobs = stored(database, "workflow_jobs")
    assert differences(of_present_runs(jobs), expected_jobs(simulator), without=without) == []
    assert differences(stored(database, "workflows"), expected_workflows(simulator)) == []
    shas = {run["head_sha"] for run in present.values()}
    commits = {sha: row for sha, row in stored(database, "commits", ["sha"]).items() if sha in shas}
    assert differences(commits, expected_commits(simulator)) == []


@pytest.mark.timeout(600)  # half a minute where it has a processor for itself
def test_after_a_storm_one_quiet_sync_makes_the_database_true(tmp_path: Path) -> None:
    fired: Counter[str] = Counter()
    for scene in SCENES:
        database = tmp_path / f"capture-{scene.seed}.db"
        with Rehearsal(database, *scene.arguments()) as rehearsal:
            storm(rehearsal, scene, fired, until=ENOUGH if scene is SCENES[-1] else 0)
            happened = rehearsal.simulator.ledger()["happened"]
            assert set(happened) == {"arrive", "finish", "rerun all", "rerun failed", "delete"}, scene

            quiet = quiet_sync(rehearsal, scene.depth)
            assert quiet.ledger["faults"] == {}, scene
            assert quiet.ended.exit_code == 0, (scene, quiet.ended)
            without = ONLY_REST if scene.depth == "steps" else ()
            database_is_true(database, rehearsal.simulator, without=without)
    assert {kind: count for kind in KINDS if (count := fired[kind]) < ENOUGH} == {}
