"""What the citizens were told and how long it took: compared with the books at the end."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Journal:
    """Of one crowd. A step's seconds run from its first request to the answer that ended it, retries included."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests that were not served, by step and code: each was repeated."""
    requests: int = 0
    """To the application."""
    told: dict[str, dict[str, int]] = field(default_factory=dict)
    """openid -> the claims that this person was told of: claim id -> fen."""
    refused: Counter[str] = field(default_factory=Counter)
    """Final refusals, by code."""
    lost: list[str] = field(default_factory=list)
    """Why a citizen did not reach the end of their way. Nobody is named."""
    done: int = 0

    def tell(self, openid: str, claim: Mapping[str, Any]) -> None:
        """Notes a claim as the server told it. Raises ValueError if it told another sum before."""
        known = self.told.setdefault(openid, {})
        if known.setdefault(claim["claim_id"], claim["amount_fen"]) != claim["amount_fen"]:
            raise ValueError("one claim, two sums")

    @property
    def claims(self) -> int:
        return sum(map(len, self.told.values()))

    @property
    def fen(self) -> int:
        return sum(sum(claims.values()) for claims in self.told.values())


def compare(told: Mapping[str, Mapping[str, int]], payments: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Compares what people were told with what WeChat Pay paid: red packets, or transfers, by openid.

    Returns how many packets are `lost` (told, not paid), `doubled` (paid more often than once) and `untold` (paid to a
    person who was not told).
    """
    paid: dict[str, Counter[int]] = defaultdict(Counter)
    for payment in payments:
        paid[payment["openid"]][payment["amount_fen"]] += 1
    found = {"lost": 0, "doubled": 0, "untold": 0}
    for openid in told.keys() | paid.keys():
        expected = Counter(told.get(openid, {}).values())
        found["lost"] += (expected - paid[openid]).total()
        beyond = paid[openid] - expected
        found["doubled" if openid in told else "untold"] += beyond.total()
    return found
