"""Payouts: a change is written only to the revision from which it was made; due claims are found without a scan."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.claim import Claim, ClaimRef, DueClaim, Payer, PayoutStatus
from chalicelib.domain.payout_decisions import PICKUP, begun
from chalicelib.domain.prizes import SHARDS
from chalicelib.ports import LogEntry, Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.contract.setup_steps import due_refs
from tests.support import examples
from tests.support.examples import NOON
from tests.support.transfers import FakeTransfers

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def claim(ports: Ports, openid: str) -> Claim:
    return setup_steps.claim(ports, openid)


def ref(claim: Claim) -> ClaimRef:
    return ClaimRef(claim.openid, claim.attempt_id)


def test_a_claim_is_found_by_its_ref(engine: Engine, ports: Ports, claim: Claim, contest_id: str) -> None:
    assert ports.payouts.find_claim(ref(claim)) == claim
    assert ports.payouts.find_claim(ClaimRef(claim.openid, "unknown")) is None
    assert ports.payouts.find_claim(ClaimRef("unknown", claim.attempt_id)) is None
    assert engine.ports(contest_id + "x").payouts.find_claim(ref(claim)) is None


def test_a_claim_is_found_by_its_packet(engine: Engine, ports: Ports, claim: Claim, contest_id: str) -> None:
    """Also after a change; but not in another contest, and not a smoke payment."""
    plan_id, number = claim.packet.plan_id, claim.packet.number
    find = ports.payouts.find_by_packet
    assert find(plan_id, number) == claim
    received = ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.RECEIVED, due_at=None))
    assert find(plan_id, number) == received
    assert find(plan_id, number + 1) is None
    assert find("anotherplan1", number) is None
    assert engine.ports(contest_id + "x").payouts.find_by_packet(plan_id, number) is None
    smoke = examples.smoke_payment(openid=claim.openid)
    assert ports.payouts.put_smoke_payment(smoke, LogEntry(NOON, "王", "pay-smoke", "N1 100"))
    assert find(smoke.packet.plan_id, smoke.packet.number) is None


def test_what_waits_is_listed_and_read_in_batches(
    engine: Engine, ports: Ports, claim: Claim, openid: str, contest_id: str
) -> None:
    """More claims than a batch can hold, and a final claim, which does not wait."""
    others = [setup_steps.claim(ports, f"{openid}{number}") for number in range(3)]
    final = ports.payouts.replace_claim(others[0], replace(others[0], status=PayoutStatus.FAILED, due_at=None))
    assert {(one.ref, one.due_at) for one in ports.payouts.waiting_claims()} == {
        (ref(one), one.due_at) for one in (claim, *others[1:])
    }
    missing = [ClaimRef(openid, f"missing{number}") for number in range(120)]
    read = ports.payouts.read_claims([*missing, ref(claim), *map(ref, others)])
    assert {one.openid: one for one in read} == {one.openid: one for one in (claim, final, *others[1:]) if one}
    assert list(ports.payouts.read_claims([])) == []
    assert list(engine.ports(contest_id + "x").payouts.read_claims([ref(claim)])) == []


def test_the_payer_is_kept_with_the_order(ports: Ports, claim: Claim) -> None:
    taken = begun(claim, NOON, Payer("1900000009", "wx9"))
    assert ports.payouts.replace_claim(claim, taken)
    found = ports.payouts.find_claim(ref(claim))
    assert found
    assert found.order == replace(claim.order, payer=Payer("1900000009", "wx9"))


def test_what_only_a_transfer_has_is_kept(ports: Ports, claim: Claim) -> None:
    order = FakeTransfers().order(claim.order.mch_billno, claim.openid, claim.order.amount_fen)
    tapped = replace(claim, order=order, asked_at=NOON, receipt="a+/b==", begun_at=NOON + MILLISECOND)
    written = ports.payouts.replace_claim(claim, replace(tapped, unconfirmed=("p1", "p1R1")))
    assert written
    assert written == replace(tapped, unconfirmed=("p1", "p1R1"), revision=1)
    assert ports.payouts.find_claim(ref(claim)) == written
    lapsed = replace(written, status=PayoutStatus.LAPSED, receipt="", due_at=None)
    assert ports.payouts.replace_claim(written, lapsed) == replace(lapsed, revision=2)
    assert ref(claim) not in [*ports.payouts.open_claims()]


def test_a_change_is_written_with_the_next_revision(ports: Ports, claim: Claim) -> None:
    sending = replace(
        claim, status=PayoutStatus.SENDING, sends=1, reason="doubtful", due_at=NOON, doubts=2, code="SYSTEMERROR"
    )
    written = ports.payouts.replace_claim(claim, sending)
    assert written == replace(sending, revision=1)
    assert ports.payouts.find_claim(ref(claim)) == written
    assert ports.participants.claims_of(claim.openid) == (written,)
    again = ports.payouts.replace_claim(written, replace(written, status=PayoutStatus.SENT))
    assert again == replace(sending, status=PayoutStatus.SENT, revision=2)


def test_a_change_of_an_older_revision_is_not_written(engine: Engine, ports: Ports, claim: Claim) -> None:
    assert ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.SENDING))
    before = engine.dump()
    assert ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.FAILED)) is None
    assert engine.dump() == before


def test_a_change_never_creates_a_claim(engine: Engine, ports: Ports, claim: Claim) -> None:
    before = engine.dump()
    unknown = replace(claim, attempt_id="unknown")
    assert ports.payouts.replace_claim(unknown, unknown) is None
    assert engine.dump() == before


def test_a_claim_is_due_from_its_moment_on(engine: Engine, ports: Ports, claim: Claim, contest_id: str) -> None:
    assert ports.payouts.due_claims(NOON + PICKUP - MILLISECOND, 10) == []
    assert list(ports.payouts.due_claims(NOON + PICKUP, 10)) == [DueClaim(ref(claim), NOON + PICKUP)]
    assert engine.ports(contest_id + "x").payouts.due_claims(NOON + PICKUP, 10) == []


def test_what_is_not_due_any_more_leaves_the_index(ports: Ports, claim: Claim) -> None:
    later = ports.payouts.replace_claim(claim, replace(claim, due_at=NOON + timedelta(days=1)))
    assert later
    assert ports.payouts.due_claims(NOON + PICKUP, 10) == []
    assert due_refs(ports, NOON + timedelta(days=1), 10) == [ref(claim)]
    final = ports.payouts.replace_claim(later, replace(later, status=PayoutStatus.RECEIVED, due_at=None))
    assert final
    assert ports.payouts.due_claims(datetime.max.replace(tzinfo=NOON.tzinfo), 10) == []
    assert ports.payouts.find_claim(ref(claim)) == final
    assert ports.payouts.replace_claim(final, replace(final, due_at=NOON))
    assert due_refs(ports, NOON, 10) == [ref(claim)]


def claims_of(ports: Ports, openid: str, numbers: list[int]) -> list[ClaimRef]:
    """Claims of these packets by as many people, each due a second before the one before."""
    packets = setup_steps.lay(ports, 1 + max(numbers))
    for place, number in enumerate(numbers):
        setup_steps.follow(ports, f"{openid}{place}")
        setup_steps.grade(ports, f"{openid}{place}", "a1")
        claim = examples.claim(f"{openid}{place}", "a1", packets[number], NOON - timedelta(seconds=place))
        assert ports.participants.commit_claim(claim) is Verdict.DONE
    return [ClaimRef(f"{openid}{place}", "a1") for place in range(len(numbers))]


def test_the_longest_due_come_first(ports: Ports, openid: str) -> None:
    """On one shard. There is no order across shards: each has its share of the limit."""
    refs = claims_of(ports, openid, [3, 3 + SHARDS, 3 + 2 * SHARDS])
    assert due_refs(ports, NOON + PICKUP, 100) == refs[::-1]
    assert due_refs(ports, NOON + PICKUP, 1) == refs[:1:-1]


def test_every_shard_is_looked_at(ports: Ports, openid: str) -> None:
    refs = claims_of(ports, openid, list(range(SHARDS)))
    assert set(due_refs(ports, NOON + PICKUP, 100)) == set(refs)
    assert len(ports.payouts.due_claims(NOON + PICKUP, 5)) == 5
