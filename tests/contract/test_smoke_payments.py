"""SmokePayments: begun together with its log entry, changed by its revision, kept for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.smoke import SmokePayment, begun
from chalicelib.ports import LogEntry, Ports
from tests.contract.conftest import Engine
from tests.support.examples import NOON, smoke_payment

ENTRY = LogEntry(NOON, "王", "pay-smoke", "N1 100")


def log(ports: Ports) -> list[LogEntry]:
    return list(ports.ledger.log())


@pytest.fixture
def first(ports: Ports) -> SmokePayment:
    written = ports.smoke_payments.begin(smoke_payment(), ENTRY)
    assert written
    return written


def test_it_is_begun_with_its_log_entry(ports: Ports, first: SmokePayment) -> None:
    assert first == smoke_payment()
    assert list(ports.smoke_payments.all()) == [first]
    assert log(ports) == [ENTRY]


def test_of_one_number_there_is_one(engine: Engine, ports: Ports, first: SmokePayment) -> None:
    before = engine.dump()
    assert (
        ports.smoke_payments.begin(smoke_payment(openid="o2", new_id="2"), replace(ENTRY, who="李", about="N2 100"))
        is None
    )
    assert engine.dump() == before


def test_it_is_not_begun_without_its_log_entry(engine: Engine, ports: Ports, first: SmokePayment) -> None:
    """The very same entry is there: so the payment is not put either."""
    before = engine.dump()
    assert ports.smoke_payments.begin(smoke_payment(2, new_id="2"), ENTRY) is None
    assert engine.dump() == before


def test_a_change_comes_back_as_it_was_written(ports: Ports, first: SmokePayment) -> None:
    late = NOON + timedelta(microseconds=1234)
    written = ports.smoke_payments.replace(first, begun(first, late))
    assert written
    assert (written.status, written.sends, written.revision) == (PayoutStatus.SENDING, 1, 1)
    again = ports.smoke_payments.replace(written, replace(written, status=PayoutStatus.SENT, waits_until=None), ENTRY_2)
    assert again
    assert list(ports.smoke_payments.all()) == [again]
    assert log(ports) == [ENTRY, ENTRY_2]


ENTRY_2 = LogEntry(NOON + timedelta(minutes=1), "王", "pay-smoke resend", "N1 100")


def test_a_change_of_an_older_revision_is_not_written(engine: Engine, ports: Ports, first: SmokePayment) -> None:
    assert ports.smoke_payments.replace(first, begun(first, NOON))
    before = engine.dump()
    assert ports.smoke_payments.replace(first, begun(first, NOON), ENTRY_2) is None
    assert engine.dump() == before


def test_a_payment_that_was_never_begun_cannot_change(engine: Engine, ports: Ports) -> None:
    before = engine.dump()
    assert ports.smoke_payments.replace(smoke_payment(), begun(smoke_payment(), NOON)) is None
    assert engine.dump() == before


def test_they_are_read_oldest_first_and_by_contest(engine: Engine, ports: Ports, contest_id: str) -> None:
    for number in (1, 2, 3, 10, 11):
        assert ports.smoke_payments.begin(smoke_payment(number, new_id=str(number)), replace(ENTRY, about=str(number)))
    assert [payment.number for payment in ports.smoke_payments.all()] == [1, 2, 3, 10, 11]
    assert list(engine.ports(contest_id + "x").smoke_payments.all()) == []
