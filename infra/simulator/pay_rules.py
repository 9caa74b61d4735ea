"""What a request to WeChat Pay must look like (wechat-facts §6), and its MD5 signature."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping

from infra.simulator.simulator_errors import PayError, XmlError
from infra.simulator.simulator_settings import SimulatorSettings
from infra.simulator.xmlio import parse_flat

# Longest length in characters; every one of these is required.
_SEND_LENGTHS = {
    "nonce_str": 32,
    "mch_billno": 28,
    "mch_id": 32,
    "wxappid": 32,
    "send_name": 32,
    "re_openid": 32,
    "total_amount": 10,
    "total_num": 10,
    "wishing": 128,
    "client_ip": 15,
    "act_name": 32,
    "remark": 256,
}
_QUERY_LENGTHS = {"nonce_str": 32, "mch_billno": 28, "mch_id": 32, "appid": 32, "bill_type": 32}
_MIN_FEN, _MAX_FEN = 100, 20_000


def sign(fields: Mapping[str, str], key: str) -> str:
    """Upper-case MD5 over the sorted, non-empty fields but `sign`, and the key."""
    pairs = [f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign"]
    return hashlib.md5("&".join([*pairs, f"key={key}"]).encode()).hexdigest().upper()


def read_request(body: bytes, settings: SimulatorSettings) -> dict[str, str]:
    """The fields of a body signed with our key. Raises `PayError` XML_ERROR or SIGN_ERROR."""
    try:
        fields = parse_flat(body)
    except XmlError as error:
        raise PayError("XML_ERROR", "输入xml参数格式错误") from error
    if not hmac.compare_digest(sign(fields, settings.pay_key).encode(), fields.get("sign", "").encode()):
        raise PayError("SIGN_ERROR", "签名错误")
    return fields


def check_send(fields: Mapping[str, str], settings: SimulatorSettings) -> None:
    """Raises `PayError` PARAM_ERROR, ILLEGAL_APPID or MONEY_LIMIT."""
    _check_lengths(fields, _SEND_LENGTHS)
    _check_account(fields, "wxappid", settings)
    _require(fields["total_num"] == "1", "total_num 必须为1")
    _require(_is_ipv4(fields["client_ip"]), "client_ip 必须为IPv4地址")
    _require(re.fullmatch("PRODUCT_[1-8]", fields.get("scene_id") or "PRODUCT_1"), "scene_id 错误")
    amount = fields["total_amount"]
    _require(amount.isascii() and amount.isdecimal(), "total_amount 必须为整数")
    if not _MIN_FEN <= int(amount) <= _MAX_FEN:
        raise PayError("MONEY_LIMIT", "红包金额发放限制")


def check_query(fields: Mapping[str, str], settings: SimulatorSettings) -> None:
    """Raises `PayError` PARAM_ERROR or ILLEGAL_APPID."""
    _check_lengths(fields, _QUERY_LENGTHS)
    _check_account(fields, "appid", settings)
    _require(fields["bill_type"] == "MCHT", "bill_type 必须为MCHT")


def _check_lengths(fields: Mapping[str, str], lengths: Mapping[str, int]) -> None:
    for name, most in lengths.items():
        _require(0 < len(fields.get(name, "")) <= most, f"{name} 必填，且不超过{most}个字符")
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
