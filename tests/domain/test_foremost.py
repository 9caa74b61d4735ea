"""Who has most, and what names a packet."""

import pytest

from chalicelib.domain.audit import Account
from chalicelib.domain.claim import Packet, named_packet
from chalicelib.domain.foremost import RankedBy, foremost
from chalicelib.domain.participation import Chances, Follower, Me
from tests.support import examples

PLAN = "plan00000001"


def account(openid: str, amounts: tuple[int, ...] = (), granted: int = 1) -> Account:
    claims = tuple(examples.claim(openid, f"a{n}", Packet(PLAN, n, fen)) for n, fen in enumerate(amounts))
    me = Me(chances=Chances(granted, len(claims)), unit="区法院", on_hold=openid == "held")
    return Account(openid, me, frozenset(), frozenset(), claims)


def friends(*sharers: str) -> list[Follower]:
    return [Follower(f"f{n}", True, referral_to=sharer) for n, sharer in enumerate(sharers)]


PEOPLE = [account("one", (100,)), account("held", (100, 100), 4), account("rich", (900,), 3), account("none")]


@pytest.mark.parametrize(
    ("by", "top", "expected"),
    [
        (RankedBy.CLAIMS, 9, ["held", "rich", "one"]),
        (RankedBy.CLAIMS, 1, ["held"]),
        (RankedBy.CHANCES, 9, ["held", "rich"]),
        (RankedBy.REFERRALS, 9, ["one", "none"]),
    ],
)
def test_the_most_come_first_and_who_has_none_is_left_out(by: RankedBy, top: int, expected: list[str]) -> None:
    found = foremost(PEOPLE, friends("one", "one", "none"), by, top)
    assert [tally.openid for tally in found] == expected


def test_what_is_said_of_each() -> None:
    (first,) = foremost(PEOPLE, friends("held"), RankedBy.CLAIMS, 1)
    assert (first.claims, first.fen, first.chances, first.referrals) == (2, 200, 4, 1)
    assert (first.unit, first.on_hold) == ("区法院", True)


@pytest.mark.parametrize(
    ("name", "packet"),
    [
        ("0", (PLAN, 0)),
        ("00012345", (PLAN, 12345)),
        (" １２ ", (PLAN, 12)),
        (f"{PLAN}00000007", (PLAN, 7)),
        (f"{PLAN}00000007R10", (PLAN, 7)),
        ("AnotherPlan900000007", ("AnotherPlan9", 7)),
        *((name, None) for name in ("", "-1", "1.5", "123456789", "x", f"{PLAN}7", f"{PLAN}00000007R", "oA_1" * 7)),
        ("二", None),
    ],
)
def test_what_names_a_packet(name: str, packet: tuple[str, int] | None) -> None:
    assert named_packet(name, PLAN) == packet


def test_a_number_alone_names_none_without_a_plan() -> None:
    assert named_packet("1", "") is None
    assert named_packet(f"{PLAN}00000007", "") == (PLAN, 7)
