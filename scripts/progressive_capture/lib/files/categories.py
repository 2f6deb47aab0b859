"""What a file is: its extension says it, its first bytes must agree."""

from __future__ import annotations

import codecs
import mimetypes
from pathlib import PurePosixPath
from typing import Literal

Category = Literal["image", "json", "text", "binary"]

UNKNOWN = "application/octet-stream"
_SVG = "image/svg+xml"
_WHITE = " \t\r\n\f\v\0\ufeff"

_OWN_TYPES = {
    # what CI writes and the standard table lacks, or names differently from one Python to the next
    **dict.fromkeys(
        (".log", ".out", ".err", ".tap", ".lcov", ".info", ".conf", ".cfg", ".ini"), "text/plain"
    ),
    **dict.fromkeys((".properties", ".env", ".diff", ".patch", ".rst", ".text"), "text/plain"),
    **dict.fromkeys((".xml", ".trx", ".xsd", ".xsl", ".nunit", ".plist", ".pom"), "application/xml"),
    **dict.fromkeys((".json", ".sarif", ".map", ".ipynb", ".har"), "application/json"),
    ".geojson": "application/geo+json",
    ".webmanifest": "application/manifest+json",
    **dict.fromkeys((".ndjson", ".jsonl"), "application/x-ndjson"),
    **dict.fromkeys((".yml", ".yaml"), "application/yaml"),
    ".toml": "application/toml",
    **dict.fromkeys((".md", ".markdown"), "text/markdown"),
    **dict.fromkeys((".js", ".mjs", ".cjs"), "text/javascript"),
    **dict.fromkeys((".ts", ".tsx", ".mts"), "text/x-typescript"),
    **dict.fromkeys((".sh", ".bash"), "application/x-sh"),
    ".sql": "application/sql",
    ".csv": "text/csv",
    ".svg": _SVG,
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), "image/jpeg"),
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    **dict.fromkeys((".heic", ".heif"), "image/heic"),
    ".bmp": "image/bmp",
    ".ico": "image/x-icon",
    **dict.fromkeys((".tif", ".tiff"), "image/tiff"),
    **dict.fromkeys((".zip", ".nupkg", ".vsix"), "application/zip"),
    **dict.fromkeys((".gz", ".tgz"), "application/gzip"),
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
    ".zst": "application/zstd",
    ".7z": "application/x-7z-compressed",
    ".tar": "application/x-tar",
    **dict.fromkeys((".jar", ".war"), "application/java-archive"),
    ".whl": "application/zip",
    **dict.fromkeys((".db", ".sqlite", ".sqlite3"), "application/vnd.sqlite3"),
}
_STANDARD_TYPES = mimetypes.MimeTypes().types_map[1]
"""Python's own table; not the system's, which differs from one machine to the next."""

_TEXTUAL = {
    *("application/xml", "application/x-ndjson", "application/yaml", "application/toml", "application/sql"),
    *("application/x-sh", "application/x-csh", "application/x-tex", "application/x-latex"),
}

_IMAGES: tuple[tuple[bytes, bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"GIF87a", b"", "image/gif"),
    (b"GIF89a", b"", "image/gif"),
    (b"RIFF", b"WEBP", "image/webp"),
    (b"II*\0", b"", "image/tiff"),
    (b"MM\0*", b"", "image/tiff"),
    (b"", b"ftypavif", "image/avif"),
    (b"", b"ftypheic", "image/heic"),
    (b"", b"ftypmif1", "image/heic"),
)
"""First bytes, bytes a little further on, and the type that both mean."""
_VAGUE_IMAGES = {"image/bmp": b"BM", "image/x-icon": b"\0\0\1\0"}
"""Too short a sign to believe without the extension."""
_BINARIES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"%PDF-", "application/pdf"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
)


def classify(path: str, head: bytes, *, whole: bool = True) -> tuple[Category, str]:
    """A file's category and media type.

    Args:
        path: its name; only the extension counts.
        head: its first bytes.
        whole: whether these are all; if not, the last character may be cut.
    """
    extension = PurePosixPath(path).suffix.lower()
    said = _OWN_TYPES.get(extension) or _STANDARD_TYPES.get(extension)
    text = decoded_text(head, whole=whole)
    if text is None:
        return _binary(said, head)
    return _text(said, text.lstrip(_WHITE)[:4096].lower())


def decoded_text(head: bytes, *, whole: bool) -> str | None:
    """Bytes as text: UTF-8, or UTF-16 with a byte order mark; None if they are neither, or hold a NUL.

    The mark is no part of the text. What is not text in its first bytes is not text.
    """
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _text(said: str | None, beginning: str) -> tuple[Category, str]:
    if said == _SVG and "<svg" in beginning:
        return "image", _SVG
    if said is not None and _is_json(said) and _begins_like_json(beginning):
        return "json", said
    if _begins_like_html(beginning) and not (said and "html" in said):
        return "text", "text/html"
    if said is not None and _is_textual(said):
        return "text", said
    return "text", "application/xml" if beginning.startswith("<?xml") else "text/plain"


def _binary(said: str | None, head: bytes) -> tuple[Category, str]:
    for first, further, media_type in _IMAGES:
        if head.startswith(first) and further in (b"", head[4:12], head[8:12]):
            return "image", media_type
    if said in _VAGUE_IMAGES and head.startswith(_VAGUE_IMAGES[said]):
        return "image", said
    if said is None or said.startswith("image/") or _is_textual(said) or _is_json(said):
        said = next((media_type for first, media_type in _BINARIES if head.startswith(first)), UNKNOWN)
    return "binary", said


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def _is_textual(media_type: str) -> bool:
    if media_type.startswith("image/"):
        return False
    return media_type.startswith("text/") or media_type.endswith("+xml") or media_type in _TEXTUAL


def _begins_like_json(beginning: str) -> bool:
    return beginning.startswith(("{", "[", '"', "-", "true", "false", "null")) or beginning[:1].isdecimal()


def _begins_like_html(beginning: str) -> bool:
    return beginning.startswith(("<!doctype html", "<html"))
