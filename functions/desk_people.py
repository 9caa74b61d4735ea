"""People at the desk: whose a packet is, hold, release, and another unit."""

from typing import Any
from urllib.parse import quote

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import download, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.workbooks import list_workbook
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.operator_log import masked
from chalicelib.domain.payout_notes import payout_note
from chalicelib.domain.payout_words import STATES
from chalicelib.domain.shanghai import day_and_time
from chalicelib.wiring import services
from functions.desk_route import EDITOR, desk_route

PATH = "/desk/people"


@desk_route("GET", PATH, EDITOR, nav="参与者")
def people(visitor: DeskVisitor) -> Response:
    """Nobody before a number is given. A number of nobody is answered on the page itself."""
    packet = query_of(visitor.request).get("packet", "").strip()
    found, status, fault = None, 200, ""
    if packet:
        try:
            found = services().desk.people.look_up(packet)
        except DeskRefused as refusal:
            status, fault = refusal.status, refusal.text
    shown: dict[str, Any] = {"packet": packet, "found": found, "fault": fault, "units": visitor.contest.unit_names}
    return render("people", visitor, status, states=STATES, note=payout_note, masked=masked, **shown)


@desk_route("GET", "/desk/people/file", EDITOR)
def download_claims(visitor: DeskVisitor) -> Response:
    """The claims of the winner of this packet. Raises DeskRefused for a number of nobody."""
    packet = query_of(visitor.request).get("packet", "").strip()
    found = services().desk.people.look_up(packet)
    rows = [
        (
            one.packet.number,
            one.packet.amount_fen / 100,
            day_and_time(one.claimed_at),
            STATES[one.status],
            payout_note(one),
            one.order.mch_billno,
        )
        for one in found.participation.claims
    ]
    header = ("编号", "金额（元）", "领取时间", "状态", "本人页面上的说明", "商户单号")
    return download(list_workbook("领取的红包", header, rows), f"{found.claim.packet.number}号红包的领取人.xlsx")


@desk_route("POST", "/desk/people/hold", EDITOR)
def hold(visitor: DeskVisitor) -> Response:
    return _hold(visitor, True)


@desk_route("POST", "/desk/people/release", EDITOR)
def release(visitor: DeskVisitor) -> Response:
    return _hold(visitor, False)


@desk_route("POST", "/desk/people/move", EDITOR)
def move(visitor: DeskVisitor) -> Response:
    form = form_of(visitor.request)
    packet, before, after, why = (form.get(name, "") for name in ("packet", "before", "unit", "reason"))
    services().desk.people.move_unit(packet, before, after, visitor.who, why)
    return _back_to(packet)


def _hold(visitor: DeskVisitor, on_hold: bool) -> Response:
    form = form_of(visitor.request)
    packet = form.get("packet", "")
    services().desk.people.set_hold(packet, on_hold, visitor.who, form.get("reason", ""))
    return _back_to(packet)


def _back_to(packet: str) -> Response:
    return see_other(f"{PATH}?packet={quote(packet)}", "done")
