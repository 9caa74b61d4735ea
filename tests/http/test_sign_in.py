"""Web authorization: bound to this browser, and never a way to somewhere else."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.http.stage import PUBLIC, Stage, sign_in
from tests.support.wechat import Call

STATE, SESSION = "contest_state", "contest_session"


def failed(code: str) -> str:
    return f"/?e={code}"


def test_the_start_leads_to_wechat_and_back_to_the_configured_address(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/oauth/start?next=/", Host="evil.example", X_Forwarded_Host="evil.example")
    target = urlsplit(answer.header("location"))
    query = parse_qs(target.query)
    assert (answer.status, answer.body, answer.header("cache-control")) == (302, b"", "no-store")
    assert (target.scheme, target.netloc, target.path) == ("https", "open.weixin.qq.com", "/connect/oauth2/authorize")
    assert target.fragment == "wechat_redirect"
    # WeChat wants these five, in this order.
    assert list(query) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert query["redirect_uri"] == [f"{PUBLIC}/oauth/callback"]
    assert (query["appid"], query["scope"]) == (["wxlocal0000000001"], ["snsapi_base"])


def test_cookies_and_their_flags(stage: Stage) -> None:
    browser = stage.browser()
    start = browser.get("/oauth/start").cookies[STATE]
    assert start.endswith("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure")
    back = stage.sign_in(browser, "alice").cookies
    assert back[SESSION].endswith("; Max-Age=259200; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert back[STATE] == f"{STATE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert set(browser.jar) == {SESSION}


def test_the_local_stage_has_no_https(local_stage: Stage) -> None:
    browser = local_stage.browser()
    start = browser.get("/oauth/start")
    assert start.cookies[STATE].endswith("; HttpOnly; SameSite=Lax")
    assert quote("http://127.0.0.1:8000/oauth/callback", safe="") in start.header("location")
    assert local_stage.sign_in(browser, "alice").cookies[SESSION].endswith("; HttpOnly; SameSite=Lax")


@pytest.mark.parametrize("own", ["/", "/?from=menu", "/static/app.js", "/?a=1&b=%E7%AD%94#top", "/.//evil.example"])
def test_own_paths_are_gone_to_afterwards(stage: Stage, own: str) -> None:
    answer = stage.sign_in(stage.browser(), "alice", f"/oauth/start?next={quote(own, safe='')}")
    assert answer.header("location") == own


def test_other_addresses_are_not_gone_to(stage: Stage) -> None:
    stage.person("alice")
    raw = [
        "", "evil", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "http:evil.example", " /x", "/ x", "/\tx", "/\r\nSet-Cookie:a=b", "/x\n", "/\x00", "/\u3000", "/é",
        "///evil.example", "javascript:alert(1)", "/@evil\\", "/x\\y", "/<script>", "/" + "x" * 300, '/"',
    ]  # fmt: skip
    encoded = [quote(address, safe="") for address in raw] + ["%ff%fe", "/%5C/evil.example", "/%09/evil.example"]
    for wanted in [*encoded, "/&next=//evil.example", "/&next=https%3A%2F%2Fevil.example"]:
        answer = stage.sign_in(stage.browser(), "alice", f"/oauth/start?next={wanted}")
        assert (answer.status, answer.header("location")) == (302, "/"), wanted


def test_the_state_must_be_this_browsers(stage: Stage) -> None:
    browser, other = stage.browser(), stage.browser()
    browser.get("/oauth/start")
    others = parse_qs(urlsplit(other.get("/oauth/start").header("location")).query)["state"][0]
    sealed = browser.jar[STATE]
    for query in (f"code=alice&state={others}", "code=alice", "code=alice&state=", "code=alice&state=%ff%F0%9F%A7%A7"):
        browser.jar[STATE] = sealed
        answer = browser.get(f"/oauth/callback?{query}")
        assert (answer.header("location"), SESSION in answer.cookies) == (failed("state_mismatch"), False)
    assert STATE not in browser.jar


def test_without_its_cookie_or_with_another_one_nobody_signs_in(stage: Stage) -> None:
    browser = stage.browser()
    state = parse_qs(urlsplit(browser.get("/oauth/start").header("location")).query)["state"][0]
    sealed = browser.jar.pop(STATE)
    session = stage.person("alice").jar[SESSION]
    for value in (None, "", "x", sealed[:-6], session):
        browser.jar = {} if value is None else {STATE: value}
        answer = browser.get(f"/oauth/callback?code=alice&state={state}")
        assert answer.header("location") == failed("state_mismatch")
    browser.jar = {STATE: sealed}
    stage.wait(seconds=601)
    answer = browser.get(f"/oauth/callback?code=alice&state={state}")
    assert answer.header("location") == failed("state_mismatch")


def test_refused_codes_snapshots_and_silence(stage: Stage) -> None:
    used, snapshot = stage.wechat.authorize("alice"), stage.wechat.authorize("virtual", snapshot=True)
    assert sign_in(stage.browser(), used).header("location") == "/"
    for code, wrong in ((used, "authorization_failed"), ("", "authorization_failed"), (snapshot, "snapshot")):
        answer = sign_in(stage.browser(), code)
        assert (answer.status, answer.header("location")) == (302, failed(wrong))
        assert set(answer.cookies) == {STATE}
    stage.wechat.silent.add(Call.AUTHORIZATION)
    assert stage.sign_in(stage.browser(), "alice").header("location") == failed("try_again")


def test_somebody_unknown_is_asked_about_once(stage: Stage) -> None:
    stage.wechat.follow("old-follower")
    for _ in range(2):
        assert stage.visitor("old-follower").get("/api/me").json["subscribed"] is True
        assert stage.visitor("stranger").get("/api/me").json["subscribed"] is False
    assert stage.wechat.asked.count(Call.USER_INFO) == 2
    assert stage.visitor("stranger").post("/api/attempts").outcome == (403, "not_following")
