"""Everything goes wrong, while pull requests change; then quiet captures, and all is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pull_request_rehearsal import WITH_EDITS, PullRequestRehearsal
from pull_request_truths import REMARKS, open_failures, truth_of, untruths_of_pull_requests
from truth import stored

from github_simulator.faults import KINDS
from github_simulator.process import Simulator

WORLD = ("--runs", 10, "--unfinished", 0, "--cpu-scale", 0.01, "--pulls", 60)
SHARE = 0.05
AN_HOUR_AND_A_HALF = 5_400.0
A_DAY_AND_A_MOMENT = 86_500.0
PULL_CHANGES = {
    *("open pull", "comment", "review", "edit comment", "delete comment", "force-push", "merge pull"),
}


def let_everything_go_wrong(simulator: Simulator) -> None:
    """Every fault of GraphQL and REST, in 5 % of the requests that it can hit."""
    simulator.clear_faults()
    details = {"slow": {"seconds": 0.01}, "secondary_limit": {"retry_after": "7"}}
    for kind in reversed(KINDS):
        simulator.fault(kind, times=None, share=SHARE, **details.get(kind, {}))


def quiet(capture: PullRequestRehearsal) -> None:
    """Nothing goes wrong or changes any more, and the time to try again what failed has come."""
    capture.simulator.clear_faults()
    capture.simulator.live(0)
    capture.later(A_DAY_AND_A_MOMENT)


def test_after_a_storm_quiet_captures_make_every_row_true(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    fired: Counter[str] = Counter()
    for seed in range(1, 13):
        simulator = simulate("--seed", seed, "--live", 4, *WORLD)
        capture = PullRequestRehearsal(tmp_path / f"seed-{seed}", simulator)
        let_everything_go_wrong(simulator)
        for _ in range(4):
            capture(WITH_EDITS)
            fired.update(simulator.ledger()["faults"])
            capture.later(AN_HOUR_AND_A_HALF)
        quiet(capture)
        assert capture(WITH_EDITS).error is None
        capture.later(A_DAY_AND_A_MOMENT)
        assert capture(WITH_EDITS).exit_code == 0, open_failures(capture.database)
        assert open_failures(capture.database) == {}
        assert untruths_of_pull_requests(capture.database, simulator) == []
        if fired.keys() >= set(KINDS):
            break
    assert fired.keys() == set(KINDS)


def test_what_changes_meanwhile_is_there_after_a_quiet_capture_and_what_was_deleted_stays(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--seed", 2, *WORLD)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture(WITH_EDITS).exit_code == 0
    capture.later()
    seen = {table: stored(capture.database, table).keys() for table in REMARKS}
    simulator.live(1)
    for _ in range(8):
        capture(WITH_EDITS)
        capture.later()
    assert simulator.ledger()["happened"].keys() >= PULL_CHANGES
    simulator.delete_comments(10)
    quiet(capture)
    assert capture(WITH_EDITS).exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    deleted = 0
    for table in REMARKS:
        truth, rows = truth_of(simulator, table), stored(capture.database, table)
        gone = {key for key, row in rows.items() if row["gone_at"]}
        assert gone == {key for key in rows if truth[key]["deleted"]}
        assert seen[table] <= rows.keys()
        deleted += len(gone & seen[table])
    assert deleted >= 5
