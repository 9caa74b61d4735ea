"""Opens a red packet: one transaction takes a packet, spends a chance and a passed attempt, and stores the claim."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from chalicelib.domain.claim import Claim, ClaimRef, Packet, bill_number
from chalicelib.domain.errors import ContestError, PrizesExhausted, TryAgain
from chalicelib.domain.participation import Standing, why_no_claim
from chalicelib.domain.payout_decisions import PICKUP
from chalicelib.ports import (
    Control,
    Measure,
    NewId,
    Participants,
    PayoutProvider,
    PayoutQueue,
    Pool,
    Verdict,
    unmeasured,
)
from chalicelib.usecases.claim_refusals import ClaimRefusals
from chalicelib.usecases.gate import Gate

PATIENCE = 1.5
"""A claim retries for this many seconds after conflicts and taken packets, then answers `try_again`."""
PAUSE = 0.05
"""Seconds; the mean pause after a conflict, with jitter so that competing claims do not collide again."""


class Picker:
    """An instance's own list of some free packets. It may be stale: the transaction decides."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._plan_id = ""
        self._packets: list[Packet] = []

    def pick(self, plan_id: str) -> Packet | None:
        """Returns None only after consistent reads of the whole pool."""
        if plan_id != self._plan_id:
            self._plan_id, self._packets = plan_id, []
        if not self._packets:
            self._packets = list(self._pool.free_window(plan_id) or self._pool.search_free(plan_id))
        return self._packets.pop() if self._packets else None

    def put_back(self, packet: Packet) -> None:
        """Returns to the list a packet that was picked for a claim but not taken: otherwise refused claims would use up
        the list."""
        if packet.plan_id == self._plan_id:
            self._packets.append(packet)

    def forget(self) -> None:
        """Drops the list after a packet turned out to be taken: the others read with it may be taken too."""
        self._packets = []


@dataclass(frozen=True, slots=True)
class Claims:
    gate: Gate
    participants: Participants
    picker: Picker
    provider: PayoutProvider
    claimable_until: datetime
    """The time at which a claim that its winner must ask for is due first."""
    control: Control
    queue: PayoutQueue
    new_id: NewId
    rng: Random
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    forget_switches: Callable[[], None]
    refusals: ClaimRefusals
    measure: Measure = unmeasured

    def open_packet(self, openid: str, attempt_id: str) -> tuple[Claim, bool]:
        """Returns the claim, and whether it existed before. A repeat gets the same claim, at any time.

        Raises, in this order: the gate's errors, NotFollowing, AttemptInvalid, NotPassed, OnHold, FollowFirst,
        NoChanceLeft, PrizesExhausted, TryAgain.
        """
        ref, refusal = ClaimRef(openid, attempt_id), self.gate.why_refused()
        if refusal is None and self.refusals.raise_recent(ref):
            standing = self.participants.read_standing(openid, attempt_id)
            if standing.claim or self._why_not(standing) or self._no_packets():
                return self._explain(ref, standing, PrizesExhausted()), True
        if refusal is None:
            try:
                claim = self._take(openid, attempt_id)
            except ContestError as error:
                refusal = error
            else:
                if claim:
                    if not claim.is_on_request:
                        self.queue.put_payout(ref)
                    return claim, False
        return self._explain(ref, self.participants.read_standing(openid, attempt_id), refusal), True

    def _take(self, openid: str, attempt_id: str) -> Claim | None:
        """None when a condition on the participant failed. Raises PrizesExhausted, TryAgain and the gate's errors."""
        give_up_at, tries = self.monotonic() + PATIENCE, 0
        while self.monotonic() < give_up_at:
            self.gate.enter()
            packet = self._pick()
            # Reading the pool may take seconds, so the claim is judged at the time after it.
            claim = self._claim(openid, attempt_id, packet, self.gate.enter())
            followed_by = self.gate.contest.fairness.followed_by(claim.claimed_at)
            verdict, tries = self.participants.commit_claim(claim, followed_by), tries + 1
            if verdict is Verdict.DONE:
                self.measure({"Claims": 1, "ClaimTries": tries})
                return claim
            if verdict is Verdict.REFUSED:
                self.picker.put_back(packet)
                return None
            if verdict is Verdict.PACKET_GONE:
                self.picker.forget()
            else:
                self.sleep(self.rng.uniform(0, 2 * PAUSE))
        raise TryAgain

    def _pick(self) -> Packet:
        if self._no_packets():
            raise PrizesExhausted
        plan_id = self.gate.switches().plan_id
        packet = self.picker.pick(plan_id)
        if packet is None:
            self.control.set_exhausted(plan_id)
            self.forget_switches()
            raise PrizesExhausted
        return packet

    def _no_packets(self) -> bool:
        switches = self.gate.switches()
        return not switches.plan_id or switches.exhausted

    def _claim(self, openid: str, attempt_id: str, packet: Packet, now: datetime) -> Claim:
        made = Claim(
            claim_id=self.new_id(),
            attempt_id=attempt_id,
            packet=packet,
            order=self.provider.order(bill_number(packet), openid, packet.amount_fen),
            claimed_at=now,
            due_at=now + PICKUP,
        )
        return replace(made, due_at=self.claimable_until) if made.is_on_request else made

    def _why_not(self, standing: Standing) -> ContestError | None:
        return why_no_claim(standing, self.gate.contest.fairness, self.gate.clock())

    def _explain(self, ref: ClaimRef, standing: Standing, refusal: ContestError | None) -> Claim:
        """Returns the claim if there is one; else raises the first reason to refuse it."""
        if standing.claim:
            self.refusals.remember(ref, None)
            return standing.claim
        if refusal and not isinstance(refusal, PrizesExhausted | TryAgain):
            raise refusal
        reason = self._why_not(standing) or refusal or TryAgain()
        if not isinstance(reason, TryAgain):
            self.refusals.remember(ref, reason)
        raise reason
