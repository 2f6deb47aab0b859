"""What happens while the simulator runs: runs arrive, finish, run again, are deleted."""

from collections.abc import Callable

import pytest

from github_simulator import ids
from github_simulator.in_process import InProcessGitHub
from github_simulator.service import ServiceOptions

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"


def test_a_run_arrives_queued_and_its_jobs_finish_with_it(make_github: MakeGitHub) -> None:
    github = make_github()
    github.world.clock.advance(600)
    (run,) = github.service.changes.arrive(1)
    new = github.json(f"{RUNS}/{run.id}")
    assert (new["status"], new["conclusion"], new["created_at"]) == ("queued", None, "2026-11-20T12:10:00Z")
    before = github.json(f"{RUNS}/{run.id}/jobs")["jobs"]
    assert {job["status"] for job in before} == {"queued"}
    github.world.clock.advance(3_600)
    github.service.changes.finish(100)
    after = github.json(f"{RUNS}/{run.id}/jobs")["jobs"]
    assert {job["status"] for job in after} == {"completed"}
    assert [job["id"] for job in after] == [job["id"] for job in before]
    done = github.json(f"{RUNS}/{run.id}")
    assert (done["status"], done["updated_at"]) == ("completed", "2026-11-20T13:10:00Z")
    assert done["created_at"] == new["created_at"]


def test_the_oldest_unfinished_runs_finish_first(make_github: MakeGitHub) -> None:
    github = make_github()
    unfinished = [run for run in github.world.histories[0].runs if run.status != "completed"]
    assert github.service.changes.finish(5) == unfinished[:5]
    assert {run.status for run in unfinished[:5]} == {"completed"}
    assert "completed" not in {run.status for run in unfinished[5:]}


def test_a_job_that_had_started_keeps_its_start_when_the_run_finishes(make_github: MakeGitHub) -> None:
    github = make_github(runs=200, unfinished=60)
    started = {
        job.id: job.started_at
        for run in github.world.histories[0].runs
        for job in github.world.jobs(run)
        if job.status == "in_progress"
    }
    github.service.changes.finish(1_000)
    assert started
    for job_id, started_at in started.items():
        job = github.world.job(job_id)
        assert job is not None
        assert (job.status, job.started_at) == ("completed", started_at)


@pytest.mark.parametrize("mode", ["all", "failed"])
def test_a_rerun_adds_an_attempt_and_leaves_created_at(make_github: MakeGitHub, mode: str) -> None:
    github = make_github(runs=300)
    (run,) = github.service.changes.rerun(1, "all" if mode == "all" else "failed")
    now = github.json(f"{RUNS}/{run.id}")
    first = github.json(f"{RUNS}/{run.id}/attempts/1")
    assert now["run_attempt"] == len(run.attempts) > 1
    assert (now["status"], first["status"]) == ("queued", "completed")
    assert now["created_at"] == first["created_at"]
    assert now["run_started_at"] == "2026-11-20T12:00:00Z"
    jobs = github.json(f"{RUNS}/{run.id}/jobs?filter=all&per_page=100")
    assert jobs["total_count"] == run.job_count * len(run.attempts)


def test_only_failed_jobs_run_again_where_that_was_asked(make_github: MakeGitHub) -> None:
    github = make_github(runs=400, rerun_share=0.0)
    runs = github.service.changes.rerun(60, "failed")
    partial = [run for run in runs if run.latest.rerun == "failed"]
    assert partial
    for run in partial:
        again = [job for job in github.world.latest_jobs(run) if job.carried_from_job_id is None]
        failed = {"failure", "cancelled", "timed_out"}
        assert len(again) == sum(job.conclusion in failed for job in github.world.jobs(run, 1))


def test_only_completed_runs_of_the_last_thirty_days_run_again(make_github: MakeGitHub) -> None:
    github = make_github(runs=300)
    runs = github.service.changes.rerun(1_000, "all")
    assert 0 < len(runs) < 150
    assert all(run.created_at > github.world.options.now - 30 * 86_400 for run in runs)


def test_a_deleted_run_is_gone_with_its_jobs_and_suite(make_github: MakeGitHub) -> None:
    github = make_github()
    (run,) = github.service.changes.delete(1)
    first_job = ids.check_run_id(ids.CheckRunPlace(0, run.index, 1, 0))
    assert github.get(f"{RUNS}/{run.id}").status == 404
    assert github.get(f"{RUNS}/{run.id}/jobs").status == 404
    assert github.json(f"{RUNS}?per_page=100")["total_count"] == 59
    assert run.id not in [one["id"] for one in github.json(f"{RUNS}?per_page=100")["workflow_runs"]]
    assert github.world.run_of_suite(run.check_suite_id) is None
    assert github.get(f"/repos/octo/example/actions/jobs/{first_job}").status == 404


def test_runs_can_arrive_by_themselves_every_so_many_requests(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(arrivals_every=3))
    counts = [github.json(f"{RUNS}?per_page=1")["total_count"] for _ in range(7)]
    assert counts == [60, 60, 60, 61, 61, 61, 62]


def test_the_same_changes_in_the_same_order_make_the_same_world(make_github: MakeGitHub) -> None:
    def changed() -> list[int]:
        changes = make_github(runs=200).service.changes
        runs = [*changes.arrive(2), *changes.rerun(5, "failed"), *changes.delete(5), *changes.rerun(5, "all")]
        return [run.id for run in runs]

    assert changed() == changed()


def test_a_change_may_name_its_repository(make_github: MakeGitHub) -> None:
    github = make_github(repositories=("octo/one", "octo/two"))
    (run,) = github.service.changes.arrive(1, "octo/two")
    assert run.repository.full_name == "octo/two"
    with pytest.raises(ValueError, match="octo/three"):
        github.service.changes.arrive(1, "octo/three")
