"""When people come: each curve is the share of them who have come by a moment, in seconds after the opening."""

import math
from collections.abc import Callable
from dataclasses import dataclass

Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`waiting`: the share who wait with the page open, and tap as `taps_after_opening` says. The others come new, by
    `newcomers`."""

    waiting: float
    newcomers: Curve


def falling(seconds: float) -> Curve:
    """Most at once, nobody after `seconds`; in between fewer and fewer, evenly."""
    return lambda at: 1 - (1 - min(1.0, max(0.0, at / seconds))) ** 2


def rising_and_falling(peak: float, seconds: float) -> Curve:
    """More and more until `peak`, then fewer until `seconds`: a triangle."""

    def share(at: float) -> float:
        if at <= 0:
            return 0.0
        if at < peak:
            return at * at / (peak * seconds)
        return 1 - max(0.0, seconds - at) ** 2 / (seconds * (seconds - peak))

    return share


def cascade(half: float, doubling: float) -> Curve:
    """Those who came bring others: their number doubles every `doubling` seconds, until at `half` half of them have
    come. From one in ten thousand on."""
    begin = 1 / (1 + math.exp(math.log(2) * half / doubling))

    def share(at: float) -> float:
        come = 1 / (1 + math.exp(math.log(2) * (half - at) / doubling))
        return min(1.0, max(0.0, (come - begin) / (1 - 2 * begin)))

    return share


CURVES = {
    "gate": Arrivals(1.0, falling(1)),
    "midnight": Arrivals(0.2, falling(600)),
    "news": Arrivals(0.0, rising_and_falling(60, 900)),
    "link": Arrivals(0.0, cascade(480, 45)),
}
"""All wait at the gate; a fifth waits at midnight, and the others come within ten minutes; news at 08:00; a shared
link's cascade. Their numbers are assumptions."""
