"""The plan from laying to its proof, and the books."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.store.models import ParticipantRow
from chalicelib.adapters.store.row_values import ME, who_key
from chalicelib.domain.prizes import commitment
from infra.operator.command import main
from tests.http.aws_faults import unreachable, watched_aws
from tests.operator.conftest import Office


def test_a_plan_is_laid_activated_and_then_stays(office: Office) -> None:
    office.before_opening()
    assert "先执行 plan lay" in office.failed("plan", "activate")
    assert "先执行 plan lay" in office.failed("plan", "discard")
    first = office("plan", "lay", "--yes")
    assert "3 个红包，共 9.00 元" in first.out
    assert "3/3" not in first.out + first.err, "progress is for a terminal"
    assert office.done("plan", "lay") == first.out, "again, the same one"
    said = office.done("plan", "activate")
    assert said == office.done("plan", "activate")
    assert office.services.ports.control.read_switches().commitment in said
    for step in ("lay", "discard"):
        assert "不能再改" in office.failed("plan", step)


def test_a_plan_not_yet_active_can_be_dropped(office: Office) -> None:
    first = office.done("plan", "lay")
    office.done("plan", "discard")
    assert "红包方案  无" in office.done("status")
    second = office.done("plan", "lay")
    assert first != second
    office.done("plan", "activate")


def test_a_plan_half_laid_is_not_activated(office: Office) -> None:
    with watched_aws() as aws:
        aws.faults["dynamodb"], aws.spared = unreachable, 6
        office.failed("plan", "lay")
    told = office.failed("plan", "activate")
    assert "再执行一次 plan lay" in told
    assert "（缺 3 个：0、1、2）" in told
    office.done("plan", "lay")
    office.done("plan", "activate")


def test_status_says_that_the_configured_prizes_are_not_the_plan_s(laid: Office) -> None:
    assert "奖金与启用的方案不同" not in laid.done("status")
    contest = laid.services.contest
    laid.deploy(replace(contest, prizes=replace(contest.prizes, packets=4, budget_fen=1200)))
    assert "发放暂缓：contest.toml 的奖金与启用的方案不同（prizes_differ）" in laid.done("status")


def test_the_plan_is_revealed_only_after_closing(laid: Office) -> None:
    for moment in (laid.before_opening, lambda: None):
        moment()
        told = laid("plan", "reveal")
        assert told.status == 1
        assert "结束后才能公开" in told.err
        assert told.out == ""
    laid.after_closing()
    told = laid("plan", "reveal")
    assert (told.status, told.out) == (1, ""), "this machine's clock alone does not say that the contest is over"
    assert "没有闭幕记录" in told.err
    laid.done("run", "close_contest")
    revealed = json.loads(laid.done("plan", "reveal"))
    assert sum(revealed["amounts"]) == 900
    assert revealed["commitment"] == laid.services.ports.control.read_switches().commitment
    assert commitment(revealed["plan_id"], revealed["amounts"], revealed["salt"]) == revealed["commitment"]


# Anyone can verify it


@pytest.fixture
def revealed(tmp_path: Path) -> dict[str, Any]:
    amounts = [100, 250, 550]
    return {
        "plan_id": "P1",
        "salt": "S1",
        "amounts": amounts,
        "commitment": commitment("P1", amounts, "S1"),
    }


def verify(tmp_path: Path, revealed: Any, published: str, *more: str) -> int:
    file = tmp_path / "plan.json"
    file.write_text(revealed if isinstance(revealed, str) else json.dumps(revealed), encoding="utf-8")
    return main(["verify-plan", str(file), "--commitment", published, *more])


def test_a_good_plan_is_confirmed(revealed: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(tmp_path, revealed, revealed["commitment"], "--budget-fen", "900") == 0
    assert "相符：3 个红包，共 9.00 元" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [{"amounts": [100, 251, 549]}, {"amounts": [250, 100, 550]}, {"salt": "S2"}, {"plan_id": "P2"}],
    ids=str,
)
def test_a_tampered_plan_is_found_out(
    revealed: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    assert verify(tmp_path, revealed | change, revealed["commitment"]) == 1
    assert "承诺值不符" in capsys.readouterr().out


def test_the_commitment_inside_the_file_proves_nothing(revealed: dict[str, Any], tmp_path: Path) -> None:
    forged = revealed | {"amounts": [100, 250, 551], "commitment": commitment("P1", [100, 250, 551], "S1")}
    assert verify(tmp_path, forged, revealed["commitment"]) == 1


def test_another_budget_is_found_out(
    revealed: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path, revealed, revealed["commitment"], "--budget-fen", "901") == 1
    assert "总额不符" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "5", '{"plan_id": "P1"}', '{"plan_id": "P1", "salt": "S", "amounts": 5}',
     '{"plan_id": "P1", "salt": "S", "amounts": ["100"]}', '{"plan_id": "P1", "salt": "S", "amounts": [1.5]}',
     '{"plan_id": "P1", "salt": "S", "amounts": [true]}', '{"plan_id": "P1", "salt": "S", "amounts": [-1]}'],
)  # fmt: skip
def test_an_unreadable_plan_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    assert verify(tmp_path, content, "0" * 64) == 1
    assert "读不出公开的方案" in capsys.readouterr().err


def test_a_missing_file_is_told(office: Office, tmp_path: Path) -> None:
    told = office("verify-plan", str(tmp_path / "none"), "--commitment", "x")
    assert (told.status, told.out) == (1, "")
    assert "读不出" in told.err


def test_what_is_revealed_verifies(laid: Office, tmp_path: Path) -> None:
    published = laid.services.ports.control.read_switches().commitment
    laid.after_closing()
    laid.done("run", "close_contest")
    (tmp_path / "plan.json").write_text(laid.done("plan", "reveal"), encoding="utf-8")
    told = laid("verify-plan", str(tmp_path / "plan.json"), "--commitment", published, "--budget-fen", "900")
    assert (told.status, told.err) == (0, "")


# The books


def test_the_books_balance(laid: Office) -> None:
    laid.paid("alice")
    said = laid.done("audit")
    assert "账目相符" in said
    assert "预算" in said


def test_books_that_do_not_balance_end_with_1(laid: Office) -> None:
    laid.claimed("alice")
    ParticipantRow(who_key("hongze-2020", "alice"), ME).update([ParticipantRow.spent.set(0)])
    told = laid("audit")
    assert told.status == 1
    assert "违反不变量" in told.out
