"""What units hand in: contacts, events, texts and pictures, on the desk's records."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest

from chalicelib.config import PACKAGED
from chalicelib.config_duties import load_duties
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.contact_sheet import HEADERS, SheetCells
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts
from chalicelib.domain.desk.unit_events import NEW
from chalicelib.domain.desk.unit_overview import reminder
from chalicelib.domain.desk.unit_story import MOST_BYTES, MOST_CHARACTERS, MOST_PICTURES, MOST_UPLOADS
from chalicelib.domain.errors import NotFound, TryAgain
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.ports import Clock
from chalicelib.usecases.desk.contact_records import ContactRecords
from chalicelib.usecases.desk.event_records import EventRecords
from chalicelib.usecases.desk.story_records import StoryRecords
from chalicelib.usecases.desk.unit_records import UnitRecords
from chalicelib.usecases.desk.unit_reports import UnitReports
from tests.support import examples
from tests.support.clock import Ids
from tests.support.control import FakeControl
from tests.support.office import FakeOffice
from tests.support.office_files import FakeFiles
from tests.support.world import Trouble, World

EDITOR, LIAISON = "desk:e1", "desk:u1"
TOWN = ReportingUnit("岔河镇", "town", 26, 1)
COURT = ReportingUnit("区法院", "department", 32)
RENAMED = ReportingUnit("洪泽法院", "department", 32, formerly=("区法院",))
ROW = {"name1": "张三", "post1": "科长", "telephone1": "13812345678"}
EVENT = {"day": "2020-07-08", "time": "09:30", "place": "广场", "title": "宣传", "people": "120"}
ZHANG = Contact("张三", "科长", "13812345678")


def ticking() -> Clock:
    """A clock on which no two entries of the log have the same time."""
    ticks = count()
    return lambda: examples.NOON + timedelta(milliseconds=next(ticks))


@dataclass
class Units:
    """The use cases about two units, on fakes."""

    world: World = field(default_factory=World)
    units: tuple[ReportingUnit, ...] = (TOWN, COURT)

    def __post_init__(self) -> None:
        contest: Contest = replace(examples.contest("c", 10), reporting=Reporting(self.units, places=("洪泽区",)))
        records = UnitRecords(contest, FakeOffice(self.world, "c"), ticking())
        self.files = FakeFiles(self.world)
        self.contacts, self.events = ContactRecords(records), EventRecords(records)
        self.stories = StoryRecords(records, self.files, Ids())
        control = FakeControl(self.world, "c")
        self.control = control
        parts = self.contacts, self.events, self.stories
        self.reports = UnitReports(contest, load_duties(PACKAGED), *parts, control)

    def upload(self, unit: ReportingUnit) -> str:
        picture, form = self.stories.offer_picture(unit)
        assert self.files.receive(form, b"jpeg", "image/jpeg")
        self.stories.keep_picture(unit, picture, LIAISON)
        return picture

    def log(self) -> list[str]:
        found = self.world.contest("c").log
        return [f"{one.who} {one.what} {one.about} {one.new}" for one in found]


def sheet(*rows: list[object]) -> list[SheetCells]:
    return [SheetCells("S", [list(HEADERS.values()), *rows])]


def test_the_form_is_stored_and_logged_without_names() -> None:
    units = Units()
    assert units.contacts.save_form(TOWN, ROW | {"posters": "50", "leaflets": "100", "revision": "0"}, LIAISON) == {}
    stored = UnitContacts((ZHANG,), 50, 100)
    assert units.contacts.read_contacts(TOWN) == (stored, 1)
    assert units.contacts.all_contacts() == {"岔河镇": stored}
    assert units.log() == ["desk:u1 desk contacts 岔河镇 1 people, 50 posters, 100 leaflets"]
    assert (
        units.contacts.save_form(TOWN, ROW | {"telephone1": "138****5678", "posters": "51", "revision": "1"}, LIAISON)
        == {}
    )
    assert units.contacts.read_contacts(TOWN)[0] == UnitContacts((ZHANG,), 51, 0)


def test_a_wrong_form_stores_nothing() -> None:
    units = Units()
    assert units.contacts.save_form(TOWN, ROW | {"telephone1": "1"}, LIAISON).keys() == {"telephone1"}
    assert (units.contacts.read_contacts(TOWN), units.log()) == ((UnitContacts(), 0), [])


def test_who_saves_an_outdated_form_is_told_and_a_repeat_is_not() -> None:
    units = Units()
    for _ in range(2):
        units.contacts.save_form(TOWN, ROW, LIAISON)
    with pytest.raises(ChangedMeanwhile):
        units.contacts.save_form(TOWN, ROW | {"name1": "李四"}, EDITOR)
    assert units.contacts.read_contacts(TOWN) == (UnitContacts((ZHANG,)), 1)
    assert len(units.log()) == 1


def test_a_sheet_replaces_the_units_in_it() -> None:
    units = Units()
    units.contacts.save_form(COURT, ROW | {"posters": "1", "revision": "0"}, EDITOR)
    rows: list[list[object]] = [
        ["岔河镇", "张三", "科长", 13812345678, 5, 6],
        ["法院", "张三", "科长", "13812345678", 1, 0],
    ]
    done = units.contacts.import_sheets(sheet(*rows), EDITOR)
    assert (done.wrong, done.changed, done.unchanged) == ((), ["岔河镇"], ["区法院"])
    assert units.contacts.all_contacts()["岔河镇"] == UnitContacts((ZHANG,), 5, 6)
    assert len(units.log()) == 2


def test_a_sheet_with_one_wrong_cell_imports_nothing() -> None:
    units = Units()
    rows: list[list[object]] = [["岔河镇", "张三", "科长", 13812345678, 5, 6], ["区法院", "李四", "科长", "1", 1, 0]]
    done = units.contacts.import_sheets(sheet(*rows), EDITOR)
    assert len(done.wrong) == 1
    assert (units.contacts.all_contacts(), units.log()) == ({}, [])


def test_an_interrupted_import_is_completed_by_the_same_sheet() -> None:
    units = Units()
    rows: list[list[object]] = [["岔河镇", "张三", "科长", 13812345678], ["区法院", "张三", "科长", 13812345678]]
    units.world.will_fail("office.write_record", Trouble.LOST)
    with pytest.raises(TryAgain):
        units.contacts.import_sheets(sheet(*rows), EDITOR)
    assert units.contacts.import_sheets(sheet(*rows), EDITOR).changed == ["区法院"]
    assert units.contacts.all_contacts().keys() == {"岔河镇", "区法院"}


def test_events_are_added_changed_and_removed_in_order_of_time() -> None:
    units = Units()
    assert units.events.save_event(TOWN, NEW, EVENT, 0, LIAISON) == {}
    assert units.events.save_event(TOWN, NEW, EVENT | {"time": "08:00"}, 1, LIAISON) == {}
    assert units.events.save_event(TOWN, 0, EVENT | {"time": "14:00", "people": "80"}, 2, LIAISON) == {}
    events, revision = units.events.read_events(TOWN)
    assert [(one.time, one.people) for one in events] == [("09:30", 120), ("14:00", 80)]
    for _ in range(2):
        units.events.remove_event(TOWN, EVENT | {"time": "14:00", "people": "80"}, revision, LIAISON)
    assert [one.time for one in units.events.read_events(TOWN)[0]] == ["09:30"]
    assert units.log()[3:] == ["desk:u1 desk events 岔河镇 1 events, 120 people"], "a repeat is no fault and no change"


def test_an_event_of_an_outdated_page_is_not_touched() -> None:
    units = Units()
    units.events.save_event(TOWN, NEW, EVENT, 0, LIAISON)
    with pytest.raises(ChangedMeanwhile):
        units.events.remove_event(TOWN, EVENT, 0, EDITOR)
    for number in (1, -2):
        with pytest.raises(NotFound):
            units.events.save_event(TOWN, number, EVENT, 1, EDITOR)
    assert units.events.save_event(TOWN, NEW, EVENT | {"people": "x"}, 1, LIAISON).keys() == {"people"}


def test_a_text_is_stored_and_a_long_one_is_not() -> None:
    units = Units()
    assert units.stories.save_text(TOWN, " 张贴海报\r\n200\t张 ", 0, LIAISON) == ""
    assert units.stories.read_story(TOWN) == ("张贴海报\n200 张", 1)
    assert units.stories.save_text(TOWN, "字" * (MOST_CHARACTERS + 1), 1, LIAISON).startswith("至多")
    assert units.stories.read_story(TOWN)[1] == 1


def test_pictures_are_kept_once_uploaded_up_to_nine() -> None:
    units = Units()
    picture, form = units.stories.offer_picture(TOWN)
    with pytest.raises(NotFound):
        units.stories.keep_picture(TOWN, picture, LIAISON)
    assert not units.files.receive(form, b"x" * (MOST_BYTES + 1), "image/jpeg")
    assert not units.files.receive(form, b"x", "text/html")
    assert units.files.receive(form, b"jpeg", "image/jpeg")  # the tenth, offered before the others
    kept = [units.upload(TOWN) for _ in range(MOST_PICTURES)]
    units.stories.keep_picture(TOWN, kept[0], LIAISON)
    assert [one for one, _ in units.stories.picture_addresses(TOWN)] == kept
    with pytest.raises(DeskRefused):
        units.stories.offer_picture(TOWN)
    with pytest.raises(DeskRefused):
        units.stories.keep_picture(TOWN, picture, LIAISON)
    for _ in range(2):
        units.stories.remove_picture(TOWN, kept[0], LIAISON)
    assert [one for one, _ in units.stories.picture_addresses(TOWN)] == kept[1:]
    assert units.log()[-2:] == [f"desk:u1 desk pictures 岔河镇 {number} pictures" for number in (9, 8)]
    assert "岔河镇" not in units.stories.picture_keys(TOWN)[0]


def test_a_link_gets_so_many_forms_a_day_and_what_it_does_not_keep_is_apart() -> None:
    units = Units()
    kept, now = units.upload(TOWN), units.stories.records.clock()
    for _ in range(MOST_UPLOADS - 1):
        _, form = units.stories.offer_picture(TOWN)
        assert form.fields["key"].startswith("uploads/c/")
    with pytest.raises(DeskRefused, match="uploads_full"):
        units.stories.offer_picture(TOWN)
    units.stories.offer_picture(COURT)
    (key,) = units.stories.picture_keys(TOWN)
    assert units.files.files[key] == (b"jpeg", "image/jpeg")
    assert key.startswith("pictures/c/")
    units.files.remove_files("uploads/")  # as the bucket does after a day
    units.stories.keep_picture(TOWN, kept, LIAISON)
    tomorrow = replace(units.stories.records, clock=lambda: now + timedelta(days=1))
    replace(units.stories, records=tomorrow).offer_picture(TOWN)
    assert units.log() == ["desk:u1 desk pictures 岔河镇 1 pictures"]


def test_forms_asked_for_at_the_same_moment_are_all_counted() -> None:
    units = Units()
    read, forms = units.stories.records.office.read_record, list[str]()

    def read_record(name: str) -> object:
        """Another phone asks between this one's reading and writing."""
        record = read(name)
        units.stories.records.office.read_record = read  # type: ignore[method-assign]
        forms.append(units.stories.offer_picture(TOWN)[0])
        return record

    for _ in range(MOST_UPLOADS // 2):
        units.stories.records.office.read_record = read_record  # type: ignore[method-assign, assignment]
        forms.append(units.stories.offer_picture(TOWN)[0])
    assert len(set(forms)) == MOST_UPLOADS
    with pytest.raises(DeskRefused, match="uploads_full"):
        units.stories.offer_picture(TOWN)


def test_a_unit_cannot_keep_another_ones_picture() -> None:
    units = Units()
    picture = units.upload(COURT)
    with pytest.raises(NotFound):
        units.stories.keep_picture(TOWN, picture, LIAISON)
    for forged in ("../x", "", "a/b", picture + "\n"):
        with pytest.raises(NotFound):
            units.stories.keep_picture(TOWN, forged, LIAISON)


def test_a_picture_that_arrives_beside_another_is_added() -> None:
    units = Units()
    forms = [units.stories.offer_picture(TOWN) for _ in range(2)]
    for _, form in forms:
        units.files.receive(form, b"jpeg", "image/jpeg")
    read = units.stories.records.office.read_record
    waiting = [forms[1][0]]

    def read_record(name: str) -> object:
        record = read(name)
        if waiting:
            units.stories.keep_picture(TOWN, waiting.pop(), LIAISON)
        return record

    units.stories.records.office.read_record = read_record  # type: ignore[method-assign, assignment]
    units.stories.keep_picture(TOWN, forms[0][0], LIAISON)
    assert len(units.stories.picture_keys(TOWN)) == 2


def test_what_a_renamed_unit_handed_in_stays_its_own() -> None:
    units = Units()
    units.contacts.save_form(COURT, ROW | {"posters": "5", "revision": "0"}, EDITOR)
    units.events.save_event(COURT, NEW, EVENT, 0, EDITOR)
    units.stories.save_text(COURT, "文字", 0, EDITOR)
    units.upload(COURT)
    units.control.store_counts({"区法院": 3, "洪泽法院": 2, "岔河镇": 4}, examples.NOON)
    renamed = Units(units.world, (TOWN, RENAMED))
    status = next(one for one in renamed.reports.all_statuses() if one.unit == RENAMED)
    assert renamed.reports.status_of(RENAMED) == status
    assert (status.missing, status.contacts.posters, status.pictures) == ((), 5, 1)
    assert renamed.reports.contacts.records.unit_named("区法院") == RENAMED
    figures = renamed.reports.figures_of(RENAMED)
    assert (figures.ranked.people, figures.ranked.rank) == (5, 1)
    renamed.contacts.save_form(RENAMED, ROW | {"name1": "李四"} | {"posters": "6", "revision": "0"}, EDITOR)
    assert renamed.contacts.all_contacts()["洪泽法院"].posters == 6


def test_what_is_missing_and_the_text_that_asks_for_it() -> None:
    units = Units()
    units.contacts.save_form(TOWN, ROW, EDITOR)
    town, court = units.reports.all_statuses()
    assert town.missing == ("现场活动", "文字", "图片")
    assert court.missing == ("联络表", "文字", "图片")
    asked = reminder(units.reports.contest, units.reports.duties, "contacts", [court.unit])
    assert asked.splitlines()[:2] == ["【报送联络表】请于7月6日17:30前完成。", "还有1个单位没有报送：区法院。"]
    assert reminder(units.reports.contest, units.reports.duties, "contacts", []) == ""


def test_no_record_is_larger_than_the_table_takes() -> None:
    """At most 400 KB a record; these are the largest that the rules allow."""
    units = Units()
    units.stories.save_text(TOWN, "𠀀" * MOST_CHARACTERS, 0, LIAISON)
    for number in range(20):
        large = EVENT | {"time": f"{number:02}:30", "place": "𠀀" * 40, "title": "𠀀" * 40}
        assert not units.events.save_event(TOWN, NEW, large, number, EDITOR)
    assert units.events.save_event(TOWN, NEW, EVENT, 20, EDITOR).keys() == {"title"}
    assert (
        max(len(json.dumps(one, ensure_ascii=False).encode()) for one in units.world.contest("c").office.values())
        < 40_000
    )
