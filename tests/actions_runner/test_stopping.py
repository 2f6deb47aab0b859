"""Runs that are cancelled, are too slow, or lose a machine."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from actions_runner import NotSeenError, Patience

SHORT = Patience(interrupt=0.4)
"""As the fixture has it."""
Begin = Any
Play = Any


def steps(*lines: str, more: str = "", job: str = "") -> str:
    below = "\n".join(f"      - {line}" for line in lines)
    return f"on: workflow_dispatch\njobs:\n  job:\n    runs-on: x\n{job}    steps:\n{below}\n{more}"


CAUGHT = """{run: 'trap "echo got INT; exit 0" INT; echo begun; while true; do sleep 0.02; done', id: s}"""
AFTER = (
    "{run: echo not this, id: a}",
    "{run: 'echo always', if: always(), id: b}",
    "{run: 'echo \"$S\"', if: cancelled(), env: {S: '${{ job.status }}'}, id: c}",
    "{run: echo nor this, if: failure(), id: d}",
    "{run: echo nor this, if: '!cancelled()', id: e}",
)


def test_a_cancelled_step_gets_an_interrupt_and_what_asks_to_run_still_does(begin: Begin) -> None:
    run = begin(steps(CAUGHT, *AFTER))
    run.wait_for("begun")
    run.cancel()
    finished = run.finished()
    job = finished.jobs["job"]
    assert [step.outcome for step in job.steps] == [
        "cancelled",
        "skipped",
        "success",
        "success",
        "skipped",
        "skipped",
    ]
    assert finished.log.splitlines()[1:] == ["job: got INT", "job: always", "job: cancelled"]
    assert (job.conclusion, finished.conclusion) == ("cancelled", "cancelled")


def test_what_a_cancelled_step_wrote_is_still_read(begin: Begin) -> None:
    step = CAUGHT.replace("exit 0", "echo done=1 >> $GITHUB_OUTPUT; exit 0")
    run = begin(steps(step, "{if: always(), run: 'echo out $O', env: {O: '${{ steps.s.outputs.done }}'}}"))
    run.wait_for("begun")
    run.cancel()
    assert "job: out 1" in run.finished().log


LOOP = 'trap "echo child INT; exit 3" INT; echo begun; while true; do sleep 0.02; done'
CHILD = f"""{{run: 'echo "$CHILD" > child.sh', env: {{CHILD: '{LOOP}'}}}}"""


def test_only_the_entry_process_is_interrupted_and_bash_waits_for_its_child(begin: Begin) -> None:
    run = begin(steps(CHILD, "{run: 'bash child.sh; true'}"))
    run.wait_for("begun")
    started = time.monotonic()
    run.cancel()
    assert "child INT" not in run.finished().log
    assert time.monotonic() - started >= SHORT.interrupt


def test_a_program_that_bash_becomes_gets_the_interrupt_itself(begin: Begin) -> None:
    run = begin(steps(CHILD, "{run: 'exec bash child.sh'}"))
    run.wait_for("begun")
    run.cancel()
    assert "child INT" in run.finished().log


def test_what_ignores_all_signals_is_killed_with_its_tree(begin: Begin, tmp_path: Path) -> None:
    run = begin(
        steps(f"""{{run: 'trap "" INT TERM; sleep 30 & echo $! > {tmp_path}/pid; echo begun; wait'}}""")
    )
    run.wait_for("begun")
    run.cancel()
    assert run.finished().conclusion == "cancelled"
    assert not is_alive(int((tmp_path / "pid").read_text(encoding="utf-8")))


def is_alive(process: int) -> bool:
    said = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return bool(said.stdout.strip()) and not said.stdout.startswith("Z")


UNDISTURBED = """
on: workflow_dispatch
jobs:
  whole:
    if: ALWAYS_JOB
    runs-on: x
    steps:
      - if: ALWAYS_STEP
        run: |
          trap "echo interrupted; exit 1" INT
          echo begun
          until [ -e GO ]; do sleep 0.02; done
          echo whole
      - run: echo next
  other:
    runs-on: x
    steps:
      - {run: 'trap "echo got INT; exit 0" INT; echo began; while true; do sleep 0.02; done'}
"""


def undisturbed(begin: Begin, go: Path, *, job: str, step: str) -> Any:
    text = UNDISTURBED.replace("ALWAYS_JOB", job).replace("ALWAYS_STEP", step).replace("GO", str(go))
    run = begin(text)
    run.wait_for(lambda log: "begun" in log and "began" in log)
    run.cancel()
    run.wait_for("got INT")
    go.touch()
    return run.finished()


def test_a_step_that_always_runs_is_not_interrupted(begin: Begin, tmp_path: Path) -> None:
    finished = undisturbed(begin, tmp_path / "go", job="true", step="always()")
    assert [step.outcome for step in finished.jobs["whole"].steps] == ["success", "skipped"]
    assert finished.jobs["whole"].conclusion == "cancelled"


def test_a_job_that_always_runs_is_not_cancelled(begin: Begin, tmp_path: Path) -> None:
    finished = undisturbed(begin, tmp_path / "go", job="always()", step="success()")
    assert [step.outcome for step in finished.jobs["whole"].steps] == ["success", "success"]
    assert (finished.jobs["whole"].conclusion, finished.conclusion) == ("success", "cancelled")


def test_jobs_that_always_run_do_so_after_a_cancelled_one(begin: Begin) -> None:
    more = """  never: {needs: job, runs-on: x, steps: [{run: echo never}]}
  not: {needs: job, if: "!cancelled()", runs-on: x, steps: [{run: echo not}]}
  finish:
    {needs: job, if: always(), runs-on: x, env: {R: "${{ needs.job.result }}"}, steps: [{run: 'echo "$R"'}]}
"""
    run = begin(steps(CAUGHT, more=more))
    run.wait_for("begun")
    run.cancel()
    finished = run.finished()
    assert {name: job.conclusion for name, job in finished.jobs.items()} == {
        "job": "cancelled",
        "never": "skipped",
        "not": "skipped",
        "finish": "success",
    }
    assert "finish: cancelled" in finished.log


def test_a_leg_that_waits_for_a_place_is_cancelled_without_a_step(begin: Begin) -> None:
    run = begin(steps(CAUGHT, job="    strategy: {matrix: {n: [1, 2]}}\n"), places=1)
    run.wait_for("begun")
    run.cancel()
    first, second = run.finished().jobs["job"].legs
    assert (first.conclusion, second.conclusion, second.steps) == ("cancelled", "cancelled", ())


def test_a_leg_that_fails_fast_interrupts_the_ones_that_run(begin: Begin, tmp_path: Path) -> None:
    go = tmp_path / "go"
    text = f"""
on: workflow_dispatch
jobs:
  job:
    runs-on: x
    strategy: {{matrix: {{n: [1, 2]}}}}
    steps:
      - if: matrix.n == 1
        run: |
          until [ -e {go} ]; do sleep 0.02; done
          exit 1
      - {CAUGHT}
"""
    run = begin(text)
    run.wait_for("begun")
    go.touch()
    finished = run.finished()
    assert [leg.conclusion for leg in finished.legs()] == ["failure", "cancelled"]
    assert finished.conclusion == "failure"


def test_a_step_over_its_time_fails(begin: Begin) -> None:
    text = steps("{run: sleep 30, timeout-minutes: 5, id: slow, continue-on-error: true}", "{run: echo on}")
    finished = begin(text).finished()
    assert finished.jobs["job"].step("slow").outcome == "failure"
    assert "timed out after 5 minutes" in finished.annotations[0].message
    assert "job: on" in finished.log


def test_a_job_over_its_time_is_cancelled(begin: Begin) -> None:
    finished = begin(steps("{run: sleep 30}", AFTER[1], job="    timeout-minutes: 5\n")).finished()
    assert (finished.jobs["job"].result, finished.conclusion) == ("cancelled", "cancelled")
    assert "maximum execution time of 5m0s" in finished.jobs["job"].annotations[-1].message
    assert "job: always" in finished.log


def test_a_machine_that_is_gone_runs_nothing_more_and_its_job_fails(begin: Begin) -> None:
    matrix = "    strategy: {fail-fast: false, matrix: {n: [1, 2]}}\n    outputs: {o: x}\n"
    script = """{run: 'echo "begun $N"; [ "$N" = 2 ] || sleep 30', env: {N: '${{ matrix.n }}'}}"""
    run = begin(steps(script, AFTER[1], job=matrix))
    run.wait_for(lambda log: "begun 1" in log and "begun 2" in log)
    run.kill_leg("job (1)")
    finished = run.finished()
    dead, alive = finished.jobs["job"].legs
    assert (dead.conclusion, alive.conclusion, finished.conclusion) == ("failure", "success", "failure")
    assert [step.conclusion for step in dead.steps] == [None]
    assert (dead.outputs, alive.outputs) == ({}, {"o": "x"})
    assert "lost communication" in dead.annotations[0].message
    assert "job (1): always" not in finished.log


def test_a_leg_is_named_by_its_key_its_job_or_its_place(begin: Begin) -> None:
    for name in ("job", "job/0", 0):
        run = begin(steps("{run: 'echo begun; sleep 30'}"))
        run.wait_for("begun")
        with pytest.raises(LookupError, match="job/0"):
            run.kill_leg("nothing")
        run.kill_leg(name)
        assert run.finished().conclusion == "failure"


def test_waiting_for_what_never_comes_ends_with_the_run(begin: Begin) -> None:
    with pytest.raises(NotSeenError, match="job: this"):
        begin(steps("{run: echo this}")).wait_for("that")


def test_a_run_that_nobody_waits_for_is_killed_at_the_end_of_its_context(
    begin: Begin, tmp_path: Path
) -> None:
    with begin(steps(f"{{run: 'echo $$ > {tmp_path}/pid; echo begun; sleep 30'}}")) as run:
        run.wait_for("begun")
    assert not is_alive(int((tmp_path / "pid").read_text(encoding="utf-8")))
