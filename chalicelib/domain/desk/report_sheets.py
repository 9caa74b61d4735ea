"""The report as tables: what `report.xlsx` and the report's print page show. Amounts are in yuan."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from chalicelib.domain.bank import Bank
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures
from chalicelib.domain.desk.unit_table import UnitLine, other_lines, unit_lines
from chalicelib.domain.payout_words import STATES
from chalicelib.domain.shanghai import day_and_time, day_words

Cell = str | int | Decimal | float | None
"""Sums of money are Decimal, shares are float."""
SUM = "合计"
SHOWN_UNITS = 15
"""In the chart of units."""


class ChartKind(Enum):
    LINE = auto()
    COLUMN = auto()
    BAR = auto()


@dataclass(frozen=True, slots=True)
class Chart:
    """Drawn from the first `rows` rows of a table: names in the first of `columns`, values in the others."""

    kind: ChartKind
    title: str
    columns: tuple[int, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` is the whole, `nights` the states of the nights before or at it, oldest first."""

    contest: Contest
    bank: Bank
    figures: DayFigures
    nights: tuple[tuple[date, DayFigures], ...]
    withdrawn: Set[str] = frozenset()
    """Ids of questions that were found wrong."""

    def sheets(self) -> tuple[Sheet, ...]:
        return (
            self.totals(),
            self.days(),
            self.units(),
            self.kinds(),
            self.questions(),
            self.prizes(),
            self.referrals(),
            self.payouts(),
        )

    def totals(self) -> Sheet:
        found, prizes = self.figures, self.contest.prizes
        rows: tuple[tuple[Cell, ...], ...] = (
            ("竞赛主题", self.contest.theme),
            ("截至", day_and_time(found.at)),
            ("参与人数", found.total_people),
            ("答题人次", found.attempts),
            ("达标人次", found.passes),
            ("达标率", _share(found.passes, found.attempts)),
            ("已领取红包（个）", found.claims),
            ("已领取金额（元）", in_yuan(found.fen)),
            ("红包总数（个）", prizes.packets),
            ("预算（元）", in_yuan(prizes.budget_fen)),
            ("公众号当前关注人数", found.followed.followers),
        )
        return Sheet("总况", ("项目", "数值"), rows)

    def days(self) -> Sheet:
        header = (
            "日期",
            "新增参与人数",
            "答题人次",
            "达标人次",
            "领取红包（个）",
            "领取金额（元）",
            "关注人数净增",
            "累计参与人数",
        )
        lines = list(self._daily())
        rows = [_day_row(name, gained, whole.total_people) for name, gained, whole in lines]
        total = _day_row(SUM, self.figures, self.figures.total_people)
        chart = Chart(ChartKind.LINE, "每日参与人数与答题人次", (0, 1, 2), len(rows)) if rows else None
        return Sheet("每日", header, (*rows, total), chart)

    def _daily(self) -> Iterable[tuple[str, DayFigures, DayFigures]]:
        """Yields each day's name, what it brought, and the state at its end; at last what came since."""
        before = None
        for day, state in self.nights:
            yield day_words(day), state.since(before), state
            before = state
        rest = self.figures.since(before)
        if before is None or before.at < self.figures.at:
            yield f"至{day_and_time(self.figures.at)}", rest, self.figures

    def units(self) -> Sheet:
        lines = [*self.unit_lines(), *other_lines(self.contest.reporting, self.figures.people)]
        rows: list[tuple[Cell, ...]] = [(one.rank, one.name, one.kind or None, one.people) for one in lines]
        some = sum(1 for one in lines if one.rank and one.people)
        chart = Chart(ChartKind.BAR, "各单位参与人数", (1, 3), min(SHOWN_UNITS, some)) if some else None
        whole = (None, SUM, None, self.figures.total_people)
        return Sheet("单位", ("名次", "单位", "类别", "参与人数"), (*rows, whole), chart)

    def kinds(self) -> Sheet:
        """Where headcounts are known, a kind's units are ordered by share."""
        header = ("类别", "人数名次", "参与率名次", "单位", "参与人数", "职工人数", "参与率")
        order = {name: place for place, name in enumerate(dict.fromkeys(one.kind for one in self.unit_lines()))}
        lines = sorted(
            self.unit_lines(), key=lambda one: (order[one.kind], one.share_rank or 9999, one.kind_rank or 9999)
        )
        rows = [
            (one.kind, one.kind_rank, one.share_rank, one.name, one.people, one.headcount, one.share) for one in lines
        ]
        return Sheet("类内排名", header, tuple(rows))

    def unit_lines(self) -> Sequence[UnitLine]:
        return unit_lines(self.contest.reporting, self.figures.people)

    def questions(self) -> Sheet:
        """Hard ones first; those without answers at the end. Removed ones have no words any more."""
        known, answers = {question.id: question for question in self.bank.questions}, self.figures.answers
        rows: list[tuple[Cell, ...]] = []
        for name in dict.fromkeys((*known, *answers)):
            right, wrong, missing = answers.get(name, (0, 0, 0))
            question = known.get(name)
            stem = f"{question.stem}{'（已撤回）' * (name in self.withdrawn)}" if question else "（已不在题库中）"
            words = (question.subject if question else "", stem)
            rows.append((name, *words, right, wrong, missing, _share(right, right + wrong + missing)))
        rows.sort(key=lambda row: (row[-1] is None, row[-1] or 0.0))
        return Sheet("题目", ("编号", "科目", "题目", "答对", "答错", "未答", "正确率"), tuple(rows))

    def prizes(self) -> Sheet:
        """The same days as in `days`: from night to night."""
        rows: list[tuple[Cell, ...]] = [(name, one.claims, in_yuan(one.fen)) for name, one, _ in self._daily()]
        chart = Chart(ChartKind.COLUMN, "每日领取金额（元）", (0, 2), len(rows)) if rows else None
        whole = (SUM, self.figures.claims, in_yuan(self.figures.fen))
        return Sheet("红包", ("日期", "个数", "金额（元）"), (*rows, whole), chart)

    def referrals(self) -> Sheet:
        found = self.figures.followed
        rows: tuple[tuple[Cell, ...], ...] = (
            ("经分享新关注的好友", found.friends),
            ("其中分享人得到领取机会", found.friends - found.beyond),
            ("其中超过上限，没有机会", found.beyond),
            ("好友取消关注，收回机会", found.taken),
        )
        return Sheet("分享", ("项目", "人数"), rows)

    def payouts(self) -> Sheet:
        """At the moment of the figures. They add up to all claims, also those that were released."""
        found = self.figures.payouts
        rows: list[tuple[Cell, ...]] = [
            (STATES[state], *_money(found[state.value])) for state in PayoutStatus if state.value in found
        ]
        whole = (SUM, *_money((sum(n for n, _ in found.values()), sum(fen for _, fen in found.values()))))
        return Sheet("发放", ("状态", "个数", "金额（元）"), (*rows, whole))


def in_yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _money(counted: tuple[int, int]) -> tuple[int, Decimal]:
    return counted[0], in_yuan(counted[1])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _day_row(name: str, gained: DayFigures, people: int) -> tuple[Cell, ...]:
    counts = (gained.total_people, gained.attempts, gained.passes, gained.claims)
    return (name, *counts, in_yuan(gained.fen), gained.followed.followers, people)
