"""The wall's board, the viewers' first page."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_pages import PRIVATE, render
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.http.responses import json_response
from chalicelib.domain.desk.board import board_body
from chalicelib.wiring import services
from functions.desk_route import EDITOR, VIEWER, desk_route


@desk_route("GET", "/desk/board", EDITOR, VIEWER, nav="大屏")
def show_board(visitor: DeskVisitor) -> Response:
    return render("board", visitor, board=board_body(services().desk.boards.current_board()))


@desk_route("GET", "/desk/board.json", EDITOR, VIEWER, as_json=True)
def refresh_board(visitor: DeskVisitor) -> Response:
    """The page asks each minute. Besides the link, which an instance keeps for some seconds, nothing is read for it."""
    return json_response(board_body(services().desk.boards.current_board()), headers=PRIVATE)
