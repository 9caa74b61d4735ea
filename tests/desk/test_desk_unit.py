"""A unit's page over HTTP: what it shows, and its four forms."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.desk.desk_link import Role
from chalicelib.ports import OfficeRecord, UploadForm
from tests.desk.desk_bench import UNIT_NAME, Desk, DeskBrowser, make_desk, page
from tests.http.stage import OPENING
from tests.support.office_files import FakeFiles

ROW = {"name1": "张三", "post1": "科长", "telephone1": "13812345678", "posters": "50", "leaflets": "", "revision": "0"}
EVENT = {"number": "-1", "revision": "0", "day": "2020-07-08", "time": "09:30"}
EVENT |= {"place": "广场", "title": "诚信", "people": "120"}


@pytest.fixture
def liaison(desk: Desk) -> DeskBrowser:
    return desk.visitor(Role.UNIT)


def shown(liaison: DeskBrowser) -> str:
    return page(liaison.get("/desk/unit"))


def test_the_page_shows_duty_dates_and_what_is_missing(liaison: DeskBrowser) -> None:
    text = shown(liaison)
    assert f"<h1>{UNIT_NAME}</h1>" in text
    assert '还缺：<a href="#contacts">联络表</a>、<a href="#events">现场活动</a>、<a href="#story">文字</a>' in text
    assert "到场不少于100人" in text
    assert "7月6日17:30" in text
    assert "已到期" in text


def test_each_record_is_read_once(desk: Desk, liaison: DeskBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(liaison)
    read, original = list[str](), desk.services.ports.office.read_record

    def noted(name: str) -> OfficeRecord:
        read.append(name)
        return original(name)

    monkeypatch.setattr(desk.services.ports.office, "read_record", noted)
    shown(liaison)
    ours = [name for name in read if name.endswith(f"#{UNIT_NAME}")]
    assert sorted(ours) == sorted(f"{kind}#{UNIT_NAME}" for kind in ("contacts", "events", "story", "pictures"))


def test_contacts_are_saved_and_a_wrong_form_comes_back(liaison: DeskBrowser) -> None:
    assert liaison.fields("/desk/unit/contacts", ROW).header("location") == "/desk/unit?said=saved"
    assert "138****5678" in shown(liaison)
    wrong = liaison.fields("/desk/unit/contacts", ROW | {"telephone1": "1", "revision": "1"})
    assert wrong.status == 422
    assert "手机号须是11位" in wrong.body.decode()


def test_the_unit_is_the_link_s_whatever_the_form_says(desk: Desk, liaison: DeskBrowser) -> None:
    liaison.fields("/desk/unit/contacts?unit=区法院", ROW | {"unit": "区法院"})
    assert desk.services.desk.contacts.all_contacts().keys() == {UNIT_NAME}


def test_an_event_is_added_changed_and_removed(liaison: DeskBrowser) -> None:
    assert liaison.fields("/desk/unit/events", EVENT).status == 303
    text = shown(liaison)
    assert "✓ 人数：1 场不少于 100 人" in text
    assert "诚信　广场　120 人" in text
    wrong = liaison.fields("/desk/unit/events", EVENT | {"number": "0", "revision": "1", "people": "许多"})
    assert (wrong.status, "填人数，如 120" in wrong.body.decode()) == (422, True)
    liaison.fields("/desk/unit/events", EVENT | {"number": "0", "revision": "1", "people": "99"})
    assert "✗ 人数：0 场不少于 100 人" in shown(liaison)
    (form,) = [one for one in shown(liaison).split("<form") if 'name="remove"' in one]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    for _ in range(2):
        assert liaison.fields("/desk/unit/events", fields).header("location") == "/desk/unit?said=saved"
    assert "✗ 场次：0 场，要求 1 场" in shown(liaison)


def test_a_text_is_saved(liaison: DeskBrowser) -> None:
    assert liaison.form("/desk/unit/story", text="张贴海报\n200张", revision="0").status == 303
    assert "张贴海报\n200张</textarea>" in shown(liaison)
    long = liaison.form("/desk/unit/story", text="字" * 3001, revision="1")
    assert (long.status, "至多 3000 字，现在 3001 字" in long.body.decode()) == (422, True)


def test_pictures_are_offered_kept_shown_and_removed(desk: Desk, liaison: DeskBrowser) -> None:
    offer = liaison.post("/desk/unit/picture", {}).json
    files = desk.ports.office_files
    assert isinstance(files, FakeFiles)
    assert liaison.post("/desk/unit/picture/keep", {"picture": offer["picture"]}).outcome == (404, "not_found")
    files.receive(UploadForm(offer["url"], offer["fields"]), b"jpeg", "image/jpeg")
    assert liaison.post("/desk/unit/picture/keep", {"picture": offer["picture"]}).status == 200
    answer = liaison.get("/desk/unit")
    assert f'<img src="{files.origin}/pictures/' in page(answer)
    policy = answer.header("content-security-policy")
    assert policy.count(files.origin) == 2
    assert (
        desk.visitor(Role.UNIT, "区法院").post("/desk/unit/picture/keep", {"picture": offer["picture"]}).status == 404
    )
    desk.advance(seconds=1)
    assert liaison.form("/desk/unit/picture/remove", picture=offer["picture"]).status == 303
    assert "图片（0 / 9）" in shown(liaison)


def test_figures_and_rank_are_the_last_counts(desk: Desk, liaison: DeskBrowser) -> None:
    assert "7月8日00:00 起统计" in shown(liaison)
    desk.ports.control.store_counts({UNIT_NAME: 12, "区法院": 20}, desk.clock())
    text = shown(liaison)
    assert "<dd>12 人</dd>" in text
    assert "<dd>第 2 名</dd>" in text


@pytest.mark.parametrize(("offset", "is_shown"), [(timedelta(seconds=-1), False), (timedelta(0), True)])
def test_the_code_is_shown_from_the_opening_on(offset: timedelta, is_shown: bool) -> None:
    desk = make_desk(now=OPENING + offset)
    desk.ports.office.write_record(OfficeRecord("codes", {}, 0), {UNIT_NAME: "http://weixin.qq.com/q/unit"})
    text = shown(desk.visitor(Role.UNIT))
    assert ("data:image/png;base64," in text) is is_shown
    assert ("此前不得公布" in text) is not is_shown
