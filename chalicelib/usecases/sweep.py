"""Each minute: put forgotten payouts back on their way, and count the packets left."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock, Control, PayoutQueue, Payouts, Pool

LIMIT = 1000
"""Jobs a run: less than what the worker pays in a minute, so that repeats of a backlog do not outgrow it."""


@dataclass(frozen=True, slots=True)
class Sweep:
    claims: Payouts
    queue: PayoutQueue
    pool: Pool
    control: Control
    switches: Callable[[], Switches]
    clock: Clock

    def __call__(self) -> int:
        """How many payout jobs were put again. Repeats are harmless: the worker looks at the claim's state."""
        switches = self.switches()
        if switches.plan_id and not switches.exhausted:
            self.control.set_free_packets(switches.plan_id, self.pool.count(switches.plan_id))
        if switches.payouts_stopped:
            return 0
        return sum(self.queue.put(ref) for ref in self.claims.due(self.clock(), LIMIT))
