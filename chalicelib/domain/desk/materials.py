"""The printed materials and screens with the units' codes: their kinds, their texts, and when they may be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from chalicelib.domain.contest import Contest, Phase, Window
from chalicelib.domain.errors import ContestNotOpen
from chalicelib.domain.poster_facts import PosterFacts, poster_facts
from chalicelib.domain.shanghai import SHANGHAI, day_words
from chalicelib.domain.texts import filled

STICKERS = 24
"""Stickers on a sheet of A4, in 3 columns: 70 by 37 mm, as sold."""
SMALLEST = 0.05
"""By how much letters shrink in one step of `letters`, as a share of the largest."""


class Material(StrEnum):
    """The value is the last part of its address."""

    POSTERS = "posters"
    STICKERS = "stickers"
    SHEET = "sheet"
    TALL_SCREEN = "tall"
    WIDE_SCREEN = "wide"


PRINTED = (Material.POSTERS, Material.STICKERS, Material.SHEET)
TITLES = {
    Material.POSTERS: "宣传海报（A3）",
    Material.STICKERS: "不干胶（A4，每张24枚）",
    Material.SHEET: "二维码总表（A4）",
    Material.TALL_SCREEN: "竖屏（1080×1920）",
    Material.WIDE_SCREEN: "横屏（1920×1080）",
}


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A unit and the address in its permanent code."""

    unit: str
    address: str


@dataclass(frozen=True, slots=True)
class MaterialTexts:
    """What stands around the code, from the contest file. `embargo` is empty from the opening on."""

    poster: PosterFacts
    theme: tuple[str, ...]
    """The theme's lines."""
    scan: str
    how: tuple[str, ...]
    contact: str
    """The office for questions; empty if the contest file names none."""
    embargo: str


def require_codes_public(window: Window, now: datetime) -> None:
    """Raises ContestNotOpen before the opening second (R11)."""
    if window.phase(now) is Phase.ANNOUNCED:
        raise ContestNotOpen


def embargo_words(window: Window) -> str:
    """Returns the words across everything that is printed before the opening: 7月8日零时前不得公布."""
    opens = window.opens_at.astimezone(SHANGHAI)
    hour = "零时" if (opens.hour, opens.minute) == (0, 0) else f"{opens:%H:%M}"
    return f"{day_words(opens)}{hour}前不得公布"


def material_texts(contest: Contest, now: datetime) -> MaterialTexts:
    office = contest.office
    announced = contest.window.phase(now) is Phase.ANNOUNCED
    return MaterialTexts(
        poster=poster_facts(contest),
        theme=tuple(contest.theme.split()),
        scan=f"微信扫码关注“{contest.account_name}”答题",
        how=tuple(filled(contest.page.how, contest)),
        contact="　".join(filter(None, (office.name, office.phone, office.hours))),
        embargo=embargo_words(contest.window) if announced else "",
    )


def letters(lines: Iterable[str], wide: float, high: float, most: float, leading: float = 1.4) -> float:
    """Returns the largest size of letters, at most `most`, with which the lines, wrapped, fit into the place.

    All lengths are in one unit. A character counts as wide as high, which Chinese ones are and others are not more.
    """
    given, size = tuple(lines), most
    while size > most * SMALLEST * 2:
        rows = sum(max(1, ceil(len(line) / max(1, wide // size))) for line in given)
        if rows * size * leading <= high:
            break
        size -= most * SMALLEST
    return round(size, 3)
