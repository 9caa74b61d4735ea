"""Splits a budget into packets, and computes the plan's commitment (R8)."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from chalicelib.domain.claim import Claim, Packet, PayoutStatus
from chalicelib.domain.contest_rules import PrizeRules

SHARDS = 8
"""The least number of partitions for packets and for their claims' payouts; plans of versions before 0.3.0 have it."""
PACKETS_A_SHARD = 32_000
"""A partition takes 1,000 write units a second, so 500 claims: this many last a minute at least."""
_YUAN = re.compile(r"(?P<yuan>[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.(?P<fen>[0-9]{1,2}))?")


class PlanState(StrEnum):
    LAYING = "laying"
    ACTIVE = "active"


class Prizes(StrEnum):
    """How many packets are left, as the page shows it."""

    PLENTY = "plenty"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The facts of the active plan that functions need; none is secret."""

    packets: int
    budget_fen: int
    min_fen: int
    max_fen: int


def shards_for(packets: int) -> int:
    """Returns the number of shards for a new plan, a power of two: 8, 32 for 800,000 packets, 128 for 4,000,000."""
    return max(SHARDS, 1 << (-(-packets // PACKETS_A_SHARD) - 1).bit_length())


def counted_shards(shards: int) -> int:
    """Returns in how many shards the participants are counted, while the plan has `shards`. More include fewer."""
    return 2 * shards


def facts_of(rules: PrizeRules) -> PlanFacts:
    return PlanFacts(rules.packets, rules.budget_fen, rules.min_fen, rules.max_fen)


@dataclass(frozen=True, slots=True)
class Plan:
    """All packets are computed from `seed` and the rules stored when the plan was begun."""

    plan_id: str
    seed: str
    salt: str
    rules: PrizeRules
    state: PlanState = PlanState.LAYING
    shards: int = SHARDS
    """Of its packets. They are fixed when the plan is begun: later versions may compute another number."""

    def amounts(self) -> tuple[int, ...]:
        """Returns the amounts in fen of packets 0, 1, …; the same in every call and on every machine."""
        return split(self.rules, Random(self.seed))

    def packets(self) -> tuple[Packet, ...]:
        return tuple(Packet(self.plan_id, number, fen) for number, fen in enumerate(self.amounts()))

    def unclaimed(self, claims: Iterable[Claim]) -> tuple[Packet, ...]:
        """Returns the packets that no claim has taken, including those that were put back."""
        claimed = [claim for claim in claims if claim.packet.plan_id == self.plan_id]
        released = [claim.packet for claim in claimed if claim.status is PayoutStatus.RELEASED]
        taken = {claim.packet.number for claim in claimed}
        free = (*self.packets(), *(packet_again(packet, self.rules.packets) for packet in released))
        return tuple(packet for packet in free if packet.number not in taken)


def packet_again(packet: Packet, packets: int) -> Packet:
    """Returns the packet that takes a released one's place. `packets` is the plan's own number of packets."""
    return replace(packet, number=packet.number + packets)


def split(rules: PrizeRules, rng: Random) -> tuple[int, ...]:
    """Returns random amounts in [min_fen, max_fen] whose sum is exactly budget_fen.

    Random cuts divide the money above the minimums. This makes many small packets and a few large ones; any excess over
    the maximum is distributed again. Only integers are used, so that the result does not depend on a machine's floating
    point. Raises ValueError if the rules cannot be met.
    """
    spare = rules.budget_fen - rules.packets * rules.min_fen
    room = rules.max_fen - rules.min_fen
    if rules.packets < 1 or not 0 <= spare <= rules.packets * room:
        raise ValueError("the budget does not fit the number and bounds of packets")
    cuts = sorted(rng.randint(0, spare) for _ in range(rules.packets - 1))
    extras = [high - low for low, high in zip([0, *cuts], [*cuts, spare], strict=True)]
    return tuple(rules.min_fen + extra for extra in _capped(extras, room, rng))


def _capped(extras: list[int], room: int, rng: Random) -> list[int]:
    over = sum(max(0, extra - room) for extra in extras)
    capped = [min(extra, room) for extra in extras]
    open_ = [i for i, extra in enumerate(capped) if extra < room]
    while over:
        pick = rng.randrange(len(open_))
        index = open_[pick]
        step = rng.randint(1, min(over, room - capped[index]))
        capped[index] += step
        over -= step
        if capped[index] == room:
            open_[pick] = open_[-1]
            open_.pop()
    return capped


def commitment(plan_id: str, amounts: Sequence[int], salt: str) -> str:
    """SHA-256 (hex) of plan id, amounts and a secret salt: published before opening, checked after the reveal."""
    text = json.dumps(
        {"plan_id": plan_id, "amounts": list(amounts), "salt": salt}, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def yuan(fen: int) -> str:
    """Formats an amount in yuan: 123 becomes 1.23."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(yuan_text: str) -> int:
    """Reads a sum in yuan, such as `1`, `1.5`, `1234.50` or `1,234.50`. Raises ValueError for anything else."""
    amount = _YUAN.fullmatch(yuan_text)
    if amount is None:
        raise ValueError("no amount in yuan")
    return int(amount["yuan"].replace(",", "")) * 100 + int((amount["fen"] or "").ljust(2, "0"))


def prizes_left(free: int, packets: int, few_percent: int) -> Prizes:
    if free <= 0:
        return Prizes.NONE
    return Prizes.FEW if free * 100 <= packets * few_percent else Prizes.PLENTY
