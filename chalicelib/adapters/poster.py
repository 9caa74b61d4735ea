"""A participant's poster: their QR code in the background that the build has drawn."""

import struct
import zlib
from pathlib import Path

from chalicelib.domain.contest import Contest
from chalicelib.domain.poster_facts import poster_facts

BACKGROUNDS = Path(__file__).resolve().parents[1] / "web" / "poster"
"""Drawn by `infra/build/draw_poster.py`, each named after what it says."""
WIDTH, HEIGHT = 750, 1200
ROW = 1 + WIDTH // 2
"""Bytes of a row with a palette of 4 bits: its filter, which is always 0, then two pixels a byte."""
TOP, SIDE = 490, 410
"""The code's white square, centred, in pixels."""
QUIET = 4
BLACK, WHITE = "0", "1"
"""The palette's first two colours, as the hexadecimal digit of a pixel."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def background_file(contest: Contest) -> Path:
    """Returns the place of this contest's background, which may be missing."""
    return BACKGROUNDS / f"{poster_facts(contest).digest}.png"


def poster(background: bytes, text: str) -> bytes:
    """Returns the background, a PNG as `encoded` writes it, with the QR code of `text`."""
    import segno  # heavy: only for QR codes

    palette, rows = decoded(background)
    matrix = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET)]
    scale = SIDE // len(matrix)
    size = scale * len(matrix)
    top, left = TOP + (SIDE - size) // 2, 1 + (WIDTH - size) // 4
    for number, row in enumerate(matrix):
        line = bytes.fromhex("".join((BLACK if dark else WHITE) * scale for dark in row) + WHITE * (size % 2))
        for y in range(top + number * scale, top + (number + 1) * scale):
            rows[y * ROW + left : y * ROW + left + len(line)] = line
    return encoded(palette, bytes(rows))


def encoded(palette: bytes, rows: bytes) -> bytes:
    """Returns a PNG of 4 bits: three chunks and the end."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def decoded(png: bytes) -> tuple[bytes, bytearray]:
    """Returns the palette and the rows of a PNG that `encoded` wrote."""
    chunks, place = dict[bytes, bytes](), len(SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        chunks[png[place + 4 : place + 8]] = png[place + 8 : place + 8 + length]
        place += 12 + length
    return chunks[b"PLTE"], bytearray(zlib.decompress(chunks[b"IDAT"]))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
