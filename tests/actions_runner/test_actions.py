"""Actions: composite ones, and what stands for others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from actions_runner import ActionCall, ActionFailedError, AppTokens, Declared, StandIn, standard_actions

Play = Any

COMPOSITE = """
name: Greet
description: says it
inputs:
  who: {required: true}
  greeting: {default: "Hello from ${{ github.repository }}"}
outputs:
  said: {value: "${{ steps.say.outputs.said }}"}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      env: {WHO: "${{ inputs.who }}", GREETING: "${{ inputs.greeting }}"}
      run: |
        echo "said=$GREETING $WHO" >> "$GITHUB_OUTPUT"
        echo "from $(cat "$GITHUB_ACTION_PATH/part.txt") $OUTER ${INPUT_WHO:-none}"
        echo "NEXT=1" >> "$GITHUB_ENV"
        test "$WHO" != nobody
    - {run: echo not reached, shell: bash}
    - {run: 'echo "cleaned up $S"', shell: bash, if: failure(), env: {S: "${{ github.action_path != '' }}"}}
"""
WORKFLOW = """
on: workflow_dispatch
jobs:
  job:
    runs-on: x
    steps:
      - uses: %s
        id: greet
        env: {OUTER: outer}
        with: {who: %s}
      - run: echo "<$SAID> $NEXT"
        env: {SAID: "${{ steps.greet.outputs.said }}"}
"""
CHECKED_OUT = WORKFLOW.replace("    steps:\n", "    steps:\n      - uses: actions/checkout@v7\n")
FILES = {"greet/action.yml": COMPOSITE, "greet/part.txt": "the action"}


def test_a_composite_action_of_the_repository_runs_once_it_is_checked_out(play: Play) -> None:
    finished = play(CHECKED_OUT % ("./greet", "Mona"), FILES)
    assert finished.log.splitlines() == [
        "job: from the action outer none",
        "job: not reached",
        "job: <Hello from octo/hello Mona> 1",
    ]


def test_without_a_checkout_there_is_no_action(play: Play) -> None:
    finished = play(WORKFLOW % ("./greet", "Mona"), FILES)
    assert "is the repository checked out before it?" in finished.annotations[0].message


def test_a_failed_step_of_an_action_ends_it_and_its_own_failure_is_what_counts(play: Play) -> None:
    finished = play(CHECKED_OUT % ("./greet", "nobody"), FILES)
    assert finished.jobs["job"].step("greet").outcome == "failure"
    assert finished.jobs["job"].step("greet").outputs == {"said": "Hello from octo/hello nobody"}
    assert finished.log.splitlines()[-1] == "job: cleaned up true"


def test_a_failure_before_an_action_is_none_of_its_own(play: Play) -> None:
    text = (CHECKED_OUT % ("./greet", "Mona")).replace("uses: ./greet", "uses: ./greet\n        if: always()")
    finished = play(text.replace("- uses: ./greet", "- run: exit 1\n      - uses: ./greet"), FILES)
    assert "job: not reached" in finished.log
    assert "cleaned up" not in finished.log


def test_unknown_inputs_of_an_action_are_warned_of_and_github_lets_missing_ones_pass(play: Play) -> None:
    text = (CHECKED_OUT % ("./greet", "Mona")).replace("who:", "whom:")
    finished = play(text, FILES)
    assert (finished.conclusion, [each.level for each in finished.annotations]) == ("success", ["warning"])
    assert "job: <Hello from octo/hello > 1" in finished.log


def test_a_stand_in_without_what_it_requires_fails(play: Play) -> None:
    uses = {"octo/greet": StandIn(lambda _: None, {"who": Declared(required=True)})}
    finished = play(WORKFLOW % ("octo/greet@v1", "''"), uses=uses)
    assert finished.annotations[0].message == "Input required and not supplied: who"


def test_an_action_of_another_repository_is_a_folder(play: Play, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    for name, text in FILES.items():
        (theirs / name).parent.mkdir(parents=True, exist_ok=True)
        (theirs / name).write_text(text, encoding="utf-8")
    finished = play(WORKFLOW % ("octo/actions/greet@abc", "Mona"), uses={"octo/actions@abc": theirs})
    assert "job: from the action outer none" in finished.log


def test_secrets_are_not_there_in_an_action(play: Play) -> None:
    action = COMPOSITE.replace("${{ inputs.greeting }}", "${{ secrets.KEY }}")
    finished = play(CHECKED_OUT % ("./greet", "Mona"), {**FILES, "greet/action.yml": action})
    assert "unrecognized named-value: 'secrets'" in finished.annotations[0].message


def test_a_stand_in_gets_its_inputs_and_its_outputs_reach_the_next_step(play: Play) -> None:
    def run(call: ActionCall) -> None:
        call.outputs["said"] = f"{call.inputs['who']} {call.inputs['other']} {call.github['job']}"
        call.variables["NEXT"] = "2"
        if call.inputs["who"] == "nobody":
            raise ActionFailedError("nobody is there")

    inputs = {"who": Declared(required=True), "other": Declared(default="o")}
    uses = {"octo/greet": StandIn(run, inputs, ("said",))}
    assert "job: <Mona o job> 2" in play(WORKFLOW % ("octo/greet@v1", "Mona"), uses=uses).log
    assert play(WORKFLOW % ("octo/greet@v1", "nobody"), uses=uses).annotations[0].message == "nobody is there"


def test_checkout_brings_the_repository_and_setup_python_an_interpreter(play: Play) -> None:
    finished = play(
        """
on: workflow_dispatch
jobs:
  job:
    runs-on: x
    steps:
      - uses: actions/checkout@v7
        with: {path: code}
      - uses: actions/setup-python@v7
        id: python
        with: {python-version: "3.13"}
      - run: |
          cat code/README
          python -m venv "$RUNNER_TEMP/own" && "$RUNNER_TEMP/own/bin/pip" install --quiet ./code
          "$RUNNER_TEMP/own/bin/python" -c 'import yaml, sys; print(sys.prefix)' | sed "s|$RUNNER_TEMP|TEMP|"
      - run: pip install ./nowhere
""",
        {"README": "read me\n", "pyproject.toml": ""},
    )
    lines = [line.removeprefix("job: ") for line in finished.log.splitlines()]
    assert lines[:3] == ["read me", "taken as installed: install --quiet ./code", "TEMP/own"]
    assert "no project: ./nowhere" in lines[3]
    assert (
        finished.jobs["job"]
        .step("python")
        .outputs["python-version"]
        .startswith(f"3.{sys.version_info.minor}.")
    )


def test_a_copied_checkout_leaves_the_repository_as_it_is(play: Play, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    text = """
on: workflow_dispatch
jobs: {job: {runs-on: x, steps: [{uses: actions/checkout@v7}, {run: echo changed > sub/file}]}}
"""
    play(text, {"sub/file": "as it was"}, uses=standard_actions(root, as_links=False))
    assert (root / "sub/file").read_text(encoding="utf-8") == "as it was"


APP = """
on: workflow_dispatch
jobs:
  job:
    runs-on: x
    steps:
      - id: app
        uses: actions/create-github-app-token@v3
        with: {client-id: Iv1, private-key: "${{ secrets.APP_KEY }}", owner: octo, permission-actions: read}
      - run: echo "${TOKEN}"; test "$TOKEN" = ghs_octo_read
        env: {TOKEN: "${{ steps.app.outputs.token }}"}
"""


@pytest.mark.parametrize(("key", "conclusion"), [("right", "success"), ("wrong", "failure")])
def test_an_app_gives_a_token_that_is_hidden_and_given_back(play: Play, key: str, conclusion: str) -> None:
    tokens = AppTokens(lambda inputs: f"ghs_{inputs['owner']}_{inputs['permission-actions']}", "right")
    finished = play(APP, secrets={"APP_KEY": key}, uses=standard_actions(Path(), app_tokens=tokens))
    assert finished.conclusion == conclusion
    assert tokens.revoked == (["ghs_octo_read"] if key == "right" else [])
    assert "ghs_octo_read" not in finished.log
