"""The other REST endpoints, who may ask them, and answers that need not be sent again."""

import json
from collections.abc import Callable

import pytest

from github_simulator.answer import Request
from github_simulator.in_process import InProcessGitHub
from github_simulator.service import ServiceOptions

MakeGitHub = Callable[..., InProcessGitHub]
RUNS = "/repos/octo/example/actions/runs"
REPOSITORY = "/repos/octo/example"


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=400)


def test_the_repository_is_served_by_name_in_any_case_and_by_id(github: InProcessGitHub) -> None:
    by_name = github.json(REPOSITORY)
    assert by_name["full_name"] == "octo/example"
    assert github.json(f"/repositories/{by_name['id']}") == by_name
    assert github.json("/repos/OCTO/Example") == by_name


def test_a_renamed_repository_leads_to_its_address_by_id(github: InProcessGitHub) -> None:
    answer = github.get("/repos/octo/former-example/actions/runs?per_page=2&page=3")
    assert answer.status == 301
    target = "/repositories/812000000/actions/runs?per_page=2&page=3"
    assert answer.headers["Location"] == f"http://simulator.test{target}"
    assert github.json(target) == github.json(f"{RUNS}?per_page=2&page=3")


def test_a_repository_can_be_renamed_while_it_is_read(make_github: MakeGitHub) -> None:
    github = make_github()
    github.service.changes.rename("sample")
    assert github.get(REPOSITORY).status == 301
    assert github.json("/repos/octo/sample")["full_name"] == "octo/sample"


@pytest.mark.parametrize(
    "target",
    [
        "/repos/octo/nothing",
        "/repositories/1",
        "/nonsense",
        f"{RUNS}/36000000001",
        f"{RUNS}/abc",
        f"{RUNS}/36000000000/attempts/9",
        f"{RUNS}/36000000000/attempts/0/jobs",
        f"{REPOSITORY}/actions/jobs/5",
        f"{REPOSITORY}/actions/workflows/nothing.yml",
    ],
)
def test_what_is_not_there_is_404_in_githubs_words(github: InProcessGitHub, target: str) -> None:
    answer = github.get(target)
    assert answer.status == 404
    assert json.loads(answer.body) == {
        "message": "Not Found",
        "documentation_url": "https://docs.github.com/rest",
        "status": "404",
    }


def test_a_run_of_another_repository_is_not_found_here(make_github: MakeGitHub) -> None:
    github = make_github(repositories=("octo/one", "octo/two"))
    run = github.world.histories[1].runs[0]
    assert github.get(f"/repos/octo/two/actions/runs/{run.id}").status == 200
    assert github.get(f"/repos/octo/one/actions/runs/{run.id}").status == 404


def test_workflows_are_listed_and_served_one_by_one(github: InProcessGitHub) -> None:
    listing = github.json(f"{REPOSITORY}/actions/workflows")
    assert listing["total_count"] == len(listing["workflows"]) == 9
    for workflow in listing["workflows"]:
        assert github.json(f"{REPOSITORY}/actions/workflows/{workflow['id']}") == workflow


def test_every_attempt_of_a_run_can_be_asked_for(github: InProcessGitHub) -> None:
    run = next(run for run in github.world.histories[0].runs if len(run.attempts) == 3)
    latest = github.json(f"{RUNS}/{run.id}")
    attempts = [github.json(f"{RUNS}/{run.id}/attempts/{number}") for number in (1, 2, 3)]
    assert attempts[2] == latest
    assert [one["run_attempt"] for one in attempts] == [1, 2, 3]
    assert len({one["created_at"] for one in attempts}) == 1
    assert attempts[0]["run_started_at"] == attempts[0]["created_at"] < attempts[1]["run_started_at"]
    assert attempts[0]["previous_attempt_url"] is None
    assert attempts[1]["previous_attempt_url"].endswith(f"/{run.id}/attempts/1")


def test_jobs_are_those_of_the_latest_attempt_unless_all_are_asked_for(github: InProcessGitHub) -> None:
    run = next(run for run in github.world.histories[0].runs if len(run.attempts) == 3)
    latest = github.json(f"{RUNS}/{run.id}/jobs")
    every = github.json(f"{RUNS}/{run.id}/jobs?filter=all&per_page=100")
    by_attempt = [github.json(f"{RUNS}/{run.id}/attempts/{number}/jobs") for number in (1, 2, 3)]
    assert latest == by_attempt[2]
    assert every["jobs"] == [job for page in by_attempt for job in page["jobs"]]
    assert every["total_count"] == 3 * run.job_count
    assert {job["run_attempt"] for job in latest["jobs"]} == {3}


def test_the_jobs_of_a_giant_come_in_pages(github: InProcessGitHub) -> None:
    run = next(run for run in github.world.histories[0].runs if run.job_count == 130)
    pages = [github.json(f"{RUNS}/{run.id}/jobs?per_page=100&page={number}") for number in (1, 2, 3)]
    assert [len(page["jobs"]) for page in pages] == [100, 30, 0]
    assert [page["total_count"] for page in pages] == [130, 130, 130]


def test_a_job_is_the_same_alone_and_in_its_run(github: InProcessGitHub) -> None:
    run = github.world.histories[0].runs[50]
    for job in github.json(f"{RUNS}/{run.id}/jobs")["jobs"]:
        assert github.json(f"{REPOSITORY}/actions/jobs/{job['id']}") == job
        assert job["check_run_url"].endswith(f"/check-runs/{job['id']}")


def test_a_foreign_check_run_is_no_job(github: InProcessGitHub) -> None:
    run = next(run for run in github.world.histories[0].runs if github.world.foreign_check_runs(run))
    foreign = github.world.foreign_check_runs(run)[0]
    assert github.get(f"{REPOSITORY}/actions/jobs/{foreign.id}").status == 404
    listed = github.json(f"{RUNS}/{run.id}/jobs?filter=all&per_page=100")["jobs"]
    assert foreign.id not in [job["id"] for job in listed]


def test_steps_write_their_times_in_all_of_githubs_ways(github: InProcessGitHub) -> None:
    runs = github.world.histories[0].runs[:40]
    texts = [
        step["started_at"]
        for run in runs
        for job in github.json(f"{RUNS}/{run.id}/jobs?per_page=100")["jobs"]
        for step in job["steps"]
        if step["started_at"]
    ]
    assert {text[19:] for text in texts} == {"Z", ".000Z", ".000+01:00", ".617Z", ".617-08:00"}


def test_retention_is_readable(github: InProcessGitHub) -> None:
    address = f"{REPOSITORY}/actions/permissions/artifact-and-log-retention"
    assert github.json(address) == {"days": 90, "maximum_allowed_days": 90}


@pytest.mark.parametrize("token", ["wrong", "sim-expired-1"])
def test_a_bad_token_is_401(github: InProcessGitHub, token: str) -> None:
    answer = github.caller(token).get(REPOSITORY)
    assert answer.status == 401
    assert json.loads(answer.body)["message"] == "Bad credentials"


def test_a_token_without_permission_may_see_the_repository_but_not_its_actions(
    github: InProcessGitHub,
) -> None:
    without = github.caller("sim-noperm-1")
    assert without.get(REPOSITORY).status == 200
    answer = without.get(RUNS)
    assert answer.status == 403
    assert json.loads(answer.body)["message"] == "Resource not accessible by integration"
    assert int(answer.headers["X-RateLimit-Remaining"]) > 0
    assert "Retry-After" not in answer.headers


def test_settings_need_a_permission_of_their_own(github: InProcessGitHub) -> None:
    without = github.caller("sim-noadmin-1")
    assert without.get(f"{REPOSITORY}/actions/permissions/artifact-and-log-retention").status == 403
    assert without.get(RUNS).status == 200


def test_a_private_repository_is_hidden_from_those_who_say_nothing(make_github: MakeGitHub) -> None:
    github = make_github(private=True)
    assert github.get(RUNS).status == 200
    for path in (REPOSITORY, "/repositories/812000000", "/repos/octo/former-example"):
        assert github.caller(None).get(path).status == 404


def test_a_public_repository_is_open_to_everyone(github: InProcessGitHub) -> None:
    assert github.caller(None).get(RUNS).status == 200


def test_a_request_without_a_user_agent_is_refused(github: InProcessGitHub) -> None:
    answer = github.service.answer(Request("GET", REPOSITORY, {"authorization": "Bearer sim-demo"}))
    assert answer.status == 403
    assert b"User-Agent" in answer.body


def test_the_token_may_be_called_token_or_bearer(github: InProcessGitHub) -> None:
    for scheme in ("token", "Bearer", "bearer"):
        headers = {"authorization": f"{scheme} sim-demo", "user-agent": "test"}
        assert github.service.answer(Request("GET", "/user", headers)).status == 200


def test_only_get_is_served(github: InProcessGitHub) -> None:
    headers = {"authorization": "Bearer sim-demo", "user-agent": "test"}
    assert github.service.answer(Request("POST", RUNS, headers)).status == 404


def test_an_unchanged_answer_is_304_and_free(make_github: MakeGitHub) -> None:
    github = make_github()
    first = github.get(RUNS)
    again = github.get(RUNS, {"if-none-match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"]
    assert github.ledger()["requests"]["total"] == 1
    assert github.ledger()["not_modified"]["total"] == 1


def test_a_changed_answer_is_sent_again(make_github: MakeGitHub) -> None:
    github = make_github()
    tag = github.get(RUNS).headers["ETag"]
    github.service.changes.arrive(1)
    assert github.get(RUNS, {"if-none-match": tag}).status == 200


def test_the_tag_depends_on_the_token(github: InProcessGitHub) -> None:
    tag = github.get(RUNS).headers["ETag"]
    assert github.caller("sim-other").get(RUNS, {"if-none-match": tag}).status == 200


def test_a_304_costs_those_who_say_nothing(make_github: MakeGitHub) -> None:
    github = make_github().caller(None)
    tag = github.get(RUNS).headers["ETag"]
    answer = github.get(RUNS, {"if-none-match": tag})
    assert answer.status == 304
    assert answer.headers["X-RateLimit-Remaining"] == "58"


def test_every_answer_says_when_it_was_made_in_simulated_time(make_github: MakeGitHub) -> None:
    github = make_github()
    assert github.get(REPOSITORY).headers["Date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    github.world.clock.advance(3_600)
    assert github.get("/nothing").headers["Date"] == "Fri, 20 Nov 2026 13:00:00 GMT"


def test_the_later_api_version_has_no_rate_and_an_unknown_one_is_refused(github: InProcessGitHub) -> None:
    assert "rate" in github.json("/rate_limit")
    later = github.json("/rate_limit", {"x-github-api-version": "2026-03-10"})
    assert set(later) == {"resources"}
    assert github.get("/rate_limit", {"x-github-api-version": "2020-01-01"}).status == 400


def test_a_job_log_lies_behind_a_link_that_lasts_a_minute(make_github: MakeGitHub) -> None:
    github = make_github()
    job = next(
        job for run in github.world.histories[0].runs for job in github.world.jobs(run) if job.completed_at
    )
    answer = github.get(f"{REPOSITORY}/actions/jobs/{job.id}/logs")
    assert answer.status == 302
    target = answer.headers["Location"].removeprefix("http://blobs.test")
    whole = github.blobs.answer(Request("GET", target))
    assert whole.status == 200
    log = whole.whole_body()
    assert log.startswith("\ufeff20".encode())
    part = github.blobs.answer(Request("GET", target, {"range": "bytes=3-12"}))
    assert (part.status, part.whole_body()) == (206, log[3:13])
    assert part.headers["Content-Range"] == f"bytes 3-12/{len(log)}"
    assert github.blobs.answer(Request("GET", target, {"range": "bytes=9999999-"})).status == 416
    assert github.blobs.answer(Request("GET", target, {"authorization": "Bearer sim-demo"})).status == 403
    assert github.blobs.answer(Request("GET", target.replace("sig=", "sig=0"))).status == 403
    github.world.clock.advance(61)
    assert github.blobs.answer(Request("GET", target)).status == 403
    assert github.ledger()["blobs"] == {"downloads": 2, "bytes": len(log) + 10, "refused": 4}


def test_logs_need_a_token_even_where_the_repository_is_public(make_github: MakeGitHub) -> None:
    github = make_github()
    job = github.world.jobs(github.world.histories[0].runs[0])[0]
    assert github.caller(None).get(f"{REPOSITORY}/actions/jobs/{job.id}/logs").status == 403


def test_an_answer_takes_its_cpu_time_and_the_latency(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(latency_seconds=0.5), runs=100)
    github.get(f"{RUNS}?per_page=100")
    github.get(f"{RUNS}?per_page=10")
    assert github.slept == pytest.approx([0.5 + 0.02 + 0.1, 0.5 + 0.02 + 0.01])
