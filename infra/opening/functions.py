"""Lambda: environments of one function, which grow as AWS lets them, and the requests that find none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.opening.crowd import STEP
from infra.opening.limits import LAMBDA_GROWTH, LAMBDA_GROWTH_SECONDS, LAMBDA_REQUESTS_PER_ENVIRONMENT


@dataclass(frozen=True, slots=True)
class Served:
    """Shares of a step's requests: those that find an environment, and of these those that start a new one."""

    share: float
    cold: float


@dataclass(slots=True)
class Functions:
    """`concurrency`: what the other functions' reservations leave. `environments` begins with the warmed ones."""

    concurrency: float
    cold_seconds: float
    environments: float = 0.0
    growth: float = LAMBDA_GROWTH
    started: float = 0.0
    in_use: float = 0.0
    busiest: float = 0.0
    _busy: dict[int, float] = field(default_factory=dict)
    """Step -> environments that are still busy with earlier requests."""

    def serve(self, now: int, wanted: Mapping[float, float]) -> Served:
        """Takes one step's requests by their duration in seconds."""
        self.growth = min(LAMBDA_GROWTH, self.growth + LAMBDA_GROWTH / LAMBDA_GROWTH_SECONDS * STEP)
        busy, asked = self._busy.pop(now, 0.0), sum(wanted.values())
        if asked <= 0:
            return Served(1.0, 0.0)
        allowed = min(asked, LAMBDA_REQUESTS_PER_ENVIRONMENT * self.concurrency * STEP)
        each = sum(min(1.0, seconds / STEP) * count for seconds, count in wanted.items()) / asked
        warm = min(allowed, max(0.0, self.environments - busy) / each)
        cold = min(allowed - warm, self.growth, max(0.0, self.concurrency - self.environments))
        self.growth -= cold
        self.environments += cold
        self.started += cold
        for seconds, count in wanted.items():
            self._occupy(now, seconds, count * warm / asked)
            self._occupy(now, seconds + self.cold_seconds, count * cold / asked)
        self.in_use = busy + self._busy.pop(now, 0.0)
        self.busiest = max(self.busiest, self.in_use)
        return Served((warm + cold) / asked, cold / (warm + cold) if warm + cold else 0.0)

    def _occupy(self, now: int, seconds: float, count: float) -> None:
        """Keeps `count` environments busy from `now` on."""
        step, left = now, seconds / STEP
        while count > 0 and left > 1e-9:
            self._busy[step] = self._busy.get(step, 0.0) + count * min(1.0, left)
            step, left = step + 1, left - 1
