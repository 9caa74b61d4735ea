"""The account's replies: the organiser's words, no link before the opening, and silence for everything else."""

import string
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import TRANSFER, Claim, Packet, PayoutStatus
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.conversation import (
    KEY_PREFIX,
    TO_CUSTOMER_SERVICE,
    IncomingMessage,
    Kind,
    Moment,
    asked_for,
    fill,
    mine,
    numbers,
    quiz,
    standings,
    unknown,
    welcome,
    with_unit,
)
from chalicelib.domain.participation import Chances, Me, Participation
from chalicelib.domain.texts import LINK_BYTES, LONGEST, RANKED, REPLY_BYTES, UNIT_CHARACTERS, longest
from chalicelib.domain.wording import ReplyWords, Topic, UnknownText
from tests.support import examples

CONTEST = load_contest_file(PACKAGED)
WINDOW = CONTEST.window
LINK = "https://quiz.example/oauth/start?next=/"
MOMENTS = {
    Phase.ANNOUNCED: WINDOW.opens_at - timedelta(minutes=90),
    Phase.OPEN: WINDOW.opens_at,
    Phase.CLOSED: WINDOW.closes_at,
}
NOBODY = Participation(Me(), (), ())


def moment(phase: Phase, contest: Contest = CONTEST) -> Moment:
    return Moment(contest, MOMENTS[phase], LINK)


def worded(text: str) -> Contest:
    """A contest in which every reply is this text."""
    texts = {field.name: text for field in fields(CONTEST.replies) if field.init}
    rest = {"unknown_text": CONTEST.replies.unknown_text, "words": CONTEST.replies.words}
    return replace(CONTEST, replies=replace(CONTEST.replies, **(texts | rest)))  # type: ignore[arg-type]


def everything(at: Moment) -> list[str | None]:
    """All replies that the account can give at a moment."""
    said: list[str | None] = [welcome(at), mine(at, NOBODY), standings(at, {"区法院": 2}), unknown(at), numbers(at, ())]
    said += [quiz(at, paused, 1) for paused in (False, True)]
    return (
        said
        + [fill(text, at, unit="区法院") for text in (at.contest.replies.rules, at.contest.replies.unit)]
        + [with_unit("", "区法院", at)]
    )


@pytest.mark.parametrize("unknown_text", UnknownText)
def test_before_opening_nothing_holds_the_link(unknown_text: UnknownText) -> None:
    """Even if the organiser wrote {link} into every reply."""
    for contest in (CONTEST, worded("{link}{theme}")):
        told = replace(contest, replies=replace(contest.replies, unknown_text=unknown_text))
        last = WINDOW.opens_at - timedelta(microseconds=1)
        assert not any(LINK in (said or "") for said in everything(Moment(told, last, LINK)))
        assert LINK in (quiz(moment(Phase.OPEN, told), False, 1))


@pytest.mark.parametrize("phase", Phase)
def test_no_placeholder_is_left_in_the_packaged_replies(phase: Phase) -> None:
    for said in everything(moment(phase)):
        assert not set("{}") & set(said or "")


def test_one_who_follows_is_welcomed_by_phase() -> None:
    replies = {phase: welcome(moment(phase)) for phase in Phase}
    assert "7月8日00:00" in replies[Phase.ANNOUNCED]
    assert "1小时30分钟" in replies[Phase.ANNOUNCED]
    assert LINK in replies[Phase.OPEN]
    assert LINK not in replies[Phase.CLOSED]
    assert all(CONTEST.theme in text for text in replies.values())


def test_the_opening_is_told_in_shanghai_time_however_the_file_says_it() -> None:
    window = replace(WINDOW, opens_at=WINDOW.opens_at.astimezone(UTC))
    said = welcome(moment(Phase.ANNOUNCED, replace(CONTEST, window=window)))
    assert said == welcome(moment(Phase.ANNOUNCED))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(days=6, hours=23, minutes=59, seconds=59), "6天23小时59分钟"),
        (timedelta(days=1), "1天"),
        (timedelta(hours=1, seconds=59), "1小时"),
        (timedelta(days=1, minutes=5), "1天5分钟"),
        (timedelta(minutes=1), "1分钟"),
        (timedelta(seconds=59), "不到1分钟"),
        (-timedelta(days=3), "不到1分钟"),
    ],
)
def test_the_time_left_until_opening(before: timedelta, said: str) -> None:
    assert fill("{time_left}", Moment(CONTEST, WINDOW.opens_at - before, LINK)) == said


def test_a_pause_is_told_while_open_alone() -> None:
    assert quiz(moment(Phase.OPEN), True, 1) == CONTEST.replies.quiz_paused
    for phase in (Phase.ANNOUNCED, Phase.CLOSED):
        assert quiz(moment(phase), True, 0) == quiz(moment(phase), False, 0)


def test_the_chances_left_are_told() -> None:
    assert "还有7次" in quiz(moment(Phase.OPEN), False, 7)


def test_what_somebody_did_is_told() -> None:
    claims = tuple(claim(number, fen) for number, fen in enumerate([105, 1000]))
    me = Me(attempts=4, best_score=9, chances=Chances(3, 2), unit="区法院")
    said = mine(moment(Phase.OPEN), Participation(me, (), claims))
    for part in ("答题4次", "9题", "还有1次", "2个", "11.05元", "区法院"):
        assert part in said
    assert "未选择" in mine(moment(Phase.OPEN), NOBODY)
    assert "0.00元" in mine(moment(Phase.OPEN), NOBODY)


def test_an_opened_packet_is_not_called_received_before_it_is() -> None:
    def told(*claims: Claim) -> str:
        return mine(moment(Phase.OPEN), Participation(Me(), (), claims))

    opened = claim(1, 105)
    received = replace(opened, status=PayoutStatus.RECEIVED)
    transfer = replace(opened, order=replace(opened.order, product=TRANSFER))
    assert "已开红包1个，共1.05元（其中1个未到账）" in told(opened)
    assert "共1.05元。" in told(received)
    assert "共3.15元（其中1个待收款，请点链接）" in told(received, opened, transfer)
    for status in (PayoutStatus.LAPSED, PayoutStatus.FAILED, PayoutStatus.PARKED):
        assert "（其中1个未到账）" in told(replace(transfer, status=status))
    assert "已领" not in told(opened, received, transfer)


@pytest.mark.parametrize("phase", Phase)
def test_no_reply_is_longer_than_its_longest_values_say(phase: Phase) -> None:
    count, unit = 9_999_999_999, "𠀀" * UNIT_CHARACTERS
    me = Me(attempts=count, best_score=50, chances=Chances(count, 0), unit=unit)
    at = replace(moment(phase), link="x" * LINK_BYTES)
    most = Participation(me, (), (claim(1, 999_999_999_999),))
    replies = CONTEST.replies
    assert len(mine(at, most).encode()) <= longest(replies.mine, CONTEST)
    assert len(quiz(at, False, count).encode()) <= max(
        longest(text, CONTEST) for text in (replies.quiz_announced, replies.quiz_open, replies.quiz_closed)
    )
    assert len(fill(replies.unit, at, unit=unit).encode()) <= longest(replies.unit, CONTEST)


def test_the_longest_time_is_one_from_the_year_1_to_the_year_9999() -> None:
    window = replace(WINDOW, opens_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    said = fill("{time_left}", Moment(replace(CONTEST, window=window), datetime(1, 1, 1, tzinfo=UTC), LINK))
    assert len(said.encode()) <= len(LONGEST["time_left"].encode())


def test_a_unit_is_left_out_where_the_reply_would_be_too_long() -> None:
    at = moment(Phase.OPEN)
    line = with_unit("", "区法院", at)
    assert line == "您的单位：区法院，登记后不能更改。\n"
    fits = "x" * (REPLY_BYTES - len(line.encode()))
    assert with_unit(fits, "区法院", at) == line + fits
    assert with_unit(fits + "x", "区法院", at) == fits + "x"


def claim(number: int, fen: int) -> Claim:
    return examples.claim("o1", f"a{number}", Packet("p", number, fen))


def test_the_numbers_of_packets_are_told_the_newest_first() -> None:
    later = replace(claim(12345, 288), claimed_at=examples.NOON + timedelta(minutes=1))
    said = numbers(moment(Phase.OPEN), [claim(0, 105), later])
    assert "12345（2.88元，7月9日12:01）\n0（1.05元，7月9日12:00）" in said
    assert "还没有红包" in numbers(moment(Phase.OPEN), [])


@pytest.mark.parametrize(("text", "lines"), [("{numbers}", 64), ("长" * 600 + "{numbers}", 8)])
def test_as_many_numbers_are_told_as_a_reply_can_hold(text: str, lines: int) -> None:
    many = [replace(claim(n, 100), claimed_at=examples.NOON - timedelta(minutes=n)) for n in range(100)]
    said = numbers(moment(Phase.OPEN, worded(text)), many)
    assert len(said.encode()) <= REPLY_BYTES
    shown = said.removeprefix(text.removesuffix("{numbers}")).splitlines()
    assert [line.split("（")[0] for line in shown] == [str(n) for n in range(lines)]


def test_the_ranking_names_units_and_counts_everybody() -> None:
    said = standings(moment(Phase.OPEN), {"区法院": 2, "团区委": 30, "": 8})
    assert "共40人" in said
    assert said.index("1. 团区委 30人") < said.index("2. 区法院 2人")
    assert "暂无" in standings(moment(Phase.OPEN), {})


LONG = "𠀀" * UNIT_CHARACTERS


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("区", "{ranking}", RANKED),
        ("区", "长" * 600 + "{ranking}", RANKED),
        (LONG, "{ranking}", RANKED),
        (LONG, "{ranking}\n{ranking}", 5),
        (LONG, "长" * 600 + "{ranking}", 1),
    ],
)
def test_a_ranking_has_as_many_lines_as_a_reply_can_hold(name: str, text: str, lines: int) -> None:
    counts = {f"{number:02}{name}"[:UNIT_CHARACTERS]: 9_999_999_999 - number for number in range(60)}
    said = standings(moment(Phase.OPEN, worded(text)), counts)
    assert len(said.encode()) <= REPLY_BYTES
    places = [line.partition(".")[0] for line in said.removeprefix("长" * 600).splitlines()]
    assert places == [str(place) for place in range(1, lines + 1)] * text.count("{ranking}")


def topic_of(kind: Kind, content: str, contest: Contest = CONTEST) -> Topic | None:
    asked = asked_for(contest, IncomingMessage(kind, "o1", 0, content))
    return asked.answer if asked else None


WORDS = {
    "答题": Topic.QUIZ,
    "开始答题": Topic.QUIZ,
    "规则": Topic.RULES,
    "我的": Topic.MINE,
    "编号": Topic.NUMBER,
    "編號": Topic.NUMBER,
    "排行": Topic.RANKING,
    "单位": Topic.UNIT,
    "帮助": Topic.HELP,
}


@pytest.mark.parametrize(("word", "topic"), WORDS.items())
def test_a_word_and_its_button_ask_for_the_same(word: str, topic: Topic) -> None:
    assert topic_of(Kind.TEXT, f" {word} \n") is topic
    assert topic_of(Kind.CLICK, KEY_PREFIX + topic) is topic


@pytest.mark.parametrize(
    "text",
    [
        *("答题。", "【答题】", "“答题”", '"答题"', "「答题」", "《答题》", "（答题）", "<答题>", "答题!!", "　答题　"),
        *("\u200b答题\ufeff", "答题～", "#答题#", "答題", "「開始答題」。"),
    ],
)
def test_the_quiz_is_asked_for_however_it_is_typed(text: str) -> None:
    assert topic_of(Kind.TEXT, text) is Topic.QUIZ


@pytest.mark.parametrize("text", ["答", "答 题", "答题吗", "我要答题", "答，题", "", "。", "【】", "\u200b"])
def test_more_or_less_than_a_word_asks_for_nothing(text: str) -> None:
    assert asked_for(CONTEST, IncomingMessage(Kind.TEXT, "o1", 0, text)) is None


@pytest.mark.parametrize("text", ["vip2", "VIP2", "ｖｉｐ２", "Ｖｉｐ②", "“vip2”！"])
def test_width_and_case_do_not_count(text: str) -> None:
    vip = ReplyWords(("ＶＩＰ2",), "{account}的贵宾在{closes_at}前")
    contest = replace(CONTEST, replies=replace(CONTEST.replies, words=(*CONTEST.replies.words, vip)))
    asked = asked_for(contest, IncomingMessage(Kind.TEXT, "o1", 0, text))
    assert asked is vip
    assert fill(asked.text, moment(Phase.OPEN)) == "苏信服的贵宾在7月14日24时前"


def test_words_and_keys_are_not_mixed_up() -> None:
    assert topic_of(Kind.TEXT, "contest:quiz") is None
    assert topic_of(Kind.CLICK, "答题") is None
    assert topic_of(Kind.CLICK, "quiz") is None
    for kind in (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN, Kind.OTHER):
        assert topic_of(kind, "答题") is None


@given(st.text(max_size=50).filter(lambda text: not any(word in text for word in CONTEST.replies.by_word)))
def test_other_texts_are_not_ours(text: str) -> None:
    assert asked_for(CONTEST, IncomingMessage(Kind.TEXT, "o1", 0, text)) is None


@given(st.text(string.ascii_lowercase + ":", max_size=20).filter(lambda key: key not in set(Topic)))
def test_other_menu_buttons_are_not_ours(key: str) -> None:
    assert topic_of(Kind.CLICK, key) is None
    assert topic_of(Kind.CLICK, KEY_PREFIX + key) is None


@pytest.mark.parametrize("phase", Phase)
def test_what_the_contest_does_not_know_is_handled_as_configured(phase: Phase) -> None:
    def said(unknown_text: UnknownText) -> str | None:
        return unknown(moment(phase, replace(CONTEST, replies=replace(CONTEST.replies, unknown_text=unknown_text))))

    assert said(UnknownText.SILENT) is None
    assert said(UnknownText.HELP) == CONTEST.replies.help
    assert said(UnknownText.CUSTOMER_SERVICE) == TO_CUSTOMER_SERVICE


def test_a_moment_knows_its_phase() -> None:
    assert {phase: moment(phase).phase for phase in Phase} == {phase: phase for phase in Phase}
    assert Moment(CONTEST, datetime(2020, 7, 14, 15, 59, 59, tzinfo=UTC), LINK).phase is Phase.OPEN
