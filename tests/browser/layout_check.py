"""Checks that a screen fits phones, with large type as well, and has targets large enough for thumbs."""

from collections.abc import Sequence

from playwright.sync_api import Page, ViewportSize

USUAL = ((320, 844, 1.0), (390, 844, 1.0), (430, 932, 1.0))
LARGE_TYPE = tuple((*size, scale) for size in ((360, 640), (390, 844), (430, 932)) for scale in (1.4, 1.5, 2.0))
"""Width and height in CSS pixels, and the size of type: WeChat's care mode has 1.4, its largest setting 1.5
(developers.weixin.qq.com/miniprogram/design/elderly.html), Android's browsers up to 2."""

_MISFITS = """least => {
  const wide = innerWidth + 0.5;
  const root = document.documentElement;
  const found = root.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
  if (root.scrollHeight > innerHeight && root.scrollHeight < innerHeight + 3) found.push('the page scrolls by a pixel');
  const name = (element) => `${element.tagName} ${element.className} “${element.textContent.slice(0, 12)}”`;
  for (const element of document.querySelectorAll('main *')) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.matches('.sr, .sparks *, .flap')) continue;
    if (box.right > wide || box.left < -0.5) found.push(`${name(element)} lies outside`);
    const target = element.matches('button, a[href], input, select, summary');
    if (target && (box.height < least || box.width < least)) found.push(`${name(element)} is too small a target`);
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && !element.matches('.hero, .packet')) {
      found.push(`${name(element)} holds more than fits`);
    }
    if (element.matches('button:not(.coin), .ring, .slip, .bar') && element.scrollHeight > element.clientHeight + 1) {
      found.push(`${name(element)} is too low`);
    }
  }
  const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
  if (document.querySelector('.slip') && edge('.slip .tag', 'bottom') > edge('.packet .from', 'top')) {
    found.push('the state lies under the theme');
  }
  if (document.querySelector('.coin') && edge('.packet .from', 'bottom') > edge('.coin', 'top')) {
    found.push('the theme lies under the coin');
  }
  return found;
}"""
_LEAST_TARGET = 43.5
"""44 CSS pixels, with room for rounding."""
_SCALE_TYPE = """scale => {
  window.usual = window.usual || new Map();
  const visit = (rules) => [...rules].forEach((rule) => {
    if (rule.cssRules) visit(rule.cssRules);
    if (!rule.style || !/px$/.test(rule.style.fontSize)) return;
    if (!usual.has(rule)) usual.set(rule, parseFloat(rule.style.fontSize));
    rule.style.fontSize = usual.get(rule) * scale + 'px';
  });
  [...document.styleSheets].forEach((sheet) => visit(sheet.cssRules));
}"""
"""Scales every size of type, as the browser in WeChat does."""


def misfits(page: Page, views: Sequence[tuple[int, int, float]] = USUAL) -> list[str]:
    """Returns what overflows, is covered or is too small to touch on the present screen. `views`: see `USUAL`."""
    found: list[str] = []
    usual = page.viewport_size
    for width, height, scale in views:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        page.evaluate(_SCALE_TYPE, scale)
        found += [f"{width} px × {scale}: {misfit}" for misfit in page.evaluate(_MISFITS, _LEAST_TARGET)]
    page.evaluate(_SCALE_TYPE, 1)
    if usual:
        page.set_viewport_size(usual)
    return found
