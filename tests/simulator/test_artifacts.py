"""Artifacts: which there are, since when, until when, and how they are listed."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from github_simulator.artifacts import Artifact
from github_simulator.in_process import InProcessGitHub
from github_simulator.instants import DAY, from_text
from github_simulator.options import DEFAULT_NOW

MakeGitHub = Callable[..., InProcessGitHub]
ACTIONS = "/repos/octo/example/actions"
ARTIFACTS = f"{ACTIONS}/artifacts"


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    """A world in which only the tests that say so change nothing."""
    return make_github(runs=600, rerun_share=0.2, artifacts_share=0.8)


def every(github: InProcessGitHub) -> list[Artifact]:
    return github.world.histories[0].artifacts.every()


def fates(github: InProcessGitHub) -> Counter[str | None]:
    artifacts = github.world.histories[0].artifacts
    return Counter(artifacts.fate(one, github.world.clock.now()) for one in artifacts.every())


def listed(github: InProcessGitHub, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 1
    while page := github.json(f"{ARTIFACTS}?per_page=100&page={number}{query}")["artifacts"]:
        found += page
        number += 1
    return found


def test_finished_runs_have_as_many_artifacts_as_was_asked(make_github: MakeGitHub) -> None:
    def uploads(share: float) -> float:
        github = make_github(runs=1_000, rerun_share=0.0, artifacts_share=share)
        able = {"success", "failure", "cancelled", "timed_out"}
        runs = [run for run in github.world.histories[0].runs if run.conclusion in able]
        return len(every(github)) / len(runs)

    assert uploads(0.0) == 0
    assert uploads(0.5) == pytest.approx(0.5, abs=0.06)
    assert uploads(2.25) == pytest.approx(2.25, abs=0.06)


def test_nothing_is_drawn_before_somebody_asks(make_github: MakeGitHub) -> None:
    artifacts = make_github().world.histories[0].artifacts
    assert vars(artifacts)["_every"] is None


def test_the_same_seed_uploads_the_same(make_github: MakeGitHub) -> None:
    def uploads(seed: int) -> list[dict[str, Any]]:
        return listed(make_github(runs=100, seed=seed))

    assert uploads(1) == uploads(1)
    assert [one["digest"] for one in uploads(1)] != [one["digest"] for one in uploads(2)]


def test_an_artifact_is_uploaded_while_its_attempt_runs(github: InProcessGitHub) -> None:
    for artifact in every(github):
        assert artifact.attempt in artifact.run.attempts
        assert artifact.attempt.started_at <= artifact.created_at <= artifact.attempt.updated_at


def test_every_attempt_uploads_the_same_names_anew(github: InProcessGitHub) -> None:
    names: dict[tuple[int, int], list[str]] = {}
    for artifact in every(github):
        names.setdefault((artifact.run.id, artifact.attempt.number), []).append(artifact.name)
    again = {key: found for key, found in names.items() if key[1] > 1}
    assert len(again) > 50
    for (run_id, _), found in again.items():
        assert sorted(names[run_id, 1]) == sorted(found)
    assert all(len(set(found)) == len(found) for found in names.values())


def test_ids_rise_with_the_time_of_the_upload(github: InProcessGitHub) -> None:
    artifacts = every(github)
    assert [one.id for one in artifacts] == sorted({one.id for one in artifacts})
    assert [one.created_at for one in artifacts] == sorted(one.created_at for one in artifacts)
    assert artifacts[0].id > 2**31


def test_artifacts_are_kept_for_different_spans(github: InProcessGitHub) -> None:
    days = Counter((one.expires_at - one.created_at) / DAY for one in every(github))
    assert set(days) == {1, 7, 30, 90}
    assert days[90] > sum(days.values()) / 2


def test_some_old_ones_have_no_digest_and_the_program_s_own_are_among_them(github: InProcessGitHub) -> None:
    without = [one for one in every(github) if not one.has_digest]
    assert without
    assert all(one.created_at < DEFAULT_NOW - 60 * DAY + DAY for one in without)
    own = {one.name for one in every(github) if one.is_own}
    assert own
    assert all(name.startswith("progressive-capture-shard-") for name in own)


def test_a_listing_holds_what_has_not_expired_newest_first(github: InProcessGitHub) -> None:
    found = listed(github)
    now = github.world.clock.now()
    assert [one["id"] for one in found] == [one.id for one in reversed(every(github)) if one.expires_at > now]
    assert fates(github)["expired"] > 20
    assert github.json(ARTIFACTS)["total_count"] == len(found)
    assert not any(one["expired"] for one in found)


def test_a_listing_can_be_narrowed_to_a_name(github: InProcessGitHub) -> None:
    by_name = Counter(one["name"] for one in listed(github))
    name, count = "coverage", by_name["coverage"]
    found = listed(github, f"&name={name}")
    assert len(found) == count > 0
    assert {one["name"] for one in found} == {name}
    assert github.json(f"{ARTIFACTS}?name=cover")["total_count"] == 0


def test_pages_follow_each_other_by_their_links(github: InProcessGitHub) -> None:
    first = github.get(f"{ARTIFACTS}?per_page=10")
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert (
        f"/repositories/{github.world.histories[0].repository.id}/actions/artifacts" in first.headers["Link"]
    )


def test_past_the_40_000th_item_a_listing_is_refused(github: InProcessGitHub) -> None:
    assert github.get(f"{ARTIFACTS}?per_page=100&page=400").status == 200
    assert github.get(f"{ARTIFACTS}?per_page=100&page=401").status == 422
    assert github.get(f"{ARTIFACTS}?per_page=30&page=1334").status == 422


def test_a_run_s_artifacts_are_those_of_all_its_attempts(github: InProcessGitHub) -> None:
    now = github.world.clock.now()
    run = next(one.run for one in reversed(every(github)) if one.attempt.number > 1)
    expected = [one.id for one in every(github) if one.run is run and one.expires_at > now]
    page = github.json(f"{ACTIONS}/runs/{run.id}/artifacts")
    assert [one["id"] for one in page["artifacts"]] == expected[::-1]
    assert page["total_count"] == len(expected) > 1
    oldest_first = github.json(f"{ACTIONS}/runs/{run.id}/artifacts?direction=asc")["artifacts"]
    assert [one["id"] for one in oldest_first] == expected
    assert github.get(f"{ACTIONS}/runs/1/artifacts").status == 404


def test_one_artifact_can_be_asked_for(github: InProcessGitHub) -> None:
    newest = listed(github)[0]
    assert github.json(f"{ARTIFACTS}/{newest['id']}") == newest
    assert newest["archive_download_url"] == f"{newest['url']}/zip"
    for unknown in (1, newest["id"] + 1, newest["id"] + 37 * 8_000, "x"):
        assert github.get(f"{ARTIFACTS}/{unknown}").status == 404


def test_the_run_in_an_artifact_is_its_run(github: InProcessGitHub) -> None:
    for one in listed(github)[:50]:
        run = github.json(f"{ACTIONS}/runs/{one['workflow_run']['id']}")
        of_run = one["workflow_run"]
        assert of_run["head_sha"] == run["head_sha"]
        assert of_run["repository_id"] == run["repository"]["id"]
        assert of_run.get("head_branch") == run["head_branch"]
        assert of_run.get("head_repository_id") == (run["head_repository"] or {}).get("id")
        assert run["created_at"] <= one["created_at"] <= run["updated_at"]


def test_an_artifact_vanishes_in_the_second_in_which_it_expires(make_github: MakeGitHub) -> None:
    github = make_github(runs=300)
    first = min(listed(github), key=lambda one: str(one["expires_at"]))
    github.world.clock.advance(from_text(first["expires_at"]) - DEFAULT_NOW - 1)
    assert github.get(f"{ARTIFACTS}/{first['id']}").status == 200
    assert github.get(f"{ARTIFACTS}/{first['id']}/zip").status == 302
    before = github.json(ARTIFACTS)["total_count"]
    github.world.clock.advance(1)
    assert github.get(f"{ARTIFACTS}/{first['id']}").status == 404
    assert github.get(f"{ARTIFACTS}/{first['id']}/zip").status == 410
    assert github.json(ARTIFACTS)["total_count"] == before - 1
    github.world.clock.advance(91 * DAY)
    assert github.json(ARTIFACTS) == {"total_count": 0, "artifacts": []}


def test_a_run_that_finishes_uploads_its_artifacts_then(make_github: MakeGitHub) -> None:
    github = make_github(runs=100, artifacts_share=2.0)
    before = {one["id"] for one in listed(github)}
    runs = github.service.changes.arrive(20)
    assert {one["id"] for one in listed(github)} == before
    github.world.clock.advance(600)
    github.service.changes.finish(100)
    new = [one for one in listed(github) if one["id"] not in before]
    assert {one["workflow_run"]["id"] for one in new} >= {
        run.id for run in runs if run.conclusion == "success"
    }
    assert min(one["id"] for one in new) > max(before)
    for one in new:
        moment = datetime.fromisoformat(one["created_at"]).timestamp()
        assert moment == DEFAULT_NOW + 600


def test_a_rerun_that_finishes_uploads_anew(make_github: MakeGitHub) -> None:
    github = make_github(runs=200, rerun_share=0.0, artifacts_share=1.0)
    before = {one.id for one in every(github)}
    runs = github.service.changes.rerun(10, "all")
    github.world.clock.advance(600)
    github.service.changes.finish(1_000)
    new = [one for one in every(github) if one.id not in before and one.run in runs]
    assert new
    assert {one.attempt.number for one in new} == {2}


@pytest.mark.parametrize("finish_first", [True, False])
def test_what_is_added_does_not_depend_on_whether_somebody_looked_before(
    make_github: MakeGitHub,
    finish_first: bool,
) -> None:
    def ids(*, look: bool) -> list[int]:
        github = make_github(runs=200, artifacts_share=1.0)
        if look:
            listed(github)
        change = github.service.changes
        for act in (change.finish, change.delete) if finish_first else (change.delete, change.finish):
            act(8)
        return [one["id"] for one in listed(github)]

    assert ids(look=True) == ids(look=False)
    assert len(set(ids(look=True))) > 50


def test_deleted_artifacts_are_gone_and_so_are_those_of_deleted_runs(make_github: MakeGitHub) -> None:
    github = make_github(runs=200, artifacts_share=1.0)
    before = {one["id"] for one in listed(github)}
    deleted = github.service.changes.delete_artifacts(3)
    assert len(deleted) == 3
    for one in deleted:
        assert github.get(f"{ARTIFACTS}/{one.id}").status == 404
        assert github.get(f"{ARTIFACTS}/{one.id}/zip").status == 404
    (run,) = github.service.changes.delete(1)
    of_run = {one.id for one in every(github) if one.run is run}
    assert of_run
    assert {one["id"] for one in listed(github)} == before - {one.id for one in deleted} - of_run
    assert fates(github)["deleted"] == len({one.id for one in deleted} | of_run)


@pytest.mark.parametrize("share", [-0.1, 10.5])
def test_a_share_that_makes_no_sense_is_refused(make_github: MakeGitHub, share: float) -> None:
    with pytest.raises(ValueError, match="artifacts_share"):
        make_github(artifacts_share=share)


@pytest.mark.parametrize("size", [-1, 100, 4_000])
def test_a_large_artifact_that_is_not_large_or_too_large_is_refused(
    make_github: MakeGitHub, size: int
) -> None:
    with pytest.raises(ValueError, match="large artifact"):
        make_github(large_artifact_mb=size)
