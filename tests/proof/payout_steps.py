"""Steps of the payout queue, the scheduled functions, WeChat Pay and operators."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus, numbers_until
from chalicelib.domain.payout_decisions import Reply
from chalicelib.wiring import Services
from tests.proof.expected_outcomes import OK
from tests.proof.pay_answers import QUERY_ANSWERS, SEND_ANSWERS, TRANSFER_QUERY_ANSWERS, TRANSFER_SEND_ANSWERS
from tests.proof.port_faults import PortFault
from tests.proof.receipt_steps import ask_receipt
from tests.proof.simulated_contest import NOT_SEEN_YET, PEOPLE, SimulatedContest
from tests.support.examples import act
from tests.support.killed import Killed
from tests.support.pay import FORGETS

Faults = Sequence[PortFault]
Job = tuple[ClaimRef, bool]
CLERK = "clerk"
TAP = 8
"""The number of the tap among the acts in the middle of a job."""


def run_job(sim: SimulatedContest, app: int, which: int, duplicated: int, faults: Faults) -> None:
    """Delivers a job. One that fails, or is duplicated, is delivered again later."""
    if not sim.jobs.waiting:
        return
    job = sim.jobs.waiting.pop(which % len(sim.jobs.waiting))
    result = sim.run_step(app, lambda a: a.payouts.pay_claim(*job), faults)
    if duplicated or result.code != OK:
        sim.jobs.waiting.append(job)
    sim.check_unchanged()


def run_job_interrupted(sim: SimulatedContest, app: int, which: int, at: int, by: int) -> None:
    """Between two calls of a worker's job, another worker, the reconciliation or an operator acts."""
    if not sim.jobs.waiting:
        return
    job = sim.jobs.waiting[which % len(sim.jobs.waiting)]
    result = sim.run_step(app, lambda a: a.payouts.pay_claim(*job), (), (at, _other(sim, app + 1, job, by)))
    assert result.code in (OK, "try_again"), result
    sim.check_unchanged()


def _other(sim: SimulatedContest, app: int, job: Job, by: int) -> Callable[[], None]:
    other, ref = sim.apps[app % len(sim.apps)], job[0]
    claim = sim.ports.payouts.find_claim(ref)
    name = claim.claim_id if claim else "none"
    acts: tuple[Callable[[], object], ...] = (
        lambda: other.payouts.pay_claim(ref),
        lambda: other.payouts.pay_claim(ref, ask=True),
        lambda: other.decisions.retry_payout(name, CLERK),
        lambda: other.decisions.renew_payout(name, CLERK),
        lambda: other.decisions.resume_payouts(CLERK),
        lambda: other.decisions.settle_payout(name, PayoutStatus.FAILED, CLERK, "by hand"),
        lambda: list(other.reconciliation.reconcile_payouts(lambda count: None)),
        lambda: sim.pay.time_passes(app, by),
        lambda: other.receipts.ask_receipt(ref.openid, name),
    )

    def act() -> None:
        sim.taps[name] += by % len(acts) == TAP
        with suppress(Killed, Exception):  # the worker continues after any error
            acts[by % len(acts)]()

    return act


def lose_job(sim: SimulatedContest, which: int) -> None:
    """The queue loses a job."""
    if sim.jobs.waiting:
        sim.jobs.waiting.pop(which % len(sim.jobs.waiting))


def sweep(sim: SimulatedContest, app: int, faults: Faults) -> None:
    result = sim.run_step(app, lambda a: a.sweep.sweep_once(), faults)
    if result.code == OK and not sim.port_faults.happened and sim.put_back_at == NOT_SEEN_YET:
        sim.put_back_at = sim.monotonic()
    sim.check_unchanged()


def queue_queries(sim: SimulatedContest, app: int, faults: Faults) -> None:
    sim.run_step(app, lambda a: a.reconciliation.queue_queries(), faults)
    sim.check_unchanged()


def reconcile(sim: SimulatedContest, app: int, faults: Faults) -> None:
    sim.run_step(app, lambda a: list(a.reconciliation.reconcile_payouts(lambda count: None)), faults)
    sim.check_unchanged()


def plan_send_answer(sim: SimulatedContest, which: int) -> None:
    answers = TRANSFER_SEND_ANSWERS if sim.pays_by_transfer else SEND_ANSWERS
    sim.pay.next_sends.append(answers[which % len(answers)])


def plan_query_answer(sim: SimulatedContest, which: int) -> None:
    answers = TRANSFER_QUERY_ANSWERS if sim.pays_by_transfer else QUERY_ANSWERS
    sim.pay.next_queries.append(answers[which % len(answers)])


def move_money(sim: SimulatedContest, which: int, where: int) -> None:
    sim.pay.time_passes(which, where)


def stop_payouts(sim: SimulatedContest, off: int) -> None:
    sim.ports.control.set_payouts_stopped(not off, act())
    sim.stopped = not off


def resume(sim: SimulatedContest, app: int, faults: Faults) -> None:
    _decide(sim, app, lambda a: a.decisions.resume_payouts(CLERK), faults)


def retry(sim: SimulatedContest, app: int, which: int, faults: Faults) -> None:
    if claim := _choose_claim(sim, which, PayoutStatus.PARKED):
        _decide(sim, app, lambda a: a.decisions.retry_payout(claim.claim_id, CLERK), faults)


def renew(sim: SimulatedContest, app: int, which: int, faults: Faults) -> None:
    if claim := _choose_claim(sim, which, PayoutStatus.FAILED, PayoutStatus.REFUNDED):
        _decide(sim, app, lambda a: a.decisions.renew_payout(claim.claim_id, CLERK), faults)


def settle(sim: SimulatedContest, app: int, which: int, received: int, faults: Faults) -> None:
    """An operator settles a claim. WeChat Pay answers truthfully here: a wrong answer could not be caught."""
    claim = _choose_claim(sim, which, PayoutStatus.PARKED)
    if claim is None:
        return
    sim.pay.as_usual()
    status = PayoutStatus.RECEIVED if received else PayoutStatus.FAILED
    if _decide(sim, app, lambda a: a.decisions.settle_payout(claim.claim_id, status, CLERK, "by hand"), faults) == OK:
        number = claim.order.mch_billno
        paid_at = sim.pay.paid_at.get(number)
        recent = paid_at is not None and sim.clock.now - paid_at <= FORGETS
        assert not (recent and sim.pay.state(number) in sim.pay.OUT), f"{claim} was paid and is settled"


def smoke(sim: SimulatedContest, app: int, which: int, again: int, faults: Faults) -> None:
    """An operator's smoke payment, in any phase, also while payouts are stopped."""
    openid = PEOPLE[which % len(PEOPLE)]
    sim.run_step(app, lambda a: a.smoke_payments.start_smoke_payment(openid, None, CLERK, again > 0), faults)
    sim.check_unchanged()


def _decide(sim: SimulatedContest, app: int, act: Callable[[Services], object], faults: Faults) -> str:
    code = sim.run_step(app, act, faults).code
    sim.check_unchanged()
    return code


def _choose_claim(sim: SimulatedContest, which: int, *statuses: PayoutStatus) -> Claim | None:
    """A claim that may be decided; when there is none, any claim, which must be refused."""
    claims = [claim for claim in sim.checker.claims if claim.status in statuses] or sim.checker.claims
    return claims[which % len(claims)] if claims else None


def finish(sim: SimulatedContest) -> None:
    """Completes everything by production's means, then compares WeChat Pay's ledger with the claims."""
    sim.pay.as_usual()
    stop_payouts(sim, 1)
    sim.port_faults.plan()
    resume(sim, 0, ())
    for round_ in range(4 if sim.pays_by_transfer else 8):
        sim.clock.now += timedelta(hours=26 if round_ % 2 else 1)
        for _ in range(len(sim.pay.status)):
            sim.pay.time_passes(sim.rng.randrange(99), sim.rng.randrange(99))
        for claim in sim.checker.claims:
            if claim.status is PayoutStatus.PARKED and sim.rng.random() < 0.7:
                _decide(sim, 0, lambda a, c=claim: a.decisions.retry_payout(c.claim_id, CLERK), ())  # type: ignore[misc]
            elif claim.is_on_request and sim.rng.random() < 0.5:
                ask_receipt(sim, 0, claim)
        _catch_up(sim)
    if sim.pays_by_transfer:
        _reach_the_end(sim)
    sweep(sim, 0, ())
    assert not (sim.ports.control.read_switches().exhausted and sim.model.free), (
        "R8: packets are left, and nobody gets them"
    )
    _balance(sim)


def _reach_the_end(sim: SimulatedContest) -> None:
    """Advances to the time after which no transfer begins and waiting ones have been closed, a day later."""
    sim.wait(sim.until)
    while any(sim.pay.state(number) in (Reply.SENDING, Reply.CONFIRMED) for number in sim.pay.status):
        sim.pay.time_passes(sim.rng.randrange(99), sim.rng.randrange(99))
    for _ in range(3):
        _catch_up(sim)
        sim.clock.now += timedelta(hours=26)
    _catch_up(sim)


def _catch_up(sim: SimulatedContest) -> None:
    sweep(sim, 0, ())
    queue_queries(sim, 0, ())
    while sim.jobs.waiting:
        run_job(sim, 0, 0, 0, ())


def _balance(sim: SimulatedContest) -> None:
    """Checks that every claim is final or visibly parked, and paid exactly as its status says."""
    report = sim.apps[0].audit.audit_books()
    assert not report.violations, report.violations
    for claim in sim.checker.claims:
        assert claim.is_final or (claim.status is PayoutStatus.PARKED and claim.reason), f"{claim} is stuck"
        number = claim.order.mch_billno
        out = [n for n in sim.pay.numbers.get(numbers_until(number)[0], []) if sim.pay.state(n) in sim.pay.OUT]
        assert len(out) <= 1, claim
        if claim.status is PayoutStatus.RECEIVED and claim.reason != "settled":
            assert sim.pay.status[number] is Reply.RECEIVED, claim
            assert out == [number], claim
        elif claim.is_final and claim.reason != "settled":
            assert out == [], claim
