"""Only the page on a simulated phone gets WeChat's bridge."""

from dataclasses import replace

import pytest

from infra.local.phone_browser import as_asked_by_phone, is_phone, with_bridge
from infra.local.proxy_event import HttpRequest, HttpResponse

SIMULATOR = "http://127.0.0.1:8001"
POLICY = "default-src 'self'; script-src 'self' https://res.wx.qq.com; base-uri 'none'"


def request(target: str = "/", cookie: str = "session=x; sim_person=p1", method: str = "GET") -> HttpRequest:
    return HttpRequest(method, target, [("Cookie", cookie), ("Accept-Encoding", "gzip"), ("if-none-match", '"a"')])


def test_the_page_on_a_phone() -> None:
    assert is_phone(request())
    assert is_phone(request("/?e=not_found"))
    assert as_asked_by_phone(request()).headers == [("Cookie", "session=x; sim_person=p1")]


@pytest.mark.parametrize(
    "other", [request(cookie="session=x"), request("/api/me"), request(method="HEAD"), request(cookie="")]
)
def test_other_requests(other: HttpRequest) -> None:
    assert not is_phone(other)


def test_a_browser_that_calls_itself_wechat_has_its_own() -> None:
    wechat = ("User-Agent", "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.50")
    assert not is_phone(replace(request(), headers=[*request().headers, wechat]))


def test_the_bridge_comes_before_the_page_s_scripts_and_may_call_the_simulator() -> None:
    page = HttpResponse(200, [("Content-Security-Policy", POLICY), ("ETag", "1")], b"<head><script>1</script></head>")
    shown = with_bridge(page, SIMULATOR)
    script = f'<head><script src="{SIMULATOR}/static/bridge.js"></script><script>1</script></head>'
    assert shown.body.decode() == script
    assert shown.headers == [
        (
            "Content-Security-Policy",
            f"default-src 'self'; script-src 'self' {SIMULATOR} https://res.wx.qq.com; base-uri 'none'; "
            f"connect-src 'self' {SIMULATOR}",
        ),
        ("ETag", "1"),
    ]
