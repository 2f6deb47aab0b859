"""An expression's text as a tree."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from actions_runner.expression_values import ExpressionError, read_number

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^']|'')*')
    | (?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|Infinity(?![\w-])))
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*])
    )""",
    re.VERBOSE,
)
_KEYWORDS = {"true": True, "false": False, "null": None, "NaN": math.nan, "Infinity": math.inf}
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
"""From what binds least to what binds most."""


@dataclass(frozen=True)
class Literal:
    value: str | float | bool | None


@dataclass(frozen=True)
class Context:
    name: str


@dataclass(frozen=True)
class Index:
    """`of[at]`, or `of.*` where `at` is None."""

    of: Node
    at: Node | None


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    of: Node


@dataclass(frozen=True)
class Binary:
    sign: str
    left: Node
    right: Node


Node = Literal | Context | Index | Call | Not | Binary


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """
    Raises:
        ExpressionError: it is no expression; says where.
    """
    reader = _Reader(text, _tokens(text))
    tree = reader.binary(0)
    reader.must_be_at_end()
    return tree


def nodes(tree: Node) -> Iterator[Node]:
    """The tree and all below it."""
    yield tree
    for each in _below(tree):
        yield from nodes(each)


def _below(tree: Node) -> Sequence[Node]:
    match tree:
        case Index(of, at):
            return [of] if at is None else [of, at]
        case Call(_, arguments):
            return arguments
        case Not(of):
            return [of]
        case Binary(_, left, right):
            return [left, right]
        case Literal() | Context():
            return []


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKENS.match(text, at)
        after_dot = bool(tokens) and tokens[-1].text == "."
        if found is None or (
            found.lastgroup == "number" and _runs_on(text, found.end(), after_dot=after_dot)
        ):
            raise ExpressionError(f"unexpected symbol in {text.strip()!r} at {text[at:].strip()[:20]!r}")
        tokens.append(_Token(str(found.lastgroup), found.group(str(found.lastgroup))))
        at = found.end()
    return tokens


def _runs_on(text: str, end: int, *, after_dot: bool) -> bool:
    return after_dot or bool(re.match(r"[\w.]", text[end:]))


class _Reader:
    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text, self._tokens, self._at = text.strip(), tokens, 0

    def must_be_at_end(self) -> None:
        if self._at < len(self._tokens):
            raise self._unexpected()

    def binary(self, level: int) -> Node:
        if level == len(_BINARY):
            return self._unary()
        left = self.binary(level + 1)
        while (sign := self._taken(*_BINARY[level])) is not None:
            left = Binary(sign, left, self.binary(level + 1))
        return left

    def _unary(self) -> Node:
        return Not(self._unary()) if self._taken("!") else self._indexed()

    def _indexed(self) -> Node:
        tree = self._primary()
        while (sign := self._taken(".", "[")) is not None:
            if isinstance(tree, Literal):
                raise ExpressionError(f"{self._text!r} indexes a literal")
            tree = self._property(tree) if sign == "." else self._bracket(tree)
        return tree

    def _property(self, tree: Node) -> Node:
        if self._taken("*"):
            return Index(tree, None)
        token = self._next()
        if token.kind != "name":
            self._at -= 1
            raise self._unexpected()
        return Index(tree, Literal(token.text))

    def _bracket(self, tree: Node) -> Node:
        at = None if self._taken("*") else self.binary(0)
        self._must_take("]")
        return Index(tree, at)

    def _primary(self) -> Node:
        if self._taken("("):
            inner = self.binary(0)
            self._must_take(")")
            return inner
        token = self._next()
        if token.kind == "string":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return Literal(read_number(token.text))
        if token.kind == "name":
            return self._named(token.text)
        self._at -= 1
        raise self._unexpected()

    def _named(self, name: str) -> Node:
        if self._taken("("):
            return Call(name.lower(), tuple(self._arguments()))
        return Literal(_KEYWORDS[name]) if name in _KEYWORDS else Context(name.lower())

    def _arguments(self) -> Iterator[Node]:
        if self._taken(")"):
            return
        yield self.binary(0)
        while self._taken(","):
            yield self.binary(0)
        self._must_take(")")

    def _next(self) -> _Token:
        if self._at == len(self._tokens):
            raise ExpressionError(f"{self._text!r} ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _taken(self, *signs: str) -> str | None:
        here = self._tokens[self._at] if self._at < len(self._tokens) else None
        if here is None or here.kind != "sign" or here.text not in signs:
            return None
        self._at += 1
        return here.text

    def _must_take(self, sign: str) -> None:
        if self._taken(sign) is None:
            raise self._unexpected(f", where {sign!r} should be")

    def _unexpected(self, more: str = "") -> ExpressionError:
        if self._at == len(self._tokens):
            return ExpressionError(f"{self._text!r} ends too early{more}")
        return ExpressionError(f"unexpected {self._tokens[self._at].text!r} in {self._text!r}{more}")
