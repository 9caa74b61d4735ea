"""The desk's first page: where the contest stands, what is due next, and what there is."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import render
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.domain.contest import Phase
from chalicelib.domain.desk.duties import is_past
from chalicelib.wiring import services
from functions.desk_route import EDITOR, VIEWER, desk_route

PHASES = {Phase.ANNOUNCED: "尚未开幕", Phase.OPEN: "正在进行", Phase.CLOSED: "已经结束"}


@desk_route("GET", "/desk/home", EDITOR, VIEWER, nav="首页")
def home(visitor: DeskVisitor) -> Response:
    desk, window = services().desk, visitor.contest.window
    deadlines = [one for one in desk.unit_reports.duties.deadlines if not is_past(one, window, visitor.now)]
    return render(
        "home",
        visitor,
        phase=PHASES[window.phase(visitor.now)],
        board=desk.boards.current_board(),
        answered=len(desk.contacts.all_contacts()),
        deadlines=deadlines,
    )
