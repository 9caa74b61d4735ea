"""What the model says of packets that are gone, against the application's own lists of packets."""

from bisect import bisect_left
from collections.abc import Sequence
from random import Random
from typing import Any, cast

import pytest

from chalicelib.adapters.store.dynamo_pool import WINDOW
from chalicelib.domain.claim import Packet
from chalicelib.ports import Pool
from chalicelib.usecases.open_packet import Picker
from infra.opening.conflicts import failed_tries

PACKETS, LEFT = 20_000, 4_000


class Free:
    """The free packets of one plan, by number."""

    def __init__(self) -> None:
        self.numbers, self._dice = list(range(PACKETS)), Random(7)

    def free_window(self, plan_id: str) -> Sequence[Packet]:
        first = bisect_left(self.numbers, self._dice.randrange(PACKETS))
        return [Packet(plan_id, number, 100) for number in self.numbers[first : first + WINDOW]]

    search_free = free_window

    def take(self, number: int) -> bool:
        at = bisect_left(self.numbers, number)
        free = self.numbers[at : at + 1] == [number]
        del self.numbers[at : at + free]
        return free


@pytest.mark.parametrize("environments", [80, 320, 640])
def test_tries_fail_as_with_the_application_s_lists(environments: int) -> None:
    """Here one claim comes after another. At once, as measured, twice as many fail."""
    pool, dice = Free(), Random(8)
    pickers = [Picker(cast(Pool, cast(Any, pool))) for _ in range(environments)]
    failed, expected = 0, 0.0
    while len(pool.numbers) > LEFT:
        expected += failed_tries(environments, len(pool.numbers))
        picker = dice.choice(pickers)
        while (packet := picker.pick("plan")) is None or not pool.take(packet.number):
            failed += packet is not None
            picker.forget()
    assert 0.35 < failed / expected < 0.75


def test_few_try_long_and_none_left_needs_no_try() -> None:
    assert failed_tries(1, 10**6) < 0.001
    assert failed_tries(10**6, 1) == 1
    assert failed_tries(1_000, 0) == 0


def test_measured_beside_the_counter_row() -> None:
    """`make bench-claims AGAINST=counter`: 0.10 and 0.28 to 0.30, with a tenth of packets and environments."""
    for environments, low, high in ((160, 0.08, 0.12), (640, 0.25, 0.32)):
        assert low < sum(failed_tries(environments, left) for left in range(1, PACKETS + 1)) / PACKETS < high
