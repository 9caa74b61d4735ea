"""Materials at the desk: nothing with a code before the opening second, and a unit only its own."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.materials import Material
from chalicelib.domain.reporting import Reporting, ReportingUnit
from functions.desk_route import ROUTES
from tests.desk.desk_bench import UNIT_NAME, Answer, Desk, make_desk, page
from tests.http.stage import OPENING, small_contest
from tests.support.examples import CLOSES, SECOND

OTHER = "三河镇"
SHOWN = 'viewBox="0 0 '
"""Of a code's SVG."""


@pytest.fixture
def early() -> Iterator[Desk]:
    """One second before the opening, with every code made already."""
    units = tuple(ReportingUnit(name, "town") for name in (UNIT_NAME, OTHER))
    desk = make_desk(replace(small_contest(), reporting=Reporting(units)), OPENING - SECOND)
    desk.services.desk.unit_codes.make_codes(lambda done, of: None)
    yield desk
    wiring.install(None)


def every_page(desk: Desk) -> list[Answer]:
    """Every page that shows a code, to everybody who may see it."""
    editor, viewer, unit = (desk.visitor(role) for role in (Role.EDITOR, Role.VIEWER, Role.UNIT))
    paths = [f"/desk/materials/{kind}{query}" for kind in Material for query in ("", f"?unit={OTHER}")]
    own = [f"/desk/unit/materials/{kind}" for kind in Material]
    return [who.get(path) for who in (editor, viewer) for path in paths] + [unit.get(path) for path in own]


def test_one_second_before_the_opening_and_after(early: Desk) -> None:
    assert "/desk/unit/materials" not in page(early.visitor(Role.UNIT).get("/desk/unit"))
    for answer in every_page(early):
        assert answer.status == 403
        assert 'data-code="contest_not_open"' in answer.body.decode()
        assert SHOWN not in answer.body.decode()
    early.advance(seconds=1)
    for answer in every_page(early):
        text = page(answer)
        assert SHOWN in text
        assert "不得公布" not in text
        require_own_policy(answer, text)


def test_no_page_at_all_shows_a_code_before_the_opening(early: Desk) -> None:
    """Every route for every role, also those that are made later."""
    addresses = [code.address for code in early.services.desk.unit_codes.make_codes(lambda *_: None)]
    for role in Role:
        visitor = early.visitor(role)
        for route in ROUTES:
            if route.method == "GET":
                answer = visitor.get(f"{re.sub('{.*?}', 'sheet', route.path)}?unit={UNIT_NAME}")
                shown = [one for one in (SHOWN, "data:image/png", *addresses) if one.encode() in answer.body]
                assert shown == [], (role, route.path)


def require_own_policy(answer: Answer, text: str) -> None:
    """The browser would drop a style attribute and an inline script."""
    nonce = text.partition('<style nonce="')[2].partition('"')[0]
    assert f"'nonce-{nonce}'" in str(answer.header("content-security-policy"))
    assert [one for one in ('style="', "<script", "onload=") if one in text] == []


def test_what_there_is_to_print_shows_no_code(early: Desk) -> None:
    viewer = early.visitor(Role.VIEWER)
    assert "--for-printer" in page(viewer.get("/desk/materials"))
    early.clock.now = CLOSES
    text = page(early.visitor(Role.VIEWER).get("/desk/materials"))
    assert all(f"/desk/materials/{kind}" in text for kind in Material)
    assert SHOWN not in text


def test_a_unit_gets_its_own_alone(early: Desk) -> None:
    early.advance(seconds=1)
    unit = early.visitor(Role.UNIT)
    own = page(unit.get("/desk/unit"))
    assert all(f'"/desk/unit/materials/{kind}"' in own for kind in Material if kind is not Material.SHEET)
    for kind in Material:
        text = page(unit.get(f"/desk/unit/materials/{kind}?unit={OTHER}"))
        assert UNIT_NAME in text
        assert OTHER not in text
        assert unit.get(f"/desk/materials/{kind}").status == 403


def test_what_does_not_exist_is_not_found(early: Desk) -> None:
    early.advance(seconds=1)
    viewer = early.visitor(Role.VIEWER)
    for path in ("/desk/materials/cups", "/desk/materials/posters?unit=无此单位"):
        assert viewer.get(path).status == 404


def test_until_the_codes_are_made_the_page_asks_to_wait(desk: Desk) -> None:
    viewer = desk.visitor(Role.VIEWER)
    answer = viewer.get("/desk/materials/sheet")
    assert (answer.status, "还在生成" in answer.body.decode()) == (409, True)
    desk.services.desk.unit_codes.make_when_open()
    assert SHOWN in page(viewer.get("/desk/materials/sheet"))
