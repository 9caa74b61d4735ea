"""Entering the desk through a link, and leaving it."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import PRIVATE, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.http.request_parts import json_object
from chalicelib.adapters.http.responses import json_response
from chalicelib.wiring import services
from functions.desk_route import EDITOR, HOMES, UNIT, VIEWER, desk_route


@desk_route("GET", "/desk")
def enter(visitor: DeskVisitor) -> Response:
    """The page behind every link. Its script exchanges the token behind `#`, which no server sees in an address."""
    return render("enter", visitor)


@desk_route("POST", "/desk/session", as_json=True)
def begin(visitor: DeskVisitor) -> Response:
    s, body = services(), json_object(visitor.request, {"token": str, "pin": str})
    link = s.desk.links.open_link(body["token"], body["pin"])
    cookie = s.ports.desk_sessions.enter_desk(link.id, s.clock())
    return json_response({"to": HOMES[link.role]}, headers={**PRIVATE, "Set-Cookie": cookie})


@desk_route("GET", "/desk/session", EDITOR, VIEWER, UNIT, as_json=True)
def resume(visitor: DeskVisitor) -> Response:
    """Where a visitor goes on who opens /desk without a token, as from a bookmark. The cookie does not come with a
    navigation from another site, but with the page's own request."""
    return json_response({"to": HOMES[visitor.link.role]}, headers=PRIVATE)


@desk_route("POST", "/desk/leave", EDITOR, VIEWER, UNIT)
def leave(visitor: DeskVisitor) -> Response:
    left = see_other("/desk")
    left.headers["Set-Cookie"] = services().ports.desk_sessions.leave_desk()
    return left
