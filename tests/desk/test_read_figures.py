"""The stored figures as the desk shows them, and the mark of the final ones (定稿)."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.desk.day_figures import DayFigures, figures_body, night_of
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile, DeskRefused
from chalicelib.domain.errors import NotFound
from chalicelib.ports import OfficeRecord
from chalicelib.usecases.desk.count_days import DAY, LATEST
from chalicelib.usecases.desk.read_figures import FINAL, FigureReading
from tests.desk.figures import contest_with_units, state
from tests.support import examples
from tests.support.bench import Bench

DAYS = (date(2020, 7, 8), date(2020, 7, 9))
WHO = "desk:1"


@pytest.fixture
def bench() -> Bench:
    return Bench(contest_with_units())


@pytest.fixture
def reading(bench: Bench) -> FigureReading:
    return FigureReading(bench.contest, bench.bank, bench.ports.office, bench.ports.switches, bench.clock)


def store(bench: Bench, name: str, figures: DayFigures) -> None:
    body = figures_body(figures)
    bench.ports.office.write_record(OfficeRecord(name, {}, 0), {"figures": body} if name == LATEST else body)


@pytest.fixture
def stored(bench: Bench) -> None:
    for number, day in enumerate(DAYS, start=1):
        store(bench, f"{DAY}{day}", state(night_of(day), number))
    store(bench, LATEST, state(examples.CLOSES, 3))


def test_before_the_first_scan_there_is_nothing(reading: FigureReading) -> None:
    found = reading.read_figures()
    assert (found.latest, found.nights, found.final, found.shown) == (None, (), None, None)
    with pytest.raises(NotFound):
        reading.report_of(found)


@pytest.mark.usefixtures("stored")
def test_the_latest_and_the_nights_are_read(reading: FigureReading) -> None:
    found = reading.read_figures()
    assert found.latest == found.shown == state(examples.CLOSES, 3)
    assert [day for day, _ in found.nights] == list(DAYS)
    assert found.before(DAYS[0]) is None
    assert found.before(DAYS[1]) == state(night_of(DAYS[0]), 1)
    assert reading.report_of(found).nights == found.nights


@pytest.mark.usefixtures("stored")
def test_a_night_marked_as_final_is_the_report(bench: Bench, reading: FigureReading) -> None:
    chosen = state(night_of(DAYS[0]), 1)
    reading.mark_final(chosen.at.isoformat(), 0, WHO)
    found = reading.read_figures()
    assert found.final == found.shown == chosen
    report = reading.report_of(found)
    assert [day for day, _ in report.nights] == [DAYS[0]], "later nights are not part of it"
    (entry,) = bench.ports.ledger.log_entries()
    assert (entry.who, entry.what, entry.about, entry.new) == (WHO, "figures final", chosen.at.isoformat(), "18")


@pytest.mark.usefixtures("stored")
def test_the_final_figures_stay_when_the_latest_change(bench: Bench, reading: FigureReading) -> None:
    reading.mark_final(examples.CLOSES.isoformat(), 0, WHO)
    held = bench.ports.office.read_record(LATEST)
    bench.ports.office.write_record(held, {"figures": figures_body(state(examples.CLOSES + examples.MINUTE, 4))})
    found = reading.read_figures()
    assert found.shown == state(examples.CLOSES, 3)
    assert found.latest != found.shown


@pytest.mark.usefixtures("stored")
def test_a_lost_answer_about_the_mark_can_be_asked_for_again(bench: Bench, reading: FigureReading) -> None:
    """Also when the latest figures are others by then."""
    reading.mark_final(examples.CLOSES.isoformat(), 0, WHO)
    held = bench.ports.office.read_record(LATEST)
    bench.ports.office.write_record(held, {"figures": figures_body(state(examples.CLOSES + examples.MINUTE, 4))})
    reading.mark_final(examples.CLOSES.isoformat(), 0, WHO)
    assert bench.ports.office.read_record(FINAL).revision == 1


@pytest.mark.usefixtures("stored")
def test_withdrawn_questions_are_marked_in_the_report(bench: Bench, reading: FigureReading) -> None:
    bench.state.switches = replace(bench.state.switches, withdrawn=frozenset({"q00"}))
    bench.refresh()
    stems = {row[0]: row[2] for row in reading.report_of(reading.read_figures()).questions().rows}
    assert (stems["q00"], stems["q01"]) == ("Question 0（已撤回）", "Question 1")


@pytest.mark.usefixtures("stored")
def test_the_mark_is_taken_back(bench: Bench, reading: FigureReading) -> None:
    reading.mark_final(examples.CLOSES.isoformat(), 0, WHO)
    reading.unmark_final(1, WHO)
    assert reading.read_figures().final is None
    assert [entry.what for entry in bench.ports.ledger.log_entries()] == ["figures final", "figures not final"]


@pytest.mark.usefixtures("stored")
def test_of_two_editors_the_first_decides(bench: Bench, reading: FigureReading) -> None:
    reading.mark_final(examples.CLOSES.isoformat(), 0, WHO)
    with pytest.raises(ChangedMeanwhile):
        reading.mark_final(night_of(DAYS[0]).isoformat(), 0, "desk:2")
    assert bench.ports.office.read_record(FINAL).revision == 1


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("at", ["", "yesterday", "2020-07-09T00:11:00+08:00"])
def test_only_stored_figures_become_final(reading: FigureReading, at: str) -> None:
    with pytest.raises(DeskRefused, match="changed"):
        reading.mark_final(at, 0, WHO)
