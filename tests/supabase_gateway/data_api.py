"""Calls of SQL functions as PostgREST makes them: by the names of their arguments, one transaction a request.

https://docs.postgrest.org/en/stable/references/api/functions.html and …/references/transactions.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import psycopg
from psycopg import sql

from supabase_gateway.connections import Connections, NoPlaceError
from supabase_gateway.exchange import Answer, json_answer

SCHEMA = "public"

STATUS_OF_SQLSTATE: Sequence[tuple[str, int]] = (
    *(("08", 503), ("09", 500), ("0L", 403), ("0P", 403), ("23503", 409), ("23505", 409), ("25006", 405)),
    *(("25", 500), ("28", 403), ("2D", 500), ("38", 500), ("39", 500), ("3B", 500), ("40", 500)),
    *(("53400", 500), ("53", 503), ("54", 500), ("55", 500), ("57", 500), ("58", 500), ("F0", 500)),
    *(("HV", 500), ("P0001", 400), ("P0", 500), ("XX", 500), ("42883", 404), ("42P01", 404), ("42P17", 500)),
)
"""Beginnings of SQLSTATEs, the first that fits decides; all others are 400.
https://docs.postgrest.org/en/stable/references/errors.html, "HTTP Status Codes"."""

_FIND = """
SELECT p.proname, coalesce(p.proargnames[:p.pronargs], '{}'),
       ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS _(t, i) ORDER BY i),
       p.pronargdefaults, p.provolatile, p.proretset, p.prorettype::regtype::text, coalesce(p.proconfig, '{}')
FROM pg_proc p WHERE p.pronamespace = %s::regnamespace AND p.proname = %s AND p.prokind = 'f'
"""


@dataclass(frozen=True)
class _Function:
    name: str
    arguments: Sequence[str]
    types: Sequence[str]
    defaults: int
    volatility: str
    is_set: bool
    returns: str
    settings: Sequence[str]

    def takes(self, given: set[str]) -> bool:
        """Whether all it needs is given, and nothing that it does not know."""
        needed = self.arguments[: len(self.arguments) - self.defaults]
        return set(needed) <= given <= set(self.arguments)

    def call(self, given: set[str]) -> sql.Composed:
        """A query with one parameter, the JSON of all arguments; it answers JSON."""
        typed = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in zip(self.arguments, self.types, strict=True)
            if name in given
        ]
        names = [sql.Identifier(name) for name in self.arguments if name in given]
        rows = sql.SQL("json_to_record(%s::json) AS _({})") if typed else sql.SQL("(SELECT %s::json) AS _")
        return sql.SQL(
            "WITH given AS (SELECT * FROM {rows}), "
            "answer AS (SELECT {function}({named}) AS value FROM given) "
            "SELECT coalesce(json_agg(value) -> 0, 'null')::text FROM answer"
        ).format(
            rows=rows.format(sql.SQL(", ").join(typed)),
            function=sql.Identifier(SCHEMA, self.name),
            named=sql.SQL(", ").join(sql.SQL("{0} := given.{0}").format(name) for name in names),
        )


class DataApi:
    """`/rest/v1/rpc/…` over one database.

    Args:
        dsn: the database.
        statement_timeout_ms: how long one statement may take, unless the function says otherwise
            (https://supabase.com/docs/guides/database/postgres/timeouts).
    """

    def __init__(self, dsn: str, statement_timeout_ms: int) -> None:
        self._connections = Connections(dsn)
        self._statement_timeout_ms = statement_timeout_ms

    def close(self) -> None:
        self._connections.close()

    def call(self, name: str, body: bytes, role: str) -> Answer:
        """What the function answers to this role, or why not."""
        text = body.decode(errors="replace") or "{}"
        try:
            given = json.loads(text)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            return _error(400, "PGRST102", "Empty or invalid json")
        try:
            with self._connections.one() as connection, connection.transaction():
                return self._called(connection, name, set(given), text, role)
        except NoPlaceError:
            return _error(504, "PGRST003", "Timed out acquiring connection from connection pool.")
        except psycopg.Error as error:
            return _sql_error(error, role)

    def _called(
        self, connection: psycopg.Connection, name: str, given: set[str], text: str, role: str
    ) -> Answer:
        found = [_Function(*row) for row in connection.execute(_FIND, [SCHEMA, name])]
        fitting = [function for function in found if function.takes(given)]
        if not fitting:
            return _no_function(name, sorted(given))
        if len(fitting) > 1:
            return _error(300, "PGRST203", f"Could not choose the best candidate function between: {name}")
        function = fitting[0]
        if function.is_set:
            return _error(501, "", f"This gateway calls no function that returns a set: {name}.")
        self._set_up(connection, function, role)
        row = connection.execute(function.call(given), [text]).fetchone()
        assert row is not None
        return Answer(HTTPStatus.NO_CONTENT) if function.returns == "void" else Answer(200, row[0].encode())

    def _set_up(self, connection: psycopg.Connection, function: _Function, role: str) -> None:
        """The transaction's role and settings. Only what is VOLATILE may change anything."""
        if function.volatility != "v":
            connection.execute("SET TRANSACTION READ ONLY")
        own = dict(each.split("=", 1) for each in function.settings)
        timeout = own.get("statement_timeout", f"{self._statement_timeout_ms}ms")
        settings = {"search_path": SCHEMA, "statement_timeout": timeout, "role": role}
        for setting, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, true)", [setting, value])


def _no_function(name: str, given: Sequence[str]) -> Answer:
    named = f"({', '.join(given)})" if given else " without parameters"
    searched = f" with parameters {', '.join(given)}" if given else " without parameters"
    return _error(
        404,
        "PGRST202",
        f"Could not find the function {SCHEMA}.{name}{named} in the schema cache",
        details=f"Searched for the function {SCHEMA}.{name}{searched} or with a single unnamed json/jsonb "
        "parameter, but no matches were found in the schema cache.",
    )


def _sql_error(error: psycopg.Error, role: str) -> Answer:
    code = error.sqlstate
    if code is None:  # the connection failed, or broke
        return _error(
            503, "PGRST000", "Database connection error. Retrying the connection.", details=str(error)
        )
    status = next((status for begin, status in STATUS_OF_SQLSTATE if code.startswith(begin)), 400)
    if code == "42501":
        status = 401 if role == "anon" else 403
    said = error.diag
    return _error(
        status, code, said.message_primary or "", details=said.message_detail, hint=said.message_hint
    )


def _error(
    status: int, code: str, message: str, *, details: str | None = None, hint: str | None = None
) -> Answer:
    return json_answer(status, {"code": code, "details": details, "hint": hint, "message": message})
