"""Operators' decisions about payouts: each with its log entry, and a second number only if I4 allows it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.adapters.pay.red_packet import REASON_OF, RedPackets
from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus, SendOrder
from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.payout_decisions import QUERY_DAYS, Answer, Reply
from chalicelib.domain.payout_reasons import STOPS_ALL, WAITS_FOR_A_PERSON, Reason
from chalicelib.ports import LogEntry
from chalicelib.usecases.decide_payout import Decisions
from tests.support.bench import Bench
from tests.usecases.payout_helpers import live_on, owed, paid, sent, stored

WHO = "王"
FOR_PEOPLE = sorted(
    code for code, reason in REASON_OF.items() if reason in WAITS_FOR_A_PERSON and reason is not Reason.NOT_OURS
)
TERMS_REFUSED = "PARAM_ERROR"
HOLDING = sorted(code for code, reason in REASON_OF.items() if reason in STOPS_ALL)
RESUMED = [code for code in HOLDING if code != TERMS_REFUSED]


@pytest.fixture
def decide(bench: Bench) -> Decisions:
    return bench.app.decisions


def entries_about_payouts(bench: Bench) -> list[LogEntry]:
    return [entry for entry in bench.ports.ledger.log_entries() if not entry.what.startswith("plan ")]


def log(bench: Bench) -> list[tuple[str, ...]]:
    """Each entry about payouts, without operator and time."""
    found = entries_about_payouts(bench)
    return [tuple(filter(None, (one.what, one.about, one.old, one.new, one.reason))) for one in found]


def parked(bench: Bench, code: str = "NO_AUTH") -> ClaimRef:
    ref = owed(bench)
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(ref)
    live_on(bench, hours=1)
    assert stored(bench, ref).status is PayoutStatus.PARKED
    return ref


def ended(bench: Bench, reply: Reply = Reply.FAILED) -> ClaimRef:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.status[stored(bench, ref).order.mch_billno] = reply
    bench.app.payouts.pay_claim(ref, ask=True)
    return ref


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(DecisionRefused) as caught:
        step()
    return str(caught.value)


def unchanged(bench: Bench, step: Callable[[], object]) -> str:
    before = bench.world.snapshot()
    told = refused(step)
    assert bench.world.snapshot() == before
    return told


def test_a_claim_is_found_by_its_id_or_its_bill_number(bench: Bench, decide: Decisions) -> None:
    claim = stored(bench, owed(bench))
    bench.claimed("o2")
    assert decide.find_claim(claim.claim_id) == decide.find_claim(claim.order.mch_billno) == claim
    assert refused(lambda: decide.find_claim("unknown")) == "no_such_claim"


@pytest.mark.parametrize("code", FOR_PEOPLE)
def test_a_retry_sends_with_the_same_number_after_a_query(bench: Bench, decide: Decisions, code: str) -> None:
    ref = parked(bench, code)
    before = stored(bench, ref)
    decide.retry_payout(before.claim_id, WHO)
    assert log(bench) == [("payouts retry", before.claim_id, f"parked {REASON_OF[code].value}")]
    queries = bench.world.calls["pay.query"]
    live_on(bench, hours=1)
    after = stored(bench, ref)
    assert (after.status, after.order) == (PayoutStatus.SENT, before.order)
    assert (paid(bench), sent(bench), bench.world.calls["pay.query"] - queries) == ([1], [2], 1)


def test_a_retry_of_what_paid_after_all_sends_nothing(bench: Bench, decide: Decisions) -> None:
    ref = parked(bench)
    claim = stored(bench, ref)
    bench.pay.ledger[claim.order.mch_billno] = claim.order
    bench.pay.status[claim.order.mch_billno] = Reply.RECEIVED
    decide.retry_payout(claim.claim_id, WHO)
    live_on(bench, hours=1)
    assert (stored(bench, ref).status, sent(bench)) == (PayoutStatus.RECEIVED, [1])


@pytest.mark.parametrize("make", [owed, ended])
def test_only_what_is_parked_is_retried_or_settled(
    bench: Bench, decide: Decisions, make: Callable[[Bench], ClaimRef]
) -> None:
    claim_id = stored(bench, make(bench)).claim_id
    assert unchanged(bench, lambda: decide.retry_payout(claim_id, WHO)) == "not_parked"
    assert unchanged(bench, lambda: decide.settle_payout(claim_id, PayoutStatus.FAILED, WHO, "note")) == "not_parked"


@pytest.mark.parametrize("reply", [Reply.FAILED, Reply.REFUNDED])
def test_a_second_number_follows_what_wechat_pay_says_has_ended(bench: Bench, decide: Decisions, reply: Reply) -> None:
    ref = ended(bench, reply)
    before = stored(bench, ref)
    renewed = decide.renew_payout(before.claim_id, WHO)
    first = before.order.mch_billno
    assert renewed.order.mch_billno == f"{first}R1"
    assert (renewed.status, renewed.sends, renewed.reason) == (PayoutStatus.OWED, 0, "")
    assert log(bench) == [("payouts renew", before.claim_id, first, f"{first}R1", reply.value)]
    live_on(bench, hours=1)
    assert bench.pay.payments == {first: 1, f"{first}R1": 1}
    assert bench.app.audit.audit_books().violations == ()


def test_a_third_number_takes_another_decision(bench: Bench, decide: Decisions) -> None:
    ref = ended(bench)
    first = stored(bench, ref).order.mch_billno
    for number in (1, 2):
        decide.renew_payout(stored(bench, ref).claim_id, WHO)
        assert stored(bench, ref).order.mch_billno == f"{first}R{number}"
        live_on(bench, hours=1)
        bench.pay.status[f"{first}R{number}"] = Reply.FAILED
        bench.app.payouts.pay_claim(ref, ask=True)
    assert [what for what, *_ in log(bench)] == ["payouts renew"] * 2
    assert bench.app.audit.audit_books().violations == ()


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(reply) for reply in Reply if reply not in (Reply.FAILED, Reply.REFUNDED)),
        Answer(Reply.REFUSED, Reason.INSPECT, "SEND_FAILED"),
        Answer(Reply.DOUBTFUL, code="FAILED"),
    ],
    ids=str,
)
def test_no_second_number_unless_wechat_pay_itself_says_so_now(bench: Bench, decide: Decisions, answer: Answer) -> None:
    claim_id = stored(bench, ended(bench)).claim_id
    bench.pay.will_say(answer)
    assert unchanged(bench, lambda: decide.renew_payout(claim_id, WHO)) == "not_confirmed"


@pytest.mark.parametrize("make", [owed, parked])
def test_no_second_number_for_what_has_not_ended(
    bench: Bench, decide: Decisions, make: Callable[[Bench], ClaimRef]
) -> None:
    claim_id = stored(bench, make(bench)).claim_id
    bench.pay.will_say(Answer(Reply.FAILED))
    assert unchanged(bench, lambda: decide.renew_payout(claim_id, WHO)) == "not_ended"


@pytest.mark.parametrize("status", [PayoutStatus.RECEIVED, PayoutStatus.FAILED])
@pytest.mark.parametrize("reply", [Reply.NOT_FOUND, Reply.FAILED, Reply.REFUNDED])
def test_a_parked_claim_is_settled_when_wechat_pay_has_not_paid(
    bench: Bench, decide: Decisions, status: PayoutStatus, reply: Reply
) -> None:
    ref = parked(bench)
    claim = stored(bench, ref)
    bench.pay.will_say(Answer(reply))
    settled = decide.settle_payout(claim.claim_id, status, WHO, "现金已付")
    assert (settled.status, settled.reason, settled.due_at) == (status, "settled", None)
    assert log(bench) == [("payouts settle", claim.claim_id, "parked risk_control", status.value, "现金已付")]
    live_on(bench, hours=30)
    assert (stored(bench, ref), sent(bench)) == (settled, [1])


@pytest.mark.parametrize(
    "reply", [reply for reply in Reply if reply not in (Reply.NOT_FOUND, Reply.FAILED, Reply.REFUNDED)]
)
def test_what_may_have_paid_is_not_settled(bench: Bench, decide: Decisions, reply: Reply) -> None:
    claim_id = stored(bench, parked(bench)).claim_id
    bench.pay.will_say(Answer(reply))
    assert unchanged(bench, lambda: decide.settle_payout(claim_id, PayoutStatus.FAILED, WHO, "")) == "maybe_paid"


def test_not_found_of_an_old_claim_settles_it_only_when_the_statement_was_checked(
    bench: Bench, decide: Decisions
) -> None:
    """WeChat Pay forgets orders after 30 days: it may have paid."""
    claim = stored(bench, parked(bench))
    bench.clock.now = claim.claimed_at + QUERY_DAYS
    for _ in range(2):
        bench.pay.will_say(Answer(Reply.NOT_FOUND))
    settle = partial(decide.settle_payout, claim.claim_id, PayoutStatus.FAILED, WHO, "")
    assert unchanged(bench, settle) == "forgotten"
    assert settle(checked=True).reason == "settled"


def test_what_wechat_pay_has_paid_is_not_settled_whatever_was_checked(bench: Bench, decide: Decisions) -> None:
    claim = stored(bench, parked(bench))
    bench.clock.now = claim.claimed_at + QUERY_DAYS
    bench.pay.will_say(Answer(Reply.SENT))
    settle = partial(decide.settle_payout, claim.claim_id, PayoutStatus.FAILED, WHO, "", checked=True)
    assert unchanged(bench, settle) == "maybe_paid"


@pytest.mark.parametrize("reply", Reply)
def test_a_number_of_another_order_is_settled_by_the_statement_alone(
    bench: Bench, decide: Decisions, reply: Reply
) -> None:
    claim = stored(bench, parked(bench, "FATAL_ERROR"))
    bench.pay.will_say(Answer(reply))
    settle = partial(decide.settle_payout, claim.claim_id, PayoutStatus.RECEIVED, WHO, "另付")
    assert unchanged(bench, settle) == "not_ours"
    assert unchanged(bench, lambda: decide.retry_payout(claim.claim_id, WHO)) == "not_ours"
    settled = settle(checked=True)
    assert (settled.status, settled.reason, settled.due_at) == (PayoutStatus.RECEIVED, "settled", None)
    assert log(bench) == [("payouts settle", claim.claim_id, "parked not_ours", "received", "另付")]


def test_a_claim_that_changes_meanwhile_is_not_decided_on(bench: Bench, decide: Decisions) -> None:
    ref = parked(bench)
    claim = stored(bench, ref)

    class Meanwhile(type(bench.pay)):  # type: ignore[misc]
        def query(self, order: SendOrder) -> Answer:
            now = stored(bench, ref)
            assert bench.ports.payouts.replace_claim(now, now)
            return Answer(Reply.NOT_FOUND)

    other = bench.instance(red_packets=Meanwhile(bench.world)).decisions
    told = refused(lambda: other.settle_payout(claim.claim_id, PayoutStatus.FAILED, WHO, ""))
    assert (told, log(bench)) == ("changed_meanwhile", [])


@pytest.mark.parametrize("code", RESUMED)
def test_a_resume_lifts_the_hold_and_makes_what_it_parked_due(bench: Bench, decide: Decisions, code: str) -> None:
    ref, other = owed(bench), bench.claimed("o2")
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(minutes=3)
    claim = stored(bench, ref)
    assert decide.resume_payouts(WHO, "已充值") == 1
    assert bench.ports.control.read_switches().held_until is None
    parked = ("payouts resume", claim.claim_id, f"parked {claim.reason}", "已充值")
    assert set(log(bench)) == {("payouts resume", claim.reason, "已充值"), parked}
    bench.app.sweep.sweep_once()
    for job in bench.queue.jobs:
        bench.app.payouts.pay_claim(job)
    assert (stored(bench, ref).status, stored(bench, ref).order) == (PayoutStatus.SENT, claim.order)
    assert bench.pay.payments == {claim.order.mch_billno: 1, other.order.mch_billno: 1}


def test_a_retry_by_reason_takes_up_all_of_them_in_one_run(bench: Bench, decide: Decisions) -> None:
    claims = []
    for person, code in (("p1", "NO_AUTH"), ("p2", "NO_AUTH"), ("p3", "OPENID_ERROR")):
        ref = ClaimRef(person, bench.claimed(person).attempt_id)
        bench.pay.will_refuse(code)
        bench.app.payouts.pay_claim(ref)
        claims.append(stored(bench, ref))
    live_on(bench, hours=1)
    assert decide.retry_reason(Reason.RISK_CONTROL, WHO) == 2
    assert {about for what, about, *_ in log(bench) if what == "payouts retry"} == {
        claim.claim_id for claim in claims[:2]
    }
    assert decide.retry_reason(Reason.RISK_CONTROL, WHO) == 0, "the same again changes nothing"
    live_on(bench, hours=1)
    assert [stored(bench, claim.ref).status.value for claim in claims] == ["sent", "sent", "parked"]
    assert set(bench.pay.sends.values()) == {1, 2}


@pytest.mark.parametrize("reason", [Reason.NOT_OURS, Reason.SETTLED, Reason.DOUBTFUL])
def test_other_reasons_are_not_retried(bench: Bench, decide: Decisions, reason: Reason) -> None:
    parked(bench, "FATAL_ERROR")
    assert unchanged(bench, lambda: decide.retry_reason(reason, WHO)) in ("not_ours", "not_parked")


def corrected(bench: Bench) -> Decisions:
    """An instance after a deployment with another wording."""
    contest = replace(bench.contest, packet=replace(bench.contest.packet, wishing="改好的"))
    bench.pay.order = RedPackets(contest, "", lambda: pytest.fail("an order needs no secrets")).order
    return bench.app.decisions


def test_terms_that_were_refused_are_replaced_under_the_same_number(bench: Bench) -> None:
    ref = parked(bench, TERMS_REFUSED)
    before = stored(bench, ref)
    changed = corrected(bench).retry_with_new_terms(before.claim_id, WHO)
    assert replace(changed.order, terms=before.order.terms) == before.order
    assert dict(changed.order.terms)["wishing"] == "改好的"
    wishing = dict(before.order.terms)["wishing"]
    expected = (before.claim_id, f"wishing: {wishing}", "wishing: 改好的")
    assert log(bench) == [("payouts retry --new-terms", *expected)]
    bench.app.decisions.resume_payouts(WHO)
    live_on(bench, hours=1)
    assert (stored(bench, ref).status, paid(bench)) == (PayoutStatus.SENT, [1])
    assert bench.app.audit.audit_books().violations == ()


def old_terms(bench: Bench, *people: str) -> list[ClaimRef]:
    """People whose claims have terms that WeChat Pay does not accept. The configuration has been corrected since."""
    refs = [ClaimRef(person, bench.claimed(person).attempt_id) for person in people]
    bad = stored(bench, refs[0]).order.terms
    corrected(bench)
    pay, send = bench.pay, bench.pay.send

    def refusing(order: SendOrder) -> Answer:
        if order.terms == bad:
            pay.will_refuse(TERMS_REFUSED)
        return send(order)

    pay.send = refusing  # type: ignore[method-assign]
    return refs


def test_terms_refused_that_are_no_longer_ours_concern_their_claim_alone(bench: Bench) -> None:
    for ref in old_terms(bench, "p1", "p2", "p3"):
        bench.app.payouts.pay_claim(ref)
        assert (stored(bench, ref).status, stored(bench, ref).reason) == (PayoutStatus.PARKED, "terms")
    assert bench.ports.control.read_switches().held_until is None
    fresh = ClaimRef("p4", bench.claimed("p4").attempt_id)
    bench.app.payouts.pay_claim(fresh)
    assert stored(bench, fresh).status is PayoutStatus.SENT


def test_all_claims_get_new_terms_in_one_run(bench: Bench, decide: Decisions) -> None:
    refs = old_terms(bench, "p1", "p2", "p3", "p4")
    for ref in refs:
        bench.app.payouts.pay_claim(ref)
    bench.pay.will_say(Answer(Reply.SENT))
    assert decide.retry_reason(Reason.TERMS, WHO, new_terms=True) == 3, "WeChat Pay knows the number of one"
    assert [what for what, *_ in log(bench)] == ["payouts retry --new-terms"] * 3
    live_on(bench, hours=1)
    assert [stored(bench, ref).status.value for ref in refs].count("sent") == 3


def test_new_terms_for_all_that_can_change_none_say_why(bench: Bench, decide: Decisions) -> None:
    parked(bench, TERMS_REFUSED)
    assert unchanged(bench, lambda: decide.retry_reason(Reason.TERMS, WHO, new_terms=True)) == "same_terms"
    assert unchanged(bench, lambda: decide.retry_reason(Reason.OPENID, WHO, new_terms=True)) == "terms_not_refused"


def test_a_resume_leaves_terms_that_were_refused(bench: Bench, decide: Decisions) -> None:
    """With the same terms they would be refused again and hold all payouts again."""
    ref = parked(bench, TERMS_REFUSED)
    before = stored(bench, ref)
    assert decide.resume_payouts(WHO) == 0
    assert stored(bench, ref) == before
    assert bench.ports.control.read_switches().held_until is None


@pytest.mark.parametrize("answer", [Answer(reply) for reply in Reply if reply is not Reply.NOT_FOUND], ids=str)
def test_no_new_terms_unless_wechat_pay_itself_does_not_know_the_number_now(bench: Bench, answer: Answer) -> None:
    claim_id = stored(bench, parked(bench, TERMS_REFUSED)).claim_id
    bench.pay.will_say(answer)
    assert unchanged(bench, lambda: corrected(bench).retry_with_new_terms(claim_id, WHO)) == "not_unknown"


@pytest.mark.parametrize("code", ["NO_AUTH", "MONEY_LIMIT", "OPENID_ERROR", "FATAL_ERROR"])
def test_no_new_terms_unless_the_old_ones_were_refused(bench: Bench, code: str) -> None:
    claim_id = stored(bench, parked(bench, code)).claim_id
    assert unchanged(bench, lambda: corrected(bench).retry_with_new_terms(claim_id, WHO)) == "terms_not_refused"


def test_no_new_terms_that_are_the_old_ones_or_of_an_old_claim(bench: Bench, decide: Decisions) -> None:
    claim = stored(bench, parked(bench, TERMS_REFUSED))
    assert unchanged(bench, lambda: decide.retry_with_new_terms(claim.claim_id, WHO)) == "same_terms"
    bench.clock.now = claim.claimed_at + QUERY_DAYS
    assert unchanged(bench, lambda: corrected(bench).retry_with_new_terms(claim.claim_id, WHO)) == "not_unknown"


def test_a_resume_leaves_what_waits_for_a_person(bench: Bench, decide: Decisions) -> None:
    ref = parked(bench)
    before = stored(bench, ref)
    assert decide.resume_payouts(WHO) == 0
    assert stored(bench, ref) == before


def test_every_entry_says_when_and_who(bench: Bench, decide: Decisions) -> None:
    decide.retry_payout(stored(bench, parked(bench)).claim_id, WHO)
    decide.resume_payouts("李")
    entries = entries_about_payouts(bench)
    assert {entry.who for entry in entries} == {WHO, "李"}
    assert all(entry.at == bench.clock.now for entry in entries)
    assert not any("o1" in fields for fields in log(bench))


def claims_paid_twice(bench: Bench) -> list[Claim]:
    return [claim for claim in bench.state.claims.values() if bench.pay.payments[claim.order.mch_billno] > 1]


def test_two_operators_who_renew_make_one_second_number(bench: Bench, decide: Decisions) -> None:
    ref = ended(bench)
    claim_id = stored(bench, ref).claim_id
    decide.renew_payout(claim_id, WHO)
    assert unchanged(bench, lambda: decide.renew_payout(claim_id, "李")) == "not_ended"
    live_on(bench, hours=2)
    assert claims_paid_twice(bench) == []
    assert sum(paid(bench)) == 2
