"""Totals of all claims: their number, and the sums that were claimed, that are paid and that are still to pay."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.domain.claim import PAID, Claim, Payer, PayoutStatus


@dataclass(frozen=True, slots=True)
class ClaimTotals:
    """Amounts in fen. Neither released claims are counted, since new packets replaced them, nor smoke payments, which
    are outside the budget."""

    claims: int
    claimed_fen: int
    paid_fen: int
    """Money that has left the merchant's account. Refunded money is back in it."""
    payers: frozenset[Payer] = frozenset()
    """The payers who began claims that are not final."""
    lapsed_fen: int = 0
    """Claimed, and never received in time."""


def add_up(claims: Iterable[Claim], give_up: Callable[[], bool]) -> ClaimTotals | None:
    """Returns None if `give_up` says so before the end."""
    count = claimed = paid = lapsed = 0
    payers = set[Payer]()
    for claim in claims:
        if give_up():
            return None
        if claim.status is not PayoutStatus.RELEASED and not claim.is_smoke:
            count += 1
            claimed += claim.packet.amount_fen
            paid += claim.packet.amount_fen if claim.status in PAID else 0
            lapsed += claim.packet.amount_fen if claim.status is PayoutStatus.LAPSED else 0
        if claim.order.payer and not claim.is_final:
            payers.add(claim.order.payer)
    return ClaimTotals(count, claimed, paid, frozenset(payers), lapsed)


def still_to_pay(budget_fen: int, totals: ClaimTotals, over: bool) -> int:
    """Once the contest is over, nobody will claim what is left. Lapsed claims are not paid any more."""
    return (totals.claimed_fen if over else budget_fen) - totals.paid_fen - totals.lapsed_fen
