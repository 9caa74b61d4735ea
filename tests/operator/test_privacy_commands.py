"""`./contest person …` and `purge`: files of one's own, asked twice, and nothing personal in what is said."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from chalicelib.domain.claim import PayoutStatus
from chalicelib.ports import OfficeRecord
from tests.http.stage import PACE, draw, submit
from tests.operator.conftest import Office

WINNER = "o_winner_1234567890"


@pytest.fixture
def winner(laid: Office) -> str:
    """Was paid."""
    paid = laid.paid(WINNER)
    laid.change(paid, status=PayoutStatus.RECEIVED, due_at=None)
    return WINNER


def later(office: Office) -> None:
    office.stage.now = datetime.fromisoformat("2021-01-15T00:00:00+08:00")


def test_a_person_s_rows_are_written_to_a_new_file(laid: Office, winner: str, tmp_path: Path) -> None:
    """One of the attempts has a withdrawn question."""
    file, browser = tmp_path / "person.json", laid.stage.visitor(winner)
    drawn = draw(browser)
    gone = drawn["questions"][0]["id"]
    laid.services.withdrawals.withdraw(gone, "li", "why")
    laid.stage.wait(seconds=PACE)
    assert submit(browser, drawn, {}).status == 200
    assert "没有改动" in laid("person", "export", winner, str(file), "--dry-run").err
    assert not file.exists()
    said = laid("person", "export", winner, str(file), "--reason", "本人要求")
    assert said.status == 0
    assert winner not in said.out + said.err
    found = json.loads(file.read_text(encoding="utf-8"))
    kinds = sorted(one["row"].get("what", "follower").partition("#")[0] for one in found)
    assert kinds == ["attempt", "attempt", "claim", "follower", "me"]
    assert [one["row"]["withdrawn"] for one in found if "withdrawn" in one["row"]] == [[gone]]
    assert {one["table"] for one in found} == {"followers", "participants"}
    claim = next(one["row"] for one in found if one["row"].get("what", "").startswith("claim#"))
    assert (claim["status"], json.loads(claim["send_order"])["openid"]) == ("received", winner)
    assert file.stat().st_mode & 0o077 == 0
    assert "已经存在" in laid.failed("person", "export", winner, str(file))
    assert "没有这位参与者" in laid.failed("person", "export", "nobody", str(tmp_path / "no.json"))
    assert not (tmp_path / "no.json").exists()


def test_a_person_is_erased_once_their_money_has_come(laid: Office) -> None:
    paid = laid.paid(WINNER)
    assert laid("person", "erase", WINNER, "--yes").status == 2, "a reason is asked for"
    assert "没有最终结果" in laid.failed("person", "erase", WINNER, "--reason", "本人要求")
    laid.change(paid, status=PayoutStatus.RECEIVED, due_at=None)
    assert laid("person", "erase", WINNER, "--reason", "本人要求").status == 3
    assert "没有改动" in laid("person", "erase", WINNER, "--reason", "本人要求", "--dry-run").err
    assert "已删除" in laid.done("person", "erase", WINNER, "--reason", "本人要求")
    assert "没有可删除的" in laid.done("person", "erase", WINNER, "--reason", "本人要求")
    assert "账目相符" in laid.done("audit")


def test_everything_is_purged_after_its_date_and_a_copy_written_first(
    laid: Office, winner: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    laid.stage.now = datetime.fromisoformat("2021-01-14T23:59:59+08:00")
    assert "还没有到" in laid.failed("purge", str(file))
    later(laid)
    units = laid.done("units")
    asked = laid("purge", str(file))
    assert (asked.status, "保存期限 2021-01-15 00:00" in asked.err) == (3, True)
    assert laid("purge", str(file), "--dry-run").status == 0
    assert not file.exists()
    said = laid("purge", str(file), "--yes")
    assert said.status == 0, said
    assert winner not in said.out + said.err
    assert winner in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    for line in file.read_text(encoding="utf-8").splitlines():
        assert json.loads(line).keys() == {"table", "row"}
    assert "账目相符" in laid.done("audit")
    assert laid.done("units") == units
    assert laid("purge", str(tmp_path / "again.jsonl")).status == 3
    laid.services.ports.office.write_record(OfficeRecord("story#区法院", {}, 0), {"text": "张三讲诚信"})
    for left in (1, 0):
        said_again = laid.done("purge", str(tmp_path / "again.jsonl"), "--yes")
        assert f"已经清除；工作台后来写入的清除了 {left} 条" in said_again
    assert [one for one in laid.done("log").splitlines() if "张三" in one] == []
    assert "没有这位参与者" in laid.failed("person", "export", winner, str(tmp_path / "no.json"))
    (claim,) = laid.services.ports.ledger.all_claims()
    for command in ("hold", "move"):
        unit = ("--none",) if command == "move" else ()
        number = str(claim.packet.number)
        assert "个人信息已经清除" in laid.failed(command, number, *unit, "--reason", "x"), command
    assert "账目相符" in laid.done("audit")
    assert "个人信息已经清除" in laid.failed("payouts", "settle", claim.claim_id, "--as", "failed", "--note", "x")


def test_it_asks_a_second_time_when_the_copy_is_written(
    laid: Office, winner: str, tmp_path: Path, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, answers = tmp_path / "all.jsonl", iter(["y", "n"])
    later(laid)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    assert laid("purge", str(file)).status == 3
    assert winner in file.read_text(encoding="utf-8")
    assert laid.of(winner).openid == winner, "nothing is purged"
