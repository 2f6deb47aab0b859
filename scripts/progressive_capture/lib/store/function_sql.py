"""Statements as SQL functions, for a database that is reached by calling functions alone (Supabase).

Each shape of each statement becomes one function of its arguments, built by the very code that SQLite and
Postgres run. A function answers one JSON array: a row is an array of its columns' values, and a change that
returns no rows is answered by `[[number of rows]]`. So no limit of rows cuts an answer short, and what was
asked in one call was seen at one moment.
https://docs.postgrest.org/en/stable/references/api/functions.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, column, exists, func, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from progressive_capture.lib.store.migrations import VERSION_TABLES
from progressive_capture.lib.store.overwrite import observed_columns, upsert
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.statements import Keys, Statement, SymbolicKeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import FromClause, Table
    from sqlalchemy.types import TypeEngine

    from progressive_capture.lib.store.statements import Kind

# Named, so that no percent sign is doubled; nothing is bound, for every value is spelled out.
_DIALECT: Any = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]

VERSION_FUNCTION = "capture_version"
"""Says which revision of the tables, and which version of the functions, is there: `[["0004", "2026…"]]`."""


def functions(statements: Sequence[Statement]) -> Mapping[str, str]:
    """`CREATE FUNCTION` of everything that is called, by the function's name."""
    made = {name: sql for each in statements for name, sql in _of_statement(each)}
    made |= {write_function(table): _write(table) for table in _observed_tables()}
    return dict(sorted(made.items()))


def version_function(functions_version: str) -> str:
    """The function that says which version of the tables and of the functions is there."""
    row = f"jsonb_build_array(version_num, '{functions_version}')"
    body = f"SELECT jsonb_agg({row}) FROM {VERSION_TABLES['postgresql']}"  # noqa: S608  (constants of ours)
    return _create(VERSION_FUNCTION, {}, body, changes=False)


def signature(sql: str) -> str:
    """A function's name and the kinds of its arguments, as GRANT names it."""
    return sql.removeprefix("CREATE OR REPLACE FUNCTION ").partition(" RETURNS ")[0]


def write_function(table: Table) -> str:
    """The name of the function that writes observations of a table by the overwrite rule."""
    return f"capture_write_{table.name}"


def argument(name: str) -> str:
    """How a function calls an argument: the column of the same name must not hide it."""
    return f"p_{name}"


@cache
def answered(statement: Statement, shape: tuple[Any, ...]) -> Sequence[tuple[str, TypeEngine[Any]]]:
    """Names and kinds of the columns of an answer; shape: the values of the choices, in their order."""
    built = _built(statement, dict(zip(statement.choices, shape, strict=True)))
    return [(str(each.name), each.type) for each in _columns(built)]


def _of_statement(statement: Statement) -> Iterator[tuple[str, str]]:
    for shape in statement.shapes():
        name = statement.function_name(shape)
        built = _built(statement, shape)
        body = _text(_answer(built))
        yield name, _create(name, statement.arguments, body, changes=not isinstance(built, Select))


def _built(statement: Statement, shape: Mapping[str, Any]) -> Any:
    named = {name: _symbol(name, kind) for name, kind in statement.arguments.items()}
    return statement.build(**named, **shape)


def _symbol(name: str, kind: Kind) -> Any:
    if isinstance(kind, Keys):
        return SymbolicKeys(select(*_recordset(name, kind.columns).c))
    return literal_column(argument(name), kind)


def _recordset(name: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """An argument that is a JSON array of objects, as a table."""
    records: Any = func.jsonb_to_recordset(literal_column(argument(name), JSONB))
    valued = records.table_valued(*(column(each, kind) for each, kind in columns.items()))
    derived: FromClause = valued.render_derived(name=f"given_{name}", with_types=True)
    return derived


def _columns(built: Any) -> Sequence[Any]:
    if isinstance(built, Select):
        return list(built.selected_columns)
    return list(built.exported_columns) if built._returning else []  # noqa: SLF001  (there is no other way)


def _answer(built: Any) -> Select[Any]:
    """One JSON array of what a statement returns, or of how many rows it changed."""
    if isinstance(built, Select):
        rows: Any = built.subquery("answer")
    elif _columns(built):
        rows = built.cte("answer")
    else:
        changed = built.returning(literal_column("1").label("one")).cte("changed")
        return select(func.jsonb_build_array(func.jsonb_build_array(func.count()))).select_from(changed)
    listed = func.jsonb_agg(func.jsonb_build_array(*rows.c))
    return select(func.coalesce(listed, literal_column("'[]'::jsonb")))


def _write(table: Table) -> str:
    """The function that writes rows; it answers the keys of those that it wrote, and which were there."""
    names = observed_columns(table)
    keys = [each.name for each in table.primary_key]
    given = select(*_recordset("rows", {name: table.c[name].type for name in names}).c).cte("given")
    known = select(*(table.c[key] for key in keys)).where(_same(keys, table.c, given.c)).cte("known")
    source = select(*(given.c[name] for name in names))
    written = upsert(table, "postgresql", source).returning(*table.primary_key).cte("written")
    was_there = exists().where(_same(keys, known.c, written.c))
    listed = func.jsonb_agg(func.jsonb_build_array(*(written.c[key] for key in keys), was_there))
    answer = select(func.coalesce(listed, literal_column("'[]'::jsonb")))
    return _create(write_function(table), {"rows": JSONB()}, _text(answer), changes=True)


def _same(keys: Sequence[str], ours: Any, theirs: Any) -> Any:
    return and_(*(ours[key] == theirs[key] for key in keys))


def _observed_tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if "captured_at" in table.c]


def _create(name: str, arguments: Mapping[str, Kind], body: str, *, changes: bool) -> str:
    """The function; what only asks is planned anew for each call's arguments, and may take a while.

    Arguments have no defaults: a call names them all, and so never means another version's function.

    Before Postgres 18 an SQL function is planned once for any: then `p_before IS NULL OR …` keeps a walk from
    its index, and every page costs as much as all before it.
    """
    listed = ", ".join(f"{argument(each)} {_kind(kind)}" for each, kind in arguments.items())
    how = "sql VOLATILE SECURITY INVOKER SET search_path = public, pg_temp"
    if not changes:
        how = (
            "plpgsql STABLE SECURITY INVOKER SET search_path = public, pg_temp"
            " SET plan_cache_mode = force_custom_plan SET statement_timeout = '55s'"
        )
        body = f"BEGIN RETURN (\n{body}\n); END"
    return (
        f"CREATE OR REPLACE FUNCTION {name}({listed}) RETURNS jsonb\n"
        f"LANGUAGE {how}\nAS $function$\n{body}\n$function$;"
    )


def _kind(kind: Kind) -> str:
    return "JSONB" if isinstance(kind, Keys) else kind.compile(dialect=_DIALECT)


def _text(statement: Any) -> str:
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
