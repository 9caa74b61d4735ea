"""The figures as people read them: the five lines for the liaisons' group (通报)."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures
from chalicelib.domain.desk.unit_table import UnitLine
from chalicelib.domain.prizes import yuan
from chalicelib.domain.shanghai import day_and_time, day_words

NAMED = 5
"""So many units are named at the head of the ranking."""
WAITED_FOR = 12
"""At most so many units without a participant are named."""


def notice_lines(
    contest: Contest, figures: DayFigures, gained: DayFigures, units: Sequence[UnitLine], day: date | None = None
) -> tuple[str, str, str, str, str]:
    """The text for the group. `gained` is what `day` brought; without `day`, what today brought until now. `units` are
    the lines of the contest file's units."""
    new = "当日" if day else "今日"
    title = f"【{contest.theme}】{day_words(day) + '通报，' if day else ''}截至{day_and_time(figures.at)}"
    people = f"参与：累计{figures.total_people}人（{new}新增{gained.total_people}人），答题{figures.attempts}人次，"
    people += f"达标{figures.passes}人次。"
    packets = (
        f"红包：累计领取{figures.claims}个、{yuan(figures.fen)}元（{new}{gained.claims}个、{yuan(gained.fen)}元）。"
    )
    return title, people, packets, _foremost(units), _missing(units)


def _foremost(units: Sequence[UnitLine]) -> str:
    named = [f"{one.rank}.{one.name}{one.people}人" for one in units if one.people and one.rank][:NAMED]
    return f"参与人数居前：{'、'.join(named)}。" if named else "各单位均尚无人参与。"


def _missing(units: Sequence[UnitLine]) -> str:
    missing = [one.name for one in units if not one.people]
    if not missing:
        return "各单位均已有人参与，请继续组织发动。"
    more = "等" if len(missing) > WAITED_FOR else ""
    return f"尚无人参与的单位{len(missing)}个：{'、'.join(missing[:WAITED_FOR])}{more}，请抓紧组织。"
