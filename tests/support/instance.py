"""Use cases put together as one instance of the application has them, on whatever ports it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from chalicelib.adapters.store.control import CachedSwitches
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.ports import (
    AttemptTokens,
    Baseline,
    Clock,
    Codes,
    Control,
    CustomerMessages,
    FollowerPages,
    Followers,
    LaterQueue,
    Ledger,
    Measure,
    Menus,
    NewId,
    Participants,
    PayoutQueue,
    Payouts,
    Plans,
    Pool,
    RedPackets,
    Referrals,
    SavedMenu,
    ShareCodes,
    SmokePayments,
    WeChat,
    unmeasured,
)
from chalicelib.usecases.audit import Audit
from chalicelib.usecases.claim import ClaimPacket, Picker
from chalicelib.usecases.decide_payout import DecidePayout
from chalicelib.usecases.draw import DrawQuestions
from chalicelib.usecases.gate import Gate
from chalicelib.usecases.hear import Hear
from chalicelib.usecases.import_followers import ImportFollowers
from chalicelib.usecases.lay_plan import ActivatePlan, LayPlan
from chalicelib.usecases.me import ChooseUnit, LookAtMe
from chalicelib.usecases.menu import PublishMenu, RestoreMenu
from chalicelib.usecases.open_close import CloseContest, OpenContest
from chalicelib.usecases.pay import PayClaim
from chalicelib.usecases.pay_smoke import PaySmoke
from chalicelib.usecases.reconcile import AskAboutAll, Reconcile
from chalicelib.usecases.record_payout import RecordPayout
from chalicelib.usecases.share import ShareCode, ShareLink
from chalicelib.usecases.sign_in import SignIn
from chalicelib.usecases.submit import SubmitAttempt
from chalicelib.usecases.sweep import Sweep
from chalicelib.usecases.tell import TellSharer

BASE_URL = "https://quiz.example"
LINK = f"{BASE_URL}/oauth/start?next=/"


@dataclass
class Ports:
    """One contest's store."""

    followers: Followers
    participants: Participants
    referrals: Referrals
    payouts: Payouts
    smoke: SmokePayments
    ledger: Ledger
    pool: Pool
    plans: Plans
    control: Control
    saved_menu: SavedMenu
    baseline: Baseline


class Account(Codes, CustomerMessages, Menus, FollowerPages, Protocol):
    """What one adapter of the WeChat account provides."""


def no_pace() -> None:
    """Nothing is waited for."""


@dataclass
class Instance:
    """`monotonic` and `sleep` are the claim's patience and the age of the switches."""

    contest: Contest
    bank: Bank
    ports: Ports
    tokens: AttemptTokens
    share_codes: ShareCodes
    queue: PayoutQueue
    later: LaterQueue
    red_packets: RedPackets
    wechat: WeChat
    account: Account
    clock: Clock
    new_id: NewId
    rng: Random
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    pace: Callable[[], None] = no_pace
    measure: Measure = unmeasured

    def __post_init__(self) -> None:
        self.switches = CachedSwitches(self.ports.control.read, self.monotonic, self.clock)
        self.gate = Gate(self.contest, self.switches, self.clock)
        self._for_participants()
        self._for_the_account()
        self._for_payouts()
        self._for_operators()

    def _for_participants(self) -> None:
        ports, contest, clock = self.ports, self.contest, self.clock
        self.draw = DrawQuestions(self.gate, self.bank, ports.followers, self.tokens, self.rng, self.new_id)
        self.submit = SubmitAttempt(self.gate, self.bank, ports.participants, self.tokens)
        self.claim = self._claim()
        self.look_at_me = LookAtMe(ports.followers, ports.participants)
        self.choose_unit = ChooseUnit(contest, ports.participants, clock)
        self.share_link = ShareLink(self.gate, self.share_codes, BASE_URL)
        self.share_code = ShareCode(self.gate, self.share_codes, ports.participants, self.account)
        self.sign_in = SignIn(self.wechat, ports.followers, self.share_codes, contest, clock)

    def _for_the_account(self) -> None:
        ports, contest, clock = self.ports, self.contest, self.clock
        self.hear = Hear(
            contest=contest,
            followers=ports.followers,
            participants=ports.participants,
            referrals=ports.referrals,
            share_codes=self.share_codes,
            control=ports.control,
            later=self.later,
            switches=self.switches,
            clock=clock,
            quiz_link=LINK,
        )
        self.tell_sharer = TellSharer(contest, self.account, clock, LINK)
        self.publish_menu = PublishMenu(contest, self.account, ports.saved_menu, clock, LINK)
        self.restore_menu = RestoreMenu(contest, self.account, ports.saved_menu, clock)
        self.open_contest = OpenContest(contest, ports.control, self.publish_menu, clock)
        self.close_contest = CloseContest(contest, ports.control, self.restore_menu, clock)

    def _for_payouts(self) -> None:
        ports, contest, clock, control = self.ports, self.contest, self.clock, self.ports.control
        record = RecordPayout(contest, ports.payouts, clock, self.measure)
        self.pay = PayClaim(
            rules=contest.payouts,
            claims=ports.payouts,
            record=record,
            red_packets=self.red_packets,
            control=control,
            switches=control.read,
            pace=self.pace,
            clock=clock,
            measure=self.measure,
        )
        self.sweep = Sweep(
            contest=contest,
            claims=ports.payouts,
            queue=self.queue,
            pool=ports.pool,
            control=control,
            participants=ports.participants,
            switches=control.read,
            clock=clock,
            measure=self.measure,
        )
        self.ask_about_all = AskAboutAll(ports.payouts, self.queue)
        self.reconcile = Reconcile(ports.payouts, record, self.red_packets, clock)

    def _for_operators(self) -> None:
        ports, contest, clock = self.ports, self.contest, self.clock
        self.decide_payout = DecidePayout(ports.ledger, ports.payouts, ports.control, self.red_packets, clock)
        self.audit = Audit(ports.ledger, ports.control, ports.plans, ports.smoke)
        self.pay_smoke = PaySmoke(
            contest.packet, ports.smoke, self.red_packets, ports.followers, self.wechat, self.new_id, clock
        )
        self.import_followers = ImportFollowers(contest, self.account, ports.baseline, clock)
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
            measure=self.measure,
        )
