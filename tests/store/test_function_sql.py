"""Statements as SQL functions: names, arguments, answers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import BigInteger, Text, column, select, table, update

from progressive_capture.lib.store.all_functions import FUNCTIONS
from progressive_capture.lib.store.function_sql import functions, signature
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import Statement, among, among_keys, if_given, keys, many

THINGS = table("things", column("id", BigInteger()), column("name", Text()))
LONGEST_NAME = 63
"""Postgres cuts longer ones off without a word."""


def made(build: Any, choices: Any = None, **arguments: Any) -> str:
    """The functions of one statement `things`, joined."""
    each = Statement("things", arguments, build, choices or {})
    ours = {name: sql for name, sql in functions([each]).items() if name.startswith("capture_things")}
    return "\n".join(ours.values())


def test_arguments_come_by_name_and_none_may_be_left_out() -> None:
    sql = made(lambda **_: select(THINGS.c.id), at=TIME, ids=many(INTEGER))
    assert "(p_at TIMESTAMP WITH TIME ZONE, p_ids BIGINT[])" in sql
    assert signature(sql) == "capture_things(p_at TIMESTAMP WITH TIME ZONE, p_ids BIGINT[])"


def test_a_question_is_stable_and_answers_arrays_of_its_columns() -> None:
    sql = made(lambda: select(THINGS.c.id, THINGS.c.name.label("called")))
    assert "LANGUAGE plpgsql STABLE SECURITY INVOKER" in sql
    assert "SET plan_cache_mode = force_custom_plan" in sql
    assert "jsonb_agg(jsonb_build_array(answer.id, answer.called))" in sql


def test_a_change_is_volatile_and_answers_how_many_rows() -> None:
    sql = made(lambda name: update(THINGS).values(name=name), name=TEXT)
    assert "LANGUAGE sql VOLATILE" in sql
    assert "SET name=p_name RETURNING 1" in sql
    assert "jsonb_build_array(jsonb_build_array(count(*)))" in sql


def test_a_change_that_returns_rows_answers_them() -> None:
    sql = made(lambda: update(THINGS).values(name="x").returning(THINGS.c.id))
    assert "RETURNING things.id" in sql
    assert "jsonb_build_array(answer.id)" in sql


def test_lists_are_arrays_and_tuples_are_records() -> None:
    assert "things.id = ANY (p_ids)" in made(
        lambda ids: select(THINGS.c.id).where(among(THINGS.c.id, ids)), ids=many(INTEGER)
    )
    sql = made(
        lambda named: select(THINGS.c.id).where(among_keys([THINGS.c.id, THINGS.c.name], named)),
        named=keys(id=INTEGER, name=TEXT),
    )
    assert "p_named JSONB" in sql
    assert "jsonb_to_recordset(p_named) AS given_named(id BIGINT, name TEXT)" in sql


def test_a_condition_on_an_argument_that_is_left_out_holds_for_all() -> None:
    sql = made(
        lambda above: select(THINGS.c.id).where(if_given(above, lambda: THINGS.c.id > above)), above=INTEGER
    )
    assert "p_above IS NULL OR things.id > p_above" in sql


def test_each_choice_has_a_function_of_its_own() -> None:
    def build(failed: bool, depth: str) -> Any:
        return select(THINGS.c.id).where(THINGS.c.name == f"{failed} {depth}")

    sql = made(build, {"failed": (True, False), "depth": ("jobs", "full")})
    for name, value in {
        "capture_things_failed_jobs": "True jobs",
        "capture_things_not_failed_full": "False full",
    }.items():
        _, _, body = sql.partition(f"FUNCTION {name}(")
        assert f"things.name = '{value}'" in body.partition("$function$;")[0]
    assert sql.count("CREATE OR REPLACE FUNCTION") == 4


@pytest.mark.parametrize("text", ["it's", "100%", ":name", r"back\slash", "$function$", "dollar $1"])
def test_text_in_a_statement_is_spelled_out_as_it_is(text: str) -> None:
    sql = made(lambda: select(THINGS.c.id).where(THINGS.c.name == text))
    spelled = text.replace("'", "''")
    assert f"things.name = '{spelled}'" in sql or f"things.name = E'{spelled}'" in sql


def test_no_statement_of_ours_ends_its_function_early() -> None:
    assert all(sql.count("$function$") == 2 for sql in FUNCTIONS.values())


def test_every_name_fits() -> None:
    assert max(map(len, FUNCTIONS)) <= LONGEST_NAME
    assert len({name[:LONGEST_NAME] for name in FUNCTIONS}) == len(FUNCTIONS)


def test_nothing_is_bound_outside_the_arguments() -> None:
    assert [name for name, sql in FUNCTIONS.items() if "__[POSTCOMPILE" in sql or "%(" in sql] == []
