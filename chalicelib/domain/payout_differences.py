"""Where WeChat Pay's answers differ from our record."""

from chalicelib.domain.claim import PAID, Claim, PayoutStatus
from chalicelib.domain.payout_decisions import STATUS_OF, Answer, Reply, reason_of
from chalicelib.domain.payout_reasons import Reason

UNPAID_YET = frozenset({Reply.WAITING, Reply.CONFIRMED})
"""A transfer's money leaves for good only when it is received."""


def contradicts(claim: Claim, answer: Answer) -> bool:
    """Whether an answer to a query contradicts our record.

    Money that we recorded as sent did not leave, or money left for a claim that waits for a decision. A transfer that
    is sent waits for its winner, and may still fail.
    """
    if claim.status is PayoutStatus.SENT:
        failed = answer.reply is Reply.FAILED and not claim.is_on_request
        return failed or answer.reply is Reply.NOT_FOUND or reason_of(answer) is Reason.NOT_OURS
    if claim.status is PayoutStatus.PARKED:
        return STATUS_OF.get(answer.reply) in PAID and answer.reply not in UNPAID_YET
    return False
