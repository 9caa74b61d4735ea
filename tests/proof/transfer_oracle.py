"""Conditions on every claim that its winner asks for (I4, I5), checked with WeChat Pay's own ledger alone."""

from collections.abc import Iterator

from chalicelib.domain.claim import Claim, PayoutStatus, bill_number, numbers_until
from chalicelib.domain.payout_decisions import Reply
from chalicelib.domain.payout_reasons import Reason
from tests.support.transfers import FakeTransfers

MOST = 10
"""R20: the most numbers of a claim, without those that operators made."""

Bills = dict[str, Reply | None]


def breaches(claim: Claim, transfers: FakeTransfers) -> Iterator[str]:
    """Yields the breaches of this claim at this moment; none for a red packet."""
    if not claim.is_on_request:
        return
    first, known = bill_number(claim.packet), numbers_until(claim.order.mch_billno)
    bills = {number: transfers.state(number) for number in transfers.ledger if numbers_until(number)[0] == first}
    out = [number for number, state in bills.items() if state in transfers.OUT]
    if len(out) > 1:
        yield f"I4 {' and '.join(out)} of one claim are open or paid at once"
    yield from (f"I4 {number} exists, and its claim knows nothing of it" for number in bills if number not in known)
    yield from (f"I4 {number} was never said to have ended" for number in _unended(known, bills, transfers))
    if _is_mistaken(claim, bills):
        yield f"I5 {known[-1]} is {claim.status.value} but was never paid"
    if claim.is_final and claim.status is not PayoutStatus.RECEIVED and claim.reason != Reason.SETTLED and out:
        yield f"I5 {first} is {claim.status.value} while {out[0]} is {bills[out[0]]}"
    if claim.receipt and (claim.status is not PayoutStatus.SENT or claim.receipt != transfers.receipt(known[-1])):
        yield f"R20 {first} is {claim.status.value} and has a receipt of before"
    if len(claim.unconfirmed) > MOST:
        yield f"R20 {first} has had {len(claim.unconfirmed)} numbers that nobody confirmed"


def _unended(known: tuple[str, ...], bills: Bills, transfers: FakeTransfers) -> list[str]:
    return [number for number in known[:-1] if number in bills and number not in transfers.told_ended]


def _is_mistaken(claim: Claim, bills: Bills) -> bool:
    """Returns whether the claim says that the present number was received, and it was not."""
    by_us = claim.status is PayoutStatus.RECEIVED and claim.reason != Reason.SETTLED
    return by_us and bills.get(claim.order.mch_billno) is not Reply.RECEIVED
