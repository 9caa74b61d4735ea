"""Scenarios of a claim and its payout, each with the act in which a fault happens, and the recovery after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.claim import RED_PACKET, TRANSFER, PayoutStatus
from tests.proof.fault_case import Case, SharedSetup
from tests.support.pay_keys import pay_keys
from tests.support.v3_keys import sealed_notice

GOOD_END = frozenset({PayoutStatus.SENT, PayoutStatus.RECEIVED, PayoutStatus.RELEASED})


@dataclass(frozen=True)
class Scenario:
    """`prepare` sets up `act`, in which the fault occurs. With `put_back` the claim ends as released."""

    name: str
    prepare: Callable[[Case], None]
    act: Callable[[Case], object]
    put_back: bool = False
    asks: bool = False
    """The final answer of WeChat Pay to a query of the packet sent before."""
    product: str = RED_PACKET

    def case(self, shared: SharedSetup) -> Case:
        case = Case(shared, self.put_back, self.product)
        self.prepare(case)
        case.app = case.instance()
        return case


def _owed(case: Case) -> None:
    case.claim()


def _timed_out(case: Case) -> None:
    """A send that never arrived; the claim's lease has expired and it is due again."""
    case.claim()
    case.shared.set_answers("/sim/pay/faults", {"when": "before", "answer": "SYSTEMERROR"})
    case.deliver()
    case.wait(minutes=3)
    case.app.sweep.sweep_once()


def _lost_job(case: Case) -> None:
    case.claim()
    case.shared.outgoing.jobs.clear()
    case.wait(minutes=3)


def _sent(case: Case) -> None:
    case.claim()
    case.deliver()
    (payment,) = case.payments()
    case.shared.set_answers("/sim/pay/queries", {"mch_billno": payment["mch_billno"], "status": "RECEIVED"})


def _refunded(case: Case) -> None:
    case.claim()
    case.deliver()
    (payment,) = case.payments()
    case.shared.set_answers("/sim/pay/queries", {"mch_billno": payment["mch_billno"], "status": "REFUND"})
    case.app.reconciliation.queue_queries()


def _asked(case: Case) -> None:
    _sent(case)
    case.app.reconciliation.queue_queries()


def _tapped(case: Case) -> None:
    case.claim()
    case.tap()


def _closed(case: Case) -> None:
    """Nobody confirmed the first transfer, and its winner comes back."""
    _tapped(case)
    case.deliver()
    case.wait(hours=25)
    case.tap()


def _notified(case: Case) -> None:
    _tapped(case)
    case.deliver()
    (bill,) = case.payments()
    number = bill["out_bill_no"]
    assert case.shared.simulator.post(f"/sim/pay/transfers/{number}", json={"state": "SUCCESS"}).status_code == 200
    sealed = sealed_notice({"openid": case.openid, "out_bill_no": number}, pay_keys()["WECHAT_PAY_V3_KEY"])
    assert case.app.ports.payout_queue.put_notification(sealed)


SCENARIOS = (
    Scenario("a claim", lambda case: None, Case.claim),
    Scenario("a payout", _owed, Case.deliver),
    Scenario("a payout looked at again", _timed_out, Case.deliver),
    Scenario("the sweep", _lost_job, lambda case: case.app.sweep.sweep_once()),
    Scenario("the reconciliation", _sent, lambda case: case.app.reconciliation.queue_queries(), asks=True),
    Scenario("an answer to it", _asked, Case.deliver, asks=True),
    Scenario("a refund put back", _refunded, Case.deliver, put_back=True, asks=True),
    Scenario("transfer: a tap", _owed, Case.tap, product=TRANSFER),
    Scenario("transfer: the receipt", _tapped, Case.deliver, product=TRANSFER),
    Scenario("transfer: the next number", _closed, Case.deliver, product=TRANSFER),
    Scenario("transfer: a notification", _notified, Case.deliver, asks=True, product=TRANSFER),
)


def progress(case: Case, scenario: Scenario) -> int:
    """Returns the last stage reached: 1 committed, 2 paid, 3 payment recorded, 4 final status recorded."""
    claim, paid = case.stored(), len(case.payments())
    if claim is None:
        return 0
    if not paid or claim.status not in GOOD_END or (case.by_transfer and not (claim.receipt or claim.is_final)):
        return 1 + min(paid, 1)
    return 4 if scenario.asks and claim.is_final else 3


def goal(scenario: Scenario) -> int:
    return 4 if scenario.asks else 3


def recover(case: Case, scenario: Scenario) -> Iterator[str]:
    """Recovers with production's means. Yields each means that reached a further stage."""
    at = progress(case, scenario)
    for means, act in _means(case, scenario):
        if at >= goal(scenario):
            return
        case.succeeds(act)
        if (now := progress(case, scenario)) > at:
            at = now
            yield means


def _means(case: Case, scenario: Scenario) -> Iterator[tuple[str, Callable[[], object]]]:
    """The participant repeats the request, the queue delivers, the sweep runs each minute and the reconciliation each
    morning."""
    if scenario.act in (Case.claim, Case.tap):
        yield "retry", partial(scenario.act, case)
    yield "queue", case.deliver
    for minutes in (3, 3, 30, 30, 60):
        case.wait(minutes=minutes)
        yield "sweep", partial(_swept, case)
    for _ in range(2):
        case.wait(days=1)
        yield "reconciliation", partial(_reconciled, case)


def _swept(case: Case) -> None:
    case.app.sweep.sweep_once()
    case.deliver()


def _reconciled(case: Case) -> None:
    case.app.reconciliation.queue_queries()
    case.deliver()
