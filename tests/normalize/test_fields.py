"""Fields: absent is None, a wrong type is an error with a name, text fits every database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.fields import Fields, fit_for_storage


def fields(**payload: Any) -> Fields:
    return Fields.of({"id": 7, **payload}, "workflow run")


@pytest.mark.parametrize("method", ["text", "word", "integer", "time", "objects", "texts"])
@pytest.mark.parametrize("payload", [{}, {"key": None}])
def test_absent_and_null_are_none(method: str, payload: dict[str, None]) -> None:
    assert getattr(fields(**payload), method)("key") is None


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 5),
        ("text", True),
        ("text", {"login": "octocat"}),
        ("word", ["success"]),
        ("integer", "7"),
        ("integer", 7.5),
        ("integer", 7.0),
        ("integer", True),
        ("integer", 2**63),
        ("integer", -(2**63)),
        ("required_integer", False),
        ("required_flag", 1),
        ("required_flag", "true"),
        ("time", "soon"),
        ("nested", []),
        ("nested", "octocat"),
        ("nested", ""),
        ("nested", 0),
        ("nested", False),
        ("required_nested", "octocat"),
        ("objects", {}),
        ("objects", "ab"),
        ("objects", [{}, "not an object"]),
        ("objects", [{}, None]),
        ("texts", ["ubuntu-latest", None]),
        ("texts", ["ubuntu-latest", 5]),
        ("texts", "ubuntu-latest"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_field_and_payload(method: str, value: object) -> None:
    with pytest.raises(UnexpectedPayloadError, match="key of workflow run 7"):
        getattr(fields(key=value), method)("key")


@pytest.mark.parametrize(
    "method", ["required_text", "required_integer", "required_flag", "required_nested", "required_objects"]
)
@pytest.mark.parametrize("payload", [{}, {"key": None}])
def test_what_a_row_needs_must_be_there(method: str, payload: dict[str, None]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="workflow run 7 without key"):
        getattr(fields(**payload), method)("key")


def test_empty_text_is_not_enough_where_text_is_required() -> None:
    with pytest.raises(UnexpectedPayloadError, match="without key"):
        fields(key="").required_text("key")


def test_an_error_deep_in_a_payload_says_where() -> None:
    payload = fields(head_commit={"author": {"name": 5}})

    with pytest.raises(UnexpectedPayloadError, match=r"head_commit\.author\.name of workflow run 7"):
        payload.nested("head_commit").nested("author").text("name")


@pytest.mark.parametrize("payload", [None, [], "run", 7, True])
def test_a_payload_that_is_no_object_is_an_error(payload: object) -> None:
    with pytest.raises(UnexpectedPayloadError, match="in the place of a workflow run"):
        Fields.of(payload, "workflow run")


def test_the_largest_id_of_64_bits_is_read() -> None:
    assert fields(key=2**63 - 1).integer("key") == 9_223_372_036_854_775_807


def test_a_missing_user_has_no_login() -> None:
    assert fields(actor=None).nested("actor").text("login") is None
    assert fields().nested("actor").text("login") is None


@pytest.mark.parametrize(
    ("as_sent", "word"),
    [
        ("success", "success"),
        ("STARTUP_FAILURE", "startup_failure"),
        ("IN_PROGRESS", "in_progress"),
        ("a_word_of_next_year", "a_word_of_next_year"),
        ("Mixed_Case", "Mixed_Case"),
        ("", None),
    ],
)
def test_words_are_kept_but_for_upper_case(as_sent: str, word: str | None) -> None:
    assert fields(key=as_sent).word("key") == word


@pytest.mark.parametrize(
    ("as_sent", "stored"),
    [
        (r'"plain"', "plain"),
        (r'""', ""),
        (r'"a\u0000b"', "a\N{REPLACEMENT CHARACTER}b"),
        (r'"\ud83d half"', "\N{REPLACEMENT CHARACTER} half"),
        (r'"half \ude80"', "half \N{REPLACEMENT CHARACTER}"),
        (r'"\ude80\ud83d"', "\N{REPLACEMENT CHARACTER}" * 2),
        (r'"\ud83d\ude80"', "\N{ROCKET}"),
        (r'"tab\tline\n\u001b[31m"', "tab\tline\n\x1b[31m"),
    ],
)
def test_only_what_no_database_can_hold_is_replaced(as_sent: str, stored: str) -> None:
    payload = fields(key=json.loads(as_sent), list=[json.loads(as_sent)])

    assert payload.text("key") == stored
    assert payload.texts("list") == [stored]


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_becomes_utf_8_without_nul_and_keeps_its_length(text: str) -> None:
    stored = fit_for_storage(text)

    assert b"\0" not in stored.encode()
    assert len(stored) == len(text)
    assert fit_for_storage(stored) == stored
