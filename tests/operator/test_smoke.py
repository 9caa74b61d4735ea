"""`./contest pay-smoke` as operators see it: what WeChat Pay said, what it means, and where the money shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claims import SendOrder
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.smoke import SmokePayment
from infra.operator.smoke import HINTS, IN_THE_TERMS
from tests.operator.conftest import Office
from tests.support.functions import refusal
from tests.support.killed import Killed

OPENID = "oOperatorOperatorOperator001"


@pytest.fixture
def office(office: Office) -> Office:
    """Before the opening; nothing is laid."""
    office.before_opening()
    for openid in (OPENID, "oAnother"):
        office.stage.follow(openid)
    return office


def number(office: Office) -> str:
    return office.services.ports.smoke_payments.all()[-1].order.mch_billno


def test_one_real_yuan_before_the_opening(office: Office) -> None:
    said = office.done("pay-smoke", OPENID, "--by", "王")
    (order,) = office.pay.sent
    assert (order.openid, order.amount_fen) == (OPENID, 100)
    assert f"{order.mch_billno}  1.00元  sent" in said
    assert "24小时内打开" in said
    assert f"王  pay-smoke  {order.mch_billno} 100" in office.done("payouts", "log")


def test_it_is_asked_for_as_real_money_is(office: Office) -> None:
    assert office("pay-smoke", OPENID).status == 1
    assert office.pay.sent == []


BY_THE_FUNCTION_AND_FROM_HERE = pytest.mark.parametrize("way", [(), ("--here",)], ids=["by the function", "from here"])


@BY_THE_FUNCTION_AND_FROM_HERE
def test_a_query_proves_no_sending(office: Office, way: tuple[str, ...]) -> None:
    assert "付款现在都可用" in office.done("pay-smoke", OPENID, *way)
    begun = moment(office.services.ports.smoke_payments.all()[-1].begun_at)
    office.stage.wait(hours=20)
    for reply, words in ((Reply.SENT, "24小时内打开"), (Reply.RECEIVED, "本人已领取")):
        office.pay.status[number(office)] = reply
        said = office.done("pay-smoke", OPENID, *way)
        assert (words in said, f"发送由 {begun} 开始的这一笔证明" in said) == (True, True), said
        assert "现在都可用" not in said
    assert len(office.pay.sent) == 1


@BY_THE_FUNCTION_AND_FROM_HERE
@pytest.mark.parametrize("end", [Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED])
def test_the_result_of_an_ended_payment_proves_nothing_now(office: Office, way: tuple[str, ...], end: Reply) -> None:
    office.done("pay-smoke", OPENID)
    begun = moment(office.services.ports.smoke_payments.all()[-1].begun_at)
    office.pay.status[number(office)] = end
    office("pay-smoke", OPENID, "--yes")
    office.stage.wait(hours=48)
    office.pay.status[number(office)] = Reply.SENT  # which a question now would hear
    told = office("pay-smoke", OPENID, *way, "--yes")
    assert told.status == 1
    assert f"上一笔的结果，它开始于 {begun}。这次没有问微信支付：加上 --again" in told.out
    assert "都可用" not in told.out
    assert "付款现在都可用" in office.done("pay-smoke", OPENID, "--again", *way)
    assert len(office.pay.sent) == 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply.SENDING, "20分钟后"),
        (Reply.REFUNDING, "正在退回"),
        (Reply.REFUNDED, "已退回商户"),
        (Reply.FAILED, "发放失败"),
        (Reply.DOUBTFUL, "没有明确的应答"),
        (Reply.NOT_FOUND, "与我方的记录不符"),
    ],
)
def test_what_became_of_it_is_told_and_is_no_success(office: Office, reply: Reply, words: str) -> None:
    office.done("pay-smoke", OPENID)
    office.pay.status[number(office)] = reply
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, words in told.out) == (1, True), told
    assert len(office.pay.sent) == 1


def test_each_refusal_is_explained_and_the_same_number_sent_after_it(office: Office) -> None:
    more: tuple[str, ...] = ()
    for code in (*REASON_OF, "SYSTEMERROR", "SEND_FAILED"):
        office.pay.will_refuse(code)
        told = office("pay-smoke", OPENID, *more, "--yes")
        assert told.status == 1
        for words in (code, *HINTS[code]):
            assert words in told.out
        assert ("原单号重发" in told.out) == (code not in (*IN_THE_TERMS, "FATAL_ERROR"))
        assert ("CONTEST_FILE" in told.out) == (code in IN_THE_TERMS)
        office.stage.wait(hours=1)
        office.done("pay-smoke", OPENID)
        refused, paid = office.pay.sent[-2:]
        assert refused == paid
        office.pay.status[paid.mch_billno] = Reply.FAILED
        more = ("--again",)


@pytest.mark.parametrize(("code", "words"), [("", "应答：无"), ("ReadTimeout", "ReadTimeout"), ("SSLError", "TLS")])
def test_silence_is_told_and_waited_out(office: Office, code: str, words: str) -> None:
    office.pay.will_answer(Answer(Reply.DOUBTFUL, code=code))
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, words in told.out) == (1, True), told
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, "仍在途中" in told.out) == (1, True), told
    assert len(office.pay.sent) == 1
    office.stage.wait(minutes=3)
    office.done("pay-smoke", OPENID)


def test_it_is_refused_with_a_reason(office: Office) -> None:
    assert "没有关注本公众号" in office.failed("pay-smoke", "oStranger")
    office.done("pay-smoke", OPENID)
    for openid in (OPENID, "oAnother"):
        assert "还没有了结" in office.failed("pay-smoke", openid, "--again")
    assert "发给另一位" in office.failed("pay-smoke", "oAnother")
    office.pay.status[number(office)] = Reply.REFUNDED
    office.done("pay-smoke", "oAnother", "--again")
    assert [order.openid for order in office.pay.sent] == [OPENID, "oAnother"]


def test_it_goes_in_any_phase_and_while_payouts_are_stopped(office: Office) -> None:
    office.done("payouts", "stop")
    office.done("pause")
    office.after_closing()
    office.done("pay-smoke", OPENID)


# By the function


def test_it_is_paid_from_the_function_or_from_here(office: Office) -> None:
    office.done("pay-smoke", OPENID, "--by", "王")
    (asked,) = office.functions.invoked
    contest_id = office.services.contest.id
    assert asked == {"contest": contest_id, "check": "pay_smoke", "openid": OPENID, "who": "王", "again": False}
    assert OPENID not in "".join(office.functions.answers)
    assert "24小时内打开" in office.done("pay-smoke", OPENID, "--here")
    office.pay.status[number(office)] = Reply.FAILED
    office.done("pay-smoke", OPENID, "--again", "--here")
    assert len(office.functions.invoked) == 1
    assert len(office.pay.sent) == 2


def test_on_the_local_stage_there_is_no_function(office: Office) -> None:
    office.services.settings = replace(office.services.settings, stage="local")
    office.done("pay-smoke", OPENID)
    assert (office.functions.invoked, len(office.pay.sent)) == ([], 1)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "TooManyRequestsException", "AccessDeniedException"])
def test_an_invoke_that_aws_refused_sent_nothing(office: Office, code: str) -> None:
    office.functions.before = refusal(code)
    assert "没有发出任何红包" in office.failed("pay-smoke", OPENID)
    assert office.pay.sent == []
    office.functions.before = None
    office.done("pay-smoke", OPENID)
    assert len(office.pay.sent) == 1


def answer_is_lost(office: Office) -> None:
    def lost() -> None:
        raise ReadTimeoutError(endpoint_url="http://aws")

    office.functions.after = lost


def killed_when_it_is_sent(office: Office) -> None:
    pay = office.pay.send

    def send(order: SendOrder) -> Answer:
        pay(order)
        raise Killed

    office.pay.send = send  # type: ignore[method-assign]


def killed_before_it_is_sent(office: Office) -> None:
    def send(order: SendOrder) -> Answer:
        raise Killed

    office.pay.send = send  # type: ignore[method-assign]


def killed_before_that_is_stored(office: Office) -> None:
    replaced = office.services.ports.smoke_payments.replace

    def replace_(*given: Any) -> SmokePayment | None:
        if office.pay.sent:
            raise Killed
        return replaced(*given)

    office.services.ports.smoke_payments.replace = replace_  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("again", [(), ("--again",)], ids=["first", "again"])
@pytest.mark.parametrize(
    "trouble", [answer_is_lost, killed_when_it_is_sent, killed_before_it_is_sent, killed_before_that_is_stored]
)
@BY_THE_FUNCTION_AND_FROM_HERE
def test_whatever_is_lost_the_same_command_comes_to_one_payment(
    office: Office, trouble: Callable[[Office], None], again: tuple[str, ...], way: tuple[str, ...]
) -> None:
    if again:
        office.done("pay-smoke", OPENID)
        office.pay.status[number(office)] = Reply.RECEIVED
        office.done("pay-smoke", OPENID)
        office.pay.sent.clear()
    true_send, true_replace = office.pay.send, office.services.ports.smoke_payments.replace
    trouble(office)
    assert "可能已经发出：请过两分钟再执行同一命令，不要加 --again" in office.failed("pay-smoke", OPENID, *again)
    office.functions.after, office.pay.send = None, true_send  # type: ignore[method-assign]
    office.services.ports.smoke_payments.replace = true_replace  # type: ignore[method-assign]
    office("pay-smoke", OPENID, *way, "--yes")
    office.stage.wait(minutes=2)
    office.done("pay-smoke", OPENID, *way)
    office.done("pay-smoke", OPENID)
    assert len({order.mch_billno for order in office.pay.sent}) == 1
    assert len(office.pay.sent) == 1
    assert len(office.services.ports.smoke_payments.all()) == 1 + len(again)


def test_run_while_the_function_may_still_send_it_waits(office: Office) -> None:
    killed_before_it_is_sent(office)
    office.failed("pay-smoke", OPENID)
    told = office("pay-smoke", OPENID, "--yes")
    assert (told.status, "仍在途中" in told.out) == (1, True), told


# Where the money shows


def test_the_state_and_the_books_show_it_beside_the_budget(office: Office) -> None:
    assert "体验红包" not in office.done("status")
    office.done("pay-smoke", OPENID)
    office.done("plan", "lay")
    office.done("plan", "activate")
    first = number(office)
    office.pay.status[first] = Reply.FAILED
    office("pay-smoke", OPENID, "--yes")
    office.done("pay-smoke", OPENID, "--again")
    assert f"体验红包  {number(office)}  1.00元  sent" in office.done("status")
    said = office.done("audit")
    for words in (f"{first}  1.00元  failed", f"{number(office)}  1.00元  sent", "不在预算内", "账目相符"):
        assert words in said
    assert "已领取            0.00 元" in said
    everything = said + office.done("status") + office.done("payouts", "log") + office.done("payouts", "list")
    assert OPENID not in everything
    assert "共 0 笔，0.00 元" in office.done("payouts", "list")


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
