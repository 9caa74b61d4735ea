"""A simulated contest: its people, instances and outside parties; runs each step and checks its outcome."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from chalicelib.adapters.cached_switches import FRESH_SECONDS
from chalicelib.domain.claim import RED_PACKET, TRANSFER, SendOrder, bill_number
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.errors import ContestError, OperatorRefused
from chalicelib.domain.smoke import is_smoke_number
from chalicelib.ports import Ports
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.proof.expected_outcomes import OK, Alternatives, Moment
from tests.proof.invariant_checks import InvariantChecker, StateReader
from tests.proof.model import Follows, Model
from tests.proof.plain_queues import JobList, LaterEvents
from tests.proof.port_faults import Meanwhile, PortFault, PortFaults
from tests.support import examples
from tests.support.clock import FakeClock, Ids
from tests.support.killed import Killed
from tests.support.pay import FakePay
from tests.support.ports import STORE, fake_ports
from tests.support.token_fakes import FakeShareCodes
from tests.support.transfer_bench import with_transfers
from tests.support.transfers import FakeTransfers
from tests.support.wechat import FakeWeChat
from tests.support.world import World

PEOPLE = tuple(f"o{name}" for name in ("amy", "bob", "cai", "dan", "eve", "fay"))
PACKETS, INSTANCES = 5, 3
SPREAD = FRESH_SECONDS
"""Seconds until every instance has seen a changed switch; the contract allows five."""
REFUSED_SECONDS = {"attempt_invalid": 2, "not_passed": 5, "prizes_exhausted": 5}
"""How long an instance may repeat the refusal of a claim from memory."""
KILLED = "killed"
NOT_SEEN_YET = float("inf")
"""The `put_back_at` of a packet put back while a claim found none: only the next sweep's count shows it."""


class Store(Protocol):
    """Where a simulated contest is stored. `index_check_interval`: steps per check of the sweep's index."""

    index_check_interval: int

    def ports(self, contest_id: str, packets: int, rng: Random) -> Ports: ...

    def reader(self, ports: Ports, people: Sequence[str]) -> StateReader: ...


@dataclass(frozen=True)
class Drawn:
    """A draw and its owner."""

    openid: str
    offer: Offer


@dataclass(frozen=True)
class StepResult:
    code: str
    value: Any = None


class SimulatedContest:
    """`contest_id` must be new on its store. Steps raise AssertionError when a rule or an invariant is broken."""

    def __init__(self, contest_id: str, seed: int, put_back: bool, store: Store, product: str = RED_PACKET) -> None:
        contest = examples.contest(contest_id, PACKETS)
        contest = replace(contest, payouts=replace(contest.payouts, put_back=put_back))
        self.pays_by_transfer = product == TRANSFER
        self.until = contest.window.closes_at + timedelta(days=1)
        """The time after which no transfer begins."""
        self.contest = with_transfers(contest, self.until) if self.pays_by_transfer else contest
        self.window, self.bank = self.contest.window, examples.bank()
        self.clock = FakeClock(self.window.opens_at - timedelta(minutes=20))
        self.rng, self.new_id, self.slept = Random(seed), Ids(), 0.0
        self.ports = store.ports(contest_id, PACKETS, self.rng)
        self.port_faults = PortFaults()
        self.jobs, self.later = JobList([]), LaterEvents([])
        self.pay = (FakeTransfers if self.pays_by_transfer else FakePay)(clock=self.clock)
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
        self.taps = Counter[str]()
        """How often each claim's winner asked for the receipt, with any outcome."""
        self.refused: list[tuple[float, str, str, str]] = []
        """Time, openid, attempt and outcome of each claim."""
        self.paused, self.stopped = False, False
        self.paused_at = self.put_back_at = -SPREAD
        self.withdrawn: list[tuple[float, frozenset[str]]] = [(-SPREAD, frozenset())]
        """The lists of withdrawn questions, each with its time."""
        self.apps = [self.instance() for _ in range(INSTANCES)]
        self._activate()
        self.checker = InvariantChecker(
            store.reader(self.ports, PEOPLE), self.ports.payouts, self.pay, store.index_check_interval
        )
        self.model = self.checker.read()
        self.steps, self.step_name = 0, "start"
        self.outcomes = Counter[str]()
        """Counts the outcomes of steps as `step: code`."""

    def instance(self) -> Services:
        """Makes another instance, with its own switches and packets."""
        wrap = self.port_faults.wrap
        ports = replace(
            self.fakes,
            **{name: wrap(getattr(self.ports, name)) for name in STORE},
            payout_queue=wrap(self.jobs, busy=False),
            later_queue=wrap(self.later, busy=False),
            sign_in=wrap(self.wechat),
            **{"transfers" if self.pays_by_transfer else "red_packets": wrap(self.pay, busy=None)},
        )
        return Services(self.contest, examples.SETTINGS, ports, self.clock)

    def _activate(self) -> None:
        self.apps[0].plans.lay_plan(lambda done, total: None, "wang")
        self.apps[0].plans.activate_plan("wang")

    def monotonic(self) -> float:
        return (self.clock.now - self.window.opens_at).total_seconds() + self.slept

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def why_not_send(self, order: SendOrder) -> str:
        return "payouts are stopped" if self.stopped and not is_smoke_number(order.mch_billno) else ""

    def moment(self) -> Moment:
        return Moment(self.clock.now, self.window.opens_at, self.window.closes_at, self._gate_codes())

    def _gate_codes(self) -> tuple[str, ...]:
        if self.clock.now < self.window.opens_at:
            return ("contest_not_open",)
        if self.clock.now >= self.window.closes_at:
            return ("contest_closed",)
        now = ("contest_paused",) if self.paused else ("",)
        return ("contest_paused", "") if self.monotonic() - self.paused_at < SPREAD else now

    def withdrawn_now(self) -> list[frozenset[str]]:
        """Returns the lists that an instance may have read last, the present one last."""
        ends = [at for at, _ in self.withdrawn[1:]]
        recent = [
            listed for end, (_, listed) in zip(ends, self.withdrawn, strict=False) if self.monotonic() - end < SPREAD
        ]
        return [*recent, self.withdrawn[-1][1]]

    def learn_withdrawn(self, listed: frozenset[str]) -> None:
        if listed != self.withdrawn[-1][1]:
            self.withdrawn.append((self.monotonic(), listed))

    def restart(self, which: int) -> None:
        self.apps[which % INSTANCES] = self.instance()

    def run_step(
        self,
        which: int,
        act: Callable[[Services], Any],
        faults: Sequence[PortFault] = (),
        meanwhile: Meanwhile | None = None,
    ) -> StepResult:
        """Lets one instance act, with these faults. A killed instance is replaced."""
        self.port_faults.plan(faults, meanwhile)
        result = self._run_step(which, act)
        self.outcomes[f"{self.step_name}: {result.code}"] += 1
        return result

    def _run_step(self, which: int, act: Callable[[Services], Any]) -> StepResult:
        try:
            return StepResult(OK, act(self.apps[which % INSTANCES]))
        except Killed:
            self.restart(which)
            return StepResult(KILLED)
        except ContestError as refusal:
            return StepResult(refusal.code)
        except OperatorRefused as refusal:
            return StepResult(str(refusal))

    def check_outcome(
        self, result: StepResult, alternatives: Alternatives, queued: bool = False, stored: Model | None = None
    ) -> None:
        """Checks that the step had one of these outcomes; with faults, it may have stopped half-way.

        An answered outcome must be stored (I6), unless the event waits in the queue for later (`queued`).
        """
        stored = stored or self.checker.read()
        happened = self.port_faults.happened
        matching = [a for a in alternatives if a.model == stored and (a.code == result.code or happened)]
        if happened and not matching:
            halves = [half for a in alternatives for half in (*a.halves, self.model) if half == stored]
            assert halves, self.explain("stored neither an outcome nor a half of one", result, alternatives, stored)
            assert (
                queued
                or result.code in (KILLED, "try_again")
                or result.code in {a.code for a in alternatives if a.model == self.model}
            ), self.explain("answered what is not stored", result, alternatives, stored)
            self.model = halves[0]
        else:
            assert matching, self.explain("no allowed outcome", result, alternatives, stored)
            # With faults, the check that would have refused may be the one that failed.
            code_allowed = result.code != OK or OK in {a.code for a in matching}
            assert code_allowed, self.explain("success where a refusal was due", result, alternatives, stored)
            self.model = matching[0].model
        self.check_invariants()

    def remembered_refusals(self, openid: str, attempt_id: str) -> tuple[str, ...]:
        """Returns the refusals of this claim in the last seconds, which an instance may repeat."""
        now, latest = self.monotonic(), self.refused[-40:]
        recent = [(code, now - at) for at, *claimed, code in latest if claimed == [openid, attempt_id]]
        return tuple({code for code, age in recent if age < REFUSED_SECONDS.get(code, 0)})

    def check_unchanged(self) -> None:
        """For steps that change neither people nor packets, except that refunded packets may be put back."""
        stored = self.checker.read()
        self._learn(stored)
        assert stored == self.model, f"a payout changed people or packets: {stored} is not {self.model}"
        self.check_invariants()

    def learn_put_back(self) -> bool:
        """Returns, in the middle of a step, whether refunded packets were put back meanwhile."""
        return self._learn(self.checker.read())

    def _learn(self, stored: Model) -> bool:
        """Adds claims released meanwhile to the model, and checks that this is allowed. Returns whether there are
        any."""
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

    def check_invariants(self) -> None:
        self.checker.check(self.model)
        if self.pays_by_transfer:
            for claim in self.checker.claims:
                sent = self.pay.numbers.get(bill_number(claim.packet), [])
                assert len(sent) <= self.taps[claim.claim_id], f"I4 {claim} has more numbers than its winner asked for"

    def explain(self, what: str, result: StepResult, alternatives: Alternatives, stored: Model) -> str:
        lines = [
            f"{what}: {result.code} at {self.clock.now}, happened={self.port_faults.happened}",
            f"was    {self.model}",
        ]
        lines += [f"{a.code:7}{a.model}" for a in alternatives]
        return "\n".join([*lines, f"stored {stored}"])

    def follows(self, openid: str) -> Follows:
        return self.model.follows.get(openid, Follows())

    def wait(self, until: datetime) -> None:
        self.clock.now = max(self.clock.now, until)
