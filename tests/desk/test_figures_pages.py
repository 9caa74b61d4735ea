"""The pages of figures: what they show to whom, report.xlsx, the group's text, the report's draft, the final mark."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

import app
from chalicelib import wiring
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts
from chalicelib.domain.desk.unit_events import UnitEvent, events_body
from chalicelib.ports import OfficeRecord
from chalicelib.usecases.desk.read_figures import FINAL
from infra.local.event_runner import call
from infra.schedules import scheduled_event
from tests.contract import setup_steps
from tests.desk.desk_bench import Desk, make_desk, page
from tests.desk.figures import contest_with_units
from tests.support import examples
from tests.support.examples import OPENS

TELEPHONE = "13912345678"
REPORT = "/desk/figures/report.xlsx"


@pytest.fixture
def desk() -> Iterator[Desk]:
    """One night after the opening: three people of 区法院 took part, and one without a unit."""
    made = make_desk(contest_with_units(), OPENS)
    for number in range(4):
        took_part(made, f"o{number}", "区法院" if number < 3 else "")
    made.advance(hours=24, minutes=12)
    made.services.desk.day_counting.count_due()
    yield made
    wiring.install(None)


def took_part(desk: Desk, openid: str, unit: str) -> None:
    setup_steps.follow(desk.ports, openid)
    if unit:
        desk.ports.participants.set_unit(openid, unit)
    desk.advance(seconds=1)
    desk.ports.participants.record_attempt(openid, examples.attempt("a1", 6, desk.clock()), 0)


def hand_in(desk: Desk) -> None:
    people = (Contact("王五", "科长", TELEPHONE), Contact("赵六", "科员", TELEPHONE))
    office = desk.ports.office
    office.write_record(OfficeRecord("contacts#区法院", {}, 0), UnitContacts(people, 20, 300).as_body())
    event = UnitEvent("2020-07-08", "09:30", "广场", "诚信宣传", 120)
    office.write_record(OfficeRecord("events#区法院", {}, 0), events_body([event]))


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_the_page_shows_figures_and_the_group_s_text(desk: Desk, role: Role) -> None:
    text = page(desk.visitor(role).get("/desk/figures"))
    assert "<dt>参与人数</dt><dd>4</dd>" in text
    assert "7月8日通报，截至7月9日00:10" in text
    assert "参与人数居前：1.区法院3人。" in text
    for name in ("区侨办", "未登记单位", "合计"):
        assert f"<td>{name}</td>" in text
    assert ('name="revision"' in text) is (role is Role.EDITOR)


def test_before_the_first_scan_the_page_says_when_figures_come(desk: Desk) -> None:
    desk.ports.state.office.pop("figures")
    desk.ports.state.office.pop("day#2020-07-08")
    visitor = desk.visitor(Role.VIEWER)
    assert "还没有数据" in page(visitor.get("/desk/figures"))
    assert visitor.get(REPORT).status == visitor.get("/desk/figures/report").status == 404


def workbook(desk: Desk, role: Role) -> Any:
    answer = desk.visitor(role).get(REPORT)
    assert answer.status == 200
    assert "filename*=UTF-8''" in answer.header("content-disposition")
    return load_workbook(BytesIO(answer.body))


def texts(sheet: Any) -> str:
    return "|".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def test_the_report_s_file_has_figures_contacts_and_events(desk: Desk) -> None:
    hand_in(desk)
    book = workbook(desk, Role.EDITOR)
    assert book.sheetnames[-2:] == ["联络人", "现场活动"]
    contacts = list(book["联络人"].iter_rows(min_row=2, values_only=True))
    assert contacts[0] == ("区法院", 2, "王五、赵六", "科长、科员", "139****5678、139****5678", 20, 300)
    assert contacts[-1][:2] == ("合计", 2)
    events = list(book["现场活动"].iter_rows(min_row=2, values_only=True))
    assert events[0] == ("区法院", "2020-07-08", "09:30", "广场", "诚信宣传", 120)
    assert book["总况"]["B4"].value == 4


def test_a_viewer_s_file_names_no_person(desk: Desk) -> None:
    hand_in(desk)
    book = workbook(desk, Role.VIEWER)
    everything = "".join(texts(sheet) for sheet in book.worksheets)
    assert not [one for one in ("王五", "赵六", "139", "科长") if one in everything]
    assert next(book["联络人"].iter_rows(min_row=2, values_only=True)) == ("区法院", 2, 20, 300)


def test_the_draft_of_the_report_is_a_page_to_print(desk: Desk) -> None:
    hand_in(desk)
    text = page(desk.visitor(Role.VIEWER).get("/desk/figures/report"))
    assert "共有4人参与答题，累计答题4人次，其中达标4人次" in text
    assert "4个单位中有1个单位组织人员参与，参与人数居前的是区法院（3人）" in text
    assert "诚信宣传" in text
    assert '<p class="stamp">草稿</p>' in text


def test_an_editor_marks_figures_as_final_and_takes_it_back(desk: Desk) -> None:
    editor = desk.visitor(Role.EDITOR)
    night = "2020-07-09T00:10:00+08:00"
    assert night in page(editor.get("/desk/figures"))
    answer = editor.form("/desk/figures/final", at=night, revision="0")
    assert (answer.status, answer.header("location")) == (303, "/desk/figures?said=saved")
    took_part(desk, "o9", "")
    desk.advance(minutes=10)
    desk.services.desk.day_counting.count_due()
    text = page(editor.get("/desk/figures"))
    assert "已定稿" in text
    assert "<dt>参与人数</dt><dd>4</dd>" in text
    assert '<p class="stamp">定稿</p>' in page(editor.get("/desk/figures/report"))
    assert editor.form("/desk/figures/final", at="", revision="0").status == 409
    assert editor.form("/desk/figures/final", at="", revision="1").status == 303
    assert "<dt>参与人数</dt><dd>5</dd>" in page(editor.get("/desk/figures"))
    assert [(one.what, one.who[:5]) for one in desk.ports.ledger.log_entries() if "final" in one.what] == [
        ("figures final", "desk:"),
        ("figures not final", "desk:"),
    ]


@pytest.mark.parametrize("fields", [{}, {"at": ""}, {"at": "", "revision": "9" * 5000}, {"revision": "0"}])
def test_a_form_of_another_kind_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    assert desk.visitor(Role.EDITOR).fields("/desk/figures/final", fields).status == 400


def test_only_editors_mark_figures(desk: Desk) -> None:
    form = {"at": "", "revision": "0"}
    unit = desk.visitor(Role.UNIT, "区法院")
    for visitor in (desk.visitor(Role.VIEWER), unit):
        assert visitor.fields("/desk/figures/final", form).status == 403
    assert desk.ports.office.read_record(FINAL).revision == 0
    for target in ("/desk/figures", REPORT, "/desk/figures/report", "/desk/board", "/desk/board.json"):
        assert unit.get(target).status == 403


def test_viewers_begin_at_the_board(desk: Desk) -> None:
    desk.services.ports.control.store_counts(desk.ports.participants.count_people(), desk.clock())
    visitor = desk.browser()
    assert visitor.enter(desk.link(Role.VIEWER)).json == {"to": "/desk/board"}
    text = page(visitor.get("/desk/board"))
    assert '<dd data-board="people">4</dd>' in text
    assert "<li><i>1</i><span>区法院</span><b>3</b></li>" in text
    body = visitor.get("/desk/board.json").json
    assert (body["people"], body["attempts"], body["packets_left"]) == (4, 4, None)


def test_each_minute_s_answer_reads_nothing_of_its_own(desk: Desk) -> None:
    watchers = [desk.visitor(Role.VIEWER) for _ in range(3)]
    for watcher in watchers:
        watcher.get("/desk/board.json")
    desk.world.calls.clear()
    for watcher in watchers:
        watcher.get("/desk/board.json")
    assert not [name for name in desk.world.calls if name != "office.read_record"]


def test_without_a_session_the_board_gets_an_error_as_json(desk: Desk) -> None:
    answer = desk.browser().get("/desk/board.json")
    assert (answer.status, answer.json["error"]["code"]) == (401, "not_signed_in")


def test_the_scheduled_function_counts_what_is_due(desk: Desk) -> None:
    desk.advance(hours=24)
    call("office", app.office, scheduled_event("office", desk.clock()))
    assert desk.ports.office.read_record("day#2020-07-09").revision == 1
