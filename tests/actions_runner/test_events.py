from __future__ import annotations

from typing import Any

import pytest

from actions_runner import DispatchRefusedError, WorkflowFileError, called, dispatched, happened, scheduled
from actions_runner.events import occasion
from actions_runner.workflow_file import read_yaml

FORM = """
on:
  workflow_dispatch:
    inputs:
      name: {type: string, required: true}
      days: {type: number, default: 30}
      deep: {type: boolean}
      kind: {type: choice, options: [jobs, steps], default: jobs}
      more: {}
  schedule:
    - cron: "17 */6 * * *"
  workflow_call:
    inputs:
      name: {type: string, required: true}
      days: {type: number}
      deep: {type: boolean, default: true}
"""
WORKFLOW = read_yaml(FORM, "main.yml")


def test_the_inputs_of_a_dispatch_are_texts_but_booleans() -> None:
    seen = occasion(WORKFLOW, dispatched({"name": "x", "days": 7, "deep": "true"}))
    assert seen.inputs == {"name": "x", "days": "7", "deep": True, "kind": "jobs", "more": ""}
    assert seen.payload["inputs"] == {"name": "x", "days": "7", "deep": "true", "kind": "jobs", "more": ""}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "Required input 'name' not provided"),
        ({"name": ""}, "Required input 'name' not provided"),
        ({"name": "x", "days": "many"}, "is not a number"),
        ({"name": "x", "deep": "yes"}, "neither 'true' nor 'false'"),
        ({"name": "x", "kind": "all"}, "not in the list of allowed values"),
        ({"name": "x", "nothing": "1"}, 'Unexpected inputs provided: \\["nothing"\\]'),
        ({"name": "x" * 70_000}, "65535 characters"),
    ],
)
def test_a_dispatch_that_github_refuses_is_refused(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(DispatchRefusedError, match=message) as refused:
        occasion(WORKFLOW, dispatched(inputs))
    assert refused.value.status == 422


def test_a_workflow_without_the_trigger_is_not_dispatched() -> None:
    with pytest.raises(DispatchRefusedError, match="does not have 'workflow_dispatch' trigger"):
        occasion(read_yaml("on: push", "x"), dispatched())


def test_a_schedule_has_no_inputs_and_names_its_cron() -> None:
    seen = occasion(WORKFLOW, scheduled("17 */6 * * *"))
    assert (seen.inputs, seen.payload) == (None, {"schedule": "17 */6 * * *"})
    with pytest.raises(WorkflowFileError, match="no cron"):
        occasion(WORKFLOW, scheduled("0 0 * * *"))


def test_an_event_that_starts_nothing_is_refused() -> None:
    with pytest.raises(WorkflowFileError, match="not started by 'push'"):
        occasion(WORKFLOW, happened("push"))


def test_the_inputs_of_a_call_keep_their_types() -> None:
    assert occasion(WORKFLOW, called({"name": "x"})).inputs == {"name": "x", "days": 0, "deep": True}
    seen = occasion(WORKFLOW, called({"name": 5, "days": 7, "deep": False}))
    assert seen.inputs == {"name": "5", "days": 7, "deep": False}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "'name' is required"),
        ({"name": "x", "days": "7"}, "'days' is a number, and was given '7'"),
        ({"name": "x", "deep": "true"}, "'deep' is a boolean"),
        ({"name": "x", "days": True}, "'days' is a number"),
        ({"name": "x", "nothing": 1}, "does not declare: nothing"),
    ],
)
def test_a_call_with_wrong_inputs_is_refused(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(WorkflowFileError, match=message):
        occasion(WORKFLOW, called(inputs))


def test_words_that_older_yaml_takes_for_truths_are_words() -> None:
    read = read_yaml("on: {push: }\nyes: no\ntruth: true\nday: 2026-01-01\noct: 0o17", "x")
    assert read == {"on": {"push": None}, "yes": "no", "truth": True, "day": "2026-01-01", "oct": "0o17"}


@pytest.mark.parametrize("text", ["a: 1\na: 2", "- a", "a: [", "a: {b: 1, b: 2}"])
def test_what_is_no_mapping_or_says_a_thing_twice_is_refused(text: str) -> None:
    with pytest.raises(WorkflowFileError):
        read_yaml(text, "main.yml")
