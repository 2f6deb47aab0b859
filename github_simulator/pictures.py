"""The smallest real pictures: a PNG, a GIF and a JPEG of one color each."""

import struct
import zlib

_GRAY = 128


def png(red: int, green: int, blue: int, side: int = 8) -> bytes:
    """A square of one color (https://www.w3.org/TR/png-3/)."""
    row = b"\0" + bytes((red, green, blue)) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def gif(red: int, green: int, blue: int) -> bytes:
    """A single pixel (https://www.w3.org/Graphics/GIF/spec-gif89a.txt)."""
    screen = struct.pack("<HHBBB", 1, 1, 0x80, 0, 0)
    colors = bytes((red, green, blue, 255, 255, 255))
    image = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + screen + colors + image + b";"


def jpeg() -> bytes:
    """Eight by eight gray pixels, in the fewest tables that a decoder accepts (ITU-T T.81)."""
    quantization = b"\0" + b"\x10" * 64
    frame = struct.pack(">BHHB", 8, 8, 8, 1) + b"\x01\x11\x00"
    one_code = b"\x01" + b"\0" * 15 + b"\0"
    segments = (
        (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        (0xDB, quantization),
        (0xC0, frame),
        (0xC4, b"\x00" + one_code),
        (0xC4, b"\x10" + one_code),
        (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    )
    body = b"".join(struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + body + b"\x3f" + b"\xff\xd9"
