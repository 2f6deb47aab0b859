"""Runs that are run again."""

from __future__ import annotations

from typing import Any

Play = Any

WORKFLOW = """
on: workflow_dispatch
jobs:
  plan:
    runs-on: x
    outputs: {chunks: "${{ steps.s.outputs.chunks }}"}
    steps: [{id: s, run: 'echo planned; echo "chunks=[1,2,3]" >> "$GITHUB_OUTPUT"'}]
  capture:
    needs: plan
    permissions: {contents: read}
    uses: ./.github/workflows/legs.yml
    with: {chunks: "${{ needs.plan.outputs.chunks }}"}
  aside: {runs-on: x, steps: [{run: echo aside}]}
  finish:
    needs: [plan, capture]
    if: always()
    runs-on: x
    env: {R: "${{ needs.capture.result }}", C: "${{ needs.capture.outputs.done }}"}
    steps: [{run: 'echo "$R $GITHUB_RUN_ATTEMPT $C"'}]
"""
LEGS = """
on:
  workflow_call:
    inputs: {chunks: {type: string}}
    outputs: {done: {value: "${{ jobs.leg.outputs.done }}"}}
jobs:
  leg:
    runs-on: x
    outputs: {done: "${{ matrix.n }}"}
    strategy: {fail-fast: false, matrix: {n: "${{ fromJSON(inputs.chunks) }}"}}
    steps:
      - run: echo "leg $N"; test "$N$GITHUB_RUN_ATTEMPT" != 21
        env: {N: "${{ matrix.n }}"}
  then: {needs: leg, runs-on: x, steps: [{run: echo then}]}
"""
FILES = {".github/workflows/legs.yml": LEGS}


def test_what_failed_runs_again_with_what_the_others_left(play: Play) -> None:
    first = play(WORKFLOW, FILES)
    assert (first.conclusion, "finish: failure 1 3" in first.log) == ("failure", True)
    second = play(WORKFLOW, FILES, attempt=2, only_failed_of=first)
    assert second.conclusion == "success"
    assert second.log.splitlines() == [
        "capture / leg (2): leg 2",
        "capture / then: then",
        "finish: success 2 3",
    ]
    assert {name: job.is_carried for name, job in second.jobs.items()} == {
        "plan": True,
        "capture": False,
        "capture/leg": False,
        "capture/then": False,
        "aside": True,
        "finish": False,
    }
    assert [leg.is_carried for leg in second.jobs["capture/leg"].legs] == [True, False, True]
    third = play(WORKFLOW, FILES, attempt=3, only_failed_of=second)
    assert (third.conclusion, third.log) == ("success", "")
    assert third.jobs["capture/then"].is_carried


def test_a_whole_run_again_runs_everything_with_the_next_number(play: Play) -> None:
    finished = play(WORKFLOW, FILES, attempt=2)
    assert finished.conclusion == "success"
    assert "plan: planned" in finished.log
