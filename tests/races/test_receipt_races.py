"""I4 and R20 under real concurrency: taps, workers and notifications that meet over one transfer."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import pytest

from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus
from chalicelib.domain.errors import TooManyRequests
from tests.races.conftest import Field, race
from tests.races.race_setup import owed
from tests.support.bench import nobody_watches
from tests.support.transfer_bench import with_transfers
from tests.support.v3_keys import sealed_notice

pytestmark = pytest.mark.usefixtures("restless")


@pytest.fixture
def field(tables: Tables) -> Iterator[Field]:
    field = Field(f"c{uuid4().hex[:12]}", 1, tables)
    field.contest = with_transfers(field.contest)
    field.instance().plans.lay_plan(nobody_watches, "wang")
    field.instance().plans.activate_plan("wang")
    yield field
    assert field.transfers.violations == []
    assert field.instance().audit.audit_books().violations == ()


def claim(field: Field, ref: ClaimRef) -> Claim:
    found = field.ports.payouts.find_claim(ref)
    assert found
    return found


def tapped(field: Field) -> ClaimRef:
    """Its job is being delivered, to several workers."""
    ref = owed(field)
    field.instance().receipts.ask_receipt(ref.openid, claim(field, ref).claim_id)
    field.queue.jobs.clear()
    return ref


def work(field: Field, ref: ClaimRef, *others: Callable[[], object]) -> list[object]:
    """Eight workers and the others, at once; what they raised."""
    apps = field.instances(8)
    steps: list[Callable[[], object]] = [partial(app.payouts.pay_claim, ref, n % 2 == 1) for n, app in enumerate(apps)]
    return [outcome for outcome in race([*steps, *others]) if isinstance(outcome, Exception)]


def test_eight_taps_at_once_make_one_job(field: Field) -> None:
    ref = owed(field)
    name = claim(field, ref).claim_id
    outcomes = race([partial(app.receipts.ask_receipt, ref.openid, name) for app in field.instances(8)])
    assert [type(one) for one in outcomes if not isinstance(one, Claim)] == [TooManyRequests] * 7
    assert field.queue.jobs == [ref]


def test_eight_workers_create_one_bill_and_its_receipt_is_kept(field: Field) -> None:
    ref = tapped(field)
    assert work(field, ref) == []
    assert [*field.transfers.sends.values()] == [1]
    assert claim(field, ref).receipt == field.transfers.receipt(claim(field, ref).order.mch_billno)


def test_eight_workers_begin_one_further_number(field: Field) -> None:
    ref = tapped(field)
    field.instance().payouts.pay_claim(ref)
    first = claim(field, ref).order.mch_billno
    field.clock.advance(hours=25)
    field.instance().receipts.ask_receipt(ref.openid, claim(field, ref).claim_id)
    assert work(field, ref) == []
    assert (claim(field, ref).order.mch_billno, claim(field, ref).unconfirmed) == (f"{first}R1", (first,))
    assert field.transfers.sends == {first: 1, f"{first}R1": 1}


def test_taps_workers_and_notifications_over_a_confirmed_bill(field: Field) -> None:
    ref = tapped(field)
    field.instance().payouts.pay_claim(ref)
    number = claim(field, ref).order.mch_billno
    field.clock.advance(seconds=10)
    field.transfers.confirm(number)
    sealed = sealed_notice({"openid": ref.openid, "out_bill_no": number})
    notified = [partial(app.notifications.take_notification, sealed) for app in field.instances(4)]
    tap = partial(field.instance().receipts.ask_receipt, ref.openid, claim(field, ref).claim_id)
    work(field, ref, *notified, lambda: tap())
    field.instance().payouts.pay_claim(ref, ask=True)
    assert claim(field, ref).status is PayoutStatus.RECEIVED
    assert field.transfers.payments == {number: 1}
