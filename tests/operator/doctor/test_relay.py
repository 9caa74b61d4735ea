"""A signed message goes through the relay to the account's own server, and its outcome is explained."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.request import Request, urlopen

import pytest

from infra.operator.doctor import echo_message, relay_checks
from infra.operator.doctor.check_runner import Check
from infra.simulator import SimulatorSettings
from infra.simulator.credit_queries import COMPANY
from infra.simulator.own_server import serve_own_server
from tests.operator.doctor.conftest import SECRETS, Clinic, target_of

RELAY = Check("自有服务器", relay_checks.relay)
SETTINGS = replace(SimulatorSettings.from_env({}), token=SECRETS["token"], app_id=SECRETS["app_id"])


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    with serve_own_server(SETTINGS) as address:
        yield address


@pytest.fixture
def connected(clinic: Clinic, own_server: str) -> Iterator[Clinic]:
    clinic.settings(own_server_url=f"{own_server}/wechat")
    yield clinic
    breaks(own_server, "none")


def breaks(own_server: str, fault: str) -> None:
    called(Request(f"{own_server}/own/fault", json.dumps({"fault": fault}).encode(), method="PUT"))


def arrived(own_server: str) -> int:
    return int(called(Request(f"{own_server}/own/received"))["count"])


def called(request: Request) -> Any:
    """Without `requests`, whose calls the clinic answers itself."""
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


@pytest.mark.parametrize("here", [False, True])
def test_it_arrives_signed_in_the_deployments_mode(
    connected: Clinic, own_server: str, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.target = target_of(here=here)
    monkeypatch.setattr(echo_message, "TEXT", COMPANY)
    before = arrived(own_server)
    for mode in ("plain", "safe"):
        connected.settings(mode=mode)
        assert connected.text(RELAY).startswith(f"✓ 自有服务器：{'本机' if here else '函数'}转发的测试，")
    assert arrived(own_server) == before + 2
    assert len(connected.functions.invoked) == (0 if here else 2)


def test_an_answer_without_a_reply_proves_less(connected: Clinic) -> None:
    assert connected.text(RELAY).startswith("! 自有服务器：函数转发的测试，")


FAILURES = {"dead": "中途断开", "status": "状态码不是 200", "page": "不是微信的 XML", "large": "超过 64 KB"}


def test_a_failure_is_explained(connected: Clinic, own_server: str) -> None:
    for fault, words in FAILURES.items():
        breaks(own_server, fault)
        text = connected.text(RELAY)
        assert text.startswith("✗ 自有服务器：")
        assert words in text


def test_other_credentials_than_its_own_are_noticed(connected: Clinic) -> None:
    connected.settings(token="another")
    assert "令牌、密钥须与它现在用的相同" in connected.text(RELAY)


def test_our_own_address_is_not_the_own_server_s(connected: Clinic) -> None:
    """The console shows our own address once it has been entered there."""
    connected.settings(own_server_url=f"{connected.target.url}/wechat")
    assert "本应用自己的地址" in connected.text(RELAY)
    assert connected.functions.invoked == []


def test_a_port_that_the_fixed_egress_keeps_in_is_named(connected: Clinic) -> None:
    connected.settings(own_server_url="http://127.0.0.1:9/wechat")
    assert "443" not in connected.text(RELAY)
    stages = {"prod": {"subnet_ids": ["subnet-1"]}}
    connected.target = target_of()
    connected.target.config = {"stages": stages}
    text = connected.text(RELAY)
    assert "放行函数的出口地址" in text
    assert "只放行 443 端口，而它在 9 端口" in text


@pytest.mark.parametrize("here", [False, True])
def test_an_account_without_one_is_told_so(clinic: Clinic, here: bool) -> None:
    clinic.target = target_of(here=here)
    assert clinic.tells(RELAY) == [relay_checks.NONE_NAMED]
