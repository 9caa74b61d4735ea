"""How long people wait: some of them are followed through the answers of a night, with its waits drawn at random."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from infra.opening.cloud import Answers
from infra.opening.crowd import STEP, steps
from infra.opening.journey import FIRST, MEASURED, Call, Refusal, after
from infra.opening.opening_night import Night
from infra.percentiles import percentile

FOLLOWED = 2_000
MOST_SECONDS = 10.0
"""Whoever may claim has an answer within this time, in 99 of 100 cases."""
_ALL_ANSWERED = Answers(1.0, 0.0, 0.0)


def seconds_to(night: Night, first: str, last: str, span: range | None = None, count: int = FOLLOWED) -> list[float]:
    """Returns, sorted, the seconds from the first try of the call `first` to the answer of `last`, of people who began
    in the steps `span`; empty if nobody did. Those who are not answered within the night count as infinity."""
    way = {call.name: call for call in night.way}
    route = night.way[night.way.index(way[first]) : night.way.index(way[last]) + 1]
    dice = Random(17)
    begun = night.begun[way[first]]
    return sorted(_walk(night, route, now, dice) for now in _starts(begun, span or range(len(begun)), count))


def money_seconds(night: Night, span: range | None = None) -> list[float]:
    """The same from the packet to the payout, for each 1,000th part of the packets."""
    owed = [night.owed[now] for now in (span or range(len(night.owed))) if now < len(night.owed)]
    opened = [count for count, _ in owed]
    return sorted(owed[at][1] for at in _starts(opened, range(len(opened)), 1_000))


def in_time(values: Sequence[float]) -> bool:
    """Whether 99 of 100 are answered within MOST_SECONDS."""
    late = percentile(values, 0.99)
    return late is not None and late <= MOST_SECONDS


def _starts(weights: Sequence[float], span: range, count: int) -> Iterator[int]:
    """Yields places, as often as their weights say."""
    sums = list(accumulate(weights[at] for at in span if at < len(weights)))
    if sums and sums[-1] > 1e-6:
        for number in range(count):
            yield span[bisect_left(sums, (number + 0.5) / count * sums[-1])]


def _walk(night: Night, route: Sequence[Call], begun: int, dice: Random) -> float:
    now, cold_seconds = begun, MEASURED["lambda"]["cold_seconds"]
    tried, places = FIRST, iter(route)
    call = next(places)
    while now < len(night.answers):
        found = night.answers[now].get(call, _ALL_ANSWERED)
        thrown = dice.random()
        again = None
        if thrown >= found.answered:
            refused = Refusal.TOO_MANY if thrown < found.answered + found.too_many else Refusal.TRY_AGAIN
            again = after(call, tried, refused)
        if again:
            tried, wait = again
            now += max(1, steps(dice.uniform(*wait)))
            continue
        is_cold = dice.random() < found.cold
        took = night.opening.journey.network + found.waited + call.seconds + is_cold * cold_seconds
        if call is route[-1]:
            return (now - begun) * STEP + float(took)
        call, tried = next(places), FIRST
        now += max(1, steps(took + dice.uniform(*call.pause)))
    return float("inf")
