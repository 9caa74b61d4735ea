"""The poster: the code's modules where they belong, and the background unchanged around them."""

import io

import pytest
import segno
from PIL import Image

from chalicelib.adapters.poster import HEIGHT, QUIET, SIDE, TOP, WIDTH, decoded, poster
from tests.support.posters import BLANK, COLOURS

ADDRESS = "http://weixin.qq.com/q/02kIH_1U0U9sE10000g07r"
RED = (0xB5, 0x12, 0x1B)


@pytest.mark.parametrize("more", [0, 20, 40, 100])
def test_the_modules_are_those_of_the_code(more: int) -> None:
    text = ADDRESS + "x" * more
    shown = Image.open(io.BytesIO(poster(BLANK, text))).convert("RGB")
    assert shown.size == (WIDTH, HEIGHT)
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=QUIET)]
    scale = SIDE // len(rows)
    size = scale * len(rows)
    left, top = (WIDTH - size) // 2, TOP + (SIDE - size) // 2
    for y, row in enumerate(rows):
        for corner in (1, scale - 2):
            place = top + scale * y + corner
            seen = [shown.getpixel((left + scale * x + corner, place)) for x in range(len(row))]
            assert seen == [(0, 0, 0) if dark else (255, 255, 255) for dark in row]
    assert scale >= 6, "a phone reads it from another phone's screen"


def test_the_rest_of_the_background_stays() -> None:
    shown = Image.open(io.BytesIO(poster(BLANK, ADDRESS))).convert("RGB")
    square = ((WIDTH - SIDE) // 2, TOP, (WIDTH + SIDE) // 2, TOP + SIDE)
    shown.paste(RED, square)
    assert shown.getcolors() == [(WIDTH * HEIGHT, RED)]


def test_a_background_is_read_as_it_was_written() -> None:
    palette, rows = decoded(BLANK)
    assert (palette, len(rows)) == (COLOURS, HEIGHT * (1 + WIDTH // 2))
