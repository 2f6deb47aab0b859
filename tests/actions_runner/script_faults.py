"""What is wrong with scripts: bash that bash cannot read, and expressions in them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from actions_runner.github_context import variables_of


def faults_of_scripts(steps: Sequence[Mapping[str, Any]], where: str, shell: str) -> Iterator[str]:
    """Of the steps of a job or action; `shell`: the default of the job."""
    for number, step in enumerate(steps):
        script = str(step.get("run", ""))
        if "${{" in script:
            yield f"{where}[{number}].run: an expression in a script is an injection; hand it over in `env`"
        elif (
            script
            and str(step.get("shell", shell)).split(" ")[0] in {"", "bash"}
            and (said := _bash_says(script))
        ):
            yield f"{where}[{number}].run: {said}"


@lru_cache(maxsize=1024)
def _bash_says(script: str) -> str:
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


_OURS_TO_READ = frozenset(
    [
        *(f"RUNNER_{name}" for name in ("NAME", "OS", "ARCH", "TEMP", "TOOL_CACHE", "ENVIRONMENT")),
        *(
            "GITHUB_OUTPUT",
            "GITHUB_ENV",
            "GITHUB_PATH",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_STATE",
            "GITHUB_ACTIONS",
        ),
    ]
)


def fault_of_variable(name: str) -> str:
    """What is wrong with setting a variable; empty where nothing is."""
    if name in _OURS_TO_READ or variables_of({name.removeprefix("GITHUB_").lower(): ""}):
        return f"GitHub sets {name} itself, and ignores this"
    return ""
