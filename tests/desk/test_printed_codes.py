"""The print pages and screens in Chromium: every code is decoded again, the pages have their sizes, all texts fit."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from chalicelib.adapters.desk.print_pages import print_page
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.materials import STICKERS, Material, UnitCode, material_texts
from chalicelib.domain.wording import Organiser
from tests.browser.phone import chromium
from tests.support import examples
from tests.support.examples import OPENS, SECOND

CONTEST = examples.contest()
CODES = tuple(
    UnitCode(name, f"http://weixin.qq.com/q/02kIH_1U0U9sE10000g{number:03d}")
    for number, name in enumerate(CONTEST.unit_names)
)
SIZES = {Material.TALL_SCREEN: (1080, 1920), Material.WIDE_SCREEN: (1920, 1080)}
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
A3_PORTRAIT, A4_PORTRAIT = (842, 1191), (595, 842)
"""Points."""
WORDS = "一二三四五六七八九十" * 12
OVERFLOWING = """pages => pages.flatMap(page => {
  const outer = page.getBoundingClientRect();
  const boxes = [...page.querySelectorAll('p,h1,li,b,.code')].filter(one => !one.matches('.embargo'));
  return boxes.filter(one => {
    const box = one.getBoundingClientRect();
    return box.top < outer.top - 1 || box.bottom > outer.bottom + 1 || box.left < outer.left - 1 ||
      box.right > outer.right + 1 || one.scrollWidth > one.clientWidth + 1;
  }).map(one => one.className + ' ' + one.textContent.slice(0, 20));
})"""
CROSSING = """pages => pages.flatMap(page => {
  const parts = [...page.querySelectorAll('.head,.code,.press,.unit,.until,.how,.organisers')];
  return parts.flatMap((one, place) => parts.slice(place + 1).filter(other => {
    const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
    return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  }).map(other => one.className + ' / ' + other.className));
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    yield page
    page.close()


def show(
    page: Page, material: Material, codes: tuple[UnitCode, ...], contest: Contest = CONTEST, now: datetime = OPENS
) -> None:
    width, height = SIZES.get(material, (1200, 800))
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="screen" if material in SIZES else "print")
    page.set_content(print_page(material, codes, material_texts(contest, now)))


def decoded(page: Page, full_page: bool) -> Counter[str]:
    """Returns the texts of the codes that a camera would find."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=full_page))).convert("L")
    return Counter(found.text for found in zxingcpp.read_barcodes(picture, formats=QR_CODE))


@pytest.mark.parametrize(
    ("material", "number", "times", "now"),
    [
        (Material.POSTERS, 2, 1, OPENS - SECOND),
        (Material.STICKERS, 1, STICKERS, OPENS - SECOND),
        (Material.SHEET, 26, 1, OPENS - SECOND),
        (Material.TALL_SCREEN, 1, 1, OPENS),
        (Material.WIDE_SCREEN, 1, 1, OPENS),
    ],
)
def test_every_code_is_read_again(page: Page, material: Material, number: int, times: int, now: datetime) -> None:
    """On paper with the watermark around it."""
    show(page, material, CODES[:number], now=now)
    assert decoded(page, material not in SIZES) == {code.address: times for code in CODES[:number]}


@pytest.mark.parametrize(
    ("material", "pages", "size"),
    [
        (Material.POSTERS, 2, A3_PORTRAIT),
        (Material.STICKERS, 2, A4_PORTRAIT),
        (Material.SHEET, 1, A4_PORTRAIT),
    ],
)
def test_a_sheet_of_paper_a_page(page: Page, material: Material, pages: int, size: tuple[int, int]) -> None:
    show(page, material, CODES[:2])
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [(round(float(width)), round(float(height))) for width, height in boxes] == [size] * pages


@pytest.mark.parametrize("material", Material)
def test_the_longest_texts_fit(page: Page, material: Material) -> None:
    codes = (UnitCode(WORDS[:40], CODES[0].address),) * 2
    show(page, material, codes, longest(), OPENS - SECOND)
    for script in (OVERFLOWING, CROSSING):
        assert page.locator(".page").evaluate_all(script) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def longest() -> Contest:
    organisers = tuple(Organiser("主办单位", WORDS[:60]) for _ in range(3))
    texts = replace(CONTEST.page, how=(WORDS[:50],) * 4, organisers=organisers)
    identity = replace(CONTEST.contest, theme=WORDS[:60], account=WORDS[:30])
    office = replace(CONTEST.office, name=WORDS[:40], phone="0517-1234567890", hours=WORDS[:40])
    return replace(CONTEST, contest=identity, page=texts, office=office)
