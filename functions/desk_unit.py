"""A unit's own page: its duty, figures, code, contacts, events, text and pictures. The unit is the link's."""

from base64 import b64encode

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import render, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.qr import png
from chalicelib.domain.contest import Phase
from chalicelib.domain.desk.duties import is_past
from chalicelib.domain.desk.unit_contacts import ContactForm, revision_in
from chalicelib.domain.desk.unit_events import NEW, EventForm, number_in
from chalicelib.domain.desk.unit_story import MOST_CHARACTERS, MOST_PICTURES
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.wiring import services
from functions.desk_route import UNIT, desk_route, own_unit

PAGE = "/desk/unit"


@desk_route("GET", PAGE, UNIT, nav="本单位")
def show_unit(visitor: DeskVisitor) -> Response:
    return _page(visitor)


@desk_route("POST", "/desk/unit/contacts", UNIT)
def save_unit_contacts(visitor: DeskVisitor) -> Response:
    form = form_of(visitor.request)
    faults = services().desk.contacts.save_form(own_unit(visitor), form, visitor.who)
    return _page(visitor, contacts=ContactForm.of_entered(form, faults)) if faults else see_other(PAGE, "saved")


@desk_route("POST", "/desk/unit/events", UNIT)
def save_unit_event(visitor: DeskVisitor) -> Response:
    """Adds an event, changes the one with the form's number, or removes the one that it shows."""
    form, events, unit = form_of(visitor.request), services().desk.events, own_unit(visitor)
    if "remove" in form:
        events.remove_event(unit, form, revision_in(form), visitor.who)
        return see_other(PAGE, "saved")
    faults = events.save_event(unit, number_in(form), form, revision_in(form), visitor.who)
    return _page(visitor, event=EventForm.of_entered(form, faults)) if faults else see_other(PAGE, "saved")


@desk_route("POST", "/desk/unit/story", UNIT)
def save_unit_story(visitor: DeskVisitor) -> Response:
    form = form_of(visitor.request)
    text, revision = form.get("text", ""), revision_in(form)
    fault = services().desk.stories.save_text(own_unit(visitor), text, revision, visitor.who)
    return _page(visitor, story=(text, revision, fault)) if fault else see_other(PAGE, "saved")


def _page(
    visitor: DeskVisitor,
    contacts: ContactForm | None = None,
    event: EventForm | None = None,
    story: tuple[str, int, str] | None = None,
) -> Response:
    """Shows what is stored, or in one form what was entered and what is wrong with it."""
    desk, unit, contest = services().desk, own_unit(visitor), visitor.contest
    reports = desk.unit_reports
    read = reports.read_unit(unit)
    stored = read.status
    return render(
        "unit",
        visitor,
        422 if contacts or event or story else 200,
        files=desk.ports.office_files.origin,
        unit=unit,
        tasks=reports.duties.tasks_of(unit),
        deadlines=[(one, is_past(one, contest.window, visitor.now)) for one in reports.duties.deadlines],
        handed_in=stored,
        figures=reports.figures_of(unit),
        code=_code(visitor, unit),
        contacts=contacts or ContactForm.of_stored(stored.contacts, read.contacts_revision),
        events=[EventForm.of_stored(one, number, read.events_revision) for number, one in enumerate(stored.events)],
        event=event or EventForm({}, NEW, read.events_revision),
        story=story or (stored.text, read.story_revision, ""),
        pictures=desk.stories.addresses_of(read.pictures),
        most_pictures=MOST_PICTURES,
        most_characters=MOST_CHARACTERS,
    )


def _code(visitor: DeskVisitor, unit: ReportingUnit) -> str:
    """Returns the unit's code as a data URI, which WeChat lets people save; empty before the opening (R11), and until
    the code is made."""
    if visitor.contest.window.phase(visitor.now) is Phase.ANNOUNCED:
        return ""
    codes = services().desk.unit_codes.public_codes(unit.name)
    return next((f"data:image/png;base64,{b64encode(png(code.address)).decode()}" for code in codes), "")
