"""Functions, called through the real client: what PostgREST's documentation says of them holds here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from postgrest.exceptions import APIError

from supabase import Client, ClientOptions
from supabase_gateway import Gateway, prepare_database


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as http:
        yield http


@pytest.fixture
def client(gateway: Gateway, http: httpx.Client) -> Client:
    return client_of(gateway, http, gateway.secret_key)


def client_of(gateway: Gateway, http: httpx.Client, key: str) -> Client:
    return Client(gateway.url, key, ClientOptions(httpx_client=http, auto_refresh_token=False))


def call(client: Client, function: str, **arguments: Any) -> Any:
    return client.rpc(function, arguments).execute().data


def refusal(client: Client, function: str, **arguments: Any) -> APIError:
    with pytest.raises(APIError) as caught:
        call(client, function, **arguments)
    return caught.value


def make(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(statement.encode())


def test_arguments_go_by_name_and_missing_ones_take_their_default(client: Client) -> None:
    assert call(client, "add_note", p_id=2**62) == 2**62
    assert call(client, "add_note", p_text="hello", p_id=1) == 1
    assert call(client, "notes_now") == [[1, "hello"], [2**62, "none"]]


def test_arrays_times_and_json_arrive_as_what_they_are(client: Client) -> None:
    rows = [{"a": None, "b": "é \U0001f9ea"}]
    said = call(
        client, "said", p_ids=[1, 2**62], p_words=["a,b", "{}"], p_at="2026-11-20T12:00:00+00:00", p_rows=rows
    )
    assert said == {
        "ids": [1, 2**62],
        "words": ["a,b", "{}"],
        "at": "2026-11-20T12:00:00+00:00",
        "rows": rows,
    }


def test_an_answer_that_is_null_is_null(client: Client) -> None:
    assert call(client, "notes_now") is None


@pytest.mark.parametrize("arguments", [{}, {"p_id": 1, "p_other": 2}])
def test_a_function_is_found_by_the_names_of_its_arguments(client: Client, arguments: dict[str, Any]) -> None:
    error = refusal(client, "add_note", **arguments)
    assert error.code == "PGRST202"
    assert "Could not find the function public.add_note" in (error.message or "")


def test_an_error_rolls_back_all_that_the_call_did(client: Client, dsn: str) -> None:
    make(
        dsn,
        "CREATE FUNCTION twice(p_id bigint) RETURNS void LANGUAGE sql AS "
        "'INSERT INTO notes VALUES (p_id, 1), (p_id + 1, 2); INSERT INTO notes VALUES (p_id, 3)'",
    )
    error = refusal(client, "twice", p_id=1)
    assert (error.code, error.details) == ("23505", "Key (id)=(1) already exists.")
    assert call(client, "notes_now") is None


STATUSES = {
    "08006": 503,
    "22P02": 400,
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "40001": 500,
    "40P01": 500,
    "42501": 403,
    "42P01": 404,
    "53100": 503,
    "53400": 500,
    "57014": 500,
    "P0001": 400,
}
"""https://docs.postgrest.org/en/stable/references/errors.html, "HTTP Status Codes"."""
FAILS = """
CREATE FUNCTION fails(p_code text) RETURNS int LANGUAGE plpgsql AS 'BEGIN
    RAISE EXCEPTION USING ERRCODE = p_code, MESSAGE = ''m'', DETAIL = ''d'', HINT = ''h'';
END'
"""


def test_the_status_follows_from_the_databases_code(gateway: Gateway, dsn: str) -> None:
    make(dsn, FAILS)
    answers = {
        code: post(gateway, "/rest/v1/rpc/fails", b'{"p_code": "%s"}' % code.encode()) for code in STATUSES
    }
    assert {code: answer.status_code for code, answer in answers.items()} == STATUSES
    told = [{"code": code, "message": "m", "details": "d", "hint": "h"} for code in STATUSES]
    assert [answer.json() for answer in answers.values()] == told


def post(gateway: Gateway, path: str, body: bytes, **headers: str) -> httpx.Response:
    return httpx.post(gateway.url + path, content=body, headers={"apikey": gateway.secret_key, **headers})


def test_what_is_not_volatile_may_change_nothing(gateway: Gateway, dsn: str) -> None:
    """https://docs.postgrest.org/en/stable/references/transactions.html, "Access Mode on Functions"."""
    make(
        dsn,
        "CREATE FUNCTION lies(p_id bigint) RETURNS int LANGUAGE plpgsql STABLE AS "
        "'BEGIN EXECUTE ''SELECT add_note($1)'' USING p_id; RETURN 1; END'",
    )
    answer = post(gateway, "/rest/v1/rpc/lies", b'{"p_id": 1}')
    assert (answer.status_code, answer.json()["code"]) == (405, "25006")


def test_a_statement_that_takes_too_long_is_cancelled(client: Client, dsn: str) -> None:
    make(
        dsn,
        "CREATE FUNCTION slow() RETURNS void LANGUAGE sql SET statement_timeout = '20ms' "
        "AS 'SELECT pg_sleep(5)'",
    )
    assert refusal(client, "slow").code == "57014"


def test_a_function_without_a_result_answers_nothing(gateway: Gateway, dsn: str) -> None:
    make(dsn, "CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS ''")
    answer = post(gateway, "/rest/v1/rpc/nothing", b"")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(gateway: Gateway, body: bytes) -> None:
    answer = post(gateway, "/rest/v1/rpc/notes_now", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "PGRST102")


def test_a_nul_character_is_refused_by_postgres(client: Client) -> None:
    assert refusal(client, "add_note", p_id=1, p_text="a\0b").code == "22P05"


def test_what_is_not_granted_is_refused(gateway: Gateway, http: httpx.Client, dsn: str) -> None:
    make(dsn, "REVOKE INSERT ON notes FROM service_role")
    assert refusal(client_of(gateway, http, gateway.secret_key), "add_note", p_id=1).code == "42501"
    publishable = {"apikey": gateway.publishable_key}
    answer = httpx.post(f"{gateway.url}/rest/v1/rpc/notes_now", json={}, headers=publishable)
    assert (answer.status_code, answer.json()["code"]) == (401, "42501")


def test_row_level_security_hides_rows_from_all_but_the_secret_key(
    gateway: Gateway, http: httpx.Client, client: Client, dsn: str
) -> None:
    make(dsn, "GRANT SELECT ON notes TO anon")
    call(client, "add_note", p_id=1)
    assert call(client_of(gateway, http, gateway.publishable_key), "notes_now") is None
    assert call(client_of(gateway, http, gateway.legacy_service_key), "notes_now") == [[1, "none"]]


def test_a_project_may_grant_by_itself_as_they_did_before(
    dsn: str, gateway: Gateway, http: httpx.Client
) -> None:
    prepare_database(dsn, grants_by_itself=True)
    make(
        dsn,
        "CREATE TABLE newer (id int); CREATE FUNCTION newer_now() RETURNS int LANGUAGE sql AS "
        "'SELECT count(*) FROM newer'; REVOKE EXECUTE ON FUNCTION newer_now FROM PUBLIC",
    )
    assert call(client_of(gateway, http, gateway.publishable_key), "newer_now") == 0


def test_a_database_that_cannot_be_reached_is_503() -> None:
    with Gateway("postgresql:///postgres?host=/nowhere") as gateway:
        answer = post(gateway, "/rest/v1/rpc/notes_now", b"{}")
    assert (answer.status_code, answer.json()["code"]) == (503, "PGRST000")


def test_a_connection_that_broke_is_not_used_again(client: Client, dsn: str) -> None:
    assert call(client, "notes_now") is None
    with psycopg.connect(dsn) as other:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode())
    assert refusal(client, "notes_now").code in {"57P01", "PGRST000"}
    assert call(client, "notes_now") is None


def test_many_call_at_once(gateway: Gateway) -> None:
    answers: list[int] = []

    def add(number: int) -> None:
        answers.append(post(gateway, "/rest/v1/rpc/add_note", b'{"p_id": %d}' % number).status_code)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 24
