"""The figures: on a page, as report.xlsx, as a draft of the report to print, and marked as final."""

import re

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import download, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.report_workbook import report_workbook
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.handed_in_sheets import contacts_sheet, events_sheet
from chalicelib.domain.errors import BadRequest
from chalicelib.wiring import services
from functions.desk_route import EDITOR, VIEWER, desk_route

PAGE = "/desk/figures"


@desk_route("GET", PAGE, EDITOR, VIEWER, nav="数据与日报")
def show_figures(visitor: DeskVisitor) -> Response:
    reading = services().desk.figures
    stored = reading.read_figures()
    report = reading.report_of(stored) if stored.shown else None
    return render("figures", visitor, stored=stored, report=report, notices=reading.notices_of(stored))


@desk_route("GET", f"{PAGE}/report.xlsx", EDITOR, VIEWER)
def download_report(visitor: DeskVisitor) -> Response:
    desk = services().desk
    report = desk.figures.report_of(desk.figures.read_figures())
    units = visitor.contest.unit_names
    handed_in = (
        contacts_sheet(units, desk.contacts.all_contacts(), with_people=visitor.link.role is Role.EDITOR),
        events_sheet(units, desk.events.all_events()),
    )
    name = f"{visitor.contest.theme} 数据 {report.figures.at:%m%d-%H%M}.xlsx"
    return download(report_workbook([*report.sheets(), *handed_in]), name)


@desk_route("GET", f"{PAGE}/report", EDITOR, VIEWER)
def print_report(visitor: DeskVisitor) -> Response:
    desk = services().desk
    stored = desk.figures.read_figures()
    units, events = visitor.contest.unit_names, desk.events.all_events()
    held = events_sheet(units, events)
    return render("report", visitor, report=desk.figures.report_of(stored), final=stored.final, held=held)


@desk_route("POST", f"{PAGE}/final", EDITOR)
def mark_final(visitor: DeskVisitor) -> Response:
    """The form's `at` is the moment of the figures; empty to take the mark back."""
    form, reading = form_of(visitor.request), services().desk.figures
    if not re.fullmatch("[0-9]{1,9}", form.get("revision", "")) or "at" not in form:
        raise BadRequest("not the form")
    revision = int(form["revision"])
    if form["at"]:
        reading.mark_final(form["at"], revision, visitor.who)
    else:
        reading.unmark_final(revision, visitor.who)
    return see_other(PAGE, "saved")
