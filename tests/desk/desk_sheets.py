"""Draws the desk's pages into contact sheets, one for each role.

`python -m tests.desk.desk_sheets docs/screens`
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from chalicelib.domain.desk.desk_link import Role
from tests.browser.phone import chromium
from tests.browser.sheets import draw_sheet, figure
from tests.desk.served_desk import SMALL, WIDE, ServedDesk, served_desk

TITLES = {Role.EDITOR: "工作台：编辑", Role.VIEWER: "工作台：查看", Role.UNIT: "工作台：单位"}
SCALE = {WIDE["width"]: 0.4, SMALL["width"]: 0.6}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with served_desk() as served, chromium() as browser:
        for role, title in TITLES.items():
            draw_sheet(browser, title, "".join(_figures(browser, served, role)), folder / f"sheet-desk-{role}.jpg")


def _figures(browser: Browser, served: ServedDesk, role: Role) -> Iterator[str]:
    sizes = (SMALL,) if role is Role.UNIT else (WIDE, SMALL)
    page, _ = served.enter(browser, role)
    if role is Role.EDITOR:
        yield from _shots(page, f"{served.address}/desk#x", (WIDE,))
    for path in served.paths(role):
        yield from _shots(page, f"{served.address}{path}", sizes)
    page.close()


def _shots(page: Page, address: str, sizes: tuple[ViewportSize, ...]) -> Iterator[str]:
    for size in sizes:
        page.set_viewport_size(size)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        whole = size is SMALL and "/desk/unit" in page.url
        picture = page.screenshot(full_page=whole, type="jpeg", quality=70)
        yield figure(picture, size, f"{page.title().split(' · ')[0]}（{size['width']}）", SCALE[size["width"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
