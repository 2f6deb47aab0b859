"""Steps: their processes, what they say, what they write for the runner."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from actions_runner import Annotation, Finished, Step

Play = Any


def steps(text: str, more: str = "") -> str:
    """A workflow of one job with these steps."""
    indented = "\n".join(f"      {line}" for line in text.strip("\n").splitlines())
    return f"on: workflow_dispatch\n{more}jobs:\n  job:\n    runs-on: x\n    steps:\n{indented}\n"


def said(finished: Finished) -> list[str]:
    return [line.removeprefix("job: ") for line in finished.log.splitlines()]


def only(finished: Finished) -> Step:
    (step,) = finished.jobs["job"].steps
    return step


def test_what_is_written_to_the_files_reaches_the_next_step(play: Play) -> None:
    finished = play(
        steps(r"""
- id: first
  run: |
    echo "one=1=1" >> "$GITHUB_OUTPUT"
    echo "three=x<<y" >> "$GITHUB_OUTPUT"
    printf 'two<<END\na\n\nb=<<c\nEND\n' >> "$GITHUB_OUTPUT"
    echo "NAME=Mona" >> "$GITHUB_ENV"
    mkdir "$RUNNER_TEMP/bin" && printf '#!/bin/sh\necho hello' > "$RUNNER_TEMP/bin/hello"
    chmod +x "$RUNNER_TEMP/bin/hello" && echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
    echo '# Title' >> "$GITHUB_STEP_SUMMARY"
- run: echo "$NAME $ONE $ALSO $(hello)"
  env: {ONE: "${{ steps.first.outputs.one }}", ALSO: "${{ env.NAME }}"}
""")
    )
    first = finished.jobs["job"].step("first")
    assert first.outputs == {"one": "1=1", "three": "x<<y", "two": "a\n\nb=<<c"}
    assert finished.jobs["job"].summary == "# Title\n"
    assert said(finished) == ["Mona 1=1 Mona hello"]


@pytest.mark.parametrize(
    "line",
    ["no sign", "A<<\nx", "<<E\nx\nE", "A<<END\nnever", "=x"],
    ids=["none", "delimiter", "name", "end", "empty"],
)
def test_a_file_that_cannot_be_read_fails_the_step(play: Play, line: str) -> None:
    finished = play(
        steps(
            '- run: printf \'%s\' "$LINE" >> "$GITHUB_OUTPUT"\n  env: {LINE: '
            + repr(line).replace("'", '"')
            + "}"
        )
    )
    assert only(finished).outcome == "failure"


def test_what_would_change_every_node_process_is_refused(play: Play) -> None:
    finished = play(steps("- run: 'echo NODE_OPTIONS=--inspect >> \"$GITHUB_ENV\"'"))
    assert "Can't store NODE_OPTIONS" in only(finished).annotations[0].message


def test_variables_that_github_sets_cannot_be_overridden(play: Play) -> None:
    finished = play(
        steps(
            """
- run: echo "GITHUB_SHA=mine" >> "$GITHUB_ENV"; echo "OWN=2" >> "$GITHUB_ENV"
- run: echo "$GITHUB_API_URL $GITHUB_SHA $RUNNER_OS $OWN $TOP $GITHUB_TOKEN $CI"
  env: {GITHUB_API_URL: mine, RUNNER_OS: mine, TOP: step, GITHUB_TOKEN: mine, CI: mine}
""",
            "env: {TOP: workflow, GITHUB_SHA: mine, OWN: '1'}\n",
        ),
        github={"api_url": "http://127.0.0.1:5", "sha": "abc"},
    )
    assert said(finished) == ["http://127.0.0.1:5 abc Linux 2 step mine mine"]


def test_variables_of_a_job_hide_those_of_the_workflow_and_a_steps_hide_both(play: Play) -> None:
    text = """
on: workflow_dispatch
env: {A: workflow, B: workflow, C: workflow}
jobs:
  job:
    env: {B: job, C: "${{ github.repository }}"}
    runs-on: x
    steps: [{run: 'echo "$A $B $C"', env: {A: "${{ env.B }}"}}]
"""
    assert said(play(text)) == ["job job octo/hello"]


def test_nothing_of_the_tests_own_environment_reaches_a_step(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "1")
    assert said(play(steps('- run: echo "<${SECRET_OF_MINE:-}>"'))) == ["<>"]


@pytest.mark.parametrize(
    ("shell", "script", "outcome"),
    [
        ("", "false | true", "success"),
        ("bash", "false | true", "failure"),
        ("", "false; true", "failure"),
        ("bash {0}", "false; true", "success"),
        ("sh", "false; true", "failure"),
    ],
)
def test_shells_fail_as_on_github(play: Play, shell: str, script: str, outcome: str) -> None:
    key = f"\n  shell: {shell}" if shell else ""
    assert only(play(steps(f"- run: {script}{key}"))).outcome == outcome


def test_the_default_shell_and_folder_come_from_the_job(play: Play) -> None:
    text = """
on: workflow_dispatch
defaults: {run: {shell: sh, working-directory: sub}}
jobs:
  job:
    defaults: {run: {shell: bash}}
    runs-on: x
    steps:
      - {run: mkdir sub, working-directory: .}
      - {run: 'basename "$PWD"; basename "$(dirname "$GITHUB_WORKSPACE")"; false | true'}
      - {run: "true", working-directory: nowhere, if: always()}
"""
    job = play(text).jobs["job"]
    assert [step.outcome for step in job.steps] == ["success", "failure", "failure"]
    assert job.log.splitlines()[:2] == ["sub", "0"]
    assert "no such working directory" in job.annotations[-1].message


def test_python_is_a_shell(play: Play) -> None:
    text = steps("- uses: actions/setup-python@v7\n- {run: 'print(6 * 7)', shell: python}")
    assert said(play(text)) == ["42"]


def test_commands_become_annotations_and_the_eleventh_is_counted(play: Play) -> None:
    step = only(
        play(
            steps("""
- run: |
    echo "::error file=a.py,line=3,title=A%3A b::one%0Atwo"
    echo "::warning::w"; echo "::notice::n"; echo "text ::error::none"
    for n in $(seq 11); do echo "::warning::w$n"; done
    echo "::group::G"; echo "::endgroup::"
""")
        )
    )
    assert step.annotations[0] == Annotation("error", "one\ntwo", "A: b", "a.py", 3)
    assert [
        sum(each.level == level for each in step.annotations) for level in ("error", "warning", "notice")
    ] == [1, 10, 1]
    assert step.dropped == {"warning": 2}
    assert step.log.splitlines()[-2:] == ["##[group]G", "##[endgroup]"]


def test_commands_are_text_while_they_are_stopped(play: Play) -> None:
    step = only(
        play(
            steps("""
- run: |
    echo "::stop-commands::4f-token"
    echo "::error::hostile"; echo "::add-mask::o"
    echo "::4f-token::"
    echo "::notice::o is seen"
""")
        )
    )
    assert [each.message for each in step.annotations] == ["o is seen"]
    assert "::error::hostile" in step.log


def test_secrets_and_masked_values_are_hidden_everywhere(play: Play) -> None:
    finished = play(
        steps("""
- run: |
    echo "k: $KEY"; echo "token: $TOKEN"; printf '%s\\n' "$LINES"
    echo "::add-mask::new one"; echo "a new one here"
    echo "::error title=$KEY::$KEY"
    echo "$KEY" >> "$GITHUB_STEP_SUMMARY"
  env: {KEY: "${{ secrets.KEY }}", TOKEN: "${{ github.token }}", LINES: "${{ secrets.LINES }}"}
"""),
        secrets={"KEY": "hush", "LINES": "first line\nsecond line"},
    )
    step = only(finished)
    assert step.log.splitlines()[:5] == ["k: ***", "token: ***", "***", "***", "a *** here"]
    assert step.annotations[0] == Annotation("error", "***", "***")
    assert step.summary == "***\n"


def test_a_mask_of_one_job_is_none_of_the_next(play: Play) -> None:
    text = """
on: workflow_dispatch
jobs:
  a: {runs-on: x, steps: [{run: 'echo "::add-mask::word"; echo word'}]}
  b: {needs: a, runs-on: x, steps: [{run: echo word}]}
"""
    assert play(text).log.splitlines() == ["a: ***", "b: word"]


def test_a_summary_over_a_mebibyte_is_not_kept_and_the_job_goes_on(play: Play) -> None:
    finished = play(steps("- run: head -c 1048577 /dev/zero | tr '\\0' x >> \"$GITHUB_STEP_SUMMARY\""))
    assert (finished.conclusion, only(finished).summary) == ("success", "")
    assert "upload aborted" in only(finished).annotations[0].message


def test_what_follows_a_failure_runs_only_if_it_asks_to(play: Play) -> None:
    finished = play(
        steps("""
- {id: a, run: exit 1, continue-on-error: true}
- {id: b, run: 'echo "$O $C"', env: {O: "${{ steps.a.outcome }}", C: "${{ steps.a.conclusion }}"}}
- {id: c, run: exit 7}
- {id: d, run: echo d}
- {id: e, run: 'echo "e $S"', if: failure(), env: {S: "${{ job.status }}"}}
- {id: f, run: echo f, if: "failure() && steps.c.conclusion == 'success'"}
- {id: g, run: echo g, if: always()}
- {id: h, run: echo h, if: cancelled()}
- {id: i, run: echo i, if: "env.X == 'x' && !cancelled()", env: {X: x}}
""")
    )
    job = finished.jobs["job"]
    assert [step.id for step in job.steps if step.outcome == "skipped"] == ["d", "f", "h"]
    assert [line for line in said(finished) if "##" not in line] == ["failure success", "e failure", "g", "i"]
    assert (job.step("a").conclusion, job.step("c").outcome) == ("success", "failure")
    assert "Process completed with exit code 7." in job.log


def test_a_process_that_a_step_leaves_behind_ends_with_its_job(play: Play, tmp_path: Path) -> None:
    script = (
        f"import os, time; os.setsid(); open('{tmp_path}/pid', 'w').write(str(os.getpid())); time.sleep(60)"
    )
    (tmp_path / "child.py").write_text(script, encoding="utf-8")
    finished = play(
        steps(
            f"""- run: |
    {sys.executable} {tmp_path}/child.py &
    while [ ! -s {tmp_path}/pid ]; do :; done
- run: kill -0 "$(cat {tmp_path}/pid)"
"""
        )
    )
    assert finished.conclusion == "success"
    process = int((tmp_path / "pid").read_text(encoding="utf-8"))
    stat = Path(f"/proc/{process}/stat")
    assert not stat.exists() or stat.read_text(encoding="utf-8").split()[2] in {"Z", "X"}
