"""The amounts' sum is exactly the budget, each is within bounds, and the commitment covers every one."""

from random import Random
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import Packet
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.prizes import Plan, Prizes, commitment, fen_of, prizes_left, shards_for, split

PINNED = (188, 132, 263, 301, 202, 225, 381, 584, 110, 114)


def rules(budget: int, packets: int, least: int = 100, most: int = 2000, few: int = 5) -> PrizeRules:
    return PrizeRules(budget, packets, least, most, few)


@st.composite
def possible_rules(draw: st.DrawFn) -> PrizeRules:
    packets = draw(st.integers(1, 300))
    least = draw(st.integers(100, 500))
    most = draw(st.integers(least, 20_000))
    return rules(draw(st.integers(packets * least, packets * most)), packets, least, most)


@given(possible_rules(), st.text(max_size=8))
def test_any_possible_rules_are_met_exactly(given_rules: PrizeRules, seed: str) -> None:
    amounts = split(given_rules, Random(seed))
    assert sum(amounts) == given_rules.budget_fen
    assert len(amounts) == given_rules.packets
    assert all(type(fen) is int and given_rules.min_fen <= fen <= given_rules.max_fen for fen in amounts)
    assert amounts == split(given_rules, Random(seed))


@pytest.mark.parametrize("fen", [100, 2000])
def test_at_either_extreme_all_are_alike(fen: int) -> None:
    assert split(rules(50 * fen, 50), Random(1)) == (fen,) * 50


@pytest.mark.parametrize(
    "impossible",
    [
        rules(100 * 50 - 1, 50),
        rules(2000 * 50 + 1, 50),
        rules(0, 0),
        rules(100, 0),
        rules(-100, -1),
        rules(1000, 5, 300, 200),
    ],
)
def test_impossible_rules_are_refused(impossible: PrizeRules) -> None:
    with pytest.raises(ValueError, match="budget"):
        split(impossible, Random(1))


def test_amounts_vary_and_seeds_matter() -> None:
    some = rules(250 * 1000, 1000)
    amounts = split(some, Random("one"))
    assert len(set(amounts)) > 200
    assert pstdev(amounts) > 50
    assert amounts != split(some, Random("two"))
    # No place in the plan has a higher expected amount than another.
    assert abs(sum(amounts[:500]) - sum(amounts[500:])) < 25_000


def test_the_shipped_plan() -> None:
    shipped = load_contest_file(PACKAGED).prizes
    plan = Plan("p" * 12, "seed", "salt", shipped)
    packets = plan.packets()
    amounts = plan.amounts()
    assert (len(amounts), sum(amounts)) == (80_000, 20_000_000)
    assert (min(amounts), max(amounts) <= 2000) == (100, True)
    assert len(set(amounts)) > 800
    assert packets[:1] + packets[-1:] == (Packet("p" * 12, 0, amounts[0]), Packet("p" * 12, 79_999, amounts[-1]))
    assert tuple(packet.amount_fen for packet in packets) == amounts


def test_amounts_are_the_same_in_every_version() -> None:
    """The amounts are pinned: a later version must be able to finish a plan that is half laid."""
    assert Plan("p", "seed", "salt", rules(2500, 10)).amounts() == split(rules(2500, 10), Random("seed"))
    assert Plan("p", "seed", "salt", rules(2500, 10)).amounts() == PINNED


@given(st.lists(st.integers(100, 20_000), min_size=1, max_size=20), st.data())
def test_the_commitment_holds_every_amount_and_the_salt(amounts: list[int], data: st.DataObject) -> None:
    published = commitment("plan", amounts, "salt")
    assert len(published) == 64
    assert published == commitment("plan", tuple(amounts), "salt")
    place = data.draw(st.integers(0, len(amounts) - 1))
    changed = [*amounts[:place], amounts[place] + 1, *amounts[place + 1 :]]
    others = [
        commitment("plan", changed, "salt"),
        commitment("plan", [*amounts, 100], "salt"),
        commitment("plan", amounts[1:], "salt"),
        commitment("plan", amounts, "pepper"),
        commitment("nalp", amounts, "salt"),
    ]
    assert published not in others
    if amounts != amounts[::-1]:
        assert published != commitment("plan", amounts[::-1], "salt")


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (-1, Prizes.NONE),
        (0, Prizes.NONE),
        (1, Prizes.FEW),
        (5, Prizes.FEW),
        (6, Prizes.PLENTY),
        (100, Prizes.PLENTY),
    ],
)
def test_how_many_are_left(free: int, said: Prizes) -> None:
    assert prizes_left(free, 100, 5) is said


@pytest.mark.parametrize(
    ("text", "fen"), [("1", 100), ("1.5", 150), ("0.01", 1), ("1234.50", 123450), ("1,234,567.05", 123456705)]
)
def test_a_sum_in_yuan_is_read(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    "text", ["", "1,5", "1,50", ",100", "1.", ".5", "1.005", "-1", "1e3", "1e999999", "nan", "１", " 1"]
)
def test_what_is_no_sum_in_yuan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        fen_of(text)


def test_zero_percent_never_says_few() -> None:
    assert prizes_left(1, 100, 0) is Prizes.PLENTY


@pytest.mark.parametrize(
    ("packets", "shards"),
    [(1, 8), (256_000, 8), (256_001, 16), (512_000, 16), (800_000, 32), (4_000_000, 128), (10_000_000, 512)],
)
def test_more_packets_have_more_shards(packets: int, shards: int) -> None:
    assert shards_for(packets) == shards
