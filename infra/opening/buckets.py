"""Buckets of tokens, refilled each step: API Gateway's, for the account and for each method."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.gateway_responses import throttles
from infra.opening.crowd import STEP
from infra.opening.limits import API_GATEWAY_BURST, API_GATEWAY_RATE

OTHERS = "/*/*"


@dataclass(slots=True)
class Bucket:
    rate: float
    burst: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def refill(self) -> None:
        self.tokens = min(self.burst, self.tokens + self.rate * STEP)

    def take(self, wanted: float) -> float:
        """Returns how many of the wanted tokens there were, and takes them."""
        taken = min(wanted, self.tokens)
        self.tokens -= taken
        return taken


class Gateway:
    """A request needs a token of its method and one of the account. `requests`: as `api_gateway_requests`."""

    def __init__(self, requests: int) -> None:
        burst = requests * API_GATEWAY_BURST / API_GATEWAY_RATE
        self.account = Bucket(requests, burst)
        self._limits, self._methods = throttles({"api_gateway_requests": requests}), dict[str, Bucket]()

    def admit(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Takes one step's requests by method; returns the share of each that passes."""
        for bucket in (self.account, *self._methods.values()):
            bucket.refill()
        passing = {method: self._method(method).take(count) for method, count in wanted.items()}
        asked = sum(passing.values())
        share = self.account.take(asked) / asked if asked else 1.0
        return {method: share * passing[method] / count if count else 1.0 for method, count in wanted.items()}

    def _method(self, name: str) -> Bucket:
        if name not in self._methods:
            self._methods[name] = Bucket(*self._limits.get(name, self._limits[OTHERS]))
        return self._methods[name]
