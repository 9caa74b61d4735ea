"""The desk's first page: what there is, and when the link ends."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import render
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from functions.desk_route import EDITOR, VIEWER, desk_route


@desk_route("GET", "/desk/home", EDITOR, VIEWER, nav="首页")
def home(visitor: DeskVisitor) -> Response:
    return render("home", visitor, phase=visitor.contest.window.phase(visitor.now).value)
