"""Use cases put together as one instance of the application has them, on whatever ports it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from chalicelib.adapters.dynamodb.control import CachedSwitches
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.ports import (
    AttemptTokens,
    Clock,
    Control,
    Followers,
    NewId,
    Participants,
    PayoutQueue,
    Payouts,
    Plans,
    Pool,
    RedPackets,
)
from chalicelib.usecases.claim import ClaimPacket, Picker
from chalicelib.usecases.draw import DrawQuestions
from chalicelib.usecases.gate import Gate
from chalicelib.usecases.hear import Hear
from chalicelib.usecases.lay_plan import ActivatePlan, LayPlan
from chalicelib.usecases.me import ChooseUnit, LookAtMe
from chalicelib.usecases.open_close import CloseContest, OpenContest
from chalicelib.usecases.pay import PayClaim
from chalicelib.usecases.submit import SubmitAttempt
from chalicelib.usecases.sweep import Sweep

LINK = "https://quiz.example/oauth/start?next=/"


@dataclass
class Ports:
    """One contest's store."""

    followers: Followers
    participants: Participants
    payouts: Payouts
    pool: Pool
    plans: Plans
    control: Control


@dataclass
class Instance:
    """`monotonic` and `sleep` are the claim's patience and the age of the switches."""

    contest: Contest
    bank: Bank
    ports: Ports
    tokens: AttemptTokens
    queue: PayoutQueue
    red_packets: RedPackets
    clock: Clock
    new_id: NewId
    rng: Random
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def __post_init__(self) -> None:
        ports, contest, clock = self.ports, self.contest, self.clock
        self.switches = CachedSwitches(ports.control.read, self.monotonic)
        self.gate = Gate(contest, self.switches, clock)
        self.draw = DrawQuestions(self.gate, self.bank, ports.followers, self.tokens, self.rng, self.new_id)
        self.submit = SubmitAttempt(self.gate, self.bank, ports.participants, self.tokens)
        self.claim = self._claim()
        self.pay = PayClaim(ports.payouts, self.red_packets, ports.control.read, clock)
        self.sweep = Sweep(ports.payouts, self.queue, ports.pool, ports.control, ports.control.read, clock)
        self.hear = Hear(contest, ports.followers, self.switches, clock, LINK)
        self.look_at_me = LookAtMe(ports.followers, ports.participants)
        self.choose_unit = ChooseUnit(contest, ports.participants, clock)
        self.open_contest = OpenContest(contest, ports.control, clock)
        self.close_contest = CloseContest(contest, ports.control, clock)
        self.lay_plan = LayPlan(ports.plans, contest.prizes, self.new_id)
        self.activate_plan = ActivatePlan(ports.plans)

    def _claim(self) -> ClaimPacket:
        return ClaimPacket(
            gate=self.gate,
            participants=self.ports.participants,
            picker=Picker(self.ports.pool),
            control=self.ports.control,
            queue=self.queue,
            new_id=self.new_id,
            rng=self.rng,
            monotonic=self.monotonic,
            sleep=self.sleep,
            forget_switches=self.switches.forget,
        )
