"""Our workflow files, read: every name in them means something, and none has more than it must have."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from actions_runner import Known, Repository, faults_in

ROOT = Path(__file__).parents[2]
SECRETS = frozenset(
    {"DATABASE_URL", "SUPABASE_URL", "SUPABASE_SECRET_KEY", "CAPTURE_TOKEN", "CAPTURE_APP_PRIVATE_KEY"}
)
VARIABLES = frozenset(
    {
        *("CAPTURE_REPOSITORIES", "CAPTURE_WITH", "CAPTURE_DEPTH", "CAPTURE_CHUNK_SIZE"),
        *("CAPTURE_TIME_BUDGET", "CAPTURE_APP_CLIENT_ID", "CAPTURE_APP_OWNER", "CAPTURE_APP_REPOSITORIES"),
        *("CAPTURE_FILE_STORAGE", "CLEANUP_OLD_FILES_DAYS"),
    }
)
KINDS = (
    *("historical-sync", "job-details", "artifact-bulk", "historical-pr-sync"),
    *("historical-reviews-sync", "historical-comments-sync", "bulk-file-changes"),
)
FROM_PEOPLE = ("repository_name", "repository_id", "time_range", "max_items", "job_id", "max_parallel")


def read(name: str) -> dict[object, object]:
    text = (ROOT / ".github/workflows" / f"{name}.yml").read_text(encoding="utf-8")
    return {("on" if key is True else key): value for key, value in yaml.safe_load(text).items()}


def test_reading_them_finds_no_fault() -> None:
    assert faults_in(Repository(ROOT), Known(secrets=SECRETS, variables=VARIABLES)) == []


def test_every_variable_and_secret_is_documented() -> None:
    documented = (ROOT / "docs/actions.md").read_text(encoding="utf-8")
    assert [name for name in sorted(SECRETS | VARIABLES) if f"`{name}`" not in documented] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_and_another_workflow_may_start_each_kind_with_the_same_inputs(kind: str) -> None:
    on = read(kind)["on"]
    assert isinstance(on, dict)
    by_people, by_workflows = on["workflow_dispatch"]["inputs"], on["workflow_call"]["inputs"]
    assert by_people.keys() == by_workflows.keys()
    assert set(FROM_PEOPLE) < by_people.keys()
    assert by_people["time_range"]["default"] == 30
    assert by_people["max_items"]["default"] == 1000
    for name, each in by_people.items():
        assert each["description"]
        assert each["default"] == by_workflows[name]["default"], name


@pytest.mark.parametrize("kind", KINDS)
def test_captures_of_one_repository_and_kind_wait_for_each_other_and_none_is_cancelled(kind: str) -> None:
    concurrency = read(kind)["concurrency"]
    assert isinstance(concurrency, dict)
    assert concurrency["group"].endswith("${{ inputs.repository_name || github.repository }}")
    assert (concurrency["cancel-in-progress"], concurrency["queue"]) == (False, "max")


def test_what_is_scheduled_is_one_job_off_the_hour() -> None:
    workflow = read("scheduled-capture")
    assert isinstance(workflow["on"], dict)
    assert isinstance(workflow["jobs"], dict)
    assert workflow["on"]["schedule"] == [{"cron": "17 */6 * * *"}]
    assert list(workflow["jobs"]) == ["capture"]


def test_an_exception_of_the_checker_names_a_line_that_is_there() -> None:
    """One for a line that has moved would hide what stands there now."""
    rules = yaml.safe_load((ROOT / ".github/zizmor.yml").read_text(encoding="utf-8"))["rules"]
    for rule, words in (("self-repository", "uses: ./"), ("secrets-outside-env", "${{ ")):
        for place in rules[rule]["ignore"]:
            name, _, line = place.partition(":")
            lines = (ROOT / ".github/workflows" / name).read_text(encoding="utf-8").splitlines()
            assert words in lines[int(line) - 1], place
