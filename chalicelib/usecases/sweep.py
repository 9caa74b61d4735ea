"""The one-minute sweep: re-queues forgotten payouts, reports which contest runs, counts packets and participants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.claim import RED_PACKET, TRANSFER, DueClaim
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.deployed_contest import described
from chalicelib.domain.purge import PurgeState
from chalicelib.domain.quiet import overdue
from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock, Control, Measure, Participants, PayoutQueue, Payouts, Pool, unmeasured
from chalicelib.usecases.count_people import PeopleCount

LIMIT = 1200
"""Jobs per run: at most what the workers pay in a minute, so that re-queued jobs do not make a backlog grow."""
PACKETS = 400_000
"""So many free packets are counted each minute, twice as many every other minute, and so on: it bounds the cost."""


@dataclass(frozen=True, slots=True)
class Sweep:
    contest: Contest
    claims: Payouts
    queue: PayoutQueue
    pool: Pool
    control: Control
    participants: Participants
    switches: Callable[[], Switches]
    clock: Clock
    monotonic: Callable[[], float]
    measure: Measure = unmeasured

    def sweep_once(self) -> int:
        """Returns how many payout jobs were re-queued. Repeats are harmless: the worker checks the claim's state."""
        switches, now = self.switches(), self.clock()
        self.measure({"ShouldBeOpenButIsNot": int(self._is_amiss(switches, now))})
        self._measure_hold(switches, now)
        # Payouts first: a failure in counting must not delay a payout.
        queued = self._queue_again(switches, now)
        self._report_contest()
        self._count(switches, now)
        return queued

    def _queue_again(self, switches: Switches, now: datetime) -> int:
        due = self.claims.due_claims(now, LIMIT)
        self._measure_due(switches, now, [claim for claim in due if not claim.ref.is_smoke])
        if not self._wait(switches, now, RED_PACKET):
            self.measure({"DueLate": len([claim for claim in due if self._is_late(claim)])})
        # The index does not have a claim's product. If some claims may be transfers, the worker decides.
        if self._wait(switches, now, TRANSFER if self.contest.transfer else RED_PACKET):
            due = [claim for claim in due if claim.ref.is_smoke]
        return sum(self.queue.put_payout(claim.ref) for claim in due)

    def _wait(self, switches: Switches, now: datetime, product: str) -> bool:
        return switches.payouts_wait(self.contest.payouts, self.contest.prizes, now, product)

    def _is_late(self, claim: DueClaim) -> bool:
        """Returns whether the delay must be reported. Unreceived transfers all lapse at one moment, and nobody waits
        for that."""
        return claim.due_at != self.contest.claimable_until

    def _measure_due(self, switches: Switches, now: datetime, due: Sequence[DueClaim]) -> None:
        """Reports the due payouts even while payouts wait, so that a forgotten stop is noticed."""
        late = [overdue(claim.due_at, now, self.contest.payouts) for claim in due if self._is_late(claim)]
        longest = max(late, default=timedelta(0))
        stopped = bool(due) and switches.payouts_stopped
        self.measure({"OldestDueMinutes": longest // timedelta(minutes=1), "PayoutsStopped": int(stopped)})

    def _report_contest(self) -> None:
        """Reports the running contest, with which the operators' command compares its own contest file."""
        found = described(self.contest)
        if self.control.deployed_contest() != found:
            self.control.report_contest(found)

    def _count(self, switches: Switches, now: datetime) -> None:
        # Packets are counted after the end too: a packet can be put back at the moment when a claim that found none
        # marks the pool as exhausted, and a restored pool has packets that were claimed before. The next claim corrects
        # a wrong mark.
        if switches.plan_id and _packets_are_due(switches, now):
            free = self.pool.count_free(switches.plan_id, switches.shards)
            self.control.set_free_packets(switches.plan_id, free, again=switches.exhausted and free > 0)
            self.measure({"FreePackets": free})
        if switches.purge is not PurgeState.NONE:  # the last counts stay, the people do not
            return
        people = PeopleCount(self.contest.window, self.participants, self.control, self.monotonic).count_some(now)
        if people is not None:
            self.measure({"Participants": people})

    def _is_amiss(self, switches: Switches, now: datetime) -> bool:
        """Returns whether the contest is open by the clock, but its opening is not recorded or no plan is active."""
        ready = switches.opened_at is not None and bool(switches.plan_id)
        return self.contest.window.phase(now) is Phase.OPEN and not ready

    def _measure_hold(self, switches: Switches, now: datetime) -> None:
        """Reports a hold each minute while it lasts; the worker reports only its start."""
        prizes = self.contest.prizes
        held = switches.is_held(prizes, now)
        self.measure({"PayoutsHeld": int(held)}, reason=switches.why_held(prizes) if held else "")


def _packets_are_due(switches: Switches, now: datetime) -> bool:
    """Those of an exhausted pool always are: after a restore people wait for them."""
    every = 1 + (switches.free_packets or 0) // PACKETS
    return switches.exhausted or int(now.timestamp()) // 60 % every == 0
