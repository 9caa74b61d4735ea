"""Web authorization: bound to this browser, and no redirect to other sites."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.http.browser import Browser
from tests.http.stage import PUBLIC, Stage, sign_in
from tests.support.wechat import Call
from tests.support.world import Trouble

STATE, SESSION = "__Host-contest_state", "__Host-contest_session"
AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize?"


def failed(code: str) -> str:
    return f"/?e={code}"


def test_the_start_leads_to_wechat_and_back_to_the_configured_address(bare_stage: Stage) -> None:
    answer = bare_stage.browser().get("/oauth/start?next=/", Host="evil.example", X_Forwarded_Host="evil.example")
    target = urlsplit(answer.header("location"))
    query = parse_qs(target.query)
    assert (answer.status, answer.body, answer.header("cache-control")) == (302, b"", "no-store")
    assert (target.scheme, target.netloc, target.path) == ("https", "open.weixin.qq.com", "/connect/oauth2/authorize")
    assert target.fragment == "wechat_redirect"
    # WeChat requires these five parameters in this order.
    assert list(query) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert query["redirect_uri"] == [f"{PUBLIC}/oauth/callback"]
    assert (query["appid"], query["scope"]) == (["wxlocal0000000001"], ["snsapi_base"])


def test_the_page_signs_in_a_visitor_inside_wechat_once(stage: Stage) -> None:
    browser, agent = stage.browser(), "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.50"
    answer = browser.get("/", User_Agent=agent)
    assert (answer.status, answer.header("cache-control")) == (302, "no-store")
    for target, known in (("/", ""), ("/?in=1", agent), ("/?e=snapshot", agent), ("/?from=x", agent)):
        assert browser.get(target, User_Agent=known).status == 200, target
    assert stage.sign_in(browser, "alice", answer.header("location")).header("location") == "/?in=1"
    assert browser.get("/", User_Agent=agent).status == 200


def test_cookies_and_their_flags(stage: Stage) -> None:
    browser = stage.browser()
    start = browser.get("/oauth/start").cookies[STATE]
    assert start.endswith("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure")
    back = stage.sign_in(browser, "alice").cookies
    assert back[SESSION].endswith("; Max-Age=259200; Path=/; HttpOnly; SameSite=Lax; Secure")
    for line in (start, *back.values()):
        assert line.startswith("__Host-")
        assert "Domain" not in line, "or browsers refuse the prefix"


def test_the_local_stage_has_no_https(local_stage: Stage) -> None:
    browser = local_stage.browser()
    start = browser.get("/oauth/start")
    assert start.cookies["contest_state"].endswith("; HttpOnly; SameSite=Lax")
    assert quote("http://127.0.0.1:8000/oauth/callback", safe="") in start.header("location")
    assert local_stage.sign_in(browser, "alice").cookies["contest_session"].endswith("; HttpOnly; SameSite=Lax")
    assert browser.get("/api/me").status == 200


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
        answer = browser.get(f"/oauth/callback?{query}")
        assert (answer.header("location"), answer.cookies) == (failed("state_mismatch"), {})
    assert browser.jar == {STATE: sealed}, "the sign-in in progress goes on"


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
    unknown = [("no-such-code", "authorization_failed"), ("x" * 9000, "authorization_failed")]
    for code, wrong in (*unknown, ("", "authorization_failed"), (snapshot, "snapshot")):
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


# A callback opened twice


def start(stage: Stage, browser: Browser, own: str = "/?from=menu") -> str:
    """The callback's address, with the code that WeChat gives alice."""
    target = browser.get(f"/oauth/start?next={quote(own, safe='')}").header("location")
    return callback(target, stage.wechat.authorize("alice"))


def callback(target: str, code: str) -> str:
    return f"/oauth/callback?code={code}&state={parse_qs(urlsplit(target).query)['state'][0]}"


def test_opened_again_it_leads_on(stage: Stage) -> None:
    browser = stage.browser()
    address = start(stage, browser)
    for _ in range(3):
        assert browser.get(address).header("location") == "/?from=menu"
        assert browser.get("/api/me").status == 200
    assert stage.wechat.asked.count(Call.AUTHORIZATION) == 1
    stage.wait(seconds=601)
    assert browser.get(address).header("location") == "/", "nobody knows any more where they wanted to go"
    assert browser.get("/api/me").status == 200


def test_opened_twice_at_once_the_other_goes_through_the_authorization_again_once(stage: Stage) -> None:
    """Both requests have the state's cookie and no session; only one can use the code."""
    browser = stage.browser()
    address = start(stage, browser)
    other = Browser(stage.gateway, dict(browser.jar))
    assert browser.get(address).header("location") == "/?from=menu"
    answer = other.get(address)
    target = answer.header("location")
    assert (answer.status, target[: len(AUTHORIZE)]) == (302, AUTHORIZE)
    assert callback(target, "x") != callback(address, "x"), "with a new state"
    used = stage.wechat.authorize("alice")
    assert sign_in(stage.browser(), used).header("location") == "/"
    third = Browser(stage.gateway, dict(other.jar))
    assert third.get(callback(target, used)).header("location") == failed("authorization_failed"), "not a third time"
    assert other.get(callback(target, stage.wechat.authorize("alice"))).header("location") == "/?from=menu"
    assert other.get("/api/me").status == 200


@pytest.mark.parametrize("failure", [40029, 40163, 40001, Trouble.LOST])
def test_whoever_has_a_session_goes_on_whatever_wechat_says_of_the_code(stage: Stage, failure: int | Trouble) -> None:
    """The two requests of one callback may get any of these answers, and neither has the other's cookies yet."""
    browser = stage.visitor("alice")
    address = start(stage, browser)
    stage.wechat.will_fail(Call.AUTHORIZATION, failure)
    answer = browser.get(address)
    assert (answer.header("location"), answer.cookies) == ("/?from=menu", {})
    browser.jar.pop(SESSION)
    stage.wechat.will_fail(Call.AUTHORIZATION, failure)
    assert browser.get(address).header("location") != "/?from=menu"


@pytest.mark.parametrize("broken", ["sign_in", "sessions"])
def test_an_unexpected_error_leads_to_the_page_and_is_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    browser, measured = stage.browser(), list[tuple[object, str]]()
    address = start(stage, browser)
    stage.ports.measure = lambda values, reason="": measured.append((values, reason))

    def fails(*_: object) -> None:
        raise ZeroDivisionError("alice")

    name = {"sign_in": "identify_visitor", "sessions": "start_session"}[broken]
    monkeypatch.setattr(getattr(stage.ports, broken), name, fails)
    answer = browser.get(address)
    assert (answer.status, answer.header("location"), set(answer.cookies)) == (302, failed("try_again"), {STATE})
    assert measured == [({"SignInsFailed": 1}, "try_again")]
    (record,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert record.getMessage().startswith("unexpected ZeroDivisionError at test_sign_in.py:")
    assert "alice" not in caplog.text


def test_a_state_that_was_used_signs_nobody_else_in(stage: Stage) -> None:
    """A person who learns the address from a log or a history may have their own code."""
    browser = stage.browser()
    address = start(stage, browser)
    browser.get(address)
    eves = callback(address, stage.wechat.authorize("eve"))
    answer = browser.get(eves)
    assert (answer.header("location"), answer.cookies) == ("/?from=menu", {})
    browser.jar.pop(SESSION)
    answer = browser.get(eves)
    assert answer.header("location").startswith(AUTHORIZE)
    assert SESSION not in answer.cookies


def test_the_sharer_is_remembered_through_the_second_authorization(stage: Stage) -> None:
    stage.follow("sharer")
    code = stage.services.ports.share_codes.make_share_code("sharer")
    target = (browser := stage.browser()).get(f"/s/{code}").header("location")
    used = stage.wechat.authorize("alice")
    sign_in(stage.browser(), used)
    again = browser.get(callback(target, used)).header("location")
    browser.get(callback(again, stage.wechat.authorize("friend")))
    friend = stage.services.ports.followers.find_follower("friend")
    assert friend is not None
    assert friend.invited_by == "sharer"


def test_the_callback_of_another_tab_leads_on_who_is_signed_in(stage: Stage) -> None:
    browser = stage.browser()
    first, second = start(stage, browser), start(stage, browser)
    assert browser.get(first).header("location") == failed("state_mismatch")
    assert browser.get(second).header("location") == "/?from=menu", "its cookie was left alone"
    answer = browser.get(first)
    assert (answer.header("location"), answer.cookies) == ("/", {})


def test_who_signs_in_again_is_asked_about_again(stage: Stage) -> None:
    """A session does not replace the authorization."""
    browser = stage.visitor("alice")
    assert stage.sign_in(browser, "bob").header("location") == "/"
    stage.follow("bob")
    assert browser.post("/api/attempts").status == 201


def test_of_two_states_neither_counts(stage: Stage) -> None:
    browser = stage.browser()
    address = start(stage, browser)
    twice = f"{STATE}=x; {STATE}={browser.jar[STATE]}"
    assert browser.get(address, Cookie=twice).header("location") == failed("state_mismatch")


def test_a_sign_in_begun_before_the_upgrade_is_finished(stage: Stage) -> None:
    browser = stage.browser()
    address = start(stage, browser)
    sealer, today = stage.ports.oauth_state, browser.jar[STATE]
    kept = sealer.open_within(today, 600, stage.now)
    del kept["again"]
    browser.jar = {"contest_state": sealer.seal(kept, stage.now)}
    assert browser.get(address).header("location") == "/?from=menu"
    assert browser.get("/api/me").status == 200


def test_a_state_that_another_host_planted_signs_nobody_in(stage: Stage) -> None:
    attacker, victim = stage.browser(), stage.browser()
    address = start(stage, attacker)
    victim.jar = {"contest_state": attacker.jar[STATE]}
    assert victim.get(address).header("location") == "/?e=state_mismatch"
    assert SESSION not in victim.jar


@pytest.mark.parametrize("length", [65, 4000])
def test_a_code_that_is_too_long_for_ours_is_not_kept(stage: Stage, length: int) -> None:
    answer = stage.browser().get(f"/s/{'x' * length}")
    assert answer.header("location").startswith(AUTHORIZE)
    assert len(answer.cookies[STATE]) < 500
