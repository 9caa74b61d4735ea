"""Plays the week of a contest in a minute or two: each day's people, three troubles with payouts, and the operator."""

import asyncio
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.units import unit_scene
from infra.rehearsal.citizen import Citizen
from infra.rehearsal.journal import Journal
from infra.rehearsal.kinds import kind_of
from infra.rehearsal.open_loop import arrive
from infra.rehearsal.operator_console import Operate
from infra.rehearsal.phone import Place
from infra.rehearsal.settling import control
from infra.rehearsal.troubles import RETRY, SCRIPTS, TROUBLES, Trouble, first_met

Say = Callable[[str], None]
SHARES = (28, 16, 12, 11, 11, 10, 12)
"""The first week's parts of the people; each later day is like the seventh."""
FRIENDS = 106
"""Of each hundred, six bring a friend."""
READING = 1.0
BY_A_UNITS_CODE = 0.6
RATE_SECONDS = 40.0
"""All people come within so many seconds, if the machine can serve them, the waits between the days apart."""
MOST_AT_ONCE = 100
"""So many people take part at once: a slow machine plays a longer week, and is not overrun."""
LEAST_RATE = 5.0
"""Of few people, so many come in a second."""
NIGHT = timedelta(minutes=11)
"""The figures of a day are those of 00:10."""
MET_SECONDS = 30.0
"""After so many seconds of an evening, nobody's payout meets with the day's trouble any more."""


@dataclass
class Week:
    operate: Operate
    place: Place
    contest: Contest
    bank: Bank
    journal: Journal
    people: int
    say: Say
    rng: Random
    met: dict[str, Set[str]] = field(default_factory=dict)
    """The bill numbers of payouts that met with each trouble, by its name."""

    @property
    def days(self) -> int:
        return days_of(self.contest)

    async def play(self) -> None:
        """From before the opening to after the closing."""
        await self.wait_until(self.contest.window.opens_at + timedelta(minutes=1))
        for day, numbers in enumerate(by_day(round(self.people * 100 / FRIENDS), self.days), start=1):
            await self._day(day, [self._citizen(number) for number in numbers])
            await self.wait_until(self.contest.window.opens_at + timedelta(days=day) + NIGHT)
        # A worker may have parked one after the operator had looked.
        await self.operate(*RETRY, "--yes")

    async def wait_until(self, moment: datetime) -> None:
        """Sets every clock of the stack forward; not back."""
        now = datetime.fromisoformat((await control(self.place, "GET", "/sim/clock"))["now"])
        if seconds := max(0, int((moment - now).total_seconds())):
            await control(self.place, "POST", "/sim/clock", {"seconds": seconds})

    def _citizen(self, number: int) -> Citizen:
        least = self.contest.quiz.min_seconds + 0.2
        units: Sequence[str] = self.contest.unit_names
        scene = unit_scene(self.rng.choice(units)) if units and self.rng.random() < BY_A_UNITS_CODE else ""
        rng = Random(self.rng.random())
        return kind_of(number)(self.place, self.journal, self.bank, rng, (least, least + READING), scene)

    async def _day(self, day: int, crowd: Sequence[Citizen]) -> None:
        trouble = next((one for one in TROUBLES if one.day == day), None)
        meeting = await self._begin(trouble) if trouble else None
        # Those who stay long come first, or every day would end with waiting for a few of them.
        in_order = sorted(crowd, key=lambda one: one.ATTEMPTS, reverse=True)
        await arrive(in_order, max(LEAST_RATE, self.people / RATE_SECONDS), self.rng, MOST_AT_ONCE)
        told = f"第{day}天：{len(crowd)}人到来，累计开出红包{self.journal.claims}个"
        self.say(told + (f"；{trouble.name}" if trouble else ""))
        if trouble and meeting:
            await self._end(trouble, meeting)
        # An unopened packet would go back after a day.
        await control(self.place, "POST", "/sim/pay/open", {})

    async def _begin(self, trouble: Trouble) -> "asyncio.Task[Set[str]]":
        await control(self.place, "POST", SCRIPTS, {"call": "send", **trouble.script})
        return asyncio.create_task(first_met(trouble, self.place, self.operate))

    async def _end(self, trouble: Trouble, meeting: "asyncio.Task[Set[str]]") -> None:
        """In the evening: notes which payouts met with it, and lets the operator put it right."""
        with suppress(TimeoutError):
            self.met[trouble.name] = await asyncio.wait_for(meeting, MET_SECONDS)
        self.say(f"  因此等待的发放：至少 {len(self.met.get(trouble.name, ()))} 笔（{trouble.reason}）")
        await control(self.place, "DELETE", SCRIPTS)
        if trouble.remedy:
            done = await self.operate(*trouble.remedy, "--yes")
            self.say(f"  运维：./contest {' '.join(trouble.remedy)}　{(done.stdout or done.stderr).strip()}")


def days_of(contest: Contest) -> int:
    return max(1, (contest.window.closes_at - contest.window.opens_at).days)


def by_day(people: int, days: int) -> list[range]:
    """Divides people's numbers among the days of a contest."""
    shares = (*SHARES, *SHARES[-1:] * days)[:days]
    ends = [round(people * sum(shares[:day]) / sum(shares)) for day in range(days + 1)]
    return [range(*span) for span in pairwise(ends)]
