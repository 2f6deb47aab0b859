"""Keys, limits and faults in front of a project."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from supabase_gateway import Gateway, Received

ADD = "/rest/v1/rpc/add_note"


def add(gateway: Gateway, number: int, **headers: str) -> httpx.Response:
    headers = {"apikey": gateway.secret_key} | headers
    return httpx.post(gateway.url + ADD, json={"p_id": number}, headers=headers)


def notes(gateway: Gateway) -> list[int]:
    answer = httpx.post(
        f"{gateway.url}/rest/v1/rpc/notes_now", json={}, headers={"apikey": gateway.secret_key}
    )
    return [number for number, _ in answer.json() or []]


def test_a_request_without_a_key_or_with_a_wrong_one_is_refused(gateway: Gateway) -> None:
    assert httpx.post(gateway.url + ADD).json()["message"] == "No API key found in request"
    refused = add(gateway, 1, apikey="sb_secret_other")
    assert (refused.status_code, refused.json()["message"]) == (401, "Invalid API key")
    assert notes(gateway) == []


def test_a_secret_key_from_a_browser_is_refused(gateway: Gateway) -> None:
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    assert add(gateway, 1, **browser).status_code == 401
    assert add(gateway, 1, **browser, apikey=gateway.legacy_service_key).status_code == 200


@pytest.mark.parametrize("token", ["sb_secret_other", "sb_publishable_of_the_tests"])
def test_an_authorization_that_is_neither_the_key_nor_a_token_is_refused(
    gateway: Gateway, token: str
) -> None:
    refused = add(gateway, 1, Authorization=f"Bearer {token}")
    assert (refused.status_code, refused.json()["code"]) == (401, "PGRST301")
    assert add(gateway, 1, Authorization=f"Bearer {gateway.secret_key}").status_code == 200


def test_a_paused_project_answers_nothing_else(gateway: Gateway) -> None:
    gateway.paused = True
    assert add(gateway, 1).status_code == 540
    gateway.paused = False
    assert notes(gateway) == []


def test_a_body_over_the_limit_is_refused(gateway: Gateway) -> None:
    gateway.body_limit_bytes = 10
    assert add(gateway, 100).status_code == 413
    gateway.body_limit_bytes = 1000
    assert add(gateway, 100).status_code == 200


def test_faults_hit_so_many_requests_of_a_path(gateway: Gateway) -> None:
    gateway.fail("/rest/v1/rpc/add", 503, times=2)
    assert notes(gateway) == []
    assert [add(gateway, 1).status_code for _ in range(3)] == [503, 503, 200]


def test_an_answer_can_be_lost_before_and_after_the_work(gateway: Gateway) -> None:
    gateway.drop_before_work(ADD)
    gateway.drop_after_work(ADD)
    with pytest.raises(httpx.RemoteProtocolError):
        add(gateway, 1)
    assert notes(gateway) == []
    with pytest.raises(httpx.RemoteProtocolError):
        add(gateway, 2)
    assert notes(gateway) == [2]


def test_an_answer_can_break_off_in_its_middle(gateway: Gateway) -> None:
    add(gateway, 1)
    gateway.cut_answer("/rest/v1/rpc/notes_now")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        notes(gateway)


def test_requests_are_remembered(gateway: Gateway) -> None:
    add(gateway, 1)
    assert gateway.requests == [Received("POST", ADD, len(b'{"p_id":1}'))]


def test_it_can_forget(gateway: Gateway) -> None:
    key, bucket = {"apikey": gateway.secret_key}, f"{gateway.url}/storage/v1/bucket"
    httpx.post(bucket, json={"id": "files"}, headers=key)
    gateway.fail("/", 503)
    gateway.paused = True
    gateway.forget()
    assert gateway.requests == []
    assert httpx.get(f"{bucket}/files", headers=key).json()["error"] == "Bucket not found"


def test_what_it_does_not_speak_is_said(gateway: Gateway) -> None:
    answer = httpx.get(f"{gateway.url}/rest/v1/notes", headers={"apikey": gateway.secret_key})
    assert (answer.status_code, "does not speak" in answer.text) == (501, True)


def test_it_ends_with_all_it_opened_while_a_client_still_holds_a_connection() -> None:
    before = threading.active_count()
    with httpx.Client() as client:
        with Gateway() as gateway:
            assert client.get(gateway.url).status_code == 401
        assert threading.active_count() == before
        with pytest.raises(httpx.TransportError):
            client.get(gateway.url)


FORGOTTEN = """
import httpx
from supabase_gateway import Gateway
gateway = Gateway().__enter__()
client = httpx.Client()
print(client.get(gateway.url).status_code)
"""


def test_one_that_is_never_stopped_keeps_no_process_alive() -> None:
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", FORGOTTEN], cwd=tests, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "401\n"
