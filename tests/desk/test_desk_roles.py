"""Each route of the desk for each role: who gets in, what they see, and that looking changes nothing."""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.domain.desk.desk_link import Role
from functions.desk_route import MENU, ROUTES, DeskRoute
from tests.desk.desk_bench import UNIT_NAME, Answer, DeskBrowser
from tests.desk.lived_desk import OPENIDS, OTHER_UNIT, PEOPLE, LivedDesk, lived_desk
from tests.http.stage import PUBLIC

DOCUMENT = Path(__file__).parents[2] / "docs/desk.md"
FORM = "application/x-www-form-urlencoded"
OUT = (401, 403)
PERSONAL = [*OPENIDS, *(text for one in PEOPLE.values() for text in (one.name, one.telephone, one.telephone[-4:]))]


@pytest.fixture(scope="module")
def lived() -> Iterator[LivedDesk]:
    """Shared by tests that change nothing but sessions."""
    lived = lived_desk()
    lived.desk.browser().get("/desk")  # registers the routes
    yield lived
    wiring.install(None)


def guarded() -> list[DeskRoute]:
    return [one for one in ROUTES if one.roles]


def target(lived: LivedDesk, route: DeskRoute) -> str:
    path = route.path.replace("{job_id}", lived.job_id).replace("{kind}", "sheet")
    unit = f"?unit={OTHER_UNIT}"
    packet = f"?packet={lived.claim.packet.number}"
    query = {"/desk/contacts/edit": unit, "/desk/units/one": unit, "/desk/people": packet, "/desk/people/file": packet}
    return path + query.get(route.path, "")


def ask(browser: DeskBrowser, lived: LivedDesk, route: DeskRoute, origin: str = PUBLIC) -> Answer:
    """An empty form, which every view refuses after it has let the visitor in."""
    kind = "application/json" if route.as_json else FORM
    headers = {"Content-Type": kind, "Origin": origin} if route.method == "POST" else {}
    return browser.request(route.method, target(lived, route), b"", headers)


def text_of(answer: Answer) -> str:
    """The answer's text, of a workbook that of all its parts."""
    if not answer.body.startswith(b"PK"):
        return answer.body.decode()
    with zipfile.ZipFile(io.BytesIO(answer.body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_in_exactly_where_the_table_says(lived: LivedDesk, role: Role) -> None:
    browser = lived.desk.visitor(role)
    jar = dict(browser.jar)
    for route in guarded():
        browser.jar = dict(jar)  # one of them leaves
        status = ask(browser, lived, route).status
        assert (status in OUT) is (role not in route.roles), (route.method, route.path, status)
        assert status < 500, (route.method, route.path, status)
        if route.method == "GET" and role is Role.EDITOR:
            assert role not in route.roles or status in (200, 303), (route.path, status)


def test_nobody_gets_in_without_a_link_that_counts(lived: LivedDesk) -> None:
    desk = lived.desk
    links, visitors = desk.services.desk.links, {name: desk.browser() for name in ("nobody", "citizen")}
    session = desk.ports.sessions.start_session(OPENIDS[0], desk.clock()).partition(";")[0].partition("=")[2]
    visitors["citizen"].jar = {"__Host-contest_session": session, "__Host-desk_session": session}
    for role in Role:
        visitors[f"revoked {role}"] = desk.browser()
        made = desk.link(role)
        visitors[f"revoked {role}"].enter(made)
        links.revoke(made.link.id, "operator")
    desk.advance(seconds=3)
    for route in guarded():
        found = {name: ask(browser, lived, route).status for name, browser in visitors.items()}
        assert set(found.values()) == {401}, (route.method, route.path, found)


def test_an_expired_link_gets_nowhere(lived: LivedDesk) -> None:
    visitors = []
    for role in Role:
        visitors.append(lived.desk.browser())
        visitors[-1].enter(lived.desk.link(role, days=1))
    now = lived.desk.clock.now
    lived.desk.advance(days=1)
    found = {ask(browser, lived, route).status for route in guarded() for browser in visitors}
    lived.desk.clock.now = now
    assert found == {401}


def test_a_viewer_sees_no_person_and_no_telephone(lived: LivedDesk) -> None:
    viewer = lived.desk.visitor(Role.VIEWER)
    pages = [one for one in ROUTES if one.method == "GET" and Role.VIEWER in one.roles]
    assert len(pages) > 8
    for route in pages:
        text = text_of(ask(viewer, lived, route))
        assert not [one for one in PERSONAL if one in text], route.path


def test_a_unit_sees_itself_alone(lived: LivedDesk) -> None:
    visitor = lived.desk.visitor(Role.UNIT)
    pages = [one for one in ROUTES if one.method == "GET" and Role.UNIT in one.roles]
    for route in pages:
        text = text_of(visitor.get(f"{target(lived, route)}?unit={OTHER_UNIT}"))
        assert PEOPLE[OTHER_UNIT].name not in text, route.path
        assert OTHER_UNIT not in text, route.path
        assert not [one for one in OPENIDS if one in text]
    assert UNIT_NAME in text_of(visitor.get("/desk/unit"))


def test_telephones_are_masked_and_openids_too(lived: LivedDesk) -> None:
    editor = lived.desk.visitor(Role.EDITOR)
    whole = {"/desk/contacts/file", "/desk/contacts/edit"}
    for route in ROUTES:
        if route.method == "GET" and Role.EDITOR in route.roles:
            text = text_of(ask(editor, lived, route))
            assert not [one for one in OPENIDS if one in text], route.path
            shown = [one.telephone for one in PEOPLE.values() if one.telephone in text]
            assert not shown or route.path in whole, route.path


def test_nothing_changes_by_looking(lived: LivedDesk) -> None:
    for role in Role:
        visitor = lived.desk.visitor(role)
        before = lived.desk.world.snapshot()
        for route in ROUTES:
            if route.method == "GET":
                ask(visitor, lived, route)
        assert lived.desk.world.snapshot() == before, role


def test_another_site_changes_nothing(lived: LivedDesk) -> None:
    for role in Role:
        visitor = lived.desk.visitor(role)
        before = lived.desk.world.snapshot()
        found = {ask(visitor, lived, one, "https://evil.example").status for one in ROUTES if one.method == "POST"}
        assert found == {400}
        assert lived.desk.world.snapshot() == before


def test_no_log_line_has_a_token_a_person_or_a_telephone(lived: LivedDesk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = list(PERSONAL)
    for role in Role:
        made, visitor = lived.desk.link(role), lived.desk.browser()
        visitor.enter(made)
        secret += [made.token, *visitor.jar.values(), *([made.pin] if made.pin else [])]
        for route in ROUTES:
            if route.path != "/desk/leave":
                ask(visitor, lived, route)
    logged = caplog.text + repr([(one.args, getattr(one, "claim_id", "")) for one in caplog.records])
    assert not [one for one in secret if one in logged]
    entries = repr(list(lived.desk.ports.ledger.log_entries()))
    assert not [one for one in secret if one in entries]


def test_the_manual_has_the_table_of_routes(lived: LivedDesk) -> None:
    rows = re.findall(r"^\| `(GET|POST) (/desk\S*)` \| (.*?) \| (.*?) \| (.*?) \|", DOCUMENT.read_text("utf-8"), re.M)
    written = {
        (method, path): {role for role, mark in zip(Role, marks, strict=True) if mark == "✓"}
        for method, path, *marks in rows
    }
    assert written == {(one.method, one.path): set(one.roles) for one in guarded()}
    assert {one.nav for one in ROUTES if one.nav} == set(MENU)
    assert [one.path for one in ROUTES if not one.roles] == ["/desk", "/desk/session"]
