"""I1, I4 under real concurrency: operators who decide at once, and workers with the same claim."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest

from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.claim import ClaimRef, PayoutStatus
from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.ports import LogEntry
from tests.races.conftest import Field, FieldOf, race
from tests.races.race_setup import free, owed, person, status
from tests.support.bench import nobody_watches

pytestmark = pytest.mark.usefixtures("restless")


def claim_id(field: Field, ref: ClaimRef) -> str:
    claim = field.ports.payouts.find_claim(ref)
    assert claim
    return claim.claim_id


def log(field: Field) -> list[LogEntry]:
    """Without the plan's entries."""
    return [entry for entry in field.ports.ledger.log_entries() if not entry.what.startswith("plan ")]


def failed(field: Field) -> ClaimRef:
    ref = owed(field)
    field.pay.will_answer(Answer(Reply.FAILED))
    field.instance().payouts.pay_claim(ref)
    return ref


def parked(field: Field) -> ClaimRef:
    ref = owed(field)
    field.pay.will_refuse("NO_AUTH")
    field.instance().payouts.pay_claim(ref)
    return ref


def decided(outcomes: list[object]) -> int:
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(refusal) for refusal in refusals} <= {DecisionRefused}
    return len(outcomes) - len(refusals)


def test_operators_who_renew_at_once_make_one_second_number(field_of: FieldOf) -> None:
    field = field_of(1)
    ref = failed(field)
    for _ in range(8):
        field.pay.will_say(Answer(Reply.FAILED))
    name = claim_id(field, ref)
    steps = [partial(app.decisions.renew_payout, name, f"operator{n}") for n, app in enumerate(field.instances(8))]
    assert decided(race(steps)) == 1
    claim = field.ports.payouts.find_claim(ref)
    assert claim
    assert claim.order.mch_billno.endswith("R1")
    assert [entry.what for entry in log(field)] == ["payouts renew"]
    assert field.instance().audit.audit_books().violations == ()
    race([partial(app.payouts.pay_claim, ref) for app in field.instances(8)])
    assert field.pay.payments == {claim.order.mch_billno: 1}


def test_operators_who_settle_a_claim_differently_settle_it_once(field_of: FieldOf) -> None:
    field = field_of(1)
    ref = parked(field)
    name, ends = claim_id(field, ref), [PayoutStatus.RECEIVED, PayoutStatus.FAILED]
    steps = [
        partial(app.decisions.settle_payout, name, ends[n % 2], f"operator{n}", "by hand")
        for n, app in enumerate(field.instances(8))
    ]
    assert decided(race(steps)) == 1
    (entry,) = log(field)
    assert (entry.what, entry.new) == ("payouts settle", status(field, ref).value)


def test_a_settling_and_a_retry_s_payment_never_both_happen(field_of: FieldOf) -> None:
    """One operator decides on a revision that the other one's worker may have replaced."""
    field = field_of(1)
    ref = parked(field)
    name, apps = claim_id(field, ref), field.instances(12)
    apps[0].decisions.retry_payout(name, "operator")
    steps: list[Callable[[], object]] = [partial(app.payouts.pay_claim, ref) for app in apps[:8]]
    steps += [partial(app.decisions.settle_payout, name, PayoutStatus.RECEIVED, "w", "cash") for app in apps[8:]]
    outcomes = race(steps)
    settled = decided(outcomes[8:])
    assert sum(field.pay.payments.values()) + settled == 1
    expected = PayoutStatus.RECEIVED if settled else PayoutStatus.SENT
    assert status(field, ref) is expected


def test_a_refund_that_eight_workers_see_puts_one_packet_back(tables: Tables) -> None:
    field = Field(f"c{uuid4().hex[:12]}", 2, tables)
    field.contest = replace(field.contest, payouts=replace(field.contest.payouts, put_back=True))
    field.instance().plans.lay_plan(nobody_watches, "wang")
    field.instance().plans.activate_plan("wang")
    ref = owed(field)
    field.instance().payouts.pay_claim(ref)
    (number,) = field.pay.ledger
    field.pay.status[number] = Reply.REFUNDED
    race([partial(app.payouts.pay_claim, ref, ask=True) for app in field.instances(8)])
    assert status(field, ref) is PayoutStatus.RELEASED
    assert len(free(field)) == 2
    assert sum(packet.amount_fen for packet in free(field)) == field.contest.prizes.budget_fen
    assert field.instance().audit.audit_books().violations == ()
    people = [person(field, "a1") for _ in range(8)]
    outcomes = race(
        [partial(app.claims.open_packet, who, "a1") for app, who in zip(field.instances(8), people, strict=True)]
    )
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 2
    assert field.instance().audit.audit_books().violations == ()
