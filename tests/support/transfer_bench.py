"""A bench whose contest pays by transfer."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.claim import TRANSFER, Claim, ClaimRef
from chalicelib.domain.contest import Contest
from chalicelib.domain.transfer_rules import TransferRules
from tests.support import examples
from tests.support.bench import Bench

UNTIL = examples.CLOSES + timedelta(days=7)
"""The end of the time in which its winners may ask for their money."""


def with_transfers(contest: Contest, until: datetime = UNTIL) -> Contest:
    """The same contest, paying by transfer."""
    payouts = replace(contest.payouts, product=TRANSFER)
    return replace(contest, payouts=payouts, transfer=TransferRules("活动", "奖励", until))


def number(claim: Claim) -> str:
    """The claim's present bill number."""
    return claim.order.mch_billno


class TransferBench(Bench):
    """`won` makes a participant's claim; `tap`, `work` and `sweep` act on it."""

    def __init__(self, until: datetime = UNTIL) -> None:
        super().__init__(with_transfers(examples.contest(), until))
        self.activate()

    def won(self, openid: str = "o1") -> ClaimRef:
        return ClaimRef(openid, self.claimed(openid).attempt_id)

    def claim(self, ref: ClaimRef) -> Claim:
        return self.state.claims[ref.openid, ref.attempt_id]

    def tap(self, ref: ClaimRef) -> Claim:
        return self.app.receipts.ask_receipt(ref.openid, self.claim(ref).claim_id)

    def work(self) -> None:
        """The workers run all queued jobs."""
        jobs, self.queue.jobs = self.queue.jobs, []
        for job in jobs:
            self.app.payouts.pay_claim(job)

    def asked(self, ref: ClaimRef) -> Claim:
        """Returns the claim after a tap and its job."""
        self.tap(ref)
        self.work()
        return self.claim(ref)

    def work_on(self, seconds: int) -> None:
        """The workers run all jobs that are due until then, without a sweep."""
        for _ in range(seconds):
            self.clock.advance(seconds=1)
            waiting = [(ref, left - 1) for ref, left in self.queue.delayed]
            self.queue.jobs += [ref for ref, left in waiting if left <= 0]
            self.queue.delayed = [(ref, left) for ref, left in waiting if left > 0]
            self.work()

    def live_on(self, minutes: float, step: float = 10) -> None:
        """Runs the sweep and the workers every `step` minutes."""
        passed = 0.0
        while passed < minutes:
            self.clock.advance(minutes=step)
            passed += step
            self.app.sweep.sweep_once()
            self.work()
