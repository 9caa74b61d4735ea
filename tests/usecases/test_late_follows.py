"""R9 for people who open the page before the event of their follow arrives (decision 6)."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.participation import Chances
from tests.support.bench import Bench
from tests.support.examples import OPENS
from tests.support.wechat import Call
from tests.support.world import Trouble
from tests.usecases.referral_events import FRIEND, OTHER, SHARER, T, follow, sharers_follow, unfollow


@pytest.fixture
def bench() -> Bench:
    """A bench five seconds after the friend followed."""
    made = Bench()
    made.activate()
    sharers_follow(made)
    made.clock.advance(seconds=5)
    return made


def opens_the_page(bench: Bench, link_of: str = "") -> None:
    """The friend opens the page, and WeChat says that they follow."""
    bench.wechat.follow(FRIEND)
    bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize(FRIEND), f"share-{link_of}" if link_of else "")


def extra(bench: Bench, openid: str = SHARER) -> int:
    return bench.ports.participants.read_participation(openid).me.chances.granted - 1


def extras(bench: Bench) -> tuple[int, int]:
    return extra(bench), extra(bench, OTHER)


def test_an_event_that_comes_after_the_page_was_opened_brings_its_chance_once(bench: Bench) -> None:
    opens_the_page(bench)
    for _ in range(3):
        bench.app.conversation.answer_message(follow())
        assert bench.ports.participants.read_participation(SHARER).me.chances == Chances(2, 0)
    assert bench.later.sharers == [SHARER]
    bench.app.conversation.answer_message(unfollow(T + 10))
    bench.app.conversation.answer_message(follow(T + 20))
    assert extras(bench) == (0, 0)


def test_it_costs_no_more_calls_than_one_in_time(bench: Bench) -> None:
    opens_the_page(bench)
    bench.world.calls.clear()
    bench.app.conversation.answer_message(follow())
    assert bench.world.calls == {"followers.record_change": 1, "referrals.grant_chance": 1, "later_queue.put_notice": 1}


def test_when_granting_dies_the_repeated_event_grants(bench: Bench) -> None:
    opens_the_page(bench)
    bench.world.will_fail("referrals.grant_chance", Trouble.BUSY)
    bench.app.conversation.answer_message(follow())
    assert extra(bench) == 0
    bench.app.conversation.answer_message(follow())
    assert extra(bench) == 1


@pytest.mark.parametrize(("second", "brings"), [(4, 1), (5, 0), (6, 0)])
def test_only_a_follow_in_an_earlier_second_counts(bench: Bench, second: int, brings: int) -> None:
    """In the same second, they may have left and come back through the code after they were seen."""
    bench.clock.advance(seconds=0.9)
    opens_the_page(bench)
    bench.clock.advance(seconds=10)
    bench.app.conversation.answer_message(follow(T + second))
    assert extra(bench) == brings


def test_a_follow_before_the_opening_is_early_however_late_it_comes(bench: Bench) -> None:
    opens_the_page(bench)
    bench.app.conversation.answer_message(follow(int(OPENS.timestamp()) - 1))
    assert extra(bench) == 0
    assert bench.world.followers[FRIEND].early


def test_who_was_seen_before_the_opening_is_nobody_new(bench: Bench) -> None:
    bench.clock.now = OPENS
    bench.clock.advance(seconds=-1)
    opens_the_page(bench)
    bench.clock.advance(seconds=5)
    bench.app.conversation.answer_message(follow(int(OPENS.timestamp())))
    assert extra(bench) == 0


def test_who_is_imported_after_all_is_a_former_follower(bench: Bench) -> None:
    opens_the_page(bench)
    bench.ports.baseline.import_openids([FRIEND])
    bench.app.conversation.answer_message(follow())
    assert extra(bench) == 0


LEFT, BACK = unfollow(T + 10), follow(T + 20)


@pytest.mark.parametrize("order", [*permutations([LEFT, BACK]), (BACK,)])
@pytest.mark.parametrize("earlier_leaving", [(), (unfollow(T - 60),)])
def test_a_former_follower_who_was_seen_and_comes_back_brings_nothing_ever(
    bench: Bench, earlier_leaving: tuple[IncomingMessage, ...], order: tuple[IncomingMessage, ...]
) -> None:
    opens_the_page(bench)
    for event in (*order, *earlier_leaving, *order, *reversed(order)):
        bench.app.conversation.answer_message(event)
        assert extra(bench) == 0


@pytest.mark.parametrize("order", list(permutations([follow(), LEFT, follow(T + 20, OTHER)])))
def test_in_any_order_who_left_brings_nothing_in_the_end_and_the_second_code_never(
    bench: Bench, order: tuple[IncomingMessage, ...]
) -> None:
    opens_the_page(bench)
    for event in (*order, *order, *reversed(order)):
        bench.app.conversation.answer_message(event)
        assert extra(bench, OTHER) == 0
    assert extras(bench) == (0, 0)
    assert bench.world.followers[FRIEND].subscribed


def test_a_leaving_before_that_follow_shows_a_former_follower(bench: Bench) -> None:
    opens_the_page(bench)
    bench.app.conversation.answer_message(unfollow(T - 60))
    bench.app.conversation.answer_message(follow())
    assert extra(bench) == 0
    assert bench.world.followers[FRIEND].subscribed


def test_another_one_s_link_opened_after_the_follow_does_not_win(bench: Bench) -> None:
    opens_the_page(bench, OTHER)
    opens_the_page(bench, OTHER)
    bench.app.conversation.answer_message(follow())
    assert extras(bench) == (1, 0)


def test_one_s_own_code_brings_nothing(bench: Bench) -> None:
    opens_the_page(bench)
    bench.app.conversation.answer_message(follow(sharer=FRIEND))
    assert extra(bench, FRIEND) == 0


@pytest.mark.parametrize(("code", "brings"), [("", (0, 0)), (SHARER, (0, 0)), (OTHER, (0, 1))])
def test_a_link_opened_while_wechat_was_silent_may_have_been_opened_after_the_follow(
    bench: Bench, code: str, brings: tuple[int, int]
) -> None:
    bench.wechat.silent.add(Call.USER_INFO)
    opens_the_page(bench, OTHER)
    bench.wechat.silent.clear()
    bench.clock.advance(minutes=1)
    opens_the_page(bench)
    bench.app.conversation.answer_message(follow(sharer=code))
    assert extras(bench) == brings


EVENTS = st.lists(st.tuples(st.sampled_from([Kind.FOLLOW, Kind.UNFOLLOW]), st.integers(0, 8)), max_size=8)
CODES = st.lists(st.sampled_from([SHARER, OTHER, ""]), min_size=9, max_size=9)
"""The code of each second's follow: a person cannot follow twice in one second through two codes."""


@given(events=EVENTS, codes=CODES, at=st.integers(0, 8), second=st.integers(0, 10))
def test_whatever_happens_being_seen_takes_a_chance_away_and_never_brings_one(
    events: list[tuple[Kind, int]], codes: list[str], at: int, second: int
) -> None:
    seen, unseen = Bench(), Bench()
    for bench in (seen, unseen):
        sharers_follow(bench)
    for place, (kind, late) in enumerate(events):
        sharer = codes[late]
        if place == at:
            seen.clock.advance(seconds=second)
            opens_the_page(seen)
        event = IncomingMessage(
            kind, FRIEND, T + 1 + late, scene=f"share-{sharer}" if sharer and kind is Kind.FOLLOW else ""
        )
        for bench in (seen, unseen):
            bench.app.conversation.answer_message(event)
        assert all(less <= more for less, more in zip(extras(seen), extras(unseen), strict=True))
