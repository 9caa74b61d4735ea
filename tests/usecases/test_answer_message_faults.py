"""No event is lost: one that the store does not take waits in the queue, and if that fails too, WeChat sends it
again."""

from contextlib import suppress

import pytest

from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.units import unit_scene
from tests.support.bench import Bench
from tests.support.examples import NOON
from tests.support.killed import Killed
from tests.support.world import Trouble

SHARER, FRIEND = "sharer", "friend"
UNIT = "区法院"
T = int(NOON.timestamp())
FOLLOW = IncomingMessage(Kind.FOLLOW, FRIEND, T, scene=f"share-{SHARER}")
UNFOLLOW = IncomingMessage(Kind.UNFOLLOW, FRIEND, T + 5)
SCAN = IncomingMessage(Kind.SCAN, FRIEND, T + 6, scene=unit_scene(UNIT))


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.follow(SHARER)
    return made


def granted(bench: Bench) -> int:
    return bench.ports.participants.read_participation(SHARER).me.chances.granted


def take_later(bench: Bench) -> None:
    waiting, bench.later.events = bench.later.events, []
    for event in waiting:
        bench.app.conversation.store_event(event)


@pytest.mark.parametrize("call", ["followers.record_change", "referrals.grant_chance"])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_follow_that_could_not_be_stored_is_answered_and_waits(bench: Bench, call: str, trouble: Trouble) -> None:
    welcome = Bench().app.conversation.answer_message(FOLLOW)
    bench.world.will_fail(call, trouble)
    assert bench.app.conversation.answer_message(FOLLOW) == welcome
    assert bench.later.events == [FOLLOW]
    take_later(bench)
    follower = bench.ports.followers.find_follower(FRIEND)
    assert follower
    assert (follower.subscribed, granted(bench)) == (True, 2)


@pytest.mark.parametrize("call", ["followers.record_change", "referrals.withdraw_chance"])
@pytest.mark.parametrize("trouble", Trouble)
def test_an_unfollow_waits_too(bench: Bench, call: str, trouble: Trouble) -> None:
    bench.app.conversation.answer_message(FOLLOW)
    bench.world.will_fail(call, trouble)
    assert bench.app.conversation.answer_message(UNFOLLOW) is None
    take_later(bench)
    follower = bench.ports.followers.find_follower(FRIEND)
    assert follower
    assert (follower.subscribed, granted(bench)) == (False, 1)


def test_a_scan_waits_too(bench: Bench) -> None:
    bench.app.conversation.answer_message(FOLLOW)
    bench.world.will_fail("participants.set_unit", Trouble.BUSY)
    bench.app.conversation.answer_message(SCAN)
    assert bench.later.events == [SCAN]
    take_later(bench)
    assert bench.ports.participants.read_participation(FRIEND).me.unit == UNIT


def test_events_that_waited_are_still_ordered_by_their_time(bench: Bench) -> None:
    bench.world.will_fail("followers.record_change", Trouble.BUSY)
    bench.app.conversation.answer_message(FOLLOW)
    bench.app.conversation.answer_message(UNFOLLOW)
    take_later(bench)
    follower = bench.ports.followers.find_follower(FRIEND)
    assert follower
    assert (follower.subscribed, granted(bench)) == (False, 1)


@pytest.mark.parametrize("event", [FOLLOW, UNFOLLOW, SCAN])
def test_with_store_and_queue_down_wechat_sends_it_again(bench: Bench, event: IncomingMessage) -> None:
    bench.follow(FRIEND)
    bench.later.broken = True
    bench.world.will_fail("followers.record_change", Trouble.BUSY)
    bench.world.will_fail("participants.set_unit", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.conversation.answer_message(event)
    bench.world.no_more_trouble()
    bench.app.conversation.answer_message(event)
    assert bench.later.events == []


@pytest.mark.parametrize("calls", range(4))
def test_a_handler_may_die_anywhere_and_the_repeat_settles_it(bench: Bench, calls: int) -> None:
    for event, chances in ((FOLLOW, 2), (UNFOLLOW, 1)):
        bench.world.will_die(calls)
        with suppress(Killed):
            bench.app.conversation.answer_message(event)
        bench.world.will_die(None)
        bench.app.conversation.answer_message(event)
        assert granted(bench) == chances


def test_a_message_to_the_sharer_is_best_effort(bench: Bench) -> None:
    bench.later.broken = True
    assert bench.app.conversation.answer_message(FOLLOW)
    assert granted(bench) == 2
