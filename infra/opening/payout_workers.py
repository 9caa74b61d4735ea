"""The payouts after the claims: a queue and its workers."""

from typing import TYPE_CHECKING

from infra.opening.crowd import STEP
from infra.opening.journey import MEASURED
from infra.opening.limits import RED_PACKETS_A_SECOND, SQS_FIRST_READERS, SQS_MORE_READERS, TRANSFERS_A_SECOND

if TYPE_CHECKING:
    from infra.opening.cloud import Settings


class Payouts:
    """A queue with workers, who send at most `rate` a second: `waiting` are owed and not yet sent."""

    def __init__(self, rate: float, job_seconds: float) -> None:
        self.rate, self.job_seconds = rate, job_seconds
        self.waiting = self.sent = 0.0

    def put(self, count: float) -> float:
        """Returns how many seconds the last of them waits for its money."""
        self.waiting += count
        return self.waiting / self.rate + self.job_seconds

    def work(self) -> None:
        """For one step."""
        self._send(self.rate * STEP)

    def _send(self, most: float) -> None:
        done = min(self.waiting, most)
        self.waiting -= done
        self.sent += done


class QueuePayouts(Payouts):
    """Lambda reads the queue for few workers at first, and for more each second while there are jobs. There are as many
    workers as `per_second` needs."""

    def __init__(self, settings: "Settings") -> None:
        limit = TRANSFERS_A_SECOND if settings.product == "transfer" else RED_PACKETS_A_SECOND
        pay = MEASURED["payouts"]
        rate, job_seconds = float(min(settings.per_second, limit)), float(pay["job_seconds"])
        self._readers, self._workers = float(SQS_FIRST_READERS), max(float(pay["workers"]), rate * job_seconds)
        super().__init__(rate, job_seconds)

    def work(self) -> None:
        if self.waiting:
            self._readers = min(self._workers, self._readers + SQS_MORE_READERS * STEP)
        self._send(min(self.rate, self._readers / self.job_seconds) * STEP)
