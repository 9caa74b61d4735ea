"""Steps of winners who are paid by transfer, and of WeChat Pay's notifications."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.domain.claim import Claim, PayoutStatus, bill_number
from tests.proof.expected_outcomes import OK
from tests.proof.port_faults import PortFault
from tests.proof.simulated_contest import KILLED, PEOPLE, SimulatedContest
from tests.support.transfers import FakeTransfers
from tests.support.v3_keys import V3_KEY, sealed_notice

Faults = Sequence[PortFault]
NOTHING, TOO_SOON = "nothing_to_receive", "too_many_requests"


def tap(sim: SimulatedContest, app: int, which: int, by_other: int, faults: Faults) -> None:
    """A winner asks for the receipt; sometimes somebody else does."""
    claims = [claim for claim in sim.checker.claims if not claim.is_smoke]
    if claims:
        ask_receipt(sim, app, claims[which % len(claims)], faults, by_other=not by_other)


def ask_receipt(sim: SimulatedContest, app: int, claim: Claim, faults: Faults = (), by_other: bool = False) -> None:
    others = [openid for openid in PEOPLE if openid != claim.openid]
    openid = others[app % len(others)] if by_other else claim.openid
    sim.taps[claim.claim_id] += not by_other
    result = sim.run_step(app, lambda a: a.receipts.ask_receipt(openid, claim.claim_id), faults)
    allowed = {"not_found"} if by_other else _allowed(sim, claim)
    happened = {KILLED, "try_again", TOO_SOON, OK} if sim.port_faults.happened else set[str]()
    assert result.code in allowed | happened, f"{result.code} instead of {allowed}: {claim}"
    sim.check_unchanged()


def _allowed(sim: SimulatedContest, claim: Claim) -> set[str]:
    """The contract of `POST /api/claims/{claim_id}/receipt`."""
    now, is_over = sim.clock.now, claim.status is PayoutStatus.OWED and sim.clock.now >= sim.until
    if not sim.pays_by_transfer or claim.is_final or claim.status is PayoutStatus.PARKED or is_over:
        return {NOTHING}
    if claim.asked_at is None or now - claim.asked_at >= timedelta(seconds=5):
        return {OK}
    return {OK, TOO_SOON} if claim.status is PayoutStatus.SENDING else {TOO_SOON}


def notify(sim: SimulatedContest, app: int, which: int, how: int, faults: Faults) -> None:
    """A notification comes: true or not, about this number or an earlier one, to us or to somebody else."""
    claims = sim.checker.claims
    if not claims:
        return
    claim = claims[which % len(claims)]
    bill = {"openid": claim.openid, "out_bill_no": claim.order.mch_billno, "state": "SUCCESS"}
    other = ({}, {"state": "FAIL"}, {"out_bill_no": bill_number(claim.packet)}, {"openid": "onobody"}, {})[how % 5]
    sealed = sealed_notice(bill | other, V3_KEY if how % 5 < 4 else "x" * 32)
    sim.run_step(app, lambda a: a.notifications.take_notification(sealed), faults)
    sim.check_unchanged()


def reword(sim: SimulatedContest, number: int) -> None:
    """The contest file has other words from now on; an order keeps its own."""
    if isinstance(sim.pay, FakeTransfers):
        sim.pay.words["transfer_remark"] = f"words {number}"
