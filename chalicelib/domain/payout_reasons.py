"""The reasons for which a payout waits or is parked, and the consequences of each."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a claim waits or is parked; empty if it can proceed."""

    NONE = ""
    DOUBTFUL = "doubtful"
    PROCESSING = "processing"
    UNDER_WAY = "under_way"
    """WeChat Pay reported SENDING: it has the order."""
    BACK_OFF = "back_off"
    BALANCE = "balance"
    USER_LIMIT = "user_limit"
    DAY_LIMIT = "day_limit"
    CONFIGURATION = "configuration"
    TERMS = "terms"
    """WeChat Pay does not accept a parameter of the order; most are the same for everybody."""
    MONEY_LIMIT = "money_limit"
    """The amount is outside the merchant's limits for one packet."""
    INSPECT = "inspect"
    """The order is so old that WeChat Pay may have forgotten it."""
    LOST = "lost"
    """WeChat Pay had the order, but its answers are no longer clear. The order may be queried again, never sent
    again."""
    RISK_CONTROL = "risk_control"
    OPENID = "openid"
    NOT_OURS = "not_ours"
    """WeChat Pay has another order under this number, as after a restore: no answer about that order changes this
    claim."""
    UNCLEAR = "unclear"
    """After a day of unclear answers the outcome is still not known."""
    PAYER = "payer"
    """Another payer began it. A red packet then holds all payouts; a transfer or a smoke payment is parked."""
    UNCONFIRMED = "unconfirmed"
    """Its winner asked for the money ten times and confirmed none of the transfers."""
    SETTLED = "settled"
    """An operator recorded the outcome."""


@dataclass(frozen=True, slots=True)
class Parked:
    """The consequences of parking a claim for one reason."""

    holds_all: bool = False
    """The reason concerns every payout, so the queue is held instead of wasting retries."""
    for_a_person: bool = False
    """The claim is not sent again before an operator decides."""


PARKED: dict[Reason, Parked] = {
    Reason.USER_LIMIT: Parked(),
    Reason.BALANCE: Parked(holds_all=True),
    Reason.DAY_LIMIT: Parked(holds_all=True),
    Reason.CONFIGURATION: Parked(holds_all=True),
    Reason.TERMS: Parked(holds_all=True, for_a_person=True),
    Reason.MONEY_LIMIT: Parked(holds_all=True, for_a_person=True),
    Reason.INSPECT: Parked(for_a_person=True),
    Reason.LOST: Parked(for_a_person=True),
    Reason.RISK_CONTROL: Parked(for_a_person=True),
    Reason.OPENID: Parked(for_a_person=True),
    Reason.NOT_OURS: Parked(for_a_person=True),
    Reason.UNCLEAR: Parked(for_a_person=True),
    Reason.PAYER: Parked(for_a_person=True),
    Reason.UNCONFIRMED: Parked(for_a_person=True),
}
"""Every reason for which a claim is parked."""
STOPS_ALL = frozenset(reason for reason, parked in PARKED.items() if parked.holds_all)
WAITS_FOR_A_PERSON = frozenset(reason for reason, parked in PARKED.items() if parked.for_a_person)
RETRIED = frozenset(PARKED) - {Reason.NOT_OURS}
"""The reasons for which an operator may send a claim again."""
