"""A winner taps 收款: asks for the receipt of their transfer, which a worker then creates or fetches (R20)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.claim import Claim
from chalicelib.domain.errors import NotFound, TryAgain
from chalicelib.domain.receipt_decisions import asked
from chalicelib.ports import Clock, Participants, PayoutQueue, Payouts

TRIES = 3
"""The number of tries: a worker may change the claim between the read and the write."""


@dataclass(frozen=True, slots=True)
class Receipts:
    participants: Participants
    payouts: Payouts
    queue: PayoutQueue
    clock: Clock
    claimable_until: datetime

    def ask_receipt(self, openid: str, claim_id: str) -> Claim:
        """Returns the claim; its receipt follows. Works in every phase, since the money is owed. If the job is lost,
        the sweep finds the claim. Raises NotFound, NothingToReceive, TooManyRequests, TryAgain."""
        for _ in range(TRIES):
            claim = self._own(openid, claim_id)
            after = asked(claim, self.clock(), self.claimable_until)
            if after is None:
                return claim
            if written := self.payouts.replace_claim(claim, after):
                self.queue.put_payout(written.ref)
                return written
        raise TryAgain

    def _own(self, openid: str, claim_id: str) -> Claim:
        for claim in self.participants.claims_of(openid):
            if claim.claim_id == claim_id:
                return claim
        raise NotFound
