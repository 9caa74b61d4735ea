"""The picture beside a shared link: the page's seal, gold on festive red, drawn here so that no binary is kept."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from math import sqrt

SIDE = 300
"""Pixels; WeChat shows the picture small and square."""
FINE = 3
"""Each pixel is the mean of FINE x FINE points: smooth edges."""
RED, GOLD = (181, 18, 27), (246, 207, 122)
WAVE = 0.16
"""How much of the gold the waves behind the seal have."""

Polygon = Sequence[tuple[float, float]]
Spans = Iterator[tuple[int, float, float]]
"""Filled stretches, in points: row, from, to."""

# The character xin (trust, credit), in a box of 100 by 100.
STROKES: Sequence[Polygon] = (
    ((30, 3), (39, 7), (16, 53), (7, 48)),
    ((20, 36), (29, 36), (29, 99), (20, 99)),
    ((60, 4), (67, 0), (73, 11), (66, 15)),
    ((39, 20), (98, 20), (98, 28), (39, 28)),
    ((47, 37), (90, 37), (90, 44), (47, 44)),
    ((47, 53), (90, 53), (90, 60), (47, 60)),
    ((47, 69), (55, 69), (55, 99), (47, 99)),
    ((82, 69), (90, 69), (90, 99), (82, 99)),
    ((47, 69), (90, 69), (90, 76), (47, 76)),
    ((47, 90), (90, 90), (90, 97), (47, 97)),
)


@cache
def share_picture() -> bytes:
    """A PNG of SIDE x SIDE pixels, the same at every call."""
    seal, waves = _mask(), _mask()
    _fill(seal, _square(46, 26))
    _fill(seal, _square(53, 20), ink=0)
    for stroke in STROKES:
        _fill(seal, _polygon([(86 + 1.28 * x, 86 + 1.28 * y) for x, y in stroke]))
    for row in range(5):
        for place in range(-1, 6):
            for radius in (34, 24, 14):
                middle = 60.0 * place + 30 * (row % 2)
                _fill(waves, _disc(middle, 214 + 24 * row, radius))
                _fill(waves, _disc(middle, 214 + 24 * row, radius - 3), ink=0)
    return _png(_means(seal), _means(waves))


def _mask() -> list[bytearray]:
    return [bytearray(SIDE * FINE) for _ in range(SIDE * FINE)]


def _fill(mask: list[bytearray], spans: Spans, ink: int = 1) -> None:
    for row, start, end in spans:
        left, right = max(0, round(start)), min(SIDE * FINE, round(end))
        if 0 <= row < SIDE * FINE and left < right:
            mask[row][left:right] = bytes([ink]) * (right - left)


def _polygon(corners: Polygon) -> Spans:
    """Of a convex one, in pixels."""
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    for row in range(int(min(y for _, y in corners)) * FINE, int(max(y for _, y in corners) + 1) * FINE):
        at = (row + 0.5) / FINE
        cuts = [x + (at - y) * (to_x - x) / (to_y - y) for (x, y), (to_x, to_y) in edges if (y <= at) != (to_y <= at)]
        if cuts:
            yield row, min(cuts) * FINE, max(cuts) * FINE


def _disc(middle: float, bottom: float, radius: float) -> Spans:
    """The upper half of one, in pixels."""
    for row in range(int((bottom - radius) * FINE), int(bottom * FINE)):
        half = sqrt(max(0.0, radius**2 - (bottom - (row + 0.5) / FINE) ** 2))
        yield row, (middle - half) * FINE, (middle + half) * FINE


def _square(edge: float, corner: float) -> Spans:
    """As far from the picture's edge, with round corners; in pixels."""
    for row in range(int(edge * FINE), int((SIDE - edge) * FINE)):
        at = (row + 0.5) / FINE
        depth = max(0.0, edge + corner - at, at - (SIDE - edge - corner))
        inset = edge + corner - sqrt(corner**2 - depth**2)
        yield row, inset * FINE, (SIDE - inset) * FINE


def _means(mask: list[bytearray]) -> list[list[int]]:
    """Each pixel's points with ink, 0 to FINE squared."""
    return [
        [
            sum(points)
            for points in zip(*(line[i::FINE] for line in mask[y : y + FINE] for i in range(FINE)), strict=True)
        ]
        for y in range(0, SIDE * FINE, FINE)
    ]


def _png(seal: list[list[int]], waves: list[list[int]]) -> bytes:
    most = FINE * FINE
    shades = [max(s, w * WAVE) / most for w in range(most + 1) for s in range(most + 1)]
    palette = bytes(round(red + (gold - red) * shade) for shade in shades for red, gold in zip(RED, GOLD, strict=True))
    rows = (
        b"\0" + bytes((most + 1) * w + s for s, w in zip(*lines, strict=True))
        for lines in zip(seal, waves, strict=True)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
