"""What a store says to its database, each thing once: a name, the kinds of its arguments, and SQL from them.

A statement is built with Python's values where it is sent as SQL, and with the *names* of arguments where it
becomes an SQL function (Supabase: `function_sql`). The builder is the same, so that both say the same: what a
builder asks of an argument therefore goes through `among`, `among_keys` and `if_given`, which know both.

An argument is a scalar, `many` of one kind, or `keys` (tuples of several kinds). One whose value changes the
statement's very shape is a *choice*: there is a function for each of its values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, ColumnElement, any_, or_, true, tuple_
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Keys:
    """The kind of an argument that is a list of tuples."""

    columns: Mapping[str, TypeEngine[Any]]


@dataclass(frozen=True)
class Rows(Keys):
    """The kind of an argument that is rows to insert, as tuples of the columns' values.

    As SQL a statement is sent without them (None), and they go one after the other beside it: to spell each
    row out would take longer than to store it.
    """


@dataclass(frozen=True, eq=False)
class SymbolicKeys:
    """An argument of an SQL function in the place of a list of tuples: a query for them."""

    subquery: Any


Kind = TypeEngine[Any] | Keys


@dataclass(frozen=True, eq=False)
class Statement:
    """One question or change.

    Args:
        name: unique among all; the SQL function is named after it.
        arguments: the kind of each argument but the choices.
        build: makes the statement from the arguments and the choices, all by name.
        choices: the values of the arguments that change its shape.
    """

    name: str
    arguments: Mapping[str, Kind]
    build: Callable[..., Any]
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def rows_of(self, given: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]] | None:
        """The argument that is rows, and those given, each by name; None where there is none."""
        for name, kind in self.arguments.items():
            if isinstance(kind, Rows):
                return name, [dict(zip(kind.columns, row, strict=True)) for row in given[name]]
        return None

    def shapes(self) -> Iterator[Mapping[str, Any]]:
        """Every combination of the choices."""
        for values in product(*self.choices.values()):
            yield dict(zip(self.choices, values, strict=True))

    def function_name(self, given: Mapping[str, Any]) -> str:
        """The SQL function for these choices: `runs_without_jobs_steps`, `jobs_without_steps_not_failed`."""
        words = [_word(name, given[name]) for name in self.choices]
        return "_".join(["capture", self.name, *words])


STATEMENTS: dict[str, Statement] = {}
"""Every statement by name; a module that makes some is imported by `all_statements`."""


def statement(
    *, choices: Mapping[str, Sequence[Any]] | None = None, **arguments: Kind
) -> Callable[[Callable[..., Any]], Statement]:
    """Make a statement of the function below it, which builds it."""

    def made(build: Callable[..., Any]) -> Statement:
        return keep(Statement(build.__name__, arguments, build, choices or {}))

    return made


def keep(made: Statement) -> Statement:
    """Enter a statement into the list of all."""
    assert made.name not in STATEMENTS, f"two statements are named {made.name}"
    STATEMENTS[made.name] = made
    return made


def many(kind: TypeEngine[Any]) -> ARRAY[Any]:
    """The kind of an argument that is a list of values of one kind."""
    return ARRAY(kind)


def keys(**columns: TypeEngine[Any]) -> Keys:
    """The kind of an argument that is a list of tuples: `keys(artifact_id=INTEGER, position=INTEGER)`."""
    return Keys(columns)


def among(column: ColumnElement[Any], values: Any) -> ColumnElement[bool]:
    """Whether a column holds one of the values of an argument that is `many`."""
    if isinstance(values, ColumnElement):
        return column == any_(values)
    return column.in_(list(values))


def among_keys(columns: Sequence[ColumnElement[Any]], values: Any) -> ColumnElement[bool]:
    """Whether columns together hold one of the tuples of an argument that is `keys`."""
    if isinstance(values, SymbolicKeys):
        return tuple_(*columns).in_(values.subquery) if len(columns) > 1 else columns[0].in_(values.subquery)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in values])
    return tuple_(*columns).in_(list(values))


def if_given(value: Any, condition: Callable[[], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A condition that holds for everything where an argument is None."""
    if value is None:
        return true()
    if isinstance(value, ColumnElement):
        return or_(value.is_(None), condition())
    return condition()


def _word(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"not_{name}"
    return str(value)
