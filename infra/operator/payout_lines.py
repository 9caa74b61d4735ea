"""Payouts as the operator reads them, and those of one state."""

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from chalicelib.domain.claim import FINAL, Claim, PayoutStatus
from chalicelib.domain.prizes import yuan
from infra.operator.terminal import progress

if TYPE_CHECKING:
    from chalicelib.ports import Ports


def of_state(ports: "Ports", state: PayoutStatus | None) -> list[Claim]:
    """Finds what is not final through the index, and all smoke payments; for a final state everything is read."""
    found = list[Claim]()
    with progress("发放") as read:
        if state in FINAL:
            claims, total = ports.ledger.all_claims(), None
        else:
            waiting = [one.ref for one in ports.payouts.waiting_claims() if not one.ref.is_smoke]
            claims = chain(ports.payouts.smoke_payments(), ports.payouts.read_claims(waiting))
            total = len(waiting)
        for number, claim in enumerate(claims, 1):
            is_wanted = claim.status is state if state else claim.is_smoke or not claim.is_final
            found += [claim] if is_wanted else []
            read(number, total)
    return found


def payout_facts(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.claim_id,
        "bill": claim.order.mch_billno,
        "amount_fen": claim.packet.amount_fen,
        "state": claim.status.value,
        "reason": claim.reason,
        "smoke": claim.is_smoke,
    }


def sum_yuan(claims: Iterable[Claim]) -> str:
    return yuan(sum(claim.packet.amount_fen for claim in claims))


def payout_line(claim: Claim) -> str:
    from chalicelib.adapters.http.render import moment

    reason = f" {claim.reason}" * bool(claim.reason) + f"（{claim.code}）" * bool(claim.code)
    return (
        f"{claim.claim_id}  {claim.order.mch_billno}  {yuan(claim.packet.amount_fen)}元  {claim.status.value}"
        f"{reason}  {moment(claim.claimed_at)}{'  体验' if claim.is_smoke else ''}"
    )
