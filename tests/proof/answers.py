"""Every answer of WeChat Pay to a send, to the real adapter, whether the money moved or not."""

from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.payouts import WAITS_FOR_A_PERSON
from tests.proof.boundary import Fault, Strike
from tests.proof.site import Case, Site

CODES = (*sorted(REASON_OF), "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", "http500", "garbage", "timeout")


def after_answer(here: Site, code: str, when: str) -> None:
    """One send is answered so; two days of sweeps and reconciliations follow. Raises AssertionError."""
    case = Case(here)
    case.claim()
    if code == "timeout":
        here.boundary.strike(Strike("WeChat Pay sendredpack", 1, Fault.LOST if when == "after" else Fault.TIMEOUT))
    else:
        here.tell("/sim/pay/faults", {"when": when, "answer": code})
    case.deliver()
    for _ in range(8):
        case.wait(hours=6)
        case.app.sweep.sweep_once()
        case.deliver()
    case.app.reconciliation.queue_queries()
    case.deliver()
    claim, payments = case.stored(), case.payments()
    assert claim is not None
    said = f"{code} {when}: {claim.status} {claim.reason}, {len(payments)} payments"
    assert [payment["mch_billno"] for payment in payments] in ([], [claim.order.mch_billno]), said
    assert case.app.audit.audit_books().violations == (), said
    if when == "after" and code == "SEND_FAILED":
        assert claim.status is PayoutStatus.FAILED, said
    elif when == "after" and code == "PROCESSING":
        assert claim.status is PayoutStatus.SENDING, said
    elif when == "after" or REASON_OF.get(code) not in WAITS_FOR_A_PERSON:
        assert claim.status is PayoutStatus.SENT, said
        assert len(payments) == 1, said
    else:
        assert claim.status is PayoutStatus.PARKED, said
        assert claim.reason == REASON_OF[code], said
        assert payments == [], said
