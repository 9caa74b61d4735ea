"""The payer is part of the order: another merchant or account neither queries a claim nor sends it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claim import Claim, ClaimRef, Payer, PayoutStatus
from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.killed import Killed
from tests.support.pay import PAYER
from tests.usecases.payout_helpers import live_on, owed, sent, stored

LATER = Payer("1900000002", PAYER.app_id)
OTHER_ACCOUNT = Payer(PAYER.mch_id, "wx1111111111111111")


@pytest.fixture
def begun(bench: Bench) -> ClaimRef:
    """A due claim that the former payer sent, without learning the outcome."""
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(hours=1)
    return ref


def assert_left_alone(bench: Bench, before: Claim) -> None:
    ref = before.ref
    for ask in (False, True):
        bench.app.payouts.pay_claim(ref, ask)
    assert stored(bench, ref) == before
    assert (sent(bench), bench.world.calls["pay.query"]) == ([1], 0)


def test_the_payer_is_written_with_the_write_that_takes_the_claim(bench: Bench) -> None:
    ref = owed(bench)
    assert stored(bench, ref).order.payer is None
    bench.pay.will_kill()
    with pytest.raises(Killed):
        bench.app.payouts.pay_claim(ref)
    assert (stored(bench, ref).order.payer, stored(bench, ref).sends) == (PAYER, 1)
    assert bench.pay.sent[0].payer == PAYER
    assert bench.world.calls["payouts.replace_claim"] == 1


UNFIT = Answer(Reply.REFUSED, Reason.CONFIGURATION, "CLIENT_CERTIFICATE")


def test_a_claim_does_not_become_that_of_a_payer_whose_certificate_is_of_no_use(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.payer, bench.pay.prepare = LATER, lambda: UNFIT
    bench.app.payouts.pay_claim(ref)
    claim = stored(bench, ref)
    assert (claim.status, claim.reason, claim.code) == (PayoutStatus.PARKED, "configuration", "CLIENT_CERTIFICATE")
    assert (claim.order.payer, claim.sends, sent(bench)) == (None, 0, [])
    assert bench.ports.control.read_switches().held_reason == "configuration"
    bench.pay.payer, bench.pay.prepare = PAYER, lambda: None
    assert bench.app.decisions.resume_payouts("li") == 1
    bench.app.payouts.pay_claim(ref)
    assert (stored(bench, ref).status, stored(bench, ref).order.payer) == (PayoutStatus.SENT, PAYER)


@pytest.mark.parametrize("payer", [LATER, OTHER_ACCOUNT], ids=["merchant", "account"])
def test_another_payer_neither_asks_nor_sends_and_payouts_are_held(
    bench: Bench, begun: ClaimRef, payer: Payer, caplog: pytest.LogCaptureFixture
) -> None:
    before = stored(bench, begun)
    bench.pay.payer = payer
    assert_left_alone(bench, before)
    switches = bench.ports.control.read_switches()
    assert (switches.held_reason, switches.held_until is not None) == ("payer", True)
    assert "another payer" in caplog.text
    assert bench.app.sweep.sweep_once() == 0


def test_a_new_claim_waits_while_another_payer_s_are_not_finished(bench: Bench, begun: ClaimRef) -> None:
    bench.pay.payer = LATER
    bench.app.payouts.pay_claim(begun)
    fresh = ClaimRef("o9", bench.claimed("o9").attempt_id)
    bench.app.payouts.pay_claim(fresh)
    assert stored(bench, fresh).status is PayoutStatus.OWED


def test_settling_renewing_and_new_terms_are_refused_to_another_payer(bench: Bench, begun: ClaimRef) -> None:
    decisions, claim = bench.app.decisions, stored(bench, begun)
    steps: dict[str, Callable[[], object]] = {
        "settle": lambda: decisions.settle_payout(claim.claim_id, PayoutStatus.FAILED, "li", "x"),
        "renew": lambda: decisions.renew_payout(claim.claim_id, "li"),
        "new terms": lambda: decisions.retry_with_new_terms(claim.claim_id, "li"),
    }
    bench.pay.payer = LATER
    for name, step in steps.items():
        status = PayoutStatus.FAILED if name == "renew" else PayoutStatus.PARKED
        current = stored(bench, begun)
        assert bench.ports.payouts.replace_claim(current, replace(claim, status=status, reason=Reason.TERMS.value))
        before = bench.world.snapshot()
        with pytest.raises(DecisionRefused, match="other_payer"):
            step()
        assert bench.world.snapshot() == before
    assert bench.world.calls["pay.query"] == 0


@pytest.mark.parametrize("status", [PayoutStatus.SENDING, PayoutStatus.SENT, PayoutStatus.PARKED, PayoutStatus.OWED])
def test_who_read_the_other_payer_s_statement_ends_its_claim_and_nobody_waits_any_more(
    bench: Bench, begun: ClaimRef, status: PayoutStatus
) -> None:
    """Its merchant may be closed, or the id was mistyped: then nobody else could end it."""
    bench.pay.payer = LATER
    current = stored(bench, begun)
    bench.ports.payouts.replace_claim(current, replace(current, status=status, reason=Reason.CONFIGURATION.value))
    bench.app.payouts.pay_claim(begun)
    settled = bench.app.decisions.settle_payout(current.claim_id, PayoutStatus.FAILED, "li", "closed", checked=True)
    assert (settled.status, settled.reason, bench.world.calls["pay.query"]) == (PayoutStatus.FAILED, "settled", 0)
    entry = list(bench.ports.ledger.log_entries())[-1]
    assert (entry.what, entry.new, entry.reason) == ("payouts settle", "failed", f"closed {PAYER}")
    bench.app.decisions.resume_payouts("li")
    fresh = ClaimRef("o9", bench.claimed("o9").attempt_id)
    live_on(bench, hours=2)
    assert stored(bench, fresh).status is PayoutStatus.SENT
    assert bench.ports.control.read_switches().held_reason == ""


def test_another_payer_s_parked_claim_is_not_taken_up(bench: Bench, begun: ClaimRef) -> None:
    current, decisions = stored(bench, begun), bench.app.decisions
    parked = replace(current, status=PayoutStatus.PARKED, reason=Reason.BALANCE.value)
    before = bench.ports.payouts.replace_claim(current, parked)
    bench.pay.payer = LATER
    with pytest.raises(DecisionRefused, match="other_payer"):
        decisions.retry_payout(current.claim_id, "li")
    assert (decisions.retry_reason(Reason.BALANCE, "li"), decisions.resume_payouts("li")) == (0, 0)
    assert stored(bench, begun) == before
    bench.pay.payer = PAYER
    assert decisions.resume_payouts("li") == 1


def test_what_another_payer_sends_at_this_moment_is_not_settled(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_kill()
    with pytest.raises(Killed):
        bench.app.payouts.pay_claim(ref)
    bench.pay.payer = LATER
    decisions, claim = bench.app.decisions, stored(bench, ref)
    with pytest.raises(DecisionRefused, match="changed_meanwhile"):
        decisions.settle_payout(claim.claim_id, PayoutStatus.FAILED, "li", "x", checked=True)
    bench.clock.advance(minutes=2)
    assert decisions.settle_payout(claim.claim_id, PayoutStatus.FAILED, "li", "x", checked=True).is_final


def test_a_claim_of_our_own_that_is_not_parked_is_not_settled_by_the_statement(bench: Bench, begun: ClaimRef) -> None:
    with pytest.raises(DecisionRefused, match="not_parked"):
        bench.app.decisions.settle_payout(stored(bench, begun).claim_id, PayoutStatus.FAILED, "li", "x", checked=True)


def test_the_operator_s_reconciliation_does_not_ask_either(bench: Bench, begun: ClaimRef) -> None:
    before = stored(bench, begun)
    bench.pay.payer = LATER
    assert list(bench.app.reconciliation.reconcile_payouts(lambda count: None)) == []
    assert (stored(bench, begun), bench.world.calls["pay.query"]) == (before, 0)


def test_with_the_former_payer_s_settings_its_claim_is_finished_while_payouts_are_held(
    bench: Bench, begun: ClaimRef
) -> None:
    bench.pay.payer = LATER
    bench.app.payouts.pay_claim(begun)
    bench.pay.payer = PAYER
    assert [claim.status for claim in finished(bench)] == [PayoutStatus.SENT]
    assert (stored(bench, begun).status, sent(bench)) == (PayoutStatus.SENT, [2])
    assert {order.payer for order in bench.pay.sent} == {PAYER}
    assert bench.ports.control.read_switches().held_reason == "payer", "the present payer's queue"


def finished(bench: Bench) -> list[Claim]:
    return bench.app.payouts.finish_own(list(bench.ports.ledger.all_claims()))


@pytest.mark.parametrize("code", ["NOTENOUGH", "SIGN_ERROR", "PARAM_ERROR", "DAY_OVER_LIMITED"])
def test_the_former_merchant_s_answers_do_not_hold_the_present_one_s_queue(
    bench: Bench, begun: ClaimRef, code: str
) -> None:
    bench.pay.will_refuse(code)
    before = bench.ports.control.read_switches()
    assert [claim.reason for claim in finished(bench)] == [REASON_OF[code]]
    assert (bench.ports.control.read_switches(), stored(bench, begun).status) == (before, PayoutStatus.PARKED)


def test_people_whom_the_former_merchant_is_refused_are_not_noted(bench: Bench) -> None:
    refs = [ClaimRef(name, bench.claimed(name).attempt_id) for name in ("o1", "o2", "o3")]
    for ref in refs:
        bench.pay.will_time_out()
        bench.app.payouts.pay_claim(ref)
    bench.clock.advance(hours=1)
    for _ in refs:
        bench.pay.will_refuse("NO_AUTH")
    assert [claim.reason for claim in finished(bench)] == ["risk_control"] * 3
    assert (bench.ports.control.read_switches().held_reason, bench.state.refused) == ("", {})


def test_a_hold_of_the_present_payer_s_keeps_nobody_from_finishing_but_a_stop_does(
    bench: Bench, begun: ClaimRef
) -> None:
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(hours=1), Reason.BALANCE.value)
    bench.ports.control.set_payouts_stopped(True, act())
    assert [claim.status for claim in finished(bench)] == [PayoutStatus.SENDING]
    assert sent(bench) == [1]
    bench.ports.control.set_payouts_stopped(False, act())
    bench.clock.advance(minutes=3)
    assert [claim.status for claim in finished(bench)] == [PayoutStatus.SENT]
    assert bench.ports.control.read_switches().held_reason == "balance"


def test_our_own_claims_wait_while_payouts_are_held_whoever_caused_it(bench: Bench, begun: ClaimRef) -> None:
    """The sweep leaves them out too."""
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(hours=1), Reason.PAYER.value)
    bench.app.payouts.pay_claim(begun)
    assert sent(bench) == [1]


def test_a_second_number_keeps_the_payer(bench: Bench, begun: ClaimRef) -> None:
    claim = stored(bench, begun)
    bench.pay.status[claim.order.mch_billno] = Reply.FAILED
    bench.app.payouts.pay_claim(begun)
    renewed = bench.app.decisions.renew_payout(claim.claim_id, "li")
    assert renewed.order.payer == PAYER
    bench.pay.payer = LATER
    bench.app.payouts.pay_claim(begun)
    assert stored(bench, begun) == renewed


def test_a_claim_sent_before_payers_were_recorded_counts_as_ours(bench: Bench, begun: ClaimRef) -> None:
    claim = stored(bench, begun)
    bench.ports.payouts.replace_claim(claim, replace(claim, order=replace(claim.order, payer=None)))
    bench.app.payouts.pay_claim(begun)
    assert (stored(bench, begun).status, stored(bench, begun).order.payer) == (PayoutStatus.SENT, PAYER)
