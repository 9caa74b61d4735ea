"""The simulated own server, called as WeChat does, in both modes, and its faults."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from infra.simulator import SimulatorSettings, callback_messages
from infra.simulator.callback_delivery import Sealed, seal, unseal
from infra.simulator.callback_messages import Header, parse_reply
from infra.simulator.credit_queries import COMPANY, NEWS, RECORD
from infra.simulator.own_server import serve_own_server

SETTINGS = SimulatorSettings.from_env({})
NOW = 1_594_137_600
HEADER = Header(SETTINGS.account_id, "oAsker", NOW)
Break = Callable[..., None]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve_own_server(SETTINGS) as served:
        yield served


def post(address: str, sealed: Sealed, timeout: float = 5, **options: Any) -> requests.Response:
    url = f"{address}/wechat"
    return requests.post(url, params=sealed.params, data=sealed.body, timeout=timeout, allow_redirects=False, **options)


def asked(text: str, mode: str = "plain", token: str = SETTINGS.token) -> Sealed:
    return seal(replace(SETTINGS, mode=mode, token=token), callback_messages.text(HEADER, text, 1), NOW, "n0nce")


@pytest.fixture
def fault(address: str) -> Iterator[Break]:
    def put(**body: object) -> None:
        assert requests.put(f"{address}/own/fault", json=body, timeout=5).status_code == 200

    yield put
    put(fault="none")


def test_it_is_verified_as_wechat_verifies_a_server(address: str) -> None:
    params = {**asked("").params, "echostr": "4711"}
    assert requests.get(f"{address}/wechat", params=params, timeout=5).text == "4711"
    params["nonce"] = "another"
    assert requests.get(f"{address}/wechat", params=params, timeout=5).status_code == 403


@pytest.mark.parametrize("mode", ["plain", "safe"])
@pytest.mark.parametrize(
    ("text", "answer"), [(COMPANY, RECORD), ("资讯", f"{NEWS.title}\n{NEWS.description}\n{NEWS.url}")]
)
def test_a_query_is_answered_in_the_mode_it_came_in(address: str, mode: str, text: str, answer: str) -> None:
    got = post(address, asked(text, mode))
    reply = parse_reply(unseal(replace(SETTINGS, mode=mode), got.content), HEADER.openid, HEADER.account_id)
    assert reply is not None
    assert reply.text == answer


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_the_rest_is_success(address: str, mode: str) -> None:
    assert post(address, asked("你好", mode)).text == "success"
    event = seal(replace(SETTINGS, mode=mode), callback_messages.event(HEADER, "subscribe"), NOW, "n0nce")
    assert post(address, event).text == "success"


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_another_tokens_signature_is_refused(address: str, mode: str) -> None:
    assert post(address, asked(COMPANY, mode, token="wrong")).status_code == 403


def test_a_changed_ciphertext_is_refused(address: str) -> None:
    sealed = asked(COMPANY, "safe")
    assert (
        post(
            address, replace(sealed, body=sealed.body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA"))
        ).status_code
        == 403
    )


def test_it_counts_what_arrives_and_keeps_the_digests(address: str) -> None:
    before = requests.get(f"{address}/own/received", timeout=5).json()["count"]
    sealed = asked(COMPANY)
    answer = post(address, sealed, headers={"X-Relayed": "1"})
    received = requests.get(f"{address}/own/received", timeout=5).json()
    assert received["count"] == before + 1
    last = received["requests"][-1]
    assert last["query"] == str(answer.request.url).partition("?")[2]
    assert (last["method"], last["relayed"], last["body_bytes"]) == ("POST", "1", len(sealed.body))
    assert last["body_sha256"] == hashlib.sha256(sealed.body).hexdigest()
    assert last["answer_sha256"] == hashlib.sha256(answer.content).hexdigest()


def test_it_breaks_down_on_demand(address: str, fault: Break) -> None:
    fault(fault="status")
    assert post(address, asked(COMPANY)).status_code == 500
    fault(fault="page")
    assert post(address, asked(COMPANY)).text.startswith("<html>")
    fault(fault="large")
    assert len(post(address, asked(COMPANY)).content) > 64 * 1024
    fault(fault="redirect")
    assert post(address, asked(COMPANY)).status_code == 302
    fault(fault="dead")
    with pytest.raises(requests.ConnectionError):
        post(address, asked(COMPANY))
    fault(fault="slow", seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        post(address, asked(COMPANY), timeout=0.1)
    fault(fault="none")
    assert post(address, asked("你好")).text == "success"


@pytest.mark.parametrize("body", [{}, {"fault": "other"}, {"fault": "slow", "seconds": "1"}])
def test_a_fault_that_is_none_is_refused(address: str, body: dict[str, object]) -> None:
    assert requests.put(f"{address}/own/fault", json=body, timeout=5).status_code == 400
