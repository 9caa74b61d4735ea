"""The control API's manners, settings, clock, the server, and garbage everywhere."""

import threading
import urllib.request
from dataclasses import replace
from socket import socket

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from infra.simulator import SimulatorSettings, clock_from_env, create_app, serve
from infra.simulator.xmlio import parse_flat, render
from tests.simulator.conftest import Stub, said

POSTS = [
    *(f"/sim/people/p1/{action}" for action in ("follow", "unfollow", "text", "click", "view", "share")),
    *("/sim/people", "/sim/people/nobody/follow", "/sim/pay/faults", "/sim/pay/queries", "/nothing"),
    *("/cgi-bin/stable_token", "/cgi-bin/menu/create", "/cgi-bin/qrcode/create"),
    *("/cgi-bin/message/custom/send", "/mmpaymkttransfers/sendredpack", "/mmpaymkttransfers/gethbinfo"),
]
NAMES = (
    "content scene key url to name create_time button action_info scene_str text touser when answer status "
    "mch_billno sub_button type action_name expire_seconds msgtype times seconds"
).split()
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


def test_people_from_the_start_and_new_ones(sim: FlaskClient) -> None:
    people = said(sim.get("/sim/people"))["people"]
    assert [(p["id"], p["name"]) for p in people] == [("p1", "张三"), ("p2", "李四"), ("p3", "王五")]
    added = sim.post("/sim/people")
    assert added.status_code == 201
    assert (said(added)["id"], len(said(added)["openid"]), said(added)["followed"]) == ("p4", 28, False)


def test_openids_survive_a_restart(settings: SimulatorSettings, sim: FlaskClient) -> None:
    again = create_app(settings).test_client()
    assert said(again.get("/sim/people/p1"))["openid"] == said(sim.get("/sim/people/p1"))["openid"]
    other = create_app(replace(settings, app_id="wxother")).test_client()
    assert said(other.get("/sim/people/p1"))["openid"] != said(sim.get("/sim/people/p1"))["openid"]


def test_a_shared_link_reaches_the_friend(sim: FlaskClient, stub: Stub) -> None:
    assert sim.post("/sim/people/p1/share", json={"to": "p2", "url": stub.url + "/s/x"}).status_code == 200
    (entry,) = said(sim.get("/sim/people/p2"))["chat"]
    assert (entry["type"], entry["text"], entry["sender"]) == ("share", stub.url + "/s/x", "张三")
    assert sim.post("/sim/people/p1/share", json={"to": "p2", "url": "javascript:1"}).status_code == 400


def test_the_theme_is_shown_when_it_can_be_had(sim: FlaskClient, stub: Stub) -> None:
    for body, theme in (("[]", ""), ("<p>", ""), ('{"theme": "与信用同行"}', "与信用同行"), ("", "与信用同行")):
        stub.answer = lambda _, body=body: Response(body)  # type: ignore[misc]
        assert said(sim.get("/sim/account"))["theme"] == theme


def test_the_phone_page_is_served(sim: FlaskClient) -> None:
    with sim.get("/") as page:
        assert "扫码关注" in page.get_data(as_text=True)
    for name in ("main.js", "api.js", "view.js", "texts.js", "phone.css", "page.css"):
        with sim.get(f"/static/{name}") as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\x00", b'{"content":"\\ud800"}', b"[" * 5000, b"9" * 5000])
def test_garbage_is_never_a_failure_of_ours(sim: FlaskClient, path: str, body: bytes) -> None:
    assert sim.post(path, data=body).status_code < 500
    assert sim.get(path).status_code < 500


@pytest.mark.parametrize("body", [b"{", b"3", b'{"content": 5}', b'{"content":"\\ud800"}', b'{"create_time":-1}'])
def test_garbage_is_refused(sim: FlaskClient, body: bytes) -> None:
    assert sim.post("/sim/people/p1/text", data=body).status_code == 400


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(POSTS), body=JSON)
def test_any_json(sim: FlaskClient, stub: Stub, path: str, body: object) -> None:
    token = said(sim.post("/cgi-bin/stable_token", json={
        "grant_type": "client_credential", "appid": "wxlocal0000000001", "secret": "local-app-secret"
    }))["access_token"]  # fmt: skip
    assert sim.post(path, query_string={"access_token": token}, json=body).status_code < 500


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_xml_says_what_it_was_told(text: str) -> None:
    assert parse_flat(render({"Content": text, "MsgId": 5})) == {"Content": text, "MsgId": "5"}


def test_the_clock_ticks_on_from_contest_now() -> None:
    wall = iter([1000.0, 1007.5]).__next__
    assert clock_from_env({"CONTEST_NOW": "2020-07-08T00:00:00+08:00"}, wall)() == 1_594_137_607.5
    set_before = {"CONTEST_NOW": "2020-07-08T00:00:00", "CONTEST_NOW_SET_AT": "990"}
    assert clock_from_env(set_before, lambda: 1000.0)() == 1_594_137_610.0
    assert clock_from_env({}, lambda: 3.0)() == 3.0


@pytest.mark.parametrize(
    "environ",
    [{"WECHAT_MODE": "both"}, {"WECHAT_AES_KEY": "short"}, {"SIMULATOR_PORT": "0"}, {"SIMULATOR_PORT": "x"}],
)
def test_settings_refuse(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SimulatorSettings.from_env(environ)


def test_it_runs_beside_a_program_and_ends(settings: SimulatorSettings) -> None:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serve(replace(settings, port=port)) as running:
        assert running.url == f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(running.url + "/sim/people") as answer:
            assert answer.status == 200
    assert not running.thread.is_alive()


def test_people_added_at_once_are_different(settings: SimulatorSettings) -> None:
    app = create_app(settings)

    def add() -> None:
        for _ in range(20):
            app.test_client().post("/sim/people", json={})

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    people = said(app.test_client().get("/sim/people"))["people"]
    assert len({p["openid"] for p in people}) == len(people) == 163
