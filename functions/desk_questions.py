"""Questions at the desk: find one, withdraw it, put it back."""

from typing import Any
from urllib.parse import quote

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import download, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.workbooks import list_workbook
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.wiring import services
from functions.desk_route import EDITOR, desk_route

PATH = "/desk/questions"


@desk_route("GET", PATH, EDITOR, nav="题目")
def questions(visitor: DeskVisitor) -> Response:
    """The withdrawn questions; others only when they are looked for. A single one is shown with its form."""
    words, desk = query_of(visitor.request).get("words", "").strip(), services().desk
    found = desk.questions.look_up(words) if words else ()
    shown: dict[str, Any] = {"words": words, "found": found, "withdrawn": desk.questions.withdrawn()}
    return render("questions", visitor, **shown)


@desk_route("GET", "/desk/questions/file", EDITOR)
def download_withdrawn(visitor: DeskVisitor) -> Response:
    found = services().desk.questions.withdrawn()
    rows = [(one.id, one.subject, one.stem, one.options[one.answer], one.source) for one in found]
    header = ("题号", "科目", "题目", "题库中的答案", "依据")
    return download(list_workbook("已撤回的题目", header, rows), "已撤回的题目.xlsx")


@desk_route("POST", "/desk/questions/withdraw", EDITOR)
def withdraw(visitor: DeskVisitor) -> Response:
    return _decided(visitor, services().desk.questions.withdraw)


@desk_route("POST", "/desk/questions/restore", EDITOR)
def restore(visitor: DeskVisitor) -> Response:
    return _decided(visitor, services().desk.questions.restore)


def _decided(visitor: DeskVisitor, decide: Any) -> Response:
    form = form_of(visitor.request)
    question_id, pin, why = (form.get(name, "") for name in ("question", "pin", "reason"))
    decide(question_id, visitor.link.id, pin, visitor.who, why)
    return see_other(f"{PATH}?words={quote(question_id)}", "done")
