"""Plays the week of a contest in a minute or two: each day's people, three troubles with payouts, and the operator."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.units import unit_scene
from infra.local.local_stack import Stack
from infra.rehearsal.citizen import Citizen
from infra.rehearsal.journal import Journal
from infra.rehearsal.kinds import kind_of
from infra.rehearsal.open_loop import arrive
from infra.rehearsal.phone import Place
from infra.rehearsal.settling import control, operate

Say = Callable[[str], None]
SHARES = (28, 16, 12, 11, 11, 10, 12)
"""The days' shares of the people, in percent; a longer contest repeats the last."""
FRIENDS = 106
"""Of each hundred, six bring a friend."""
READING = 2.0
BY_A_UNITS_CODE = 0.6
RATE_SECONDS = 70.0
"""All people come within so many seconds, the waits between the days apart."""
NIGHT = timedelta(minutes=11)
"""The figures of a day are those of 00:10."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What WeChat Pay answers to the day's first payouts, and what the operator does in the evening."""

    day: int
    name: str
    script: Mapping[str, Any]
    remedy: tuple[str, ...]


TROUBLES = (
    Trouble(2, "商户余额不足", {"answer": "NOTENOUGH"}, ("payouts", "resume", "--reason", "演练：已充值")),
    Trouble(3, "微信支付付款后应答 500", {"answer": "http500", "when": "after", "times": 5}, ()),
    Trouble(4, "收款人暂不可付", {"answer": "OPENID_ERROR", "times": 3}, ("payouts", "retry", "--reason", "openid")),
)


@dataclass
class Week:
    stack: Stack
    place: Place
    contest: Contest
    bank: Bank
    journal: Journal
    people: int
    say: Say
    rng: Random

    async def play(self) -> None:
        """From before the opening to after the closing."""
        await self.wait_until(self.contest.window.opens_at + timedelta(minutes=1))
        days = max(1, (self.contest.window.closes_at - self.contest.window.opens_at).days)
        number = 0
        for day in range(1, days + 1):
            until = round(self.people * 100 / FRIENDS * sum((*SHARES, *SHARES[-1:] * days)[:day]) / 100)
            until = until if day < days else round(self.people * 100 / FRIENDS)
            await self._day(day, [self._citizen(at) for at in range(number, until)])
            number = max(number, until)
            await self.wait_until(self.contest.window.opens_at + timedelta(days=day) + NIGHT)
        # A worker may have parked one after the operator had looked.
        await asyncio.to_thread(operate, self.stack.environ, *TROUBLES[-1].remedy, "--yes")

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
        if trouble:
            await control(self.place, "POST", "/sim/pay/transfers/scripts", {"call": "send", **trouble.script})
        await arrive(crowd, max(1.0, self.people / RATE_SECONDS), self.rng)
        told = f"第{day}天：{len(crowd)}人到来，累计开出红包{self.journal.claims}个"
        self.say(told + (f"；{trouble.name}" if trouble else ""))
        if trouble:
            await control(self.place, "DELETE", "/sim/pay/transfers/scripts")
        if trouble and trouble.remedy:
            done = await asyncio.to_thread(operate, self.stack.environ, *trouble.remedy, "--yes")
            self.say(f"  运维：./contest {' '.join(trouble.remedy)}　{(done.stdout or done.stderr).strip()}")
        await self._open_packets()

    async def _open_packets(self) -> None:
        """People open in WeChat what has arrived; an unopened packet would go back after a day."""
        people = {one["openid"]: one["id"] for one in (await control(self.place, "GET", "/sim/people"))["people"]}
        for payment in (await control(self.place, "GET", "/sim/pay/ledger"))["payments"]:
            if payment["status"] == "SENT":
                path = f"/sim/people/{people[payment['openid']]}/packets/{payment['mch_billno']}/open"
                await control(self.place, "POST", path, {})
