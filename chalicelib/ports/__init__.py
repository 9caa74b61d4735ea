"""The interfaces that the use cases need. Those to outside parties have contract suites in `tests/contract`."""

from chalicelib.domain.operator_log import LogEntry
from chalicelib.ports.application import Ports
from chalicelib.ports.basics import Clock, Measure, NewId, Verdict, unmeasured
from chalicelib.ports.control_ports import Control, CurrentSwitches
from chalicelib.ports.day_scan_port import DayScan
from chalicelib.ports.office_files_port import OfficeFiles, UploadForm
from chalicelib.ports.office_ports import OfficeRecord, OfficeRecords
from chalicelib.ports.own_server_port import CallbackRequest, OwnAnswer, OwnServer, RelayOutcome
from chalicelib.ports.pay_ports import NoticeOpener, NotifiedBill, PayoutProvider, SealedNotice
from chalicelib.ports.queue_ports import LaterQueue, PayoutQueue
from chalicelib.ports.store_people import Baseline, Followers, Ledger, Participants, Referrals
from chalicelib.ports.store_privacy import PersonalData, StoredRow
from chalicelib.ports.store_prizes import EarlierSmokePayments, Payouts, Plans, Pool, Proofs, SavedMenu
from chalicelib.ports.token_ports import AttemptTokens, DeskSessions, SealedState, Sessions, ShareCodes
from chalicelib.ports.wechat_ports import (
    Codes,
    Credential,
    CredentialStore,
    CustomerMessages,
    FollowerPages,
    Menus,
    OfficialAccount,
    Platform,
    PlatformAnswers,
    Visitor,
    VisitorSignIn,
)

__all__ = [
    "AttemptTokens",
    "Baseline",
    "CallbackRequest",
    "Clock",
    "Codes",
    "Control",
    "Credential",
    "CredentialStore",
    "CurrentSwitches",
    "CustomerMessages",
    "DayScan",
    "DeskSessions",
    "EarlierSmokePayments",
    "FollowerPages",
    "Followers",
    "LaterQueue",
    "Ledger",
    "LogEntry",
    "Measure",
    "Menus",
    "NewId",
    "NoticeOpener",
    "NotifiedBill",
    "OfficeFiles",
    "OfficeRecord",
    "OfficeRecords",
    "OfficialAccount",
    "OwnAnswer",
    "OwnServer",
    "Participants",
    "PayoutProvider",
    "PayoutQueue",
    "Payouts",
    "PersonalData",
    "Plans",
    "Platform",
    "PlatformAnswers",
    "Pool",
    "Ports",
    "Proofs",
    "Referrals",
    "RelayOutcome",
    "SavedMenu",
    "SealedNotice",
    "SealedState",
    "Sessions",
    "ShareCodes",
    "StoredRow",
    "UploadForm",
    "Verdict",
    "Visitor",
    "VisitorSignIn",
    "unmeasured",
]
