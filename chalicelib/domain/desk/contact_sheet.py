"""The contact sheet in a spreadsheet: the notice's columns, and faults named by cell.

Sheets come from Excel and WPS, filled in by many people: a unit's name may be written once above several people, by
itself or as merged cells; a title may precede the header; telephones may be numbers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.desk.named_unit import UnitNames
from chalicelib.domain.desk.unit_contacts import MOST_PEOPLE, Contact, UnitContacts, read_copies, read_person
from chalicelib.domain.reporting import Reporting, ReportingUnit

HEADERS = {
    "unit": "单位",
    "name": "姓名",
    "post": "职务",
    "telephone": "联系电话",
    "posters": "需要宣传海报数量",
    "leaflets": "需要倡议书数量",
}
REASONS = "问题"
"""The header of the column in which the sheet comes back with the reasons."""
HEADER_WITHIN = 10
"""Rows in which the header is looked for."""
SUMS = frozenset({"合计", "总计", "小计", "总数"})


@dataclass(frozen=True, slots=True)
class SheetCells:
    """One sheet's values: rows and columns from 0, trailing empty cells may be missing. The value of merged cells is in
    the first of them."""

    title: str
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, order=True)
class WrongCell:
    """A fault; row and column from 0. For a fault of the whole sheet the cell is the header's first."""

    sheet: str
    row: int
    column: int
    reason: str

    @property
    def place(self) -> str:
        """As a spreadsheet names it: B4."""
        letters, number = "", self.column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{self.row + 1}"


@dataclass
class ReadSheets:
    contacts: dict[str, UnitContacts] = field(default_factory=dict)
    """By unit, in the sheet's order; complete only if nothing is wrong."""
    wrong: list[WrongCell] = field(default_factory=list)


@dataclass
class _UnitRows:
    """The rows of one unit while the sheets are read."""

    people: list[Contact] = field(default_factory=list)
    copies: dict[str, tuple[int, int]] = field(default_factory=dict)
    """posters, leaflets -> the number, and the row in which it is."""
    cell: tuple[str, int, int] = ("", 0, 0)
    """Sheet, row and column of the unit's first name."""


def read_contact_sheets(sheets: Iterable[SheetCells], reporting: Reporting) -> ReadSheets:
    """Reads all sheets that have the header; if none has it, `wrong` holds one fault of the first sheet."""
    found, rows, given = ReadSheets(), dict[str, _UnitRows](), list(sheets)
    headed = [(sheet, header) for sheet in given if (header := find_header(sheet)) is not None]
    if not headed:
        title = given[0].title if given else ""
        found.wrong.append(WrongCell(title, 0, 0, f"没有表头：须有一行写着{'、'.join(HEADERS.values())}"))
    names = UnitNames(reporting)
    for sheet, (row, columns) in headed:
        if missing := [shown for name, shown in HEADERS.items() if name not in columns]:
            found.wrong.append(WrongCell(sheet.title, row, columns["unit"], f"缺少“{'、'.join(missing)}”列"))
        else:
            found.wrong += _read_rows(sheet, row, columns, names, rows)
    found.wrong += _without_people(rows, headed)
    for unit, one in rows.items():
        copies = {name: number for name, (number, _) in one.copies.items()}
        found.contacts[unit] = UnitContacts(tuple(one.people), **copies)
    found.wrong.sort()
    return found


def contact_rows(units: Iterable[ReportingUnit], contacts: Mapping[str, UnitContacts]) -> list[tuple[str | int, ...]]:
    """Returns the sheet's rows below the header: one a person, with the numbers beside the first; a unit that has not
    answered has a row with its name alone, to fill in."""
    rows: list[tuple[str | int, ...]] = []
    for unit in units:
        found = contacts.get(unit.name, UnitContacts())
        copies: tuple[str | int, ...] = (found.posters, found.leaflets)
        for person in found.people:
            rows.append((unit.name, person.name, person.post, person.telephone, *copies))
            copies = ("", "")
        if not found.people:
            rows.append((unit.name, "", "", "", "", ""))
    return rows


def find_header(sheet: SheetCells) -> tuple[int, dict[str, int]] | None:
    """Returns the header's row and the place of each known column; None if the sheet has no such row."""
    shown = {text: name for name, text in HEADERS.items()}
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        texts = ["".join(str(cell).split()) if cell is not None else "" for cell in row]
        columns = {shown[text]: place for place, text in reversed(list(enumerate(texts))) if text in shown}
        if "unit" in columns and len(columns) > 1:
            return number, columns
    return None


def _read_rows(
    sheet: SheetCells, header: int, columns: Mapping[str, int], names: UnitNames, rows: dict[str, _UnitRows]
) -> Iterator[WrongCell]:
    """Reads the rows below the header into `rows`, and yields the faults."""
    written = ""  # the unit's name in the nearest row above: also that of merged cells
    for number, values in enumerate(sheet.rows[header + 1 :], start=header + 1):
        cells = {name: values[place] if place < len(values) else None for name, place in columns.items()}
        texts = {name: _text(cell) for name, cell in cells.items()}
        written = texts["unit"] or written
        if not any(texts[name] for name in columns if name != "unit") or texts["unit"] in SUMS:
            continue
        unit = names.find_unit(written)
        for name, reason in _read_row(texts, cells, unit, rows, (sheet.title, number, columns["unit"])):
            yield WrongCell(sheet.title, number, columns[name], reason)
        if not unit:
            yield WrongCell(sheet.title, number, columns["unit"], _unknown(written, names))


def _read_row(
    texts: dict[str, str],
    cells: Mapping[str, object],
    unit: str,
    rows: dict[str, _UnitRows],
    cell: tuple[str, int, int],
) -> Iterator[tuple[str, str]]:
    """Adds the row to its unit, and yields its faults by column."""
    one = rows.setdefault(unit, _UnitRows(cell=cell)) if unit else _UnitRows()
    if unreadable := [name for name, value in cells.items() if name != "unit" and not _is_plain(value)]:
        yield from ((name, "Excel 把它当成了日期或逻辑值：把单元格格式设为“文本”，重新填写") for name in unreadable)
        return
    if any(texts[name] for name in ("name", "post", "telephone")):
        person, faults = read_person(texts, was_number=not isinstance(cells["telephone"], str))
        yield from faults.items()
        if person in one.people:
            yield "name", "这一行与上面重复"
        one.people.append(person)
        if len(one.people) > MOST_PEOPLE:
            yield "name", f"每个单位至多 {MOST_PEOPLE} 人"
    copies, faults = read_copies({name: texts[name] for name in ("posters", "leaflets") if texts[name]})
    yield from faults.items()
    for name, number in copies.items():
        if number and name in one.copies:
            yield name, f"每个单位只填一次数量，第 {one.copies[name][1] + 1} 行已经填了"
        elif number:
            one.copies[name] = number, cell[1]


def _without_people(
    rows: Mapping[str, _UnitRows], headed: Sequence[tuple[SheetCells, tuple[int, dict[str, int]]]]
) -> Iterator[WrongCell]:
    names = {sheet.title: columns.get("name", 0) for sheet, (_, columns) in headed}
    for one in rows.values():
        if not one.people:
            sheet, row, _ = one.cell
            yield WrongCell(sheet, row, names[sheet], "至少填一位联络人")


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | None) and not isinstance(value, bool)


def _text(cell: object) -> str:
    """A number that is stored as 13812345678.0 is read as 13812345678."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _unknown(given: str, names: UnitNames) -> str:
    if not given:
        return "缺少单位"
    near = names.similar(given)
    return "不认识这个单位" + (f"，是不是{'、'.join(near)}？" if near else "")
