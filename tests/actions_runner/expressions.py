"""GitHub's expressions: `evaluate` one, `interpolate` a text with some, ask the `condition` of an `if`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from actions_runner.expression_functions import (
    FUNCTIONS,
    STATUS_FUNCTIONS,
    Status,
    check_arguments,
    hash_files,
)
from actions_runner.expression_parsing import Binary, Call, Context, Index, Literal, Node, Not, nodes, parse
from actions_runner.expression_values import (
    ExpressionError,
    are_equal,
    is_array,
    is_greater,
    is_object,
    is_true,
    member,
    members,
    text_of,
)

Contexts = Mapping[str, Any]

_OPENED = re.compile(r"\$\{\{((?:'(?:[^']|'')*'|(?!\}\}).)*)\}\}", re.DOTALL)


def evaluate(
    expression: str, contexts: Contexts, *, status: Status | None = None, workspace: Path | None = None
) -> Any:
    """The value of an expression without its `${{ }}`.

    Args:
        expression: its text.
        contexts: those that are available here, by name in small letters.
        status: what `success()` and its like answer; None: they are not available here.
        workspace: where `hashFiles` looks; None: it is not available here.

    Raises:
        ExpressionError: it is none, or asks for what is not there.
    """
    return _Evaluation(contexts, status, workspace).value(parse(expression))


def evaluated(
    text: Any, contexts: Contexts, *, status: Status | None = None, workspace: Path | None = None
) -> Any:
    """A scalar of a workflow file: a whole expression keeps its type, mixed text becomes text."""
    if not isinstance(text, str):
        return text
    whole = _OPENED.fullmatch(text.strip())
    if whole is None:
        return interpolate(text, contexts, status=status, workspace=workspace)
    return evaluate(whole.group(1), contexts, status=status, workspace=workspace)


def interpolate(
    text: Any, contexts: Contexts, *, status: Status | None = None, workspace: Path | None = None
) -> str:
    """A text with its `${{ }}` replaced by what they are as text.

    Raises:
        ExpressionError: also where the whole text is one expression that gives an array or an object.
    """
    if not isinstance(text, str):
        return text_of(text)
    _refuse_unclosed(text)
    if (whole := _OPENED.fullmatch(text.strip())) is not None:
        value = evaluate(whole.group(1), contexts, status=status, workspace=workspace)
        if is_object(value) or is_array(value):
            kind = "mapping" if is_object(value) else "sequence"
            raise ExpressionError(f"a {kind} was not expected: {text.strip()}")
        return text_of(value)

    def put(found: re.Match[str]) -> str:
        return text_of(evaluate(found.group(1), contexts, status=status, workspace=workspace))

    return _OPENED.sub(put, text)


def condition(
    text: Any, contexts: Contexts, *, status: Status | None = None, workspace: Path | None = None
) -> bool:
    """Whether an `if` holds; `success()` is added where no status function is in it.

    Text around `${{ }}` makes a string of the whole, which is always true: GitHub's trap is ours too.
    """
    status = status or Status()
    if text is None or (isinstance(text, str) and not text.strip()):
        return status.success
    if not isinstance(text, str):
        return status.success and is_true(text)
    asked = list(expressions_of_condition(text))
    if not any(_asks_for_status(parse(each)) for each in asked) and not status.success:
        return False
    if is_mixed(text):
        return bool(interpolate(text, contexts, status=status, workspace=workspace))
    return is_true(evaluate(asked[0], contexts, status=status, workspace=workspace))


def is_mixed(text: str) -> bool:
    """Whether a text holds `${{ }}` and more."""
    return "${{" in text and _OPENED.fullmatch(text.strip()) is None


def expressions_in(text: str) -> Iterator[str]:
    """The expressions of a text that are opened by `${{`."""
    _refuse_unclosed(text)
    for found in _OPENED.finditer(text):
        yield found.group(1)


def expressions_of_condition(text: str) -> Iterator[str]:
    """The same of an `if`, that may do without `${{`."""
    if "${{" in text:
        yield from expressions_in(text)
    else:
        yield text


def _refuse_unclosed(text: str) -> None:
    if "${{" in _OPENED.sub("", text):
        raise ExpressionError(f"an expression is opened and not closed: {text.strip()[:100]}")


def _asks_for_status(tree: Node) -> bool:
    return any(isinstance(node, Call) and node.name in STATUS_FUNCTIONS for node in nodes(tree))


class _Evaluation:
    def __init__(self, contexts: Contexts, status: Status | None, workspace: Path | None) -> None:
        self._contexts, self._status, self._workspace = contexts, status, workspace

    def value(self, tree: Node) -> Any:
        match tree:
            case Literal(value):
                return value
            case Context(name):
                return self._context(name)
            case Index(of, at):
                return members(self.value(of)) if at is None else member(self.value(of), self.value(at))
            case Not(of):
                return not is_true(self.value(of))
            case Binary(sign, left, right):
                return self._binary(sign, left, right)
            case Call(name, arguments):
                return self._call(name, arguments)

    def _context(self, name: str) -> Any:
        if name not in self._contexts:
            raise ExpressionError(f"unrecognized named-value: {name!r}; here are {', '.join(self._contexts)}")
        return self._contexts[name]

    def _binary(self, sign: str, left: Node, right: Node) -> Any:
        first = self.value(left)
        if sign in {"&&", "||"}:
            return first if is_true(first) == (sign == "||") else self.value(right)
        return compared(sign, first, self.value(right))

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Any:
        check_arguments(name, len(arguments))
        if name in STATUS_FUNCTIONS:
            if self._status is None:
                raise ExpressionError(f"{name}() is not available here")
            return self._status.answer(name)
        if name == "case":
            return self._case(arguments)
        values = [self.value(each) for each in arguments]
        if name == "hashfiles":
            if self._workspace is None:
                raise ExpressionError("hashFiles() is not available here")
            return hash_files(self._workspace, [text_of(each) for each in values])
        return FUNCTIONS[name].call(*values)

    def _case(self, arguments: tuple[Node, ...]) -> Any:
        for asked, then in zip(arguments[:-1:2], arguments[1::2], strict=True):
            answer = self.value(asked)
            if not isinstance(answer, bool):
                raise ExpressionError(f"case: {text_of(answer)!r} is neither true nor false")
            if answer:
                return self.value(then)
        return self.value(arguments[-1])


def compared(sign: str, left: Any, right: Any) -> bool:
    """What a comparison gives."""
    equal = are_equal(left, right)
    if sign in {"==", "!="}:
        return equal == (sign == "==")
    if equal and sign in {"<=", ">="}:
        return True
    return is_greater(left, right) if sign in {">", ">="} else is_greater(right, left)
