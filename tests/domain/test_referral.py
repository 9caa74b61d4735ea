"""R9 and R10: when a friend's follow brings a chance, and when their unfollow costs one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Contest, ReferralPolicy
from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange, Follower, Settled
from chalicelib.domain.referral import costs_chance, earning_sharer, inviter

CONTEST = load_contest_file(PACKAGED)
OFF = replace(CONTEST, referral=replace(CONTEST.referral, policy=ReferralPolicy.OFF))
OPENS, CLOSES = CONTEST.window.opens_at, CONTEST.window.closes_at
FIRST, LAST = OPENS, CLOSES - timedelta(seconds=1)
SECOND = timedelta(seconds=1)


def followed(at: datetime, **changes: object) -> Follower:
    seconds = int(at.timestamp())
    friend = Follower("friend", True, seconds, first_follow_at=seconds, invited_by="sharer", invited_in=CONTEST.id)
    return replace(friend, **changes)  # type: ignore[arg-type]


def change(at: datetime, subscribed: bool = True) -> FollowChange:
    return FollowChange("friend", subscribed, int(at.timestamp()), at, early=at < OPENS)


def earns(friend: Follower, at: datetime, now: datetime | None = None, contest: Contest = CONTEST) -> bool:
    return bool(earning_sharer(contest, friend, change(at), now or at))


@pytest.mark.parametrize("at", [FIRST, OPENS + timedelta(days=3), LAST])
def test_a_first_follow_inside_the_window_counts(at: datetime) -> None:
    assert earns(followed(at), at)


@pytest.mark.parametrize(
    ("at", "now"),
    [
        (OPENS - SECOND, OPENS - SECOND),
        (OPENS - SECOND, OPENS + SECOND),
        (OPENS, OPENS - SECOND),
        (CLOSES, CLOSES),
        (LAST, CLOSES),
    ],
)
def test_both_the_event_and_the_clock_must_lie_in_the_window(at: datetime, now: datetime) -> None:
    assert not earns(followed(at), at, now)


@pytest.mark.parametrize(
    "changes",
    [
        {"first_follow_at": FOLLOWED_BEFORE},
        {"first_follow_at": int(FIRST.timestamp()) - 1},
        {"invited_by": ""},
        {"invited_by": "friend"},
        {"referral_to": "sharer"},
        {"referral_to": "another"},
    ],
    ids=str,
)
def test_what_keeps_a_follow_from_counting(changes: dict[str, object]) -> None:
    assert not earns(followed(FIRST, **changes), FIRST)


@pytest.mark.parametrize(("seen_later", "counts"), [(-1, False), (0, False), (1, True), (3600, True)])
def test_who_was_seen_following_counts_by_a_follow_of_an_earlier_second(seen_later: int, counts: bool) -> None:
    seen = int(FIRST.timestamp()) + seen_later
    friend = followed(FIRST, seen_following_at=seen)
    assert bool(earning_sharer(CONTEST, friend, replace(change(FIRST), invited_by="sharer"), FIRST)) is counts


@pytest.mark.parametrize("code", ["", "another"])
def test_who_was_seen_following_counts_for_the_code_of_that_follow_alone(code: str) -> None:
    friend = followed(FIRST, seen_following_at=int(FIRST.timestamp()) + 1)
    assert not earning_sharer(CONTEST, friend, replace(change(FIRST), invited_by=code), FIRST)


@pytest.mark.parametrize(("opened", "counts"), [(-1, True), (0, False), (1, False)])
def test_who_was_seen_following_counts_for_a_link_opened_before_that_follow(opened: int, counts: bool) -> None:
    seconds = int(FIRST.timestamp())
    friend = followed(FIRST, seen_following_at=seconds + 60, invited_at=seconds + opened)
    assert earns(friend, FIRST) is counts


@pytest.mark.parametrize(
    ("invited_in", "seen", "counts"),
    [
        (CONTEST.id, OPENS - timedelta(days=9), True),
        ("last-year", FIRST, False),
        ("", OPENS - SECOND, False),
        ("", FIRST, True),
        ("", LAST, True),
        ("", CLOSES, False),
        ("", None, False),
    ],
)
def test_an_invitation_counts_in_its_own_contest(invited_in: str, seen: datetime | None, counts: bool) -> None:
    friend = followed(LAST, invited_in=invited_in, first_seen_at=seen)
    assert inviter(CONTEST, friend) == "sharer" * counts
    assert earning_sharer(CONTEST, friend, change(LAST), LAST) == "sharer" * counts
    by_code = replace(change(LAST), invited_by="another")
    assert earning_sharer(CONTEST, friend, by_code, LAST) == ("sharer" if counts else "another")


def test_under_the_policy_off_nothing_counts() -> None:
    assert not earns(followed(FIRST), FIRST, contest=OFF)


def test_an_unfollow_brings_nothing() -> None:
    assert not earning_sharer(CONTEST, followed(FIRST), change(FIRST, subscribed=False), FIRST)


COUNTED = followed(FIRST, subscribed=False, referral_to="sharer")


@pytest.mark.parametrize("now", [OPENS - SECOND, FIRST, LAST])
def test_leaving_before_the_end_costs_the_sharer_a_chance(now: datetime) -> None:
    assert costs_chance(CONTEST, COUNTED, change(now, subscribed=False), now)


def test_leaving_from_the_fifteenth_on_costs_nothing() -> None:
    assert not costs_chance(CONTEST, COUNTED, change(CLOSES, subscribed=False), CLOSES)


@pytest.mark.parametrize("settled", Settled)
def test_leaving_is_settled_once(settled: Settled) -> None:
    assert not costs_chance(CONTEST, replace(COUNTED, settled=settled), change(LAST, subscribed=False), LAST)


def test_who_brought_nothing_costs_nothing() -> None:
    assert not costs_chance(CONTEST, replace(COUNTED, referral_to=""), change(LAST, subscribed=False), LAST)


def test_a_follow_costs_nothing() -> None:
    assert not costs_chance(CONTEST, COUNTED, change(LAST), LAST)


def test_a_chance_that_was_granted_is_withdrawn_also_when_the_policy_was_switched_off_since() -> None:
    assert costs_chance(OFF, COUNTED, change(LAST, subscribed=False), LAST)
