from __future__ import annotations

from typing import Any

import pytest

from actions_runner import WorkflowFileError
from actions_runner.matrix import legs_of, name_of


def test_legs_come_in_the_order_of_the_file() -> None:
    legs = legs_of({"version": [10, 12], "os": ["ubuntu", "windows"]})
    assert [tuple(leg.values()) for leg in legs] == [
        (10, "ubuntu"),
        (10, "windows"),
        (12, "ubuntu"),
        (12, "windows"),
    ]


def test_what_is_included_is_added_where_it_overwrites_nothing_of_the_matrix() -> None:
    """The example of GitHub's documentation."""
    legs = legs_of(
        {
            "fruit": ["apple", "pear"],
            "animal": ["cat", "dog"],
            "include": [
                {"color": "green"},
                {"color": "pink", "animal": "cat"},
                {"fruit": "apple", "shape": "circle"},
                {"fruit": "banana"},
                {"fruit": "banana", "animal": "cat"},
            ],
        }
    )
    assert legs == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_what_is_excluded_needs_to_fit_in_part() -> None:
    legs = legs_of({"os": ["mac", "win"], "n": [12, 14], "exclude": [{"os": "mac", "n": 12}, {"os": "win"}]})
    assert legs == [{"os": "mac", "n": 14}]


def test_a_matrix_may_be_of_included_legs_alone() -> None:
    assert legs_of({"include": [{"a": 1}, {"b": 2}]}) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ({}, "at least one vector"),
        ({"chunk": []}, "'chunk' does not contain any values"),
        ({"chunk": "text"}, "'chunk' does not contain any values"),
        ("text", "expected to be a mapping"),
        ({"a": list(range(257))}, "257 legs; at most 256"),
        ({"a": [1], "include": "x"}, "list of mappings"),
    ],
)
def test_a_matrix_that_github_refuses_is_refused(matrix: Any, message: str) -> None:
    with pytest.raises(WorkflowFileError, match=message):
        legs_of(matrix)


def test_a_leg_is_named_by_its_values() -> None:
    assert (
        name_of("build", {"os": "mac", "deep": {"n": 2, "l": [1, None]}, "x": True})
        == "build (mac, 2, 1, true)"
    )
    assert name_of("build", {}) == "build"
