"""Participants: a claim takes packet, chance and pass, all or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import Claim, Packet, PayoutStatus
from chalicelib.domain.participation import Chances, FollowChange
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON, act


@pytest.fixture
def packets(ports: Ports) -> tuple[Packet, ...]:
    return setup_steps.lay(ports)


@pytest.fixture
def ready(ports: Ports, openid: str, packets: tuple[Packet, ...]) -> Claim:
    """A claim that nothing prevents."""
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    return examples.claim(openid, "a1", packets[1])


def free(ports: Ports) -> set[Packet]:
    return set(ports.plans.laid_packets(examples.plan()))


def test_a_claim_takes_packet_chance_and_pass(ports: Ports, ready: Claim, packets: tuple[Packet, ...]) -> None:
    assert ports.participants.commit_claim(ready) is Verdict.DONE
    assert free(ports) == {packets[0], packets[2]}
    standing = ports.participants.read_standing(ready.openid, "a1")
    assert (standing.claim, standing.unspent, standing.me.chances) == (ready, False, Chances(1, 1))
    assert standing.attempt is not None
    participation = ports.participants.read_participation(ready.openid)
    assert (participation.me, participation.claimable, participation.claims) == (standing.me, (), (ready,))
    assert ports.participants.claims_of(ready.openid) == (ready,)


def not_following(ports: Ports, claim: Claim) -> Claim:
    setup_steps.unfollow(ports, claim.openid)
    return claim


def on_hold(ports: Ports, claim: Claim) -> Claim:
    ports.participants.set_hold(claim.openid, True, act())
    return claim


def failed_attempt(ports: Ports, claim: Claim) -> Claim:
    setup_steps.grade(ports, claim.openid, "a0", right=4)
    return replace(claim, attempt_id="a0")


def unknown_attempt(ports: Ports, claim: Claim) -> Claim:
    return replace(claim, attempt_id="unknown")


def another_one_s_attempt(ports: Ports, claim: Claim) -> Claim:
    thief = claim.openid + "x"
    setup_steps.follow(ports, thief)
    setup_steps.grade(ports, thief, "own")
    return replace(claim, order=replace(claim.order, openid=thief))


def no_chance(ports: Ports, claim: Claim) -> Claim:
    assert ports.participants.commit_claim(claim) is Verdict.DONE
    setup_steps.grade(ports, claim.openid, "a2")
    return replace(claim, attempt_id="a2", packet=examples.plan(packets=3).packets()[2])


def claimed_before(ports: Ports, claim: Claim) -> Claim:
    assert ports.participants.commit_claim(claim) is Verdict.DONE
    return replace(claim, claim_id="other", packet=examples.plan(packets=3).packets()[2])


def on_hold_and_packet_gone(ports: Ports, claim: Claim) -> Claim:
    return packet_gone(ports, on_hold(ports, claim))


def packet_gone(ports: Ports, claim: Claim) -> Claim:
    rival = claim.openid + "x"
    setup_steps.follow(ports, rival)
    setup_steps.grade(ports, rival, "a1")
    assert ports.participants.commit_claim(examples.claim(rival, "a1", claim.packet)) is Verdict.DONE
    return claim


def packet_of_another_amount(ports: Ports, claim: Claim) -> Claim:
    return replace(claim, packet=replace(claim.packet, amount_fen=claim.packet.amount_fen + 1))


def packet_of_another_plan(ports: Ports, claim: Claim) -> Claim:
    return replace(claim, packet=replace(claim.packet, plan_id="plan00000002"))


REFUSED = [not_following, on_hold, failed_attempt, unknown_attempt, another_one_s_attempt, no_chance, claimed_before]
GONE = [packet_gone, packet_of_another_amount, packet_of_another_plan]
CASES = [
    *((spoil, Verdict.REFUSED) for spoil in [*REFUSED, on_hold_and_packet_gone]),
    *((spoil, Verdict.PACKET_GONE) for spoil in GONE),
]


@pytest.mark.parametrize(("spoil", "verdict"), CASES, ids=lambda value: getattr(value, "__name__", None))
def test_one_broken_condition_refuses_the_claim_and_nothing_is_changed(
    engine: Engine, ports: Ports, ready: Claim, spoil: Callable[[Ports, Claim], Claim], verdict: Verdict
) -> None:
    claim = spoil(ports, ready)
    before = engine.dump()
    assert ports.participants.commit_claim(claim) is verdict
    assert engine.dump() == before


def test_released_from_hold_one_may_claim(ports: Ports, ready: Claim) -> None:
    ports.participants.set_hold(ready.openid, True, act())
    assert ports.participants.read_participation(ready.openid).me.on_hold
    assert ports.participants.read_standing(ready.openid, "a1").me.on_hold
    ports.participants.set_hold(ready.openid, False, act())
    assert not ports.participants.read_participation(ready.openid).me.on_hold
    assert ports.participants.commit_claim(ready) is Verdict.DONE


def test_a_hold_before_the_first_attempt_grants_and_takes_nothing(ports: Ports, ready: Claim, openid: str) -> None:
    newcomer = openid + "n"
    ports.participants.set_hold(newcomer, True, act())
    ports.participants.set_hold(newcomer, False, act())
    setup_steps.follow(ports, newcomer)
    claim = examples.claim(newcomer, "a1", ready.packet)
    assert ports.participants.commit_claim(claim) is Verdict.REFUSED
    setup_steps.grade(ports, newcomer, "a1")
    assert ports.participants.commit_claim(claim) is Verdict.DONE


@pytest.mark.parametrize(("since", "verdict"), [(99, Verdict.REFUSED), (100, Verdict.DONE), (None, Verdict.DONE)])
def test_a_wait_counts_from_the_first_follow(
    engine: Engine, ports: Ports, ready: Claim, openid: str, since: int | None, verdict: Verdict
) -> None:
    """They left and came back meanwhile: the first follow counts."""
    newcomer = openid + "n"
    for create_time, subscribed in ((100, True), (200, False), (300, True)):
        ports.followers.record_change(FollowChange(newcomer, subscribed, create_time, examples.NOON, early=False))
    setup_steps.grade(ports, newcomer, "a1")
    before = engine.dump()
    assert ports.participants.commit_claim(examples.claim(newcomer, "a1", ready.packet), since) is verdict
    assert (engine.dump() == before) is (verdict is Verdict.REFUSED)


def test_a_wait_counts_from_the_sighting_of_whom_only_user_info_saw(ports: Ports, ready: Claim, openid: str) -> None:
    newcomer, seen = openid + "n", int(examples.NOON.timestamp())
    ports.followers.record_lookup(newcomer, True, examples.NOON)
    setup_steps.grade(ports, newcomer, "a1")
    claim = examples.claim(newcomer, "a1", ready.packet)
    assert ports.participants.commit_claim(claim, seen - 1) is Verdict.REFUSED
    assert ports.participants.commit_claim(claim, seen) is Verdict.DONE


def test_a_former_follower_need_not_wait(ports: Ports, ready: Claim, openid: str) -> None:
    newcomer = openid + "n"
    ports.baseline.import_openids([newcomer])
    setup_steps.grade(ports, newcomer, "a1")
    assert ports.participants.commit_claim(examples.claim(newcomer, "a1", ready.packet), 0) is Verdict.DONE


def test_following_again_one_may_claim(ports: Ports, ready: Claim) -> None:
    setup_steps.unfollow(ports, ready.openid)
    setup_steps.follow(ports, ready.openid)
    assert ports.participants.commit_claim(ready) is Verdict.DONE


def test_a_claim_of_the_last_moment_is_stored_before_closing(ports: Ports, ready: Claim) -> None:
    last = examples.CLOSES - timedelta(microseconds=1)
    assert ports.participants.commit_claim(replace(ready, claimed_at=last, due_at=last)) is Verdict.DONE
    (stored,) = ports.participants.claims_of(ready.openid)
    assert stored.claimed_at == stored.due_at == examples.CLOSES - timedelta(milliseconds=1)


def test_every_parameter_of_the_send_comes_back_as_it_was(ports: Ports, ready: Claim) -> None:
    order = replace(
        ready.order,
        terms=(("wishing", "与信用同行，“筑梦”🧧"), ("remark", 'a"b\\c'), ("scene_id", "PRODUCT_2"), ("act_name", "")),
    )
    claim = replace(ready, order=order, status=PayoutStatus.PARKED, reason="balance", sends=3, due_at=None)
    assert ports.participants.commit_claim(claim) is Verdict.DONE
    assert ports.participants.claims_of(ready.openid) == (claim,)


def test_claims_come_in_the_order_they_were_made(
    engine: Engine, ports: Ports, contest_id: str, openid: str, packets: tuple[Packet, ...]
) -> None:
    setup_steps.follow(ports, openid)
    made = []
    for minute, (attempt_id, packet) in enumerate(zip("bca", packets, strict=True)):
        setup_steps.grade(ports, openid, attempt_id)
        engine.grant(contest_id, openid, minute + 1)
        made.append(examples.claim(openid, attempt_id, packet, NOON + timedelta(minutes=minute)))
        assert ports.participants.commit_claim(made[-1]) is Verdict.DONE
    assert ports.participants.claims_of(openid) == tuple(made)
    participation = ports.participants.read_participation(openid)
    assert (participation.claims, participation.me.chances) == (tuple(made), Chances(3, 3))
