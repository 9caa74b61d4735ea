"""EarlierSmokePayments: records from before smoke payments were claims; and today's, in a partition of their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import FOR_A_PERSON, SMOKE, Claim, ClaimRef, PayoutStatus
from chalicelib.domain.payout_decisions import PICKUP, begun
from chalicelib.ports import LogEntry, Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.contract.setup_steps import due_refs
from tests.support.examples import NOON, earlier_smoke_payment, smoke_payment
from tests.support.pay import PAYER

ENTRY = LogEntry(NOON, "王", "pay-smoke", "N1 100")
DUE = NOON + PICKUP


def log(ports: Ports) -> list[LogEntry]:
    return list(ports.ledger.log_entries())


@pytest.fixture
def first(ports: Ports) -> Claim:
    assert ports.payouts.put_smoke_payment(smoke_payment(), ENTRY)
    return smoke_payment()


def test_it_is_put_with_its_log_entry_and_found_by_its_ref(ports: Ports, first: Claim) -> None:
    assert first.ref == ClaimRef(SMOKE, "0001")
    assert ports.payouts.find_claim(first.ref) == first
    assert list(ports.payouts.smoke_payments()) == [first]
    assert log(ports) == [ENTRY]


def test_its_place_is_taken_once(engine: Engine, ports: Ports, first: Claim) -> None:
    before = engine.dump()
    other = smoke_payment(openid="o2", new_id="2")
    assert not ports.payouts.put_smoke_payment(other, replace(ENTRY, who="李", about="N2 100"))
    assert engine.dump() == before


def test_it_is_not_put_without_its_log_entry(engine: Engine, ports: Ports, first: Claim) -> None:
    """The same entry exists already, so the payment is not stored either."""
    before = engine.dump()
    assert not ports.payouts.put_smoke_payment(smoke_payment(2, new_id="2"), ENTRY)
    assert engine.dump() == before


def test_it_changes_as_a_claim_does(engine: Engine, ports: Ports, first: Claim) -> None:
    sending = ports.payouts.replace_claim(first, begun(first, NOON, PAYER))
    assert sending
    assert ports.payouts.find_claim(first.ref) == sending
    before = engine.dump()
    assert ports.payouts.replace_claim(first, begun(first, NOON, PAYER)) is None
    assert engine.dump() == before
    assert ports.payouts.replace_claim(sending, replace(sending, status=PayoutStatus.RECEIVED, due_at=None))
    assert list(ports.payouts.open_claims()) == []


def test_it_is_due_before_claims(ports: Ports, openid: str, first: Claim) -> None:
    claim = setup_steps.claim(ports, openid)
    assert due_refs(ports, DUE, 10) == [first.ref, claim.ref]
    assert due_refs(ports, DUE, 1) == [first.ref]
    assert due_refs(ports, DUE - timedelta(milliseconds=1), 10) == []
    assert set(ports.payouts.open_claims()) == {first.ref, claim.ref}


def test_it_is_of_nobody_s_account(ports: Ports, openid: str) -> None:
    """Not even of the account of the person who is paid."""
    claim = setup_steps.claim(ports, openid)
    accounts, counts = list(ports.ledger.all_accounts()), ports.participants.count_people()
    payment = smoke_payment(openid=openid)
    assert ports.payouts.put_smoke_payment(payment, ENTRY)
    assert list(ports.ledger.all_accounts()) == accounts
    assert ports.participants.count_people() == counts
    assert ports.participants.claims_of(openid) == (claim,)
    assert set(ports.ledger.all_claims()) == {claim, payment}


def test_they_are_read_oldest_first_and_by_contest(engine: Engine, ports: Ports, contest_id: str) -> None:
    for number in (1, 2, 3, 10, 11):
        payment = smoke_payment(number, new_id=str(number))
        assert ports.payouts.put_smoke_payment(payment, replace(ENTRY, about=str(number)))
    assert [payment.packet.number for payment in ports.payouts.smoke_payments()] == [1, 2, 3, 10, 11]
    other = engine.ports(contest_id + "x").payouts
    assert (list(other.smoke_payments()), list(other.open_claims()), list(other.due_claims(DUE, 10))) == ([], [], [])


# From before they were claims


def test_the_earlier_ones_are_read_as_claims(engine: Engine, ports: Ports, contest_id: str) -> None:
    kept = [earlier_smoke_payment(1, PayoutStatus.RECEIVED), earlier_smoke_payment(2, PayoutStatus.SENT)]
    for payment in reversed(kept):
        engine.put_earlier_smoke(contest_id, payment)
    assert list(ports.earlier_smoke_payments.all()) == kept
    assert [payment.due_at for payment in kept] == [None, FOR_A_PERSON]
    assert list(engine.ports(contest_id + "x").earlier_smoke_payments.all()) == []
    assert list(ports.payouts.smoke_payments()) == []


def test_how_an_earlier_one_ended_is_written_once(engine: Engine, ports: Ports, contest_id: str) -> None:
    payment = earlier_smoke_payment()
    engine.put_earlier_smoke(contest_id, payment)
    ended = replace(payment, status=PayoutStatus.REFUNDED, due_at=None)
    assert ports.earlier_smoke_payments.record_earlier(payment, ended)
    assert list(ports.earlier_smoke_payments.all()) == [replace(ended, revision=1)]
    before = engine.dump()
    assert not ports.earlier_smoke_payments.record_earlier(payment, replace(payment, reason="doubtful"))
    assert engine.dump() == before
