"""The switches: the requests that a pause refuses, and the prizes shown on the page."""

import pytest

from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import ContestPaused
from chalicelib.domain.prizes import Prizes
from chalicelib.domain.switches import Switches

RULES = PrizeRules(budget_fen=10_000, packets=100, min_fen=100, max_fen=100, few_percent=5)


def test_only_a_pause_stops_the_contest() -> None:
    Switches(payouts_stopped=True, exhausted=True).require_running()
    with pytest.raises(ContestPaused):
        Switches(paused=True).require_running()


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        (Switches(), Prizes.NONE),
        (Switches(free_packets=50), Prizes.NONE),
        (Switches(plan_id="p"), Prizes.PLENTY),
        (Switches(plan_id="p", free_packets=100), Prizes.PLENTY),
        (Switches(plan_id="p", free_packets=5), Prizes.FEW),
        (Switches(plan_id="p", free_packets=0), Prizes.NONE),
        (Switches(plan_id="p", exhausted=True), Prizes.NONE),
        (Switches(plan_id="p", exhausted=True, free_packets=50), Prizes.NONE),
    ],
)
def test_what_the_page_says_of_the_prizes(switches: Switches, said: Prizes) -> None:
    assert switches.prizes(RULES) is said
