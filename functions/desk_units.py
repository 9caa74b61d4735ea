"""What the units have handed in: the overview, its sheets, and one unit's text and pictures."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import download, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.report_workbook import report_workbook
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.domain.desk.unit_overview import overview_sheets, reminder
from chalicelib.usecases.desk.zip_pictures import PICTURES
from chalicelib.wiring import services
from functions.desk_route import EDITOR, VIEWER, desk_route


@desk_route("GET", "/desk/units", EDITOR, VIEWER, nav="各单位")
def show_units(visitor: DeskVisitor) -> Response:
    reports = services().desk.unit_reports
    statuses = reports.all_statuses()
    missing = [one.unit for one in statuses if one.missing]
    text = reminder(visitor.contest, reports.duties, "report", missing)
    return render("units", visitor, statuses=statuses, missing=missing, reminder=text)


@desk_route("GET", "/desk/units/file", EDITOR, VIEWER)
def download_units(visitor: DeskVisitor) -> Response:
    """A viewer sees no person, so not the texts either."""
    with_texts = visitor.link.role is EDITOR
    sheets = overview_sheets(services().desk.unit_reports.all_statuses(), with_texts)
    return download(report_workbook(sheets), "各单位报送情况.xlsx")


@desk_route("GET", "/desk/units/one", EDITOR)
def show_one_unit(visitor: DeskVisitor) -> Response:
    desk = services().desk
    unit = desk.unit_records.unit_named(query_of(visitor.request).get("unit", ""))
    read = desk.unit_reports.read_unit(unit)
    return render(
        "unit-report",
        visitor,
        files=desk.ports.office_files.origin,
        handed_in=read.status,
        pictures=desk.stories.addresses_of(read.pictures),
    )


@desk_route("POST", "/desk/units/zip", EDITOR)
def ask_zip(visitor: DeskVisitor) -> Response:
    """The function `office` makes the file; its page says when it is there."""
    desk = services().desk
    unit = desk.unit_records.unit_named(form_of(visitor.request).get("unit", ""))
    job = desk.jobs.ask_job(PICTURES, {"unit": unit.name}, visitor.who)
    return see_other(f"/desk/files/{job.id}")
