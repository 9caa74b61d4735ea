"""Every answer of WeChat Pay to a send, given to the real adapter, whether it paid or not."""

from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON
from tests.proof.client_faults import Fault, PlannedFault
from tests.proof.fault_case import Case, SharedSetup

CODES = (*sorted(REASON_OF), "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", "http500", "garbage", "timeout")


def check_send_answer(shared: SharedSetup, code: str, when: str) -> None:
    """Gives one send this answer, then runs two days of sweeps and reconciliations. Raises AssertionError."""
    case = Case(shared)
    case.claim()
    if code == "timeout":
        shared.outgoing.plan_fault(
            PlannedFault("WeChat Pay sendredpack", 1, Fault.LOST if when == "after" else Fault.TIMEOUT)
        )
    else:
        shared.set_answers("/sim/pay/faults", {"when": when, "answer": code})
    case.deliver()
    for _ in range(8):
        case.wait(hours=6)
        case.app.sweep.sweep_once()
        case.deliver()
    case.app.reconciliation.queue_queries()
    case.deliver()
    claim, payments = case.stored(), case.payments()
    assert claim is not None
    summary = f"{code} {when}: {claim.status} {claim.reason}, {len(payments)} payments"
    assert [payment["mch_billno"] for payment in payments] in ([], [claim.order.mch_billno]), summary
    assert case.app.audit.audit_books().violations == (), summary
    if when == "after" and code == "SEND_FAILED":
        assert claim.status is PayoutStatus.FAILED, summary
    elif when == "after" and code == "PROCESSING":
        assert claim.status is PayoutStatus.SENDING, summary
    elif code == "FATAL_ERROR":
        assert (claim.status, claim.reason) == (PayoutStatus.PARKED, "not_ours"), summary
    elif when == "after" or REASON_OF.get(code) not in WAITS_FOR_A_PERSON:
        assert claim.status is PayoutStatus.SENT, summary
        assert len(payments) == 1, summary
    else:
        assert claim.status is PayoutStatus.PARKED, summary
        assert claim.reason == REASON_OF[code], summary
        assert payments == [], summary
