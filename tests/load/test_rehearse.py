"""A rehearsed week in a small size, and that its checks can fail."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import aiohttp
import pytest
from flask import Flask

from chalicelib.config import load_contest_file
from chalicelib.domain.payout_reasons import Reason
from infra.local.local_contest import write_changed
from infra.page_waits import page_waits
from infra.rehearsal import operator_console
from infra.rehearsal.__main__ import main, packets_for
from infra.rehearsal.citizen import Citizen
from infra.rehearsal.kinds import KINDS, Cheated, kind_of, refused
from infra.rehearsal.phone import Place, Refused
from infra.rehearsal.played_contest import write_contest
from infra.rehearsal.troubles import TROUBLES, first_met, waiting_for, within, without_effect
from infra.rehearsal.week import by_day
from infra.simulator.served import served


def test_a_small_week_ends_with_clean_books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--people", "20", "--instances", "1", "--workers", "1"], tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    for expected in ("商户余额不足", "应答 500", "收款人暂不可付", "1 个单位报送", "账目相符"):
        assert expected in said
    for reason in ("balance", "doubtful", "openid"):
        assert f"笔（{reason}）" in said
    assert (tmp_path / "报告" / "数据表.xlsx").stat().st_size > 10_000
    assert "演练广场" in (tmp_path / "报告" / "报告草稿.html").read_text(encoding="utf-8")


def test_each_hundred_has_all_kinds() -> None:
    assert Counter(kind_of(number) for number in range(100)) == dict(KINDS)


@pytest.mark.parametrize(
    ("days", "sizes"), [(1, [100]), (3, [50, 29, 21]), (7, [28, 16, 12, 11, 11, 10, 12]), (20, None)]
)
def test_all_people_come_within_the_contest_however_long_it_is(days: int, sizes: list[int] | None) -> None:
    found = by_day(100, days)
    assert [number for day in found for number in day] == list(range(100))
    assert min(map(len, found)) > 0
    assert sizes in (None, [len(day) for day in found])


@pytest.mark.parametrize("code", ["", "try_again"])
def test_a_cheat_that_succeeds_is_found(code: str) -> None:
    async def call() -> None:
        if code:
            raise Refused(code)

    with pytest.raises(Cheated):
        asyncio.run(refused("no_chance_left", call()))


TAKEN = 0.82
"""Packets a person takes while there are any: 434 of 528 on the first day of two thousand."""
MET = {trouble.name: frozenset({f"HB{trouble.day}", f"HB{trouble.day}1"}) for trouble in TROUBLES}
PAID = frozenset().union(*MET.values())


def test_troubles_that_did_something_and_were_paid_are_no_finding() -> None:
    assert list(without_effect(TROUBLES, MET, PAID)) == []


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: str(one.day))
def test_a_trouble_that_did_nothing_is_found(trouble: Any) -> None:
    for met in ({**MET, trouble.name: frozenset[str]()}, {name: MET[name] for name in MET if name != trouble.name}):
        (found,) = without_effect(TROUBLES, met, PAID)
        assert f"第{trouble.day}天" in found
        assert "没有影响任何一笔发放" in found


def test_a_payout_that_is_not_paid_after_a_trouble_is_found() -> None:
    (found,) = without_effect(TROUBLES, MET, PAID - {"HB11"})
    assert found == "第1天的“微信支付付款后应答 500”之后，1 笔到最后也没有付出。"


@dataclass
class Operator:
    """Answers `payouts list` with these claims, and counts."""

    claims: list[dict[str, str]]
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def __call__(self, *command: str) -> "CompletedProcess[str]":
        self.asked.append(command)
        return CompletedProcess(command, 0, json.dumps({"claims": self.claims}), "")


def test_payouts_that_wait_for_another_reason_do_not_count() -> None:
    operator = Operator([{"bill": "HB1", "reason": "balance"}, {"bill": "HB2", "reason": "user_limit"}])
    assert asyncio.run(waiting_for(Reason.BALANCE, operator)) == {"HB1"}
    assert operator.asked == [("payouts", "list", "--json")]


@contextmanager
def scripts_left(*numbers: int) -> Iterator[str]:
    app, answers = Flask(__name__), iter(numbers)
    app.add_url_rule("/sim/pay/transfers/scripts", view_func=lambda: {"left": next(answers)})
    with served(app) as url:
        yield url


def test_the_operator_looks_once_wechat_pay_has_answered_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.rehearsal.troubles._LOOK_SECONDS", 0)
    operator = Operator([{"bill": "HB1", "reason": "openid"}])
    (refused_openid,) = (trouble for trouble in TROUBLES if trouble.reason is Reason.OPENID)

    async def look(url: str) -> object:
        async with aiohttp.TCPConnector() as connector:
            return await first_met(refused_openid, Place("", url, connector, page_waits()), operator)

    with scripts_left(3, 3, 2) as url:
        assert asyncio.run(look(url)) == {"HB1"}
    assert len(operator.asked) == 1


def test_the_operators_terminal_answers_each_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO('["paus"]\n["--help"]\n'))
    operator_console.main()
    wrong, right = map(json.loads, capsys.readouterr().out.splitlines())
    assert (wrong[0], "没有命令 paus" in wrong[2]) == (2, True)
    assert (right[0], "rehearse" in right[1]) == (0, True)


def test_an_answer_that_nobody_waits_for_is_not_the_next_command_s() -> None:
    async def ask() -> list[int]:
        commands, answers = Mock(asyncio.StreamWriter), asyncio.StreamReader()
        operate = operator_console.operate_by(commands, answers)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(operate("status"), 0.01)
        answers.feed_data(b'[1, "", ""]\n[2, "", ""]\n')
        return [(await operate("audit")).returncode, commands.write.call_count]

    assert asyncio.run(ask()) == [2, 2]


def test_a_contest_of_other_rules_is_played_by_them(tmp_path: Path) -> None:
    """Of four questions, of which all must be right; paid by transfer, and a minute after the first follow."""
    until = datetime.fromisoformat("2020-08-15T00:00:00+08:00")
    facts = {"activity": "竞赛", "reward": "红包", "claimable_until": until}
    other = write_changed(
        tmp_path / "other.toml",
        quiz={"draw_size": 4, "pass_mark": 4},
        fairness={"follow_minutes": 1},
        payouts={"product": "transfer", "per_second": 60},
        transfer=facts,
    )
    played = load_contest_file(write_contest(tmp_path / "played.toml", 8, source=other))
    assert (played.payouts.product, played.fairness.follow_minutes, played.prizes.packets) == ("red_packet", 0, 8)
    citizen = SimpleNamespace(me={"contest": {"draw_size": played.quiz.draw_size, "pass_mark": played.quiz.pass_mark}})
    assert cast(Any, Citizen.too_many).fget(citizen) == 1


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5, 6, 7, 8, 14, 30])
@pytest.mark.parametrize("people", [20, 2000])
def test_a_contest_of_any_length_has_packets_left_for_the_troubles_of_its_days(days: int, people: int) -> None:
    troubles = within(days)
    assert [trouble.day for trouble in troubles] == [1, 2, 3][:days]
    earlier = by_day(people, days)[: troubles[-1].day - 1]
    most = sum(TAKEN * len(crowd) for crowd in earlier)
    assert packets_for(people, days) > most
