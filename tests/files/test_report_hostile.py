"""Reports that were made to hurt, or by accident: encodings, entities, sizes, random bytes."""

from __future__ import annotations

import codecs
import io
import socket
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.files import test_results as reports
from progressive_capture.lib.files.test_results.decoding import CHUNK_BYTES

MEGABYTE = 1_000_000
REPORT = (
    '<testsuites><testsuite name="Süite ☃"><testcase classname="C" name="tëst"/></testsuite></testsuites>'
)


class Repeated(io.RawIOBase):
    """A file of any size that is nowhere: a head, a piece a thousand times a so many times, a tail."""

    def __init__(self, head: bytes, piece: bytes, thousands: int, tail: bytes = b"") -> None:
        self._parts = (head, *[piece * 1_000] * thousands, tail)
        self.seek(0)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) == (0, 0)
        self._left = iter(self._parts)
        self._held = b""
        return 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        while len(self._held) < size and (part := next(self._left, None)) is not None:
            self._held += part
        piece, self._held = self._held[:size], self._held[size:]
        return piece


def read(data: bytes, path: str = "report.xml") -> tuple[list[reports.TestResult], str | None]:
    report = reports.open_report(io.BytesIO(data), path)
    assert report is not None
    return list(report), report.problem


@pytest.mark.parametrize(
    "data",
    [
        REPORT.encode(),
        codecs.BOM_UTF8 + REPORT.encode(),
        codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + REPORT.encode("utf-32-le"),
        REPORT.encode("utf-16-le"),
        REPORT.encode("utf-16-be"),
        b" \r\n\t" + REPORT.encode(),
        b'\n<?xml version="1.0" encoding="UTF-8"?>' + REPORT.encode(),
        codecs.BOM_UTF8 + b'\n<?xml version="1.0"?>' + REPORT.encode(),
        b'<?xml version="1.0" encoding="utf-16"?>' + REPORT.encode(),
        b'<?xml version="1.0" encoding="no-such-thing"?>' + REPORT.encode(),
        b'<?xml version="1.0" encoding="rot13"?>' + REPORT.encode(),
        b'<?xml version="1.1" encoding="us-ascii"?>' + REPORT.encode(),
        codecs.BOM_UTF16_LE + f'<?xml version="1.0" encoding="UTF-8"?>{REPORT}'.encode("utf-16-le"),
        b"<!-- \xe2\x98\x83 --><?note?>" + REPORT.encode(),
    ],
)
def test_the_bytes_decide_how_a_report_is_encoded(data: bytes) -> None:
    assert read(data) == ([("Süite ☃", "C", "tëst", "passed", False, None, None)], None)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "gbk", "shift_jis", "euc-jp", "koi8-r"])
def test_a_declared_encoding_is_obeyed(encoding: str) -> None:
    name = {"gbk": "测试", "shift_jis": "テスト", "euc-jp": "テスト", "koi8-r": "тест"}.get(encoding, "tëst")
    text = f'<?xml version="1.0" encoding="{encoding}"?><testsuite><testcase name="{name}"/></testsuite>'
    ((_, _, found, *_),), problem = read(text.encode(encoding))
    assert (found, problem) == (name, None)


def test_bytes_that_are_no_text_cost_a_character_and_no_result() -> None:
    cases = b'<testcase name="a"/><testcase name="caf\xe9"/><testcase name="b"/>'
    found, problem = read(b"<testsuite>" + b"<testcase/>" * 20_000 + cases + b"</testsuite>")
    assert [each.name for each in found[20_000:]] == ["a", "caf\N{REPLACEMENT CHARACTER}", "b"]
    assert len(found) == 20_003
    assert problem == "holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "forbidden",
    [b"\x1b", b"\x00", b"&#27;", b"&#x1B;", b"&#0;", b"&#xD800;", b"&#xFFFF;", b"&#x110000;",
     b"&#9999999999;", b"\xef\xbf\xbf", b"\xed\xa0\x80"],
)  # fmt: skip
def test_characters_that_xml_forbids_cost_no_result(forbidden: bytes) -> None:
    text = b'<testsuite><testcase name="a"/><testcase name="b"><failure>[%s]</failure></testcase></testsuite>'
    (first, second), problem = read(text % forbidden)
    assert (first.name, second.name, second.status) == ("a", "b", "failed")
    assert second.message is not None
    assert second.message.replace("\N{REPLACEMENT CHARACTER}", "") == "[]"
    assert len(second.message) > 2
    assert problem == "holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}"


def test_references_that_xml_allows_stay_in_a_repaired_report() -> None:
    pad = b"&#10;&#x1F600;" * 10_000  # also across the ends of what is read at once
    text = b"<testsuite><testcase><failure>\x1b" + pad + b"</failure></testcase></testsuite>"
    ((*_, message),), _ = read(text)
    assert message is not None
    assert message.startswith("\N{REPLACEMENT CHARACTER}\n\N{GRINNING FACE}\n\N{GRINNING FACE}")
    assert message.count("\N{REPLACEMENT CHARACTER}") == 1
    assert message.endswith("of 20,001 characters)")


@pytest.mark.parametrize("shift", range(8))
def test_a_forbidden_reference_across_the_end_of_a_chunk_is_found(shift: int) -> None:
    head = b'<testsuite><testcase name="'
    name = b"n" * (CHUNK_BYTES - len(head) - shift) + b"&#x1b;"
    found, _ = read(head + name + b'"/><testcase name="last"/></testsuite>')
    assert [each.name for each in found[1:]] == ["last"]


BOMB = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE testsuites [{BOMB}]>",
        '<!DOCTYPE foo [<!ENTITY i SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE foo [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p.dtd"> %p;]>',
        '<!DOCTYPE testsuites SYSTEM "http://127.0.0.1:{port}/junit.dtd">',
        '<!DOCTYPE testsuites PUBLIC "-//x" "http://127.0.0.1:{port}/junit.dtd">',
        "<!DOCTYPE testsuites [<!ELEMENT testsuites ANY>]>",
        '<!DOCTYPE testsuites [<!ATTLIST testcase name CDATA "&i;">]>',
    ],
)
@pytest.mark.parametrize("root", ["testsuites", "TestRun"])
def test_a_document_type_is_refused_and_nothing_is_fetched(doctype: str, root: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        text = doctype.replace("{port}", str(server.getsockname()[1]))
        body = f'<testsuite><testcase name="&i;"/></testsuite></{root}>'
        found, problem = read(f'<?xml version="1.0"?>{text}<{root}>{body}'.encode(), "results.trx")
        assert found == []
        assert problem is not None
        assert "holds a document type: refused" in problem
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_unknown_entity_breaks_the_report_off() -> None:
    found, problem = read(b'<testsuite><testcase name="a"/><testcase name="&i;"/></testsuite>')
    assert [each.name for each in found] == ["a"]
    assert problem is not None
    assert "undefined entity" in problem


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LINE = b"a line of output that goes on and on, and nobody reads it\n"


@pytest.mark.parametrize(
    ("head", "piece", "tail", "results", "reason"),
    [
        (b"<testsuite>", b'<testcase classname="C" name="t" time="0.001"/>', b"</testsuite>", 100_000, None),
        (b"<testsuites>", b'<testsuite name="S"><testcase/></testsuite>', b"</testsuites>", 100_000, None),
        (
            b"<testsuite><testcase><failure>", LINE, b"</failure></testcase></testsuite>", 1, None,
        ),
        (
            b"<testsuite><testcase><system-out><![CDATA[", LINE,
            b"]]></system-out></testcase></testsuite>", 1, None,
        ),
        (
            b"<testsuite><testcase>", b'<flakyFailure message="m"/>',
            b"</testcase></testsuite>", 100_001, None,
        ),
        (b"<TestRun><Results>", b'<UnitTestResult testName="t"/>', b"</Results></TestRun>", 100_000, None),
        (b"<testsuite><testcase/>", b"<a>", b"", 1, "nested over 1,000 deep"),
        (b"<testsuite><testcase/>", b"<testsuite>", b"", 1, "nested over 1,000 deep"),
        (b"<testsuite><testcase/>", b"<testcase>", b"", 999, "nested over 1,000 deep"),
        (b'<testsuite><testcase/><testcase name="', LINE, b"", 1, "over 4,194,304 bytes"),
        (b"<testsuite><testcase/><!--", LINE, b"", 1, "over 4,194,304 bytes"),
    ],
    ids=[
        *("cases", "suites", "failure", "output", "tries", "trx"),
        *("depth", "suite depth", "case depth", "name", "comment"),
    ],
)  # fmt: skip
def test_memory_stays_flat_whatever_the_report(
    head: bytes, piece: bytes, tail: bytes, results: int, reason: str | None
) -> None:
    stream = Repeated(head, piece, 100 if results >= 100_000 else 400, tail)
    report = reports.open_report(stream, "report.trx")  # type: ignore[arg-type]  # all of it that is used
    assert report is not None
    count = 0

    def read_all() -> None:
        nonlocal count
        for _ in report:
            count += 1

    # 100,000 results that were kept, or all of the text, would be more than that. A token that is not whole
    # yet is held up to its limit, and the parser's buffer grows by doubling.
    assert peak_bytes(read_all) < (4 if reason is None else 16) * MEGABYTE
    assert count == results
    assert report.problem is None if reason is None else reason in str(report.problem)


def test_a_report_of_ever_new_names_is_ended() -> None:
    elements = "".join(f"<e{number} a{number}=''/>" for number in range(50_000))
    found, problem = read(f"<testsuite><testcase/>{elements}</testsuite>".encode())
    assert len(found) == 1
    assert "over 10,000 different names" in str(problem)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"", "junit.xml"),
        (b"   \n", "junit.xml"),
        (b"this is no report", "TEST-a.xml"),
        (b"<html><testsuites/></html>", "junit.xml"),
        (b"<!DOCTYPE html><html></html>", "report.xml"),
        (b"<test-run><test-suite/></test-run>", "TestResult.xml"),
        (b"<testsuitesque/>", "junit.xml"),
        (b"<TestRun/>", "run.xml"),
        (b"{}", "ctrf.json"),
        (b'{"results": []}', "ctrf-report.json"),
        (b'{"stats": {}, "tests": []}', "mocha.json"),
        (b'["CTRF"]', "ctrf.json"),
        (b"\x89PNG\r\n\x1a\n", "testsuites.xml"),
        (b"PK\x03\x04<testsuites>", "junit.xml"),
        (b" " * 100_000, "junit.xml"),
        (b"<!-- " * 20_000, "junit.xml"),
    ],
)
def test_what_is_no_report_is_none(data: bytes, path: str) -> None:
    assert reports.open_report(io.BytesIO(data), path) is None


def survives(data: bytes, path: str) -> None:
    """Whatever it is, it is read or not, and what is said of it fits."""
    report = reports.open_report(io.BytesIO(data), path)
    if report is None:
        return
    count = 0
    for result in report:
        count += 1
        assert result.status in ("passed", "failed", "error", "skipped")
        for text in result[:3]:
            assert text is None or 0 < len(text) <= 1_000
        "".join(filter(None, (*result[:3], result.message))).encode()
        assert result.duration_seconds is None or 0 <= result.duration_seconds < float("inf")
    assert report.summary.results == count


PATHS = st.sampled_from(["report.xml", "a.trx", "ctrf-report.json"])
HEADS = st.sampled_from(
    [
        b"",
        b"<testsuites>",
        b"<testsuite ",
        b"<TestRun><Results>",
        b'{"reportFormat":"CTRF","results":{"tests":[',
    ]
)


@settings(max_examples=200, deadline=None)
@given(HEADS, st.binary(max_size=300), PATHS)
def test_random_bytes_do_no_harm(head: bytes, data: bytes, path: str) -> None:
    survives(head + data, path)


WHOLE = [
    b"""<testsuites><testsuite name="S" tests="2"><testcase classname="C" name="t" time="1,0"><flakyError
    message="m"/><failure>x&lt;y</failure></testcase><testcase/><error>e</error></testsuite></testsuites>""",
    b"""<TestRun><Results><UnitTestResult testId="1" testName="n" outcome="Failed" duration="00:00:01.5">
    <Output><ErrorInfo><Message>m</Message></ErrorInfo></Output></UnitTestResult></Results><TestDefinitions>
    <UnitTest id="1"><TestMethod className="C, A"/></UnitTest></TestDefinitions></TestRun>""",
    b"""{"reportFormat":"CTRF","results":{"tool":{"name":"x"},"summary":{"tests":1},"tests":[{"name":"n",
    "status":"failed","duration":12.5,"suite":["a","b"],"message":"\\u0000\\ud800","retries":2}],"extra":[1,{"a":
    null}]}}""",
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 12), st.binary(max_size=4)), max_size=4),
    PATHS,
)
def test_mutated_reports_do_no_harm(data: bytes, changes: list[tuple[int, int, bytes]], path: str) -> None:
    for start, length, instead in changes:
        data = data[:start] + instead + data[start + length :]
    survives(data, path)


NAMES = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "flakyFailure", "rerunError"]
NAMES += [
    "TestRun",
    "UnitTestResult",
    "InnerResults",
    "Output",
    "ErrorInfo",
    "Message",
    "UnitTest",
    "TestMethod",
]
KEYS = ["name", "classname", "time", "status", "tests", "message", "testId", "id", "className", "resultType"]
TEXT = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), max_size=8).map(
    lambda text: text.replace("\ufffe", "").replace("\uffff", "")
)
TREES = st.recursive(
    st.builds(lambda text: text.replace("&", "").replace("<", "").replace("]]>", ""), TEXT),
    lambda inner: st.builds(
        lambda name, attributes, content: "<{0} {1}>{2}</{0}>".format(
            name, " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items()), "".join(content)
        ),
        st.sampled_from(NAMES),
        st.dictionaries(
            st.sampled_from(KEYS), st.one_of(TEXT, st.sampled_from(["1", "rerun", "0,5"])), max_size=3
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["testsuites", "testsuite", "TestRun"]), st.lists(TREES, max_size=4))
def test_random_trees_are_read_to_their_end(root: str, inner: list[str]) -> None:
    data = f"<{root}>{''.join(inner)}</{root}>".encode()
    survives(data, "a.trx")
    report = reports.open_report(io.BytesIO(data), "a.trx")
    assert report is not None
    list(report)
    assert report.summary.whole
