"""GitHub's documented results, one by one."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from actions_runner import ExpressionError, Status, condition, evaluate, interpolate

FRUITS = [
    {"name": "apple", "quantity": 1},
    {"name": "orange", "quantity": 2},
    {"name": "pear", "quantity": 1},
]
VEGETABLES = {
    "scallions": {"colors": ["green", "white", "red"], "ediblePortions": ["roots", "stalks"]},
    "beets": {"colors": ["purple"], "ediblePortions": ["roots", "stems", "leaves"]},
}
CONTEXTS = {
    "github": {
        "ref": "refs/heads/main",
        "event_name": "push",
        "event": {"issue": {"labels": [{"name": "bug"}, {"name": "help wanted"}]}},
    },
    "fruits": FRUITS,
    "vegetables": VEGETABLES,
    "env": {"continue": "true", "time": "3"},
    "inputs": None,
    "matrix": {"Os": "linux", "n": 2, "deep": {"list": [[1, 2], [3]]}},
    "needs": {"plan": {"outputs": {"n": "5"}}},
}

DOCUMENTED: list[tuple[str, Any]] = [
    # literals
    *(("null", None), ("false", False), ("711", 711), ("-9.2", -9.2), ("0xff", 255), ("-2.99e-2", -0.0299)),
    *(("'It''s open source!'", "It's open source!"), ("0o17", 15), (".5", 0.5), ("+3", 3), ("'}}'", "}}")),
    # functions
    ("contains('Hello world', 'llo')", True),
    ("contains('Hello world', 'LLO')", True),
    ("contains(github.event.issue.labels.*.name, 'bug')", True),
    ("contains(github.event.issue.labels.*.name, 'bu')", False),
    ("""contains(fromJSON('["push", "pull_request"]'), github.event_name)""", True),
    *(
        ("contains('100', 0)", True),
        ("contains(fromJSON('[1, 2]'), '2')", True),
        ("contains(github, 'push')", False),
    ),
    *(("startsWith('Hello world', 'He')", True), ("startsWith('Hello world', 'hE')", True)),
    *(("endsWith('Hello world', 'ld')", True), ("endsWith('Hello world', 'He')", False)),
    *(("startsWith(711, '7')", True), ("startsWith('true', true)", True), ("startsWith('x', null)", True)),
    ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", "Hello Mona the Octocat"),
    ("format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", "{Hello Mona the Octocat!}"),
    ("format('{1}{0}{1}', 1, true)", "true1true"),
    ("join(github.event.issue.labels.*.name, ', ')", "bug, help wanted"),
    *(("join(fromJSON('[1,null,true]'))", "1,,true"), ("join('a')", "a"), ("join(fromJSON('[]'))", "")),
    ("""toJSON(fromJSON('{"status":"success"}'))""", '{\n  "status": "success"\n}'),
    *(("toJSON('a\"b')", '"a\\"b"'), ("toJSON(null)", "null"), ("toJSON(2)", "2"), ("toJSON(0.5)", "0.5")),
    *(("fromJSON(env.continue)", True), ("fromJSON(env.time)", 3), ("fromJSON('null')", None)),
    ("case(github.ref == 'refs/heads/main', 'production', 'development')", "production"),
    ("case(github.ref == 'x', 'a', startsWith(github.ref, 'refs/heads/'), 'b', 'c')", "b"),
    ("case(false, 'a', 'c')", "c"),
    # object filters
    ("fruits.*.name", ["apple", "orange", "pear"]),
    ("fruits[*].quantity", [1, 2, 1]),
    ("vegetables.*.ediblePortions", [["roots", "stalks"], ["roots", "stems", "leaves"]]),
    ("vegetables.*.ediblePortions.*", ["roots", "stalks", "roots", "stems", "leaves"]),
    ("fruits.*.nothing", []),
    ("fruits[0].name", "apple"),
    ("fruits['1'].name", "orange"),
    *(("fruits[1.9].name", "orange"), ("fruits[-1].name", None), ("fruits[3].name", None)),
    *(
        ("matrix.os", "linux"),
        ("matrix['OS']", "linux"),
        ("matrix.deep.list[0][1]", 2),
        ("github.nothing.x", None),
    ),
    *(("inputs.anything", None), ("matrix.deep.list.*[0]", [1, 3]), ("env.nothing.*", [])),
    # loose equality: null is 0, true 1, text a JSON number or NaN, arrays and objects NaN
    *(("null == 0", True), ("null == ''", True), ("null == false", True), ("null == 'null'", False)),
    *(("true == 1", True), ("true == '1'", True), ("true == 'true'", False), ("false == ''", True)),
    *(("1 == '1'", True), ("1 == ' 1.0 '", True), ("255 == '0xff'", True), ("100 == '1e2'", True)),
    *(("0 == ''", True), ("1 == 'one'", False), ("'abc' == 'ABC'", True), ("'a' != 'A'", False)),
    *(
        ("NaN == NaN", False),
        ("NaN != NaN", True),
        ("fruits == fruits", True),
        ("fruits == vegetables", False),
    ),
    *(("fromJSON('[]') == fromJSON('[]')", False), ("fruits == 'Array'", False), ("fruits != 0", True)),
    # order
    *(
        ("2 > 1", True),
        ("'10' > 9", True),
        ("'b' > 'A'", True),
        ("'10' > '9'", False),
        ("true > false", True),
    ),
    *(
        ("NaN > 1", False),
        ("NaN <= 1", False),
        ("'x' < 1", False),
        ("fruits >= 1", False),
        ("null >= null", True),
    ),
    *(
        ("null > -1", True),
        ("1 <= '1'", True),
        ("needs.plan.outputs.n > 10", False),
        ("fruits >= fruits", True),
    ),
    # operands come back as they are
    *(("'a' && 'b'", "b"), ("'' && 'b'", ""), ("'' || 'b'", "b"), ("'a' || 'b'", "a"), ("null || 0", 0)),
    *(("true && 0 || 'else'", "else"), ("NaN || 'n'", "n"), ("fruits && 1", 1), ("-0 || 'zero'", "zero")),
    # precedence
    *(("true || false && false", True), ("(true || false) && false", False), ("!true == false", True)),
    *(
        ("1 < 2 == true", True),
        ("!false && !false", True),
        ("!(1 > 2)", True),
        ("1 == 1 && 2 > 1 || x.y", True),
    ),
]


@pytest.mark.parametrize(("expression", "result"), DOCUMENTED, ids=[each for each, _ in DOCUMENTED])
def test_an_expression_gives_what_github_documents(expression: str, result: Any) -> None:
    found = evaluate(expression, CONTEXTS)
    assert found == result
    assert isinstance(found, bool) == isinstance(result, bool)


@pytest.mark.parametrize(
    "expression",
    [
        *(
            '"double"',
            "a b",
            "1 +2",
            "(1",
            "github.",
            "github[1",
            "'open",
            "format('x')",
            "nothing('x')",
            "1.2.3",
        ),
        *(
            "unknown.x",
            "github.event.",
            "fromJSON('')",
            "fromJSON('{')",
            "fromJSON('NaN')",
            "format('{1}', 1)",
        ),
        *(
            "format('{', 1)",
            "case(true, 1)",
            "case('x', 1, 2)",
            "success()",
            "hashFiles('x')",
            "contains('a')",
            "",
        ),
        *("'a'.b", "github . 5", "a=b", "a & b"),
    ],
)
def test_what_github_refuses_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, CONTEXTS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(
            (None, ""),
            (True, "true"),
            (3.0, "3"),
            (0.1, "0.1"),
            (1e15, "1E+15"),
            (1e-5, "1E-05"),
            (-0.0299, "-0.0299"),
        ),
        *((123456789012345, "123456789012345"), (1234567890123456789, "1.23456789012346E+18")),
        *((math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")),
    ],
)
def test_a_value_in_a_text_is_written_as_github_writes_it(value: Any, text: str) -> None:
    assert interpolate("<${{ env.it }}>", {"env": {"it": value}}) == f"<{text}>"


def test_a_text_with_braces_in_a_string_is_one_expression() -> None:
    assert interpolate("a${{ 'x}}y' }}b ${{ github.ref }}", CONTEXTS) == "ax}}yb refs/heads/main"


def test_a_whole_text_that_gives_a_list_is_refused_and_one_inside_of_a_text_is_named() -> None:
    with pytest.raises(ExpressionError, match="sequence was not expected"):
        interpolate("${{ fruits }}", CONTEXTS)
    assert interpolate("my ${{ fruits }}", CONTEXTS) == "my Array"


def test_an_expression_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ExpressionError, match="not closed"):
        interpolate("a ${{ github.ref }", CONTEXTS)


FAILED = Status(success=False, failure=True)
CANCELLED = Status(success=False, cancelled=True)


@pytest.mark.parametrize(
    ("text", "status", "holds"),
    [
        *((None, Status(), True), (None, FAILED, False), ("", FAILED, False), (True, Status(), True)),
        *(
            (False, Status(), False),
            ("true", FAILED, False),
            ("always()", FAILED, True),
            ("failure()", FAILED, True),
        ),
        *(
            ("failure()", Status(), False),
            ("${{ !cancelled() }}", FAILED, True),
            ("!cancelled()", CANCELLED, False),
        ),
        *(
            ("always() && github.ref == 'x'", FAILED, False),
            ("cancelled()", CANCELLED, True),
            ("0", Status(), False),
        ),
        *(
            ("success() || failure()", FAILED, True),
            ("'false'", Status(), True),
            ("github.ref", FAILED, False),
        ),
        ("${{ github.ref }} == 'x'", Status(), True),
        ("${{ github.nothing }} == 'x'", Status(), True),
        ("${{ always() }} && false", FAILED, True),
    ],
)
def test_a_condition_asks_for_success_unless_it_asks_itself(text: Any, status: Status, holds: bool) -> None:
    assert condition(text, CONTEXTS, status=status) is holds


def test_files_are_hashed_by_pattern_and_none_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "lib/foo").mkdir(parents=True)
    for name in ("lib/a.rb", "lib/foo/b.rb", "c.js"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    one, all_of_them, without = (
        evaluate(f"hashFiles({each})", {}, workspace=tmp_path)
        for each in ("'/lib/*.rb'", "'lib/**/*.rb'", "'/lib/**/*.rb', '!/lib/foo/*.rb'")
    )
    assert (len(one), one == without, one == all_of_them) == (64, True, False)
    assert evaluate("hashFiles('**/nothing')", {}, workspace=tmp_path) == ""
