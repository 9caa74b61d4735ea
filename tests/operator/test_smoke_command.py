"""`./contest pay-smoke` for operators: the real queue and worker pay, and the command explains the outcome."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.adapters.pay.red_packet_hints import HINTS
from chalicelib.domain.claim import Claim
from chalicelib.domain.payout_decisions import PICKUP, Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.smoke import MOST
from chalicelib.usecases import smoke_payments
from chalicelib.usecases.smoke_payments import PATIENCE
from infra.operator.smoke_command import FAILED, NO_OUTCOME, PROVED
from tests.http.aws_faults import refused, watched_aws
from tests.operator.conftest import Office
from tests.support.killed import Killed

OPENID = "oOperatorOperatorOperator001"


@pytest.fixture
def office(office: Office) -> Office:
    """An office before the opening, without a plan."""
    office.before_opening()
    for openid in (OPENID, "oAnother"):
        office.stage.follow(openid)
    return office


def payment(office: Office) -> Claim:
    return office.services.ports.payouts.smoke_payments()[-1]


def number(office: Office) -> str:
    return payment(office).order.mch_billno


def test_one_real_yuan_before_the_opening(office: Office) -> None:
    said = office.done("pay-smoke", OPENID, "--by", "王")
    (order,) = office.pay.sent
    assert (order.openid, order.amount_fen) == (OPENID, 100)
    assert f"{order.mch_billno}  1.00元  sent" in said
    assert PROVED in said
    assert f" (王)  pay-smoke  {order.mch_billno}  → 100" in office.done("log")


def test_it_is_asked_for_as_real_money_is(office: Office) -> None:
    assert office("pay-smoke", OPENID).status == 3
    assert office.pay.sent == []


def test_a_larger_amount(office: Office) -> None:
    most = office.services.contest.prizes.max_fen
    assert "5.00元  sent" in office.done("pay-smoke", OPENID, "--amount", f"{most / 100}")
    assert office.pay.sent[0].amount_fen == most
    for amount in (f"{most / 100 + 0.01:.2f}", "0.99", "0"):
        assert "金额要在1元和本场竞赛最大的红包之间" in office.failed(
            "pay-smoke", OPENID, "--again", "--amount", amount
        )
    for amount in ("x", "1.001", "-1", "NaN"):
        assert office("pay-smoke", OPENID, f"--amount={amount}").status == 2
    assert len(office.pay.sent) == 1


def test_an_operator_without_pay_secrets_proves_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command itself reads no secrets and does not call WeChat: the function does."""
    monkeypatch.setenv("SECRETS_PATH", "/contest/prod/")
    office.has_worker = False
    provider = office.pay
    del office.stage.ports.red_packets
    with watched_aws() as aws:
        aws.faults["ssm"] = refused("AccessDeniedException")
        assert NO_OUTCOME.format(PATIENCE) in office("pay-smoke", OPENID, "--yes").out
    office.stage.ports.red_packets = provider
    assert office.functions.invoked == []
    assert office.stage.work_off("pay", "payouts") == 1
    assert payment(office).status.value == "sent"


def test_only_a_send_of_this_run_is_a_proof(office: Office) -> None:
    office.done("pay-smoke", OPENID)
    begun = moment(payment(office).claimed_at)
    for reply in (Reply.SENT, Reply.RECEIVED):
        office.pay.status[number(office)] = reply
        office.services.payouts.pay_claim(payment(office).ref, ask=True)
        office.stage.wait(hours=20)
        told = office("pay-smoke", OPENID, "--yes")
        assert (told.status, f"这一笔开始于 {begun}，这次没有发送" in told.out) == (1, True), told
        assert "现在都可用" not in told.out
    assert len(office.pay.sent) == 1
    assert PROVED in office.done("pay-smoke", OPENID, "--again")
    assert len(office.pay.sent) == 2


def test_what_was_sent_and_never_heard_of_is_no_proof(office: Office) -> None:
    office.pay.will_lose_the_answer()
    assert HINTS[Reason.DOUBTFUL] in office("pay-smoke", OPENID, "--yes").out
    office.stage.wait(minutes=3)
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, "  sent  " in told.out, "这次没有发送" in told.out) == (1, True, True), told
    assert len(office.pay.sent) == 1


@pytest.mark.parametrize("code", [*REASON_OF, "SYSTEMERROR"])
def test_each_refusal_is_explained(office: Office, code: str) -> None:
    reason = REASON_OF.get(code, Reason.DOUBTFUL)
    office.pay.will_refuse(code)
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, HINTS[reason] in told.out) == (1, True), told
    assert reason in told.out
    if reason is Reason.CONFIGURATION:
        assert code in told.out, "what each code of this reason asks for"
    office.stage.wait(hours=1)
    if reason is Reason.NOT_OURS:
        assert "另一笔付款" in office.failed("pay-smoke", OPENID)
        return
    said = office.done("pay-smoke", OPENID)
    assert PROVED in said
    first, second = office.pay.sent
    assert first == second, "the same number"


def test_a_definite_failure_is_told(office: Office) -> None:
    office.pay.will_answer(Answer(Reply.FAILED))
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, FAILED in told.out) == (1, True), told


def test_one_that_another_merchant_began_is_explained_and_bars_no_other(office: Office) -> None:
    own = office.pay.payer
    office.pay.payer = replace(own, mch_id="1900000009")
    office.pay.will_refuse("SIGN_ERROR")
    office("pay-smoke", OPENID, "--yes")
    office.pay.payer = own
    assert "去掉 --again" in office.failed("pay-smoke", OPENID, "--again")
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, HINTS[Reason.PAYER] in told.out) == (1, True), told
    assert PROVED in office.done("pay-smoke", OPENID, "--again")


def test_it_is_refused_with_a_reason(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke_payments, "MOST", 3)
    assert "没有这个 OPENID" in office.failed("pay-smoke", "oStranger")
    office.has_worker = False
    office("pay-smoke", OPENID, "--yes")
    for openid in (OPENID, "oAnother"):
        assert "还在途中" in office.failed("pay-smoke", openid, "--again")
    assert "发给另一位" in office.failed("pay-smoke", "oAnother")
    assert "不是这个金额" in office.failed("pay-smoke", OPENID, "--amount", "2")
    office.has_worker = True
    office.done("pay-smoke", OPENID)
    office.done("pay-smoke", "oAnother", "--again")
    assert [order.openid for order in office.pay.sent] == [OPENID, "oAnother"]
    office.done("pay-smoke", OPENID, "--again")
    assert f"至多发 {MOST} 笔" in office.failed("pay-smoke", OPENID, "--again")
    assert "pay-smoke --again" in office.failed("payouts", "renew", number(office))


def test_it_goes_in_any_phase_and_while_payouts_are_stopped(office: Office) -> None:
    office.done("payouts", "stop")
    office.done("pause")
    office.after_closing()
    office.done("pay-smoke", OPENID)


# Lost jobs and workers


def the_job(office: Office) -> None:
    office.stage.ports.sqs.purge_queue(
        QueueUrl=office.stage.ports.sqs.get_queue_url(QueueName=f"{office.services.settings.prefix}-payouts")[
            "QueueUrl"
        ]
    )


def the_worker(office: Office) -> None:
    office.pay.will_kill()
    with pytest.raises(Killed):
        office.stage.work_off("pay", "payouts")


def the_worker_when_it_had_paid(office: Office) -> None:
    office.pay.will_kill(paid=True)
    with pytest.raises(Killed):
        office.stage.work_off("pay", "payouts")


@pytest.mark.parametrize("lost", [the_job, the_worker, the_worker_when_it_had_paid])
@pytest.mark.parametrize("stopped", [False, True])
def test_the_sweep_brings_home_what_was_lost(office: Office, lost: Callable[[Office], None], stopped: bool) -> None:
    if stopped:
        office.done("payouts", "stop")
    office.has_worker = False
    assert NO_OUTCOME.format(PATIENCE) in office("pay-smoke", OPENID, "--yes").out
    lost(office)
    for _ in range(3):
        office.stage.now += PICKUP + timedelta(seconds=1)
        office.services.sweep.sweep_once()
        office.stage.work_off("pay", "payouts")
    assert payment(office).status.value == "sent"
    assert office.pay.payments == {number(office): 1}
    assert office.pay.violations == []


# Commands that show the money


def test_the_state_and_the_books_show_it_beside_the_budget(office: Office) -> None:
    assert "体验红包" not in office.done("status")
    office.pay.will_answer(Answer(Reply.FAILED))
    office("pay-smoke", OPENID, "--yes")
    first = number(office)
    office.done("plan", "lay")
    office.done("plan", "activate")
    office.done("pay-smoke", OPENID, "--again")
    assert f"体验红包  {number(office)}  1.00元  sent" in office.done("status")
    said = office.done("audit")
    for words in (f"{first}  1.00元  failed", f"{number(office)}  1.00元  sent", "不在预算内", "账目相符"):
        assert words in said
    assert "已领取            0.00 元" in said
    listed = office.done("payouts", "list")
    for words in ("共 0 笔，0.00 元", "另有体验红包 2 笔，2.00 元", f"{first}  1.00元  failed", "  体验"):
        assert words in listed
    assert OPENID not in said + listed + office.done("status") + office.done("log")


def statement(tmp_path: Path, *lines: str) -> str:
    file = tmp_path / "statement.csv"
    file.write_text("\n".join(["商户单号,金额", *lines]), encoding="utf-8")
    return str(file)


def test_the_merchant_s_statement_knows_it(office: Office, tmp_path: Path) -> None:
    office.done("pay-smoke", OPENID)
    mine = number(office)
    assert "0 处不同" in office.done("payouts", "reconcile", "--statement", statement(tmp_path, f"{mine},1.00"))
    for lines, words in (
        ([f"{mine},2.00"], f"{mine}：对账单 200 分，我方 100 分"),
        ([], f"{mine}：我方记为 sent，对账单中没有"),
        ([f"{mine},1.00", f"SMOKE{'0' * 22},1.00"], "这场竞赛没有记录"),
    ):
        told = office("payouts", "reconcile", "--statement", statement(tmp_path, *lines))
        assert (told.status, words in told.out, "没有这个单号" in told.out) == (1, True, False), told
