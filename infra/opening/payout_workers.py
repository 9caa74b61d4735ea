"""The payouts after the claims: a queue and its workers."""

from infra.opening.cloud import Settings
from infra.opening.crowd import STEP
from infra.opening.journey import MEASURED
from infra.opening.limits import RED_PACKETS_A_SECOND, SQS_FIRST_READERS, SQS_MORE_READERS, TRANSFERS_A_SECOND


class Payouts:
    """A queue with workers at a fixed rate: `waiting` are owed and not yet sent.

    Lambda reads the queue for few workers at first, and for more each second while there are jobs.
    """

    def __init__(self, settings: Settings) -> None:
        limit = TRANSFERS_A_SECOND if settings.product == "transfer" else RED_PACKETS_A_SECOND
        pay = MEASURED["payouts"]
        self.job_seconds, self._workers = float(pay["job_seconds"]), float(pay["workers"])
        self.rate = min(float(settings.per_second), limit, self._workers / self.job_seconds)
        self.waiting = self.sent = 0.0
        self._readers = float(SQS_FIRST_READERS)

    def put(self, count: float) -> float:
        """Returns how many seconds the last of them waits for its money."""
        self.waiting += count
        return float(self.waiting / self.rate + self.job_seconds)

    def work(self) -> None:
        if self.waiting:
            self._readers = min(self._workers, self._readers + SQS_MORE_READERS * STEP)
        done = min(self.waiting, min(self.rate, self._readers / self.job_seconds) * STEP)
        self.waiting -= done
        self.sent += done
