"""Checks the body of a request to create a transfer bill as WeChat Pay does (transfer-facts §2)."""

import json
import re
from typing import Any

from infra.simulator.simulator_io import V3Error, is_under
from infra.simulator.simulator_settings import SimulatorSettings

Json = dict[str, Any]

SCENE = "1000"
"""现金营销: the one scene this merchant has."""
MIN_FEN, MAX_FEN = 10, 20_000
PERCEPTIONS = ("活动奖励", "现金奖励")
STYLES = ("CONFIRM_PAGE", "RED_PACKET")
_REPORTS = ("活动名称", "奖励说明")
_TEXTS = {"appid": 32, "out_bill_no": 32, "transfer_scene_id": 36, "openid": 64, "transfer_remark": 32}
_OPTIONAL = ("user_recv_perception", "user_recv_style", "notify_url")
_KNOWN = {*_TEXTS, *_OPTIONAL, "transfer_amount", "transfer_scene_report_infos", "user_name"}


def read_create(body: bytes, settings: SimulatorSettings) -> Json:
    """Returns the checked body. Raises `V3Error` PARAM_ERROR, INVALID_REQUEST or NO_AUTH."""
    fields = _parse(body)
    for name, most in _TEXTS.items():
        _param(isinstance(fields.get(name), str) and 0 < len(fields[name]) <= most, name)
    _param(re.fullmatch("[0-9A-Za-z]+", fields["out_bill_no"]), "out_bill_no")
    _param(type(fields.get("transfer_amount")) is int, "transfer_amount")
    _check_reports(fields.get("transfer_scene_report_infos"))
    _check_notify_url(fields.get("notify_url", ""), settings)
    _param(set(fields) <= _KNOWN, "未知字段")
    _check_rules(fields, settings)
    return fields


def _parse(body: bytes) -> Json:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise V3Error(400, "PARAM_ERROR", "请求体不是JSON") from error
    _param(isinstance(fields, dict), "请求体")
    return dict(fields)


def _check_reports(infos: Any) -> None:
    _param(isinstance(infos, list) and len(infos) == 2 and all(isinstance(info, dict) for info in infos), "报备信息")
    _param({info.get("info_type") for info in infos} == set(_REPORTS), "info_type")
    for info in infos:
        content = info.get("info_content")
        _param(isinstance(content, str) and 0 < len(content) <= 32, "info_content")


def _check_notify_url(url: Any, settings: SimulatorSettings) -> None:
    """The local application has no https."""
    _param(isinstance(url, str) and len(url) <= 256 and "?" not in url, "notify_url")
    _param(not url or url.startswith("https://") or is_under(url, settings.public_base_url), "notify_url")


def _check_rules(fields: Json, settings: SimulatorSettings) -> None:
    amount, style = fields["transfer_amount"], fields.get("user_recv_style", {"type": "CONFIRM_PAGE"})
    _rule(fields["appid"] == settings.app_id, "appid与mchid不匹配")
    _rule(MIN_FEN <= amount <= MAX_FEN, "转账金额不在限额内")
    _rule(fields.get("user_recv_perception", PERCEPTIONS[0]) in PERCEPTIONS, "用户收款感知不支持")
    _rule(isinstance(style, dict) and style.get("type") in STYLES, "用户收款样式不支持")
    _rule(not fields.get("user_name"), "不能传入user_name")
    if fields["transfer_scene_id"] != SCENE:
        raise V3Error(403, "NO_AUTH", "商户没有此转账场景")


def _param(condition: object, name: str) -> None:
    if not condition:
        raise V3Error(400, "PARAM_ERROR", f"参数错误：{name}")


def _rule(condition: object, message: str) -> None:
    if not condition:
        raise V3Error(400, "INVALID_REQUEST", message)
