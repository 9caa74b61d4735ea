"""A claim that was sent, and every answer that WeChat Pay may give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chalicelib.domain.claims import Claim, Packet, PayoutStatus, SendOrder
from chalicelib.domain.payouts import Answer, Reply, begun

NOW = datetime(2020, 7, 8, tzinfo=UTC)
"""Eight in the morning in Shanghai."""
MORNING = datetime(2020, 7, 8, 16, 5, tzinfo=UTC)
"""Five past midnight there."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ORDER = SendOrder("p00000001", "o1", 100, "send", "act", "wishing", "remark", "127.0.0.1", "")
OWED = Claim("c1", "a1", Packet("p", 1, 100), ORDER, NOW, due_at=NOW + 2 * MINUTE)
SENT_ONCE = begun(OWED, NOW)
DUE = replace(SENT_ONCE, due_at=NOW)
"""Sent once, by a worker that is taken for dead."""
NOT_FOUND = Answer(Reply.NOT_FOUND, "NOT_FOUND")
SENDING, SENT, PARKED = PayoutStatus.SENDING, PayoutStatus.SENT, PayoutStatus.PARKED

doubtful = (SENDING, "doubtful", 2 * MINUTE)
ours = (PARKED, "configuration", HOUR)
# Every row of the table of answers: code -> status, reason, when something happens next.
ROWS: dict[str, tuple[PayoutStatus, str, timedelta]] = {
    "SYSTEMERROR": doubtful,
    "SOMETHING_NEW": doubtful,
    "SEND_FAILED": doubtful,
    "NOT_FOUND": doubtful,
    "PROCESSING": (SENDING, "processing", 20 * MINUTE),
    "FREQ_LIMIT": (SENDING, "back_off", MINUTE),
    "SECOND_OVER_LIMITED": (SENDING, "back_off", MINUTE),
    "NOTENOUGH": (PARKED, "balance", HOUR),
    "SENDNUM_LIMIT": (PARKED, "user_limit", MORNING - NOW),
    "RCVDAMOUNT_LIMIT": (PARKED, "user_limit", MORNING - NOW),
    "SENDAMOUNT_LIMIT": (PARKED, "day_limit", MORNING - NOW),
    "DAY_OVER_LIMITED": (PARKED, "day_limit", MORNING - NOW),
    "CA_ERROR": ours,
    "SIGN_ERROR": ours,
    "ILLEGAL_APPID": ours,
    "API_METHOD_CLOSED": ours,
    "MSGAPPID_ERROR": ours,
    "ACCEPTMODE_ERROR": ours,
    "XML_ERROR": ours,
    # These wait for a person; until then there is one query, in two minutes.
    "PARAM_ERROR": (PARKED, "inspect", 2 * MINUTE),
    "MONEY_LIMIT": (PARKED, "inspect", 2 * MINUTE),
    "FATAL_ERROR": (PARKED, "inspect", 2 * MINUTE),
    "NO_AUTH": (PARKED, "risk_control", 2 * MINUTE),
    "OPENID_ERROR": (PARKED, "openid", 2 * MINUTE),
}
FOR_PEOPLE = ["PARAM_ERROR", "MONEY_LIMIT", "FATAL_ERROR", "NO_AUTH", "OPENID_ERROR"]
HOLDING = ["NOTENOUGH", "SENDAMOUNT_LIMIT", "DAY_OVER_LIMITED"]
HOLDING += ["CA_ERROR", "SIGN_ERROR", "ILLEGAL_APPID", "API_METHOD_CLOSED", "MSGAPPID_ERROR", "ACCEPTMODE_ERROR"]
HOLDING += ["XML_ERROR"]
FINAL = [PayoutStatus.RECEIVED, PayoutStatus.REFUNDED, PayoutStatus.FAILED]

answers = st.builds(Answer, st.sampled_from(Reply), st.sampled_from(["", *ROWS]))
moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda later: NOW + later)


def refused(code: str) -> Answer:
    return Answer(Reply.REFUSED, code)
