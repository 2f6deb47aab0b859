"""What is in the artifacts is what the ground truth says, as other readers than ours see it."""

import hashlib
import io
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from github_simulator.in_process import API_URL, InProcessGitHub
from github_simulator.junit_reports import DIALECTS, Report
from github_simulator.other_reports import ctrf, trx
from github_simulator.payloads import Payloads
from github_simulator.pictures import gif, jpeg, png
from github_simulator.simulated_tests import VARIANTS, cases
from github_simulator.truth import Truth

MakeGitHub = Callable[..., InProcessGitHub]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=600, rerun_share=0.2, artifacts_share=0.8)


@pytest.fixture(scope="module")
def rows(github: InProcessGitHub) -> Rows:
    return [json.loads(line) for line in Truth(github.world, Payloads(API_URL)).lines("artifacts")]


def content(github: InProcessGitHub, row: dict[str, Any]) -> bytes:
    artifact = github.world.artifact(row["id"])
    assert artifact is not None
    return b"".join(artifact.contents.stream(0, row["size_in_bytes"]))


def tally(report: Report) -> Counter[str]:
    return Counter(result.status for result in report.results if not result.rerun)


def test_the_truth_knows_every_artifact_with_its_payload_attempt_and_fate(
    github: InProcessGitHub, rows: Rows
) -> None:
    served = github.json("/repos/octo/example/actions/artifacts?per_page=100")
    by_id = {row["id"]: row for row in rows}
    for payload in served["artifacts"]:
        assert payload.items() <= by_id[payload["id"]].items()
    assert Counter(row["vanished"] for row in rows)[None] == served["total_count"] < len(rows)
    for row in rows:
        attempt = github.json(
            f"/repos/octo/example/actions/runs/{row['workflow_run']['id']}/attempts/{row['run_attempt']}"
        )
        assert attempt["run_started_at"] <= row["created_at"] <= attempt["updated_at"]
    assert len([row for row in rows if row["run_attempt"] > 1]) > 50
    assert {row["own"] for row in rows if row["name"].startswith("progressive-capture-")} == {True}


def test_archives_open_and_hold_the_files_that_the_truth_names(github: InProcessGitHub, rows: Rows) -> None:
    opened = 0
    for row in rows:
        data = content(github, row)
        assert hashlib.sha256(data).hexdigest() == row["content_sha256"]
        if data.startswith(b"PK"):
            opened += 1
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found = [
                    (place, info.filename, info.file_size, hashlib.sha256(archive.read(info)).hexdigest())
                    for place, info in enumerate(archive.infolist())
                ]
        else:
            found = [(0, row["name"], len(data), row["content_sha256"])]
        told = [(one["position"], one["path"], one["size_bytes"], one["sha256"]) for one in row["files"]]
        assert found == told
    assert 0 < len(rows) - opened < opened


def test_archives_are_written_as_upload_artifact_does(github: InProcessGitHub, rows: Rows) -> None:
    row = next(row for row in rows if row["name"] == "coverage")
    with zipfile.ZipFile(io.BytesIO(content(github, row))) as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_DEFLATED
            assert info.flag_bits & 0x08  # sizes follow the data
            assert info.flag_bits & 0x800  # names are UTF-8


def test_files_come_in_every_category_and_every_shape(rows: Rows) -> None:
    files = [file for row in rows for file in row["files"]]
    assert {file["category"] for file in files} == {"image", "json", "text", "binary"}
    assert any(file["size_bytes"] == 0 for file in files)
    assert any("📸" in row["name"] for row in rows)
    assert any("🛒" in file["path"] for file in files)
    long = [file for file in files if file["category"] == "text" and file["size_bytes"] > 262_144]
    assert long
    assert not any(file["content_kept"] for file in long)
    kept = {file["category"] for file in files if file["content_kept"]}
    assert kept == {"json", "text"}


def test_the_same_bytes_come_in_many_artifacts_but_few_artifacts_are_the_same(rows: Rows) -> None:
    artifacts_with = defaultdict(set)
    for row in rows:
        for file in row["files"]:
            artifacts_with[file["sha256"]].add(row["id"])
    assert max(len(ids) for ids in artifacts_with.values()) > 100
    archives = [row for row in rows if len(row["files"]) > 1]
    assert len({row["content_sha256"] for row in archives}) == len(archives)


def test_a_test_fails_in_one_attempt_and_passes_in_another_on_the_same_tree(
    github: InProcessGitHub, rows: Rows
) -> None:
    runs = {run.id: run for run in github.world.histories[0].runs}
    statuses = defaultdict(set)
    for row in rows:
        run = runs[row["workflow_run"]["id"]]
        for result in row["test_results"]:
            test = (result["suite"], result["classname"], result["name"])
            if not result["rerun"]:
                statuses[run.head_sha, run.workflow.id, row["name"], test].add(result["status"])
    flaky = [key for key, found in statuses.items() if {"passed", "failed"} <= found]
    assert len(flaky) > 20
    assert {found for found in map(frozenset, statuses.values()) if len(found) == 1} >= {
        frozenset({"passed"}),
        frozenset({"skipped"}),
    }


def test_the_counts_of_the_truth_are_those_of_its_results(rows: Rows) -> None:
    with_results = [row for row in rows if row["test_results"]]
    assert len(with_results) > 100
    for row in with_results:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for result in row["test_results"]:
            counts[str(result["file_position"])][result["status"]] += 1
        assert row["test_counts"] == counts


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("variant", range(VARIANTS))
def test_a_junit_report_holds_what_it_is_said_to_hold(dialect: str, variant: int) -> None:
    report = DIALECTS[dialect](cases(variant))
    found = []
    root = ET.fromstring(report.data)
    for suite in root.iter("testsuite"):
        for case in suite.findall("testcase"):
            words = [element.tag for element in case]
            status = next((word for word in ("failure", "error", "skipped") if word in words), "passed")
            if case.get("status") == "notrun":
                status = "skipped"
            seconds = float(case.get("time", "").replace(",", ""))
            name = (suite.get("name"), case.get("classname"), case.get("name"))
            found.append((*name, {"failure": "failed"}.get(status, status), seconds))
    told = [
        (one.suite, one.classname, one.name, one.status, one.seconds)
        for one in report.results
        if not one.rerun
    ]
    assert found == told
    assert tally(report)["skipped"] == 2
    assert (tally(report)["failed"] + tally(report)["error"] > 0) == (variant > 0)


@pytest.mark.parametrize("variant", range(1, VARIANTS))
def test_a_test_that_was_tried_again_says_so(variant: int) -> None:
    flaky, failing = DIALECTS["surefire"](cases(0)), DIALECTS["surefire"](cases(variant))
    assert flaky.data.count(b"<flakyFailure") == 1
    assert [one.name for one in flaky.results if one.rerun] == ["removes the last item"]
    again = failing.data.count(b"<rerunFailure") + failing.data.count(b"<rerunError")
    assert again == 2
    assert len([one for one in failing.results if one.rerun]) == again + failing.data.count(b"<flaky")


def test_a_duration_may_have_a_comma_and_a_report_a_byte_order_mark() -> None:
    assert b'time="1,234.567"' in DIALECTS["surefire"](cases(0)).data
    assert DIALECTS["jest"](cases(0)).data.startswith(b"\xef\xbb\xbf<?xml")


def test_trx_ties_results_to_classes_by_ids() -> None:
    report = trx(cases(1))
    names = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
    root = ET.fromstring(report.data)
    classes = {
        test.get("id"): test.find("t:TestMethod", names).get("className")  # type: ignore[union-attr]
        for test in root.iterfind(".//t:UnitTest", names)
    }
    words = {"Passed": "passed", "Failed": "failed", "Error": "error", "NotExecuted": "skipped"}
    found = [
        (classes[one.get("testId")], one.get("testName"), words[one.get("outcome", "")])
        for one in root.iterfind(".//t:UnitTestResult", names)
    ]
    assert found == [(one.classname, one.name, one.status) for one in report.results]
    slow = next(
        one for one in root.iterfind(".//t:UnitTestResult", names) if "ships" in one.get("testName", "")
    )
    assert slow.get("duration") == "00:20:34.5670000"
    assert 1_234.567 in {one.seconds for one in report.results}


def test_ctrf_counts_in_milliseconds() -> None:
    report = ctrf(cases(3))
    results = json.loads(report.data)["results"]
    assert [
        (one["suite"], one["name"], one["status"], one["duration"] / 1_000) for one in results["tests"]
    ] == [(one.suite, one.name, one.status, one.seconds) for one in report.results]
    assert results["summary"]["failed"] == tally(report)["failed"] > 0


def test_pictures_begin_and_end_as_their_kinds_do() -> None:
    assert png(1, 2, 3).startswith(b"\x89PNG\r\n\x1a\n")
    assert png(1, 2, 3) != png(3, 2, 1)
    assert gif(1, 2, 3).startswith(b"GIF89a")
    assert jpeg().startswith(b"\xff\xd8\xff\xe0")
    assert jpeg().endswith(b"\xff\xd9")
