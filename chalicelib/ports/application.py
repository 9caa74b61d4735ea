"""All ports of one instance of the application, one attribute each."""

from collections.abc import Callable
from random import Random
from typing import Protocol

from chalicelib.domain.bank import Bank
from chalicelib.domain.lessons import Lesson
from chalicelib.domain.operator_log import LogEntry
from chalicelib.ports.basics import Measure, NewId
from chalicelib.ports.control_ports import Control, CurrentSwitches
from chalicelib.ports.day_scan_port import DayScan
from chalicelib.ports.office_files_port import OfficeFiles
from chalicelib.ports.office_ports import OfficeRecords
from chalicelib.ports.own_server_port import OwnServer
from chalicelib.ports.pay_ports import NoticeOpener, PayoutProvider
from chalicelib.ports.queue_ports import LaterQueue, PayoutQueue
from chalicelib.ports.store_people import Baseline, Followers, Ledger, Participants, Referrals
from chalicelib.ports.store_privacy import PersonalData
from chalicelib.ports.store_prizes import EarlierSmokePayments, Payouts, Plans, Pool, Proofs, SavedMenu
from chalicelib.ports.token_ports import AttemptTokens, DeskSessions, SealedState, Sessions, ShareCodes
from chalicelib.ports.wechat_ports import CredentialStore, OfficialAccount, VisitorSignIn


class Ports(Protocol):
    """`AwsPorts` implements it for a deployment, `FakePorts` for the tests."""

    @property
    def bank(self) -> Bank: ...

    @property
    def lessons(self) -> tuple[Lesson, ...]: ...

    @property
    def rng(self) -> Random: ...

    @property
    def new_id(self) -> NewId: ...

    @property
    def monotonic(self) -> Callable[[], float]:
        """Seconds on a monotonic clock."""
        ...

    @property
    def sleep(self) -> Callable[[float], None]: ...

    @property
    def pace(self) -> Callable[[], None]:
        """Waits until this worker may send again, so that all workers together stay below WeChat Pay's limit."""
        ...

    @property
    def measure(self) -> Measure: ...

    @property
    def followers(self) -> Followers: ...

    @property
    def participants(self) -> Participants: ...

    @property
    def callback_participants(self) -> Participants:
        """The same, with time-outs short enough for WeChat's callback."""
        ...

    @property
    def referrals(self) -> Referrals: ...

    @property
    def baseline(self) -> Baseline: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def personal_data(self) -> PersonalData: ...

    @property
    def pool(self) -> Pool: ...

    @property
    def plans(self) -> Plans: ...

    @property
    def payouts(self) -> Payouts: ...

    @property
    def earlier_smoke_payments(self) -> EarlierSmokePayments: ...

    @property
    def control(self) -> Control: ...

    @property
    def switches(self) -> CurrentSwitches: ...

    @property
    def proofs(self) -> Proofs: ...

    @property
    def saved_menu(self) -> SavedMenu: ...

    @property
    def office(self) -> OfficeRecords: ...

    @property
    def office_files(self) -> OfficeFiles: ...

    @property
    def day_scan(self) -> DayScan: ...

    @property
    def payout_queue(self) -> PayoutQueue: ...

    @property
    def later_queue(self) -> LaterQueue: ...

    @property
    def sign_in(self) -> VisitorSignIn:
        """WeChat's web authorization."""
        ...

    @property
    def account(self) -> OfficialAccount: ...

    @property
    def credentials(self) -> CredentialStore: ...

    @property
    def red_packets(self) -> PayoutProvider: ...

    @property
    def transfers(self) -> PayoutProvider: ...

    @property
    def open_notice(self) -> NoticeOpener:
        """Opens WeChat Pay's notifications. Reads the merchant's secrets at its first call."""
        ...

    @property
    def tokens(self) -> AttemptTokens: ...

    @property
    def share_codes(self) -> ShareCodes: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def oauth_state(self) -> SealedState: ...

    @property
    def desk_tokens(self) -> SealedState:
        """The tokens in links to the desk."""
        ...

    @property
    def desk_sessions(self) -> DeskSessions: ...

    def digest_person(self, openid: str) -> str:
        """Returns 8 characters that identify a person in this contest without revealing their openid."""
        ...

    def fresh_account(self) -> OfficialAccount:
        """Starts without credentials, and neither reads nor replaces the shared ones."""
        ...

    def own_server(self, address: str, measure: Measure) -> OwnServer:
        """The account's own server at this address; `measure` gets its failures and its time."""
        ...

    def log_decision(self, entry: LogEntry) -> None:
        """Appends an entry to the operators' log. Raises TryAgain."""
        ...
