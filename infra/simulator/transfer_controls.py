"""`/sim/pay/transfers…`: the bills, what shall happen to them, and notifications on demand. JSON in and out."""

from typing import Any

from flask import Blueprint, Response, request

from infra.simulator.simulator_io import ControlError, control_body, field, wechat_json
from infra.simulator.transfer_bills import STATES
from infra.simulator.transfer_scripts import parse_script
from infra.simulator.v3_signatures import KINDS
from infra.simulator.world import world

transfer_controls = Blueprint("transfer_controls", __name__, url_prefix="/sim/pay/transfers")


@transfer_controls.get("")
def bills() -> Response:
    """Returns `{transfers: [Bill…], paid_fen, locked_fen, notices: [Notice…]}`, each in order."""
    return wechat_json({**world().transfers.view(), "notices": world().notices.view()})


@transfer_controls.post("/scripts")
def add_scripts() -> Response:
    """Takes one `Script`, or a list of them, for the next calls. Returns `{left}`."""
    world().scripts.extend([parse_script(item) for item in _items()])
    return scripts_left()


@transfer_controls.get("/scripts")
def scripts_left() -> Response:
    return wechat_json({"left": world().scripts.left()})


@transfer_controls.delete("/scripts")
def clear_scripts() -> Response:
    """Drops those not yet played."""
    world().scripts.clear()
    return scripts_left()


@transfer_controls.post("/<number>")
def change(number: str) -> Response:
    """Takes `{state?, fail_reason?, closes_in?}`: what the bill enters now, and in how many seconds it expires."""
    body = control_body()
    state, closes_in = field(body, "state", ""), body.get("closes_in")
    if state not in ("", *STATES) or not isinstance(closes_in, int | float | None):
        raise ControlError(400, "bad_state")
    bill = world().transfers.set_state(number, state, field(body, "fail_reason", ""), closes_in)
    return wechat_json(bill.view())


@transfer_controls.post("/<number>/notify")
def notify(number: str) -> Response:
    """Notifies now, whatever the bill's state. Takes `{signature?, copies?, changes?}`, returns `{statuses}`."""
    here, body = world(), control_body()
    bill = here.transfers.set_state(number, "")
    signature, copies = field(body, "signature", "right"), field(body, "copies", 1)
    if signature not in KINDS or not 0 < copies <= 10:
        raise ControlError(400, "bad_notice")
    notice = here.notices.make(bill, signature, copies, field(body, "changes", dict[str, Any]()))
    here.notices.deliver(notice)
    return wechat_json({"statuses": notice.statuses})


def _items() -> list[Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict | list):
        raise ControlError(400, "bad_json")
    return [body] if isinstance(body, dict) else body
