"""The contest file: what is shipped, and that a wrong one names every wrong field at once and starts nothing."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, ConfigError, contest_path, load_contest, load_contest_file
from chalicelib.domain.contest import PayoutRules, Phase, ReferralPolicy, ReportingUnit, UnknownText
from chalicelib.domain.conversation import Moment, fill

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
    return sorted(caught.value.problems)


def test_the_shipped_contest() -> None:
    contest = load_contest(SHIPPED)
    assert (contest.id, contest.account, contest.theme) == ("hongze-2020", "苏信服", "与信用同行 筑梦新时代")
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
    assert contest.payouts == PayoutRules(quiet_from=None, quiet_to=None, per_second=25, put_back=False)
    assert contest.menu.quiz == "开始答题"
    assert len(contest.menu.own) == 2
    assert contest.replies.new_chance
    assert contest.replies.unknown_text is UnknownText.SILENT
    assert contest.packet.scene_id == ""


def test_the_shipped_units() -> None:
    contest = load_contest(SHIPPED)
    assert len(contest.units) == len(set(contest.unit_names)) == 57
    assert contest.units[0] == ReportingUnit("区信用办", "organiser", 1, 1)
    assert ReportingUnit("区民政局", "department", None, 0) in contest.units
    assert sum(unit.events_required for unit in contest.units) == 13


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
contest.account: missing
contest.colour: unknown field
contest.id: must match [a-z0-9][a-z0-9-]{1,31}
contest.theme: must have 1 to 60 characters
menu.closing: must match
menu.own: more than five entries
menu.own[1].url: an entry has either a url or a key
menu.own[2].url: an entry has either a url or a key
menu.own[3].url: must match
menu.own[6].more: unknown field
menu.quiz: longer than 16 bytes
packet.client_ip: must match
packet.scene_id: must match |PRODUCT_[1-8]
packet.send_name: longer than 32 bytes
page.how: must be a list of texts
page.organisers[1].name: missing
page.rules: must be list
payouts.per_second: must be from 1 to 30
payouts.put_back: must be bool
payouts.quiet_from: must match
payouts.quiet_to: must match
prizes.few_percent: must be from 0 to 100
prizes.max_fen: must be from 100 to 20000
prizes.min_fen: must be from 100 to 20000
prizes.packets: must be from 1 to 10000000
quiz.attempt_minutes: must be int
quiz.bank: must be str
quiz.draw_size: must be from 1 to 50
quiz.min_seconds: missing
quiz.pass_mark: must be int
referral.image_url: must match
referral.policy: must be one of extra_chance, off
referral.title: must have 1 to 60 characters
replies.mine: unknown placeholder {amount}
replies.new_chance: missing
replies.quiz_announced: placeholders take no format
replies.quiz_open: placeholders take no format
replies.quiz_paused: must have 1 to 600 characters
replies.rules: unknown placeholder {chances}
replies.unit: unknown placeholder {total}
replies.unknown_text: must be one of silent, help, customer_service
replies.welcome_announced: unknown placeholder {openid}
replies.welcome_closed: unknown placeholder {}
replies.welcome_open: unbalanced braces
reporting.units: A stands there twice
reporting.units[2].duty_row: must be from 1 to 999
reporting.units[3].boss: unknown field
reporting.units[3].events_required: must be int
reporting.units[4]: must be a table
surplus: unknown section
window.announced_at: needs an offset, such as +08:00
window.closes_at: must be datetime
window.opens_at: must be datetime
""".strip().splitlines()


def test_every_wrong_field_is_named_at_once() -> None:
    found = problems(WRONG)
    assert len(found) == len(NAMED), found
    assert all(said.startswith(expected) for said, expected in zip(found, NAMED, strict=True)), found


def test_missing_sections_are_named_and_nothing_inside_them() -> None:
    names = "contest menu packet page payouts prizes quiz referral replies reporting window".split()
    assert problems("") == [f"{name}: missing section" for name in names]
    assert "quiz: must be a table" in problems("quiz = 1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("pass_mark = 5", "pass_mark = 11")], "quiz.pass_mark: greater than draw_size"),
        ([("opens_at = 2020-07-08", "opens_at = 2020-07-15")], "window: must run"),
        ([("opens_at = 2020-07-08", "opens_at = 2020-06-30")], "window: must run"),
        ([("opens_at = 2020-07-08T00:00:00+", "opens_at = 2020-07-08T00:00:30+")], "window: opens_at and closes_at"),
        ([("closes_at = 2020-07-15T00:00:00+", "closes_at = 2020-07-15T00:00:00.5+")], "window: opens_at and"),
        ([('quiet_from = "" ', 'quiet_from = "00:00" ')], "payouts.quiet_to: quiet hours need both"),
        ([('quiet_to = "" ', 'quiet_to = "08:00" ')], "payouts.quiet_to: quiet hours need both"),
        ([("budget_fen = 20_000_000", "budget_fen = 7_999_999")], "prizes.budget_fen: does not fit"),
        ([("budget_fen = 20_000_000", "budget_fen = 160_000_001")], "prizes.budget_fen: does not fit"),
        ([("min_fen = 100\nmax_fen = 2_000\nfew", "min_fen = 101\nmax_fen = 100\nfew")], "prizes.min_fen: greater"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(changes: list[tuple[str, str]], expected: str) -> None:
    (found,) = problems(changed(*changes))
    assert found.startswith(expected)


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
    assert [problem.split(":")[0] for problem in found] == [
        "prizes.budget_fen",
        "prizes.few_percent",
        "quiz.min_seconds",
        "quiz.pass_mark",
        "window",
    ]


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


@pytest.mark.parametrize("text", ["[contest", "a = ", 'id = "a"\nid = "b"'])
def test_what_is_not_toml_is_refused(text: str) -> None:
    (found,) = problems(text)
    assert found.startswith("not TOML: ")


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
