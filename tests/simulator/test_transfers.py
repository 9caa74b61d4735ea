"""Merchant transfers: signatures, the rules of a bill, its states by request and by time, answers on demand."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from flask.testing import FlaskClient

from infra.simulator import SimulatorSettings, create_app
from infra.simulator.transfer_scripts import STATUS_OF
from infra.simulator.v3_keys import generated_keys
from tests.simulator.conftest import FakeClock, said
from tests.simulator.merchant import BILLS, Merchant, order, verify
from tests.support.pay_keys import pay_keys

DAY = 86_400


@pytest.fixture
def sim(clock: FakeClock) -> FlaskClient:
    return create_app(SimulatorSettings.from_env(pay_keys()), clock).test_client()


@pytest.fixture
def merchant(sim: FlaskClient, clock: FakeClock) -> Merchant:
    return Merchant(sim, clock.now)


@pytest.fixture
def openid(sim: FlaskClient) -> str:
    return str(said(sim.get("/sim/people/p1"))["openid"])


def script(sim: FlaskClient, *scripts: dict[str, object]) -> None:
    assert sim.post("/sim/pay/transfers/scripts", json=list(scripts)).status_code == 200


def set_state(sim: FlaskClient, state: str, **more: object) -> None:
    assert sim.post("/sim/pay/transfers/HB0001", json={"state": state, **more}).status_code == 200


def ledger(sim: FlaskClient) -> tuple[list[tuple[str, int, str]], int, int]:
    found = said(sim.get("/sim/pay/transfers"))
    bills = [(bill["out_bill_no"], bill["amount_fen"], bill["state"]) for bill in found["transfers"]]
    return bills, found["paid_fen"], found["locked_fen"]


def test_a_bill_waits_for_its_winner(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    status, made = merchant.create(openid)
    assert (status, made["state"], made["create_time"]) == (200, "WAIT_USER_CONFIRM", "2020-07-08T00:00:00+08:00")
    assert set("+/=") < set(made["package_info"])
    assert ledger(sim) == ([("HB0001", 188, "WAIT_USER_CONFIRM")], 0, 188)
    status, found = merchant.query()
    assert (status, "package_info" in found, "fail_reason" in found) == (200, False, False)
    expected = {"state": "WAIT_USER_CONFIRM", "transfer_amount": 188, "openid": openid, "mch_id": merchant.mch_id}
    assert {name: found[name] for name in expected} == expected


def test_the_same_number_again_is_the_same_bill(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    made, again = merchant.create(openid), merchant.create(openid)
    assert made == again
    assert ledger(sim)[0] == [("HB0001", 188, "WAIT_USER_CONFIRM")]
    for changes in ({"transfer_amount": 189}, {"transfer_remark": "别的"}, {"user_recv_perception": "现金奖励"}):
        assert merchant.create(openid, **changes)[1]["code"] == "INVALID_REQUEST"
    set_state(sim, "SUCCESS")
    assert (merchant.create(openid)[1]["state"], "package_info" in merchant.create(openid)[1]) == ("SUCCESS", False)
    assert ledger(sim) == ([("HB0001", 188, "SUCCESS")], 188, 0)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"out_bill_no": "HB-1"}, 400, "PARAM_ERROR"), ({"out_bill_no": "h" * 33}, 400, "PARAM_ERROR"),
        ({"transfer_remark": "好" * 33}, 400, "PARAM_ERROR"), ({"transfer_amount": "188"}, 400, "PARAM_ERROR"),
        ({"transfer_amount": True}, 400, "PARAM_ERROR"), ({"openid": None}, 400, "PARAM_ERROR"),
        ({"notify_url": "http://other.example/"}, 400, "PARAM_ERROR"),
        ({"notify_url": "https://other.example/?a=b"}, 400, "PARAM_ERROR"), ({"more": 1}, 400, "PARAM_ERROR"),
        ({"transfer_scene_report_infos": []}, 400, "PARAM_ERROR"),
        ({"transfer_scene_report_infos": [{"info_type": "活动名称", "info_content": "x"}] * 2}, 400, "PARAM_ERROR"),
        ({"appid": "wxother"}, 400, "INVALID_REQUEST"), ({"openid": "o" * 28}, 400, "INVALID_REQUEST"),
        ({"transfer_amount": 9}, 400, "INVALID_REQUEST"), ({"transfer_amount": 20_001}, 400, "INVALID_REQUEST"),
        ({"user_recv_perception": "红包"}, 400, "INVALID_REQUEST"), ({"user_name": "x"}, 400, "INVALID_REQUEST"),
        ({"user_recv_style": {"type": "OTHER"}}, 400, "INVALID_REQUEST"),
        ({"transfer_scene_id": "1005"}, 403, "NO_AUTH"),
    ],
)  # fmt: skip
def test_refused(
    sim: FlaskClient, merchant: Merchant, openid: str, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = merchant.create(openid, **changes)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert ledger(sim) == ([], 0, 0)


@pytest.mark.parametrize("fen", [10, 20_000])
def test_the_bounds_of_an_amount(merchant: Merchant, openid: str, fen: int) -> None:
    assert merchant.create(openid, transfer_amount=fen)[0] == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"mch_id": "1900000002"}, {"nonce": ""}, {"nonce": "n" * 33}, {"scheme": "WECHATPAY2-SM2-WITH-SM3"},
        {"now": 1_594_137_600.0 - 301}, {"now": 1_594_137_600.0 + 301}, {"keys": {"WECHAT_PAY_SERIAL": "0A"}},
        {"keys": generated_keys("1900000001") | {"WECHAT_PAY_SERIAL": pay_keys()["WECHAT_PAY_SERIAL"]}},
    ],
)  # fmt: skip
def test_a_request_signed_wrongly(sim: FlaskClient, merchant: Merchant, openid: str, wrong: dict[str, Any]) -> None:
    if "keys" in wrong:
        wrong = wrong | {"keys": {**pay_keys(), **wrong["keys"]}}
    body = json.dumps(order(openid)).encode()
    answer = replace(merchant, **wrong).call("POST", BILLS, body)
    assert merchant.answered(answer)[0] == 401
    assert said(answer)["code"] == "SIGN_ERROR"
    assert ledger(sim)[0] == []


def test_the_signature_covers_body_method_and_query(merchant: Merchant, openid: str) -> None:
    body = json.dumps(order(openid)).encode()
    assert merchant.call("POST", BILLS, body, signed=body + b" ").status_code == 401
    headers = {
        "Accept": "application/json",
        "Authorization": merchant.authorization("GET", f"{BILLS}/out-bill-no/a", b""),
    }
    asked = merchant.sim.get(f"{BILLS}/out-bill-no/a?x=1", headers=headers)
    assert asked.status_code == 401
    assert merchant.call("GET", f"{BILLS}/out-bill-no/a?x=1").status_code == 404
    assert merchant.sim.get(f"{BILLS}/out-bill-no/a", headers=headers | {"Accept": "text/html"}).status_code == 400


def test_without_keys_everything_is_refused(clock: FakeClock) -> None:
    bare = create_app(SimulatorSettings.from_env({}), clock).test_client()
    assert Merchant(bare, clock.now).call("GET", f"{BILLS}/out-bill-no/a").status_code == 401


def test_nobody_confirms_for_a_day(merchant: Merchant, clock: FakeClock, openid: str) -> None:
    merchant.create(openid)
    clock.now = merchant.now = clock.now + DAY - 1
    assert merchant.query()[1]["state"] == "WAIT_USER_CONFIRM"
    clock.now = merchant.now = clock.now + 1
    found = merchant.query()[1]
    assert (found["state"], found["fail_reason"]) == ("FAIL", "OVERDUE_CLOSE")
    assert merchant.create(openid)[1]["state"] == "FAIL"
    assert merchant.create(openid, out_bill_no="HB0002")[1]["state"] == "WAIT_USER_CONFIRM"


def test_closing_may_lag(sim: FlaskClient, merchant: Merchant, clock: FakeClock, openid: str) -> None:
    merchant.create(openid)
    set_state(sim, "", closes_in=DAY + 3000)
    clock.now = merchant.now = clock.now + DAY + 2999
    assert merchant.query()[1]["state"] == "WAIT_USER_CONFIRM"


def test_a_number_is_known_for_thirty_days(merchant: Merchant, clock: FakeClock, openid: str) -> None:
    assert merchant.query() == (404, {"code": "NOT_FOUND", "message": "记录不存在"})
    merchant.create(openid)
    clock.now = merchant.now = clock.now + 30 * DAY + 1
    assert merchant.query()[0] == 404


def test_a_bill_is_cancelled(merchant: Merchant, clock: FakeClock, openid: str) -> None:
    assert merchant.cancel()[0] == 404
    merchant.create(openid)
    assert [merchant.cancel()[1]["state"] for _ in range(2)] == ["CANCELING", "CANCELING"]
    assert merchant.query()[1]["state"] == "CANCELING"
    clock.now += 1
    assert merchant.query()[1]["state"] == "CANCELLED"
    assert merchant.cancel()[1]["state"] == "CANCELLED"


@pytest.mark.parametrize("state", ["TRANSFERING", "SUCCESS", "FAIL"])
def test_what_is_confirmed_or_ended_is_not_cancelled(
    sim: FlaskClient, merchant: Merchant, openid: str, state: str
) -> None:
    merchant.create(openid)
    set_state(sim, state)
    assert merchant.cancel()[1]["code"] == "INVALID_REQUEST"
    assert merchant.query()[1]["state"] == state


@pytest.mark.parametrize("code", STATUS_OF)
@pytest.mark.parametrize("when", ["before", "after"])
def test_each_error_on_demand(sim: FlaskClient, merchant: Merchant, openid: str, code: str, when: str) -> None:
    script(sim, {"call": "create", "answer": code, "when": when})
    answer = merchant.create(openid)
    assert (answer[0], answer[1]["code"]) == (STATUS_OF[code], code)
    assert len(ledger(sim)[0]) == (when == "after")
    assert merchant.create(openid)[1]["state"] == "WAIT_USER_CONFIRM"


def test_scripts_of_one_bill_one_person_and_in_order(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    other = said(sim.get("/sim/people/p2"))["openid"]
    script(
        sim,
        {"call": "create", "openid": other, "answer": "NO_AUTH"},
        {"call": "query", "out_bill_no": "HB0002", "answer": "SYSTEM_ERROR", "status": 503},
        {"call": "create", "state": "ACCEPTED", "times": 2},
    )
    assert merchant.create(openid)[1]["state"] == "ACCEPTED"
    assert merchant.query()[1]["state"] == "ACCEPTED"
    assert merchant.create(other, out_bill_no="HB0002")[0] == 403
    assert merchant.create(other, out_bill_no="HB0002")[1]["state"] == "ACCEPTED"
    assert merchant.query("HB0002")[0] == 503
    assert said(sim.get("/sim/pay/transfers/scripts")) == {"left": 0}


def test_a_query_or_a_cancel_lets_something_happen(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    script(sim, {"call": "query", "state": "SUCCESS", "times": 2}, {"call": "cancel", "state": "CANCELLED"})
    assert merchant.query()[1]["code"] == "NOT_FOUND"
    merchant.create(openid)
    assert merchant.cancel()[1]["state"] == "CANCELLED"
    assert merchant.query()[1]["state"] == "SUCCESS"


def test_a_failure_has_its_reason(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    script(sim, {"call": "create", "state": "FAIL", "fail_reason": "TRANSFER_QUOTA_EXCEED"})
    assert merchant.create(openid)[1]["state"] == "FAIL"
    assert merchant.query()[1]["fail_reason"] == "TRANSFER_QUOTA_EXCEED"


def test_an_answer_about_another_order(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    merchant.create(openid)
    script(sim, {"call": "query", "changes": {"transfer_amount": 1}})
    assert [merchant.query()[1]["transfer_amount"] for _ in range(2)] == [1, 188]


@pytest.mark.parametrize("kind", ["none", "wrong", "stale", "foreign", "probe"])
def test_answers_that_must_not_be_believed(
    sim: FlaskClient, merchant: Merchant, openid: str, kind: str, clock: FakeClock
) -> None:
    script(sim, {"call": "create", "signature": kind})
    answer = merchant.call("POST", BILLS, json.dumps(order(openid)).encode())
    assert answer.status_code == 200
    if kind == "stale":
        verify(pay_keys(), dict(answer.headers), answer.data)
        assert int(answer.headers["Wechatpay-Timestamp"]) == clock.now - 600
    else:
        with pytest.raises((InvalidSignature, KeyError, AssertionError, ValueError)):
            verify(pay_keys(), dict(answer.headers), answer.data)


def test_answers_that_are_none(sim: FlaskClient, merchant: Merchant, openid: str) -> None:
    body = json.dumps(order(openid)).encode()
    script(
        sim,
        {"call": "create", "answer": "http500", "when": "after"},
        {"call": "create", "answer": "garbage", "when": "after"},
        {"call": "create", "answer": "timeout", "seconds": 0.01},
    )
    assert merchant.call("POST", BILLS, body).status_code == 500
    garbage = merchant.call("POST", BILLS, body)
    assert (garbage.status_code, garbage.get_json(silent=True)) == (200, None)
    assert merchant.call("POST", BILLS, body).status_code == 504
    assert len(ledger(sim)[0]) == 1


@pytest.mark.parametrize(
    "bad",
    [1, {}, {"call": "x"}, {"call": "create", "times": 0}, {"call": "create", "state": "PAID"},
     {"call": "create", "signature": "x"}, {"call": "create", "when": []}, {"call": "notify", "copies": 11}],
)  # fmt: skip
def test_bad_scripts(sim: FlaskClient, bad: object) -> None:
    assert sim.post("/sim/pay/transfers/scripts", json=[bad]).status_code == 400
    assert said(sim.get("/sim/pay/transfers/scripts")) == {"left": 0}
