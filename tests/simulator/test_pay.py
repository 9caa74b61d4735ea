"""WeChat Pay: the sums, the one payment per number, and misbehaviour on demand."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from wechatpy.pay.utils import calculate_signature, dict_to_xml
from werkzeug.test import TestResponse

from infra.simulator.simulator_io import parse_flat
from tests.simulator.conftest import said

KEY = "localpaykey00000localpaykey00000"
SEND, QUERY = "/mmpaymkttransfers/sendredpack", "/mmpaymkttransfers/gethbinfo"


@pytest.fixture
def openid(sim: FlaskClient) -> str:
    sim.post("/sim/people/p1/follow", json={"send": False})
    return str(said(sim.get("/sim/people/p1"))["openid"])


def raw(sim: FlaskClient, path: str, fields: dict[str, object], key: str = KEY) -> TestResponse:
    body = dict_to_xml(fields, calculate_signature(fields, key))
    return sim.post(path, data=body.encode(), content_type="text/xml")


def order(openid: str, **change: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "nonce_str": "n" * 32, "mch_billno": "HB0001", "mch_id": "1900000001", "wxappid": "wxlocal0000000001",
        "send_name": "信用办", "re_openid": openid, "total_amount": 123, "total_num": 1, "wishing": "恭喜",
        "client_ip": "127.0.0.1", "act_name": "答题", "remark": "无",
    }  # fmt: skip
    return fields | change


def send(sim: FlaskClient, openid: str, **change: object) -> dict[str, str]:
    answer = raw(sim, SEND, order(openid, **change))
    assert answer.status_code == 200
    return parse_flat(answer.data)


def query(sim: FlaskClient, billno: str = "HB0001") -> dict[str, str]:
    fields: dict[str, object] = {
        "nonce_str": "n",
        "mch_billno": billno,
        "mch_id": "1900000001",
        "appid": "wxlocal0000000001",
    }
    answer = raw(sim, QUERY, fields | {"bill_type": "MCHT"}).data
    return parse_flat(re.sub(rb"<hblist>.*</hblist>", b"", answer))


def ledger(sim: FlaskClient) -> tuple[list[tuple[str, int, str]], int]:
    found = said(sim.get("/sim/pay/ledger"))
    return [(p["mch_billno"], p["amount_fen"], p["status"]) for p in found["payments"]], found["total_fen"]


def test_the_same_order_is_paid_once(sim: FlaskClient, openid: str) -> None:
    first, again = send(sim, openid), send(sim, openid, nonce_str="another")
    assert (first["return_code"], first["result_code"], first["total_amount"]) == (
        "SUCCESS",
        "SUCCESS",
        "123",
    )
    assert again["send_listid"] == first["send_listid"]
    assert ledger(sim) == ([("HB0001", 123, "SENT")], 123)
    packets = [e for e in said(sim.get("/sim/people/p1"))["chat"] if e["type"] == "red_packet"]
    assert [(p["amount_fen"], p["status"]) for p in packets] == [(123, "SENT")]


def test_the_same_order_many_times_at_once(sim: FlaskClient, openid: str) -> None:
    application = sim.application
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: send(application.test_client(), openid), range(40))
    assert {answer["result_code"] for answer in answers} == {"SUCCESS"}
    assert ledger(sim) == ([("HB0001", 123, "SENT")], 123)


@pytest.mark.parametrize("change", [{"total_amount": 124}, {"wishing": "别的"}, {"scene_id": "PRODUCT_2"}])
def test_the_number_with_other_parameters(sim: FlaskClient, openid: str, change: dict[str, object]) -> None:
    send(sim, openid)
    assert send(sim, openid, **change)["err_code"] == "FATAL_ERROR"
    assert ledger(sim)[1] == 123


@pytest.mark.parametrize(
    ("change", "err_code"),
    [
        ({"mch_billno": "x" * 29}, "PARAM_ERROR"), ({"mch_billno": "HB-1"}, "PARAM_ERROR"),
        ({"act_name": ""}, "PARAM_ERROR"), ({"client_ip": "::1"}, "PARAM_ERROR"), ({"total_num": 2}, "PARAM_ERROR"),
        ({"total_amount": "1.5"}, "PARAM_ERROR"), ({"total_amount": 99}, "MONEY_LIMIT"),
        ({"total_amount": 20001}, "MONEY_LIMIT"), ({"wxappid": "wx0"}, "ILLEGAL_APPID"),
        ({"mch_id": "19"}, "PARAM_ERROR"), ({"scene_id": "PRODUCT_9"}, "PARAM_ERROR"),
        ({"re_openid": "o" * 28}, "OPENID_ERROR"),
    ],
)  # fmt: skip
def test_refused(sim: FlaskClient, openid: str, change: dict[str, object], err_code: str) -> None:
    answer = send(sim, openid, **change)
    assert (answer["result_code"], answer["err_code"]) == ("FAIL", err_code)
    assert ledger(sim) == ([], 0)


@pytest.mark.parametrize(("name", "most"), [("send_name", 31), ("act_name", 31), ("wishing", 127), ("remark", 255)])
def test_texts_are_limited_in_bytes(sim: FlaskClient, openid: str, name: str, most: int) -> None:
    longest = "名" * (most // 3) + "n" * (most % 3)
    assert send(sim, openid, **{name: longest + "n"})["err_code"] == "PARAM_ERROR"
    assert ledger(sim) == ([], 0)
    assert send(sim, openid, **{name: longest})["result_code"] == "SUCCESS"


def test_one_who_left_gets_nothing(sim: FlaskClient, openid: str) -> None:
    sim.post("/sim/people/p1/unfollow", json={"send": False})
    assert send(sim, openid)["err_code"] == "OPENID_ERROR"


@pytest.mark.parametrize("path", [SEND, QUERY])
def test_signature_and_xml(sim: FlaskClient, openid: str, path: str) -> None:
    assert parse_flat(raw(sim, path, order(openid), "wrong").data)["err_code"] == "SIGN_ERROR"
    bomb = b'<!DOCTYPE x [<!ENTITY a "a">]><xml><a>&a;</a></xml>'
    for body in (b"", b"\xff\xfe", b"<xml>", b"{}", b"<xml><a><b/></a></xml>", bomb):
        answer = sim.post(path, data=body)
        assert answer.status_code == 200
        assert parse_flat(answer.data)["err_code"] == "XML_ERROR"


def test_query(sim: FlaskClient, openid: str) -> None:
    assert query(sim)["err_code"] == "NOT_FOUND"
    send(sim, openid)
    found = query(sim)
    assert (found["status"], found["total_amount"], found["send_time"]) == (
        "SENT",
        "123",
        "2020-07-08 00:00:00",
    )
    opened = sim.post("/sim/people/p1/packets/HB0001/open")
    assert said(opened)["status"] == "RECEIVED"
    assert query(sim)["status"] == "RECEIVED"
    assert sim.post("/sim/people/p2/packets/HB0001/open").status_code == 404


def test_everybody_opens_what_has_arrived(sim: FlaskClient, openid: str) -> None:
    for number in ("HB0001", "HB0002"):
        send(sim, openid, mch_billno=number)
    sim.post("/sim/people/p1/packets/HB0002/open")
    assert said(sim.post("/sim/pay/open")) == {"opened": 1}
    assert [one["status"] for one in said(sim.get("/sim/pay/ledger"))["payments"]] == ["RECEIVED", "RECEIVED"]
    assert said(sim.post("/sim/pay/open")) == {"opened": 0}


def fault(sim: FlaskClient, *faults: dict[str, object]) -> None:
    assert sim.post("/sim/pay/faults", json=list(faults)).status_code == 200


def test_faults_in_order(sim: FlaskClient, openid: str) -> None:
    fault(
        sim,
        {"when": "before", "answer": "SYSTEMERROR", "times": 2},
        {"when": "before", "answer": "NOTENOUGH"},
    )
    assert [send(sim, openid)["err_code"] for _ in range(3)] == ["SYSTEMERROR", "SYSTEMERROR", "NOTENOUGH"]
    assert ledger(sim)[0] == []
    assert query(sim)["err_code"] == "NOT_FOUND"
    assert send(sim, openid)["result_code"] == "SUCCESS"
    assert sim.get("/sim/pay/faults").json == {"sends": 0, "queries": 0}


def test_an_error_that_paid(sim: FlaskClient, openid: str) -> None:
    fault(sim, {"when": "after", "answer": "SYSTEMERROR", "times": 2})
    assert [send(sim, openid)["err_code"] for _ in range(2)] == ["SYSTEMERROR"] * 2
    assert ledger(sim) == ([("HB0001", 123, "SENT")], 123)
    assert send(sim, openid)["result_code"] == "SUCCESS"
    assert ledger(sim)[1] == 123


def test_answers_that_are_none(sim: FlaskClient, openid: str) -> None:
    fault(sim, {"when": "after", "answer": "http500"}, {"when": "after", "answer": "garbage"})
    assert raw(sim, SEND, order(openid)).status_code == 500
    garbage = raw(sim, SEND, order(openid))
    assert garbage.status_code == 200
    assert not garbage.data.endswith(b"</xml>")
    fault(sim, {"when": "before", "answer": "timeout", "seconds": 0.05})
    started = time.monotonic()
    raw(sim, SEND, order(openid))
    assert time.monotonic() - started >= 0.05


def test_processing_then_failed(sim: FlaskClient, openid: str) -> None:
    fault(sim, {"when": "after", "answer": "PROCESSING"})
    assert send(sim, openid)["err_code"] == "PROCESSING"
    assert query(sim)["status"] == "SENDING"
    sim.post("/sim/pay/queries", json=[{"mch_billno": "HB0001", "status": "FAILED"}])
    assert query(sim)["status"] == "FAILED"
    assert ledger(sim) == ([("HB0001", 123, "FAILED")], 0)
    assert send(sim, openid)["err_code"] == "SEND_FAILED"


def test_a_refund(sim: FlaskClient, openid: str) -> None:
    send(sim, openid)
    sim.post("/sim/pay/queries", json={"mch_billno": "HB0001", "status": "REFUND"})
    assert query(sim)["refund_amount"] == "123"
    assert ledger(sim)[1] == 0
    assert sim.post("/sim/people/p1/packets/HB0001/open").status_code == 409


def test_queries_misbehave_too(sim: FlaskClient, openid: str) -> None:
    send(sim, openid)
    sim.post("/sim/pay/queries", json=[{"answer": "SYSTEMERROR", "mch_billno": "HB0001"}])
    assert query(sim, "HB0002")["err_code"] == "NOT_FOUND"
    assert query(sim)["err_code"] == "SYSTEMERROR"
    assert query(sim)["status"] == "SENT"


@pytest.mark.parametrize(
    "body",
    [
        [{}],
        [1],
        5,
        [{"when": "x", "answer": "SYSTEMERROR"}],
        [{"when": "before", "answer": "timeout", "times": 0}],
        [{"when": "before", "answer": "x y"}],
        [{"when": [], "answer": "http500"}],
        [{"when": "before", "answer": "http500", "status": "PAID"}],
    ],
)
def test_bad_faults(sim: FlaskClient, body: object) -> None:
    assert sim.post("/sim/pay/faults", json=body).status_code == 400
    assert sim.get("/sim/pay/faults").json == {"sends": 0, "queries": 0}


def script(sim: FlaskClient, **part: object) -> int:
    return sim.post("/sim/pay/transfers/scripts", json={"call": "send", **part}).status_code


def test_a_script_refuses_the_next_sends_and_pays_nothing(sim: FlaskClient, openid: str) -> None:
    assert script(sim, answer="NOTENOUGH", times=2) == 200
    for billno in ("HB0001", "HB0002"):
        refused = send(sim, openid, mch_billno=billno)
        assert (refused["result_code"], refused["err_code"]) == ("FAIL", "NOTENOUGH")
    assert ledger(sim) == ([], 0)
    assert send(sim, openid)["result_code"] == "SUCCESS", "the script was used up"


@pytest.mark.parametrize(("when", "paid"), [("before", 0), ("after", 123)])
def test_a_scripted_500_hides_whether_it_paid(sim: FlaskClient, openid: str, when: str, paid: int) -> None:
    assert script(sim, answer="http500", when=when) == 200
    assert raw(sim, SEND, order(openid)).status_code == 500
    assert ledger(sim)[1] == paid
    assert query(sim)["result_code"] == ("SUCCESS" if paid else "FAIL")


def test_a_script_is_for_one_bill_or_one_person(sim: FlaskClient, openid: str) -> None:
    assert script(sim, answer="OPENID_ERROR", out_bill_no="HB0002") == 200
    assert script(sim, answer="NO_AUTH", openid="somebody else") == 200
    assert send(sim, openid)["result_code"] == "SUCCESS"
    assert send(sim, openid, mch_billno="HB0002")["err_code"] == "OPENID_ERROR"
    assert said(sim.get("/sim/pay/transfers/scripts")) == {"left": 1}
    sim.delete("/sim/pay/transfers/scripts")
    assert said(sim.get("/sim/pay/transfers/scripts")) == {"left": 0}


@pytest.mark.parametrize("answer", ["timeout", "garbage"])
def test_a_send_knows_no_other_silence(sim: FlaskClient, answer: str) -> None:
    assert script(sim, answer=answer) == 400
