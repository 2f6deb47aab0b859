"""Jobs: their order, whether they run, what they hand on, what they may do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from actions_runner import (
    Concurrency,
    Patience,
    RunTooLongError,
    UnknownActionError,
    WorkflowFileError,
    called,
    dispatched,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    Play = Any

ON = "on: workflow_dispatch\n"


def job(run: str = "true", **more: str) -> str:
    """A job on one line."""
    keys = "".join(f"{name.replace('_', '-')}: {value}, " for name, value in more.items())
    return f"{{runs-on: x, {keys}steps: [{{run: '{run}'}}]}}"


def results(jobs: Mapping[str, Any]) -> dict[str, str]:
    return {name: each.result for name, each in jobs.items()}


def test_jobs_run_in_the_order_of_their_needs(play: Play) -> None:
    finished = play(
        f"{ON}jobs:\n  c: {job('echo c', needs='[b]')}\n  b: {job('echo b', needs='a')}\n  a: {job('echo a')}"
    )
    assert finished.log.splitlines() == ["a: a", "b: b", "c: c"]
    assert finished.conclusion == "success"


def test_a_failure_skips_all_that_follows_unless_it_asks_to_run(play: Play) -> None:
    finished = play(f"""{ON}jobs:
  a: {job("exit 3")}
  b: {job(needs="a")}
  after: {job(needs="b", **{"if": "always()"})}
  then: {job(needs="after")}
  failed: {job(needs="b", **{"if": "failure()"})}
  not: {job(needs="b", **{"if": "'!cancelled()'"})}
  alone: {job()}
""")
    assert results(finished.jobs) == {
        "a": "failure",
        "b": "skipped",
        "after": "success",
        "then": "skipped",  # GitHub's success() looks at the whole chain: `a` failed
        "failed": "success",
        "not": "success",
        "alone": "success",
    }
    assert finished.conclusion == "failure"


def test_a_skipped_job_skips_what_needs_it(play: Play) -> None:
    finished = play(f"{ON}jobs:\n  a: {job(**{'if': 'false'})}\n  b: {job(needs='a')}")
    assert (results(finished.jobs), finished.conclusion) == ({"a": "skipped", "b": "skipped"}, "skipped")


def test_a_forgiven_failure_counts_as_success(play: Play) -> None:
    finished = play(f"{ON}jobs:\n  a: {job('false', continue_on_error='true')}\n  b: {job(needs='a')}")
    assert results(finished.jobs) == {"a": "success", "b": "success"}
    assert (finished.jobs["a"].conclusion, finished.conclusion) == ("failure", "success")


def test_outputs_reach_the_jobs_that_need_them_but_for_empty_and_secret_ones(play: Play) -> None:
    finished = play(
        f"""{ON}jobs:
  a:
    runs-on: x
    outputs:
      n: ${{{{ steps.s.outputs.n }}}}
      none: ${{{{ steps.s.outputs.none }}}}
      key: ${{{{ steps.s.outputs.key }}}}
    steps:
      - id: s
        run: |
          echo n=5 >> "$GITHUB_OUTPUT"
          echo "key=my-$KEY" >> "$GITHUB_OUTPUT"
        env: {{KEY: "${{{{ secrets.KEY }}}}"}}
  b:
    needs: a
    runs-on: x
    env: {{N: "${{{{ needs.a.outputs.n }}}}", KEY: "${{{{ needs.a.outputs.key }}}}"}}
    steps: [{{run: 'echo "$N<$KEY>"'}}]
""",
        secrets={"KEY": "hush"},
    )
    assert finished.jobs["a"].outputs == {"n": "5"}
    assert "b: 5<>" in finished.log
    assert [each.message for each in finished.annotations] == [
        "Skip output 'key' since it may contain secret."
    ]


def test_outputs_over_a_megabyte_fail_the_job(play: Play) -> None:
    finished = play(f"""{ON}jobs:
  a:
    runs-on: x
    outputs: {{big: "${{{{ steps.s.outputs.big }}}}"}}
    steps: [{{id: s, run: 'printf "big=%0600000d" 1 >> "$GITHUB_OUTPUT"'}}]
""")
    assert (finished.jobs["a"].result, finished.jobs["a"].outputs) == ("failure", {})


MATRIX = """on: workflow_dispatch
jobs:
  plan:
    runs-on: x
    outputs: {chunks: "${{ steps.s.outputs.chunks }}"}
    steps: [{id: s, run: 'echo "chunks=$CHUNKS" >> "$GITHUB_OUTPUT"', env: {CHUNKS: '%s'}}]
  leg:
    needs: plan
    runs-on: x
    strategy: {max-parallel: %s, fail-fast: %s, matrix: {chunk: "${{ fromJSON(needs.plan.outputs.chunks) }}"}}
    outputs: {last: "${{ matrix.chunk.n != 3 && matrix.chunk.n || '' }}"}
    steps:
      - run: echo "leg $N of $ALL"; test "$N" != 2
        env: {N: "${{ matrix.chunk.n }}", ALL: "${{ strategy.job-total }}"}
  finish:
    {needs: leg, if: always(), runs-on: x, env: {R: "${{ needs.leg.result }}"}, steps: [{run: 'echo "$R"'}]}
"""
CHUNKS = '[{"n":1},{"n":2},{"n":3}]'


def test_a_planned_matrix_runs_every_leg_and_the_last_output_counts(play: Play) -> None:
    finished = play(MATRIX % (CHUNKS, 1, "false"), places=3)
    assert [(leg.name, leg.conclusion) for leg in finished.jobs["leg"].legs] == [
        ("leg (1)", "success"),
        ("leg (2)", "failure"),
        ("leg (3)", "success"),
    ]
    assert "leg (1): leg 1 of 3" in finished.log
    assert "finish: failure" in finished.log
    assert finished.jobs["leg"].outputs == {"last": "2"}


def test_a_leg_that_fails_fast_cancels_the_others(play: Play) -> None:
    finished = play(MATRIX % (CHUNKS, 1, "true"))
    assert [leg.conclusion for leg in finished.jobs["leg"].legs] == ["success", "failure", "cancelled"]
    assert finished.jobs["leg"].legs[2].steps == ()
    assert finished.jobs["leg"].result == "failure"


def test_an_empty_matrix_fails_its_job(play: Play) -> None:
    finished = play(MATRIX % ("[]", 1, "true"))
    assert finished.jobs["leg"].result == "failure"
    assert "does not contain any values" in finished.jobs["leg"].annotations[0].message


def test_a_matrix_of_nothing_that_can_be_read_fails_its_job(play: Play) -> None:
    finished = play(MATRIX % ("", 1, "true"))
    assert "fromJSON" in finished.jobs["leg"].annotations[0].message


def test_only_so_many_legs_run_at_once(play: Play, tmp_path: Path) -> None:
    text = f"""{ON}jobs:
  leg:
    runs-on: x
    strategy: {{max-parallel: 2, matrix: {{n: [1, 2, 3, 4, 5]}}}}
    steps: [{{run: 'mkdir "{tmp_path}/$$"; ls "{tmp_path}" | grep -cE "^[0-9]+$"; rmdir "{tmp_path}/$$"'}}]
"""
    finished = play(text, places=5)
    assert {line.rpartition(" ")[2] for line in finished.log.splitlines()} <= {"1", "2"}


CALLED = """
on:
  workflow_call:
    inputs: {n: {type: number, required: true}, deep: {type: boolean}}
    secrets: {KEY: {required: true}}
    outputs: {said: {value: "${{ jobs.inner.outputs.said }}"}}
permissions: {}
env: {FROM: called}
jobs:
  inner:
    runs-on: x
    permissions: {contents: read}
    outputs: {said: "${{ steps.s.outputs.said }}"}
    steps:
      - id: s
        run: |
          said="$FROM $N $DEEP ${KEY:-none} ${OTHER:-none} ${CALLER:-none}"
          echo "said=$said" | sed "s/hush/HUSH/; s/psst/PSST/" >> "$GITHUB_OUTPUT"
        env:
          N: ${{ inputs.n }}
          DEEP: ${{ inputs.deep == false }}
          KEY: ${{ secrets.KEY }}
          OTHER: ${{ secrets.OTHER }}
"""
CALLER = """
on: {workflow_dispatch: {inputs: {n: {type: number, default: 3}}}}
permissions: {}
env: {CALLER: caller}
jobs:
  call:
    name: The call
    permissions: {contents: %s, actions: write}
    uses: ./.github/workflows/called.yml
    with: {n: "%s"}
    secrets: %s
  after: {needs: call, runs-on: x, steps: [{run: 'echo "$S"', env: {S: "${{ needs.call.outputs.said }}"}}]}
"""
FROM_JSON = "${{ fromJSON(inputs.n) }}"
SECRETS = {"KEY": "hush", "OTHER": "psst"}


def play_call(
    play: Play, *, contents: str = "read", n: str = FROM_JSON, secrets: str = "inherit", **more: Any
) -> Any:
    files = {".github/workflows/called.yml": CALLED}
    return play(CALLER % (contents, n, secrets), files, secrets=SECRETS, **more)


def test_a_called_workflow_has_its_inputs_its_own_env_and_hands_outputs_back(play: Play) -> None:
    finished = play_call(play)
    assert finished.jobs["call"].outputs["said"] == "called 3 true HUSH PSST none"
    assert "after: called 3 true HUSH PSST none" in finished.log


def test_a_called_workflow_gets_only_the_secrets_that_are_named(play: Play) -> None:
    finished = play_call(play, secrets="{KEY: '${{ secrets.KEY }}'}")
    assert finished.jobs["call"].outputs["said"] == "called 3 true HUSH none none"


def test_a_secret_that_is_required_and_missing_fails_the_call(play: Play) -> None:
    finished = play_call(play, secrets="{}")
    assert finished.jobs["call"].result == "failure"
    assert "'KEY' is required" in finished.jobs["call"].annotations[0].message


def test_a_number_of_a_dispatch_is_a_text_and_no_number_for_a_call(play: Play) -> None:
    finished = play_call(play, n="${{ inputs.n }}")
    assert finished.jobs["call"].result == "failure"
    assert "is a number, and was given '3'" in finished.jobs["call"].annotations[0].message


def test_jobs_of_a_call_have_their_own_permissions_and_names(play: Play) -> None:
    finished = play_call(play)
    inner = finished.jobs["call/inner"]
    assert (inner.name, inner.permissions) == ("The call / inner", {"contents": "read"})
    assert finished.jobs["call"].permissions == {"contents": "read", "actions": "write"}
    assert finished.jobs["after"].permissions == {}


def test_a_called_job_that_wants_more_than_its_caller_holds_is_refused(play: Play) -> None:
    with pytest.raises(WorkflowFileError, match="'contents: read', which the calling job does not hold"):
        play_call(play, contents="none")


def test_a_call_is_run_as_if_it_was_called(play: Play) -> None:
    finished = play(CALLED, event=called({"n": 3, "deep": True}), secrets=SECRETS)
    assert finished.outputs == {"said": "called 3 false HUSH PSST none"}


def test_a_workflow_of_another_repository_is_taken_from_a_file(play: Play, tmp_path: Path) -> None:
    (tmp_path / "theirs.yml").write_text(CALLED, encoding="utf-8")
    uses = "octo/capture/.github/workflows/_capture.yml@abc"
    text = CALLER.replace("./.github/workflows/called.yml", uses) % ("read", FROM_JSON, "inherit")
    finished = play(text, secrets=SECRETS, uses={uses: tmp_path / "theirs.yml"})
    assert finished.jobs["call/inner"].result == "success"


def test_the_token_of_a_job_is_made_from_its_permissions(play: Play) -> None:
    finished = play_call(play, token_for=lambda permissions: "+".join(sorted(permissions)) or "nothing")
    text = f"""{ON}permissions: {{issues: write}}
jobs:
  a: {job('test "$T" = issues', env='{T: "${{ github.token }}"}')}
  b: {job('test "$T" = contents', permissions="{contents: read}", env='{T: "${{ secrets.GITHUB_TOKEN }}"}')}
"""
    assert finished.conclusion == "success"
    again = play(text, token_for="+".join)
    assert results(again.jobs) == {"a": "success", "b": "success"}


def test_without_any_permissions_a_job_has_the_restricted_default(play: Play) -> None:
    assert play(f"{ON}jobs:\n  a: {job()}").jobs["a"].permissions == {"contents": "read", "packages": "read"}


def test_names_and_concurrency_are_evaluated_and_recorded(play: Play) -> None:
    text = """
name: Capture
run-name: Runs of ${{ inputs.name }} ${{ github.event.inputs.name }} ${{ vars.V }}
on: {workflow_dispatch: {inputs: {name: {type: string}}}}
concurrency: {group: "capture-${{ inputs.name }}", cancel-in-progress: false, queue: max}
jobs:
  a:
    name: Do ${{ matrix.n }}
    strategy: {matrix: {n: [1]}}
    concurrency: finish-${{ matrix.n }}
    runs-on: x
    steps: [{name: "Say ${{ matrix.n }}", run: "true"}, {run: "true\\nfalse || true"}]
"""
    finished = play(text, event=dispatched({"name": "o/r"}), variables={"V": "v"})
    assert finished.run_name == "Runs of o/r o/r v"
    assert finished.concurrency == Concurrency("capture-o/r", cancel_in_progress=False, queue="max")
    assert finished.jobs["a"].concurrency == [Concurrency("finish-1")]
    assert [step.name for step in finished.jobs["a"].steps] == ["Say 1", "Run true"]
    assert finished.jobs["a"].legs[0].name == "Do 1"


def test_without_a_run_name_a_run_has_the_name_of_its_workflow(play: Play) -> None:
    assert play(f"name: Capture\n{ON}jobs:\n  a: {job()}").run_name == "Capture"


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        (f"a: {job(needs='b')}", "need what is not there"),
        (f"a: {job(needs='b')}\n  b: {job(needs='a')}", "need what is not there, or themselves: a, b"),
        (f"a: {job(container='node')}", "not modelled"),
        (f"a: {job(permissions='{actions: all}')}", "no such permission"),
    ],
)
def test_a_file_that_github_would_not_start_raises(play: Play, jobs: str, message: str) -> None:
    with pytest.raises(WorkflowFileError, match=message):
        play(f"{ON}jobs:\n  {jobs}")


def test_an_action_that_nothing_stands_for_is_the_tests_fault(play: Play) -> None:
    with pytest.raises(UnknownActionError, match="octo/unknown@v1"):
        play(f"{ON}jobs:\n  a: {{runs-on: x, steps: [{{uses: octo/unknown@v1}}]}}")


def test_an_expression_that_cannot_be_evaluated_fails_its_step_alone(play: Play) -> None:
    finished = play(f"""{ON}jobs:
  a:
    runs-on: x
    steps:
      - {{run: "true", env: {{A: "${{{{ fromJSON('') }}}}"}}, continue-on-error: true}}
      - {{run: echo on}}
""")
    assert [step.outcome for step in finished.jobs["a"].steps] == ["failure", "success"]


def test_a_run_that_takes_too_long_is_killed_and_not_asked_to_end(play: Play) -> None:
    ignoring = """trap "" INT TERM; echo begun; sleep 30"""
    begun = time.monotonic()
    with pytest.raises(RunTooLongError, match="a: begun"):
        play(f"{ON}jobs:\n  a: {job(ignoring)}", seconds=0.5)
    assert time.monotonic() - begun < Patience().interrupt
