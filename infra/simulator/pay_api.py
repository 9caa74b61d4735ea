"""api.mch.weixin.qq.com: sends a cash red packet and queries its status (wechat-facts §6)."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response, request

from chalicelib.domain.shanghai import SHANGHAI
from infra.simulator.payments import Payment
from infra.simulator.simulator_io import PayError, XmlError, parse_flat, render
from infra.simulator.simulator_settings import SimulatorSettings
from infra.simulator.world import world

# All required; in bytes of UTF-8. send_name, act_name, wishing and remark stay a byte below WeChat Pay's limits.
_SEND_BYTES = {
    "nonce_str": 32,
    "mch_billno": 28,
    "mch_id": 32,
    "wxappid": 32,
    "send_name": 31,
    "re_openid": 32,
    "total_amount": 10,
    "total_num": 10,
    "wishing": 127,
    "client_ip": 15,
    "act_name": 31,
    "remark": 255,
}
_QUERY_BYTES = {"nonce_str": 32, "mch_billno": 28, "mch_id": 32, "appid": 32, "bill_type": 32}
_MIN_FEN, _MAX_FEN = 100, 20_000


def sign(fields: Mapping[str, str], key: str) -> str:
    """Returns the upper-case MD5 of the sorted, non-empty fields except `sign`, and the key."""
    pairs = [f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign"]
    return hashlib.md5("&".join([*pairs, f"key={key}"]).encode()).hexdigest().upper()


def read_request(body: bytes, settings: SimulatorSettings) -> dict[str, str]:
    """Returns the fields of a body signed with our key. Raises `PayError` XML_ERROR or SIGN_ERROR."""
    try:
        fields = parse_flat(body)
    except XmlError as error:
        raise PayError("XML_ERROR", "输入xml参数格式错误") from error
    if not hmac.compare_digest(sign(fields, settings.pay_key).encode(), fields.get("sign", "").encode()):
        raise PayError("SIGN_ERROR", "签名错误")
    return fields


def check_send(fields: Mapping[str, str], settings: SimulatorSettings) -> None:
    """Checks the fields of a payment. Raises `PayError` PARAM_ERROR, ILLEGAL_APPID or MONEY_LIMIT."""
    _check_lengths(fields, _SEND_BYTES)
    _check_account(fields, "wxappid", settings)
    _require(fields["total_num"] == "1", "total_num 必须为1")
    _require(_is_ipv4(fields["client_ip"]), "client_ip 必须为IPv4地址")
    _require(re.fullmatch("PRODUCT_[1-8]", fields.get("scene_id") or "PRODUCT_1"), "scene_id 错误")
    amount = fields["total_amount"]
    _require(amount.isascii() and amount.isdecimal(), "total_amount 必须为整数")
    if not _MIN_FEN <= int(amount) <= _MAX_FEN:
        raise PayError("MONEY_LIMIT", "红包金额发放限制")


def check_query(fields: Mapping[str, str], settings: SimulatorSettings) -> None:
    """Checks the fields of a query. Raises `PayError` PARAM_ERROR or ILLEGAL_APPID."""
    _check_lengths(fields, _QUERY_BYTES)
    _check_account(fields, "appid", settings)
    _require(fields["bill_type"] == "MCHT", "bill_type 必须为MCHT")


def _check_lengths(fields: Mapping[str, str], limits: Mapping[str, int]) -> None:
    for name, most in limits.items():
        _require(0 < len(fields.get(name, "").encode()) <= most, f"{name} 必填，且不超过{most}个字节")
    _require(re.fullmatch("[0-9a-zA-Z]+", fields["mch_billno"]), "mch_billno 只能是数字和字母")


def _check_account(fields: Mapping[str, str], app_field: str, settings: SimulatorSettings) -> None:
    _require(fields["mch_id"] == settings.mch_id, "mch_id 不存在")
    if fields[app_field] != settings.app_id:
        raise PayError("ILLEGAL_APPID", "非法appid，请确认是否为公众号的appid")


def _require(condition: object, description: str) -> None:
    if not condition:
        raise PayError("PARAM_ERROR", description)


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


Fields = dict[str, str | int]

pay = Blueprint("pay", __name__, url_prefix="/mmpaymkttransfers")


@pay.post("/sendredpack")
def send_red_packet() -> Response:
    """Pays a bill number at most once; see `Ledger.pay`. A script may have another answer, before or after that."""
    here = world()
    fields = read_request(request.get_data(), here.settings)
    check_send(fields, here.settings)
    script = here.scripts.take("send", fields["mch_billno"], fields["re_openid"])
    payment = None if script.answer and script.when == "before" else here.ledger.pay(fields)
    if script.answer == "http500":
        return Response("<html>Internal Server Error</html>", 500, content_type="text/html")
    if script.answer or payment is None:
        raise PayError(script.answer, "模拟的应答")
    return _send_response(payment)


@pay.post("/gethbinfo")
def query_red_packet() -> Response:
    """Returns the status of a bill number, or NOT_FOUND."""
    here = world()
    fields = read_request(request.get_data(), here.settings)
    check_query(fields, here.settings)
    payment = here.ledger.find(fields["mch_billno"])
    if payment is None:
        raise PayError("NOT_FOUND", "指定单号数据不存在")
    opened = f"<hblist><hbinfo><openid>{payment.openid}</openid></hbinfo></hblist>" * (payment.status == "RECEIVED")
    return _xml(_ok("OK") | _details(payment), opened)


@pay.errorhandler(PayError)
def _error_response(error: PayError) -> Response:
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


def _send_response(payment: Payment) -> Response:
    # A number that was sent before is answered by its status.
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


def _ok(message: str) -> Fields:
    return {
        "return_code": "SUCCESS",
        "return_msg": message,
        "result_code": "SUCCESS",
        "err_code": "SUCCESS",
        "err_code_des": message,
    }


def _xml(fields: Mapping[str, str | int], raw: str = "") -> Response:
    return Response(render(fields, raw), content_type="text/xml; charset=utf-8")


def shanghai_text(unix_seconds: float) -> str:
    """Formats a time as WeChat Pay does: `2020-07-08 00:00:00`."""
    return datetime.fromtimestamp(unix_seconds, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
