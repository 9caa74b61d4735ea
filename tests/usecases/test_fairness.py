"""R18: the wait before a claim, the wait before a referral, and the limit of referrals."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.fairness import Fairness, FollowFirst
from chalicelib.domain.participation import Chances, Settled
from chalicelib.domain.referral import WaitingReferral
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES
from tests.usecases.referral_events import FRIEND, SHARER, T, follow, sharers_follow, unfollow


def playing(**rules: int) -> Bench:
    bench = Bench(replace(examples.contest(), fairness=Fairness(**rules)))
    bench.activate()
    sharers_follow(bench)
    return bench


def chances(bench: Bench) -> Chances:
    return bench.ports.participants.read_participation(SHARER).me.chances


def waiting(bench: Bench) -> WaitingReferral:
    ((found, minutes),) = bench.later.referrals
    assert minutes == bench.contest.fairness.referral_minutes
    return found


def may_claim_at(bench: Bench, attempt_id: str, moment: datetime) -> bool:
    bench.clock.now = moment
    try:
        bench.app.claims.open_packet("o1", attempt_id)
    except FollowFirst:
        return False
    return True


def test_a_claim_waits_from_the_first_follow() -> None:
    bench = playing(follow_minutes=10)
    attempt_id = bench.passed("o1")
    followed = bench.world.followers["o1"].first_follow_at
    assert followed is not None
    with pytest.raises(FollowFirst) as refused:
        bench.app.claims.open_packet("o1", attempt_id)
    assert refused.value.moment.timestamp() == followed + 600
    assert not may_claim_at(bench, attempt_id, refused.value.moment - timedelta(milliseconds=1))
    assert may_claim_at(bench, attempt_id, refused.value.moment)


def test_a_repeated_claim_is_a_read_whatever_the_wait() -> None:
    bench = playing()
    attempt_id = bench.passed("o1")
    made, _ = bench.app.claims.open_packet("o1", attempt_id)
    stricter = bench.instance(replace(bench.contest, fairness=Fairness(follow_minutes=10_000)))
    assert stricter.claims.open_packet("o1", attempt_id) == (made, True)


def test_a_referral_is_granted_after_its_wait() -> None:
    bench = playing(referral_minutes=5)
    bench.app.conversation.answer_message(follow())
    assert (chances(bench), bench.later.sharers) == (Chances(1, 0), [])
    for _ in range(2):
        bench.app.conversation.judge_referral(waiting(bench))
        assert (chances(bench), bench.later.sharers) == (Chances(2, 0), [SHARER])


def test_a_friend_who_left_meanwhile_brings_nothing() -> None:
    bench = playing(referral_minutes=5)
    bench.app.conversation.answer_message(follow())
    bench.app.conversation.answer_message(unfollow(T + 60))
    bench.app.conversation.judge_referral(waiting(bench))
    assert (chances(bench), bench.world.followers[FRIEND].referral_to) == (Chances(1, 0), "")


def test_a_friend_who_left_and_came_back_meanwhile_still_follows() -> None:
    bench = playing(referral_minutes=5)
    bench.app.conversation.answer_message(follow())
    bench.app.conversation.answer_message(unfollow(T + 60))
    bench.app.conversation.answer_message(follow(T + 120))
    bench.app.conversation.judge_referral(waiting(bench))
    assert chances(bench) == Chances(2, 0)


def test_a_wait_that_ends_after_closing_or_with_another_policy_brings_nothing() -> None:
    bench = playing(referral_minutes=5)
    bench.app.conversation.answer_message(follow())
    off = replace(bench.contest, referral=replace(bench.contest.referral, policy=ReferralPolicy.OFF))
    bench.instance(off).conversation.judge_referral(waiting(bench))
    bench.clock.now = CLOSES
    bench.app.conversation.judge_referral(waiting(bench))
    assert chances(bench) == Chances(1, 0)


def test_a_referral_that_cannot_wait_is_not_lost() -> None:
    bench = playing(referral_minutes=5)
    bench.later.broken = True
    with pytest.raises(TryAgain):
        bench.app.conversation.answer_message(follow())
    bench.later.broken = False
    bench.app.conversation.answer_message(follow())
    bench.app.conversation.judge_referral(waiting(bench))
    assert chances(bench) == Chances(2, 0)


def test_friends_beyond_the_limit_are_counted_and_bring_nothing() -> None:
    bench = playing(referrals_most=2)
    for number in range(4):
        bench.app.conversation.answer_message(follow(openid=f"friend{number}"))
    assert chances(bench) == Chances(3, 0)
    assert [bench.world.followers[f"friend{n}"].settled for n in range(4)] == [None, None, *[Settled.BEYOND] * 2]
    assert bench.later.sharers == [SHARER] * 2
    assert bench.app.audit.audit_books().violations == ()


def test_only_a_friend_who_brought_a_chance_costs_one() -> None:
    bench = playing(referrals_most=1)
    for number in range(2):
        bench.app.conversation.answer_message(follow(openid=f"friend{number}"))
    bench.app.conversation.answer_message(unfollow(T + 60, openid="friend1"))
    assert chances(bench) == Chances(2, 0)
    bench.app.conversation.answer_message(unfollow(T + 60, openid="friend0"))
    assert chances(bench) == Chances(1, 0)
    assert bench.app.audit.audit_books().violations == ()
