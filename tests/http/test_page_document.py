"""The contest's texts in the page's document."""

import re
from dataclasses import replace
from datetime import timedelta

from chalicelib.adapters.http.page_document import PLACE, page_document
from chalicelib.adapters.http.page_files import PAGE, page_files
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Contest, Identity
from chalicelib.domain.privacy import Office
from chalicelib.domain.texts import filled
from tests.http.stage import Stage

CONTEST = load_contest_file(PACKAGED)


def body(contest: Contest) -> str:
    return str(page_document(contest).body)


def text(document: str, pattern: str) -> str:
    (found,) = re.findall(pattern, document)
    return str(found)


def test_the_first_paint_shows_the_contest(bare_stage: Stage) -> None:
    served = bare_stage.browser().get("/").body.decode()
    theme = bare_stage.services.contest.theme
    assert text(served, "<title>(.*)</title>") == theme
    assert text(served, "<h1.*?>(.*)</h1>") == " ".join(f"<span>{phrase}</span>" for phrase in theme.split())
    document = body(CONTEST)
    assert text(document, '<p class="when">(.*)</p>') == "7月8日00:00 — 7月14日24时"
    assert text(document, '<p class="chip">(.*)</p>') == "苏信服 · 有奖知识竞答"
    assert text(document, '<span class="mark" aria-hidden="true">(.*)</span>') == "信"
    assert text(document, 'data-closing="(.*?)"') == "知信、用信、守信，从每一天做起。"


def test_every_place_is_filled_and_every_text_has_one() -> None:
    built = str(page_files()[PAGE].body)
    places = PLACE.findall(built)
    assert sorted(set(places)) == [
        "account",
        "closes_at",
        "closing_words",
        "office",
        "opens_at",
        "phrases",
        "seal",
        "theme",
    ]
    assert "{{" not in body(CONTEST)


def test_the_error_screen_can_name_the_office() -> None:
    document = body(replace(CONTEST, office=Office("信用办", "0517-1", "9:00")))
    assert text(document, 'data-office="(.*?)"') == "主办方：信用办 0517-1"
    assert text(body(replace(CONTEST, office=Office())), 'data-office="(.*?)"') == ""


def test_the_rules_have_the_dates_of_the_head() -> None:
    """Also where the local run has moved the window: no text repeats a date."""
    moved = replace(CONTEST.window, opens_at=CONTEST.window.opens_at + timedelta(days=40))
    contest = replace(CONTEST, window=replace(moved, closes_at=CONTEST.window.closes_at + timedelta(days=41)))
    rules = " ".join(filled(contest.page.rules, contest))
    for date in text(body(contest), '<p class="when">(.+?) — .*</p>'), contest.window.closing:
        assert date in rules
    assert set(re.findall(r"\d+月\d+日", rules)) <= {"8月17日", "8月24日"}


def test_texts_are_no_markup() -> None:
    hostile = "</title><script>'\"&amp; {{seal}}"
    page = replace(CONTEST.page, seal="<", closing_words=hostile)
    document = body(replace(CONTEST, contest=Identity("x", hostile, hostile), page=page))
    assert document.count("<script>") == body(CONTEST).count("<script>")
    assert '"&lt;/title&gt;&lt;script&gt;&#x27;&quot;&amp;amp; {{seal}}"' in document
    assert '<span class="mark" aria-hidden="true">&lt;</span>' in document


def test_without_a_seal_there_is_none() -> None:
    page = replace(CONTEST.page, seal="", closing_words="")
    document = body(replace(CONTEST, page=page))
    assert 'class="mark"' not in document
    assert 'data-closing=""' in document


def test_another_contest_has_another_tag() -> None:
    other = replace(CONTEST, contest=Identity("x", "另一主题", "苏信服"))
    assert page_document(other).etag != page_document(CONTEST).etag == page_document(CONTEST).etag
