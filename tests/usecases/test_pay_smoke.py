"""A smoke payment: one real yuan, asked about before anything else, and never a second number before its time (I4)."""

from dataclasses import replace

import pytest

from chalicelib.adapters.pay.red_packet import REASON_OF, refusal
from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.errors import SmokeRefused, TryAgain
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.smoke import is_smoke_number
from chalicelib.usecases.pay_smoke import Told
from tests.support import examples
from tests.support.bench import Bench
from tests.support.world import Trouble
from tests.usecases.payouts import paid, sent
from tests.usecases.smoke import ME, OTHER, ends, last, logged, pay

ENDED = [Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED]


@pytest.fixture
def bench() -> Bench:
    """Weeks before the opening, and nothing laid."""
    made = Bench()
    made.clock.now = examples.OPENS.replace(day=1)
    for openid in (ME, OTHER):
        made.follow(openid)
    return made


def test_one_yuan_is_sent_with_the_contest_s_own_wording(bench: Bench) -> None:
    told = pay(bench)
    (order,) = bench.pay.ledger.values()
    assert (order.openid, order.amount_fen, dict(order.terms)["act_name"]) == (ME, 100, bench.contest.packet.act_name)
    assert is_smoke_number(order.mch_billno)
    assert (told.payment.status, told.answer) == (PayoutStatus.SENT, Answer(Reply.ACCEPTED))
    assert logged(bench) == [("王", "pay-smoke", f"{order.mch_billno} 100")]


def test_everything_is_stored_before_it_is_sent(bench: Bench) -> None:
    bench.world.will_fail("smoke.replace", Trouble.BUSY)
    with pytest.raises(TryAgain):
        pay(bench)
    assert sent(bench) == []
    stored = last(bench)
    pay(bench)
    assert list(bench.pay.ledger.values()) == [stored.order]


def test_it_goes_while_payouts_are_stopped_or_held_and_touches_no_switch(bench: Bench) -> None:
    bench.ports.control.set_payouts_stopped(True)
    bench.ports.control.hold_payouts(bench.clock.now.replace(day=2), "balance")
    switches = bench.ports.control.read()
    bench.pay.will_refuse("NOTENOUGH")
    assert pay(bench).answer == refusal("NOTENOUGH")
    assert pay(bench).payment.status is PayoutStatus.SENT
    assert bench.ports.control.read() == switches


@pytest.mark.parametrize("openid", ["oNobody", "oGone"])
def test_who_does_not_follow_gets_nothing(bench: Bench, openid: str) -> None:
    bench.follow("oGone")
    bench.unfollow("oGone")
    with pytest.raises(SmokeRefused, match="smoke_no_follower"):
        pay(bench, openid=openid)
    assert (bench.state.smoke, sent(bench), logged(bench)) == ({}, [], [])


def test_a_follower_of_whom_only_wechat_knows_gets_it(bench: Bench) -> None:
    bench.wechat.follow("oNew")
    pay(bench, openid="oNew")
    assert paid(bench) == [1]


# Run again


def test_again_it_asks_and_sends_nothing(bench: Bench) -> None:
    assert pay(bench).has_sent
    ends(bench, Reply.RECEIVED)
    assert pay(bench) == Told(last(bench), Answer(Reply.RECEIVED), has_sent=False)
    assert last(bench).status is PayoutStatus.RECEIVED
    assert pay(bench) == Told(last(bench), None, has_sent=False)
    assert (sent(bench), len(logged(bench))) == ([1], 1)


def test_a_lost_answer_is_asked_about_at_once(bench: Bench) -> None:
    bench.pay.will_lose_the_answer()
    assert pay(bench) == Told(last(bench), Answer(Reply.SENT), has_sent=True)
    assert last(bench).status is PayoutStatus.SENT


@pytest.mark.parametrize("was_paid", [False, True])
@pytest.mark.parametrize("code", [*REASON_OF, "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", ""])
def test_after_any_refusal_it_is_paid_once_under_the_same_number(bench: Bench, code: str, was_paid: bool) -> None:
    bench.pay.will_refuse(code, was_paid)
    first = pay(bench)
    if not was_paid:
        assert first.answer == refusal(code), "the refusal is told, not that it is unknown"
        bench.clock.advance(hours=1)
        assert pay(bench).has_sent
        assert logged(bench)[1][1:] == ("pay-smoke resend", f"{first.payment.order.mch_billno} 100")
    assert list(bench.pay.payments) == [first.payment.order.mch_billno]
    assert (paid(bench), last(bench).status) == ([1], PayoutStatus.SENT)


@pytest.mark.parametrize("answer", [Answer(Reply.DOUBTFUL), refusal("SYSTEMERROR"), Answer(Reply.SENDING)])
def test_an_unclear_answer_to_the_question_sends_nothing(bench: Bench, answer: Answer) -> None:
    bench.pay.will_time_out()
    for _ in range(4):
        bench.pay.will_say(answer)
    for _ in range(4):
        pay(bench)
        bench.clock.advance(hours=1)
    assert sent(bench) == [1]
    assert len(bench.state.smoke) == 1


def test_another_person_gets_nothing_while_one_is_there(bench: Bench) -> None:
    pay(bench)
    for reply in (Reply.SENT, Reply.RECEIVED):
        ends(bench, reply)
        with pytest.raises(SmokeRefused, match="smoke_other_person"):
            pay(bench, openid=OTHER)
    assert sent(bench) == [1]


# Another one


@pytest.mark.parametrize("reply", ENDED)
def test_another_number_when_wechat_pay_says_that_the_last_one_ended(bench: Bench, reply: Reply) -> None:
    pay(bench)
    ends(bench, reply)
    pay(bench, again=True, openid=OTHER)
    one, two = bench.pay.ledger.values()
    assert one.mch_billno != two.mch_billno
    assert two.openid == OTHER
    assert [about for _, _, about in logged(bench)] == [f"{one.mch_billno} 100", f"{two.mch_billno} 100"]


@pytest.mark.parametrize("reply", [reply for reply in Reply if reply not in ENDED])
def test_no_other_number_before_that(bench: Bench, reply: Reply) -> None:
    bench.pay.will_time_out()
    pay(bench)
    bench.clock.advance(days=40)
    bench.pay.will_say(Answer(reply))
    with pytest.raises(SmokeRefused, match="smoke_not_ended"):
        pay(bench, again=True)
    assert (len(bench.state.smoke), sent(bench)) == (1, [1])


def test_the_first_may_be_asked_for_as_another(bench: Bench) -> None:
    pay(bench, again=True)
    assert paid(bench) == [1]


def test_one_that_was_begun_and_never_sent_is_no_end(bench: Bench) -> None:
    bench.world.will_fail("smoke.replace", Trouble.BUSY)
    with pytest.raises(TryAgain):
        pay(bench)
    with pytest.raises(SmokeRefused, match="smoke_not_ended"):
        pay(bench, again=True)
    pay(bench)
    assert (len(bench.state.smoke), paid(bench)) == (1, [1])


def test_a_number_that_was_kept_for_weeks_is_not_sent_again(bench: Bench) -> None:
    bench.pay.will_time_out()
    pay(bench)
    bench.clock.advance(days=26)
    told = pay(bench)
    assert (told.answer, sent(bench)) == (Answer(Reply.NOT_FOUND, code="NOT_FOUND"), [1])


def test_its_money_is_none_of_the_budget(bench: Bench) -> None:
    bench.activate()
    before = bench.app.audit.audit_books()
    pay(bench)
    report = bench.app.audit.audit_books()
    assert report == replace(before, smoke=(last(bench),))
