"""The printer's images: 1,200 pixels wide, labelled, and the same code in both."""

import io
from xml.etree import ElementTree

import pytest
import segno
from PIL import Image

from infra.operator import unit_codes
from infra.operator.unit_codes import LABEL, QUIET, SIDE, chinese_font, png, svg

ADDRESS = "http://weixin.qq.com/q/02kIH_1U0U9sE10000g07r"
NAME = "岔河镇 <第1组> & 三河镇"


def picture(label: str, font: str) -> Image.Image:
    return Image.open(io.BytesIO(png(ADDRESS, label, font))).convert("L")


def test_the_png_shows_the_code_in_1200_pixels() -> None:
    shown = picture(NAME, "")
    assert shown.size == (SIDE, SIDE)
    rows = [list(row) for row in segno.make(ADDRESS, error="m").matrix_iter(border=QUIET)]
    scale = SIDE // len(rows)
    margin = (SIDE - scale * len(rows)) // 2
    middle = margin + scale // 2
    seen = [
        [shown.getpixel((middle + scale * x, middle + scale * y)) == 0 for x in range(len(rows))]
        for y in range(len(rows))
    ]
    assert seen == [[bool(dark) for dark in row] for row in rows]


def test_the_label_stands_below_the_code() -> None:
    font = chinese_font()
    assert font, "`make setup` installs one"
    for label in (NAME, "名" * 100):
        shown = picture(label, font)
        assert shown.size == (SIDE, SIDE + LABEL)
        below = shown.crop((0, SIDE, SIDE, SIDE + LABEL))
        box = below.point(lambda value: 255 - value).getbbox()
        assert box, "something is written"
        assert 0 < box[0] < box[2] < SIDE, "and nothing is cut off"


def test_a_machine_without_a_chinese_font_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_codes, "FONTS", ("no-such-font.ttc",))
    assert chinese_font() == ""


def test_the_svg_is_xml_with_the_name() -> None:
    tree = ElementTree.fromstring(svg(ADDRESS, NAME))
    (text,) = [one for one in tree.iter() if one.tag.endswith("text")]
    assert text.text == NAME
    assert tree.attrib["viewBox"] == f"0 0 {SIDE} {SIDE + LABEL}"
    assert [one for one in tree.iter() if one.tag.endswith("path")], "the code"
