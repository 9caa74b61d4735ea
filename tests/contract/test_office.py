"""OfficeRecords: a record is replaced only as it was read, together with its log entry."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.store.log_rows import LogRow, OfficeLogRow
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile
from chalicelib.ports import OfficeRecord, Ports
from tests.contract.conftest import Engine, FakeEngine
from tests.support.examples import NOON, act

NAME = "contacts#区教体局"
AT_DESK = replace(act("contacts"), who="desk:one")
BODY: dict[str, Any] = {"people": [{"name": "王", "posters": 3}], "note": None, "deep": {"ok": True}}


def test_a_record_that_is_not_stored_is_empty(ports: Ports) -> None:
    assert ports.office.read_record(NAME) == OfficeRecord(NAME, {}, 0)
    assert ports.office.read_records("contacts#") == []


def test_a_record_is_read_as_it_was_written_and_each_write_counts(ports: Ports) -> None:
    first = ports.office.write_record(ports.office.read_record(NAME), BODY)
    assert first == OfficeRecord(NAME, BODY, 1) == ports.office.read_record(NAME)
    emptied = ports.office.write_record(first, {})
    assert emptied == OfficeRecord(NAME, {}, 2) == ports.office.read_record(NAME)


def test_records_are_found_by_the_beginning_of_their_names_in_order(engine: Engine, ports: Ports) -> None:
    for name in ("day#2020-07-09", "figures", "day#2020-07-08", "days"):
        ports.office.write_record(OfficeRecord(name, {}, 0), {"of": name})
    engine.ports("another").office.write_record(OfficeRecord("day#2020-07-10", {}, 0), {"of": "another"})
    assert [one.body["of"] for one in ports.office.read_records("day#")] == ["day#2020-07-08", "day#2020-07-09"]


@pytest.mark.parametrize("known", [0, 1])
def test_nobody_overwrites_what_they_have_not_read(engine: Engine, ports: Ports, known: int) -> None:
    read = OfficeRecord(NAME, {}, 0)
    for _ in range(known):
        read = ports.office.write_record(read, {"first": known})
    ports.office.write_record(read, BODY)
    before = engine.dump()
    with pytest.raises(ChangedMeanwhile):
        ports.office.write_record(read, {"mine": 1}, AT_DESK)
    assert engine.dump() == before


def test_a_repeat_gets_the_same_answer_and_writes_nothing(engine: Engine, ports: Ports) -> None:
    read = ports.office.read_record(NAME)
    stored = ports.office.write_record(read, BODY, AT_DESK)
    before = engine.dump()
    assert ports.office.write_record(read, BODY, AT_DESK) == stored
    assert engine.dump() == before


def test_a_write_and_its_entry_are_one(ports: Ports) -> None:
    entries = [replace(act(), who=who, about=who) for who in ("operator", "desk:one")]
    read = ports.office.read_record(NAME)
    for entry in entries:
        read = ports.office.write_record(read, {"by": entry.who}, entry)
    assert sorted(entry.who for entry in ports.ledger.log_entries()) == ["desk:one", "operator"]


def test_the_log_has_the_desks_decisions_in_their_order(ports: Ports) -> None:
    """An entry of the desk is in the desk's table, whatever it decides."""
    later = [NOON + timedelta(minutes=minute) for minute in range(4)]
    entries = [replace(act(), at=at, who=who) for at, who in zip(later, ("wang", "desk:one") * 2, strict=True)]
    ports.control.set_paused(True, entries[3])
    ports.control.set_paused(True, entries[2])
    for entry in entries[:2]:
        ports.log_decision(entry)
    assert list(ports.ledger.log_entries()) == entries


def test_a_decision_at_the_desk_needs_no_right_on_the_books(engine: Engine, ports: Ports, contest_id: str) -> None:
    if isinstance(engine, FakeEngine):
        pytest.skip("one log")
    ports.participants.set_hold("o1", True, AT_DESK)
    assert [row.who for row in OfficeLogRow.query(contest_id)] == ["desk:one"]
    assert list(LogRow.query(contest_id)) == []
