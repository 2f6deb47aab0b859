"""The queue's environment: what it sets, and what is refused with the next step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from progressive_capture.lib.errors import ConfigurationError
from queue_manager.queue_settings import QueueSettings, read_queue_settings
from queue_manager.router import Thresholds


def test_an_empty_environment_is_the_usual_queue() -> None:
    settings = read_queue_settings({})
    assert settings == QueueSettings()
    assert settings.thresholds == Thresholds(
        age=timedelta(hours=24), items=50, repository_size=1_000, inline_most_items=1_000
    )
    assert (settings.jobs_repository, settings.ref) == (None, "main")
    assert settings.inline_dollars_per_hour is None


def test_every_variable_is_heard() -> None:
    settings = read_queue_settings(
        {
            "QUEUE_MAX_AGE_HOURS": "1.5",
            "QUEUE_MAX_ITEMS": " 10 ",
            "QUEUE_LARGE_REPOSITORY": "200",
            "QUEUE_INLINE_MOST_ITEMS": "30",
            "CAPTURE_JOBS_REPOSITORY": "octo/jobs",
            "QUEUE_REF": "release/2026.11",
            "INLINE_DOLLARS_PER_HOUR": "0.05",
        }
    )
    assert settings.thresholds == Thresholds(
        age=timedelta(minutes=90), items=10, repository_size=200, inline_most_items=30
    )
    assert (settings.jobs_repository, settings.ref) == ("octo/jobs", "release/2026.11")
    assert settings.inline_dollars_per_hour == 0.05


def test_an_empty_variable_counts_as_none() -> None:
    assert read_queue_settings(dict.fromkeys((*NUMBERS, "QUEUE_REF", "CAPTURE_JOBS_REPOSITORY"), "")) == (
        QueueSettings()
    )


def test_the_environment_of_the_process_is_read_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUE_MAX_ITEMS", "7")
    assert read_queue_settings().thresholds.items == 7


@pytest.mark.parametrize(
    ("environment", "repository"),
    [
        ({"GITHUB_REPOSITORY": "octo/here"}, "octo/here"),
        ({"GITHUB_OWNER": "octo", "GITHUB_REPO": "parts"}, "octo/parts"),
        ({"GITHUB_REPOSITORY": "octo/here", "CAPTURE_JOBS_REPOSITORY": "octo/jobs"}, "octo/jobs"),
        ({"CAPTURE_JOBS_REPOSITORY": "https://github.com/octo/jobs"}, "octo/jobs"),
    ],
)
def test_workflows_are_those_of_the_repository_that_is_named_or_else_of_this_one(
    environment: dict[str, str], repository: str
) -> None:
    assert read_queue_settings(environment).jobs_repository == repository


def test_more_items_than_usual_may_run_inline_if_so_many_shall() -> None:
    assert read_queue_settings({"QUEUE_MAX_ITEMS": "5000"}).thresholds.inline_most_items == 5_000


def test_nothing_has_to_run_inline() -> None:
    thresholds = read_queue_settings({"QUEUE_MAX_AGE_HOURS": "0", "QUEUE_MAX_ITEMS": "0"}).thresholds
    assert (thresholds.age, thresholds.items) == (timedelta(), 0)


NUMBERS = (
    *("QUEUE_MAX_AGE_HOURS", "QUEUE_MAX_ITEMS", "QUEUE_LARGE_REPOSITORY", "QUEUE_INLINE_MOST_ITEMS"),
    "INLINE_DOLLARS_PER_HOUR",
)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["-1", "many", "nan", "inf", "1e9", "1,5", "²", "1" * 40, "0x10"])
def test_what_is_no_number_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be a") as said:
        read_queue_settings({name: value})
    assert f"Write for example {name}=" in said.value.hint


@pytest.mark.parametrize("ref", ["-main", "a b", "a..b", "a\nb", "a:b", "x" * 300, "~", "*"])
def test_a_ref_that_is_none_is_refused(ref: str) -> None:
    with pytest.raises(ConfigurationError, match="QUEUE_REF is no branch or tag") as said:
        read_queue_settings({"QUEUE_REF": ref})
    assert "QUEUE_REF=main" in said.value.hint
    assert f"{said.value}".isprintable()


@pytest.mark.parametrize("name", ["CAPTURE_JOBS_REPOSITORY", "GITHUB_REPOSITORY"])
def test_a_repository_of_workflows_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="does not name the repository whose workflows") as said:
        read_queue_settings({name: "not a repository"})
    assert "CAPTURE_JOBS_REPOSITORY=OWNER/NAME" in said.value.hint


def test_numbers_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="that cannot be") as said:
        read_queue_settings({"QUEUE_MAX_ITEMS": "50", "QUEUE_INLINE_MOST_ITEMS": "49"})
    assert "QUEUE_INLINE_MOST_ITEMS" in said.value.hint
