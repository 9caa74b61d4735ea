"""Questions at the desk: an editor finds one, and withdraws it with PIN and reason."""

import io
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from chalicelib.domain.desk.desk_link import Role
from chalicelib.usecases.desk.desk_links import MadeLink
from tests.desk.desk_bench import Desk, DeskBrowser, page

DRAWN = 10
"""Of the fifteen questions of the fakes' bank."""


@pytest.fixture
def made(desk: Desk) -> MadeLink:
    return desk.link(Role.EDITOR)


@pytest.fixture
def editor(desk: Desk, made: MadeLink) -> DeskBrowser:
    browser = desk.browser()
    browser.enter(made)
    return browser


def test_a_question_is_found_by_its_number_or_by_words(editor: DeskBrowser) -> None:
    for words in ("q03", "Q03", " Question 3 "):
        text = page(editor.get(f"/desk/questions?words={quote(words)}"))
        assert "Question 3" in text
        assert 'action="/desk/questions/withdraw"' in text
    several = page(editor.get("/desk/questions?words=Question"))
    assert several.count('href="/desk/questions?words=q') == 15
    assert "没有找到：&lt;b&gt;" in page(editor.get("/desk/questions?words=%3Cb%3E"))


def test_it_is_withdrawn_and_put_back_with_pin_and_reason(desk: Desk, made: MadeLink, editor: DeskBrowser) -> None:
    wrong = "000000" if made.pin != "000000" else "111111"
    for path, shown in (("withdraw", "已撤回的题目"), ("restore", "查找")):
        for pin, reason, status in ((made.pin, " ", 400), (wrong, "答案有误", 403), (made.pin, "答案有误", 303)):
            before = desk.services.withdrawals.withdrawn()
            answer = editor.form(f"/desk/questions/{path}", question="q03", pin=pin, reason=reason)
            assert answer.status == status
            assert (desk.services.withdrawals.withdrawn() == before) is (status != 303)
            assert answer.header("location") == ("/desk/questions?words=q03&said=done" if status == 303 else "")
        assert shown in page(editor.get("/desk/questions"))
        sheet = load_workbook(io.BytesIO(editor.get("/desk/questions/file").body)).worksheets[0]
        assert [row[0] for row in sheet.values] == ["题号", *(["q03"] if path == "withdraw" else [])]
        desk.advance(seconds=1)
    logged = [one for one in desk.ports.ledger.log_entries() if one.at_desk]
    assert [(one.what, one.about, one.reason) for one in logged] == [
        ("bank withdraw", "q03", "答案有误"),
        ("bank restore", "q03", "答案有误"),
    ]
    assert {one.who for one in logged} == {f"desk:{made.link.id}"}


def test_what_cannot_be_withdrawn_is_told_and_takes_no_try_of_the_pin(
    desk: Desk, made: MadeLink, editor: DeskBrowser
) -> None:
    for number in range(15 - DRAWN):
        desk.services.withdrawals.withdraw(f"q{number:02d}", "li", "why")
    for question, words in (("q99", "题库中没有这道题"), ("q14", "撤回之后题目不够")):
        for _ in range(6):
            answer = editor.form("/desk/questions/withdraw", question=question, pin="000000", reason="答案有误")
            assert (answer.status, words in answer.body.decode()) == (409, True)
    assert editor.form("/desk/questions/restore", question="q00", pin=made.pin, reason="无误").status == 303
