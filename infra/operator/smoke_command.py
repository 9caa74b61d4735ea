"""The smoke payment: sends real money to an operator, and explains what the outcome proves."""

import sys
from typing import Annotated

from typer import Option

from chalicelib.domain.claim import PAID, Claim, PayoutStatus
from chalicelib.domain.operator_log import masked
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.prizes import fen_of, yuan
from chalicelib.domain.smoke import LEAST_FEN
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import confirm, deployed, who
from infra.operator.terminal import By, WhyIfAny
from infra.operator.whose import Person, openid_of

PROVED = "微信支付已发出，请本人在24小时内打开。证书、密钥、商户号和付款现在都可用，函数的出口地址也可用。"
NOT_PROVED = "这一笔开始于 {}，这次没有发送，不能证明现在可用：加上 --again 再发一笔。"
NO_OUTCOME = (
    "{:.0f}秒内还没有结果。函数 pay 会继续，任务丢失时一分钟一次的清扫会补上：过两分钟再执行同一命令查看，"
    "不要加 --again。仍没有结果，请看函数 pay 的日志和 ./contest doctor。"
)
FAILED = "微信支付说它发放失败，钱没有付出。查明原因后，加上 --again 再发一笔。"


smoke = Noun(about="红包 / packets")


@smoke.changes("pay-smoke")
def pay(
    person: Person,
    amount: Annotated[
        int | None,
        Option("--amount", parser=fen_of, metavar="YUAN", help="金额（元），至多是最大的红包 / the amount"),
    ] = None,
    again: Annotated[bool, Option("--again", help="上一笔不在途中，再发一笔 / send another")] = False,
    reason: WhyIfAny = "",
    by: By = None,
) -> int:
    """付真钱试发 / send a real payment"""
    smoke_payments = deployed().smoke_payments
    how_much = f"{yuan(LEAST_FEN)} 元，接着处理上一笔时为那一笔的" if amount is None else f"{yuan(amount)} 元"
    openid = openid_of(person)
    confirm("给这位真发一个红包？", f"金额 {how_much}，不在预算内", f"收款人 {masked(openid)}")
    started = smoke_payments.start_smoke_payment(openid, amount, who(by), again, reason)
    print("等待结果……", file=sys.stderr)
    payment = smoke_payments.wait_for_outcome(started)
    proved = payment.status in PAID and payment.sends > started.sends  # a query does not prove that sending works
    tell(proved=proved, bill=payment.order.mch_billno, state=payment.status.value)
    print(smoke_line(payment))
    print(PROVED if proved else meaning(payment, payment.revision > started.revision))
    return 0 if proved else 1


def smoke_line(payment: Claim) -> str:
    from chalicelib.adapters.http.render import moment

    order = payment.order
    reason = f" {payment.reason}" if payment.reason else ""
    amount, begun = yuan(order.amount_fen), moment(payment.claimed_at)
    return f"体验红包  {order.mch_billno}  {amount}元  {payment.status.value}{reason}  {begun}"


def meaning(payment: Claim, has_changed: bool) -> str:
    """Explains the outcome of a payment that was not sent in this run."""
    from chalicelib.adapters.http.render import moment
    from chalicelib.adapters.pay.red_packet_hints import HINTS
    from chalicelib.usecases.smoke_payments import PATIENCE

    if payment.status is PayoutStatus.FAILED and has_changed:
        return FAILED
    if payment.is_final or payment.status in PAID:
        return NOT_PROVED.format(moment(payment.claimed_at))
    reason = Reason(payment.reason)
    return HINTS[reason] if has_changed and reason in HINTS else NO_OUTCOME.format(PATIENCE)
