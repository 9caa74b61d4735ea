"""Checks that a screen fits narrow phones and has targets large enough for thumbs."""

from playwright.sync_api import Page, ViewportSize

WIDTHS = (320, 390, 430)
"""CSS pixels: the narrowest phone in use, the usual one, the widest."""

_MISFITS = """least => {
  const wide = innerWidth + 0.5;
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
  const name = (element) => `${element.tagName} ${element.className} “${element.textContent.slice(0, 12)}”`;
  for (const element of document.querySelectorAll('main *')) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.matches('.sr, .sparks *, .flap')) continue;
    if (box.right > wide || box.left < -0.5) found.push(`${name(element)} lies outside`);
    const target = element.matches('button, a[href], input, select, summary');
    if (target && (box.height < least || box.width < least)) found.push(`${name(element)} is too small a target`);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && !element.matches('.hero, .opened *')) {
      found.push(`${name(element)} holds more than fits`);
    }
  }
  return found;
}"""
_LEAST_TARGET = 43.5
"""44 CSS pixels, with room for rounding."""


def misfits(page: Page) -> list[str]:
    """Returns the elements of the present screen that overflow or are too small to touch, at each of `WIDTHS`."""
    found: list[str] = []
    usual = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=844))
        found += [f"{width} px: {misfit}" for misfit in page.evaluate(_MISFITS, _LEAST_TARGET)]
    if usual:
        page.set_viewport_size(usual)
    return found
