"""Helpers of the smoke payments' tests: setting them up and reading their state."""

from chalicelib.domain.claim import Claim
from chalicelib.domain.payout_decisions import Reply
from tests.support.bench import Bench

ME, OTHER = "oOperator", "oAnother"


def start(bench: Bench, again: bool = False, openid: str = ME, amount_fen: int | None = None) -> Claim:
    return bench.app.smoke_payments.start_smoke_payment(openid, amount_fen, "王", again)


def work(bench: Bench) -> None:
    """Runs every waiting job."""
    jobs, bench.queue.jobs = bench.queue.jobs, []
    for job in jobs:
        bench.app.payouts.pay_claim(job)


def smoke(bench: Bench) -> list[Claim]:
    """Returns the stored smoke payments."""
    found = [claim for claim in bench.state.claims.values() if claim.is_smoke]
    return sorted(found, key=lambda claim: claim.attempt_id)


def logged(bench: Bench) -> list[tuple[str, ...]]:
    return [(entry.who, entry.what, entry.about, entry.new) for entry in bench.ports.ledger.log_entries()]


def ends(bench: Bench, reply: Reply) -> None:
    """WeChat Pay reports this state of the last payment, and is queried."""
    last = smoke(bench)[-1]
    bench.pay.status[last.order.mch_billno] = reply
    bench.app.payouts.pay_claim(last.ref, ask=True)
