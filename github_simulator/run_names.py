"""The title of a run: what its workflow's `run-name` makes of the inputs.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#run-name. Only the
`inputs` and `github` contexts, texts in quotes, and `||` between them are understood.
"""

import re
from collections.abc import Mapping

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_OPERAND = re.compile(
    r"(?:github\.event\.)?inputs\.(?P<input>[\w-]+)|github\.(?P<fact>\w+)|'(?P<text>[^']*)'"
)


def run_title(template: str, inputs: Mapping[str, str], facts: Mapping[str, str]) -> str:
    """The title. `facts` are what `github.…` may name. ValueError where it holds anything else."""
    return _EXPRESSION.sub(lambda found: _evaluate(found[1], inputs, facts), template)


def check_template(template: str, inputs: Mapping[str, object], facts: Mapping[str, object]) -> None:
    """ValueError where the template holds what is not understood here."""
    run_title(template, dict.fromkeys(inputs, ""), dict.fromkeys(facts, ""))


def _evaluate(expression: str, inputs: Mapping[str, str], facts: Mapping[str, str]) -> str:
    """The first operand that is not empty."""
    values = [_value(operand.strip(), inputs, facts) for operand in expression.split("||")]
    return next((value for value in values if value), "")


def _value(operand: str, inputs: Mapping[str, str], facts: Mapping[str, str]) -> str:
    found = _OPERAND.fullmatch(operand)
    if found is None or (found["fact"] is not None and found["fact"] not in facts):
        raise ValueError(f"run-name: {operand!r} is not understood here")
    if found["input"] is not None:
        return inputs.get(found["input"], "")
    return facts[found["fact"]] if found["fact"] is not None else found["text"]
