"""Live mode: what happens to the runs while somebody reads them."""

from collections import Counter
from collections.abc import Callable

import pytest

from github_simulator.in_process import InProcessGitHub
from github_simulator.service import ServiceOptions

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"


def state(github: InProcessGitHub) -> list[tuple[int, str, int]]:
    """Every run that there is, its status and how often it ran."""
    return [(run.id, run.status, len(run.attempts)) for run in github.world.histories[0].runs]


def ask(github: InProcessGitHub, times: int) -> None:
    for _ in range(times):
        github.world.clock.advance(20)
        github.get(f"{RUNS}?per_page=1")


def test_nothing_happens_by_itself(make_github: MakeGitHub) -> None:
    github = make_github()
    before = state(github)
    ask(github, 50)
    assert state(github) == before
    assert github.ledger()["happened"] == {}


def test_something_happens_after_every_so_many_requests(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=5), runs=200)
    states = []
    for _ in range(40):
        ask(github, 4)
        states.append(state(github))
        ask(github, 1)
        assert states[-1] != state(github)
        states.append(state(github))
    assert [states[2 * n + 1] for n in range(39)] == [states[2 * n + 2] for n in range(39)]


def test_runs_arrive_finish_run_again_and_are_deleted(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=1), runs=300, unfinished=5)
    before = {run_id: (status, attempts) for run_id, status, attempts in state(github)}
    ask(github, 300)
    after = {run_id: (status, attempts) for run_id, status, attempts in state(github)}
    happened = Counter(github.ledger()["happened"])
    assert set(happened) == {"arrive", "finish", "rerun all", "rerun failed", "delete"}
    assert happened["arrive"] - happened["delete"] == len(after) - len(before)
    assert len(after.keys() - before.keys()) > 60
    assert len(before.keys() - after.keys()) > 5
    assert [key for key in before.keys() & after.keys() if after[key][1] > before[key][1]]
    unfinished = [key for key, (status, _) in after.items() if status != "completed"]
    assert len(unfinished) < 15  # what begins also ends


def test_the_same_seed_lives_the_same_life(make_github: MakeGitHub) -> None:
    def life(seed: int) -> list[tuple[int, str, int]]:
        github = make_github(ServiceOptions(live_every=2), runs=200, seed=seed)
        ask(github, 120)
        return state(github)

    assert life(1) == life(1)
    assert life(1) != life(2)


def test_artifacts_come_and_go_while_somebody_reads(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=1), runs=300, artifacts_share=1.0)
    artifacts = github.world.histories[0].artifacts
    before = {one.id for one in artifacts.every()}
    ask(github, 200)
    deleted = github.ledger()["artifacts_deleted"]
    gone = [one for one in artifacts.every() if artifacts.fate(one, 0) == "deleted"]
    assert 10 < deleted <= len(gone)  # more are gone with their runs
    assert len({one.id for one in artifacts.every()} - before) > 20


def test_life_goes_on_in_every_repository(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=1), repositories=("octo/one", "octo/two"))
    before = [len(history.runs) for history in github.world.histories]
    for _ in range(40):
        github.get("/user")
    assert all(len(h.runs) > count for h, count in zip(github.world.histories, before, strict=True))


def test_live_mode_can_be_switched_on_and_off(make_github: MakeGitHub) -> None:
    github = make_github()
    github.service.live.switch(1)
    ask(github, 20)
    github.service.live.switch(0)
    happened = github.ledger()["happened"]
    ask(github, 20)
    assert github.ledger()["happened"] == happened != {}


def test_live_mode_does_not_count_backwards(make_github: MakeGitHub) -> None:
    with pytest.raises(ValueError, match="every"):
        make_github().service.live.switch(-1)
