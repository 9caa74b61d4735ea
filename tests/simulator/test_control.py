"""The control API, settings, clock, server, and malformed input everywhere."""

import threading
import urllib.request
from dataclasses import replace
from pathlib import Path
from socket import socket

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clock import make_clock
from infra.simulator import SimulatorSettings, create_app, serve
from infra.simulator.simulator_io import parse_flat, render
from tests.simulator.conftest import NOW, Stub, said


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


def test_the_phone_shows_whose_account_it_is(settings: SimulatorSettings) -> None:
    here = create_app(replace(settings, theme="与信用同行")).test_client()
    shown = said(here.get("/sim/account"))
    assert (shown["name"], shown["theme"]) == (settings.account_name, "与信用同行")


def test_the_phone_page_is_served(sim: FlaskClient) -> None:
    with sim.get("/") as page:
        assert "扫码关注" in page.get_data(as_text=True)
    for name in ("main.js", "api.js", "view.js", "texts.js", "phone.css", "page.css"):
        with sim.get(f"/static/{name}") as answer:
            assert answer.status_code == 200


def test_one_call_sets_the_clock_forward(settings: SimulatorSettings, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = make_clock({"CONTEST_CLOCK_FILE": str(file)}, lambda: NOW)
    sim = create_app(replace(settings, clock_file=str(file)), lambda: clock().timestamp()).test_client()
    assert said(sim.get("/sim/clock")) == {"now": "2020-07-08T00:00:00+08:00", "can_be_set": True}
    later = {"now": "2020-07-09T06:00:00+08:00", "can_be_set": True}
    assert said(sim.post("/sim/clock", json={"seconds": 108_000})) == later
    assert said(sim.get("/sim/clock")) == later
    for wrong in (0, -1, "1", 40_000_000):
        assert sim.post("/sim/clock", json={"seconds": wrong}).status_code == 400


def test_without_a_common_clock_none_is_set(sim: FlaskClient) -> None:
    assert sim.post("/sim/clock", json={"seconds": 1}).status_code == 409


@pytest.mark.parametrize("body", [b"{", b"3", b"{}", b'{"content": 5}', b'{"content": "x", "create_time": "y"}'])
def test_wrong_fields_are_refused(sim: FlaskClient, body: bytes) -> None:
    assert sim.post("/sim/people/p1/text", data=body).status_code == 400


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_xml_says_what_it_was_told(text: str) -> None:
    assert parse_flat(render({"Content": text, "MsgId": 5})) == {"Content": text, "MsgId": "5"}


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
