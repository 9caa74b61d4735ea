"""Links, PINs and sessions: who gets in, until when, and what is counted."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.desk_link import MOST_WRONG, Role
from chalicelib.domain.errors import OperatorRefused
from tests.desk.desk_bench import UNIT_NAME, Desk, page

COOKIE = "__Host-desk_session"


def refused(answer: object) -> tuple[int, str]:
    return answer.status, answer.json["error"]["code"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", Role)
def test_a_link_opens_the_desk_for_its_role(desk: Desk, role: Role) -> None:
    browser, made = desk.browser(), desk.link(role)
    assert "=" not in made.token
    assert browser.get("/desk/home").status == 401
    entered = browser.enter(made)
    cookie = entered.cookies[COOKIE]
    assert all(one in cookie for one in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=43200"))
    assert page(browser.get(entered.json["to"]))
    assert browser.get("/desk/session").json == entered.json
    assert bool(made.pin) is (role is Role.EDITOR)


def test_the_entry_page_knows_nothing_of_the_token(desk: Desk) -> None:
    text = page(desk.browser().get("/desk"))
    assert "六位口令" in text
    assert "主菜单" not in text


def test_a_session_ends_after_twelve_hours_and_by_leaving(desk: Desk) -> None:
    browser = desk.visitor(Role.VIEWER)
    kept = dict(browser.jar)
    assert browser.form("/desk/leave").header("location") == "/desk"
    assert browser.get("/desk/home").status == 401
    browser.jar = kept
    desk.advance(hours=12)
    assert browser.get("/desk/home").status == 200
    desk.advance(seconds=1)
    assert browser.get("/desk/home").status == 401


def test_a_link_ends_on_its_day_and_its_sessions_too(desk: Desk) -> None:
    made = desk.link(Role.UNIT, days=1)
    desk.advance(hours=23, minutes=59)
    browser = desk.browser()
    assert browser.enter(made).status == 200
    desk.advance(minutes=1)
    assert refused(browser.enter(made)) == (401, "refused")
    assert browser.get("/desk/home").status == 401


def test_a_revoked_link_ends_within_five_seconds(desk: Desk) -> None:
    made, browser = desk.link(Role.VIEWER), desk.browser()
    browser.enter(made)
    assert browser.get("/desk/home").status == 200
    desk.services.desk.links.revoke(made.link.id, "operator", "lost")
    desk.advance(seconds=3)
    assert browser.get("/desk/home").status == 401
    assert refused(browser.enter(made)) == (401, "refused")


def test_the_link_is_read_at_most_once_in_three_seconds(desk: Desk) -> None:
    browser = desk.visitor(Role.VIEWER)
    before = desk.world.calls["office.read_record"]
    for _ in range(3):
        browser.get("/desk/session")
        desk.advance(seconds=0.9)
    assert desk.world.calls["office.read_record"] == before + 1


def test_an_editor_also_needs_the_pin(desk: Desk) -> None:
    browser, made = desk.browser(), desk.link(Role.EDITOR)
    assert refused(browser.enter(made, "")) == (401, "pin_needed")
    assert refused(browser.enter(made, wrong(made.pin))) == (403, "pin_wrong")
    assert refused(browser.enter(made, "\ud800")) == (403, "pin_wrong")
    assert browser.enter(made).status == 200


def wrong(pin: str) -> str:
    return "000000" if pin != "000000" else "111111"


def test_five_wrong_pins_lock_the_link_for_good(desk: Desk) -> None:
    browser, made = desk.browser(), desk.link(Role.EDITOR)
    found = [refused(browser.enter(made, wrong(made.pin)))[1] for _ in range(MOST_WRONG)]
    assert found == ["pin_wrong"] * (MOST_WRONG - 1) + ["locked"]
    assert refused(browser.enter(made)) == refused(browser.enter(made, "")) == (401, "locked")
    assert [entry.what for entry in desk.ports.ledger.log_entries()] == ["desk link", "desk locked"]


def test_a_right_pin_begins_the_count_anew(desk: Desk) -> None:
    browser, made = desk.browser(), desk.link(Role.EDITOR)
    for _ in range(MOST_WRONG - 1):
        browser.enter(made, wrong(made.pin))
    assert browser.enter(made).status == 200
    assert refused(browser.enter(made, wrong(made.pin))) == (403, "pin_wrong")


def test_wrong_pins_that_come_at_once_are_counted_each(desk: Desk) -> None:
    """Each try is counted before it is compared, so that of many at once only five are compared."""
    links, made, together = desk.services.desk.links, desk.link(Role.EDITOR), Barrier(12)
    read = desk.ports.office.read_record

    def read_record(name: str) -> object:
        record = read(name)
        if record.body.get("tries", 0) == 0 and not together.broken:
            together.wait(timeout=5)
        return record

    desk.ports.office.read_record = read_record  # type: ignore[method-assign, assignment]
    links.office = desk.ports.office

    def enter(_: int) -> str:
        try:
            links.require_pin(made.link.id, wrong(made.pin))
        except DeskRefused as refusal:
            return refusal.code
        except Exception as error:  # noqa: BLE001 - a try that could not be counted is not compared either
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(12) as threads:
        codes = list(threads.map(enter, range(12)))
    assert codes.count("pin_wrong") == MOST_WRONG - 1
    assert set(codes) <= {"pin_wrong", "locked", "TryAgain"}


@pytest.mark.parametrize("cut", [0, 3, 40])
def test_a_forged_token_opens_nothing(desk: Desk, cut: int) -> None:
    made = desk.link(Role.VIEWER)
    forged = made.token[:cut] + ("A" if made.token[cut] != "A" else "B") + made.token[cut + 1 :]
    body = {"token": forged, "pin": ""}
    assert refused(desk.browser().post("/desk/session", body)) == (401, "refused")


def test_a_token_of_another_kind_or_contest_opens_nothing(desk: Desk) -> None:
    now, made = desk.clock(), desk.link(Role.VIEWER)
    others = [
        desk.ports.oauth_state.seal({"l": made.link.id, "c": desk.contest.id}, now),
        desk.ports.desk_tokens.seal({"l": made.link.id, "c": "another"}, now),
        desk.ports.desk_tokens.seal({"l": "nobody", "c": desk.contest.id}, now),
        desk.ports.desk_tokens.seal([], now),
    ]
    for token in others:
        assert refused(desk.browser().post("/desk/session", {"token": token, "pin": ""})) == (401, "refused")


def test_a_citizens_cookie_opens_nothing(desk: Desk) -> None:
    browser = desk.browser()
    session = desk.ports.sessions.start_session("o1", desk.clock()).partition(";")[0].partition("=")[2]
    browser.jar = {"__Host-contest_session": session, COOKIE: session}
    assert browser.get("/desk/home").status == 401


def test_another_site_cannot_act_in_a_visitors_name(desk: Desk) -> None:
    browser = desk.visitor(Role.EDITOR)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert browser.request("POST", "/desk/leave", b"", {**headers, **kind}).status == 400
    assert browser.get("/desk/home").status == 200


def test_operators_make_links_only_as_they_are_meant(desk: Desk) -> None:
    links = desk.services.desk.links
    for role, unit, days, code in (
        (Role.UNIT, "", 7, "desk_unit"),
        (Role.UNIT, "没有的单位", 7, "desk_unit"),
        (Role.EDITOR, UNIT_NAME, 7, "desk_unit"),
        (Role.VIEWER, "", 0, "desk_days"),
        (Role.VIEWER, "", 121, "desk_days"),
    ):
        with pytest.raises(OperatorRefused, match=code):
            links.make_link(role, unit, "张三", days, "operator")
    with pytest.raises(OperatorRefused, match="desk_unknown"):
        links.revoke("nobody", "operator")
    assert links.all_links() == []


def test_the_log_names_the_link_and_no_person(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = desk.link(Role.UNIT)
    desk.browser().enter(made)
    desk.services.desk.links.revoke(made.link.id, "operator", "lost")
    entries = [(one.who, one.what, one.about, one.new, one.reason) for one in desk.ports.ledger.log_entries()]
    assert entries == [
        ("operator", "desk link", made.link.id, f"unit {UNIT_NAME}", ""),
        ("operator", "desk revoke", made.link.id, "", "lost"),
    ]
    assert made.token not in caplog.text
    assert "张三" not in caplog.text


def test_the_menu_has_its_own_order(desk: Desk) -> None:
    text = page(desk.visitor(Role.EDITOR).get("/desk/home"))
    places = [text.index(f">{title}</a>") for title in ("首页", "数据与日报", "联络人", "各单位", "开关")]
    assert places == sorted(places)
    assert "本单位" not in text


def test_an_editors_link_without_a_stored_pin_opens_nothing(desk: Desk) -> None:
    made, office = desk.link(Role.EDITOR), desk.ports.office
    record = office.read_record(made.link.name)
    office.write_record(record, {name: value for name, value in record.body.items() if name != "pin"})
    assert refused(desk.browser().enter(made, "")) == (401, "pin_needed")
    assert refused(desk.browser().enter(made)) == (403, "pin_wrong")
