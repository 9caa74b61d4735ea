"""I4 under real concurrency: operators who begin a smoke payment at once, and workers who pay it."""

from functools import partial

import pytest

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.errors import SmokeRefused
from tests.races.conftest import Field, FieldOf, race
from tests.races.race_setup import person

pytestmark = pytest.mark.usefixtures("restless")


def at_once(field: Field, openid: str, again: bool = False) -> list[Claim]:
    """Eight operators act at once. Returns the results of those who were not refused."""
    steps = [
        partial(app.smoke_payments.start_smoke_payment, openid, None, f"w{n}", again)
        for n, app in enumerate(field.instances(8))
    ]
    outcomes = race(steps)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(refusal) for refusal in refusals} <= {SmokeRefused}
    return [outcome for outcome in outcomes if isinstance(outcome, Claim)]


def work(field: Field) -> None:
    """Runs all jobs at once, each with its own worker."""
    jobs, field.queue.jobs = field.queue.jobs, []
    race([partial(field.instance().payouts.pay_claim, job) for job in jobs])


def begun(field: Field) -> list[str]:
    return [entry.about for entry in field.ports.ledger.log_entries() if entry.what == "pay-smoke"]


def test_operators_who_begin_at_once_begin_one_and_it_is_sent_once(field_of: FieldOf) -> None:
    field = field_of(1)
    assert at_once(field, person(field))
    at_once(field, field.ports.payouts.smoke_payments()[0].openid)
    work(field)
    (payment,) = field.ports.payouts.smoke_payments()
    assert field.pay.sends == {payment.order.mch_billno: 1}
    assert begun(field) == [payment.order.mch_billno]
    assert payment.status is PayoutStatus.SENT


def test_operators_who_retry_it_at_once_send_once_again(field_of: FieldOf) -> None:
    field = field_of(1)
    openid = person(field)
    field.pay.will_refuse("NO_AUTH")
    at_once(field, openid)
    work(field)
    field.clock.advance(minutes=1)
    at_once(field, openid)
    work(field)
    (payment,) = field.ports.payouts.smoke_payments()
    assert field.pay.sends == {payment.order.mch_billno: 2}
    assert field.pay.payments == {payment.order.mch_billno: 1}
    assert len(begun(field)) == 1


def test_operators_who_want_another_at_once_make_one_more(field_of: FieldOf) -> None:
    field = field_of(1)
    openid = person(field)
    at_once(field, openid)
    work(field)
    assert len(at_once(field, openid, again=True)) == 1
    work(field)
    first, second = field.ports.payouts.smoke_payments()
    assert field.pay.payments == {first.order.mch_billno: 1, second.order.mch_billno: 1}
    assert len(begun(field)) == 2
    assert field.instance().audit.audit_books().violations == ()
