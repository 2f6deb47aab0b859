"""Whether a database and its files hold the whole truth of a simulator: runs, artifacts and pull requests."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from artifact_truths import untruths_of_artifacts
from pull_request_truths import untruths_of_pull_requests
from whole_truth import untruths_by_any_source

from github_simulator.process import Simulator


def untruths_of_all(database: Path, folder: Path, simulator: Simulator) -> list[str]:
    """Every row, field and stored byte that differs from the truth; empty where all is whole."""
    two_stories = told_in_two_ways(simulator)
    problems = [
        *untruths_by_any_source(database, simulator),
        *untruths_of_artifacts(database, folder, simulator),
        *untruths_of_pull_requests(database, simulator),
    ]
    return [each for each in problems if each.partition(".")[0] not in two_stories]


def told_in_two_ways(simulator: Simulator) -> set[str]:
    """Commits of which the simulator's runs tell different things, so that nobody knows which one is kept."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    for run in simulator.truth("runs"):
        if run["head_commit"]:
            told[run["head_commit"]["id"]].add(json.dumps(run["head_commit"]))
    return {sha for sha, stories in told.items() if len(stories) > 1}
