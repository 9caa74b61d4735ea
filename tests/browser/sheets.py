"""Draws every state of the page into contact sheets, one for each theme, and the README's pictures.

`python -m tests.browser.sheets docs/screens [THEME ...]`; without a theme, all of them.
"""

import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from infra.build.esbuild import ensure_page
from tests.browser.phone import SCREEN, chromium
from tests.browser.states import THEMES, named
from tests.browser.states.player import Player
from tests.browser.states.state import State, Theme

SMALL = ViewportSize(width=360, height=640)
README = {"home": "首页", "question": "选了一项", "packet-opened": "开出，发放中", "result": "差一题"}
"""File name -> state."""
_SCALE, _COLUMNS = 0.6, 6
_SHEET = """<!doctype html><meta charset="utf-8"><style>
body{{margin:0;padding:16px;width:{width}px;background:#e9e9e9;font:15px/1.4 "Noto Sans CJK SC",sans-serif;color:#222}}
h1{{margin:0 0 12px;font-size:22px}}
main{{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}}
figure{{margin:0}} img{{display:block;box-shadow:0 1px 4px #0004}} figcaption{{padding-top:6px}}
</style><h1>{title}</h1><main>{figures}</main>"""
_FIGURE = (
    '<figure style="width:{width:.0f}px"><img width="{width:.0f}" src="data:image/jpeg;base64,{picture}">'
    "<figcaption>{caption}</figcaption></figure>"
)


def main(folder: Path, slugs: Sequence[str]) -> None:
    ensure_page()
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        player = Player(browser)
        for theme in THEMES:
            if not slugs or theme.slug in slugs:
                _draw_sheet(browser, player, theme, folder / f"sheet-{theme.slug}.jpg")
        for name, state in README.items() if not slugs else ():
            (folder / f"{name}.jpg").write_bytes(_shot(player.show(named(state))))


def _draw_sheet(browser: Browser, player: Player, theme: Theme, path: Path) -> None:
    figures = "".join(one for state in theme.states for one in _figures(player, state))
    draw_sheet(browser, theme.name, figures, path)


def draw_sheet(browser: Browser, title: str, figures: str, path: Path) -> None:
    """Draws figures, as `figure` makes them, onto a sheet."""
    width = round(_COLUMNS * (SCREEN["width"] * _SCALE + 16))
    sheet = browser.new_page(viewport=ViewportSize(width=width + 32, height=600))
    sheet.set_content(_SHEET.format(width=width, title=escape(title), figures=figures))
    sheet.screenshot(path=path, full_page=True, type="jpeg", quality=70)
    sheet.close()


def _figures(player: Player, state: State) -> Iterator[str]:
    page = player.show(state)
    yield figure(_shot(page), SCREEN, state.name)
    if state.small:
        page.set_viewport_size(SMALL)
        yield figure(_shot(page), SMALL, f"{state.name}（360×640）")
        page.set_viewport_size(SCREEN)
    if state.whole:
        yield figure(_shot(page, whole=True), SCREEN, f"{state.name}（整页）")


def _shot(page: Page, whole: bool = False) -> bytes:
    return page.screenshot(full_page=whole, type="jpeg", quality=80)


def figure(picture: bytes, size: ViewportSize, caption: str, scale: float = _SCALE) -> str:
    """Returns the HTML of a picture of this size, with its caption."""
    width = size["width"] * scale
    return _FIGURE.format(width=width, picture=b64encode(picture).decode(), caption=escape(caption))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
