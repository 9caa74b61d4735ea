"""What claims come to in all: how many, how much was claimed, how much is paid and how much is still to pay."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.domain.claim import PAID, Claim, Payer, PayoutStatus


@dataclass(frozen=True, slots=True)
class ClaimTotals:
    """Amounts in fen. Released claims are not counted, since new packets took their places; nor are smoke payments,
    which are outside the budget."""

    claims: int
    claimed_fen: int
    paid_fen: int
    """Out of the merchant's account; what was refunded is back in it."""
    payers: frozenset[Payer] = frozenset()
    """Who began to pay what is not final."""
    lapsed_fen: int = 0
    """Claimed, and never received in time."""


def add_up(claims: Iterable[Claim], tired: Callable[[], bool]) -> ClaimTotals | None:
    """None when it is `tired` before the end."""
    count = claimed = paid = lapsed = 0
    payers = set[Payer]()
    for claim in claims:
        if tired():
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
    """Once the contest is over, nobody will claim what is left. What has lapsed is not paid any more."""
    return (totals.claimed_fen if over else budget_fen) - totals.paid_fen - totals.lapsed_fen
