"""The extension says what a file is, and its first bytes must agree."""

from __future__ import annotations

import pytest

from progressive_capture.lib.files.categories import classify, decoded_text

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"


@pytest.mark.parametrize(
    ("path", "head", "category", "media_type"),
    [
        ("shot.png", PNG, "image", "image/png"),
        ("shot.PNG", PNG, "image", "image/png"),
        ("shot.jpg", JPEG, "image", "image/jpeg"),
        ("a.gif", b"GIF89a\1\0\1\0\x80", "image", "image/gif"),
        ("a.webp", b"RIFF\x1a\0\0\0WEBPVP8L", "image", "image/webp"),
        ("a.avif", b"\0\0\0\x20ftypavif\0\0", "image", "image/avif"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0", "image", "image/heic"),
        ("a.tiff", b"II*\0\x08\0\0\0", "image", "image/tiff"),
        ("a.bmp", b"BM\x36\0\0\0", "image", "image/bmp"),
        ("a.ico", b"\0\0\1\0\1\0", "image", "image/x-icon"),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "image", "image/svg+xml"),
        ("r.json", b'{"a": 1}', "json", "application/json"),
        ("r.json", b"\xef\xbb\xbf [1]", "json", "application/json"),
        ("r.json", '{"a": 1}'.encode("utf-16"), "json", "application/json"),
        ("r.json", b"-1", "json", "application/json"),
        ("r.json", b"null", "json", "application/json"),
        ("r.sarif", b"{}", "json", "application/json"),
        ("a.geojson", b"{}", "json", "application/geo+json"),
        ("build.log", b"\x1b[31mred\x1b[0m", "text", "text/plain"),
        ("1_build.txt", b"2026-11-20T10:00:00.0000000Z", "text", "text/plain"),
        ("report.xml", b"<testsuites/>", "text", "application/xml"),
        ("r.trx", b"<TestRun/>", "text", "application/xml"),
        ("index.html", b"<!DOCTYPE html>", "text", "text/html"),
        ("a.csv", b"a,b", "text", "text/csv"),
        ("a.yml", b"a: 1", "text", "application/yaml"),
        ("lines.ndjson", b"{}\n{}", "text", "application/x-ndjson"),
        ("a.ts", b"const a = 1", "text", "text/x-typescript"),
        ("README", b"words", "text", "text/plain"),
        ("empty.txt", b"", "text", "text/plain"),
        ("core", b"\x7fELF\2\1\1\0", "binary", "application/octet-stream"),
        ("a.zip", b"PK\3\4\x14\0", "binary", "application/zip"),
        ("a.tar.gz", b"\x1f\x8b\x08\0", "binary", "application/gzip"),
        ("a.pdf", b"%PDF-1.7\n\xe2\xe3", "binary", "application/pdf"),
        ("a.db", b"SQLite format 3\0", "binary", "application/vnd.sqlite3"),
    ],
)
def test_a_file_is_what_its_name_says_if_its_bytes_agree(
    path: str, head: bytes, category: str, media_type: str
) -> None:
    assert classify(path, head) == (category, media_type)


@pytest.mark.parametrize(
    ("path", "head", "category", "media_type"),
    [
        ("shot.png", b"<!DOCTYPE html><html>", "text", "text/html"),
        ("shot.png", b"  <HTML>", "text", "text/html"),
        ("shot.png", b"words", "text", "text/plain"),
        ("shot.png", b"", "text", "text/plain"),
        ("shot.png", JPEG, "image", "image/jpeg"),
        ("shot.png", b"\0\1\2", "binary", "application/octet-stream"),
        ("shot.png", b"PK\3\4\x14\0", "binary", "application/zip"),
        ("a.bmp", PNG, "image", "image/png"),
        ("notes.txt", PNG, "image", "image/png"),
        ("noext", PNG, "image", "image/png"),
        ("noext", b"BM\xff\0", "binary", "application/octet-stream"),
        ("a.svg", b"<html>", "text", "text/html"),
        ("a.svg", b"no drawing", "text", "text/plain"),
        ("r.json", b"<html>", "text", "text/html"),
        ("r.json", b"oops", "text", "text/plain"),
        ("r.json", b"", "text", "text/plain"),
        ("r.json", b"{\0}", "binary", "application/octet-stream"),
        ("r.xml", b"<?xml?>\0", "binary", "application/octet-stream"),
        ("latin.log", b"gr\xfcn", "binary", "application/octet-stream"),
        ("a.zip", b"not found", "text", "text/plain"),
        ("a.bin", b"<?xml version='1.0'?>", "text", "application/xml"),
    ],
)
def test_the_bytes_decide_where_they_do_not(path: str, head: bytes, category: str, media_type: str) -> None:
    assert classify(path, head) == (category, media_type)


def test_a_character_that_is_cut_at_the_end_of_the_head_is_no_mistake() -> None:
    head = "grün".encode()[:3]
    assert classify("a.txt", head, whole=False) == ("text", "text/plain")
    assert classify("a.txt", head) == ("binary", "application/octet-stream")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"\xff\xfew\0", "w"),
        (b"\xfe\xff\0w", "w"),
        (b"\xff\xfe\0\xd8", None),
        (b"\xff\xfew", None),
        (b"\xff\xfe\0\0", None),
        (b"a\0", None),
        (b"\xed\xa0\x80", None),
        (b"\xc0\x80", None),
        (b"", ""),
    ],
)
def test_text_is_utf8_or_marked_utf16_without_nul(data: bytes, text: str | None) -> None:
    assert decoded_text(data, whole=True) == text
