"""Each check, shown by one small thing that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions_runner import Known, KnownAction, Repository, faults_in
from actions_runner.cron import fault_of_cron

SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1"
MAIN = f"""
name: Main
run-name: Main ${{{{ inputs.name }}}}
on:
  workflow_dispatch:
    inputs:
      name: {{type: string, description: what, default: x}}
      days: {{type: number, description: how long, default: 30}}
      deep: {{type: boolean, description: whether, default: false}}
      kind: {{type: choice, description: which, options: [a, b], default: a}}
  schedule:
    - cron: "17 */6 * * *"
permissions: {{}}
concurrency: {{group: "main-${{{{ inputs.name }}}}"}}
env:
  TOP: ${{{{ vars.KNOWN }}}}
jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {{contents: read}}
    outputs:
      chunks: ${{{{ steps.plan.outputs.chunks }}}}
    steps:
      - uses: actions/checkout@{SHA} # v7.0.1
        with: {{persist-credentials: false}}
      - uses: ./greet
        id: greet
        with: {{who: me}}
      - id: plan
        if: ${{{{ success() && steps.greet.outputs.said }}}}
        env: {{KEY: "${{{{ secrets.KEY }}}}", DEEP: "${{{{ inputs.deep }}}}"}}
        run: |
          if [ -n "$KEY" ]; then
            echo "chunks=[1]" >> "$GITHUB_OUTPUT"
          fi
  legs:
    needs: plan
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {{}}
    strategy:
      matrix:
        chunk: ${{{{ fromJSON(needs.plan.outputs.chunks) }}}}
        os: [linux]
    steps:
      - env:
          C: ${{{{ matrix.chunk.anything }}}} ${{{{ matrix.os }}}} ${{{{ env.TOP }}}} ${{{{ runner.temp }}}}
        run: echo "$C"
  call:
    needs: [plan, legs]
    if: ${{{{ always() && needs.plan.result == 'success' }}}}
    permissions: {{contents: read, actions: write}}
    uses: ./.github/workflows/called.yml
    with:
      n: ${{{{ fromJSON(inputs.days) }}}}
      deep: ${{{{ inputs.deep }}}}
      text: ${{{{ needs.plan.outputs.chunks }}}}
    secrets:
      KEY: ${{{{ secrets.KEY }}}}
  last:
    needs: call
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {{}}
    steps:
      - run: echo "$OUT"
        env: {{OUT: "${{{{ needs.call.outputs.said }}}}"}}
"""
CALLED = """
on:
  workflow_call:
    inputs:
      n: {type: number, required: true}
      deep: {type: boolean}
      text: {type: string}
    secrets:
      KEY: {required: true}
    outputs:
      said: {value: "${{ jobs.inner.outputs.said }}"}
permissions: {}
jobs:
  inner:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {actions: write}
    outputs: {said: "${{ steps.s.outputs.said }}"}
    steps:
      - {id: s, run: 'program-that-says', env: {N: "${{ inputs.n }}", K: "${{ secrets.KEY }}"}}
"""
ACTION = """
name: Greet
description: says hello
inputs:
  who: {description: whom, required: true}
  how: {description: how, default: "${{ github.actor }}"}
outputs:
  said: {description: it, value: "${{ steps.say.outputs.said }}"}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      env: {WHO: "${{ inputs.who }}"}
      run: echo "said=$WHO" >> "$GITHUB_OUTPUT"
"""
KNOWN = Known(frozenset({"KEY"}), frozenset({"KNOWN"}), frozenset({"said"}))
FILES = {
    "main": ".github/workflows/main.yml",
    "called": ".github/workflows/called.yml",
    "action": "greet/action.yml",
}


def faults(root: Path, changes: dict[str, tuple[str, str]] | None = None, known: Known = KNOWN) -> list[str]:
    """Of the repository, with one text of some files replaced."""
    for name, text in (("main", MAIN), ("called", CALLED), ("action", ACTION)):
        old, new = (changes or {}).get(name, ("", ""))
        assert old in text
        path = root / FILES[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return faults_in(Repository(root), known)


def test_a_repository_where_all_is_well_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


BROKEN = [
    # the file
    ("main", "name: Main", "name: Main\nname: Twice", "defined twice: name"),
    ("main", "jobs:", "jobs: [", "not YAML"),
    ("main", "\non:", "\nonce:", "on: nothing starts it"),
    ("main", "\npermissions: {}", "\npermissions: {contents: read}", "the top of a workflow says"),
    ("main", "\npermissions: {}", "", "the top of a workflow says"),
    ("main", 'cron: "17 */6 * * *"', 'cron: "*/4 * * * *"', "more often than every 5 minutes"),
    ("main", 'cron: "17 */6 * * *"', 'cron: "17 25 * * *"', "'25' is no hour"),
    ("main", "  TOP:", "  GITHUB_API_URL: x\n  TOP:", "GitHub sets GITHUB_API_URL itself"),
    # inputs
    ("main", "type: string, description: what", "type: string", "inputs.name: no description"),
    ("main", "type: string, description: what", "type: text, description: what", "its type is one of string"),
    ("main", "default: a}", "default: c}", "'c' is not among the options"),
    ("main", "options: [a, b], default: a", "default: a", "a choice without options"),
    ("main", "default: 30", "default: '30'", "is no number"),
    ("main", "default: false", "default: 'no'", "is no boolean"),
    ("called", "n: {type: number, ", "n: {", "inputs.n: its type is one of"),
    # jobs
    ("main", "needs: plan\n", "needs: plans\n", "there is no job 'plans'"),
    ("main", "  plan:\n", "  plan:\n    needs: last\n", "jobs.plan.needs: the job needs itself"),
    ("main", "    timeout-minutes: 5\n", "", "jobs.plan.timeout-minutes: missing"),
    ("main", "    permissions: {contents: read}\n", "", "jobs.plan.permissions: a job says"),
    ("main", "{contents: read}", "{content: read}", "no such permission: content"),
    ("main", "    runs-on: ubuntu-latest\n", "", "jobs.plan.runs-on: missing"),
    ("main", "    strategy:", "    outputs: {a: b}\n    strategy:", "legs overwrite each other's"),
    ("main", "id: plan", "id: greet", "the id 'greet' is there twice"),
    ("main", "- id: plan", "- id: plan\n        uses: ./greet", "a step runs a script or uses an action"),
    # uses
    ("main", SHA, "v7", "not pinned to a commit"),
    ("main", " # v7.0.1", "", "no comment `# vX.Y.Z`"),
    ("main", " # v7.0.1", " # v7", "no comment `# vX.Y.Z`"),
    ("main", "with: {persist-credentials: false}", "with: {persist-credentials: true}", "keeps the token"),
    ("main", "with: {persist-credentials: false}", "with: {}", "keeps the token"),
    (
        "main",
        "persist-credentials: false}",
        "persist-credentials: false, rif: x}",
        "with.rif: actions/checkout",
    ),
    ("main", "with: {who: me}", "with: {whom: me}", "with.whom: ./greet declares no such input"),
    ("main", "with: {who: me}", "", "./greet requires 'who'"),
    ("main", "actions/checkout@", "octo/unknown@", "nobody knows its inputs"),
    ("main", "uses: ./greet", "uses: ./nothing", "./nothing: nobody knows its inputs"),
    ("main", "actions/checkout@", "actions/setup-python@", "is not there before its checkout"),
    # scripts
    ("main", "          fi\n", "", "unexpected end of file"),
    ("main", 'echo "$C"', 'echo "${{ matrix.os }}"', "is an injection"),
    ("action", 'echo "said=$WHO"', 'echo "said=$(WHO"', "runs.steps[0].run: bash"),
    ("action", "      shell: bash\n", "", "says its `shell`"),
    ("action", "description: says hello", "", "description: missing"),
    ("action", "description: whom, ", "", "inputs.who: no description"),
    # expressions
    ("main", "inputs.name", "inputs.nam", "run-name: inputs.nam: there is no 'nam'"),
    ("main", "inputs.name", "inputs.name ==", "ends too early"),
    ("main", "inputs.name", "github.event.inputs.nam", "there is no 'nam'"),
    ("main", "inputs.name", "github.actr", "there is no 'actr'"),
    ("main", "vars.KNOWN", "vars.UNKNOWN", "there is no 'UNKNOWN'"),
    ("main", "secrets.KEY", "secrets.OTHER", "there is no 'OTHER'"),
    ("main", "inputs.deep }}", "inputs['dep'] }}", "there is no 'dep'"),
    ("main", "inputs.deep }}", "contains(inputs.deep) }}", "contains takes 2 to 2 arguments"),
    ("main", "inputs.deep }}", "cancelled() }}", "cancelled() is not available here"),
    ("main", "steps.plan.outputs.chunks", "steps.plans.outputs.chunks", "there is no 'plans'"),
    ("main", "steps.plan.outputs.chunks", "steps.plan.outputs.chunk", "there is no 'chunk'"),
    ("main", "steps.plan.outputs.chunks", "steps.plan.output.chunks", "there is no 'output'"),
    ("main", "steps.greet.outputs.said", "steps.plan.outputs.chunks", "there is no 'plan'"),
    ("main", "steps.greet.outputs.said", "steps.greet.outputs.sad", "there is no 'sad'"),
    ("main", "${{ success() && steps.greet.outputs.said }}", "${{ success() }} && true", "always true"),
    ("main", "needs.plan.outputs.chunks", "needs.plan.outputs.chunk", "there is no 'chunk'"),
    ("main", "needs.plan.outputs.chunks", "needs.last.outputs.chunks", "there is no 'last'"),
    ("main", "needs.plan.outputs.chunks", "secrets.KEY", "the context 'secrets' is not available here"),
    ("main", "needs.call.outputs.said", "needs.call.outputs.sad", "there is no 'sad'"),
    ("main", "needs.call.outputs.said", "needs.plan.outputs.chunks", "there is no 'plan'"),
    ("main", "always() && needs", "always() && env.TOP && needs", "the context 'env' is not available here"),
    ("main", "matrix.os", "matrix.so", "there is no 'so'"),
    ("main", "env.TOP", "env.TIP", "there is no 'TIP'"),
    ("main", "runner.temp", "runner.tmp", "there is no 'tmp'"),
    ("main", "uses: ./greet", "uses: ./${{ inputs.name }}", "GitHub evaluates no expression here"),
    ("called", "steps.s.outputs.said", "steps.s.outputs.sad", "there is no 'sad'"),
    ("called", "jobs.inner", "jobs.outer", "there is no 'outer'"),
    ("action", "inputs.who", "secrets.KEY", "the context 'secrets' is not available here"),
    ("action", "inputs.who", "inputs.whom", "there is no 'whom'"),
    ("action", "steps.say.outputs.said", "steps.say.outputs.sad", "there is no 'sad'"),
    # calls
    ("main", "fromJSON(inputs.days)", "inputs.days", "wants a number, not a string"),
    ("main", "deep: ${{ inputs.deep }}\n", "deep: 'true'\n", "wants a boolean, not a string"),
    (
        "main",
        "deep: ${{ inputs.deep }}\n",
        "deep: ${{ github.event.inputs.deep }}\n",
        "wants a boolean, not a string",
    ),
    ("main", "      deep: ${{ inputs.deep }}\n", "      deepest: 1\n", "called.yml declares no such input"),
    ("main", "      n: ${{ fromJSON(inputs.days) }}\n", "", "called.yml requires 'n'"),
    ("main", "      KEY: ${{ secrets.KEY }}", "      OTHER: x", "called.yml declares no such secret"),
    ("main", "      KEY: ${{ secrets.KEY }}", "      OTHER: x", "called.yml requires 'KEY'"),
    (
        "main",
        "actions: write}\n    uses",
        "actions: read}\n    uses",
        "wants 'actions: write' for its job 'inner'",
    ),
    (
        "main",
        "workflows/called.yml",
        "workflows/main.yml",
        "is no workflow of this repository that can be called",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN, ids=[f"{each[2]}" for each in BROKEN])
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    found = faults(tmp_path, {file: (old, new)})
    assert any(message in each for each in found), found
    assert all(each.startswith(tuple(FILES.values())) for each in found)


def test_a_dispatch_form_has_at_most_25_inputs(tmp_path: Path) -> None:
    more = "".join(f"      i{n}: {{type: string, description: d}}\n" for n in range(22))
    found = faults(tmp_path, {"main": ("    inputs:\n", f"    inputs:\n{more}")})
    assert found == [".github/workflows/main.yml: on.workflow_dispatch: 26 inputs; GitHub takes 25"]


def test_nested_calls_hold_what_the_innermost_wants(tmp_path: Path) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    nested = """
on: {workflow_call: }
permissions: {}
jobs:
  deep:
    runs-on: x
    timeout-minutes: 1
    permissions: {issues: write}
    steps: [{run: "true"}]
"""
    (tmp_path / ".github/workflows/nested.yml").write_text(nested, encoding="utf-8")
    call = "jobs:\n  further: {permissions: {issues: write}, uses: ./.github/workflows/nested.yml}\n"
    found = faults(tmp_path, {"called": ("jobs:\n", call)})
    assert [each.partition(": ")[0] for each in found] == [FILES["main"]]
    assert "wants 'issues: write' for its job 'further'" in found[0]


def test_secrets_that_are_inherited_must_be_known(tmp_path: Path) -> None:
    inherit = {"main": ("secrets:\n      KEY: ${{ secrets.KEY }}", "secrets: inherit")}
    assert faults(tmp_path, inherit) == []
    found = faults(
        tmp_path, {**inherit, "called": ("KEY: {required: true}", "KEY: {}\n      OTHER: {required: true}")}
    )
    assert any("requires 'OTHER'" in each for each in found)


def test_other_actions_are_made_known(tmp_path: Path) -> None:
    changes = {"main": ("actions/checkout@", "octo/known/checkout@")}
    known = Known(KNOWN.secrets, KNOWN.variables, KNOWN.outputs, {"octo/known": KnownAction({})})
    found = faults(tmp_path, changes, known)
    uses = f"octo/known/checkout@{SHA}"
    step = f"{FILES['main']}: jobs.plan.steps[0]"
    assert found == [f"{step}: with.persist-credentials: {uses} declares no such input"]


@pytest.mark.parametrize(
    "cron",
    ["17 */6 * * *", "0,5 * * * *", "*/5 * * * *", "0 0 1 JAN *", "30 5 * * MON-FRI", "5/20 1-3 * * 1,SUN"],
)
def test_a_cron_that_github_takes_has_no_fault(cron: str) -> None:
    assert fault_of_cron(cron) == ""


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "0,4 * * * *",
        "0,58 * * * *",
        "0,58 0,23 * * *",
        "60 * * * *",
        "* * *",
        "0 0 0 * *",
        "@daily",
        "0 0 * * 7",
        "5-1 * * * *",
        "*/0 * * * *",
    ],
)
def test_a_cron_that_github_refuses_has_one(cron: str) -> None:
    assert fault_of_cron(cron)
