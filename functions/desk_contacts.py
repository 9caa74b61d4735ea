"""The office's contacts: the list, one unit's form, the sheet as .xlsx, and the lists to sign on paper."""

from base64 import b64encode

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import file_of, form_of
from chalicelib.adapters.desk.desk_pages import download, render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.desk.marked_workbook import mark_workbook
from chalicelib.adapters.desk.workbooks import list_workbook, read_workbook
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.domain.desk.contact_sheet import HEADERS, contact_rows
from chalicelib.domain.desk.telephones import mask_telephone
from chalicelib.domain.desk.unit_contacts import ContactForm, total_copies
from chalicelib.domain.desk.unit_overview import reminder
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.wiring import services
from functions.desk_route import EDITOR, VIEWER, desk_route

LIST, SHEET = "/desk/contacts", "工作联络表"


@desk_route("GET", LIST, EDITOR, nav="联络人")
def show_contacts(visitor: DeskVisitor) -> Response:
    return _list(visitor)


@desk_route("POST", LIST, EDITOR)
def import_contacts(visitor: DeskVisitor) -> Response:
    raw = file_of(visitor.request)
    sheets = read_workbook(raw)
    done = services().desk.contacts.import_sheets(sheets, visitor.who)
    if done.wrong:
        marked = b64encode(mark_workbook(raw, sheets, done.wrong)).decode()
        return _list(visitor, 422, wrong=done.wrong, marked=marked)
    return see_other(LIST, "saved")


@desk_route("GET", "/desk/contacts/file", EDITOR)
def download_contacts(visitor: DeskVisitor) -> Response:
    contacts = services().desk.contacts.all_contacts()
    rows = contact_rows(visitor.contest.units, contacts)
    return download(list_workbook("联络表", list(HEADERS.values()), rows), f"{SHEET}.xlsx")


@desk_route("GET", "/desk/contacts/edit", EDITOR)
def edit_contacts(visitor: DeskVisitor) -> Response:
    desk = services().desk
    unit = desk.unit_records.unit_named(query_of(visitor.request).get("unit", ""))
    return _form(visitor, unit, ContactForm.of_stored(*desk.contacts.read_contacts(unit)))


@desk_route("POST", "/desk/contacts/edit", EDITOR)
def save_contacts(visitor: DeskVisitor) -> Response:
    desk, form = services().desk, form_of(visitor.request)
    unit = desk.unit_records.unit_named(form.get("unit", ""))
    faults = desk.contacts.save_form(unit, form, visitor.who)
    return _form(visitor, unit, ContactForm.of_entered(form, faults)) if faults else see_other(LIST, "saved")


@desk_route("GET", "/desk/contacts/handout", EDITOR, VIEWER)
def print_handout(visitor: DeskVisitor) -> Response:
    """The list to sign when posters and leaflets are handed out. It names no person."""
    contacts = services().desk.contacts.all_contacts()
    posters, leaflets = total_copies(contacts.values())
    return render("handout", visitor, contacts=contacts, posters=posters, leaflets=leaflets)


@desk_route("GET", "/desk/contacts/signin", EDITOR)
def print_signin(visitor: DeskVisitor) -> Response:
    """The list to sign at the meeting."""
    desk = services().desk
    meeting = desk.unit_reports.duties.deadline("meeting")
    contacts = desk.contacts.all_contacts()
    return render("signin", visitor, contacts=contacts, meeting=meeting, mask=mask_telephone)


def _list(visitor: DeskVisitor, status: int = 200, wrong: object = (), marked: str = "") -> Response:
    desk, contest = services().desk, visitor.contest
    contacts = desk.contacts.all_contacts()
    posters, leaflets = total_copies(contacts.values())
    missing = [unit for unit in contest.units if unit.name not in contacts]
    return render(
        "contacts",
        visitor,
        status,
        contacts=contacts,
        missing=missing,
        reminder=reminder(contest, desk.unit_reports.duties, "contacts", missing),
        posters=posters,
        leaflets=leaflets,
        mask=mask_telephone,
        wrong=wrong,
        marked=marked,
        sheet=SHEET,
    )


def _form(visitor: DeskVisitor, unit: ReportingUnit, form: ContactForm) -> Response:
    return render("contact-edit", visitor, 422 if form.faults else 200, unit=unit, form=form)
