"""What the units handed in, as tables of the report."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.desk.report_sheets import SUM, Cell, Sheet
from chalicelib.domain.desk.telephones import mask_telephone
from chalicelib.domain.desk.unit_contacts import UnitContacts, total_copies
from chalicelib.domain.desk.unit_events import UnitEvent


def contacts_sheet(units: Iterable[str], contacts: Mapping[str, UnitContacts], with_people: bool) -> Sheet:
    """All units. Telephones are masked; without `with_people` the sheet only says how many people there are."""
    found = [(unit, contacts.get(unit, UnitContacts())) for unit in units]
    names = ("联络人", "职务", "联系电话") if with_people else ()
    rows: list[tuple[Cell, ...]] = []
    for unit, one in found:
        texts = _people(one) if with_people else ()
        rows.append((unit, len(one.people), *texts, one.posters, one.leaflets))
    people = sum(len(one.people) for _, one in found)
    whole: tuple[Cell, ...] = (SUM, people, *([None] * len(names)), *total_copies(one for _, one in found))
    return Sheet("联络人", ("单位", "联络人数", *names, "宣传海报", "倡议书"), (*rows, whole))


def events_sheet(units: Iterable[str], events: Mapping[str, Sequence[UnitEvent]]) -> Sheet:
    """Every event, in the units' order."""
    rows: list[tuple[Cell, ...]] = [
        (unit, one.day, one.time, one.place, one.title, one.people) for unit in units for one in events.get(unit, ())
    ]
    whole = (SUM, f"{len(rows)} 场", "", "", "", sum(int(str(row[-1])) for row in rows))
    return Sheet("现场活动", ("单位", "日期", "时间", "地点", "活动", "受众人数"), (*rows, whole))


def _people(contacts: UnitContacts) -> tuple[str, str, str]:
    """Names, posts and masked telephones."""
    people = contacts.people
    return (
        "、".join(one.name for one in people),
        "、".join(one.post for one in people),
        "、".join(mask_telephone(one.telephone) for one in people),
    )
