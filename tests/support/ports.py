"""`FakePorts`: every port of the application in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.adapters.desk.desk_sessions import SealedDeskSessions
from chalicelib.adapters.http.sealed_sessions import SealedSessions
from chalicelib.adapters.pay.v3_notification import open_notice
from chalicelib.adapters.sealing import Sealer, digest_person
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.lessons import Lesson
from chalicelib.ports import (
    AttemptTokens,
    Baseline,
    Clock,
    Control,
    CredentialStore,
    CurrentSwitches,
    DayScan,
    DeskSessions,
    EarlierSmokePayments,
    Followers,
    LaterQueue,
    Ledger,
    LogEntry,
    Measure,
    NewId,
    NoticeOpener,
    OfficeFiles,
    OfficeRecords,
    OfficialAccount,
    OwnServer,
    Participants,
    PayoutProvider,
    PayoutQueue,
    Payouts,
    PersonalData,
    Plans,
    Pool,
    Proofs,
    Referrals,
    SavedMenu,
    SealedState,
    Sessions,
    ShareCodes,
    VisitorSignIn,
    unmeasured,
)
from tests.support import examples
from tests.support.clock import Ids, Stopwatch
from tests.support.control import FakeControl, FakeCredentials, FakeProofs, FakeSavedMenu
from tests.support.day_scan import FakeDayScan
from tests.support.office import FakeOffice
from tests.support.office_files import FakeFiles
from tests.support.own_server import FakeOwnServer
from tests.support.pay import FakePay
from tests.support.payouts import FakeEarlierSmokePayments, FakeLedger, FakePayouts
from tests.support.people import FakeFollowers, FakeParticipants
from tests.support.personal import FakePersonalData
from tests.support.prizes import FakePlans, FakePool
from tests.support.queues import FakeLaterQueue, FakeQueue
from tests.support.referrals import FakeBaseline, FakeReferrals
from tests.support.state import ContestState, put_log
from tests.support.token_fakes import FakeShareCodes, FakeTokens
from tests.support.transfers import FakeTransfers
from tests.support.v3_keys import V3_KEY
from tests.support.wechat import FakeWeChat
from tests.support.world import World

KEYS = ("a key of the tests",)
STORE = tuple(
    "followers participants referrals baseline ledger pool plans payouts earlier_smoke_payments control"
    " proofs saved_menu personal_data office day_scan".split()
)
"""The ports of the store."""


def no_pace() -> None:
    """Waits for nothing."""


@dataclass
class FakePorts:
    """`Ports` in memory. `dataclasses.replace` makes the ports of another instance, with its own copy of the
    switches."""

    clock: Clock
    state: ContestState
    """The contest's stored state."""
    followers: Followers
    participants: Participants
    referrals: Referrals
    baseline: Baseline
    ledger: Ledger
    pool: Pool
    plans: Plans
    payouts: Payouts
    earlier_smoke_payments: EarlierSmokePayments
    control: Control
    proofs: Proofs
    saved_menu: SavedMenu
    personal_data: PersonalData
    office: OfficeRecords
    office_files: OfficeFiles
    day_scan: DayScan
    payout_queue: PayoutQueue
    later_queue: LaterQueue
    sign_in: VisitorSignIn
    account: OfficialAccount
    credentials: CredentialStore
    red_packets: PayoutProvider
    transfers: PayoutProvider
    played_own_server: OwnServer = field(default_factory=FakeOwnServer)
    """Used if the contest file or the stage's settings name an own server."""
    bank: Bank = field(default_factory=examples.bank)
    lessons: tuple[Lesson, ...] = ()
    tokens: AttemptTokens = field(default_factory=FakeTokens)
    open_notice: NoticeOpener = field(default=partial(open_notice, V3_KEY))
    share_codes: ShareCodes = field(default_factory=FakeShareCodes)
    sessions: Sessions = field(
        default_factory=lambda: SealedSessions(Sealer(KEYS, "session"), examples.SETTINGS.app_id, True)
    )
    oauth_state: SealedState = field(default_factory=lambda: Sealer(KEYS, "oauth-state"))
    desk_tokens: SealedState = field(default_factory=lambda: Sealer(KEYS, "desk-link"))
    desk_sessions: DeskSessions = field(
        default_factory=lambda: SealedDeskSessions(Sealer(KEYS, "desk-session"), "test", True)
    )
    rng: Random = field(default_factory=lambda: Random(0))
    new_id: NewId = field(default_factory=Ids)
    monotonic: Callable[[], float] = field(default_factory=Stopwatch)
    sleep: Callable[[float], None] = lambda seconds: None
    pace: Callable[[], None] = no_pace
    measure: Measure = unmeasured
    switches: CurrentSwitches = field(init=False)

    def __post_init__(self) -> None:
        self.switches = CachedSwitches(self.control.read_switches, self.monotonic, self.clock)

    @property
    def callback_participants(self) -> Participants:
        return self.participants

    def digest_person(self, openid: str) -> str:
        return digest_person(KEYS, "test", openid)

    def fresh_account(self) -> OfficialAccount:
        return self.account

    def own_server(self, address: str, measure: Measure) -> OwnServer:
        return self.played_own_server

    def log_decision(self, entry: LogEntry) -> None:
        put_log(self.state, entry)


def fake_ports(world: World, contest: Contest, clock: Clock, rng: Random | None = None) -> FakePorts:
    """All fakes of a contest on one world."""
    rng, wechat = rng or Random(0), FakeWeChat(world, clock)
    return FakePorts(
        clock=clock,
        state=world.contest(contest.id),
        followers=FakeFollowers(world),
        participants=FakeParticipants(world, contest.id),
        referrals=FakeReferrals(world, contest.id, contest.privacy.keeps_former),
        baseline=FakeBaseline(world, contest.id),
        ledger=FakeLedger(world, contest.id),
        pool=FakePool(world, contest.id, rng),
        plans=FakePlans(world, contest.id),
        payouts=FakePayouts(world, contest.id),
        earlier_smoke_payments=FakeEarlierSmokePayments(world, contest.id),
        control=FakeControl(world, contest.id),
        proofs=FakeProofs(world, contest.id),
        saved_menu=FakeSavedMenu(world, contest.id),
        personal_data=FakePersonalData(world, contest.id),
        office=FakeOffice(world, contest.id),
        office_files=FakeFiles(world),
        day_scan=FakeDayScan(world, contest.id),
        payout_queue=FakeQueue(world),
        later_queue=FakeLaterQueue(world),
        sign_in=wechat,
        account=wechat,
        credentials=FakeCredentials(world, examples.SETTINGS.app_id),
        red_packets=FakePay(world),
        transfers=FakeTransfers(world, clock),
        rng=rng,
    )
