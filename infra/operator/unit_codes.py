"""Images of the units' QR codes for the printer, each with its unit's name below."""

import io
from typing import Any
from xml.sax.saxutils import escape

SIDE = 1200
"""Pixels: width of the PNG, and height of its code."""
QUIET = 4
"""The blank modules around a code that its standard asks for."""
LABEL, LARGEST = 160, 72
"""Height of the label's line and of its largest letters, in pixels."""
FONTS = (
    "msyh.ttc",
    "simhei.ttf",
    "PingFang.ttc",
    "STHeiti Medium.ttc",
    "Hiragino Sans GB.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
)
"""Chinese fonts of Windows, macOS and Linux, by their files' names."""
FAMILIES = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, SimHei, sans-serif"


def svg(address: str, label: str) -> str:
    """The reader's own font shows the label."""
    code = _symbol(address).svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None)
    code = code.replace("<svg", f'<svg width="{SIDE}" height="{SIDE}"', 1)
    place = f'x="{SIDE // 2}" y="{SIDE + LABEL // 2 - LARGEST // 4}" font-size="{_letters(label)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE + LABEL}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{code}'
        f'<text {place} text-anchor="middle" font-family="{FAMILIES}">{escape(label)}</text></svg>\n'
    )


def png(address: str, label: str, font: str) -> bytes:
    """`font` is a file's name from `chinese_font`; without one there is no label."""
    from PIL import Image, ImageDraw, ImageFont

    rows = [bytes(0 if dark else 255 for dark in row) for row in _symbol(address).matrix_iter(border=QUIET)]
    modules, scale = len(rows), SIDE // len(rows)
    code = Image.frombytes("L", (modules, modules), b"".join(rows))
    code = code.resize((scale * modules, scale * modules), Image.Resampling.NEAREST)
    sheet = Image.new("L", (SIDE, SIDE + LABEL * bool(font)), 255)
    sheet.paste(code, ((SIDE - code.width) // 2, (SIDE - code.height) // 2))
    if font:
        letters = ImageFont.truetype(font, _letters(label))
        ImageDraw.Draw(sheet).text((SIDE // 2, SIDE + LABEL // 2 - LARGEST // 2), label, 0, letters, anchor="mm")
    picture = io.BytesIO()
    sheet.save(picture, "PNG")
    return picture.getvalue()


def chinese_font() -> str:
    """Returns the file name of a Chinese font of this machine; empty if there is none."""
    from PIL import ImageFont

    for name in FONTS:
        try:
            ImageFont.truetype(name, LARGEST)
        except OSError:
            continue
        return name
    return ""


def _symbol(address: str) -> Any:
    import segno  # heavy: only for QR codes

    return segno.make(address, error="m", micro=False)


def _letters(label: str) -> int:
    """The size of letters with which the label fits into its line; Chinese ones are as wide as high."""
    return max(8, min(LARGEST, (SIDE - 80) // max(1, len(label))))
