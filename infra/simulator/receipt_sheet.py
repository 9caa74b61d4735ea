"""`/sim/people/…/receipt`: WeChat's `requestMerchantTransfer` on a person's phone (transfer-facts §4).

The page in the phone's browser calls it through `static/bridge.js`; answers have the `err_msg` of WeChat's callback.
"""

from typing import Any

from flask import Blueprint, Response

from infra.simulator.simulated_people import Person
from infra.simulator.simulator_io import control_body, field, wechat_json
from infra.simulator.transfer_bills import Bill
from infra.simulator.world import world

receipt_sheet = Blueprint("receipt_sheet", __name__, url_prefix="/sim/people/<person_id>/receipt")

_CALL = "requestMerchantTransfer"
OLD = "system:function_not_exist"
"""What a WeChat before 8.0.45 answers to a call that it does not know."""


@receipt_sheet.after_request
def allow_the_page(answer: Response) -> Response:
    """The page has another origin than the simulator."""
    answer.headers["Access-Control-Allow-Origin"] = world().settings.public_base_url
    return answer


@receipt_sheet.get("")
def can_open(person_id: str) -> Response:
    """Returns `{supported}`: whether this WeChat knows the call."""
    return wechat_json({"supported": world().people.get(person_id).wechat != "old"})


@receipt_sheet.post("")
def open_sheet(person_id: str) -> Response:
    """Takes `{mchId, appId, package}`. Returns what the sheet shows, `{amount_fen, remark, perception, style}`, or the
    `{err_msg}` of a sheet that does not open."""
    person, body, settings = world().people.get(person_id), control_body(), world().settings
    if person.wechat == "old":
        return _said(OLD)
    bill = _waiting(person, body)
    if bill is None or (body.get("mchId"), body.get("appId")) != (settings.mch_id, settings.app_id):
        return _said(f"{_CALL}:fail")
    asked = bill.request
    shown = {"remark": asked["transfer_remark"], "perception": asked.get("user_recv_perception", "活动奖励")}
    style = asked.get("user_recv_style", {}).get("type", "CONFIRM_PAGE")
    return wechat_json({"amount_fen": bill.amount_fen, "style": style, **shown})


@receipt_sheet.post("/confirm")
def confirm(person_id: str) -> Response:
    """Takes `{package}`. The person takes the money; `ok` says that the sheet was shown, not that it was paid."""
    here, person, body = world(), world().people.get(person_id), control_body()
    with here.lock:
        bill = _waiting(person, body)
        if bill is None:
            return _said(f"{_CALL}:fail")
        script = here.scripts.take("confirm", bill.out_bill_no, person.openid)
        here.transfers.set_state(bill.out_bill_no, script.state or "SUCCESS", script.fail_reason)
    return _said(f"{_CALL}:ok")


@receipt_sheet.post("/cancel")
def leave(person_id: str) -> Response:
    """The person closes the sheet. HarmonyOS says `ok` all the same."""
    person = world().people.get(person_id)
    return _said(f"{_CALL}:ok" if person.wechat == "harmony" else f"{_CALL}:cancel")


def _waiting(person: Person, body: dict[str, Any]) -> Bill | None:
    return world().transfers.waiting(person.openid, field(body, "package", ""))


def _said(err_msg: str) -> Response:
    return wechat_json({"err_msg": err_msg})
