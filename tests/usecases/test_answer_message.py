"""Messages to the account, and its answers (R3, R11, R13, R15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.conversation import KEY_PREFIX, TO_CUSTOMER_SERVICE, IncomingMessage, Kind
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import FOLLOWED_BEFORE, Follower
from chalicelib.domain.prizes import yuan
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.texts import fill
from chalicelib.domain.units import unit_scene
from chalicelib.domain.wording import ReplyWords, Topic, UnknownText
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, LINK, NOON, OPENS
from tests.support.world import Trouble

BEFORE = OPENS - timedelta(seconds=1)
ME = "o1"
UNIT = "区法院"


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.activate()
    made.world.calls.clear()
    return made


def unit(bench: Bench, openid: str = ME) -> str | None:
    return bench.ports.participants.read_participation(openid).me.unit


def test_who_follows_before_the_opening_is_early_welcomed_and_told_when(bench: Bench) -> None:
    bench.clock.now = BEFORE
    reply = bench.receive(Kind.FOLLOW, ME)
    assert reply
    assert "7月8日00:00" in reply
    seconds = int(BEFORE.timestamp())
    assert bench.ports.followers.find_follower(ME) == Follower(ME, True, seconds, early=True, first_follow_at=seconds)


def everything_said(bench: Bench, openid: str) -> list[str]:
    texts = [*bench.contest.replies.by_word, "quiz", "help", "http", "链接", ""]
    keys = [KEY_PREFIX + topic for topic in Topic]
    said = [bench.receive(Kind.FOLLOW, openid, scene=scene) for scene in ("", unit_scene(UNIT), "share-o2")]
    said += [bench.receive(Kind.SCAN, openid, scene=scene) for scene in ("", unit_scene(UNIT), "share-o2")]
    said += [bench.say(openid, text) for text in texts]
    said += [bench.receive(Kind.CLICK, openid, content=key) for key in keys]
    return [reply or "" for reply in (*said, bench.receive(Kind.UNFOLLOW, openid))]


@pytest.mark.parametrize("unknown_text", UnknownText)
def test_before_the_opening_nothing_gives_a_link_away(bench: Bench, unknown_text: UnknownText) -> None:
    contest = replace(bench.contest, replies=replace(bench.contest.replies, unknown_text=unknown_text))
    bench.app = bench.instance(contest=contest)
    bench.clock.now = BEFORE
    assert not any("http" in said or "/s/" in said for said in everything_said(bench, ME))
    assert bench.later.sharers == []
    bench.clock.now = OPENS
    assert any(LINK in said for said in everything_said(bench, ME))


@pytest.mark.parametrize("moment", [OPENS, NOON, CLOSES - timedelta(seconds=1)])
def test_who_follows_in_the_window_gets_the_link_and_is_not_early(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    assert LINK in (bench.receive(Kind.FOLLOW, ME) or "")
    follower = bench.ports.followers.find_follower(ME)
    assert follower
    assert (follower.subscribed, follower.early) == (True, False)


def test_who_follows_after_the_end_is_thanked(bench: Bench) -> None:
    bench.clock.now = CLOSES
    reply = bench.receive(Kind.FOLLOW, ME)
    assert reply
    assert "结束" in reply
    assert LINK not in reply


def test_who_leaves_is_recorded_in_silence(bench: Bench) -> None:
    bench.receive(Kind.FOLLOW, ME)
    bench.clock.advance(seconds=1)
    assert bench.receive(Kind.UNFOLLOW, ME) is None
    follower = bench.ports.followers.find_follower(ME)
    assert follower
    assert not follower.subscribed


def test_somebody_unknown_who_leaves_early_is_no_early_follower(bench: Bench) -> None:
    bench.clock.now = BEFORE
    assert bench.receive(Kind.UNFOLLOW, ME) is None
    expected = Follower(ME, False, int(BEFORE.timestamp()), early=False, first_follow_at=FOLLOWED_BEFORE)
    assert bench.ports.followers.find_follower(ME) == expected


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.UNFOLLOW])
def test_an_event_is_one_call_and_a_retry_gets_the_same_reply(bench: Bench, kind: Kind) -> None:
    reply = bench.receive(kind, ME)
    before = bench.world.snapshot()
    assert bench.receive(kind, ME) == reply
    assert bench.world.snapshot() == before
    assert bench.world.calls == {"followers.record_change": 2}


def test_events_that_come_in_the_wrong_order_are_ordered_by_their_time(bench: Bench) -> None:
    now = int(NOON.timestamp())
    bench.app.conversation.answer_message(IncomingMessage(Kind.UNFOLLOW, ME, now + 1))
    assert bench.app.conversation.answer_message(IncomingMessage(Kind.FOLLOW, ME, now)) is not None
    assert bench.ports.followers.find_follower(ME) == Follower(ME, False, now + 1, first_follow_at=FOLLOWED_BEFORE)


PHASES = [(BEFORE, "将于7月8日00:00开始"), (OPENS, "点击开始答题"), (CLOSES, "已经结束")]


@pytest.mark.parametrize("phase", range(3))
def test_the_quiz_is_asked_for_in_each_phase(bench: Bench, phase: int) -> None:
    """By a keyword, by the menu's button, or by a follower's scan of a code."""
    bench.clock.now, told = PHASES[phase]
    said = {bench.say(ME, word) for word in ("答题", " 答题 ", "开始答题")}
    said |= {bench.receive(Kind.CLICK, ME, "contest:quiz"), bench.receive(Kind.SCAN, ME, scene="whatever")}
    assert len(said) == 1
    (reply,) = said
    assert reply
    assert told in reply
    assert (LINK in reply) == (phase > 0)


def test_in_a_pause_the_quiz_is_said_to_be_paused(bench: Bench) -> None:
    bench.pause()
    assert bench.say(ME, "答题") == bench.contest.replies.quiz_paused
    bench.clock.now = BEFORE
    assert bench.say(ME, "答题") != bench.contest.replies.quiz_paused


def test_the_next_reply_tells_of_a_new_chance(bench: Bench) -> None:
    assert "还有1次" in (bench.say(ME, "答题") or "")
    bench.follow(ME)
    bench.brought("friend", ME)
    assert "还有2次" in (bench.say(ME, "答题") or "")


def test_each_topic_is_answered(bench: Bench) -> None:
    bench.claimed(ME)
    bench.app.profiles.choose_unit(ME, UNIT)
    bench.app.sweep.sweep_once()
    assert "已开红包1个" in (bench.say(ME, "我的") or "")
    (claim,) = bench.ports.participants.claims_of(ME)
    assert f"{claim.packet.number}（{yuan(claim.packet.amount_fen)}元，" in (bench.say(ME, "编号") or "")
    assert "还没有红包" in (bench.say("o2", "编号") or "")
    assert f"1. {UNIT} 1人" in (bench.say(ME, "排行") or "")
    assert UNIT in (bench.say(ME, "单位") or "")
    assert fill(bench.contest.page.rules[0], bench.contest) in (bench.say(ME, "规则") or "")
    assert "未选择" in (bench.say("o2", "单位") or "")
    assert "结束" in (bench.receive(Kind.CLICK, ME, "contest:closing") or "")
    for word, entry in bench.contest.replies.by_word.items():
        assert entry.answer
        assert bench.say(ME, word) == bench.receive(Kind.CLICK, ME, KEY_PREFIX + entry.answer)


@pytest.mark.parametrize("unknown_text", UnknownText)
@pytest.mark.parametrize("moment", range(3))
def test_unknown_text_is_handled_as_configured_with_a_dead_store(unknown_text: UnknownText, moment: int) -> None:
    """The account's other functions must not depend on our store, so nothing is read."""
    contest = examples.contest()
    bench = Bench(replace(contest, replies=replace(contest.replies, unknown_text=unknown_text)))
    bench.clock.now = PHASES[moment][0]
    bench.world.will_die(0)
    expected = {
        UnknownText.SILENT: None,
        UnknownText.HELP: contest.replies.help,
        UnknownText.CUSTOMER_SERVICE: TO_CUSTOMER_SERVICE,
    }[unknown_text]
    assert bench.say(ME, "江苏某某有限公司") == expected
    assert bench.say(ME, "帮助") == contest.replies.help


def test_a_word_with_a_text_is_answered_with_a_dead_store() -> None:
    contest = examples.contest()
    words = (*contest.replies.words, ReplyWords(("停车",), "{account}：{closes_at}前免费停车"))
    bench = Bench(replace(contest, replies=replace(contest.replies, words=words)))
    bench.world.will_die(0)
    assert bench.say(ME, "【停车】！") == "苏信服：7月14日24时前免费停车"


@pytest.mark.parametrize("kind", [Kind.CLICK, Kind.OTHER])
def test_what_is_the_account_s_own_is_left_alone(bench: Bench, kind: Kind) -> None:
    bench.world.will_die(0)
    assert bench.receive(kind, ME, "account:news") is None


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.SCAN])
@pytest.mark.parametrize("moment", [BEFORE, NOON])
def test_a_unit_s_code_joins_that_unit_once(bench: Bench, kind: Kind, moment: datetime) -> None:
    bench.follow(ME)
    bench.clock.now = moment
    bench.receive(kind, ME, scene=unit_scene(UNIT))
    assert unit(bench) == UNIT
    before = bench.world.snapshot().contests
    bench.receive(kind, ME, scene=unit_scene("团区委"))
    bench.receive(kind, ME, scene=unit_scene(UNIT))
    assert bench.world.snapshot().contests == before


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.SCAN])
@pytest.mark.parametrize("moment", [BEFORE, NOON])
def test_the_reply_to_a_unit_s_code_confirms_the_stored_unit(bench: Bench, kind: Kind, moment: datetime) -> None:
    bench.clock.now = moment
    said = [bench.receive(kind, ME, scene=unit_scene(name)) for name in (UNIT, UNIT, "团区委")]
    assert len(set(said)) == 1
    assert (said[0] or "").startswith(f"您的单位：{UNIT}，登记后不能更改。\n")
    assert (said[0] or "").endswith(bench.receive(kind, ME) or "missing")


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.SCAN])
def test_a_unit_that_is_not_stored_is_not_confirmed(bench: Bench, kind: Kind) -> None:
    bench.clock.now = CLOSES
    assert "单位" not in (bench.receive(kind, ME, scene=unit_scene(UNIT)) or "")
    bench.clock.now = NOON
    bench.world.will_fail("participants.set_unit", Trouble.BUSY)
    assert "单位" not in (bench.receive(kind, ME, scene=unit_scene(UNIT)) or "")
    assert len(bench.later.events) == 1


@pytest.mark.parametrize("scene", ["", "u.0123456789abcdef", "share-o2", "123"])
def test_another_code_joins_no_unit(bench: Bench, scene: str) -> None:
    bench.receive(Kind.FOLLOW, ME, scene=scene)
    bench.receive(Kind.SCAN, ME, scene=scene)
    assert unit(bench) is None
    assert bench.world.calls["participants.set_unit"] == 0


def test_after_the_end_no_code_joins_a_unit(bench: Bench) -> None:
    bench.clock.now = CLOSES
    bench.receive(Kind.FOLLOW, ME, scene=unit_scene(UNIT))
    assert unit(bench) is None


def test_who_left_before_the_scan_s_event_came_joins_nothing(bench: Bench) -> None:
    scan = IncomingMessage(Kind.SCAN, ME, int(NOON.timestamp()) - 1, scene=unit_scene(UNIT))
    bench.unfollow(ME)
    before = bench.world.snapshot()
    assert bench.app.conversation.answer_message(scan) is not None
    assert unit(bench) is None
    assert bench.world.snapshot() == before


def test_a_unit_that_is_no_longer_configured_is_not_joined(bench: Bench) -> None:
    bench.app = bench.instance(contest=replace(bench.contest, reporting=Reporting((ReportingUnit("其他", "k"),))))
    bench.receive(Kind.FOLLOW, ME, scene=unit_scene(UNIT))
    assert unit(bench) is None


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.SCAN])
def test_a_code_printed_before_a_unit_was_renamed_joins_the_present_unit(bench: Bench, kind: Kind) -> None:
    bench.follow("early")
    bench.receive(kind, "early", scene=unit_scene(UNIT))  # under the former name
    bench.submit("early", bench.drawn("early"))
    renamed = Reporting((ReportingUnit("洪泽法院", "department", formerly=(UNIT,)),))
    bench.app = bench.instance(contest=replace(bench.contest, reporting=renamed))
    for person in (ME, "early"):
        said = bench.receive(kind, person, scene=unit_scene(UNIT))
        assert (said or "").startswith("您的单位：洪泽法院，")
        assert "单位：洪泽法院。" in (bench.receive(Kind.TEXT, person, "单位") or "")
        assert "单位：洪泽法院。" in (bench.receive(Kind.TEXT, person, "我的") or "")
    assert unit(bench) == "洪泽法院"
    bench.submit(ME, bench.drawn(ME))
    bench.app.sweep.sweep_once()
    assert "1. 洪泽法院 2人" in (bench.receive(Kind.TEXT, ME, "排行") or "")


def left_long_ago(bench: Bench) -> None:
    bench.clock.advance(hours=-1)
    bench.follow(ME)
    bench.unfollow(ME)
    bench.clock.advance(hours=1)


def said_not_to_follow(bench: Bench) -> None:
    bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize(ME))


@pytest.mark.parametrize("past", [lambda bench: None, left_long_ago, said_not_to_follow])
@pytest.mark.parametrize("joins", [True, False])
def test_a_scan_proves_that_its_sender_follows(bench: Bench, past: Callable[[Bench], None], joins: bool) -> None:
    """WeChat sends scans of followers only; the event of their follow was lost."""
    past(bench)
    bench.receive(Kind.SCAN, ME, scene=unit_scene(UNIT) if joins else "whatever")
    follower = bench.ports.followers.find_follower(ME)
    assert follower
    assert (follower.subscribed, unit(bench)) == (True, UNIT if joins else None)


def test_a_unit_s_code_scanned_by_a_known_follower_is_one_call(bench: Bench) -> None:
    bench.follow(ME)
    bench.world.calls.clear()
    scan = IncomingMessage(Kind.SCAN, ME, int(NOON.timestamp()), scene=unit_scene(UNIT))
    bench.app.conversation.store_event(scan)
    assert bench.world.calls == {"participants.set_unit": 1}


@pytest.mark.parametrize("scene", ["", "whatever", "share-o2"])
def test_another_scan_by_a_known_follower_writes_nothing(bench: Bench, scene: str) -> None:
    bench.follow(ME)
    bench.world.calls.clear()
    bench.app.conversation.store_event(IncomingMessage(Kind.SCAN, ME, int(NOON.timestamp()), scene=scene))
    assert bench.world.calls == {"followers.find_follower": 1}


def test_a_scan_makes_no_referral(bench: Bench) -> None:
    bench.follow("o2")
    bench.receive(Kind.SCAN, ME, scene="share-o2")
    bench.receive(Kind.FOLLOW, ME, scene="share-o2")
    assert bench.ports.participants.read_participation("o2").me.chances.granted == 1


def test_the_store_being_down_is_no_reason_to_answer_wrongly(bench: Bench) -> None:
    """A reply that needs the store says that it is busy, and the person asks again."""
    bench.world.will_fail("participants.read_participation", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.say(ME, "我的")
