"""Checks that a screen fits phones, with large type as well, and has targets large enough for thumbs."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

SIZES = ((360, 640), (430, 932), (390, 844))
"""Width and height in CSS pixels; the last one is that of the phones of these tests."""
SCALES = (1.0, 1.4, 1.5, 2.0)
"""The size of type: WeChat's care mode has 1.4, its largest setting 1.5
(developers.weixin.qq.com/miniprogram/design/elderly.html), Android's browsers up to 2."""
_LEAST_TARGET = 43.5
"""44 CSS pixels, with room for rounding."""
_MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")


def misfits(page: Page, sizes: Sequence[tuple[int, int]] = SIZES, scales: Sequence[float] = SCALES) -> list[str]:
    """Returns what overflows, is covered or is too small to touch on the present screen."""
    found: list[str] = []
    usual = page.viewport_size
    for width, height in sizes:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        each = page.evaluate(_MEASURE, [scales, _LEAST_TARGET])
        found += [
            f"{width}x{height} × {scale}: {one}" for scale, ones in zip(scales, each, strict=True) for one in ones
        ]
    if usual and usual != page.viewport_size:
        page.set_viewport_size(usual)
    return found
