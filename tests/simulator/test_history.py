"""What is in the simulated history, and that it is always the same."""

from collections import Counter

import pytest

from github_simulator.history import Job, Run
from github_simulator.options import WorldOptions
from github_simulator.payloads import Payloads
from github_simulator.steps import steps_of
from github_simulator.truth import Truth
from github_simulator.world import World

FAILED = {"failure", "cancelled", "timed_out"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(WorldOptions(runs=3_000, burst_size=200))


@pytest.fixture(scope="module")
def runs(world: World) -> list[Run]:
    return world.histories[0].runs


@pytest.fixture(scope="module")
def jobs(world: World, runs: list[Run]) -> list[Job]:
    return [job for run in runs for job in world.jobs(run)]


def everything(options: WorldOptions) -> list[bytes]:
    truth = Truth(World(options), Payloads("http://simulator.test"))
    kinds = ("repositories", "workflows", "runs", "attempts", "jobs", "commits")
    return [line for kind in kinds for line in truth.lines(kind)]


def test_the_same_seed_gives_the_same_world_to_the_byte() -> None:
    assert everything(WorldOptions(seed=4, runs=80)) == everything(WorldOptions(seed=4, runs=80))


def test_another_seed_gives_another_world() -> None:
    assert everything(WorldOptions(seed=4, runs=80)) != everything(WorldOptions(seed=5, runs=80))


def test_a_job_is_the_same_whatever_was_asked_before(world: World, jobs: list[Job]) -> None:
    fresh = World(world.options)
    for job in (jobs[4_000], jobs[17], jobs[-1]):
        again = fresh.job(job.id)
        assert again is not None
        assert (again.name, again.started_at, steps_of(again)) == (job.name, job.started_at, steps_of(job))


def test_runs_stand_in_the_order_of_their_creation_within_the_asked_days(
    world: World, runs: list[Run]
) -> None:
    created = [run.created_at for run in runs]
    assert len(runs) == 3_000
    assert created == sorted(created)
    assert world.options.began <= created[0]
    assert created[-1] < world.options.now


def test_nothing_that_is_completed_lies_in_the_future(world: World, runs: list[Run]) -> None:
    assert all(run.updated_at <= world.options.now for run in runs)


def test_one_day_one_minute_and_one_second_hold_a_burst_each(runs: list[Run]) -> None:
    in_a_second = Counter(run.created_at for run in runs).most_common(2)
    in_a_minute = Counter(run.created_at // 60 for run in runs).most_common(2)
    in_a_day = Counter(run.created_at // 86_400 for run in runs).most_common(4)
    assert in_a_second[0][1] >= 200 > in_a_second[1][1]
    assert [count >= 200 for _, count in in_a_minute] == [True, True]  # the second is in another minute
    assert [count >= 200 for _, count in in_a_day] == [True, True, True, False]


def test_bursts_above_githubs_cap_come_by_themselves_where_runs_are_enough() -> None:
    runs = World(WorldOptions(runs=4_300)).histories[0].runs
    assert Counter(run.created_at for run in runs).most_common(1)[0][1] > 1_000


def test_a_burst_second_can_be_such_that_no_filter_splits_it() -> None:
    world = World(WorldOptions(runs=400, burst_size=100, identical_burst=True))
    seconds = Counter(run.created_at for run in world.histories[0].runs)
    second, _ = seconds.most_common(1)[0]
    burst = world.histories[0].created_between(second, second)
    assert len(burst) >= 100
    kinds = Counter((run.event, run.head_branch, run.actor, run.status, run.conclusion) for run in burst)
    assert kinds.most_common(1)[0][1] >= 100


def test_bursts_that_need_more_runs_than_there_are_are_refused() -> None:
    with pytest.raises(ValueError, match="bursts"):
        WorldOptions(runs=100, burst_size=50)


def test_about_one_run_in_twenty_was_run_again_mostly_once(runs: list[Run]) -> None:
    attempts = Counter(len(run.attempts) for run in runs)
    again = attempts[2] + attempts[3] + attempts[4]
    assert 0.035 <= again / len(runs) <= 0.065
    assert 0.55 <= attempts[2] / again <= 0.82
    assert 0.10 <= attempts[3] / again <= 0.32
    assert 0.03 <= attempts[4] / again <= 0.20


def test_about_half_of_the_reruns_ran_only_what_had_failed(runs: list[Run]) -> None:
    modes = Counter(attempt.rerun for run in runs for attempt in run.attempts[1:])
    assert 0.4 <= modes["failed"] / modes.total() <= 0.6


def test_attempts_follow_each_other_and_only_updated_at_moves(runs: list[Run]) -> None:
    for run in runs:
        assert run.attempts[0].started_at == run.created_at
        for before, after in zip(run.attempts, run.attempts[1:], strict=False):
            assert before.updated_at < after.started_at < after.updated_at
            assert after.number == before.number + 1
        assert run.updated_at == run.attempts[-1].updated_at


def test_a_rerun_of_failed_jobs_carries_the_others_over_with_their_old_times(
    world: World, runs: list[Run]
) -> None:
    carried = 0
    for run in runs:
        for attempt in run.attempts[1:]:
            before, after = world.jobs(run, attempt.number - 1), world.jobs(run, attempt.number)
            assert [job.name for job in before] == [job.name for job in after]
            assert {job.id for job in before}.isdisjoint(job.id for job in after)
            for old, new in zip(before, after, strict=True):
                if attempt.rerun == "failed" and old.conclusion not in FAILED:
                    carried += 1
                    assert new.carried_from_job_id == (old.carried_from_job_id or old.id)
                    assert (new.created_at, new.started_at, new.completed_at) == (
                        old.created_at,
                        old.started_at,
                        old.completed_at,
                    )
                    assert steps_of(new) == steps_of(old)
                else:
                    assert new.carried_from_job_id is None
                    assert new.created_at >= attempt.started_at
    assert carried > 50


def test_a_carried_job_names_the_job_that_was_really_executed(world: World, jobs: list[Job]) -> None:
    origins = [world.job(job.carried_from_job_id) for job in jobs if job.carried_from_job_id]
    assert origins
    assert all(origin is not None and origin.carried_from_job_id is None for origin in origins)


def test_the_conclusion_of_an_attempt_follows_from_its_jobs(world: World, runs: list[Run]) -> None:
    for run in runs:
        for attempt in run.attempts:
            conclusions = {job.conclusion for job in world.jobs(run, attempt.number)}
            if attempt.standing is None and conclusions:
                assert attempt.outcome in conclusions
                if attempt.outcome == "success":
                    assert conclusions.isdisjoint(FAILED)


def test_every_job_leads_back_to_itself_and_ids_are_unique(world: World, jobs: list[Job]) -> None:
    assert len({job.id for job in jobs}) == len(jobs)
    assert all(job.id > 2**31 for job in jobs)
    for job in jobs[::97]:
        assert world.job(job.id) == job
        assert world.check_run(job.id) == job


def test_runs_have_one_to_eight_jobs_some_none_and_a_few_130_or_300(world: World, runs: list[Run]) -> None:
    counts = Counter(len(world.latest_jobs(run)) for run in runs)
    ordinary = [count for count in counts.elements() if 1 <= count <= 8]
    assert {*counts} <= {*range(9), 130, 300}
    assert counts[0] > 20
    assert counts[130] > 0
    assert counts[300] > 0
    assert counts[130] + counts[300] <= 0.01 * len(runs)
    assert 4.2 <= sum(ordinary) / len(ordinary) <= 4.8


def test_jobs_have_3_to_30_steps_and_a_few_over_50_or_100(jobs: list[Job]) -> None:
    counts = Counter(len(steps_of(job)) for job in jobs if job.conclusion == "success")
    assert set(counts) <= {*range(3, 31), *range(51, 131)}
    assert sum(counts[count] for count in range(51, 100)) > 10
    assert sum(counts[count] for count in range(101, 131)) > 2


def test_steps_have_gaps_in_their_numbers_and_lie_within_the_job(jobs: list[Job]) -> None:
    gaps = 0
    for job in jobs[::5]:
        numbers = [step.number for step in steps_of(job)]
        assert numbers == sorted(set(numbers))
        gaps += bool(numbers) and numbers[-1] > len(numbers)
        times = [t for step in steps_of(job) for t in (step.started_at, step.completed_at) if t is not None]
        assert all(job.started_at <= t <= job.ends_at for t in times)
    assert gaps > 100


def test_skipped_jobs_have_neither_steps_nor_a_runner(jobs: list[Job]) -> None:
    skipped = [job for job in jobs if job.conclusion == "skipped"]
    assert {(job.runner.id, job.runner.name) for job in skipped} == {(None, None), (0, "")}
    assert all(steps_of(job) == [] and job.started_at == job.completed_at for job in skipped)


def test_unfinished_runs_stand_near_now_in_every_status(world: World, runs: list[Run]) -> None:
    unfinished = [run for run in runs if run.status != "completed"]
    assert len(unfinished) == 12
    assert {run.status for run in unfinished} == {
        "queued",
        "in_progress",
        "waiting",
        "pending",
        "requested",
    }
    assert all(run.created_at >= world.options.now - 1_800 for run in unfinished)
    for run in unfinished:
        assert run.conclusion is None
        statuses = {job.status for job in world.jobs(run)}
        expected = {
            "queued": [{"queued"}],
            "waiting": [{"waiting"}],
            "pending": [set[str]()],
            "requested": [set[str]()],
        }
        assert statuses in expected.get(run.status, [statuses - {"waiting"}])
        if run.status == "in_progress":
            assert statuses != {"completed"}


def test_a_job_in_progress_has_steps_done_running_and_to_come() -> None:
    world = World(WorldOptions(runs=300, unfinished=300))
    jobs = [job for run in world.histories[0].runs for job in world.jobs(run) if job.status == "in_progress"]
    assert jobs
    for job in jobs:
        statuses = [step.status for step in steps_of(job)]
        assert statuses.count("in_progress") == 1
        assert statuses == sorted(statuses, key=["completed", "in_progress", "queued"].index)
        assert job.completed_at is None


def test_nulls_are_where_github_has_them(runs: list[Run]) -> None:
    assert any(run.actor is None for run in runs)
    assert any(run.head_branch is None for run in runs)
    assert any(run.head_commit is None for run in runs)
    assert any(run.head_repository is None for run in runs)
    assert any(run.name is None for run in runs)
    assert any(run.path.endswith("@refs/heads/main") for run in runs)


def test_workflows_were_renamed_disabled_and_deleted_and_still_have_runs(
    world: World, runs: list[Run]
) -> None:
    used = {run.workflow.id for run in runs}
    assert used == {workflow.id for workflow in world.histories[0].workflows}
    assert {workflow.state for workflow in world.histories[0].workflows} == {
        "active",
        "disabled_manually",
        "deleted",
    }
    renamed = {run.name for run in runs if run.workflow.former_name and run.name}
    assert renamed == {"Unit tests", "Tests"}


def test_suites_hold_check_runs_that_are_no_jobs(world: World, runs: list[Run]) -> None:
    foreign = [one for run in runs for one in world.foreign_check_runs(run)]
    job_shaped = [one for one in foreign if "/job/" in one.details_url]
    elsewhere = [one for one in job_shaped if one.run.html_url not in one.details_url]
    assert 0.05 <= len({one.run.id for one in foreign}) / len(runs) <= 0.11
    assert 0.05 <= len(job_shaped) / len(foreign) <= 0.2
    assert elsewhere
    for one in foreign[::20]:
        assert world.check_run(one.id) == one
        assert world.job(one.id) is None


def test_several_repositories_have_histories_of_their_own() -> None:
    world = World(WorldOptions(runs=30, repositories=("octo/one", "octo/two")))
    one, two = (history.runs for history in world.histories)
    assert {run.id for run in one}.isdisjoint(run.id for run in two)
    assert [run.head_sha for run in one] != [run.head_sha for run in two]
    assert all(world.run(run.id) is run for run in (*one, *two))


@pytest.mark.parametrize("count", [0, 1, 2, 13])
def test_a_history_may_be_tiny(count: int) -> None:
    assert len(World(WorldOptions(runs=count)).histories[0].runs) == count
