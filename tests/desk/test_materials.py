"""What the printed materials say, when they may be shown, and that texts of any length fit."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.adapters.desk.print_pages import print_page
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.materials import (
    STICKERS,
    Material,
    UnitCode,
    embargo_words,
    letters,
    material_texts,
    require_codes_public,
)
from chalicelib.domain.errors import ContestNotOpen
from tests.support import examples
from tests.support.examples import CLOSES, OPENS, SECOND

CODES = (UnitCode("岔河镇", "http://weixin.qq.com/q/one"), UnitCode("<三河> & 镇", "http://weixin.qq.com/q/two"))


def opening_at(moment: str) -> Contest:
    contest = examples.contest()
    window = replace(contest.window, announced_at=OPENS - timedelta(days=9), opens_at=datetime.fromisoformat(moment))
    return replace(contest, window=window)


def test_codes_are_public_from_the_opening_second_on() -> None:
    window = examples.contest().window
    with pytest.raises(ContestNotOpen):
        require_codes_public(window, OPENS - SECOND)
    for now in (OPENS, OPENS + SECOND, CLOSES + SECOND):
        require_codes_public(window, now)


@pytest.mark.parametrize(
    ("opens_at", "words"),
    [
        ("2020-07-08T00:00:00+08:00", "7月8日零时前不得公布"),
        ("2020-07-07T16:00:00+00:00", "7月8日零时前不得公布"),
        ("2020-10-11T08:30:00+08:00", "10月11日08:30前不得公布"),
    ],
)
def test_the_embargo_names_the_contests_own_opening(opens_at: str, words: str) -> None:
    assert embargo_words(opening_at(opens_at).window) == words


@pytest.mark.parametrize("material", Material)
def test_a_watermark_before_the_opening_alone(material: Material) -> None:
    contest = examples.contest()
    words = embargo_words(contest.window)
    before, after = (
        print_page(material, CODES, material_texts(contest, now)) for now in (OPENS - SECOND, OPENS + SECOND)
    )
    assert before.count(words) >= len(CODES)
    assert words not in after


@pytest.mark.parametrize("material", Material)
def test_each_unit_is_named_and_nothing_is_markup(material: Material) -> None:
    page = print_page(material, CODES, material_texts(examples.contest(), OPENS))
    times = STICKERS if material is Material.STICKERS else 1
    for name in ("岔河镇", "&lt;三河&gt; &amp; 镇"):
        assert page.count(f">{name}<") == times
    assert "<三河>" not in page


@pytest.mark.parametrize("material", Material)
def test_a_document_needs_nothing_else(material: Material) -> None:
    page = print_page(material, CODES, material_texts(examples.contest(), OPENS))
    assert [
        word
        for word in ("src=", 'href="/', 'href="http', "stylesheet", "<script", "url(http", "@import")
        if word in page
    ] == []


def test_the_texts_are_the_contest_files() -> None:
    texts = material_texts(examples.contest(), OPENS)
    assert texts.theme == ("与信用同行", "筑梦新时代")
    assert texts.how[0] == "7月8日00:00起，微信关注公众号“苏信服”"
    assert texts.contact.startswith("洪泽区信用办")


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (["四个汉字"], 10),  # 40 wide, 14 high
        (["五个汉字吧"], 8),  # at 10, a second line would be too high
        (["", ""], 7),
        (["字" * 1000], 1),
    ],
)
def test_letters_shrink_until_the_lines_fit(lines: list[str], size: float) -> None:
    assert letters(lines, 40, 20, 10) == size
