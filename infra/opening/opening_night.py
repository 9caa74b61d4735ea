"""One opening: the crowd meets the cloud, step by step, until everybody is done."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from infra.opening.arrivals import Arrivals
from infra.opening.cloud import Answers, Serving, Used
from infra.opening.crowd import STEP, Waiting, steps
from infra.opening.journey import (
    FIRST,
    LOOK,
    MEASURED,
    OPEN_PAGE,
    SHARE,
    TRIES,
    Call,
    Journey,
    Refusal,
    Try,
    after,
    newcomer,
    people,
)

LONGEST = 4 * 3_600
"""Seconds after which the model gives up."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`packets`: how many there are; afterwards a claim is answered without a write."""

    people: int
    arrivals: Arrivals
    packets: int
    journey: Journey = field(default_factory=newcomer)


@dataclass(slots=True)
class Minute:
    """Sums of one minute; `waiting`: people in a wait after a refusal, at its end; `sent`: payouts."""

    finished: float = 0.0
    waiting: float = 0.0
    sent: float = 0.0
    used: Used = field(default_factory=Used)
    refused: dict[str, float] = field(default_factory=dict)


class Night:
    """The run. After it, `answers` and `begun` say for each step what a call met and how many came to it first, `owed`
    how many packets were opened and how long the last of them waits for its money."""

    def __init__(self, opening: Opening, cloud: Serving) -> None:
        self.opening, self.cloud, self.payouts = opening, cloud, cloud.payouts
        self.way, self.sides = opening.journey.way, (SHARE, LOOK)
        self.states = {(call, tried): Waiting() for call in (*self.way, *self.sides) for tried in TRIES}
        self.come = self.finished = self.claimed = 0.0
        self.answers: list[Mapping[Call, Answers]] = []
        self.begun: dict[Call, list[float]] = {call: [] for call in self.way}
        self.owed: list[tuple[float, float]] = []
        self.minutes: list[Minute] = []
        self._used = Used()
        self._next = dict(zip(self.way, self.way[1:], strict=False))
        self._arrivals = opening.arrivals

    @property
    def under_way(self) -> float:
        """People who wait for a call of their way."""
        return sum(self.states[call, tried].people for call in self.way for tried in TRIES)

    @property
    def lost(self) -> float:
        """People who came and are in no state: zero but for rounding."""
        return self.come - self.finished - self.under_way

    def run(self, longest: float = LONGEST) -> "Night":
        self._open()
        for now in range(steps(longest)):
            self._arrive(now)
            self._step(now)
            if (now + 1) % steps(60) == 0:
                self._close_minute()
                if self.opening.people - self.finished < 0.5:
                    break
        return self

    def _open(self) -> None:
        waiting = self._arrivals.waiting * self.opening.people
        if waiting:
            self.come += waiting
            least, most = people("taps_after_opening")
            self._state(OPEN_PAGE).add(waiting, -1, least, most)
            self._share(waiting, -1)

    def _state(self, name: str) -> Waiting:
        return self.states[next(call for call in self.way if call.name == name), FIRST]

    def _arrive(self, now: int) -> None:
        newcomers = (1 - self._arrivals.waiting) * self.opening.people
        curve = self._arrivals.newcomers
        count = newcomers * (curve((now + 1) * STEP) - curve(now * STEP))
        if count > 0:
            self.come += count
            self.states[self.way[0], FIRST].add(count, now - 1, 0.0, 0.0)

    def _step(self, now: int) -> None:
        alive = ((state, waiting) for state, waiting in self.states.items() if waiting.changes)
        due = {state: count for state, waiting in alive if (count := waiting.due(now)) > 0}
        wanted: defaultdict[Call, float] = defaultdict(float)
        for (call, _), count in due.items():
            wanted[call] += count
        for call in self.way:
            self.begun[call].append(due.get((call, FIRST), 0.0))
        answers = self.cloud.serve(now, wanted, self.opening.packets - self.claimed)
        self.answers.append(answers)
        opened = 0.0
        for (call, tried), count in due.items():
            opened += self._answer(now, call, tried, count, answers[call])
        self.owed.append((opened, self.payouts.put(opened)))

    def _answer(self, now: int, call: Call, tried: Try, count: float, found: Answers) -> float:
        """Moves the people of one state on. Returns how many packets they opened."""
        waited = found.waited + found.cold * MEASURED["lambda"]["cold_seconds"]
        opened = self._go_on(now, call, count * found.answered, waited)
        for refusal, share in ((Refusal.TOO_MANY, found.too_many), (Refusal.TRY_AGAIN, found.try_again)):
            if count * share <= 0:
                continue
            again = after(call, tried, refusal)
            if again:
                following, (least, most) = again
                self.states[call, following].add(count * share, now, least, most)
            elif call not in self.sides:  # WeChat gives up; the sign-in asks whether they follow
                self._go_on(now, call, count * share, 0.0)
        return opened

    def _go_on(self, now: int, call: Call, count: float, waited: float) -> float:
        if call in self.sides or count <= 0:
            return 0.0
        following = self._next.get(call)
        if following is None:
            return self._finish(now, count)
        took = waited + self.opening.journey.network + call.seconds
        least, most = following.pause
        self.states[following, FIRST].add(count, now, took + least, took + most)
        if call.name == "me":
            self._share(count, now)
        return 0.0

    def _share(self, count: float, now: int) -> None:
        for least, most in self.opening.journey.shares:
            self.states[SHARE, FIRST].add(count, now, least, most)

    def _finish(self, now: int, count: float) -> float:
        """The claims are answered: with a packet, or with the news that there is none."""
        opened = min(count, self.opening.packets - self.claimed)
        self.claimed += opened
        self.finished += count
        wait = (self.payouts.waiting + opened) / self.payouts.rate
        for look in self.opening.journey.looks:
            if opened and look < wait:
                self.states[LOOK, FIRST].add(opened, now, look, look)
        return opened

    def _close_minute(self) -> None:
        cloud, before = self.cloud, self.minutes
        waiting = sum(self.states[call, tried].people for call in self.way for tried in TRIES if tried != FIRST)
        earlier = {name: sum(one.refused.get(name, 0) for one in before) for name in cloud.refused}
        refused = {name: count - earlier[name] for name, count in cloud.refused.items()}
        finished = self.finished - sum(one.finished for one in before)
        sent = self.payouts.sent - sum(one.sent for one in before)
        self.minutes.append(Minute(finished, waiting, sent, cloud.used.since(self._used), refused))
        self._used = replace(cloud.used)
