"""The contest file: the shipped one, and faulty ones, which are refused with all faulty fields at once."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, contest_path, load_contest, load_contest_file
from chalicelib.config_lines import Lines
from chalicelib.config_shapes import shapes
from chalicelib.domain.contest import Contest, Phase, ReferralPolicy, ReferralShow
from chalicelib.domain.contest_rules import MixCell, PayoutRules
from chalicelib.domain.conversation import Moment, fill
from chalicelib.domain.errors import ConfigError
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.texts import LONGEST, REPLY_BYTES
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.domain.wording import Replies, UnknownText

SHIPPED = PACKAGED.read_text(encoding="utf-8")
ROOT = Path(__file__).parent.parent


def changed(*changes: tuple[str, str]) -> str:
    """The shipped file with each first text replaced by the second."""
    text = SHIPPED
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_contest(text)
    assert str(caught.value).splitlines()[1:] == list(caught.value.problems)
    return list(caught.value.problems)


def test_the_shipped_contest() -> None:
    contest = load_contest(SHIPPED)
    assert (contest.id, contest.account_name, contest.theme) == ("hongze-2020", "苏信服", "与信用同行 筑梦新时代")
    window = contest.window
    assert window.announced_at == datetime(2020, 6, 30, 16, tzinfo=UTC)
    assert window.opens_at == datetime(2020, 7, 7, 16, tzinfo=UTC)
    assert window.closes_at == datetime(2020, 7, 14, 16, tzinfo=UTC)
    assert window.phase(window.opens_at) is Phase.OPEN
    quiz, prizes = contest.quiz, contest.prizes
    assert (quiz.draw_size, quiz.pass_mark, quiz.attempt_minutes, quiz.min_seconds) == (10, 5, 30, 5)
    assert quiz.bank == "questions.csv"
    assert (prizes.budget_fen, prizes.packets, prizes.min_fen, prizes.max_fen) == (20_000_000, 80_000, 100, 2_000)
    assert prizes.few_percent == 5
    assert contest.referral.policy is ReferralPolicy.EXTRA_CHANCE
    assert contest.referral.show is ReferralShow.NEUTRAL
    assert contest.payouts == PayoutRules(quiet_from=None, quiet_to=None, per_second=25, put_back=False)
    assert contest.menu.quiz == "开始答题"
    assert len(contest.menu.own) == 2
    assert contest.replies.new_chance
    assert contest.replies.unknown_text is UnknownText.SILENT
    assert contest.packet.scene_id == ""


def test_the_shipped_units() -> None:
    contest = load_contest(SHIPPED)
    assert len(contest.units) == len(set(contest.unit_names)) == 57
    assert contest.units[0] == ReportingUnit("区信用办", "organiser", 1, 1, ("信用办", "信用中心", "xyb"))
    assert ReportingUnit("区民政局", "department", None, 0, ("mzj",)) in contest.units
    assert sum(unit.events_required for unit in contest.units) == 13


@pytest.mark.parametrize(("name", "other"), [("区法院", "区法院"), ("教育局", "区教体局"), ("JYJ", "区教体局")])
def test_an_everyday_name_leads_to_one_unit(name: str, other: str) -> None:
    found = problems(changed(('also = ["mzj"]', f'also = ["mzj", "{name}"]')))
    assert len(found) == 1
    assert found[0].endswith(f"also：“{name}”已指“{other}”")


@pytest.mark.parametrize(("name", "other"), [("区法院", "区法院"), ("教育局", "区教体局"), ("区民政局", "区民政局")])
def test_a_former_name_leads_to_one_unit_and_is_no_present_name(name: str, other: str) -> None:
    found = problems(changed(('also = ["mzj"]', f'formerly = ["{name}"]')))
    assert len(found) == 1
    assert found[0].endswith(f"formerly：“{name}”已指“{other}”")


WRONG = """
surplus = 1
[contest]
id = "Not An Id"
theme = ""
colour = "red"
[window]
announced_at = 2020-07-01T00:00:00
opens_at = "2020-07-08"
closes_at = 2020-07-15
[quiz]
bank = 7
draw_size = 0
pass_mark = true
attempt_minutes = 30.5
[prizes]
budget_fen = 20_000_000
packets = -1
min_fen = 99
max_fen = 20_001
few_percent = 101
[packet]
send_name = "十一个汉字超过三十二个字节"
act_name = "a"
wishing = "b"
remark = "c"
client_ip = "localhost"
scene_id = "PRODUCT_9"
[payouts]
quiet_from = "24:00"
quiet_to = "8:00"
per_second = 31
put_back = "no"
[referral]
policy = "maybe"
title = ""
description = "d"
image_url = "http://plain.example/i.png"
[menu]
quiz = "十七个字节以上的名字"
about = "a"
own_name = "o"
closing = "六个汉字太长"
own = [
  { name = "both", url = "https://x", key = "k" },
  { name = "neither" },
  { name = "script", url = "javascript:alert(1)" },
  { name = "4", key = "k" }, { name = "5", key = "k" }, { name = "6", key = "k", more = 1 },
]
[replies]
welcome_announced = "{openid}"
welcome_open = "{link"
welcome_closed = "{}"
quiz_announced = "{link!z}"
quiz_open = "{opens_at:%H}"
quiz_closed = "fine: {link} {theme} {opens_at} {{}}"
quiz_paused = ""
rules = "{rules}{chances}"
mine = "{attempts}{best}{chances}{claims}{yuan}{unit}{link}{amount}"
ranking = "{ranking}{total}{how}"
unit = "{unit}{total}"
help = "h"
unknown_text = "shout"
[[replies.words]]
words = ["规则"]
answer = "rule"
[[replies.words]]
words = [
  "奖品",  # a comment, with ] and =
  "【规则】",
  "。",
]
text = "{prize}"
answer = "help"
[[replies.words]]
words = []
txt = '''
answer = 3 # no key
'''
[page]
how = ["one", 2]
rules = "all"
organisers = [{ role = "host" }]
[reporting]
units = [
  { name = "A", kind = "town" },
  { name = "A", kind = "town", duty_row = 0 },
  { name = "B", boss = "C", kind = "town", events_required = "1" },
  "D",
]
"""
NAMED = """
第2行 surplus：没有这个名称
第3行 contest.account：缺少这一项
第4行 contest.id：须是 2 至 32 个小写字母、数字和连字符，不以连字符开头
第5行 contest.theme：须有 1 至 60 个字
第6行 contest.colour：没有这个名称
第8行 window.announced_at：须带时区，如 +08:00
第9行 window.opens_at：须是日期和时间，如 2020-07-08T00:00:00+08:00
第10行 window.closes_at：须是日期和时间，如 2020-07-08T00:00:00+08:00
第11行 quiz.min_seconds：缺少这一项
第12行 quiz.bank：须是加英文引号的文字
第13行 quiz.draw_size：须在 1 至 50 之间
第14行 quiz.pass_mark：须是整数
第15行 quiz.attempt_minutes：须是整数
第18行 prizes.packets：须在 1 至 10000000 之间
第19行 prizes.min_fen：须在 100 至 20000 之间
第20行 prizes.max_fen：须在 10 至 20000 之间
第21行 prizes.few_percent：须在 0 至 100 之间
第23行 packet.send_name：有 39 字节，不能超过 31 字节（一个汉字 3 字节）
第27行 packet.client_ip：须是 IPv4 地址，如 127.0.0.1
第28行 packet.scene_id：须留空，或是 PRODUCT_1、PRODUCT_2、PRODUCT_3、PRODUCT_4、PRODUCT_5
第30行 payouts.quiet_from：须是 00:00 至 23:59 的时刻；没有则留空
第31行 payouts.quiet_to：须是 00:00 至 23:59 的时刻；没有则留空
第32行 payouts.per_second：须在 1 至 30 之间
第33行 payouts.put_back：须是 true 或 false
第35行 referral.policy：须是 extra_chance、off
第36行 referral.title：不能为空
第38行 referral.image_url：须以 https:// 开头，不超过 400 个字符，没有空格和引号；没有则留空
第40行 menu.quiz：有 30 字节，不能超过 16 字节（一个汉字 3 字节）
第43行 menu.closing：至多 5 个字
第45行 menu.own[1].url：url 和 key 须填一项，且只填一项
第46行 menu.own[2].url：url 和 key 须填一项，且只填一项
第47行 menu.own[3].url：须以 http:// 或 https:// 开头，不超过 1000 个字符，没有空格和引号；没有则留空
第48行 menu.own[6].more：没有这个名称
第50行 replies.new_chance：缺少这一项
第51行 replies.welcome_announced：不认识占位符 {openid}；这里可用 {theme}{account}
第52行 replies.welcome_open：花括号不成对；要显示花括号，请写两个：{{ }}
第53行 replies.welcome_closed：不认识占位符 {}；这里可用 {theme}{account}
第54行 replies.quiz_announced：占位符里只能有名称
第55行 replies.quiz_open：占位符里只能有名称
第57行 replies.quiz_paused：不能为空
第58行 replies.rules：不认识占位符 {chances}；这里可用 {theme}{account}
第59行 replies.mine：不认识占位符 {amount}；这里可用 {theme}{account}
第61行 replies.unit：不认识占位符 {total}；这里可用 {theme}{account}
第63行 replies.unknown_text：须是 silent、help、customer_service
第64行 replies.words：重复：“【规则】”（即“规则”）
第66行 replies.words[1].answer：须是 quiz、rules、mine、ranking、unit、number、help、closing
第71行 replies.words[2].words[3]：须有文字：标点和空格不算
第73行 replies.words[2].text：不认识占位符 {prize}；这里可用 {theme}{account}
第75行 replies.words[3].text：text 和 answer 须填一项，且只填一项
第76行 replies.words[3].words：须有 1 至 100 项
第77行 replies.words[3].txt：没有这个名称，是不是 text？
第81行 page.how[2]：须是加英文引号的文字
第82行 page.rules：须是列表 […]
第83行 page.organisers[1].name：缺少这一项
第85行 reporting.units：重复：“A”
第87行 reporting.units[2].duty_row：须在 1 至 999 之间
第88行 reporting.units[3].boss：没有这个名称
第88行 reporting.units[3].events_required：须是整数
第89行 reporting.units[4]：须是一组“名称 = 值”
""".strip().splitlines()


def test_every_wrong_field_is_named_at_once_with_its_line() -> None:
    found = problems(WRONG)
    assert len(found) == len(NAMED), found
    assert all(said.startswith(expected) for said, expected in zip(found, NAMED, strict=True)), found


def keys(inside: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a document, with its place and name; items of lists have no name."""
    if isinstance(inside, dict):
        for name, value in inside.items():
            here = f"{place}.{name}" if place else name
            yield here, name
            yield from keys(value, here)
    elif isinstance(inside, list):
        for number, value in enumerate(inside, start=1):
            yield from keys(value, f"{place}[{number}]")


@pytest.mark.parametrize("text", [SHIPPED, WRONG, 'a.b = """\n]"""\n"c d" = [{e = {f = [1,\n{g = 2}]}}]\n[h.i]\nj=1.5'])
def test_every_key_is_found_in_its_line(text: str) -> None:
    lines, found = Lines(text), list(keys(tomllib.loads(text)))
    assert {place for place, name in found if name not in text.splitlines()[lines.of(place) - 1]} == set()
    assert len(found) > 5


def test_missing_sections_are_named_and_nothing_inside_them() -> None:
    names = [field.name for field in fields(Contest) if field.default is MISSING]
    assert problems("") == sorted(f"{name}：缺少这一项" for name in names)
    assert "第1行 quiz：须是一组“名称 = 值”" in problems("quiz = 1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("pass_mark = 5", "pass_mark = 11")], "quiz.pass_mark：不能大于 draw_size（10）"),
        ([("opens_at = 2020-07-08", "opens_at = 2020-07-15")], "window.opens_at：不能早于"),
        ([("opens_at = 2020-07-08", "opens_at = 2020-06-30")], "window.opens_at：不能早于"),
        ([("opens_at = 2020-07-08T00:00:00+", "opens_at = 2020-07-08T00:00:30+")], "window.opens_at：须是整分"),
        ([("closes_at = 2020-07-15T00:00:00+", "closes_at = 2020-07-15T00:00:00.5+")], "window.closes_at：须是整分"),
        ([('quiet_from = "" ', 'quiet_from = "00:00" ')], "payouts.quiet_to：静默时段须有起止"),
        ([('quiet_to = "" ', 'quiet_to = "08:00" ')], "payouts.quiet_to：静默时段须有起止"),
        ([("budget_fen = 20_000_000", "budget_fen = 7_999_999")], "prizes.budget_fen：80000 个红包"),
        ([("budget_fen = 20_000_000", "budget_fen = 160_000_001")], "prizes.budget_fen：80000 个红包"),
        (
            [("min_fen = 100                            #", "min_fen = 101 #"), ("max_fen = 2_000 ", "max_fen = 100 ")],
            "prizes.min_fen：不能大于 max_fen",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: list[tuple[str, str]], expected: str) -> None:
    (found,) = problems(changed(*changes))
    line, _, said = found.partition(" ")
    assert said.startswith(expected)
    key = expected.partition("：")[0].rpartition(".")[2]
    assert changed(*changes).splitlines()[int(line[1:-1]) - 1].startswith(f"{key} = ")


def test_what_does_not_fit_together_is_named_beside_wrong_fields() -> None:
    found = problems(
        changed(
            ("pass_mark = 5", "pass_mark = 11"),
            ("min_seconds = 5 ", "min_seconds = -5 "),
            ("opens_at = 2020-07-08", "opens_at = 2020-07-16"),
            ("budget_fen = 20_000_000", "budget_fen = 20_000"),
            ("few_percent = 5", 'few_percent = "5"'),
        )
    )
    assert [problem.split("：")[0].split()[1] for problem in found] == [
        "window.opens_at",
        "quiz.pass_mark",
        "quiz.min_seconds",
        "prizes.budget_fen",
        "prizes.few_percent",
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("draw_size = 10", "draw_sise = 10"), ('welcome_open = "', 'welcom_open = "'), ("[payouts]", "[payout]")],
)
def test_a_misspelt_name_is_told_the_right_one(right: str, wrong: str) -> None:
    name, near = (text.strip("[]").split()[0] for text in (wrong, right))
    assert any(said.endswith(f"{name}：没有这个名称，是不是 {near}？") for said in problems(changed((right, wrong))))


@pytest.mark.parametrize(("name", "most"), [("send_name", 31), ("act_name", 31), ("wishing", 127), ("remark", 255)])
def test_the_texts_of_a_packet_stay_below_wechat_pay_s_limits(name: str, most: int) -> None:
    line = next(line for line in SHIPPED.splitlines() if line.startswith(f"{name} = "))
    fits, longer = ("信" * (most // 3) + "x" * (most % 3 + more) for more in (0, 1))
    assert getattr(load_contest(changed((line, f'{name} = "{fits}"'))).packet, name) == fits
    (found,) = problems(changed((line, f'{name} = "{longer}"')))
    assert f"packet.{name}：有 {most + 1} 字节，不能超过 {most} 字节" in found


TRANSFER = """
[transfer]
style = "confirm_page"
perception = "现金奖励"
activity = "信用知识竞赛"
reward = "答题红包"
claimable_until = 2020-08-15T00:00:00+08:00
"""


def with_transfer(*changes: tuple[str, str], product: str = "transfer") -> str:
    section = TRANSFER
    for old, new in changes:
        assert section.count(old) == 1, old
        section = section.replace(old, new)
    return changed(('product = "red_packet" ', f'product = "{product}" ')) + section


def test_transfers_are_chosen_in_one_line() -> None:
    contest = load_contest(with_transfer())
    assert contest.payouts.product == "transfer"
    until = datetime(2020, 8, 14, 16, tzinfo=UTC)
    assert contest.transfer == TransferRules("信用知识竞赛", "答题红包", until, "confirm_page", "现金奖励")
    assert load_contest(SHIPPED).transfer is None


def test_the_section_may_stay_for_earlier_claims() -> None:
    assert load_contest(with_transfer(product="red_packet")).transfer


def test_transfers_need_their_section() -> None:
    (found,) = problems(changed(('product = "red_packet" ', 'product = "transfer" ')))
    assert found == "transfer：缺少这一项：payouts.product 是 transfer"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('style = "confirm_page"', 'style = "page"', "transfer.style：须是 red_packet、confirm_page"),
        ('perception = "现金奖励"', 'perception = "奖"', "transfer.perception：须是 活动奖励、现金奖励"),
        ('activity = "信用知识竞赛"', 'activity = ""', "transfer.activity：须有 1 至 32 个字"),
        ('reward = "答题红包"', f'reward = "{"包" * 33}"', "transfer.reward：须有 1 至 32 个字"),
        ("style =", f'remark = "{"包" * 33}"\nstyle =', "transfer.remark：至多 32 个字"),
        ("2020-08-15T", "2020-07-15T", "transfer.claimable_until：须晚于 window.closes_at"),
        ("T00:00:00+08:00", "T00:00:00", "transfer.claimable_until：须带时区"),
        ("claimable_until = 2020-08-15T00:00:00+08:00", "", "transfer.claimable_until：缺少这一项"),
    ],
)
def test_a_wrong_transfer_is_named(old: str, new: str, expected: str) -> None:
    (found,) = problems(with_transfer((old, new)))
    assert expected in found


def test_transfers_may_be_smaller_than_red_packets() -> None:
    small = [("min_fen = 100                            #", "min_fen = 10 #")]
    for old, new in small:
        assert load_contest(with_transfer().replace(old, new)).prizes.min_fen == 10
        (found,) = problems(changed((old, new)))
        assert "prizes.min_fen：须在 100 至 20000 之间" in found
    assert "prizes.min_fen：须在 10 至 20000 之间" in problems(with_transfer().replace(old, "min_fen = 9 #"))[0]


def with_mix(second: str) -> str:
    mix = f'[[quiz.mix]]\nsubject = "征信"\nnumber = 6\n[[quiz.mix]]\n{second}number = 4\n'
    return changed(("\n[prizes]\n", f"\n{mix}\n[prizes]\n"))


def test_a_mix_of_subjects_is_read() -> None:
    assert load_contest(SHIPPED).quiz.mix == ()
    quiz = load_contest(with_mix('subject = "消费"\ndifficulty = "hard"\n')).quiz
    assert quiz.mix == (MixCell("征信", 6), MixCell("消费", 4, "hard"))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("", "quiz.mix[2].subject：缺少这一项"),
        ('subject = "消费"\ndifficulty = "难"\n', "quiz.mix[2].difficulty：须留空，或是 easy、medium、hard"),
        ('subject = "征信"\n', "quiz.mix：科目“征信”有两项重叠：每道题只能属于一项"),
        ('subject = "征信"\ndifficulty = "easy"\n', "quiz.mix：科目“征信”有两项重叠：每道题只能属于一项"),
        (
            'subject = "消费"\nnumber = 5\n[[quiz.mix]]\nsubject = "税"\n',
            "quiz.mix：各项 number 之和是 15，须等于 draw_size（10）",
        ),
    ],
)
def test_a_wrong_mix_is_refused(second: str, expected: str) -> None:
    (found,) = problems(with_mix(second))
    assert found.endswith(expected)


UNPRINTABLE = [("\\u0001", "不能有控制字符"), ("\\u0000", "不能有控制字符"), ("]]>", "不能有 ]]>")]


@pytest.mark.parametrize(("name", "place"), [("send_name", "packet"), ("theme", "contest"), ("help", "replies")])
@pytest.mark.parametrize(("wrong", "words"), [*UNPRINTABLE])
def test_what_the_xml_to_wechat_cannot_carry_is_refused(name: str, place: str, wrong: str, words: str) -> None:
    """A claim's terms are fixed with its bill number, so WeChat Pay would refuse every claim until the text is
    corrected."""
    line = next(line for line in SHIPPED.splitlines() if line.startswith(f"{name} = "))
    (found,) = problems(changed((line, f'{name} = "a{wrong}b"' + line.rpartition('"')[2])))
    assert f"{place}.{name}：{words}" in found


def test_a_name_on_one_line_has_no_line_feed() -> None:
    line = next(line for line in SHIPPED.splitlines() if line.startswith("wishing = "))
    (found,) = problems(changed((line, 'wishing = "a\\nb"')))
    assert "packet.wishing：不能换行" in found


@pytest.mark.parametrize("moment", ["9999-12-31T23:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_out_of_every_calendar_is_refused(moment: str) -> None:
    line = next(line for line in SHIPPED.splitlines() if line.startswith("closes_at = "))
    assert any(
        "closes_at：年份须在 2000 至 2999 之间" in said for said in problems(changed((line, f"closes_at = {moment}")))
    )


PLAIN = ("theme", "account", "send_name", "wishing", "quiz", "own_name", "closing")


@pytest.mark.parametrize("name", PLAIN)
def test_a_placeholder_where_none_is_filled_is_refused(name: str) -> None:
    line = next(line for line in SHIPPED.splitlines() if line.startswith(f"{name} = "))
    (found,) = problems(changed((line, f'{name} = "{{a}}"')))
    assert f".{name}：这里不能用占位符" in found


def test_a_contest_file_of_the_version_before_is_told_where_its_words_go() -> None:
    """It had no keywords: they were in the code. Everything else in it is still understood."""
    before, _, rest = SHIPPED.partition("[[replies.words]]")
    after = rest[rest.index("[page]") :]
    (found,) = problems(before[: before.rindex("# 关键词")] + after)
    assert "replies.words：缺少这一项：" in found
    assert "docs/upgrades.md" in found


def test_a_new_word_is_one_entry() -> None:
    entry = '\n[[replies.words]]\nwords = ["停车", "Ｐ"]\ntext = "{account}：停车免费至{closes_at}。"\n'
    replies = load_contest(SHIPPED + entry).replies
    assert replies.by_word["停车"] is replies.by_word["p"] is replies.words[-1]


def test_a_word_of_two_entries_is_refused() -> None:
    entry = '\n[[replies.words]]\nwords = ["“规则”？"]\ntext = "x"\n'
    (found,) = problems(SHIPPED + entry)
    assert "replies.words：重复：““规则”？”（即“规则”）" in found


def test_a_text_that_could_be_too_long_for_a_reply_is_refused() -> None:
    line = next(line for line in SHIPPED.splitlines() if line.startswith("help = "))
    assert load_contest(changed((line, f'help = "{"x" * REPLY_BYTES}"')))
    (found,) = problems(changed((line, f'help = "{"x" * REPLY_BYTES}y"')))
    assert "replies.help：填入最长的内容后有 2048 字节，不能超过 2047 字节" in found


def test_a_list_of_the_page_can_make_a_reply_too_long() -> None:
    """The fault names each reply that contains the list."""
    rule = '  "以程序等不正当方式参与的，主办方可暂停其领取资格。",'
    found = problems(changed((rule, "\n".join([rule] * 30))))
    assert ["replies.rules" in said and "2047" in said for said in found] == [True]


@pytest.mark.parametrize("name", sorted(LONGEST))
def test_every_value_that_a_moment_decides_counts_with_its_longest(name: str) -> None:
    says = {field: limit for field, (shape, *_) in shapes(Replies).items() for limit in shape.limits}
    reply = next(field for field, limit in says.items() if name in getattr(limit, "more", ()))
    line = next(line for line in SHIPPED.splitlines() if line.startswith(f"{reply} = "))
    room = REPLY_BYTES - len(LONGEST[name].encode())
    assert load_contest(changed((line, f'{reply} = "{"x" * room}{{{name}}}"')))
    (found,) = problems(changed((line, f'{reply} = "{"x" * room}y{{{name}}}"')))
    assert f"replies.{reply}：填入最长的内容后有 2048 字节" in found


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_and_any_line_ends_are_fine(tmp_path: Path, mark: str, ends: str) -> None:
    saved = tmp_path / "contest.toml"
    saved.write_bytes((mark + SHIPPED.replace("\n", ends)).encode())
    assert load_contest_file(saved) == load_contest(SHIPPED)


def test_the_lines_are_right_with_windows_line_ends(tmp_path: Path) -> None:
    saved = tmp_path / "contest.toml"
    saved.write_bytes(("\ufeff" + WRONG.replace("\n", "\r\n")).encode())
    with pytest.raises(ConfigError) as caught:
        load_contest_file(saved)
    assert list(caught.value.problems) == problems(WRONG)


def test_quiet_hours_are_read_in_minutes() -> None:
    rules = load_contest(
        changed(('quiet_from = "" ', 'quiet_from = "23:59" '), ('quiet_to = "" ', 'quiet_to = "08:30" '))
    )
    assert (rules.payouts.quiet_from, rules.payouts.quiet_to) == (time(23, 59), time(8, 30))


@pytest.mark.parametrize("name", ["welcome_announced", "quiz_announced"])
def test_every_placeholder_of_the_shipped_replies_is_filled(name: str) -> None:
    contest = load_contest(SHIPPED)
    moment = Moment(contest, contest.window.announced_at, "https://link.example")
    said = fill(getattr(contest.replies, name), moment, chances="1")
    assert not set("{}") & set(said)


@pytest.mark.parametrize("budget", [8_000_000, 160_000_000])
def test_the_extreme_budgets_fit(budget: int) -> None:
    assert load_contest(changed(("budget_fen = 20_000_000", f"budget_fen = {budget}"))).prizes.budget_fen == budget


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[contest", "第1行"),
        ("\na = \n", "第2行"),
        ('id = "a"\nid = "b"', "第2行"),
        ("\n\na = “b”", "第3行"),
        ("a = " + "9" * 5000, "第1行"),
        ("a = " + "[" * 50_000, "第1行"),
    ],
)
def test_what_is_not_toml_is_refused(text: str, line: str) -> None:
    (found,) = problems(text)
    assert found.startswith(line)
    assert "不符合 TOML 的写法" in found


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'theme = "\xe9"')
    for path in (tmp_path / "none.toml", tmp_path, latin):
        with pytest.raises(ConfigError, match=path.name):
            load_contest_file(path)


def test_contest_file_names_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert contest_path() == PACKAGED
    monkeypatch.setenv("CONTEST_FILE", "")
    assert contest_path() == PACKAGED
    other = tmp_path / "next.toml"
    other.write_text(changed(('id = "hongze-2020"', 'id = "next-2021"')), encoding="utf-8")
    monkeypatch.setenv("CONTEST_FILE", str(other))
    assert load_contest_file(contest_path()).id == "next-2021"


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], "subprocess.CompletedProcess[str]"]:
    def run(text: str) -> "subprocess.CompletedProcess[str]":
        file = tmp_path / "contest.toml"
        file.write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-c", "import app"],
            cwd=ROOT,
            env={**os.environ, "CONTEST_FILE": str(file)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def test_the_process_refuses_to_start_on_a_wrong_file(
    start: Callable[[str], "subprocess.CompletedProcess[str]"],
) -> None:
    done = start(WRONG)
    assert done.returncode != 0
    assert all(named in done.stderr for named in NAMED)


def test_the_process_starts_on_a_right_one(start: Callable[[str], "subprocess.CompletedProcess[str]"]) -> None:
    done = start(SHIPPED)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ('["MP_verify_AbC123.txt", "MP_verify_x.txt"]', ""),
        ("[]", ""),
        ('["MP_verify_.txt"]', "须是公众平台给出的文件名"),
        ('["MP_verify_a/b.txt"]', "须是公众平台给出的文件名"),
        ('["MP_verify_{x}.txt"]', "须是公众平台给出的文件名"),
        ('["index.html"]', "须是公众平台给出的文件名"),
        ('["MP_verify_a.txt", "MP_verify_a.txt"]', "重复：“MP_verify_a.txt”"),
        ('"MP_verify_a.txt"', "须是列表"),
    ],
)
def test_verification_files(files: str, fault: str) -> None:
    text = f"[account]\nverify_files = {files}\n{PACKAGED.read_text(encoding='utf-8')}"
    if not fault:
        assert load_contest(text).account.verify_files == tuple(json.loads(files))
        return
    with pytest.raises(ConfigError) as caught:
        load_contest(text)
    (problem,) = caught.value.problems
    assert problem.startswith("第2行 account.verify_files")
    assert fault in problem


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://credit.example/wechat", ""),
        ("https://credit.example:8443/index.php?s=/wechat", ""),
        ("", ""),
        ("http://credit.example/wechat", "须以 https:// 开头"),
        ("https://", "须以 https:// 开头"),
        ("https:///wechat", "须是完整的网址"),
        ("https://user:word@credit.example/", "须是完整的网址"),
        ("https://credit.example/#wechat", "须是完整的网址"),
        ("https://信用.example/", "须是完整的网址"),
        ("https://credit.example:x/", "须是完整的网址"),
        ("https://credit.example:0/", "须是完整的网址"),
        ("https://[credit/", "须是完整的网址"),
        (f"https://credit.example/{'x' * 400}", "不超过 400 个字符"),
    ],
)
def test_the_own_server(address: str, fault: str) -> None:
    text = f'[account]\nown_server = "{address}"\n{PACKAGED.read_text(encoding="utf-8")}'
    if not fault:
        assert load_contest(text).account.own_server == address
        return
    with pytest.raises(ConfigError) as caught:
        load_contest(text)
    (problem,) = caught.value.problems
    assert problem.startswith("第2行 account.own_server")
    assert fault in problem


def test_until_when_a_word_is_the_contest_s() -> None:
    packaged = PACKAGED.read_text(encoding="utf-8")
    account = load_contest(f"[account]\nwords_until = 2020-07-20T00:00:00+08:00\n{packaged}").account
    assert account.words_until == datetime.fromisoformat("2020-07-20T00:00:00+08:00")
    with pytest.raises(ConfigError, match=r"第2行 account.words_until：须带时区"):
        load_contest(f"[account]\nwords_until = 2020-07-20T00:00:00\n{packaged}")


def test_the_account_s_section_may_be_absent() -> None:
    account = load_contest_file(PACKAGED).account
    assert (account.verify_files, account.own_server, account.words_until) == ((), "", None)


@pytest.mark.parametrize(("key", "item"), [("own", '{{ name = "{0}", key = "k" }}'), ("left_out", '"{0}"')])
def test_the_account_has_at_most_fifteen_buttons(key: str, item: str) -> None:
    text = PACKAGED.read_text(encoding="utf-8").replace("own = [", "other = [")
    items = ", ".join(item.format(number) for number in range(16))
    with pytest.raises(ConfigError, match=rf"menu\.{key}：至多 15 项"):
        load_contest(text.replace("[menu]", f"[menu]\n{key} = [{items}]"))


def test_a_button_is_left_out_once() -> None:
    text = PACKAGED.read_text(encoding="utf-8").replace("[menu]", '[menu]\nleft_out = ["年报", "年报"]')
    with pytest.raises(ConfigError, match=r"menu\.left_out：重复：“年报”"):
        load_contest(text)
