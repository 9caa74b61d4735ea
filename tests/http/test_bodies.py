"""Malformed bodies and requests of every kind: refused in the contract's shape, never with a 5xx."""

import json
import re
from types import SimpleNamespace

import pytest

from chalicelib.adapters.http.request_parts import refuse_other_sites
from chalicelib.adapters.sealing import Sealer
from chalicelib.domain.switches import Switches
from functions.middleware import FROM_SERVERS
from tests.http.browser import Answer, Browser
from tests.http.openapi_check import contract_routes
from tests.http.stage import CLOSING, OPENING, PUBLIC, Stage

Target = tuple[str, str, dict[str, object]]
TARGETS: list[Target] = [
    ("PUT", "/api/me/unit", {"unit": "岔河镇"}),
    ("POST", "/api/claims", {"attempt_id": "0" * 22}),
    ("POST", "/api/attempts/x/submission", {"attempt": "1.x", "answers": {}}),
]
WITHOUT_A_BODY: list[Target] = [("POST", "/api/attempts", {}), ("POST", "/api/claims/x/receipt", {})]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def person(bare_stage: Stage) -> Browser:
    """A signed-in person. There are no tables: none of these requests may reach them."""
    browser = bare_stage.browser()
    sealed = Sealer(bare_stage.services.settings.session_keys, "session").seal({"o": "alice"}, bare_stage.now)
    browser.jar["__Host-contest_session"] = sealed
    return browser


@pytest.mark.parametrize(("method", "target", "good"), TARGETS)
def test_odd_bodies_are_bad_requests(person: Browser, method: str, target: str, good: dict[str, object]) -> None:
    text = json.dumps(good)
    name = next(iter(good))
    first = f"{json.dumps(name)}:{json.dumps(good[name])}"
    odd = [
        b"", b" ", b"{", b"null", b"true", b"0", b"[]", b'"x"', b"{}", b"\xff", b"\x00", text.encode("utf-16"),
        text.encode("utf-8-sig"), text.encode() + b"\xff", text.encode() + b"{}", b"[" * 16_000, b'{"a":' * 3000,
        b"1" * 16_000, b"-1e999999", b"NaN", b"Infinity", f"{text[:-1]},{first}}}".encode(),
        json.dumps(good | {"extra": 1}).encode(), b"%7B%7D", f"[{text}]".encode(), b"\xed\xa0\x80",
    ]  # fmt: skip
    odd += [json.dumps({k: v for k, v in good.items() if k != gone}).encode() for gone in good]
    for value in (b"null", b"1", b"1.5", b"true", b"[]", b"NaN", b"1" * 5000, b"{}" if name != "answers" else b"[]"):
        odd.append(text.encode().replace(json.dumps(good[name]).encode(), value))
    for body in odd:
        assert person.request(method, target, body, JSON).outcome == (400, "bad_request"), body[:80]


@pytest.mark.parametrize("value", ["1", "null", "[]", "{}", "true", "NaN", '["A"]', "1" * 5000, '"A","q":"B"'])
def test_answers_are_keys(person: Browser, value: str) -> None:
    body = f'{{"attempt":"1.x","answers":{{"q":{value}}}}}'.encode()
    assert person.request("POST", TARGETS[2][1], body, JSON).outcome == (400, "bad_request")


@pytest.mark.parametrize(("method", "target", "good"), TARGETS)
def test_the_largest_body_is_sixteen_kilobytes(
    person: Browser, method: str, target: str, good: dict[str, object]
) -> None:
    def padded(size: int) -> Answer:
        return person.request(method, target, b"{" + b" " * (size - 2) + b"}", JSON)

    assert padded(16 * 1024).outcome == (400, "bad_request")
    assert padded(16 * 1024 + 1).outcome == (413, "too_large")
    assert padded(10 * 1024 * 1024 + 1).outcome == (413, "too_large")


@pytest.mark.parametrize(("method", "target", "good"), TARGETS)
def test_media_types(person: Browser, method: str, target: str, good: dict[str, object]) -> None:
    for other in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/xml",
        "application/json2",
        "",
        "x",
        "a/b;" * 99,
    ):
        refused = person.request(method, target, b"{}", {"Content-Type": other})
        assert refused.outcome == (415, "unsupported_media_type"), other
    for same in ("application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"):
        assert person.request(method, target, b"{}", {"Content-Type": same}).status == 400, same
    for body in (b"", b"{}"):
        assert person.request(method, target, body).outcome == (415, "unsupported_media_type")


@pytest.mark.parametrize(("method", "target", "good"), WITHOUT_A_BODY)
def test_without_a_body_a_media_type_is_needed_too(
    person: Browser, method: str, target: str, good: dict[str, object]
) -> None:
    for body in (b"", b"{}"):
        assert person.request(method, target, body).outcome == (415, "unsupported_media_type")
        refused = person.request(method, target, body, {"Content-Type": "text/plain"})
        assert refused.outcome == (415, "unsupported_media_type")


@pytest.mark.parametrize(("method", "target", "good"), TARGETS + WITHOUT_A_BODY)
def test_pages_of_other_sites_change_nothing(
    person: Browser, method: str, target: str, good: dict[str, object]
) -> None:
    def outcome(**headers: str) -> tuple[int, str]:
        lines = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
        return person.request(method, target, b"{}", lines).outcome

    host = PUBLIC.removeprefix("https://")
    for origin in (
        "https://evil.example", f"http://{host}", f"{PUBLIC}:8443", f"{PUBLIC}.evil.example", f"https://a.{host}",
        "null", "", host, f"{PUBLIC}/", "https://[", "é",
    ):  # fmt: skip
        assert outcome(Origin=origin) == (400, "bad_request"), origin
    bare_before = person.jar
    person.jar = {}
    for site in ("cross-site", "same-site", "", "x"):
        assert outcome(Sec_Fetch_Site=site) == (400, "bad_request"), site
        assert outcome(Sec_Fetch_Site=site, Origin=PUBLIC) == (400, "bad_request"), site
    assert outcome(Origin="https://evil.example") == (400, "bad_request"), "before anything else"
    for own in ({}, {"Origin": PUBLIC}, {"Origin": PUBLIC.upper()}, {"Sec_Fetch_Site": "none"}):
        assert outcome(**own) == outcome(Sec_Fetch_Site="same-origin", Origin=PUBLIC) == (401, "not_signed_in")
    person.jar = bare_before


def test_every_route_that_changes_something_is_asked_so() -> None:
    asked = {(method, target) for method, target, _ in TARGETS + WITHOUT_A_BODY}
    routes = {(method, path) for path, method in contract_routes() if method != "GET"}
    pages = routes - {("POST", path) for path in FROM_SERVERS}
    assert asked == {(method, re.sub("{.*}", "x", path)) for method, path in pages}


@pytest.mark.parametrize(
    "base", ["https://Quiz.Example.cn:443", "https://quiz.example.cn", "https://quiz.example.cn/x"]
)
def test_the_own_origin_is_as_browsers_write_it(base: str) -> None:
    headers = {"origin": "https://quiz.example.cn", "content-type": "application/json"}
    refuse_other_sites(SimpleNamespace(headers=headers), base)  # type: ignore[arg-type]


@pytest.mark.parametrize("attempt_id", ["x", "0" * 21, "0" * 23, "x" * 4000, "-" * 22])
def test_ids_that_are_not_ours_are_invalid_before_any_work(person: Browser, attempt_id: str) -> None:
    body = {"attempt": "1.x", "answers": {}}
    assert person.post(f"/api/attempts/{attempt_id}/submission", body).outcome == (400, "attempt_invalid")
    assert person.post("/api/claims", {"attempt_id": attempt_id}).outcome == (400, "attempt_invalid")


def test_a_media_type_without_a_body_says_nothing(person: Browser) -> None:
    for target in ("/", "/api/contest", "/api/units", "/healthz", "/static/app-0123456789ab.js", "/oauth/start"):
        assert person.get(target, Content_Type="text/plain").status in (200, 302), target


@pytest.mark.parametrize(("method", "target", "good"), TARGETS[1:])
def test_the_phase_is_looked_at_before_the_body(
    bare_stage: Stage, person: Browser, method: str, target: str, good: dict[str, object]
) -> None:
    for moment, outcome in ((OPENING, (403, "contest_not_open")), (CLOSING, (403, "contest_closed"))):
        bare_stage.now = moment.replace(day=7 if moment == OPENING else 15)
        sealed = Sealer(bare_stage.services.settings.session_keys, "session").seal({"o": "alice"}, bare_stage.now)
        person.jar["__Host-contest_session"] = sealed
        for body in (b"{", b"{}", b" " * 20_000, json.dumps(good | {"extra": 1}).encode()):
            assert person.request(method, target, body, JSON).outcome == outcome


@pytest.mark.parametrize(("method", "target", "good"), TARGETS[1:])
def test_pause_is_looked_at_before_the_body(
    bare_stage: Stage, person: Browser, method: str, target: str, good: dict[str, object]
) -> None:
    bare_stage.switches = Switches(paused=True)
    for body in (b"{", b"{}", b" " * 20_000, json.dumps(good | {"extra": 1}).encode()):
        assert person.request(method, target, body, JSON).outcome == (503, "contest_paused")


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/", "/api/nothing", "/static", "/api/attempts/x", "/%00"])
def test_unknown_paths(bare_stage: Stage, path: str) -> None:
    assert bare_stage.browser().get(path).outcome == (404, "not_found")


def test_other_methods(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    for method, target in (
        ("GET", "/api/attempts"), ("DELETE", "/api/me"), ("POST", "/api/me/unit"), ("PATCH", "/api/claims"),
        ("PUT", "/wechat"), ("POST", "/"), ("OPTIONS", "/api/contest"), ("GET", "/api/attempts/x/submission"),
    ):  # fmt: skip
        assert browser.request(method, target).outcome == (405, "method_not_allowed"), target


def test_odd_queries_and_headers_change_nothing(bare_stage: Stage) -> None:
    browser = bare_stage.browser()
    for query in ("?", "?a", "?a=&a=", "?%ff=%00", "?=", "?" + "a=b&" * 500):
        assert browser.get(f"/api/units{query}").status == 200
        assert browser.get(f"/oauth/start{query}").status == 302
    headers = {"Accept": "image/png", "X-Long": "x" * 9000, "If-None-Match": "\x00,,", "Accept-Language": "é"}
    assert browser.request("GET", "/", b"", headers).status == 200
