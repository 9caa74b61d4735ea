"""A claim that was sent, and every answer that WeChat Pay may give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chalicelib.domain.claim import FOR_A_PERSON, Claim, Packet, PayoutStatus, SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply, begun
from chalicelib.domain.payout_reasons import Reason
from tests.support.pay import PAYER

NOW = datetime(2020, 7, 8, tzinfo=UTC)
"""Eight in the morning in Shanghai."""
MORNING = datetime(2020, 7, 8, 16, 5, tzinfo=UTC)
"""Five past midnight there."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ORDER = SendOrder("p00000001", "o1", 100, (("wishing", "good luck"),))
OWED = Claim("c1", "a1", Packet("p", 1, 100), ORDER, NOW, due_at=NOW + 2 * MINUTE)
SENT_ONCE = begun(OWED, NOW, PAYER)
DUE = replace(SENT_ONCE, due_at=NOW)
"""A claim that was sent once, by a worker that is considered dead."""
NOT_FOUND = Answer(Reply.NOT_FOUND, code="NOT_FOUND")
SENDING, SENT, PARKED = PayoutStatus.SENDING, PayoutStatus.SENT, PayoutStatus.PARKED

# Every row of the table of refusals: reason -> status, reason, time of the next action.
ROWS: dict[Reason, tuple[PayoutStatus, str, timedelta]] = {
    Reason.DOUBTFUL: (SENDING, "doubtful", 2 * MINUTE),
    Reason.PROCESSING: (SENDING, "processing", 20 * MINUTE),
    Reason.BACK_OFF: (SENDING, "back_off", MINUTE),
    Reason.BALANCE: (PARKED, "balance", HOUR),
    Reason.USER_LIMIT: (PARKED, "user_limit", MORNING - NOW),
    Reason.DAY_LIMIT: (PARKED, "day_limit", MORNING - NOW),
    Reason.CONFIGURATION: (PARKED, "configuration", HOUR),
    # These wait for a person; before that there is one query, after two minutes.
    Reason.INSPECT: (PARKED, "inspect", 2 * MINUTE),
    Reason.RISK_CONTROL: (PARKED, "risk_control", 2 * MINUTE),
    Reason.OPENID: (PARKED, "openid", 2 * MINUTE),
    Reason.TERMS: (PARKED, "terms", 2 * MINUTE),
    Reason.MONEY_LIMIT: (PARKED, "money_limit", 2 * MINUTE),
    Reason.NOT_OURS: (PARKED, "not_ours", FOR_A_PERSON - NOW),
}
FOR_PEOPLE = [Reason.INSPECT, Reason.RISK_CONTROL, Reason.OPENID, Reason.TERMS, Reason.MONEY_LIMIT]
HOLDING = {
    Reason.BALANCE: HOUR,
    Reason.DAY_LIMIT: MORNING - NOW,
    Reason.CONFIGURATION: HOUR,
    Reason.TERMS: HOUR,
    Reason.MONEY_LIMIT: HOUR,
}
"""Reason -> how long it holds all payouts."""
FINAL = [PayoutStatus.RECEIVED, PayoutStatus.REFUNDED, PayoutStatus.FAILED]

answers = st.builds(
    Answer, st.sampled_from(Reply), st.sampled_from([Reason.NONE, *ROWS]), st.sampled_from(["", "A_CODE"])
)
moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda later: NOW + later)


def refused(reason: Reason) -> Answer:
    return Answer(Reply.REFUSED, reason, "A_CODE")
