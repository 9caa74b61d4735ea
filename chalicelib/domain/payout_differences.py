"""Differences between WeChat Pay's answers and our record."""

from chalicelib.domain.claim import PAID, Claim, PayoutStatus
from chalicelib.domain.payout_decisions import STATUS_OF, Answer, Reply, reason_of
from chalicelib.domain.payout_reasons import Reason

UNPAID_YET = frozenset({Reply.WAITING, Reply.CONFIRMED})
"""A transfer's money has left the merchant only when it is received."""


def contradicts(claim: Claim, answer: Answer) -> bool:
    """Returns whether an answer to a query contradicts our record.

    Either money that we recorded as sent has not left the merchant, or money has left for a claim that waits for a
    decision. A sent transfer still waits for its winner, so it may fail.
    """
    if claim.status is PayoutStatus.SENT:
        failed = answer.reply is Reply.FAILED and not claim.is_on_request
        return failed or answer.reply is Reply.NOT_FOUND or reason_of(answer) is Reason.NOT_OURS
    if claim.status is PayoutStatus.PARKED:
        return STATUS_OF.get(answer.reply) in PAID and answer.reply not in UNPAID_YET
    return False
