"""Why a payout waits or is parked, and what follows from each reason."""

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
    """WeChat Pay had the order and no longer tells of it clearly: it is asked about again, never sent again."""
    RISK_CONTROL = "risk_control"
    OPENID = "openid"
    NOT_OURS = "not_ours"
    """WeChat Pay has another order under this number, as after a restore: no answer about it moves this claim."""
    UNCLEAR = "unclear"
    """A day's answers left open what became of it."""
    PAYER = "payer"
    """Another payer began it: held for it are all payouts, and a smoke payment is parked."""
    UNCONFIRMED = "unconfirmed"
    """Its winner asked for the money ten times and confirmed none of the transfers."""
    SETTLED = "settled"
    """An operator recorded the outcome."""


@dataclass(frozen=True, slots=True)
class Parked:
    """What follows when a claim is parked."""

    holds_all: bool = False
    """The reason concerns every payout: the queue is held instead of wasting retries."""
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
"""An operator may send these again."""
