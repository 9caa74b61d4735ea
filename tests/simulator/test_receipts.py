"""The receipt sheet on a person's phone, and the notifications of transfers that ended."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from flask.testing import FlaskClient
from werkzeug.wrappers import Request, Response

from infra.simulator import SimulatorSettings, create_app
from infra.simulator.transfer_notices import REPEATS
from infra.simulator.world import EXTENSION, World
from tests.simulator.conftest import FakeClock, Stub, said
from tests.simulator.merchant import APP_ID, MCH_ID, Merchant, opened, verify
from tests.support.pay_keys import pay_keys

SHEET = "/sim/people/p1/receipt"


@dataclass
class Received:
    """Records the notifications; answers each with the next status, or 204 if none is left."""

    statuses: list[int]
    events: list[tuple[dict[str, str], bytes]]

    def answer(self, request: Request) -> Response:
        self.events.append((dict(request.headers), request.get_data()))
        return Response(status=self.statuses.pop(0) if self.statuses else 204)


@pytest.fixture
def received(stub: Stub) -> Received:
    found = Received([], [])
    stub.answer = found.answer
    return found


@pytest.fixture
def sim(stub: Stub, clock: FakeClock, received: Received) -> FlaskClient:
    settings = SimulatorSettings.from_env({**pay_keys(), "PUBLIC_BASE_URL": stub.url})
    return create_app(replace(settings, callback_timeout=0.3), clock).test_client()


@pytest.fixture
def package(sim: FlaskClient, stub: Stub, clock: FakeClock) -> str:
    openid = said(sim.get("/sim/people/p1"))["openid"]
    made = Merchant(sim, clock.now).create(openid, notify_url=f"{stub.url}/wechatpay/notify")
    return str(made[1]["package_info"])


def state(sim: FlaskClient) -> str:
    return str(said(sim.get("/sim/pay/transfers"))["transfers"][0]["state"])


def sheet(sim: FlaskClient, package: str, /, **changes: str) -> Any:
    return said(sim.post(SHEET, json={"mchId": MCH_ID, "appId": APP_ID, "package": package} | changes))


def time_passes(sim: FlaskClient) -> None:
    here: World = sim.application.extensions[EXTENSION]
    here.let_pass()


def test_the_winner_opens_the_sheet_and_takes_the_money(sim: FlaskClient, stub: Stub, package: str) -> None:
    assert sheet(sim, package) == {
        "amount_fen": 188, "remark": "信用知识竞赛奖励", "perception": "活动奖励", "style": "RED_PACKET",
    }  # fmt: skip
    confirmed = sim.post(f"{SHEET}/confirm", json={"package": package})
    assert said(confirmed) == {"err_msg": "requestMerchantTransfer:ok"}
    assert confirmed.headers["Access-Control-Allow-Origin"] == stub.url
    assert state(sim) == "SUCCESS"
    assert [e["amount_fen"] for e in said(sim.get("/sim/people/p1"))["chat"] if e["type"] == "transfer"] == [188]
    assert sheet(sim, package) == {"err_msg": "requestMerchantTransfer:fail"}


@pytest.mark.parametrize(("wechat", "said_of_it"), [("new", "cancel"), ("harmony", "ok")])
def test_the_winner_closes_the_sheet(sim: FlaskClient, package: str, wechat: str, said_of_it: str) -> None:
    assert said(sim.post("/sim/people/p1/wechat", json={"wechat": wechat}))["wechat"] == wechat
    assert "amount_fen" in sheet(sim, package)
    closed = sim.post(f"{SHEET}/cancel", json={"package": package})
    assert said(closed) == {"err_msg": f"requestMerchantTransfer:{said_of_it}"}
    assert state(sim) == "WAIT_USER_CONFIRM"


def test_an_old_wechat_has_no_sheet(sim: FlaskClient, package: str) -> None:
    sim.post("/sim/people/p1/wechat", json={"wechat": "old"})
    assert said(sim.get(SHEET)) == {"supported": False}
    assert sheet(sim, package) == {"err_msg": "system:function_not_exist"}
    assert sim.post("/sim/people/p1/wechat", json={"wechat": "9"}).status_code == 400


def test_what_opens_no_sheet(sim: FlaskClient, package: str) -> None:
    failed = {"err_msg": "requestMerchantTransfer:fail"}
    for changes in ({"mchId": "1"}, {"appId": "wx0"}, {"package": package.replace("+", " ")}):
        assert sheet(sim, package, **changes) == failed
    theirs = {"mchId": MCH_ID, "appId": APP_ID, "package": package}
    assert said(sim.post("/sim/people/p2/receipt", json=theirs)) == failed
    assert said(sim.post("/sim/people/p2/receipt/confirm", json=theirs)) == failed
    assert state(sim) == "WAIT_USER_CONFIRM"


def test_a_confirmation_that_fails(sim: FlaskClient, package: str) -> None:
    failing = {"call": "confirm", "state": "FAIL", "fail_reason": "REAL_NAME_CHECK_FAIL"}
    sim.post("/sim/pay/transfers/scripts", json=failing)
    assert said(sim.post(f"{SHEET}/confirm", json={"package": package}))["err_msg"].endswith(":ok")
    assert state(sim) == "FAIL"


def test_the_application_is_notified_once(sim: FlaskClient, package: str, received: Received) -> None:
    time_passes(sim)
    assert received.events == []
    sim.post(f"{SHEET}/confirm", json={"package": package})
    time_passes(sim)
    time_passes(sim)
    ((headers, body),) = received.events
    verify(pay_keys(), headers, body)
    event = json.loads(body)
    assert (event["event_type"], event["resource_type"]) == ("MCHTRANSFER.BILL.FINISHED", "encrypt-resource")
    content = opened(pay_keys(), event)
    assert (content["out_bill_no"], content["state"], content["transfer_amount"]) == ("HB0001", "SUCCESS", 188)


def test_it_is_repeated_until_it_is_taken(sim: FlaskClient, package: str, received: Received, clock: FakeClock) -> None:
    received.statuses = [500, 401, 204]
    clock.now += 86_400
    for pause in (0, REPEATS[0] - 1, 1, REPEATS[1], 86_400):
        clock.now += pause
        time_passes(sim)
    assert len(received.events) == 3
    stamps = [int(headers["Wechatpay-Timestamp"]) for headers, _ in received.events]
    assert stamps == [stamps[0], stamps[0] + 15, stamps[0] + 30]
    assert len({json.loads(body)["id"] for _, body in received.events}) == 1
    assert opened(pay_keys(), json.loads(received.events[0][1]))["fail_reason"] == "OVERDUE_CLOSE"
    assert said(sim.get("/sim/pay/transfers"))["notices"][0]["statuses"] == [500, 401, 204]


def test_it_ends_after_a_day(sim: FlaskClient, package: str, received: Received, clock: FakeClock) -> None:
    received.statuses = [500] * 100
    sim.post(f"{SHEET}/confirm", json={"package": package})
    for _ in range(20):
        time_passes(sim)
        clock.now += 21_600
    assert len(received.events) == 1 + len(REPEATS)


@pytest.mark.parametrize("copies", [0, 2])
def test_lost_and_doubled(sim: FlaskClient, package: str, received: Received, copies: int) -> None:
    sim.post("/sim/pay/transfers/scripts", json={"call": "notify", "copies": copies})
    sim.post(f"{SHEET}/confirm", json={"package": package})
    time_passes(sim)
    assert len(received.events) == copies


@pytest.mark.parametrize("kind", ["wrong", "foreign", "probe", "none"])
def test_forged_ones_on_demand(sim: FlaskClient, package: str, received: Received, kind: str) -> None:
    forged = {"signature": kind, "changes": {"transfer_amount": 1}}
    assert said(sim.post("/sim/pay/transfers/HB0001/notify", json=forged)) == {"statuses": [204]}
    ((headers, body),) = received.events
    with pytest.raises((InvalidSignature, KeyError, AssertionError, ValueError)):
        verify(pay_keys(), headers, body)
    assert opened(pay_keys(), json.loads(body))["transfer_amount"] == 1
    assert state(sim) == "WAIT_USER_CONFIRM"


def test_a_foreign_address_is_not_called(sim: FlaskClient, package: str, received: Received) -> None:
    openid = said(sim.get("/sim/people/p1"))["openid"]
    Merchant(sim, 1_594_137_600.0).create(openid, out_bill_no="HB0002")
    assert said(sim.post("/sim/pay/transfers/HB0002/notify", json={})) == {"statuses": [0]}
    assert sim.post("/sim/pay/transfers/HB0003/notify", json={}).status_code == 404
    assert received.events == []
