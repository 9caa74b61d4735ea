"""One life of a contest: its people, instances and outside parties, and how a step is taken and judged."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from chalicelib.adapters.cached_switches import FRESH_SECONDS
from chalicelib.domain.claims import ClaimRef, SendOrder
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.errors import ContestError, OperatorRefused
from chalicelib.domain.smoke import is_smoke_number
from chalicelib.ports import Ports
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.proof.model import Follows, Model
from tests.proof.predict import OK, Alternatives, Moment
from tests.proof.trouble import Blow, Meanwhile, Trouble
from tests.proof.watch import Look, Watch
from tests.support import examples
from tests.support.clock import FakeClock, Ids
from tests.support.killed import Killed
from tests.support.outside import FakeShareCodes
from tests.support.pay import FakePay
from tests.support.ports import STORE, fake_ports
from tests.support.wechat import FakeWeChat
from tests.support.world import World

PEOPLE = tuple(f"o{name}" for name in ("amy", "bob", "cai", "dan", "eve", "fay"))
PACKETS, INSTANCES = 5, 3
SPREAD = FRESH_SECONDS
"""Seconds until every instance has seen a switch; the contract allows five."""
KILLED = "killed"
NOT_SEEN_YET = float("inf")
"""When a packet was put back while a claim found none: the next census sees it."""


class Store(Protocol):
    """Where a life is stored. `often` is in how many steps the sweep's index is looked through once."""

    often: int

    def ports(self, contest_id: str, packets: int, rng: Random) -> Ports: ...

    def look(self, ports: Ports, people: Sequence[str]) -> Look: ...


@dataclass
class Jobs:
    """The payout queue: a list that anything may happen to."""

    waiting: list[tuple[ClaimRef, bool]]

    def put_payout(self, ref: ClaimRef, ask: bool = False) -> bool:
        self.waiting.append((ref, ask))
        return True


@dataclass
class Later:
    """Events that the store could not take."""

    events: list[IncomingMessage]

    def put_event(self, heard: IncomingMessage) -> bool:
        self.events.append(heard)
        return True

    def put_notice(self, openid: str) -> bool:
        return True


@dataclass(frozen=True)
class Drawn:
    """A draw, whose it is, and when it was."""

    openid: str
    offer: Offer


@dataclass(frozen=True)
class Result:
    code: str
    value: Any = None


class Life:
    """`contest_id` is fresh on its store. Steps raise AssertionError when a rule or an invariant is broken."""

    def __init__(self, contest_id: str, seed: int, put_back: bool, store: Store) -> None:
        contest = examples.contest(contest_id, PACKETS)
        self.contest = replace(contest, payouts=replace(contest.payouts, put_back=put_back))
        self.window, self.bank = self.contest.window, examples.bank()
        self.clock = FakeClock(self.window.opens_at - timedelta(minutes=20))
        self.rng, self.new_id, self.slept = Random(seed), Ids(), 0.0
        self.ports = store.ports(contest_id, PACKETS, self.rng)
        self.trouble = Trouble()
        self.jobs, self.later, self.pay = Jobs([]), Later([]), FakePay(clock=self.clock)
        self.pay.may_send = self.why_not_send
        self.world = World()
        self.wechat, self.share_codes = FakeWeChat(self.world, self.clock), FakeShareCodes()
        self.fakes = replace(
            fake_ports(self.world, self.contest, self.clock, self.rng),
            bank=self.bank,
            share_codes=self.share_codes,
            new_id=self.new_id,
            monotonic=self.monotonic,
            sleep=self._sleep,
        )
        self.events: list[IncomingMessage] = []
        self.drawn: list[Drawn] = []
        self.paused, self.stopped = False, False
        self.paused_at = self.put_back_at = -SPREAD
        self.apps = [self.instance() for _ in range(INSTANCES)]
        self._activate()
        self.watch = Watch(store.look(self.ports, PEOPLE), self.ports.payouts, self.pay, store.often)
        self.model = self.watch.read()
        self.steps, self.doing = 0, "start"
        self.tally = Counter[str]()
        """How often each step ended how."""

    def instance(self) -> Services:
        """One more, with its own switches and packets."""
        wrap = self.trouble.wrap
        ports = replace(
            self.fakes,
            **{name: wrap(getattr(self.ports, name)) for name in STORE},
            payout_queue=wrap(self.jobs, busy=False),
            later_queue=wrap(self.later, busy=False),
            payout_provider=wrap(self.pay, busy=None),
            sign_in=wrap(self.wechat),
        )
        return Services(self.contest, examples.SETTINGS, ports, self.clock)

    def _activate(self) -> None:
        self.apps[0].plans.lay_plan(lambda done, total: None)
        self.apps[0].plans.activate_plan()

    def monotonic(self) -> float:
        return (self.clock.now - self.window.opens_at).total_seconds() + self.slept

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def why_not_send(self, order: SendOrder) -> str:
        return "payouts are stopped" if self.stopped and not is_smoke_number(order.mch_billno) else ""

    def moment(self) -> Moment:
        return Moment(self.clock.now, self.window.opens_at, self.window.closes_at, self._barred())

    def _barred(self) -> tuple[str, ...]:
        if self.clock.now < self.window.opens_at:
            return ("contest_not_open",)
        if self.clock.now >= self.window.closes_at:
            return ("contest_closed",)
        now = ("contest_paused",) if self.paused else ("",)
        return ("contest_paused", "") if self.monotonic() - self.paused_at < SPREAD else now

    def restart(self, which: int) -> None:
        self.apps[which % INSTANCES] = self.instance()

    def attempt(
        self,
        which: int,
        act: Callable[[Services], Any],
        blows: Sequence[Blow] = (),
        meanwhile: Meanwhile | None = None,
    ) -> Result:
        """Lets one instance act, in trouble; who is killed is replaced."""
        self.trouble.arm(blows, meanwhile)
        result = self._attempt(which, act)
        self.tally[f"{self.doing}: {result.code}"] += 1
        return result

    def _attempt(self, which: int, act: Callable[[Services], Any]) -> Result:
        try:
            return Result(OK, act(self.apps[which % INSTANCES]))
        except Killed:
            self.restart(which)
            return Result(KILLED)
        except ContestError as refusal:
            return Result(refusal.code)
        except OperatorRefused as refusal:
            return Result(str(refusal))

    def judge(
        self, result: Result, alternatives: Alternatives, queued: bool = False, stored: Model | None = None
    ) -> None:
        """The step went as one of the alternatives says; in trouble, it may have stopped half-way.

        What was answered is stored (I6), unless the event waits in the queue for later (`queued`).
        """
        stored = stored or self.watch.read()
        struck = self.trouble.struck
        matching = [a for a in alternatives if a.model == stored and (a.code == result.code or struck)]
        if struck and not matching:
            halves = [half for a in alternatives for half in (*a.halves, self.model) if half == stored]
            assert halves, self.explain("stored what no half-way of it is", result, alternatives, stored)
            assert (
                queued
                or result.code in (KILLED, "try_again")
                or result.code in {a.code for a in alternatives if a.model == self.model}
            ), self.explain("answered what is not stored", result, alternatives, stored)
            self.model = halves[0]
        else:
            assert matching, self.explain("went otherwise", result, alternatives, stored)
            # In trouble, the check that would have refused may be the one that could not be made.
            said_so = result.code != OK or OK in {a.code for a in matching}
            assert said_so, self.explain("said", result, alternatives, stored)
            self.model = matching[0].model
        self.done()

    def unchanged(self) -> None:
        """For steps that touch neither people nor packets, except that refunded money may come back."""
        stored = self.watch.read()
        self._learn(stored)
        assert stored == self.model, f"a payout changed people or packets: {stored} is not {self.model}"
        self.done()

    def take_back(self) -> bool:
        """In the middle of a step: refunded money may have come back. Whether any has."""
        return self._learn(self.watch.read())

    def _learn(self, stored: Model) -> bool:
        """The model learns which claims were released, if that is allowed. Whether any was."""
        released = stored.released - self.model.released
        free = dict(self.model.free)
        for person in self.model.people.values():
            for attempt_id in released & person.claims.keys():
                _, number, fen = person.claims[attempt_id]
                free[number + PACKETS] = fen
        if released:
            assert self.contest.payouts.put_back, "released although that is off"
            self.put_back_at = self.monotonic()
            self.model = replace(self.model, free=free, released=self.model.released | released)
        return bool(released)

    def done(self) -> None:
        self.watch.check(self.model)

    def explain(self, what: str, result: Result, alternatives: Alternatives, stored: Model) -> str:
        lines = [f"{what}: {result.code} at {self.clock.now}, struck={self.trouble.struck}", f"was    {self.model}"]
        lines += [f"{a.code:7}{a.model}" for a in alternatives]
        return "\n".join([*lines, f"stored {stored}"])

    def follows(self, openid: str) -> Follows:
        return self.model.follows.get(openid, Follows())

    def wait(self, until: datetime) -> None:
        self.clock.now = max(self.clock.now, until)
