"""Payouts as operators see, decide and reconcile them."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.pay import statement_csv
from chalicelib.adapters.pay.statement_csv import read_statement
from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus
from chalicelib.domain.errors import StatementError
from chalicelib.domain.payout_decisions import Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.statement import Statement
from infra.operator.cloud import aws_clients
from infra.operator.cloud.aws_clients import Caller
from tests.operator.conftest import Office

PARKED = {"status": PayoutStatus.PARKED, "reason": Reason.RISK_CONTROL.value, "sends": 1}


@pytest.fixture
def parked(laid: Office) -> Claim:
    """Alice's claim, which waits for an operator."""
    return laid.change(laid.claimed("alice"), **PARKED)


def test_the_list_by_state(laid: Office, parked: Claim) -> None:
    sent = laid.paid("bob")
    everything = laid.done("payouts", "list")
    assert parked.claim_id in everything
    assert sent.order.mch_billno in everything
    assert "共 2 笔" in everything
    assert laid.done("payouts") == everything, "the list is what `payouts` alone shows"
    only = laid.done("payouts", "list", "--state", "parked")
    assert parked.claim_id in only
    assert "risk_control" in only
    assert sent.claim_id not in only
    assert "共 0 笔，0.00 元" in laid.done("payouts", "list", "--state", "failed")
    assert "alice" not in everything, "an openid is nobody's to read"


def test_resuming_lifts_the_hold(laid: Office) -> None:
    held = laid.change(laid.claimed("alice"), status=PayoutStatus.PARKED, reason=Reason.BALANCE.value, sends=1)
    laid.services.ports.control.hold_payouts(laid.stage.now + timedelta(hours=1), Reason.BALANCE.value)
    assert "暂缓至" in laid.done("status")
    assert "1 笔搁置的红包" in laid.done("payouts", "resume", "--by", "李")
    assert "正常" in laid.done("status")
    laid.services.payouts.pay_claim(ClaimRef("alice", held.attempt_id))
    assert [order.mch_billno for order in laid.pay.sent] == [held.order.mch_billno]
    assert " (李)  payouts resume" in laid.done("log")


def test_a_former_payer_s_claims_are_finished_with_its_settings(laid: Office) -> None:
    former, later = laid.pay.payer, replace(laid.pay.payer, mch_id="1900000002")
    waiting = laid.claimed("bob")
    laid.pay.will_time_out()
    claim = laid.paid("alice")
    laid.stage.wait(hours=1)
    laid.pay.payer = later
    laid.services.payouts.pay_claim(ClaimRef("alice", claim.attempt_id))
    assert "（payer）" in laid.done("status")
    laid.change(laid.of("alice"), status=PayoutStatus.PARKED, reason=Reason.RISK_CONTROL.value)
    assert "另一商户号或公众号" in laid.failed("payouts", "settle", claim.claim_id, "--as", "failed", "--note", "x")
    assert "已开始的 0 笔" in laid.done("payouts", "finish")
    laid.pay.payer = former
    laid.done("payouts", "retry", claim.claim_id)
    began = f"  商户号 {former.mch_id}、公众号 {former.app_id}"
    listed = laid.done("payouts", "list").splitlines()
    assert [began in line for line in listed if claim.claim_id in line or waiting.claim_id in line] == [False, True]
    laid.done("payouts", "stop")
    told = laid.done("payouts", "finish")
    assert "此商户号已开始的 1 笔，已逐笔查询：0 笔已了结，1 笔未了结。" in told
    assert ("  parked doubtful" in told, "发放已停止" in told) == (True, True)
    laid.done("payouts", "start")
    laid.stage.wait(minutes=3)
    told = laid.done("payouts", "finish")
    assert ("  sent  " in told, "没有补发" in told) == (True, False)
    laid.pay.status[claim.order.mch_billno] = Reply.RECEIVED
    assert "1 笔已了结，0 笔未了结。" in laid.done("payouts", "finish")
    assert "已开始的 0 笔" in laid.done("payouts", "finish")
    assert laid.of("bob") == waiting, "nobody began to pay it"


def test_the_list_names_payers_only_where_there_are_several(laid: Office) -> None:
    laid.paid("alice")
    assert "商户号" not in laid.done("payouts", "list")
    laid.pay.payer = replace(laid.pay.payer, mch_id="1900000002")
    laid.paid("bob")
    listed = laid.done("payouts", "list")
    assert ("商户号 1900000001、" in listed, "商户号 1900000002、" in listed) == (True, True)


@pytest.mark.parametrize("by", ["claim_id", "bill number"])
def test_retrying_keeps_the_number(laid: Office, parked: Claim, by: str) -> None:
    told = laid.done("payouts", "retry", parked.claim_id if by == "claim_id" else parked.order.mch_billno)
    assert told.endswith("将在一分钟内重试。\n")
    laid.services.payouts.pay_claim(ClaimRef("alice", parked.attempt_id))
    assert [order.mch_billno for order in laid.pay.sent] == [parked.order.mch_billno]
    assert laid.of("alice").status is PayoutStatus.SENT
    assert "只有搁置" in laid.failed("payouts", "retry", parked.claim_id)


def test_retrying_all_of_a_reason(laid: Office) -> None:
    for name, reason in (("alice", "risk_control"), ("bob", "risk_control"), ("carol", "openid")):
        laid.change(laid.claimed(name), **{**PARKED, "reason": reason})
    told = laid("payouts", "retry", "--reason", "risk_control", "--yes")
    assert "2 笔搁置的红包" in told.out
    both = sum(laid.of(name).packet.amount_fen for name in ("alice", "bob"))
    assert f"搁置 2 笔，{both / 100:.2f} 元" in told.err
    assert [laid.of(name).reason for name in ("alice", "bob", "carol")] == ["doubtful", "doubtful", "openid"]
    assert laid.done("log").count("payouts retry") == 2
    for wrong in ([], ["--reason", "not_ours"], ["CLAIM", "--reason", "openid"]):
        assert laid("payouts", "retry", *wrong, "--yes").status == 2
    assert "terms" in laid.failed("payouts", "retry", "--reason", "openid", "--new-terms")


def test_new_terms_follow_a_refused_parameter_only(laid: Office, parked: Claim) -> None:
    assert "terms" in laid.failed("payouts", "retry", parked.claim_id, "--new-terms")
    laid.change(laid.of("alice"), **{**PARKED, "reason": "terms"})
    for which in ([parked.claim_id], ["--reason", "terms"]):
        assert "与原来的参数相同" in laid.failed("payouts", "retry", *which, "--new-terms")
    terms = (("wishing", "从前的"),)
    laid.change(laid.of("alice"), order=replace(laid.of("alice").order, terms=terms))
    assert "1 笔" in laid.done("payouts", "retry", "--reason", "terms", "--new-terms")


def test_an_unknown_code_is_named(laid: Office) -> None:
    laid.change(laid.claimed("alice"), **PARKED, code="NEW_LIMIT")
    laid.services.ports.control.note_code("NEW_LIMIT")
    assert "NEW_LIMIT" in laid.done("status")
    assert "risk_control（NEW_LIMIT）" in laid.done("payouts", "list")
    laid.done("payouts", "resume")
    assert "NEW_LIMIT" not in laid.done("status")


def test_an_unknown_code_is_named_before_a_plan_is_laid_too(office: Office) -> None:
    office.services.ports.control.note_code("NEW_LIMIT")
    told = office.done("status")
    assert ("红包方案  无" in told, "NEW_LIMIT" in told) == (True, True)


def test_a_hold_and_a_stop_show_without_the_plan_s_record_too(office: Office) -> None:
    """A restore may have lost the plan's record."""
    office.services.ports.control.hold_payouts(office.stage.now + timedelta(hours=1), Reason.PAYER.value)
    assert "（payer）" in office.done("status")
    office.done("payouts", "stop")
    assert "已停止" in office.done("status")


def test_a_second_number_only_when_wechat_pay_itself_says_so(laid: Office) -> None:
    failed = laid.change(laid.claimed("alice"), status=PayoutStatus.FAILED, due_at=None, sends=1)
    first = failed.order.mch_billno
    for reply in (Reply.NOT_FOUND, Reply.SENT, Reply.SENDING, Reply.RECEIVED, Reply.DOUBTFUL, Reply.REFUNDING):
        laid.pay.status[first] = reply
        assert "没有确认原单号" in laid.failed("payouts", "renew", failed.claim_id)
    laid.pay.status[first] = Reply.FAILED
    assert f"{first}R1" in laid.done("payouts", "renew", failed.claim_id, "--by", "王")
    assert f"payouts renew  {failed.claim_id}  {first} → {first}R1  （failed）" in laid.done("log")
    laid.services.payouts.pay_claim(ClaimRef("alice", failed.attempt_id))
    assert [order.mch_billno for order in laid.pay.sent] == [f"{first}R1"]
    assert "账目相符" in laid.done("audit")
    assert "只有已失败或已退回" in laid.failed("payouts", "renew", failed.claim_id)


def test_all_that_failed_for_one_reason_get_another_number(laid: Office) -> None:
    claims = [laid.claimed(name) for name in ("alice", "bob")]
    failed = [laid.change(c, status=PayoutStatus.FAILED, reason="day_limit", due_at=None, sends=1) for c in claims]
    for claim in failed:
        laid.pay.status[claim.order.mch_billno] = Reply.FAILED
    assert "2 笔已换新单号" in laid.done("payouts", "renew", "--reason", "day_limit")
    assert "没有因这个原因失败" in laid.failed("payouts", "renew", "--reason", "day_limit")
    for nonsense in ("nonsense", ""):
        assert laid("payouts", "renew", "--reason", nonsense).status == 2
    assert laid("payouts", "renew").status == 2


def test_so_do_all_that_failed_with_one_code(laid: Office) -> None:
    """A failure that concerns one person has no reason in the domain."""
    for name, code in (("alice", "REAL_NAME_CHECK_FAIL"), ("bob", "ACCOUNT_FROZEN")):
        claim = laid.change(laid.claimed(name), status=PayoutStatus.FAILED, code=code, due_at=None, sends=1)
        laid.pay.status[claim.order.mch_billno] = Reply.FAILED
    assert "1 笔已换新单号" in laid.done("payouts", "renew", "--reason", "REAL_NAME_CHECK_FAIL")
    assert [laid.of(name).status for name in ("alice", "bob")] == [PayoutStatus.OWED, PayoutStatus.FAILED]


def test_numbers_end_somewhere(laid: Office) -> None:
    claim = laid.change(laid.claimed("alice"), status=PayoutStatus.FAILED, due_at=None, sends=1)
    for _ in range(10):
        laid.pay.status[claim.order.mch_billno] = Reply.FAILED
        laid.done("payouts", "renew", claim.claim_id)
        claim = laid.change(laid.of("alice"), status=PayoutStatus.FAILED, due_at=None, sends=1)
    laid.pay.status[claim.order.mch_billno] = Reply.FAILED
    assert "换过十次" in laid.failed("payouts", "renew", claim.claim_id)


@pytest.mark.parametrize("as_", ["received", "failed"])
def test_a_parked_one_is_settled_by_hand(laid: Office, parked: Claim, as_: str) -> None:
    laid.pay.status[parked.order.mch_billno] = Reply.SENT
    assert "没有确认原单号未付" in laid.failed("payouts", "settle", parked.claim_id, "--as", as_, "--note", "现金")
    laid.pay.status.clear()
    laid.done("payouts", "settle", parked.claim_id, "--as", as_, "--note", "现金已付", "--by", "王")
    assert laid.of("alice").status == as_
    assert f"payouts settle  {parked.claim_id}  parked risk_control → {as_}  （现金已付）" in laid.done("log")
    laid.services.payouts.pay_claim(ClaimRef("alice", parked.attempt_id))
    assert laid.pay.sent == []


def test_what_is_not_there_cannot_be_decided(laid: Office) -> None:
    for step in ("retry", "renew"):
        assert "没有这个" in laid.failed("payouts", step, "nothing")
    assert "没有这个" in laid.failed("payouts", "settle", "nothing", "--as", "failed", "--note", "n")
    assert laid("payouts", "settle", "nothing", "--as", "sent", "--note", "n", "--yes").status == 2
    assert laid("payouts", "settle", "nothing", "--as", "failed", "--yes").status == 2


def test_who_decided_is_written_down(laid: Office, parked: Claim) -> None:
    laid.done("payouts", "retry", parked.claim_id)
    assert "  moto  payouts retry" in laid.done("log"), "the identity at AWS"
    (entry,) = (one for one in json.loads(laid("log", "--json").out)["entries"] if one["what"] == "payouts retry")
    assert (entry["about"], entry["old"]) == (parked.claim_id, "parked risk_control")
    assert "共 1 条" in laid.done("log", parked.claim_id)
    assert "共 0 条" in laid.done("log", "another")


def test_who_has_no_name_still_can_decide(laid: Office, parked: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(aws_clients, "caller_if_known", lambda made: Caller("", "", ""))
    monkeypatch.setattr("getpass.getuser", nameless)
    laid.done("payouts", "retry", parked.claim_id)
    assert "  unknown  payouts retry" in laid.done("log")


# Reconciliation


def test_wechat_pay_is_asked_about_everything(laid: Office) -> None:
    sent = laid.paid("alice")
    assert "0 处不同" in laid.done("payouts", "reconcile")
    laid.pay.status[sent.order.mch_billno] = Reply.REFUNDED
    told = laid("payouts", "reconcile")
    assert told.status == 1
    assert f"{sent.claim_id}：我方 sent，微信支付 refunded" in told.out
    assert laid.of("alice").status is PayoutStatus.REFUNDED
    assert laid("payouts", "reconcile").status == 0


def statement(tmp_path: Path, text: str, encoding: str = "utf-8-sig") -> str:
    file = tmp_path / "statement.csv"
    file.write_bytes(text.encode(encoding))
    return str(file)


def test_a_statement_that_agrees(laid: Office, tmp_path: Path) -> None:
    sent = laid.paid("alice")
    yuan = f"¥{sent.packet.amount_fen / 100:.2f}"
    file = statement(tmp_path, f"交易时间,商户单号,金额\n`2020-07-08,`{sent.order.mch_billno},`{yuan}\n")
    assert "0 处不同" in laid.done("payouts", "reconcile", "--statement", file)


def test_a_statement_that_does_not(laid: Office, tmp_path: Path) -> None:
    sent, missing = laid.paid("alice"), laid.paid("bob")
    wrong = sent.packet.amount_fen + 1
    file = statement(tmp_path, f"商户单号,金额\n{sent.order.mch_billno},{wrong / 100}\nSOMEBODYELSES,5.00\n")
    told = laid("payouts", "reconcile", "--statement", file)
    assert told.status == 1
    assert f"{sent.order.mch_billno}：对账单 {wrong} 分" in told.out
    assert f"{missing.order.mch_billno}：我方记为 sent，对账单中没有" in told.out
    assert "SOMEBODYELSES：对账单中有 500 分，我方没有这个单号" in told.out
    assert "3 处不同" in told.out


def test_the_active_plan_s_numbers_are_ours_in_a_statement(
    laid: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def read(path: Path, plan_ids: list[str]) -> Statement:
        asked.append(plan_ids)
        return Statement({})

    monkeypatch.setattr(statement_csv, "read_statement", read)
    laid.done("payouts", "reconcile", "--statement", statement(tmp_path, ""))
    assert asked == [[laid.services.ports.control.read_switches().plan_id]]


def test_a_number_paid_twice_is_seen(laid: Office, tmp_path: Path) -> None:
    sent = laid.paid("alice")
    line = f"{sent.order.mch_billno},{sent.packet.amount_fen / 100}\n"
    told = laid("payouts", "reconcile", "--statement", statement(tmp_path, "商户单号,金额\n" + 2 * line))
    assert f"对账单 {2 * sent.packet.amount_fen} 分" in told.out


@pytest.mark.parametrize(
    "text",
    [
        "商户单号,金额\nN1,1.23\n",
        "`商户单号,`金额\n`N1,`1.23\n",
        "商户订单号,付款金额(元)\nN1,￥1.23\n",
        "mch_billno,amount\r\nN1,¥ 1.23\r\n\r\n,\r\n",
        '时间,商户单号,金额(元),备注\n1,"N1\t","1.23 ","a,b"\n',
        "商户单号,金额,备注\nN1,1.23\n",
        "商户单号,金额\nN1,1.23,more,and more\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_statements_as_they_come(tmp_path: Path, text: str, encoding: str) -> None:
    if "¥" in text and encoding == "gb18030":
        text = text.replace("¥", "￥")
    assert read_statement(Path(statement(tmp_path, text, encoding))) == Statement({"N1": 123})


def test_amounts_are_exact(tmp_path: Path) -> None:
    lines = "\n".join(f"N{fen},{fen // 100}.{fen % 100:02d}" for fen in range(100, 400))
    found = dict(read_statement(Path(statement(tmp_path, f'商户单号,金额\n{lines}\nBIG,"`1,234.50"\n'))).paid)
    assert found.pop("BIG") == 123_450
    assert found == {f"N{fen}": fen for fen in range(100, 400)}


UNREADABLE = (
    "单号,金额\nN1,1\n",
    "商户单号,数目\nN1,1\n",
    "商户单号,金额\nN1,\n",
    "商户单号,金额\n,1\n",
    "商户单号,金额\nN1,1\nN2,一元\n",
    "商户单号,金额\nN1,NaN\n",
    "商户单号,金额\nN1,Infinity\n",
    "商户单号,金额\nN1,1.234\n",
    "商户单号,金额\nN1,-1\n",
)


def test_a_statement_that_cannot_be_read_is_refused_whole(laid: Office, tmp_path: Path) -> None:
    for text in UNREADABLE:
        told = laid.failed("payouts", "reconcile", "--statement", statement(tmp_path, text))
        assert "对账单读不出来" in told, text
        assert f"第 {len(text.splitlines())} 行：" in told or "第 1 行：不是表头" in told, text


def test_a_statement_that_is_no_text_or_not_there(laid: Office, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xff\x00\x81")
    for path in (file, tmp_path / "none.csv", tmp_path):
        with pytest.raises(StatementError):
            read_statement(path)
        assert "对账单读不出来" in laid.failed("payouts", "reconcile", "--statement", str(path))
