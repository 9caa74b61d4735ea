"""The ways of a claim and its payout, each up to the call where a fault strikes, and what brings them to their end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.claims import PayoutStatus
from tests.proof.site import Case, Site

GOOD_END = frozenset({PayoutStatus.SENT, PayoutStatus.RECEIVED, PayoutStatus.RELEASED})


@dataclass(frozen=True)
class Way:
    """`act` is what the fault strikes; `prepare` leads up to it. `put_back` ends in a released claim."""

    name: str
    prepare: Callable[[Case], None]
    act: Callable[[Case], object]
    put_back: bool = False
    asks: bool = False
    """Its end is what WeChat Pay says of a packet sent before."""

    def case(self, here: Site) -> Case:
        case = Case(here, self.put_back)
        self.prepare(case)
        case.app = case.instance()
        return case


def _owed(case: Case) -> None:
    case.claim()


def _timed_out(case: Case) -> None:
    """A send that never arrived; the claim's lease and its next look are over."""
    case.claim()
    case.site.tell("/sim/pay/faults", {"when": "before", "answer": "SYSTEMERROR"})
    case.deliver()
    case.wait(minutes=3)
    case.app.sweep.sweep_once()


def _lost_job(case: Case) -> None:
    case.claim()
    case.site.boundary.jobs.clear()
    case.wait(minutes=3)


def _sent(case: Case) -> None:
    case.claim()
    case.deliver()
    (payment,) = case.payments()
    case.site.tell("/sim/pay/queries", {"mch_billno": payment["mch_billno"], "status": "RECEIVED"})


def _refunded(case: Case) -> None:
    case.claim()
    case.deliver()
    (payment,) = case.payments()
    case.site.tell("/sim/pay/queries", {"mch_billno": payment["mch_billno"], "status": "REFUND"})
    case.app.reconciliation.queue_queries()


def _asked(case: Case) -> None:
    _sent(case)
    case.app.reconciliation.queue_queries()


WAYS = (
    Way("a claim", lambda case: None, Case.claim),
    Way("a payout", _owed, Case.deliver),
    Way("a payout looked at again", _timed_out, Case.deliver),
    Way("the sweep", _lost_job, lambda case: case.app.sweep.sweep_once()),
    Way("the reconciliation", _sent, lambda case: case.app.reconciliation.queue_queries(), asks=True),
    Way("an answer to it", _asked, Case.deliver, asks=True),
    Way("a refund put back", _refunded, Case.deliver, put_back=True, asks=True),
)


def progress(case: Case, way: Way) -> int:
    """How far it has come: committed, paid, recorded, and what became of it recorded."""
    claim, paid = case.stored(), len(case.payments())
    if claim is None:
        return 0
    if not paid or claim.status not in GOOD_END:
        return 1 + min(paid, 1)
    return 4 if way.asks and claim.is_final else 3


def goal(way: Way) -> int:
    return 4 if way.asks else 3


def recover(case: Case, way: Way) -> Iterator[str]:
    """Carries the case on by what production has. Yields each means that brought it further."""
    at = progress(case, way)
    for means, act in _means(case, way):
        if at >= goal(way):
            return
        case.survives(act)
        if (now := progress(case, way)) > at:
            at = now
            yield means


def _means(case: Case, way: Way) -> Iterator[tuple[str, Callable[[], object]]]:
    """The participant asks again; the queue delivers; the sweep comes each minute, the reconciliation each morning."""
    if way.act is Case.claim:
        yield "retry", case.claim
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
