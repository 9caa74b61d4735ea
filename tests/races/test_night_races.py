"""The desk's figures under real concurrency: a night equals the audit of its moment, whatever happens in its scan."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from chalicelib.domain.desk.day_figures import DayFigures, figures_of, night_of
from chalicelib.usecases.desk.count_days import DAY, LATEST, DayCounting
from chalicelib.wiring import Services
from tests.races.conftest import Field, FieldOf, race
from tests.races.race_setup import person
from tests.support import examples
from tests.support.examples import CLOSES, MINUTE, SECOND, act

pytestmark = pytest.mark.usefixtures("restless")
DAY_TWO = date(2020, 7, 9)
UNITS = ("区法院", "区民政局")


def counting(field: Field) -> DayCounting:
    p = field.instance().ports
    return DayCounting(field.contest, p.day_scan, p.office, p.control, field.clock, p.monotonic)


def lives(app: Services, who: str, attempt_id: str) -> None:
    """Answers, claims, chooses a unit and moves to another."""
    people = app.ports.participants
    people.record_attempt(who, examples.attempt(attempt_id, 6, app.clock()), 0)
    app.claims.open_packet(who, attempt_id)
    held = people.set_unit(who, UNITS[0])
    people.move_unit(who, held, UNITS[held == UNITS[0]], act())


def facts(field: Field) -> tuple[int, int, int, int]:
    """Attempts, claims, fen and people by the audit and the index."""
    app = field.instance()
    report = app.audit.audit_books()
    assert report.violations == ()
    claims = sum(number for number, _ in report.by_status.values())
    return report.attempts, claims, report.claimed_fen, sum(app.ports.participants.count_people().values())


def counted(found: DayFigures) -> tuple[int, int, int, int]:
    return found.attempts, found.claims, found.fen, found.total_people


def test_a_night_is_that_of_its_moment_while_people_go_on(field_of: FieldOf) -> None:
    field = field_of(30)
    office = field.ports.office
    people = [person(field) for _ in range(8)]
    apps = field.instances(len(people))
    race([partial(lives, app, who, "a1") for app, who in zip(apps, people, strict=True)])
    field.clock.now = night_of(DAY_TWO)
    at_night = facts(field)
    field.clock.now += MINUTE + SECOND
    count = counting(field)
    late: list[Callable[[], None]] = [partial(lives, app, who, "a2") for app, who in zip(apps, people, strict=True)]
    written: list[str] = []

    def count_now() -> None:
        written.extend(count.count_due())

    race([*late, count_now])
    assert written == [f"{DAY}2020-07-08", f"{DAY}{DAY_TWO}", LATEST]
    assert counted(figures_of(office.read_record(f"{DAY}{DAY_TWO}").body)) == at_night
    field.clock.now = CLOSES + timedelta(minutes=30)
    count.count_due()
    assert counted(figures_of(office.read_record(LATEST).body["figures"])) == facts(field)
