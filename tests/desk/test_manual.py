"""The organiser's manual names pages, words and pictures that exist, and prints on eight pages at most."""

import re

from chalicelib.adapters.desk.desk_pages import TEMPLATES
from chalicelib.domain.desk.contact_sheet import HEADERS
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.materials import TITLES
from functions.desk_route import MENU, ROUTES
from tests.browser.phone import chromium
from tests.desk.desk_bench import Desk
from tests.desk.manual_pictures import FOLDER
from tests.desk.manual_print import MANUAL, printed

TEXT = MANUAL.read_text(encoding="utf-8")
MOST_PAGES = 8


def test_it_lists_every_page_of_an_editor_under_its_title(desk: Desk) -> None:
    desk.visitor(Role.EDITOR)  # imports all pages
    menu = {one.nav: one.path for one in ROUTES if one.nav and Role.EDITOR in one.roles}
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \|.*\| `(/desk/\w+)` \|$", TEXT, re.MULTILINE))
    assert rows == menu
    assert list(rows) == [title for title in MENU if title in menu], "in the menu's order"
    assert set(re.findall(r"\*\*(\w{2,6})\*\* 页", TEXT)) <= menu.keys()


def test_words_in_quotation_marks_are_on_the_pages() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")) + "".join(TITLES.values())
    quoted = set(re.findall(r"「(.+?)」", TEXT))
    assert quoted
    assert {one for one in quoted if one not in shown} == set()


def test_the_columns_of_the_contact_sheet_are_the_notice_s() -> None:
    assert "、".join(HEADERS.values()) in TEXT.replace("\n", "")


def test_its_pictures_exist_and_no_other() -> None:
    used = re.findall(r"!\[.+?\]\(组织方手册/(.+?)\)", TEXT)
    assert sorted(used) == sorted(path.name for path in FOLDER.iterdir())


def test_the_calendar_has_every_day_of_july_in_its_column() -> None:
    """July 2020 begins on a Wednesday."""
    weeks = [row.split("|")[1:8] for row in TEXT.splitlines() if re.match(r"\|( \|)* \*\*\d", row)]
    days = [found[1] if (found := re.match(r" \*\*(\d+)\*\*", cell)) else "" for week in weeks for cell in week]
    assert days == ["", "", *map(str, range(1, 32)), "", ""]


def test_it_prints_on_eight_pages_at_most() -> None:
    with chromium() as browser:
        pages = printed(browser).count(b"/Type /Page\n")
    assert 1 < pages <= MOST_PAGES
