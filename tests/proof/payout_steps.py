"""What the queue, the clock, WeChat Pay and operators do with payouts."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from chalicelib.domain.claims import Claim, ClaimRef, PayoutStatus, numbers_until
from chalicelib.domain.payouts import Reply
from chalicelib.wiring import Services
from tests.proof.life import NOT_SEEN_YET, PEOPLE, Life
from tests.proof.predict import OK
from tests.proof.trouble import Blow
from tests.proof.weather import QUERY_WEATHER, SEND_WEATHER
from tests.support.killed import Killed
from tests.support.pay import FORGETS, OUT

Blows = Sequence[Blow]
Job = tuple[ClaimRef, bool]
CLERK = "clerk"


def work(life: Life, app: int, which: int, doubled: int, blows: Blows) -> None:
    """A job is delivered; one that failed, or was doubled, comes again."""
    if not life.jobs.waiting:
        return
    job = life.jobs.waiting.pop(which % len(life.jobs.waiting))
    result = life.attempt(app, lambda a: a.payouts.pay_claim(*job), blows)
    if doubled or result.code != OK:
        life.jobs.waiting.append(job)
    life.unchanged()


def overtaken(life: Life, app: int, which: int, at: int, by: int) -> None:
    """While a worker has a job, another, the sweep or an operator comes between two of its calls."""
    if not life.jobs.waiting:
        return
    job = life.jobs.waiting[which % len(life.jobs.waiting)]
    result = life.attempt(app, lambda a: a.payouts.pay_claim(*job), (), (at, _other(life, app + 1, job, by)))
    assert result.code in (OK, "try_again"), result
    life.unchanged()


def _other(life: Life, app: int, job: Job, by: int) -> Callable[[], None]:
    other, ref = life.apps[app % len(life.apps)], job[0]
    claim = life.ports.payouts.find_claim(ref)
    name = claim.claim_id if claim else "none"
    acts: tuple[Callable[[], object], ...] = (
        lambda: other.payouts.pay_claim(ref),
        lambda: other.payouts.pay_claim(ref, ask=True),
        lambda: other.decisions.retry_payout(name, CLERK),
        lambda: other.decisions.renew_payout(name, CLERK),
        lambda: other.decisions.resume_payouts(CLERK),
        lambda: other.decisions.settle_payout(name, PayoutStatus.FAILED, CLERK, "by hand"),
        lambda: list(other.reconciliation.reconcile_payouts(lambda count: None)),
        lambda: life.pay.time_passes(app, by),
    )

    def act() -> None:
        with suppress(Killed, Exception):  # whatever becomes of it, the worker goes on
            acts[by % len(acts)]()

    return act


def lose(life: Life, which: int) -> None:
    """The queue loses a job."""
    if life.jobs.waiting:
        life.jobs.waiting.pop(which % len(life.jobs.waiting))


def sweep(life: Life, app: int, blows: Blows) -> None:
    result = life.attempt(app, lambda a: a.sweep.sweep_once(), blows)
    if result.code == OK and not life.trouble.struck and life.put_back_at == NOT_SEEN_YET:
        life.put_back_at = life.monotonic()
    life.unchanged()


def ask_about_all(life: Life, app: int, blows: Blows) -> None:
    life.attempt(app, lambda a: a.reconciliation.queue_queries(), blows)
    life.unchanged()


def reconcile(life: Life, app: int, blows: Blows) -> None:
    life.attempt(app, lambda a: list(a.reconciliation.reconcile_payouts(lambda count: None)), blows)
    life.unchanged()


def send_weather(life: Life, which: int) -> None:
    life.pay.next_sends.append(SEND_WEATHER[which % len(SEND_WEATHER)])


def query_weather(life: Life, which: int) -> None:
    life.pay.next_queries.append(QUERY_WEATHER[which % len(QUERY_WEATHER)])


def money_moves(life: Life, which: int, where: int) -> None:
    life.pay.time_passes(which, where)


def stop(life: Life, off: int) -> None:
    life.ports.control.set_payouts_stopped(not off)
    life.stopped = not off


def resume(life: Life, app: int, blows: Blows) -> None:
    _decide(life, app, lambda a: a.decisions.resume_payouts(CLERK), blows)


def retry(life: Life, app: int, which: int, blows: Blows) -> None:
    if claim := _one(life, which, PayoutStatus.PARKED):
        _decide(life, app, lambda a: a.decisions.retry_payout(claim.claim_id, CLERK), blows)


def renew(life: Life, app: int, which: int, blows: Blows) -> None:
    if claim := _one(life, which, PayoutStatus.FAILED, PayoutStatus.REFUNDED):
        _decide(life, app, lambda a: a.decisions.renew_payout(claim.claim_id, CLERK), blows)


def settle(life: Life, app: int, which: int, received: int, blows: Blows) -> None:
    """An operator sees the true answer: one who is lied to by WeChat Pay itself cannot be helped."""
    claim = _one(life, which, PayoutStatus.PARKED)
    if claim is None:
        return
    life.pay.as_usual()
    status = PayoutStatus.RECEIVED if received else PayoutStatus.FAILED
    if _decide(life, app, lambda a: a.decisions.settle_payout(claim.claim_id, status, CLERK, "by hand"), blows) == OK:
        number = claim.order.mch_billno
        paid_at = life.pay.paid_at.get(number)
        recent = paid_at is not None and life.clock.now - paid_at <= FORGETS
        assert not (recent and life.pay.status[number] in OUT), f"{claim} was paid and is settled"


def smoke(life: Life, app: int, which: int, again: int, blows: Blows) -> None:
    """An operator's smoke payment, in any phase and past every stop."""
    openid = PEOPLE[which % len(PEOPLE)]
    life.attempt(app, lambda a: a.smoke_payments.start_smoke_payment(openid, None, CLERK, again > 0), blows)
    life.unchanged()


def _decide(life: Life, app: int, act: Callable[[Services], object], blows: Blows) -> str:
    code = life.attempt(app, act, blows).code
    life.unchanged()
    return code


def _one(life: Life, which: int, *statuses: PayoutStatus) -> Claim | None:
    """Mostly one that may be decided; sometimes any, which must be refused."""
    claims = [claim for claim in life.watch.claims if claim.status in statuses] or life.watch.claims
    return claims[which % len(claims)] if claims else None


def finish(life: Life) -> None:
    """Everything is carried to its end by what production has; then WeChat Pay's ledger is held against the claims."""
    life.pay.as_usual()
    stop(life, 1)
    life.trouble.arm()
    resume(life, 0, ())
    for round_ in range(8):
        life.clock.now += timedelta(hours=26 if round_ % 2 else 1)
        for _ in range(len(life.pay.status)):
            life.pay.time_passes(life.rng.randrange(99), life.rng.randrange(99))
        for claim in life.watch.claims:
            if claim.status is PayoutStatus.PARKED and life.rng.random() < 0.7:
                _decide(life, 0, lambda a, c=claim: a.decisions.retry_payout(c.claim_id, CLERK), ())  # type: ignore[misc]
        sweep(life, 0, ())
        ask_about_all(life, 0, ())
        while life.jobs.waiting:
            work(life, 0, 0, 0, ())
    sweep(life, 0, ())
    assert not (life.ports.control.read_switches().exhausted and life.model.free), (
        "R8: packets are left, and nobody gets them"
    )
    _balance(life)


def _balance(life: Life) -> None:
    """Every claim is final or visibly parked, and paid exactly as it says."""
    report = life.apps[0].audit.audit_books()
    assert not report.violations, report.violations
    for claim in life.watch.claims:
        assert claim.is_final or (claim.status is PayoutStatus.PARKED and claim.reason), f"{claim} is stuck"
        number = claim.order.mch_billno
        out = [n for n in life.pay.numbers.get(numbers_until(number)[0], []) if life.pay.status.get(n) in OUT]
        assert len(out) <= 1, claim
        if claim.status is PayoutStatus.RECEIVED and claim.reason != "settled":
            assert life.pay.status[number] is Reply.RECEIVED, claim
            assert out == [number], claim
        elif claim.is_final and claim.reason != "settled":
            assert out == [], claim
