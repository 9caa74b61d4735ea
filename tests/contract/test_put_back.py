"""Payouts: a refunded claim is released, and a packet of its amount is free again, in one transaction."""

from dataclasses import replace

import pytest

from chalicelib.domain.claim import Claim, ClaimRef, Packet, PayoutStatus
from chalicelib.domain.prizes import SHARDS
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import act

PLAN = examples.plan(packets=3)


@pytest.fixture
def sent(ports: Ports, openid: str) -> Claim:
    claim = setup_steps.claim(ports, openid)
    ports.plans.activate_plan(PLAN, "c0ffee", act())
    ports.control.set_exhausted(PLAN.plan_id)
    written = ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.SENT, sends=1))
    assert written
    return written


def refunded(claim: Claim) -> Claim:
    return replace(claim, status=PayoutStatus.REFUNDED, due_at=None)


def put_back_number(claim: Claim) -> Packet:
    return replace(claim.packet, number=claim.packet.number + 3)


def test_the_claim_is_released_and_its_amount_is_free_again(ports: Ports, sent: Claim) -> None:
    released = ports.payouts.put_back(sent, refunded(sent), 3)
    assert released == replace(sent, status=PayoutStatus.RELEASED, due_at=None, revision=sent.revision + 1)
    assert released.is_final
    ref = ClaimRef(sent.openid, sent.attempt_id)
    assert ports.payouts.find_claim(ref) == released
    assert list(ports.payouts.open_claims()) == []
    assert set(ports.plans.laid_packets(PLAN)) == {*PLAN.packets()[1:], put_back_number(sent)}
    assert ports.pool.count_free(PLAN.plan_id, SHARDS) == 3
    assert not ports.control.read_switches().exhausted


def test_the_chance_stays_spent(ports: Ports, sent: Claim) -> None:
    before = ports.participants.read_participation(sent.openid).me
    ports.payouts.put_back(sent, refunded(sent), 3)
    after = ports.participants.read_participation(sent.openid)
    assert (after.me, after.claimable) == (before, ())


def test_another_state_of_the_claim_puts_nothing_back(engine: Engine, ports: Ports, sent: Claim) -> None:
    assert ports.payouts.replace_claim(sent, replace(sent, reason="x"))
    before = engine.dump()
    assert ports.payouts.put_back(sent, refunded(sent), 3) is None
    assert engine.dump() == before


def test_nothing_is_put_back_into_a_plan_that_is_not_active(
    engine: Engine, ports: Ports, sent: Claim, contest_id: str
) -> None:
    engine.name_plan(contest_id, "plan00000002")
    before = engine.dump()
    assert ports.payouts.put_back(sent, refunded(sent), 3) is None
    assert engine.dump() == before


@pytest.mark.parametrize("more", [0, 1])
def test_a_packet_that_is_back_already_is_not_changed(
    engine: Engine, ports: Ports, sent: Claim, contest_id: str, more: int
) -> None:
    """As after a restore: the claim is released if the packet is the same, and otherwise does not change."""
    again = put_back_number(sent)
    engine.put_packet(contest_id, replace(again, amount_fen=again.amount_fen + more))
    laid, before = set(ports.plans.laid_packets(PLAN)), engine.dump()
    written = ports.payouts.put_back(sent, refunded(sent), 3)
    assert set(ports.plans.laid_packets(PLAN)) == laid
    assert (written is None) == bool(more)
    assert (engine.dump() == before) == bool(more)


def test_a_claim_is_put_back_once(engine: Engine, ports: Ports, sent: Claim) -> None:
    assert ports.payouts.put_back(sent, refunded(sent), 3)
    before = engine.dump()
    assert ports.payouts.put_back(sent, refunded(sent), 3) is None
    assert engine.dump() == before


def test_the_packet_put_back_is_claimed_and_put_back_again(ports: Ports, sent: Claim, openid: str) -> None:
    ports.payouts.put_back(sent, refunded(sent), 3)
    other = openid + "x"
    setup_steps.follow(ports, other)
    setup_steps.grade(ports, other, "a1")
    claim = examples.claim(other, "a1", put_back_number(sent))
    assert claim.order.mch_billno != sent.order.mch_billno
    assert ports.participants.commit_claim(claim) is Verdict.DONE
    assert set(ports.plans.laid_packets(PLAN)) == set(PLAN.packets()[1:])
    assert ports.payouts.put_back(claim, refunded(claim), 3)
    assert set(ports.plans.laid_packets(PLAN)) == {*PLAN.packets()[1:], put_back_number(claim)}
