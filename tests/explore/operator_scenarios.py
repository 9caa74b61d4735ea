"""The scenarios about an operator's decision on one payout, against a worker on it."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.wiring import Services
from tests.explore.payout_scenarios import SLOW, answered, claimed, failed, reconcile, the_claim, works
from tests.explore.scenario import Scenario
from tests.explore.stage import Act, Stage

REFUSED = Answer(Reply.REFUSED, Reason.OPENID)
"""The claim waits for a person's decision. The refusal may be wrong: the money may have left."""
FAILED = Answer(Reply.FAILED)


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
    """A's claim was sent with earlier terms and refused."""

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
    """The claim's number is another person's payment, which that person has received."""
    answered(Answer(Reply.REFUSED, Reason.NOT_OURS))(stage)
    stage.bench.pay.next_queries.extend([Answer(Reply.RECEIVED)] * 9)


DECISIONS = {
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
    "not_ours": Scenario(_not_ours, {"ask": works(ask=True), "reconcile": reconcile}),
}
