"""I2, I3 under real concurrency: one friend, one chance; and no chance is both spent and taken back."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from chalicelib.domain.claim import Claim
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.errors import NoChanceLeft
from chalicelib.domain.participation import Chances, FollowChange, Follower, Settled
from tests.races.conftest import Field, FieldOf, race
from tests.races.race_setup import person
from tests.support.examples import NOON

pytestmark = pytest.mark.usefixtures("restless")
T = int(NOON.timestamp())
ROUNDS = range(4)


def friend() -> str:
    return f"f{uuid4().hex}"


def follow(openid: str, sharer: str, at: int = T) -> IncomingMessage:
    return IncomingMessage(Kind.FOLLOW, openid, at, scene=f"share-{sharer}")


def unfollow(openid: str, at: int = T + 1) -> IncomingMessage:
    return IncomingMessage(Kind.UNFOLLOW, openid, at)


def chances(field: Field, openid: str) -> Chances:
    return field.ports.participants.read_participation(openid).me.chances


def known(field: Field, openid: str) -> Follower:
    found = field.ports.followers.find_follower(openid)
    assert found
    return found


def claims_won(outcomes: list[object]) -> set[str]:
    return {outcome[0].claim_id for outcome in outcomes if isinstance(outcome, tuple)}


def in_order(field: Field, *openids: str) -> None:
    """The books are right, and nobody spent more chances than they have."""
    assert field.instance().audit.audit_books().violations == ()
    for openid in openids:
        held = chances(field, openid)
        assert held.spent <= held.granted


def test_thirty_two_copies_of_one_follow_are_one_chance(field_of: FieldOf) -> None:
    field = field_of(1)
    sharer, who = person(field, "a1"), friend()
    outcomes = race([partial(app.conversation.answer_message, follow(who, sharer)) for app in field.instances(32)])
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    field.take_later()
    assert chances(field, sharer) == Chances(2, 0)
    assert field.later.sharers == [sharer]
    in_order(field, sharer)


def test_a_friend_who_comes_by_many_sharers_codes_brings_one_chance(field_of: FieldOf) -> None:
    field = field_of(1)
    sharers, who = [person(field, "a1") for _ in range(16)], friend()
    race(
        [
            partial(app.conversation.answer_message, follow(who, one))
            for app, one in zip(field.instances(16), sharers, strict=True)
        ]
    )
    field.take_later()
    granted = [chances(field, sharer).granted for sharer in sharers]
    assert sorted(granted) == [1] * 15 + [2]
    assert known(field, who).referral_to == known(field, who).invited_by == sharers[granted.index(2)]
    in_order(field, *sharers)


def test_many_friends_at_once_bring_one_each(field_of: FieldOf) -> None:
    field = field_of(1)
    sharer, friends = person(field, "a1"), [friend() for _ in range(24)]
    race(
        [
            partial(app.conversation.answer_message, follow(who, sharer))
            for app, who in zip(field.instances(24), friends, strict=True)
        ]
    )
    field.take_later()
    assert chances(field, sharer) == Chances(25, 0)
    in_order(field, sharer)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_friend_who_leaves_while_the_sharer_claims_takes_a_chance_or_nothing(field_of: FieldOf, _round: int) -> None:
    field = field_of(20)
    sharer, who = person(field, "a0", "a1"), friend()
    field.instance().conversation.answer_message(follow(who, sharer))
    field.instance().claims.open_packet(sharer, "a0")
    apps = field.instances(16)
    leave: list[Callable[[], object]] = [partial(app.conversation.answer_message, unfollow(who)) for app in apps[:8]]
    claim: list[Callable[[], object]] = [partial(app.claims.open_packet, sharer, "a1") for app in apps[8:]]
    outcomes = race([step for pair in zip(leave, claim, strict=True) for step in pair])
    field.take_later()
    held, settled = chances(field, sharer), known(field, who).settled
    assert (held, settled) in ((Chances(2, 2), Settled.NOTHING), (Chances(1, 1), Settled.TAKEN))
    assert len(claims_won(outcomes)) == (settled is Settled.NOTHING)
    if settled is Settled.TAKEN:
        assert all(isinstance(outcome, NoChanceLeft) for outcome in outcomes[1::2])
    in_order(field, sharer)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_follow_and_the_leaving_behind_it_come_at_once(field_of: FieldOf, _round: int) -> None:
    """In either order a friend who left brings no lasting chance, unless the sharer has spent it."""
    field = field_of(20)
    sharer, who = person(field, "a0", "a1"), friend()
    field.instance().claims.open_packet(sharer, "a0")
    apps = field.instances(24)
    steps: list[Callable[[], object]] = []
    for come, leave, claim in zip(apps[:8], apps[8:16], apps[16:], strict=True):
        steps += [
            partial(come.conversation.answer_message, follow(who, sharer)),
            partial(leave.conversation.answer_message, unfollow(who)),
            partial(claim.claims.open_packet, sharer, "a1"),
        ]
    race(steps)
    field.take_later()
    held, left = chances(field, sharer), known(field, who)
    assert not left.subscribed
    if left.referral_to and left.settled is Settled.NOTHING:
        assert held == Chances(2, 2)
    else:
        assert held == Chances(1, 1)
    in_order(field, sharer)


@pytest.mark.parametrize("_round", ROUNDS)
@pytest.mark.parametrize("seconds", [0, 1])
def test_a_friend_opens_the_page_while_the_event_of_their_follow_comes(
    field_of: FieldOf, seconds: int, _round: int
) -> None:
    """If they open the page in a later second than their follow, they always bring the chance; in the same second, only
    if the event came first."""
    field = field_of(1)
    sharer, who = person(field, "a1"), friend()
    field.ports.followers.record_change(FollowChange("another", True, T, NOON, early=False))
    field.clock.advance(seconds=seconds)
    field.wechat.follow(who)
    codes = [field.wechat.authorize(who) for _ in range(16)]
    apps = field.instances(32)
    steps: list[Callable[[], object]] = []
    for code, come, visit in zip(codes, apps[:16], apps[16:], strict=True):
        steps += [
            partial(visit.sign_ins.sign_in_visitor, code, "share-another"),
            partial(come.conversation.answer_message, follow(who, sharer)),
        ]
    race(steps)
    field.take_later()
    field.instance().conversation.answer_message(follow(who, sharer))
    left = known(field, who)
    counts = left.seen_following_at is None or seconds > 0
    assert chances(field, sharer) == Chances(2 if counts else 1, 0)
    assert (left.subscribed, left.invited_by, left.referral_to) == (True, sharer, sharer if counts else "")
    in_order(field, sharer)


def test_friends_come_and_go_while_the_sharer_spends_what_is_there(field_of: FieldOf) -> None:
    field = field_of(40)
    attempts = [f"a{number}" for number in range(12)]
    sharer, friends = person(field, *attempts), [friend() for _ in range(8)]
    for who in friends[:4]:
        field.instance().conversation.answer_message(follow(who, sharer))
    apps = field.instances(24)
    steps: list[Callable[[], object]] = [
        *(partial(app.conversation.answer_message, unfollow(who)) for app, who in zip(apps, friends[:4], strict=False)),
        *(
            partial(app.conversation.answer_message, follow(who, sharer))
            for app, who in zip(apps[4:], friends[4:], strict=False)
        ),
        *(partial(app.claims.open_packet, sharer, attempt) for app, attempt in zip(apps[8:], attempts, strict=False)),
    ]
    outcomes = race(steps)
    field.take_later()
    stored: tuple[Claim, ...] = field.ports.participants.claims_of(sharer)
    assert chances(field, sharer).spent == len(stored) == len(claims_won(outcomes))
    kept = sum(known(field, who).settled is not Settled.TAKEN for who in friends)
    assert chances(field, sharer).granted == 1 + kept
    in_order(field, sharer)
