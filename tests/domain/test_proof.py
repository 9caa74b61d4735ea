"""The published proof agrees with its plan and its claims, and every change to it is found."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.prizes import Plan, facts_of, packet_again
from chalicelib.domain.proof import amount_faults, check_proof, proof_of
from tests.support import examples

VECTOR = Path(__file__).parents[1] / "vectors" / "proof.json"
RULES = PrizeRules(budget_fen=900, packets=3, min_fen=100, max_fen=500)
PLAN = Plan("plan00000001", "seed", "salt", RULES)
PACKETS = PLAN.packets()


def claim(who: str, place: int, again: int = 0) -> Claim:
    packet = PACKETS[place]
    for _ in range(again):
        packet = packet_again(packet, RULES.packets)
    return replace(examples.claim(who, "a1", packet), claim_id=f"claim-{who}")


CLAIMS = [claim("o2", 2), claim("o1", 0)]


def wrong(proof: Any, published: str = "", budget_fen: int | None = 900) -> list[str]:
    return check_proof(json.dumps(proof), published or proof["commitment"], budget_fen)[0]


def test_a_proof_has_a_line_a_claim_in_the_order_of_packets() -> None:
    proof = proof_of(PLAN, CLAIMS)
    assert proof["claims"] == [
        f"claim-o1,0,{PACKETS[0].amount_fen},2020-07-09T04:00:00.000+00:00",
        f"claim-o2,2,{PACKETS[2].amount_fen},2020-07-09T04:00:00.000+00:00",
    ]
    assert (sum(proof["amounts"]), proof["salt"]) == (900, "salt")
    assert proof["rules"] == {"packets": 3, "budget_fen": 900, "min_fen": 100, "max_fen": 500}
    text = json.dumps(proof)
    assert "seed" not in text
    assert "o1-openid" not in text
    found, summary = check_proof(text, proof["commitment"], 900)
    claimed = PACKETS[0].amount_fen + PACKETS[2].amount_fen
    assert found == []
    assert f"3 个红包，共 9.00 元；领取 2 个，共 {claimed // 100}.{claimed % 100:02d} 元" in summary


def test_a_packet_that_was_put_back_counts_once() -> None:
    returned = replace(claim("o1", 0), status=PayoutStatus.RELEASED, due_at=None)
    proof = proof_of(PLAN, [returned, claim("o2", 0, again=1)])
    assert wrong(proof) == []
    assert "领取 1 个" in check_proof(json.dumps(proof), proof["commitment"], None)[1]


def test_claims_of_another_plan_are_left_out() -> None:
    other = claim("o3", 1)
    assert proof_of(PLAN, [replace(other, packet=replace(other.packet, plan_id="SMOKE000000000001"))])["claims"] == []


def test_the_vector_for_the_page_is_a_proof() -> None:
    """tests/web checks the page's own computation with it. A salt with such characters shows how they are escaped."""
    plan = replace(PLAN, salt='盐"\\\x7f\U0001f9e7')
    returned = replace(claim("o1", 0), status=PayoutStatus.RELEASED, due_at=None)
    proof = proof_of(plan, [returned, claim("o2", 2), claim("o3", 0, again=1)])
    assert json.loads(VECTOR.read_text(encoding="utf-8")) == proof
    assert wrong(proof) == []


CHANGES: list[tuple[Callable[[Any], Any], str]] = [
    (lambda p: p | {"amounts": [p["amounts"][0] + 1, p["amounts"][1] - 1, p["amounts"][2]]}, "承诺值不符"),
    (lambda p: p | {"salt": "other"}, "承诺值不符"),
    (lambda p: p | {"rules": p["rules"] | {"packets": 4}}, "个数不符"),
    (lambda p: p | {"rules": p["rules"] | {"budget_fen": 901}}, "总额不符"),
    (lambda p: p | {"rules": p["rules"] | {"max_fen": 120}}, "的金额不在 100 至 120 分之间"),
    (lambda p: p | {"claims": [*p["claims"], p["claims"][0]]}, "领取号重复：claim-o1"),
    (lambda p: p | {"claims": [*p["claims"], p["claims"][0].replace("o1", "o9")]}, "红包号重复：0"),
    (lambda p: p | {"claims": ["claim-o9,1,100000,2020-07-09T04:00:00.000+00:00"]}, "不是第 1 号红包的"),
    (lambda p: p | {"claims": [f"x,-3,{p['amounts'][0]},2020-07-09T04:00:00.000+00:00"]}, "不是第 -3 号红包的"),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_change_is_found(change: Callable[[Any], Any], told: str) -> None:
    proof = proof_of(PLAN, CLAIMS)
    assert any(told in one for one in wrong(change(proof), proof["commitment"], None))


@pytest.mark.parametrize("line", ["", "a,0", "a,x,100,2020-07-09T04:00:00.000+00:00", "a,0,100,yesterday", 5])
def test_an_unreadable_line_is_no_proof(line: Any) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        wrong(proof_of(PLAN, []) | {"claims": [line]})


def test_a_plan_keeps_its_own_rules() -> None:
    assert list(amount_faults(PLAN.amounts(), asdict(facts_of(RULES)))) == []
