"""An aggregate beside the reports that it was made of is counted once; equal legs of a matrix are not."""

from __future__ import annotations

import io

from progressive_capture.lib.files import test_results as reports


def suite(name: str, *cases: str, attributes: str = 'timestamp="2026-01-01T10:00:00"') -> str:
    inner = "".join(f'<testcase classname="{name}" name="{case}" time="0.5"/>' for case in cases)
    return f'<testsuite name="{name}" {attributes}>{inner}</testsuite>'


def gathered(*suites: str) -> str:
    return f"<testsuites>{''.join(suites)}</testsuites>"


def repeated(*texts: str) -> dict[int, str]:
    """Of files at positions 10, 11, …"""
    summaries = {}
    for position, text in enumerate(texts, 10):
        report = reports.open_report(io.BytesIO(text.encode()), "report.xml")
        assert report is not None
        list(report)
        summaries[position] = report.summary
    return dict(reports.repeated(summaries))


A, B = suite("org.A", "a", "b"), suite("org.B", "c")


def test_an_aggregate_beside_its_parts_is_a_repetition() -> None:
    assert repeated(A, gathered(A, B), B) == {
        11: "its 3 results are those of 2 other files, and are counted there"
    }
    assert repeated(gathered(B), B) == {10: "its 1 result is that of 1 other file, and is counted there"}


def test_ants_aggregate_splits_the_name_into_package_and_class() -> None:
    split = suite("org.A", "a", "b").replace('name="org.A" ', 'id="0" package="org" name="A" ', 1)
    assert list(repeated(A, B, gathered(split, B))) == [12]


def test_an_aggregate_of_reports_with_a_root_around_their_only_suite() -> None:
    assert list(repeated(gathered(A), gathered(B), gathered(A, B))) == [12]


def test_an_aggregate_with_more_than_its_parts_counts() -> None:
    assert repeated(A, gathered(A, B)) == {}
    assert repeated(A, gathered(A, suite("org.B")), B) == {
        11: "its 2 results are those of 1 other file, and are counted there"
    }
    assert repeated(A, gathered(A, A, B), B) == {}
    assert list(repeated(A, A, gathered(A, A, B), B)) == [12]


def test_equal_legs_of_a_matrix_both_count() -> None:
    assert repeated(A, A) == {}
    assert repeated(gathered(A), gathered(A)) == {}
    assert repeated(gathered(A, B), gathered(A, B).replace("><testsuite", ">\n<testsuite")) == {}


def test_another_result_duration_or_time_is_another_suite() -> None:
    for changed in (
        A.replace('name="b" time="0.5"/>', 'name="b" time="0.5"><failure/></testcase>'),
        A.replace('time="0.5"', 'time="0.6"', 1),
        A.replace("T10:00:00", "T10:00:01"),
        A.replace('"b"', '"d"'),
    ):
        assert changed != A
        assert repeated(changed, B, gathered(A, B)) == {}


def test_every_failure_of_a_suite_belongs_to_it() -> None:
    failed = A.replace('time="0.5"/>', 'time="0.5"><failure/></testcase>')
    other = failed.replace("<failure/>", "<error/>", 1)
    assert other != failed
    assert repeated(other, B, gathered(failed, B)) == {}
    assert list(repeated(failed, B, gathered(failed, B))) == [12]


def test_results_in_no_suite_and_in_inner_suites_belong_to_the_aggregate() -> None:
    nested = suite("outer", "o").replace("</testsuite>", f"{A}</testsuite>")
    assert list(repeated(nested, B, gathered(nested, B))) == [12]
    assert repeated(nested, B, gathered(nested, B, "<testcase/>")) == {}


def test_of_copies_of_an_aggregate_the_first_one_counts() -> None:
    both = gathered(A, B)
    assert repeated(both, both, both) == {
        11: "its 3 results are those of 1 other file, and are counted there",
        12: "its 3 results are those of 1 other file, and are counted there",
    }
    assert list(repeated(both, A, both, B)) == [10, 12]


def test_an_aggregate_that_breaks_off_is_not_judged() -> None:
    assert repeated(A, B, gathered(A, B).removesuffix("</testsuites>")) == {}


def test_an_empty_aggregate_repeats_nothing() -> None:
    assert repeated(A, gathered(), gathered()) == {}


def test_other_kinds_of_reports_are_left_alone() -> None:
    ctrf = '{"reportFormat": "CTRF", "results": {"tests": [{"name": "a", "status": "passed"}]}}'
    assert repeated(ctrf, ctrf, A) == {}
