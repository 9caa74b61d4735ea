"""api.mch.weixin.qq.com/v3: creates, queries and cancels merchant transfers (transfer-facts §2, §3)."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from infra.simulator.simulator_io import V3Error
from infra.simulator.transfer_bills import WAITING, Bill, rfc3339
from infra.simulator.transfer_fields import read_create
from infra.simulator.transfer_scripts import SILENT, Script
from infra.simulator.world import world

Json = dict[str, Any]

transfer_api = Blueprint("transfer_api", __name__, url_prefix="/v3/fund-app/mch-transfer/transfer-bills")


@transfer_api.before_request
def check_request() -> None:
    """Raises `V3Error`."""
    headers = request.headers
    if "application/json" not in headers.get("Accept", "") or not headers.get("User-Agent"):
        raise V3Error(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent")
    world().signatures.check(
        request.method, request.environ["REQUEST_URI"], headers.get("Authorization", ""), request.get_data()
    )
    if request.content_length and request.mimetype != "application/json":
        raise V3Error(400, "PARAM_ERROR", "Content-Type 应为 application/json")


@transfer_api.post("")
def create() -> Response:
    """Creates a bill. The same number with the same parameters returns its present state, and its package."""
    fields = read_create(request.get_data(), world().settings)
    script = world().scripts.take("create", fields["out_bill_no"], fields["openid"])
    return _play(script, lambda: _created(world().transfers.create(fields, script.state, script.fail_reason)))


@transfer_api.get("/out-bill-no/<number>")
def query(number: str) -> Response:
    """Returns a bill, never with its package. NOT_FOUND after 30 days."""
    script = world().scripts.take("query", number, _openid(number))
    return _play(script, lambda: _queried(_scripted(number, script) or world().transfers.find(number)))


@transfer_api.post("/out-bill-no/<number>/cancel")
def cancel(number: str) -> Response:
    """Begins to cancel a bill that is not confirmed: CANCELING, and a second later CANCELLED."""
    script = world().scripts.take("cancel", number, _openid(number))
    return _play(script, lambda: _cancelled(_scripted(number, script) or world().transfers.cancel(number)))


@transfer_api.errorhandler(V3Error)
def _refused(error: V3Error) -> Response:
    return _answer(error.status, {"code": error.code, "message": error.message})


def _openid(number: str) -> str:
    """Whose bill it is; empty if there is none."""
    try:
        return world().transfers.find(number).openid
    except V3Error:
        return ""


def _scripted(number: str, script: Script) -> Bill | None:
    """The bill in the state that the script gives it, if it gives one. Raises `V3Error` NOT_FOUND."""
    if not script.state:
        return None
    world().transfers.find(number)
    return world().transfers.set_state(number, script.state, script.fail_reason)


def _play(script: Script, act: Callable[[], Json]) -> Response:
    """Answers with the truth, unless the script has another answer."""
    try:
        truth = act() if script.when == "after" or not script.answer else {}
        if script.answer not in ("", *SILENT):
            raise V3Error(script.http_status, script.answer, "模拟的应答")
        status, body = 200, {**truth, **script.changes}
    except V3Error as error:
        status, body = error.status, {"code": error.code, "message": error.message}
    if script.answer == "timeout":
        time.sleep(script.seconds)
        return Response(status=504)
    if script.answer == "http500":
        return Response("<html>Internal Server Error</html>", 500, content_type="text/html")
    return _answer(status, body, script.signature, cut=script.answer == "garbage")


def _answer(status: int, body: Json, signature: str = "right", cut: bool = False) -> Response:
    """Signs the answer, as WeChat Pay signs its errors too. `cut` ends it in the middle."""
    content = json.dumps(body, ensure_ascii=False).encode()
    content = content[: len(content) // 2] if cut else content
    answer = Response(content, status, content_type="application/json; charset=utf-8")
    answer.headers["Request-ID"] = secrets.token_hex(16).upper()
    answer.headers.update(world().signatures.headers(content, signature))
    return answer


def _created(bill: Bill) -> Json:
    receipt = {"package_info": bill.package} if bill.state == WAITING else {}
    return _begin(bill) | {"create_time": rfc3339(bill.created_at), "state": bill.state} | receipt


def _cancelled(bill: Bill) -> Json:
    return _begin(bill) | {"state": bill.state, "update_time": rfc3339(bill.updated_at)}


def _queried(bill: Bill) -> Json:
    reason = {"fail_reason": bill.fail_reason} if bill.fail_reason else {}
    return {
        "mch_id": world().settings.mch_id,
        **_begin(bill),
        "appid": bill.request["appid"],
        "state": bill.state,
        "transfer_amount": bill.amount_fen,
        "transfer_remark": bill.request["transfer_remark"],
        "openid": bill.openid,
        "create_time": rfc3339(bill.created_at),
        "update_time": rfc3339(bill.updated_at),
        **reason,
    }


def _begin(bill: Bill) -> Json:
    return {"out_bill_no": bill.out_bill_no, "transfer_bill_no": bill.transfer_bill_no}
