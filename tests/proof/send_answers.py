"""Every answer of WeChat Pay to a send, given to the real adapter, whether it paid or not."""

from uuid import uuid4

from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claim import RED_PACKET, ClaimRef, PayoutStatus
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON
from chalicelib.pay_settings import load_pay_settings
from tests.proof.client_faults import Fault, PlannedFault
from tests.proof.fault_case import SharedSetup, new_person, payments_to
from tests.support.bench import Bench

CODES = (*sorted(REASON_OF), "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", "http500", "garbage", "timeout")


class Payouts:
    """One claim in the in-memory store, and the real adapter with the simulator for WeChat Pay."""

    def __init__(self, shared: SharedSetup) -> None:
        self.shared, self.bench = shared, Bench()
        ports = AwsPorts(self.bench.contest, self.bench.app.settings, self.bench.clock)
        ports.pay_settings = load_pay_settings({"STAGE": "local", "WECHAT_PAY_BASE_URL": shared.pay_url}, RED_PACKET)
        # The simulator knows the bill numbers of earlier cases, so each plan has a new id.
        self.app = self.bench.app = self.bench.instance(red_packets=ports.red_packets, new_id=lambda: uuid4().hex)
        self.openid = new_person(shared)
        self.bench.activate()
        attempt_id = self.bench.passed(self.openid)
        self.app.claims.open_packet(self.openid, attempt_id)
        self.ref = ClaimRef(self.openid, attempt_id)

    def deliver(self) -> None:
        queue = self.bench.queue
        jobs = [(ref, False) for ref in queue.jobs] + [(ref, True) for ref in queue.asks]
        queue.jobs.clear()
        queue.asks.clear()
        for ref, ask in jobs:
            self.app.payouts.pay_claim(ref, ask)


def check_send_answer(shared: SharedSetup, code: str, when: str) -> None:
    """Gives one send this answer, then runs two days of sweeps and reconciliations. Raises AssertionError."""
    shared.simulator.delete("/sim/pay/faults")
    case = Payouts(shared)
    if code == "timeout":
        shared.outgoing.plan_fault(
            PlannedFault("WeChat Pay sendredpack", 1, Fault.LOST if when == "after" else Fault.TIMEOUT)
        )
    else:
        shared.set_answers("/sim/pay/faults", {"when": when, "answer": code})
    case.deliver()
    for _ in range(8):
        case.bench.clock.advance(hours=6)
        case.app.sweep.sweep_once()
        case.deliver()
    case.app.reconciliation.queue_queries()
    case.deliver()
    claim, payments = case.app.ports.payouts.find_claim(case.ref), payments_to(shared, case.openid)
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
