"""The platform's API and the authorization page."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from infra.simulator import SimulatorSettings, create_app
from infra.simulator.world import EXTENSION
from tests.simulator.conftest import NOW, FakeClock, Stub, said

APP = {"appid": "wxlocal0000000001", "secret": "local-app-secret"}


def token(sim: FlaskClient, **more: object) -> str:
    answer = sim.post("/cgi-bin/stable_token", json={"grant_type": "client_credential", **APP, **more})
    return str(said(answer)["access_token"])


def get(sim: FlaskClient, path: str, **args: str) -> dict[str, object]:
    answer = sim.get(path, query_string=args)
    assert answer.status_code == 200
    return dict(said(answer))


def test_a_stable_token_is_the_same_until_it_ends(sim: FlaskClient, clock: FakeClock) -> None:
    first = token(sim)
    clock.now += 6800
    assert token(sim) == first
    clock.now += 200
    second = token(sim)
    assert second != first
    openid = said(sim.get("/sim/people/p1"))["openid"]
    assert get(sim, "/cgi-bin/user/info", access_token=first, openid=openid)["subscribe"] == 0
    clock.now += 200
    assert get(sim, "/cgi-bin/user/info", access_token=first, openid=openid)["errcode"] == 42001
    assert get(sim, "/cgi-bin/user/info", access_token="forged", openid=openid)["errcode"] == 40001
    assert get(sim, "/cgi-bin/user/info", openid=openid)["errcode"] == 41001
    sim.application.extensions[EXTENSION].tokens.revoke()
    assert get(sim, "/cgi-bin/user/info", access_token=second, openid=openid)["errcode"] == 40001
    assert token(sim, force_refresh=True) != second


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wx0"}, 40013),
        ({"secret": "x"}, 40125),
        ({"grant_type": "x"}, 40002),
        ({"secret": None}, 40125),
    ],
)
def test_a_token_for_others(sim: FlaskClient, change: dict[str, object], errcode: int) -> None:
    body = {"grant_type": "client_credential", **APP, **change}
    assert said(sim.post("/cgi-bin/stable_token", json=body))["errcode"] == errcode


def test_user_info_knows_the_last_follow(sim: FlaskClient, clock: FakeClock) -> None:
    access, openid = token(sim), said(sim.get("/sim/people/p1"))["openid"]
    sim.post("/sim/people/p1/follow", json={})
    sim.post("/sim/people/p1/unfollow", json={})
    assert get(sim, "/cgi-bin/user/info", access_token=access, openid=openid) == {
        "subscribe": 0,
        "openid": openid,
    }
    clock.now += 60
    sim.post("/sim/people/p1/follow", json={"scene": "u1"})
    info = get(sim, "/cgi-bin/user/info", access_token=access, openid=openid)
    assert (info["subscribe"], info["subscribe_time"], info["qr_scene_str"]) == (1, NOW + 60, "u1")
    assert get(sim, "/cgi-bin/user/info", access_token=access, openid="o0")["errcode"] == 40003


def test_followers_in_pages(settings: SimulatorSettings) -> None:
    sim = create_app(replace(settings, followers_page=2)).test_client()
    for number in (1, 2, 3):
        sim.post(f"/sim/people/p{number}/follow", json={"send": False})
    access, after, pages = token(sim), "", []
    while True:
        page = get(sim, "/cgi-bin/user/get", access_token=access, next_openid=after)
        pages.append((page["total"], page["count"]))
        after = str(page["next_openid"])
        if not after:
            break
    assert pages == [(3, 2), (3, 1), (3, 0)]
    assert "data" not in page


def authorize(sim: FlaskClient, stub: Stub, **change: str) -> TestResponse:
    args = {"appid": APP["appid"], "redirect_uri": stub.url + "/oauth/callback?a=1", "response_type": "code"}
    args |= {"scope": "snsapi_base", "state": "St8"} | change
    return sim.get("/connect/oauth2/authorize", query_string=args)


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.location).query)["code"][0]


def redeem(sim: FlaskClient, code: str, **change: str) -> dict[str, object]:
    return get(sim, "/sns/oauth2/access_token", **{**APP, "code": code, "grant_type": "authorization_code", **change})


def test_a_code_works_once(sim: FlaskClient, stub: Stub) -> None:
    answer = authorize(sim, stub, person="p2")
    assert answer.location.startswith(stub.url + "/oauth/callback?a=1&code=")
    assert parse_qs(urlsplit(answer.location).query)["state"] == ["St8"]
    code = code_of(answer)
    assert redeem(sim, code, appid="wx0")["errcode"] == 40013
    assert redeem(sim, code, secret="x")["errcode"] == 40125
    first = redeem(sim, code)
    assert first["openid"] == said(sim.get("/sim/people/p2"))["openid"]
    assert "is_snapshotuser" not in first
    assert redeem(sim, code)["errcode"] == 40163
    assert redeem(sim, "nonsense")["errcode"] == 40029


def test_the_cookie_says_whose_phone_it_is(sim: FlaskClient, stub: Stub) -> None:
    page = authorize(sim, stub)
    assert page.status_code == 200
    assert "这是谁的手机" in page.text
    entered = sim.get("/sim/enter", query_string={"person": "p3", "to": stub.url + "/?x=1"})
    assert entered.location == stub.url + "/oauth/start?next=/%3Fx%3D1"
    openid = redeem(sim, code_of(authorize(sim, stub)))["openid"]
    assert openid == said(sim.get("/sim/people/p3"))["openid"]


def test_a_share_link_is_entered_as_it_is(sim: FlaskClient, stub: Stub) -> None:
    entered = sim.get("/sim/enter", query_string={"person": "p1", "to": stub.url + "/s/abc"})
    assert entered.location == stub.url + "/s/abc"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": "{base}@evil.example/"},
        {"redirect_uri": "{base}.evil.example/"},
        {"redirect_uri": "/oauth/callback"},
        {"redirect_uri": "{base}\\@evil.example/"},
        {"redirect_uri": "http://[/"},
        {"appid": "wx0"},
        {"response_type": "token"},
        {"scope": "snsapi_login"},
        {"state": "a-b"},
        {"state": "a" * 129},
    ],
)
def test_the_page_refuses(sim: FlaskClient, stub: Stub, change: dict[str, str]) -> None:
    changed = {name: value.replace("{base}", stub.url) for name, value in change.items()}
    assert authorize(sim, stub, person="p1", **changed).status_code == 400


def test_menu(sim: FlaskClient) -> None:
    access = {"access_token": token(sim)}
    assert get(sim, "/cgi-bin/menu/get", **access)["errcode"] == 46003
    assert get(sim, "/cgi-bin/get_current_selfmenu_info", **access)["is_menu_open"] == 0
    quiz = {"type": "view", "name": "答题", "url": "http://127.0.0.1:8000/"}
    menu = {"button": [quiz, {"name": "查询", "sub_button": [{"type": "click", "name": "企业", "key": "K"}]}]}
    assert said(sim.post("/cgi-bin/menu/create", query_string=access, json=menu))["errcode"] == 0
    current = get(sim, "/cgi-bin/get_current_selfmenu_info", **access)
    assert current["selfmenu_info"]["button"][1]["sub_button"] == {  # type: ignore[index]
        "list": [{"type": "click", "name": "企业", "key": "K"}]
    }
    assert get(sim, "/cgi-bin/menu/get", **access)["menu"]["button"][0]["url"] == quiz["url"]  # type: ignore[index]
    faulty_menus: tuple[dict[str, Any], ...] = (
        {"button": []},
        {"button": [quiz] * 4},
        {"button": [{**quiz, "name": "长" * 6}]},
        {},
    )
    for faulty in faulty_menus:
        assert said(sim.post("/cgi-bin/menu/create", query_string=access, json=faulty))["errcode"] != 0
    assert get(sim, "/cgi-bin/menu/delete", **access)["errcode"] == 0
    assert said(sim.get("/sim/account"))["menu"] is None


def test_qr_codes_and_tickets(sim: FlaskClient) -> None:
    access = {"access_token": token(sim)}
    body = {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": 600,
        "action_info": {"scene": {"scene_str": "s_1"}},
    }
    code = said(sim.post("/cgi-bin/qrcode/create", query_string=access, json=body))
    assert code["expire_seconds"] == 600
    picture = sim.get("/cgi-bin/showqrcode", query_string={"ticket": code["ticket"]})
    assert picture.data.startswith(b"\x89PNG")
    assert sim.get("/cgi-bin/showqrcode?ticket=x").status_code == 404
    body["action_info"] = {"scene": {"scene_str": "x" * 65}}
    assert said(sim.post("/cgi-bin/qrcode/create", query_string=access, json=body))["errcode"] == 40053
    ticket = get(sim, "/cgi-bin/ticket/getticket", type="jsapi", **access)
    assert ticket == get(sim, "/cgi-bin/ticket/getticket", type="jsapi", **access)
    assert ticket["expires_in"] == 7200


def test_customer_messages_follow_an_action(sim: FlaskClient, clock: FakeClock) -> None:
    access, openid = {"access_token": token(sim)}, said(sim.get("/sim/people/p1"))["openid"]

    def send() -> int:
        body = {"touser": openid, "msgtype": "text", "text": {"content": "你好"}}
        return int(said(sim.post("/cgi-bin/message/custom/send", query_string=access, json=body))["errcode"])

    assert send() == 43004
    sim.post("/sim/people/p1/follow", json={})
    assert [send() for _ in range(4)] == [0, 0, 0, 45047]
    sim.post("/sim/people/p1/follow", json={"scene": "s"})
    clock.now += 60
    assert send() == 45015
