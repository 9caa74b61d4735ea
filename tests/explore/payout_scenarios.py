"""The scenarios about one payout: workers, the sweep, a hold, doubt, and a refund that is put back."""

from collections.abc import Callable, Iterator

from chalicelib.domain import payout_decisions
from chalicelib.domain.claim import Claim
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.wiring import Services
from tests.explore.scenario import Scenario, opens, people
from tests.explore.stage import Act, Stage

SLOW = {"red_packets.send": 120}
"""Longer than a worker's lease."""


def claimed(stage: Stage) -> None:
    """A's claim is owed, and its job is being delivered."""
    stage.bench.activate()
    stage.bench.claimed("A")
    stage.bench.queue.jobs.clear()


def answered(answer: Answer, paid: bool = False) -> Callable[[Stage], None]:
    """A's claim was sent once, got this answer, and is due again."""

    def start(stage: Stage) -> None:
        claimed(stage)
        stage.bench.pay.will_answer(answer, paid)
        works()(stage, stage.instance("before"))
        stage.wait(180)

    return start


def failed(begin: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """WeChat Pay could not pay the claim, and said so in answer to a query."""

    def start(stage: Stage) -> None:
        begin(stage)
        stage.bench.pay.becomes = Reply.FAILED
        works()(stage, stage.instance("before"))
        stage.wait(180)
        works()(stage, stage.instance("before, asking"))
        stage.bench.pay.becomes = Reply.SENT

    return start


def the_claim(stage: Stage) -> Claim:
    return next(iter(stage.bench.state.claims.values()))


def works(ask: bool = False, claim: int = 0) -> Act:
    """A worker delivers the job of a claim, counted from 0."""
    return lambda stage, app: app.payouts.pay_claim(list(stage.bench.state.claims.values())[claim].ref, ask)


def _sweep(stage: Stage, app: Services) -> int:
    return app.sweep.sweep_once()


def sweep_and_work(stage: Stage, app: Services) -> None:
    """The sweep, then at once a worker on the jobs that it queued."""
    app.sweep.sweep_once()
    works()(stage, app)


def reconcile(stage: Stage, app: Services) -> None:
    list(app.reconciliation.reconcile_payouts(lambda count: None))


def _silent(stage: Stage) -> None:
    """The claim was sent, and no query will ever be answered clearly."""
    answered(Answer(Reply.DOUBTFUL))(stage)
    stage.bench.pay.next_queries.extend([Answer(Reply.DOUBTFUL)] * 99)


def _wait(stage: Stage, app: Services) -> None:
    """Some days in which the sweep finds every due query."""
    for _ in range(payout_decisions.MOST_DOUBTS):
        stage.wait(6 * 3600)
        app.sweep.sweep_once()
        stage.deliver()


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
    "sweep_and_worker": Scenario(claimed, {"worker": works(), "sweep": sweep_and_work}, slow=SLOW),
    "workers_sweep": Scenario(claimed, {"worker": works(), "other worker": works(), "sweep": _sweep}, slow=SLOW),
    "worker_reconcile": Scenario(
        answered(Answer(Reply.DOUBTFUL)), {"worker": works(), "reconcile": reconcile}, slow=SLOW
    ),
    "endless_doubt": Scenario(_silent, {"worker": works(), "reconcile": reconcile}, recover=_wait),
    "money_limit": Scenario(_limited, {"worker": works(), "other": works(claim=1)}),
    "put_back": Scenario(
        _refunded, {"refund": works(ask=True), "claim": opens("B")}, _pool_is_open, packets=1, put_back=True
    ),
}
