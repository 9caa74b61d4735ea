"""What becomes of a payout after each answer: never a second payment, never a payout forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claims import Claim, Packet, PayoutStatus, SendOrder
from chalicelib.domain.payouts import (
    DOUBTFUL_AGAIN,
    FOR_A_PERSON,
    LEASE,
    PARKED_BY,
    QUERY_DAYS,
    Answer,
    Reply,
    after_query,
    after_send,
    begun,
    is_due,
    may_send,
    needs_query,
)

NOW = datetime(2020, 7, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ORDER = SendOrder("p00000001", "o1", 100, "send", "act", "wishing", "remark", "127.0.0.1", "")
OWED = Claim("c1", "a1", Packet("p", 1, 100), ORDER, NOW, due_at=NOW + 2 * MINUTE)
SENT_ONCE = begun(OWED, NOW)
NOT_FOUND = Answer(Reply.NOT_FOUND, "NOT_FOUND")
SENDING, SENT, PARKED = PayoutStatus.SENDING, PayoutStatus.SENT, PayoutStatus.PARKED

doubtful = (SENDING, "doubtful", 2 * MINUTE)
ours = (PARKED, "configuration", HOUR)
# Every row of the table of answers: code -> status, reason, when something happens next.
ROWS: dict[str, tuple[PayoutStatus, str, timedelta]] = {
    "SYSTEMERROR": doubtful,
    "SOMETHING_NEW": doubtful,
    "SEND_FAILED": doubtful,
    "NOT_FOUND": doubtful,
    "PROCESSING": (SENDING, "processing", 20 * MINUTE),
    "FREQ_LIMIT": (SENDING, "back_off", MINUTE),
    "SECOND_OVER_LIMITED": (SENDING, "back_off", MINUTE),
    "NOTENOUGH": (PARKED, "balance", HOUR),
    "SENDNUM_LIMIT": (PARKED, "user_limit", DAY),
    "RCVDAMOUNT_LIMIT": (PARKED, "user_limit", DAY),
    "SENDAMOUNT_LIMIT": (PARKED, "day_limit", DAY),
    "DAY_OVER_LIMITED": (PARKED, "day_limit", DAY),
    "CA_ERROR": ours,
    "SIGN_ERROR": ours,
    "ILLEGAL_APPID": ours,
    "API_METHOD_CLOSED": ours,
    "MSGAPPID_ERROR": ours,
    "ACCEPTMODE_ERROR": ours,
    "XML_ERROR": ours,
    # These wait for a person; until then there is one query, in two minutes.
    "PARAM_ERROR": (PARKED, "inspect", 2 * MINUTE),
    "MONEY_LIMIT": (PARKED, "inspect", 2 * MINUTE),
    "FATAL_ERROR": (PARKED, "inspect", 2 * MINUTE),
    "NO_AUTH": (PARKED, "risk_control", 2 * MINUTE),
    "OPENID_ERROR": (PARKED, "openid", 2 * MINUTE),
}
WAITS_FOR_A_PERSON = ["PARAM_ERROR", "MONEY_LIMIT", "FATAL_ERROR", "NO_AUTH", "OPENID_ERROR"]
FINAL = [PayoutStatus.RECEIVED, PayoutStatus.REFUNDED, PayoutStatus.FAILED]

answers = st.builds(Answer, st.sampled_from(Reply), st.sampled_from(["", *ROWS]))
moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda later: NOW + later)


def refused(code: str) -> Answer:
    return Answer(Reply.REFUSED, code)


@pytest.mark.parametrize(("code", "outcome"), ROWS.items(), ids=ROWS.keys())
def test_each_code_after_a_send(code: str, outcome: tuple[PayoutStatus, str, timedelta]) -> None:
    after = after_send(SENT_ONCE, refused(code), NOW)
    assert after.due_at is not None
    assert (after.status, after.reason, after.due_at - NOW) == outcome
    assert after.order == OWED.order


def test_every_code_that_parks_is_in_the_table() -> None:
    assert PARKED_BY.keys() <= ROWS.keys()


@pytest.mark.parametrize("code", ["", "ConnectTimeout", "unreadable"])
def test_a_doubtful_answer_is_asked_about(code: str) -> None:
    after = after_send(SENT_ONCE, Answer(Reply.DOUBTFUL, code), NOW)
    assert (after.status, after.reason, after.due_at) == (SENDING, "doubtful", NOW + DOUBTFUL_AGAIN)


def test_an_accepted_order_is_sent_and_looked_at_after_a_day() -> None:
    after = after_send(SENT_ONCE, Answer(Reply.ACCEPTED), NOW)
    assert (after.status, after.reason, after.due_at) == (SENT, "", NOW + 25 * HOUR)


@pytest.mark.parametrize(
    ("reply", "status", "again"),
    [
        (Reply.SENDING, SENDING, 20 * MINUTE),
        (Reply.SENT, SENT, 25 * HOUR),
        (Reply.REFUNDING, SENT, HOUR),
        (Reply.RECEIVED, PayoutStatus.RECEIVED, None),
        (Reply.REFUNDED, PayoutStatus.REFUNDED, None),
        (Reply.FAILED, PayoutStatus.FAILED, None),
    ],
)
def test_each_definite_answer_to_a_query(reply: Reply, status: PayoutStatus, again: timedelta | None) -> None:
    after = after_query(SENT_ONCE, Answer(reply), NOW)
    assert (after.status, after.due_at) == (status, NOW + again if again else None)
    assert not may_send(SENT_ONCE, Answer(reply), NOW)


@given(st.lists(answers, max_size=4), moments)
def test_after_any_send_another_is_preceded_by_a_query(replies: list[Answer], now: datetime) -> None:
    assert not needs_query(OWED)
    claim = begun(OWED, now)
    assert needs_query(claim)
    claim = after_send(claim, replies[0], now) if replies else claim
    for reply in replies[1:]:
        claim = after_query(claim, reply, now)
    assert needs_query(claim)


@given(st.lists(answers, min_size=1, max_size=6), moments)
def test_failed_comes_from_a_definite_failed_alone(replies: list[Answer], now: datetime) -> None:
    claim = after_send(SENT_ONCE, replies[0], now)
    for reply in replies[1:]:
        claim = after_query(claim, reply, now)
    if claim.status is PayoutStatus.FAILED:
        assert Reply.FAILED in {answer.reply for answer in replies}


@given(answers, st.booleans())
def test_only_an_unknown_order_is_sent_again(answer: Answer, parked: bool) -> None:
    claim = replace(SENT_ONCE, status=PARKED, reason="balance") if parked else SENT_ONCE
    assert may_send(claim, answer, NOW) == (answer.reply is Reply.NOT_FOUND)


@pytest.mark.parametrize("status", [PayoutStatus.OWED, SENT, *FINAL])
def test_not_found_never_resends_what_was_decided(status: PayoutStatus) -> None:
    claim = replace(SENT_ONCE, status=status)
    assert not may_send(claim, NOT_FOUND, NOW)
    assert after_query(claim, NOT_FOUND, NOW).status is status


@given(st.lists(st.sampled_from([Reply.SENDING, Reply.NOT_FOUND, Reply.DOUBTFUL]), max_size=4))
def test_not_found_never_resends_what_wechat_pay_once_knew(replies: list[Reply]) -> None:
    for known in (after_send(SENT_ONCE, Answer(Reply.ACCEPTED), NOW), SENT_ONCE):
        claim = after_query(known, Answer(Reply.SENDING), NOW)
        for reply in replies:
            claim = after_query(claim, Answer(reply), NOW)
        assert claim.status is SENDING
        assert not may_send(claim, NOT_FOUND, NOW)


def test_an_old_order_is_never_sent_again() -> None:
    last = NOW + timedelta(days=25) - timedelta(microseconds=1)
    assert may_send(SENT_ONCE, NOT_FOUND, last)
    assert not may_send(SENT_ONCE, NOT_FOUND, NOW + timedelta(days=25))
    old = after_query(SENT_ONCE, NOT_FOUND, NOW + QUERY_DAYS)
    assert (old.status, old.reason, old.due_at) == (PARKED, "inspect", None)


@pytest.mark.parametrize("code", WAITS_FOR_A_PERSON)
def test_what_waits_for_a_person_is_asked_about_and_never_sent_again(code: str) -> None:
    parked = after_send(SENT_ONCE, refused(code), NOW)
    assert parked.reason in FOR_A_PERSON
    assert is_due(parked, NOW + DOUBTFUL_AGAIN)
    assert not may_send(parked, NOT_FOUND, NOW)
    rests = after_query(parked, NOT_FOUND, NOW)
    assert (rests.status, rests.reason, rests.due_at) == (PARKED, parked.reason, None)
    # The refusal may have paid, and silence says nothing.
    assert after_query(parked, Answer(Reply.RECEIVED), NOW).status is PayoutStatus.RECEIVED
    silent = after_query(parked, Answer(Reply.DOUBTFUL), NOW)
    assert (silent.status, silent.reason, silent.due_at) == (PARKED, parked.reason, NOW + DOUBTFUL_AGAIN)


def test_a_person_who_clears_the_reason_lets_it_be_sent_again_with_the_same_number() -> None:
    resumed = replace(after_send(SENT_ONCE, refused("PARAM_ERROR"), NOW), reason="", due_at=NOW)
    assert may_send(resumed, NOT_FOUND, NOW)
    assert begun(resumed, NOW).order.mch_billno == OWED.order.mch_billno


@given(st.lists(answers, min_size=1, max_size=6), moments)
def test_no_payout_is_forgotten(replies: list[Answer], now: datetime) -> None:
    """Whatever is not final has a time of its own, or waits for a person with its reason."""
    claim = after_send(SENT_ONCE, replies[0], now)
    for reply in replies[1:]:
        claim = after_query(claim, reply, now)
    if claim.due_at is None:
        assert claim.status in FINAL or (claim.status is PARKED and claim.reason in FOR_A_PERSON)
    else:
        assert claim.due_at > now
    assert claim.order == OWED.order


def test_a_query_does_not_touch_a_parked_reason() -> None:
    parked = after_send(SENT_ONCE, refused("NOTENOUGH"), NOW)
    silent = after_query(parked, Answer(Reply.DOUBTFUL), NOW)
    assert (silent.status, silent.reason) == (PARKED, "balance")


def test_one_worker_has_it_until_its_lease_runs_out() -> None:
    assert (SENT_ONCE.status, SENT_ONCE.sends) == (SENDING, 1)
    assert begun(SENT_ONCE, NOW).sends == 2
    assert not is_due(SENT_ONCE, NOW)
    assert not is_due(SENT_ONCE, NOW + LEASE - timedelta(microseconds=1))
    assert is_due(SENT_ONCE, NOW + LEASE)


def test_when_a_worker_should_act() -> None:
    assert is_due(OWED, NOW)
    assert is_due(replace(OWED, due_at=None), NOW)
    for status in FINAL:
        assert not is_due(after_query(SENT_ONCE, Answer(Reply(status.value)), NOW), NOW + 365 * DAY)
