"""What the use cases need from the outside. Each has a contract suite in `tests/contract` that every adapter passes."""

from chalicelib.ports.basics import Clock, LogEntry, Measure, NewId, Verdict, unmeasured
from chalicelib.ports.outside import (
    AttemptTokens,
    Codes,
    CustomerMessages,
    FollowerPages,
    LaterQueue,
    Menus,
    PayoutQueue,
    Platform,
    PlatformAnswers,
    RedPackets,
    ShareCodes,
    Visitor,
    WeChat,
)
from chalicelib.ports.people import Baseline, Followers, Ledger, Participants, Referrals
from chalicelib.ports.prizes import Control, Payouts, Plans, Pool, SavedMenu, SmokePayments

__all__ = [
    "AttemptTokens",
    "Baseline",
    "Clock",
    "Codes",
    "Control",
    "CustomerMessages",
    "FollowerPages",
    "Followers",
    "LaterQueue",
    "Ledger",
    "LogEntry",
    "Measure",
    "Menus",
    "NewId",
    "Participants",
    "PayoutQueue",
    "Payouts",
    "Plans",
    "Platform",
    "PlatformAnswers",
    "Pool",
    "RedPackets",
    "Referrals",
    "SavedMenu",
    "ShareCodes",
    "SmokePayments",
    "Verdict",
    "Visitor",
    "WeChat",
    "unmeasured",
]
