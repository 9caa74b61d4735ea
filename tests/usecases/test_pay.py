"""Paying a claim: at most once, and never forgotten (I4, I5)."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import ClaimRef, PayoutStatus
from chalicelib.domain.payout_decisions import LEASE, Reply
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.killed import Killed
from tests.support.pay import PAYER
from tests.usecases.payout_helpers import ME, live_on, owed, paid, sent, stored


def test_an_owed_claim_is_sent(bench: Bench) -> None:
    ref = owed(bench)
    claim = stored(bench, ref)
    bench.app.payouts.pay_claim(ref)
    assert bench.pay.ledger == {claim.order.mch_billno: replace(claim.order, payer=PAYER)}
    after = stored(bench, ref)
    assert (after.status, after.sends, after.reason) == (PayoutStatus.SENT, 1, "")
    assert after.due_at
    assert after.due_at > bench.clock.now + timedelta(hours=24)


def test_a_repeated_job_does_nothing(bench: Bench) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    before = bench.world.snapshot()
    for _ in range(3):
        bench.app.payouts.pay_claim(ref)
    assert bench.world.snapshot() == before
    assert (paid(bench), sent(bench), bench.world.calls["pay.query"]) == ([1], [1], 0)


def test_a_job_of_no_claim_is_reported_and_dropped(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        bench.app.payouts.pay_claim(ClaimRef(ME, "unknown"))
    assert "does not exist" in caplog.text
    assert ME not in caplog.text
    assert sent(bench) == []


@pytest.mark.parametrize("end", [Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED])
def test_what_became_of_it_is_asked_for_after_a_day(bench: Bench, end: Reply) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.status[stored(bench, ref).order.mch_billno] = end
    live_on(bench, hours=30)
    after = stored(bench, ref)
    assert (after.status.value, after.due_at) == (end.value, None)
    assert (paid(bench), sent(bench), bench.world.calls["pay.query"]) == ([1], [1], 1)


def test_payouts_that_are_stopped_go_on_when_resumed(bench: Bench) -> None:
    ref = owed(bench)
    bench.ports.control.set_payouts_stopped(True, act())
    live_on(bench, hours=3)
    assert (stored(bench, ref).status, sent(bench)) == (PayoutStatus.OWED, [])
    bench.ports.control.set_payouts_stopped(False, act())
    live_on(bench, hours=1)
    assert (stored(bench, ref).status, paid(bench)) == (PayoutStatus.SENT, [1])


def test_what_is_owed_is_paid_after_closing_and_in_a_pause(bench: Bench) -> None:
    ref = owed(bench)
    bench.pause()
    bench.unfollow(ME)
    bench.clock.advance(days=10)
    bench.app.payouts.pay_claim(ref)
    assert paid(bench) == [1]


def test_a_worker_s_lease_keeps_the_others_away(bench: Bench) -> None:
    ref = owed(bench)
    bench.world.will_die(3)  # it has found and taken the claim and read the switches, and dies before the send
    with pytest.raises(Killed):
        bench.app.payouts.pay_claim(ref)
    bench.world.will_die(None)
    bench.clock.advance(seconds=LEASE.total_seconds() - 1)
    bench.app.payouts.pay_claim(ref)
    assert (sent(bench), bench.world.calls["pay.query"]) == ([], 0)
    bench.clock.advance(seconds=1)
    bench.app.payouts.pay_claim(ref)
    assert (paid(bench), sent(bench), stored(bench, ref).sends) == ([1], [1], 2)


def test_changed_wording_does_not_change_a_retry(bench: Bench) -> None:
    ref = owed(bench)
    order = stored(bench, ref).order
    bench.pay.will_lose_the_answer()
    bench.app.payouts.pay_claim(ref)
    bench.contest = replace(bench.contest, packet=replace(bench.contest.packet, wishing="Something else"))
    bench.app = bench.instance()
    live_on(bench)
    assert bench.pay.ledger == {order.mch_billno: replace(order, payer=PAYER)}
    assert stored(bench, ref).status is PayoutStatus.SENT
