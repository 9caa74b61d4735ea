"""The switches at the desk: pause and resume, payouts stopped and started."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.domain.errors import BadRequest
from chalicelib.usecases.desk.switch_with_pin import SwitchAct
from chalicelib.wiring import services
from functions.desk_route import EDITOR, desk_route

PATH = "/desk/switches"


@desk_route("GET", PATH, EDITOR, nav="开关")
def switches(visitor: DeskVisitor) -> Response:
    found = services().desk.switches.read_switches()
    held = found.is_held(visitor.contest.prizes, visitor.now)
    return render("switches", visitor, switches=found, held=held)


@desk_route("POST", PATH, EDITOR)
def switch(visitor: DeskVisitor) -> Response:
    form = form_of(visitor.request)
    act, pin, why = (form.get(name, "") for name in ("act", "pin", "reason"))
    if act not in set(SwitchAct):
        raise BadRequest("no such act")
    services().desk.switches.decide(SwitchAct(act), visitor.link.id, pin, visitor.who, why)
    return see_other(PATH, "done")
