"""A contest with a few units, and figures that grow day by day."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures, FollowerCounts
from chalicelib.domain.reporting import Reporting, ReportingUnit
from tests.support import examples

UNITS = (
    ReportingUnit("区法院", "department", headcount=100, formerly=("旧法院",)),
    ReportingUnit("区财政局", "department", headcount=10),
    ReportingUnit("区侨办", "department"),
    ReportingUnit("洪泽移动公司", "enterprise"),
)
PEOPLE = {"区法院": 3, "旧法院": 2, "区财政局": 2, "洪泽移动公司": 2, "撤销的单位": 1, "": 8}


def contest_with_units() -> Contest:
    return replace(examples.contest(), reporting=Reporting(UNITS))


def state(at: datetime, day: int) -> DayFigures:
    """The state after so many equal days."""
    return DayFigures(
        at=at,
        people={name: number * day for name, number in PEOPLE.items()},
        attempts=40 * day,
        passes=25 * day,
        claims=day,
        fen=301 * day,
        payouts={"received": (day - 1, 301 * (day - 1)), "parked": (1, 301)},
        answers={"q00": (2 * day, 2 * day, 0), "q01": (day, 3 * day, 0), "gone": (5 * day, 0, day)},
        followed=FollowerCounts(100 * day, 5 * day, day, day),
    )
