"""The scenarios about one payout: workers, the sweep, operators, and a refund that is put back."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from chalicelib.domain.claims import Claim, PayoutStatus
from chalicelib.domain.payouts import Answer, Reason, Reply
from chalicelib.wiring import Services
from tests.explore.scenario import Scenario, opens, people
from tests.explore.stage import Act, Stage

SLOW = {"payout_provider.send": 120}
"""Longer than a worker's lease."""


def claimed(stage: Stage) -> None:
    """A's claim is owed, and its job is being delivered."""
    stage.bench.activate()
    stage.bench.claimed("A")
    stage.bench.queue.jobs.clear()


def answered(answer: Answer, paid: bool = False) -> Callable[[Stage], None]:
    """A's claim was sent once with that answer, and is due again."""

    def start(stage: Stage) -> None:
        claimed(stage)
        stage.bench.pay.will_answer(answer, paid)
        works()(stage, stage.instance("before"))
        stage.wait(180)

    return start


def failed(begin: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """WeChat Pay could not pay it, and said so when it was asked."""

    def start(stage: Stage) -> None:
        begin(stage)
        stage.bench.pay.becomes = Reply.FAILED
        works()(stage, stage.instance("before"))
        stage.wait(180)
        works()(stage, stage.instance("before, asking"))
        stage.bench.pay.becomes = Reply.SENT

    return start


REFUSED = Answer(Reply.REFUSED, Reason.OPENID)
"""It waits for a person's decision. The refusal may be wrong: the money may have left."""
FAILED = Answer(Reply.FAILED)


def the_claim(stage: Stage) -> Claim:
    return next(iter(stage.bench.state.claims.values()))


def works(ask: bool = False, claim: int = 0) -> Act:
    """A worker delivers the job of a claim, counted from 0."""
    return lambda stage, app: app.payouts.pay_claim(list(stage.bench.state.claims.values())[claim].ref, ask)


def _sweep(stage: Stage, app: Services) -> int:
    return app.sweep.sweep_once()


def _sweep_and_work(stage: Stage, app: Services) -> None:
    """The sweep, then at once a worker on what it queued."""
    app.sweep.sweep_once()
    works()(stage, app)


def _reconcile(stage: Stage, app: Services) -> None:
    list(app.reconciliation.reconcile_payouts(lambda count: None))


def settles(status: PayoutStatus) -> Act:
    return lambda stage, app: app.decisions.settle_payout(the_claim(stage).claim_id, status, "settler", "paid in cash")


def _retry(stage: Stage, app: Services) -> None:
    app.decisions.retry_payout(the_claim(stage).claim_id, "retrier")
    works()(stage, app)


def renews(who: str) -> Act:
    def act(stage: Stage, app: Services) -> None:
        app.decisions.renew_payout(the_claim(stage).claim_id, who)
        works()(stage, app)

    return act


def _new_terms(stage: Stage, app: Services) -> None:
    app.decisions.retry_with_new_terms(the_claim(stage).claim_id, "corrector")
    works()(stage, app)


def old_terms(reason: Reason, paid: bool = False) -> Callable[[Stage], None]:
    """A's claim was sent with terms of before and refused."""

    def start(stage: Stage) -> None:
        claimed(stage)
        claim, claims = the_claim(stage), stage.bench.state.claims
        order = replace(claim.order, terms=tuple((name, f"{value}!") for name, value in claim.order.terms))
        claims[claim.openid, claim.attempt_id] = replace(claim, order=order)
        stage.bench.pay.will_answer(Answer(Reply.REFUSED, reason), paid)
        works()(stage, stage.instance("before"))
        stage.wait(180)

    return start


def _not_ours(stage: Stage) -> None:
    """The claim's number is another's payment, which that person has received."""
    answered(Answer(Reply.REFUSED, Reason.NOT_OURS))(stage)
    stage.bench.pay.next_queries.extend([Answer(Reply.RECEIVED)] * 9)


def _limited(stage: Stage) -> None:
    """Two claims are owed, and WeChat Pay will refuse the amount of the first that is sent."""
    claimed(stage)
    stage.bench.claimed("B")
    stage.bench.queue.jobs.clear()
    stage.bench.pay.will_answer(Answer(Reply.REFUSED, Reason.MONEY_LIMIT))


def _refunded(stage: Stage) -> None:
    """The only packet was A's, who did not open it."""
    people("B")(stage)
    stage.bench.claimed("A")
    stage.bench.queue.jobs.clear()
    works()(stage, stage.instance("before"))
    stage.bench.pay.status = dict.fromkeys(stage.bench.pay.status, Reply.REFUNDED)


def _pool_is_open(stage: Stage) -> Iterator[str]:
    """A packet put back can be claimed."""
    state = stage.bench.state
    if state.switches.exhausted and any(state.pool.values()):
        yield "I1 a packet is free, and everybody is told that none is left"


PAYOUTS = {
    "two_workers": Scenario(claimed, {"worker": works(), "other worker": works()}, slow=SLOW),
    "sweep_and_worker": Scenario(claimed, {"worker": works(), "sweep": _sweep_and_work}, slow=SLOW),
    "workers_sweep": Scenario(claimed, {"worker": works(), "other worker": works(), "sweep": _sweep}, slow=SLOW),
    "worker_reconcile": Scenario(
        answered(Answer(Reply.DOUBTFUL)), {"worker": works(), "reconcile": _reconcile}, slow=SLOW
    ),
    "settle_worker": Scenario(answered(REFUSED), {"settle": settles(PayoutStatus.RECEIVED), "worker": works()}),
    "settle_paid": Scenario(
        answered(REFUSED, paid=True), {"settle": settles(PayoutStatus.RECEIVED), "ask": works(ask=True)}
    ),
    "settle_retry": Scenario(answered(REFUSED), {"settle": settles(PayoutStatus.RECEIVED), "retry": _retry}, slow=SLOW),
    "renew_worker": Scenario(failed(claimed), {"renew": renews("A"), "worker": works()}, slow=SLOW),
    "two_renewals": Scenario(failed(claimed), {"renew": renews("A"), "other": renews("B")}),
    "renew_paid": Scenario(answered(FAILED, paid=True), {"renew": renews("A"), "worker": works()}),
    "new_terms": Scenario(old_terms(Reason.TERMS), {"correct": _new_terms, "worker": works()}, slow=SLOW),
    "new_terms_paid": Scenario(old_terms(Reason.TERMS, paid=True), {"correct": _new_terms, "worker": works()}),
    "new_terms_openid": Scenario(old_terms(Reason.OPENID), {"correct": _new_terms, "worker": works()}),
    "not_ours": Scenario(_not_ours, {"ask": works(ask=True), "reconcile": _reconcile}),
    "money_limit": Scenario(_limited, {"worker": works(), "other": works(claim=1)}),
    "put_back": Scenario(
        _refunded, {"refund": works(ask=True), "claim": opens("B")}, _pool_is_open, packets=1, put_back=True
    ),
}
