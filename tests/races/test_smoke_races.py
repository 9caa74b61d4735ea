"""I4 under real concurrency: operators who send a smoke payment at once."""

from functools import partial

import pytest

from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.errors import SmokeRefused
from chalicelib.domain.payouts import Reply
from chalicelib.usecases.pay_smoke import Told
from tests.races.conftest import Field, FieldOf, race
from tests.races.scenes import person

pytestmark = pytest.mark.usefixtures("restless")


def at_once(field: Field, openid: str, again: bool = False) -> list[Told]:
    """Eight operators: what those were told who were not refused."""
    outcomes = race([partial(app.pay_smoke, openid, f"w{n}", again) for n, app in enumerate(field.instances(8))])
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(refusal) for refusal in refusals} <= {SmokeRefused}
    return [outcome for outcome in outcomes if isinstance(outcome, Told)]


def begun(field: Field) -> list[str]:
    return [entry.about for entry in field.ports.ledger.log() if entry.what == "pay-smoke"]


def test_operators_who_begin_at_once_send_once(field_of: FieldOf) -> None:
    field = field_of(1)
    assert at_once(field, person(field))
    (payment,) = field.ports.smoke_payments.all()
    assert field.pay.sends == {payment.order.mch_billno: 1}
    assert begun(field) == [f"{payment.order.mch_billno} 100"]
    assert payment.status is PayoutStatus.SENT


def test_operators_who_repeat_it_at_once_send_once_again(field_of: FieldOf) -> None:
    field = field_of(1)
    openid = person(field)
    field.pay.will_time_out()
    field.instance().pay_smoke(openid, "w", False)
    field.clock.advance(minutes=3)
    assert at_once(field, openid)
    (payment,) = field.ports.smoke_payments.all()
    assert field.pay.sends == {payment.order.mch_billno: 2}
    assert field.pay.payments == {payment.order.mch_billno: 1}
    assert len(begun(field)) == 1


def test_operators_who_want_another_at_once_make_one_more(field_of: FieldOf) -> None:
    field = field_of(1)
    openid = person(field)
    first = field.instance().pay_smoke(openid, "w", False).payment.order.mch_billno
    field.pay.status[first] = Reply.RECEIVED
    assert len(at_once(field, openid, again=True)) == 1
    _, second = field.ports.smoke_payments.all()
    assert field.pay.payments == {first: 1, second.order.mch_billno: 1}
    assert len(begun(field)) == 2
    assert field.instance().audit.audit_books().violations == ()
