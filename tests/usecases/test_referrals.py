"""R9 and R10 in detail: whose follow brings which sharer a chance, and the chance that an unfollow takes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.participation import Chances, Settled
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, NOON, OPENS
from tests.usecases.referral_events import FRIEND, OTHER, SHARER, T, follow, sharers_follow, unfollow


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.activate()
    sharers_follow(made)
    return made


def chances(bench: Bench, openid: str = SHARER) -> Chances:
    return bench.ports.participants.read_participation(openid).me.chances


def by_link(bench: Bench, sharer: str = SHARER) -> None:
    bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize(FRIEND), f"share-{sharer}")


def settled(bench: Bench) -> Settled | None:
    return bench.world.followers[FRIEND].settled


def test_a_friend_by_code_brings_a_chance_and_the_sharer_is_told(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow())
    assert chances(bench) == Chances(2, 0)
    assert chances(bench, FRIEND) == Chances(1, 0)
    assert bench.later.sharers == [SHARER]


def test_a_friend_by_link_brings_a_chance_when_they_follow(bench: Bench) -> None:
    by_link(bench)
    assert chances(bench) == Chances(1, 0)
    bench.app.conversation.answer_message(follow(sharer=""))
    assert chances(bench) == Chances(2, 0)


def test_every_friend_brings_one_without_limit(bench: Bench) -> None:
    for number in range(30):
        bench.app.conversation.answer_message(follow(openid=f"friend{number}"))
    assert chances(bench) == Chances(31, 0)


def test_a_follow_costs_one_call_and_a_referral_one_more(bench: Bench) -> None:
    bench.world.calls.clear()
    bench.app.conversation.answer_message(follow())
    bench.app.conversation.answer_message(unfollow(T + 1))
    counted = {name: count for name, count in bench.world.calls.items() if not name.startswith("later_queue.")}
    assert counted == {"followers.record_change": 2, "referrals.grant_chance": 1, "referrals.withdraw_chance": 1}


def test_the_first_of_two_sharers_wins(bench: Bench) -> None:
    by_link(bench, OTHER)
    by_link(bench)
    bench.app.conversation.answer_message(follow())
    assert (chances(bench), chances(bench, OTHER)) == (Chances(1, 0), Chances(2, 0))


@pytest.mark.parametrize("way", ["code", "link"])
def test_nobody_brings_themselves(bench: Bench, way: str) -> None:
    if way == "link":
        by_link(bench, FRIEND)
    bench.app.conversation.answer_message(follow(sharer=FRIEND if way == "code" else ""))
    assert chances(bench, FRIEND) == Chances(1, 0)


def test_one_s_own_code_does_not_shut_out_a_sharer(bench: Bench) -> None:
    by_link(bench, FRIEND)
    by_link(bench, SHARER)
    bench.app.conversation.answer_message(follow(sharer=FRIEND))
    assert chances(bench) == Chances(2, 0)


def seen_following(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow(T - 20, sharer=""))
    bench.app.conversation.answer_message(unfollow(T - 10))


def seen_leaving(bench: Bench) -> None:
    bench.app.conversation.answer_message(unfollow(T - 10))


def imported(bench: Bench) -> None:
    bench.ports.baseline.import_openids([FRIEND])


def imported_and_left(bench: Bench) -> None:
    imported(bench)
    bench.app.conversation.answer_message(unfollow(T - 10))


def known_to_wechat(bench: Bench) -> None:
    bench.wechat.follow(FRIEND)
    by_link(bench, OTHER)


def early(bench: Bench) -> None:
    bench.clock.now = OPENS - timedelta(seconds=10)
    bench.app.conversation.answer_message(follow(int(OPENS.timestamp()) - 10))
    bench.clock.now = NOON


def early_and_left(bench: Bench) -> None:
    early(bench)
    bench.app.conversation.answer_message(unfollow(T - 10))


FORMER = [seen_following, seen_leaving, imported, imported_and_left, known_to_wechat, early, early_and_left]


@pytest.mark.parametrize("past", FORMER)
def test_who_followed_before_brings_nothing(bench: Bench, past: Callable[[Bench], None]) -> None:
    past(bench)
    bench.app.conversation.answer_message(follow())
    assert (chances(bench), chances(bench, OTHER)) == (Chances(1, 0), Chances(1, 0))


@pytest.mark.parametrize(
    ("followed_at", "now", "counts"),
    [
        (OPENS - timedelta(seconds=1), OPENS, False),
        (OPENS, OPENS, True),
        (CLOSES - timedelta(seconds=1), CLOSES - timedelta(microseconds=1), True),
        (CLOSES - timedelta(seconds=1), CLOSES, False),
        (CLOSES, CLOSES + timedelta(days=1), False),
    ],
)
def test_only_a_follow_inside_the_window_counts(
    bench: Bench, followed_at: datetime, now: datetime, counts: bool
) -> None:
    bench.clock.now = now
    bench.app.conversation.answer_message(follow(int(followed_at.timestamp())))
    assert chances(bench) == Chances(2 if counts else 1, 0)


def test_under_the_policy_off_nobody_brings_anything() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, referral=replace(contest.referral, policy=ReferralPolicy.OFF)))
    sharers_follow(bench)
    by_link(bench)
    bench.app.conversation.answer_message(follow())
    assert chances(bench) == Chances(1, 0)
    assert bench.later.sharers == []


def test_leaving_takes_an_unspent_chance_and_following_again_restores_nothing(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow())
    for number in range(3):
        bench.app.conversation.answer_message(unfollow(T + 10 * number + 1))
        assert (chances(bench), settled(bench)) == (Chances(1, 0), Settled.TAKEN)
        bench.app.conversation.answer_message(follow(T + 10 * number + 2, sharer=OTHER))
        assert (chances(bench), chances(bench, OTHER)) == (Chances(1, 0), Chances(1, 0))
    assert bench.later.sharers == [SHARER]


def test_leaving_after_the_chance_was_spent_takes_nothing_ever(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow())
    bench.claimed(SHARER)
    bench.claimed(SHARER)
    bench.app.conversation.answer_message(unfollow(T + 100))
    assert (chances(bench), settled(bench)) == (Chances(2, 2), Settled.NOTHING)
    bench.app.conversation.answer_message(follow(T + 110, openid="another"))
    bench.app.conversation.answer_message(follow(T + 120))
    bench.app.conversation.answer_message(unfollow(T + 130))
    assert chances(bench) == Chances(3, 2)


def test_leaving_takes_one_chance_however_many_there_are(bench: Bench) -> None:
    for number in range(3):
        bench.app.conversation.answer_message(follow(openid=f"friend{number}"))
    bench.app.conversation.answer_message(follow())
    bench.app.conversation.answer_message(unfollow(T + 1))
    assert chances(bench) == Chances(4, 0)


@pytest.mark.parametrize(("left_at", "granted"), [(CLOSES - timedelta(seconds=1), 1), (CLOSES, 2)])
def test_from_the_fifteenth_on_leaving_takes_nothing(bench: Bench, left_at: datetime, granted: int) -> None:
    bench.app.conversation.answer_message(follow())
    bench.clock.now = left_at
    bench.app.conversation.answer_message(unfollow(int(left_at.timestamp())))
    assert chances(bench) == Chances(granted, 0)


def test_the_friend_s_own_chance_is_theirs_again(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow())
    attempt_id = bench.submit(FRIEND, bench.drawn(FRIEND)).attempt_id
    bench.app.conversation.answer_message(unfollow(T + 100))
    bench.app.conversation.answer_message(follow(T + 101))
    assert bench.app.claims.open_packet(FRIEND, attempt_id)[0].openid == FRIEND


FOLLOWED, LEFT, BACK = follow(), unfollow(T + 10), follow(T + 20)


@pytest.mark.parametrize("order", list(permutations([FOLLOWED, LEFT, BACK])))
def test_whatever_order_the_events_come_in_who_left_brings_nothing_in_the_end(
    bench: Bench, order: tuple[IncomingMessage, ...]
) -> None:
    for event in (*order, *order, *reversed(order)):
        bench.app.conversation.answer_message(event)
        assert chances(bench).granted <= 2
    assert bench.world.followers[FRIEND].subscribed
    assert chances(bench) == Chances(1, 0)


def test_a_leaving_that_is_heard_of_late_shows_a_former_follower(bench: Bench) -> None:
    bench.app.conversation.answer_message(follow(T))
    bench.app.conversation.answer_message(unfollow(T - 3600))
    assert chances(bench) == Chances(1, 0)
    assert bench.world.followers[FRIEND].subscribed


EVENTS = st.lists(
    st.tuples(st.sampled_from([Kind.FOLLOW, Kind.UNFOLLOW]), st.integers(1, 5), st.sampled_from([SHARER, OTHER, ""])),
    max_size=10,
)


@given(events=EVENTS)
def test_whatever_happens_a_friend_brings_one_chance_at_most_and_replays_add_nothing(
    events: list[tuple[Kind, int, str]],
) -> None:
    bench = Bench()
    sharers_follow(bench)
    for kind, seconds, sharer in events:
        event = IncomingMessage(
            kind, FRIEND, T + seconds, scene=f"share-{sharer}" if sharer and kind is Kind.FOLLOW else ""
        )
        bench.app.conversation.answer_message(event)
        first = bench.world.snapshot()
        bench.app.conversation.answer_message(event)
        assert bench.world.snapshot() == first
        assert chances(bench).granted + chances(bench, OTHER).granted <= 3
    friend = bench.world.followers.get(FRIEND)
    extra = chances(bench).granted + chances(bench, OTHER).granted - 2
    assert extra == int(friend is not None and bool(friend.referral_to) and friend.settled is None)
