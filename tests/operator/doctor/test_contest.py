"""The contest's own state in each phase."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.store.dynamo_pool import packet_key
from chalicelib.adapters.store.models import PacketRow
from chalicelib.config import PACKAGED
from chalicelib.domain.bank import Bank
from chalicelib.domain.claim import FOR_A_PERSON, PayoutStatus
from chalicelib.domain.payout_reasons import Reason
from chalicelib.ports import LogEntry
from infra.operator.doctor import contest_checks
from infra.operator.doctor.check_runner import Check
from tests.http.stage import BANK, OPENING, claim, pass_attempt
from tests.operator.doctor.conftest import Clinic, is_well
from tests.support.examples import act

PLAN, POOL = Check("红包方案", contest_checks.plan), Check("奖池", contest_checks.pool)
BASELINE, SWITCHES = Check("已有关注者", contest_checks.baseline), Check("开关", contest_checks.switches)
PARKED = Check("搁置的红包", contest_checks.parked)
RECORDS, QUESTIONS = (
    Check("记录", contest_checks.records),
    Check("题库", contest_checks.bank),
)


# The bank

FILE = PACKAGED.with_name("questions.csv").read_text(encoding="utf-8")


def test_the_bank_is_counted(clinic: Clinic) -> None:
    assert clinic.text(QUESTIONS) == "✓ 题库：12 题，编号不重复，每次抽 10 题"
    clinic.services.withdrawals.withdraw("t01", "li", "why")
    assert clinic.text(QUESTIONS) == "✓ 题库：12 题，编号不重复，每次抽 10 题，已撤回 t01"
    clinic.services.withdrawals.restore("t01", "li", "why")
    clinic.stage.ports.bank = Bank(BANK.questions[:10])
    assert clinic.text(QUESTIONS).startswith("✓ 题库：10 题")


def test_a_smaller_bank_is_deployed_after_a_withdrawal(clinic: Clinic) -> None:
    clinic.services.withdrawals.withdraw("t01", "li", "why")
    clinic.stage.ports.bank = Bank(BANK.questions[:10])
    del clinic.services.withdrawals
    said = clinic.text(QUESTIONS)
    assert said.startswith("✗ 题库：撤回 1 题后，能同时抽到的只剩 9 题，每次要抽 10 题。补足题目重新部署")


def packaged(text: str | None) -> Callable[[Clinic, Path, pytest.MonkeyPatch], None]:
    """Sets the text of the bank beside the contest file; None removes the file."""

    def spoil(clinic: Clinic, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if text is not None:
            (folder / "questions.csv").write_text(text, encoding="utf-8")
        monkeypatch.setenv("CONTEST_FILE", str(folder / "contest.toml"))
        del clinic.stage.ports.bank

    return spoil


def test_a_bank_saved_by_windows_is_read(clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "questions.csv").write_bytes(("\ufeff" + FILE.replace("\n", "\r\n")).encode())
    monkeypatch.setenv("CONTEST_FILE", str(tmp_path / "contest.toml"))
    del clinic.stage.ports.bank
    assert clinic.text(QUESTIONS) == "✓ 题库：392 题，编号不重复，每次抽 10 题"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (packaged("id,stem\n"), "questions.csv 第1行：表头应为"),
        (packaged("id,stem\n"), "questions.csv 第1行：表头之后没有题目"),
        (packaged(None), "questions.csv 读不到文件"),
        (packaged("\n".join(FILE.splitlines()[:10])), "questions.csv 只有 9 题，每次要抽 10 题"),
    ],
)
def test_a_bank_with_a_fault(
    clinic: Clinic,
    spoil: Callable[[Clinic, Path, pytest.MonkeyPatch], None],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoil(clinic, tmp_path, monkeypatch)
    assert f"✗ 题库：{words}" in clinic.text(QUESTIONS)


# The plan and the pool


def test_an_active_plan_whose_packets_are_all_there(clinic: Clinic) -> None:
    clinic.laid()
    found = [*clinic.tells(PLAN), *clinic.tells(POOL)]
    assert is_well(found), found
    assert found[-1].text == "剩余 3 个，已领 0 个，共 3 个"


def test_what_was_claimed_counts(clinic: Clinic) -> None:
    clinic.laid()
    browser = clinic.stage.person("alice")
    assert claim(browser, pass_attempt(clinic.stage, browser)).status == 201
    assert clinic.text(POOL) == "✓ 奖池：剩余 2 个，已领 1 个，共 3 个"


def test_a_smoke_payment_is_none_of_the_plan(clinic: Clinic) -> None:
    clinic.laid()
    clinic.stage.person("alice")
    clinic.services.smoke_payments.start_smoke_payment("alice", None, "王", False)
    assert clinic.text(POOL) == "✓ 奖池：剩余 3 个，已领 0 个，共 3 个"


@pytest.mark.parametrize(("hours", "mark"), [(25, "!"), (23, "✗"), (-1, "✗")])
def test_without_a_plan_the_nearer_the_worse(clinic: Clinic, hours: int, mark: str) -> None:
    clinic.before_opening(hours=hours)
    assert clinic.text(PLAN).startswith(f"{mark} 红包方案：还没有生成")
    assert clinic.text(POOL) == "– 奖池：还没有方案"
    clinic.services.plans.lay_plan(lambda done, of: None, "wang")
    assert clinic.text(PLAN).startswith(f"{mark} 红包方案：已生成，尚未启用")


def test_after_the_closing_it_does_not_matter_any_more(clinic: Clinic) -> None:
    clinic.after_closing()
    assert clinic.text(PLAN).startswith("! 红包方案")


def other_prizes(clinic: Clinic) -> None:
    found = clinic.services.contest
    clinic.target.contest = replace(found, prizes=replace(found.prizes, budget_fen=1000))


def other_commitment(clinic: Clinic) -> None:
    plan = clinic.services.ports.plans.current_plan()
    assert plan
    clinic.client("dynamodb").update_item(
        TableName="contest-prod-control",
        Key={"contest_id": {"S": "hongze-2020"}, "name": {"S": "switches"}},
        UpdateExpression="SET commitment = :c",
        ExpressionAttributeValues={":c": {"S": "0" * 64}},
    )


def lost_packet(clinic: Clinic) -> None:
    plan = clinic.services.ports.plans.current_plan()
    assert plan
    packet = next(iter(clinic.services.ports.pool.search_free(plan.plan_id)))
    PacketRow(*packet_key("hongze-2020", packet, plan.shards)).delete()


@pytest.mark.parametrize(
    ("spoil", "check", "words"),
    [
        (other_prizes, PLAN, "启用的是 3 个、9.00 元，竞赛配置是 3 个、10.00 元"),
        (other_commitment, PLAN, "公布的承诺值与方案不符"),
        (lost_packet, POOL, "剩余 2 个加已领 0 个，与方案的 3 个不符。先 ./contest pause"),
    ],
)
def test_a_plan_with_a_fault(clinic: Clinic, spoil: Callable[[Clinic], None], check: Check, words: str) -> None:
    clinic.laid()
    spoil(clinic)
    assert f"✗ {check.subject}：{words}" in clinic.text(check)


def test_a_plan_that_is_not_laid_to_the_end(clinic: Clinic) -> None:
    clinic.services.plans.lay_plan(lambda done, of: None, "wang")
    lost_packet(clinic)
    assert "再执行一次 plan lay" in clinic.text(POOL)


# Followers, switches, records


def test_the_baseline(clinic: Clinic) -> None:
    clinic.before_opening(hours=48)
    assert clinic.text(BASELINE) == "✓ 已有关注者：公众号还没有关注者，无需导入"
    clinic.wechat.add_followers(3)
    assert clinic.text(BASELINE).startswith("! 已有关注者：还没有导入")
    clinic.before_opening(hours=2)
    assert clinic.text(BASELINE).startswith("✗ 已有关注者：还没有导入")
    clinic.services.follower_import.import_followers(lambda done: None, "wang")
    assert clinic.text(BASELINE) == "✓ 已有关注者：已全部导入"
    clinic.wechat.add_followers(2)
    assert clinic.text(BASELINE).startswith("! 已有关注者：导入之后还有 2 位，或没有导完。再运行一次")
    clinic.stage.now = OPENING
    assert clinic.text(BASELINE) == "✓ 已有关注者：开始之前已导入"


def test_an_open_contest_without_a_baseline(clinic: Clinic) -> None:
    assert clinic.text(BASELINE).startswith("! 已有关注者：开始之前没有导入")


def test_the_switches(clinic: Clinic) -> None:
    assert clinic.text(SWITCHES) == "✓ 开关：没有暂停，发放正常"
    control, now = clinic.services.ports.control, clinic.stage.now
    control.set_paused(True, act())
    control.set_payouts_stopped(True, act())
    control.hold_payouts(now + timedelta(hours=1), "balance")
    text = clinic.text(SWITCHES)
    assert text.count("!") == 3
    for words in ("./contest resume", "./contest payouts start", "02:00:00.000+08:00（balance）"):
        assert words in text
    control.set_paused(False, act())
    control.set_payouts_stopped(False, act())
    control.release_payouts(LogEntry(now, "wang", "resume", "all"))
    assert is_well(clinic.tells(SWITCHES))


def test_a_hold_that_has_run_out(clinic: Clinic) -> None:
    clinic.services.ports.control.hold_payouts(clinic.stage.now - timedelta(seconds=1), "balance")
    assert is_well(clinic.tells(SWITCHES))


@pytest.mark.parametrize(("minutes", "mark"), [(-60, "✓"), (1, "!"), (4, "✗")])
def test_an_opening_that_nobody_recorded(clinic: Clinic, minutes: int, mark: str) -> None:
    clinic.stage.now = OPENING + timedelta(minutes=minutes)
    assert clinic.text(RECORDS).startswith(f"{mark} 开幕闭幕记录：")


def test_the_records(clinic: Clinic) -> None:
    clinic.services.ports.control.mark_opened(clinic.stage.now)
    assert clinic.text(RECORDS) == "✓ 开幕闭幕记录：开幕记录 2020-07-08T01:00:00.000+08:00"
    clinic.after_closing()
    assert clinic.text(RECORDS).startswith("✗ 开幕闭幕记录：没有闭幕记录")
    clinic.services.ports.control.mark_closed(clinic.stage.now)
    assert clinic.text(RECORDS).startswith("✓ 开幕闭幕记录：闭幕记录")
    clinic.before_opening(hours=1)
    assert clinic.text(RECORDS).startswith("! 开幕闭幕记录：已有开幕记录")


def test_parked_packets_are_shown_with_what_to_do(clinic: Clinic) -> None:
    assert clinic.text(PARKED) == "✓ 搁置的红包：没有；未了结 0 笔"
    clinic.stage.lay()
    browser = clinic.stage.person("alice")
    assert claim(browser, pass_attempt(clinic.stage, browser)).status == 201
    ports = clinic.services.ports
    (found,) = ports.participants.claims_of("alice")
    parked = replace(found, status=PayoutStatus.PARKED, reason=Reason.OPENID.value, due_at=FOR_A_PERSON)
    assert ports.payouts.replace_claim(found, parked)
    assert clinic.text(PARKED).startswith("! 搁置的红包：搁置 openid 1 笔：核对 WECHAT_APP_ID")
