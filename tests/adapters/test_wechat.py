"""WeChat's platform: one kind of token, one refresh, a time-out on every call, and no secret in any log or error."""

import json
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import ProtocolError

from chalicelib.adapters.wechat.shared_credentials import FORCES_A_DAY
from chalicelib.adapters.wechat.wechat_account import WeChatAccount
from chalicelib.adapters.wechat.wechat_api import TIMEOUT, WeChatApi, WeChatSignIn
from chalicelib.domain.errors import CodeUsed, TryAgain, WeChatRefused
from chalicelib.ports import Visitor
from chalicelib.wiring import quiet_libraries
from tests.support.clock import FakeClock
from tests.support.credentials import MemoryStore

BASE = "https://api.example"
OAUTH, TOKEN, INFO = f"{BASE}/sns/oauth2/access_token", f"{BASE}/cgi-bin/stable_token", f"{BASE}/cgi-bin/user/info"
TICKET, MENU = f"{BASE}/cgi-bin/ticket/getticket", f"{BASE}/cgi-bin/menu/create"
SECRET = "SECRET0123456789"
GRANTED = {
    "access_token": "WEBTOKEN",
    "expires_in": 7200,
    "refresh_token": "R",
    "openid": "openid-1",
    "scope": "snsapi_base",
}


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.fromisoformat("2020-07-08T00:00:00+08:00"))


@pytest.fixture
def api(clock: FakeClock) -> WeChatApi:
    """An API client with its own store."""
    return new_api(clock)


def new_api(clock: FakeClock, base: str = BASE) -> WeChatApi:
    return WeChatApi("wxapp", SECRET, base, MemoryStore(), clock, lambda seconds: clock.advance(seconds=seconds))


@pytest.fixture
def wechat(api: WeChatApi) -> WeChatSignIn:
    return WeChatSignIn("wxapp", SECRET, BASE, api)


def called(platform: responses.RequestsMock, url: str) -> int:
    return sum(str(call.request.url).split("?")[0] == url for call in platform.calls)


def give_tokens(platform: responses.RequestsMock, *tokens: str) -> None:
    for token in tokens:
        platform.post(TOKEN, json={"access_token": token, "expires_in": 7200})


def test_a_code_becomes_a_visitor(wechat: WeChatSignIn, platform: responses.RequestsMock) -> None:
    platform.get(OAUTH, json=GRANTED)
    assert wechat.identify_visitor("the-code") == Visitor("openid-1", snapshot=False)
    params = platform.calls[0].request.params  # type: ignore[attr-defined]
    assert params == {"appid": "wxapp", "secret": SECRET, "code": "the-code", "grant_type": "authorization_code"}


@pytest.mark.parametrize(("flag", "snapshot"), [(1, True), (0, False)])
def test_a_snapshot_visitor_is_marked(
    wechat: WeChatSignIn, platform: responses.RequestsMock, flag: int, snapshot: bool
) -> None:
    platform.get(OAUTH, json={**GRANTED, "is_snapshotuser": flag})
    assert wechat.identify_visitor("c") == Visitor("openid-1", snapshot)


def test_a_bad_code_is_nobody(wechat: WeChatSignIn, platform: responses.RequestsMock) -> None:
    platform.get(OAUTH, json={"errcode": 40029, "errmsg": "invalid code"})
    assert wechat.identify_visitor("c") is None
    assert len(platform.calls) == 1


def test_a_used_code_is_told_from_a_bad_one(wechat: WeChatSignIn, platform: responses.RequestsMock) -> None:
    platform.get(OAUTH, json={"errcode": 40163, "errmsg": "code been used"})
    with pytest.raises(CodeUsed):
        wechat.identify_visitor("c")
    assert len(platform.calls) == 1


UNCLEAR: dict[str, dict[str, Any]] = {
    "quota": {"json": {"errcode": 45009, "errmsg": f"secret {SECRET}"}},
    "frozen": {"json": {"errcode": 40243, "errmsg": ""}},
    "error without text": {"json": {"errcode": -1}},
    "http error": {"status": 500, "body": SECRET},
    "not found": {"status": 404},
    "html": {"body": "<html>"},
    "empty": {"body": ""},
    "list": {"json": []},
    "number": {"json": 5},
    "null": {"json": None},
    "nothing in it": {"json": {}},
    "broken text": {"body": b"\xff\xfe"},
    "time-out": {"body": requests.ReadTimeout(f"/x?secret={SECRET}")},
    "no connection": {"body": requests.ConnectionError(f"/x?secret={SECRET}")},
    "bad address": {"body": UnicodeError(SECRET)},
}
unclear = pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR.keys())


@pytest.fixture
def quiet() -> Iterator[None]:
    names = ("wechatpy", "urllib3", "requests", "botocore", "pynamodb")
    before = {name: logging.getLogger(name).level for name in names}
    quiet_libraries()
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def assert_nothing_told(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    told = repr(error) + caplog.text
    for secret in (SECRET, "the-code", "openid-1", "TOKEN-"):
        assert secret not in told
    # The error's cause is not printed with it.
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


@unclear
def test_an_unclear_authorization_is_to_be_tried_again(
    wechat: WeChatSignIn,
    platform: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    quiet: None,
    answer: dict[str, Any],
) -> None:
    platform.get(OAUTH, **answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(TryAgain) as caught:
        wechat.identify_visitor("the-code")
    assert_nothing_told(caught.value, caplog)


@unclear
def test_an_unclear_token_is_to_be_tried_again(
    wechat: WeChatSignIn,
    platform: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    quiet: None,
    answer: dict[str, Any],
) -> None:
    platform.post(TOKEN, **answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(TryAgain) as caught:
        wechat.is_following("openid-1")
    assert_nothing_told(caught.value, caplog)
    assert called(platform, INFO) == 0


@unclear
def test_an_unclear_user_info_is_to_be_tried_again(
    wechat: WeChatSignIn,
    platform: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    quiet: None,
    answer: dict[str, Any],
) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, **answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(TryAgain) as caught:
        wechat.is_following("openid-1")
    assert_nothing_told(caught.value, caplog)


@pytest.mark.parametrize(("subscribe", "follows"), [(1, True), (0, False)])
def test_who_follows(wechat: WeChatSignIn, platform: responses.RequestsMock, subscribe: int, follows: bool) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, json={"subscribe": subscribe, "openid": "openid-1"})
    assert wechat.is_following("openid-1") is follows
    assert platform.calls[1].request.params == {  # type: ignore[attr-defined]
        "openid": "openid-1",
        "access_token": "TOKEN-1",
    }


def test_tokens_come_from_stable_token_alone_and_are_kept(
    wechat: WeChatSignIn, platform: responses.RequestsMock
) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, json={"subscribe": 1})
    for _ in range(3):
        wechat.is_following("openid-1")
    assert [str(call.request.url).split("?")[0] for call in platform.calls] == [TOKEN, INFO, INFO, INFO]
    body = platform.calls[0].request.body
    assert body is not None
    assert json.loads(body) == {
        "grant_type": "client_credential",
        "appid": "wxapp",
        "secret": SECRET,
        "force_refresh": False,
    }


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_bad_token_is_replaced_once(wechat: WeChatSignIn, platform: responses.RequestsMock, code: int) -> None:
    give_tokens(platform, "TOKEN-1", "TOKEN-2")
    platform.get(INFO, json={"errcode": code, "errmsg": "invalid credential"})
    platform.get(INFO, json={"subscribe": 1})
    assert wechat.is_following("openid-1")
    assert (called(platform, TOKEN), called(platform, INFO)) == (2, 2)
    assert platform.calls[-1].request.params["access_token"] == "TOKEN-2"  # type: ignore[attr-defined]
    assert json.loads(platform.calls[2].request.body or b"")["force_refresh"] is False


def forced(platform: responses.RequestsMock) -> list[bool]:
    bodies = [call.request.body for call in platform.calls if call.request.url == TOKEN]
    return [json.loads(body or b"")["force_refresh"] for body in bodies]


def test_a_token_is_forced_only_when_wechat_refuses_it_twice(
    wechat: WeChatSignIn, platform: responses.RequestsMock
) -> None:
    give_tokens(platform, "TOKEN-1", "TOKEN-1", "TOKEN-2")
    for errcode in (40001, 40001, 0):
        platform.get(INFO, json={"errcode": errcode, "subscribe": 1})
    assert wechat.is_following("openid-1")
    assert forced(platform) == [False, False, True]
    assert platform.calls[-1].request.params["access_token"] == "TOKEN-2"  # type: ignore[attr-defined]


def test_a_token_that_is_good_after_all_is_kept(wechat: WeChatSignIn, platform: responses.RequestsMock) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, json={"errcode": 40001, "errmsg": "for a moment"})
    platform.get(INFO, json={"subscribe": 1})
    assert wechat.is_following("openid-1")
    assert forced(platform) == [False, False]


def test_two_clients_on_one_account_force_no_more_than_a_few_a_day(
    platform: responses.RequestsMock, clock: FakeClock
) -> None:
    """Another client of the account makes each new token invalid at once."""
    store, counted = MemoryStore(), Counter[str]()
    platform.get(INFO, json={"errcode": 40001, "errmsg": "invalid credential"})
    give_tokens(platform, "TOKEN-1")

    def measure(values: Mapping[str, float], reason: str = "") -> None:
        counted.update(dict(values))

    for _ in range(30):
        api = WeChatApi("wxapp", SECRET, BASE, store, clock, lambda _: None, measure)
        with pytest.raises(WeChatRefused) as caught:
            api.get("user/info", openid="o")
        assert caught.value.errcode == 40001
    assert sum(forced(platform)) == FORCES_A_DAY
    assert counted == {"TokensRefused": 60}


RESETS = {
    "reset": ConnectionResetError(104, "Connection reset by peer"),
    "no answer": RemoteDisconnected("Remote end closed connection without response"),
}
reset = pytest.mark.parametrize("fault", RESETS.values(), ids=RESETS.keys())


def broken(fault: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(ProtocolError("Connection aborted.", fault))


@reset
def test_a_reset_connection_is_tried_once_more(
    wechat: WeChatSignIn, platform: responses.RequestsMock, fault: Exception
) -> None:
    """A NAT drops connections that were idle for minutes."""
    platform.post(TOKEN, body=broken(fault))
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, body=broken(fault))
    platform.get(INFO, json={"subscribe": 1})
    assert wechat.is_following("openid-1")
    assert (called(platform, TOKEN), called(platform, INFO)) == (2, 2)


@reset
def test_it_is_not_tried_a_third_time(wechat: WeChatSignIn, platform: responses.RequestsMock, fault: Exception) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, body=broken(fault))
    with pytest.raises(TryAgain):
        wechat.is_following("openid-1")
    assert called(platform, INFO) == 2


@reset
def test_what_changes_something_is_never_tried_again(
    wechat: WeChatSignIn, api: WeChatApi, platform: responses.RequestsMock, fault: Exception
) -> None:
    """WeChat may already have done it, and a code can be exchanged only once."""
    give_tokens(platform, "TOKEN-1")
    api.get_access_token()
    platform.get(OAUTH, body=broken(fault))
    platform.post(MENU, body=broken(fault))
    platform.get(f"{BASE}/cgi-bin/menu/delete", body=broken(fault))
    calls: list[Callable[[], object]] = [
        lambda: wechat.identify_visitor("the-code"),
        lambda: api.post("menu/create", {}),
        lambda: WeChatAccount(api, "wxapp").remove_menu(),
    ]
    for number, call in enumerate(calls):
        with pytest.raises(TryAgain):
            call()
        assert len(platform.calls) == number + 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_stays_bad_ends_in_try_again(
    wechat: WeChatSignIn, platform: responses.RequestsMock, code: int
) -> None:
    give_tokens(platform, "TOKEN-1")
    platform.get(INFO, json={"errcode": code, "errmsg": "invalid credential"})
    with pytest.raises(TryAgain):
        wechat.is_following("openid-1")
    assert (called(platform, TOKEN), called(platform, INFO)) == (3, 3)


def test_an_expired_token_is_fetched_anew(
    wechat: WeChatSignIn, platform: responses.RequestsMock, clock: FakeClock
) -> None:
    give_tokens(platform, "TOKEN-1", "TOKEN-2")
    platform.get(INFO, json={"subscribe": 1})
    wechat.is_following("openid-1")
    clock.advance(seconds=6899)
    wechat.is_following("openid-1")
    assert called(platform, TOKEN) == 1
    clock.advance(seconds=1)
    wechat.is_following("openid-1")
    assert called(platform, TOKEN) == 2


@pytest.mark.parametrize(
    "answer", [{"access_token": "T"}, {"expires_in": 1}, {"access_token": "T", "expires_in": "soon"}]
)
def test_a_token_that_does_not_say_how_long_is_none(
    wechat: WeChatSignIn, platform: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    platform.post(TOKEN, json=answer)
    with pytest.raises(TryAgain):
        wechat.is_following("openid-1")


def test_the_ticket_is_kept_and_shared(platform: responses.RequestsMock, api: WeChatApi, clock: FakeClock) -> None:
    give_tokens(platform, "TOKEN-1")
    for ticket in ("TICKET-1", "TICKET-2"):
        platform.get(TICKET, json={"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": 7200})
    assert [api.get_js_ticket(), api.get_js_ticket()] == ["TICKET-1", "TICKET-1"]
    assert platform.calls[1].request.params == {  # type: ignore[attr-defined]
        "type": "jsapi",
        "access_token": "TOKEN-1",
    }
    clock.advance(hours=2)
    give_tokens(platform, "TOKEN-2")
    assert api.get_js_ticket() == "TICKET-2"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (40164, "IP whitelist"),
        (45009, "quota"),
        (40125, "AppSecret is wrong"),
        (40243, "frozen"),
        (48001, "no right"),
        (40013, ""),
        (-1, ""),
    ],
)
def test_a_refusal_says_in_the_log_what_can_be_done(
    api: WeChatApi, platform: responses.RequestsMock, caplog: pytest.LogCaptureFixture, code: int, words: str
) -> None:
    platform.post(TOKEN, json={"errcode": code, "errmsg": f"invalid ip 1.2.3.4, secret {SECRET}"})
    with caplog.at_level(logging.WARNING), pytest.raises(WeChatRefused) as caught:
        api.get("user/info", openid="openid-1")
    assert caught.value.errcode == code
    (line,) = [
        record.getMessage() for record in caplog.records if record.name == "chalicelib.adapters.wechat.wechat_errors"
    ]
    assert line.startswith(f"WeChat answered {code} ")
    assert words in line
    assert_nothing_told(caught.value, caplog)


def test_a_bad_token_costs_one_retry_for_a_post_too(api: WeChatApi, platform: responses.RequestsMock) -> None:
    give_tokens(platform, "TOKEN-1", "TOKEN-2", "TOKEN-3")
    platform.post(MENU, json={"errcode": 40001, "errmsg": "invalid credential"})
    with pytest.raises(WeChatRefused) as caught:
        api.post("menu/create", {"button": [{"name": "答题"}]})
    assert caught.value.errcode == 40001
    assert (called(platform, TOKEN), called(platform, MENU)) == (2, 2)
    sent = [call.request.body for call in platform.calls if "menu/create" in str(call.request.url)]
    assert sent[0] == sent[1]
    assert json.loads(sent[0] or b"") == {"button": [{"name": "答题"}]}
    assert "答题".encode() in (sent[0] or b""), "escaped, WeChat would count each letter as six"


def test_instances_share_one_token(platform: responses.RequestsMock, clock: FakeClock) -> None:
    store = MemoryStore()
    apis = [WeChatApi("wxapp", SECRET, BASE, store, clock, lambda _: None) for _ in range(4)]
    give_tokens(platform, "TOKEN-1", "TOKEN-2")
    platform.get(INFO, json={"subscribe": 1})
    for api in apis:
        api.get("user/info", openid="o")
    assert called(platform, TOKEN) == 1
    clock.advance(seconds=7200 - timedelta(minutes=5).seconds)
    for api in apis:
        api.get("user/info", openid="o")
    assert called(platform, TOKEN) == 2


def test_the_librarys_own_way_to_a_token_is_barred(api: WeChatApi) -> None:
    with pytest.raises(TryAgain):
        api._client.fetch_access_token()


def test_every_call_has_a_time_out(wechat: WeChatSignIn, api: WeChatApi, platform: responses.RequestsMock) -> None:
    platform.get(OAUTH, json=GRANTED)
    give_tokens(platform, "TOKEN-1", "TOKEN-2")
    platform.get(INFO, json={"errcode": 40001, "errmsg": ""})
    platform.get(INFO, json={"subscribe": 1})
    wechat.identify_visitor("c")
    wechat.is_following("openid-1")
    platform.get(TICKET, json={"ticket": "T", "expires_in": 7200})
    platform.post(MENU, json={"errcode": 0})
    api.get_js_ticket()
    api.post("menu/create", {})
    assert len(platform.calls) == 7
    for call in platform.calls:
        assert call.request.req_kwargs["timeout"] == TIMEOUT  # type: ignore[attr-defined]


def test_a_broken_header_does_not_bring_the_address_into_the_log(
    caplog: pytest.LogCaptureFixture, quiet: None, clock: FakeClock
) -> None:
    """urllib3's warning contains the address with the secret."""
    body = json.dumps(GRANTED).encode()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\nno header\r\n\r\n" % len(body)
                connection.sendall(head + body)

        thread = threading.Thread(target=answer)
        thread.start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        wechat = WeChatSignIn("wxapp", SECRET, base, new_api(clock, base))
        with caplog.at_level(logging.DEBUG):
            assert wechat.identify_visitor("the-code") == Visitor("openid-1", snapshot=False)
        thread.join()
    assert SECRET not in caplog.text
    assert "the-code" not in caplog.text
