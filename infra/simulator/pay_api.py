"""api.mch.weixin.qq.com: send a cash red packet, ask what became of it."""

import time
from collections.abc import Mapping

from flask import Blueprint, Response, request

from infra.simulator.pay_faults import Fault
from infra.simulator.pay_rules import check_query, check_send, read_request
from infra.simulator.payments import Payment
from infra.simulator.simulator_clock import shanghai_text
from infra.simulator.simulator_errors import PayError
from infra.simulator.world import World, world
from infra.simulator.xmlio import render

Fields = dict[str, str | int]

pay = Blueprint("pay", __name__, url_prefix="/mmpaymkttransfers")


@pay.post("/sendredpack")
def send_red_packet() -> Response:
    """Pays at most once for a bill number; see `Ledger.pay` and `Fault`."""
    here = world()
    fields = read_request(request.get_data(), here.settings)
    check_send(fields, here.settings)
    fault = here.send_faults.take(fields["mch_billno"])
    if fault is None:
        return _sent(here.ledger.pay(fields))
    if fault.when == "after" or fault.status:
        here.ledger.pay(fields, fault.status or _status_after(fault))
    return _misbehave(here, fault)


@pay.post("/gethbinfo")
def query_red_packet() -> Response:
    """The status of a bill number, or NOT_FOUND."""
    here = world()
    fields = read_request(request.get_data(), here.settings)
    check_query(fields, here.settings)
    billno = fields["mch_billno"]
    if fault := here.query_faults.take(billno):
        return _misbehave(here, fault)
    payment, forced = here.ledger.find(billno), here.ledger.forced(billno)
    if payment:
        return _xml(_ok("OK") | _details(payment))
    if forced:
        return _xml(_ok("OK") | {"mch_billno": billno, "mch_id": fields["mch_id"], "status": forced})
    raise PayError("NOT_FOUND", "指定单号数据不存在")


@pay.errorhandler(PayError)
def _failed(error: PayError) -> Response:
    code = "FAIL" if error.err_code in ("XML_ERROR", "SIGN_ERROR") else "SUCCESS"
    return _xml(
        {
            "return_code": code,
            "return_msg": error.description,
            "result_code": "FAIL",
            "err_code": error.err_code,
            "err_code_des": error.description,
        }
    )


def _sent(payment: Payment) -> Response:
    # A number that was sent before answers by what became of it.
    if payment.status == "FAILED":
        raise PayError("SEND_FAILED", "红包发放失败，请更换单号再重试")
    if payment.status == "SENDING":
        raise PayError("PROCESSING", "请求已受理，请稍后使用原单号查询发放结果")
    terms = payment.terms
    return _xml(
        _ok("发放成功")
        | {
            "mch_billno": payment.mch_billno,
            "mch_id": terms["mch_id"],
            "wxappid": terms["wxappid"],
            "re_openid": payment.openid,
            "total_amount": payment.amount_fen,
            "send_listid": payment.listid,
        }
    )


def _details(payment: Payment) -> Fields:
    terms, amount = payment.terms, payment.amount_fen
    fields: Fields = {
        "mch_billno": payment.mch_billno,
        "mch_id": terms["mch_id"],
        "detail_id": payment.listid,
        "status": payment.status,
        "send_type": "API",
        "hb_type": "NORMAL",
        "total_num": 1,
        "total_amount": amount,
        "send_time": shanghai_text(payment.sent_at),
        "wishing": terms["wishing"],
        "remark": terms["remark"],
        "act_name": terms["act_name"],
    }
    if payment.received_at is not None:
        fields["rcv_time"] = shanghai_text(payment.received_at)
    if payment.status == "REFUND":
        fields |= {"refund_amount": amount, "refund_time": shanghai_text(payment.sent_at + 86_400)}
    return fields | ({"reason": "发放失败"} if payment.status == "FAILED" else {})


def _status_after(fault: Fault) -> str:
    return {"PROCESSING": "SENDING", "SEND_FAILED": "FAILED"}.get(fault.answer, "SENT")


def _misbehave(here: World, fault: Fault) -> Response:
    if fault.answer == "timeout":
        time.sleep(here.settings.pay_hang_seconds if fault.seconds is None else fault.seconds)
        return Response(status=504)
    if fault.answer == "http500":
        return Response("Internal Server Error", 500, content_type="text/html")
    if fault.answer == "garbage":
        return Response("<xml><return_code><![CDATA[SUCC", content_type="text/xml; charset=utf-8")
    raise PayError(fault.answer, "模拟的应答")


def _ok(message: str) -> Fields:
    return {
        "return_code": "SUCCESS",
        "return_msg": message,
        "result_code": "SUCCESS",
        "err_code": "SUCCESS",
        "err_code_des": message,
    }


def _xml(fields: Mapping[str, str | int]) -> Response:
    return Response(render(fields), content_type="text/xml; charset=utf-8")
