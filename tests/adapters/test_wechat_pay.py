"""Cash red packets: always the stored bill number; every unclear answer is doubtful, never an error."""

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO

import pytest
import requests
import responses
import xmltodict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.pay import red_packet_client
from chalicelib.adapters.pay.bounded_answers import LARGEST
from chalicelib.adapters.pay.red_packet import REASON_OF, RedPackets
from chalicelib.adapters.pay.red_packet_client import TIMEOUT
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.pay_settings import PaySettings
from chalicelib.wiring import quiet_libraries

BASE = "https://pay.example"
SEND, QUERY = f"{BASE}/mmpaymkttransfers/sendredpack", f"{BASE}/mmpaymkttransfers/gethbinfo"
KEY = "KEY0123456789abcdefKEY0123456789"
BILL = "Plan0Plan0Pl00000042"
TERMS = {
    "send_name": "信用",
    "act_name": "竞赛",
    "wishing": "筑梦新时代",
    "remark": "remark",
    "client_ip": "192.0.2.7",
    "scene_id": "",
}
ORDER = SendOrder(BILL, "openid-1", 188, tuple(TERMS.items()))
CODES = {
    "PROCESSING": "processing",
    "FREQ_LIMIT": "back_off",
    "SECOND_OVER_LIMITED": "back_off",
    "NOTENOUGH": "balance",
    "SENDNUM_LIMIT": "user_limit",
    "RCVDAMOUNT_LIMIT": "user_limit",
    "SENDAMOUNT_LIMIT": "day_limit",
    "DAY_OVER_LIMITED": "day_limit",
    "CA_ERROR": "configuration",
    "SIGN_ERROR": "configuration",
    "ILLEGAL_APPID": "configuration",
    "API_METHOD_CLOSED": "configuration",
    "MSGAPPID_ERROR": "configuration",
    "ACCEPTMODE_ERROR": "configuration",
    "XML_ERROR": "configuration",
    "PARAM_ERROR": "terms",
    "MONEY_LIMIT": "money_limit",
    "FATAL_ERROR": "not_ours",
    "NO_AUTH": "risk_control",
    "OPENID_ERROR": "openid",
}
"""Every err_code that has a reason of its own."""
Call = Callable[[RedPackets], Answer]
CALLS: list[tuple[str, Call]] = [(SEND, lambda pay: pay.send(ORDER)), (QUERY, lambda pay: pay.query(ORDER))]
both_calls = pytest.mark.parametrize(("url", "call"), CALLS, ids=["send", "query"])


def xml(**fields: str) -> str:
    return "<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>"


def success(**fields: str) -> str:
    return xml(**{"return_code": "SUCCESS", "result_code": "SUCCESS", "mch_billno": BILL} | fields)


def refusal(code: str, **fields: str) -> str:
    return xml(**{"return_code": "SUCCESS", "result_code": "FAIL", "err_code": code, "err_code_des": "SENT"} | fields)


def red_packets(url: str = BASE) -> RedPackets:
    secrets = PaySettings("1900000001", KEY, "", "", url)
    return RedPackets(load_contest_file(PACKAGED), "wxapp", lambda: secrets)


@pytest.fixture
def pay() -> RedPackets:
    return red_packets()


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def sent_fields(platform: responses.RequestsMock) -> dict[str, str]:
    body = platform.calls[-1].request.body
    assert isinstance(body, bytes)
    fields: dict[str, str] = xmltodict.parse(body)["xml"]
    return fields


def test_a_send_says_exactly_what_was_stored(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(SEND, success())
    assert pay.send(ORDER) == Answer(Reply.ACCEPTED)
    fields = sent_fields(platform)
    assert re.fullmatch(r"[0-9A-F]{32}", fields.pop("sign"))
    assert len(fields.pop("nonce_str")) == 32
    assert fields == {
        "mch_billno": BILL,
        "mch_id": "1900000001",
        "wxappid": "wxapp",
        "re_openid": "openid-1",
        "total_amount": "188",
        "total_num": "1",
        "send_name": "信用",
        "act_name": "竞赛",
        "wishing": "筑梦新时代",
        "remark": "remark",
        "client_ip": "192.0.2.7",
    }


def test_a_retry_says_the_same_again(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(SEND, refusal("SYSTEMERROR"))
    seen = []
    for _ in range(3):
        pay.send(ORDER)
        fields = sent_fields(platform)
        seen.append({name: value for name, value in fields.items() if name not in ("nonce_str", "sign")})
    assert seen[0]["mch_billno"] == BILL
    assert seen[0] == seen[1] == seen[2]


def test_a_scene_is_sent_where_the_merchant_has_one(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(SEND, success())
    pay.send(replace(ORDER, terms=(*TERMS.items(), ("scene_id", "PRODUCT_2"))))
    assert sent_fields(platform)["scene_id"] == "PRODUCT_2"


def test_a_query_names_the_bill_number(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(QUERY, success(status="SENT"))
    pay.query(ORDER)
    fields = sent_fields(platform)
    assert (fields["mch_billno"], fields["bill_type"], fields["appid"]) == (BILL, "MCHT", "wxapp")


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        ("SENDING", Reply.SENDING),
        ("SENT", Reply.SENT),
        ("FAILED", Reply.FAILED),
        ("RECEIVED", Reply.RECEIVED),
        ("RFUND_ING", Reply.REFUNDING),
        ("REFUND", Reply.REFUNDED),
    ],
)
def test_each_status(pay: RedPackets, platform: responses.RequestsMock, status: str, reply: Reply) -> None:
    platform.post(QUERY, success(status=status))
    assert pay.query(ORDER) == Answer(reply)


@pytest.mark.parametrize(
    "named",
    [
        "<total_amount>199</total_amount>",
        "<openid>openid-2</openid>",
        "<hblist><hbinfo><openid>openid-2</openid></hbinfo></hblist>",
        "<hblist><hbinfo><openid>openid-1</openid></hbinfo><hbinfo><openid>openid-2</openid></hbinfo></hblist>",
    ],
)
def test_an_answer_about_another_amount_or_person_is_not_ours(
    pay: RedPackets, platform: responses.RequestsMock, named: str
) -> None:
    platform.post(QUERY, success(status="RECEIVED").replace("</xml>", f"{named}</xml>"))
    assert pay.query(ORDER) == Answer(Reply.REFUSED, Reason.NOT_OURS, "MISMATCH")


@pytest.mark.parametrize(
    "named",
    [
        "<total_amount/>",
        "<total_amount>x</total_amount>",
        "<hblist/>",
        "<hblist>x</hblist>",
        "<openid><part>openid-2</part></openid>",
        "<hblist><hbinfo><openid><a>b</a></openid></hbinfo></hblist>",
    ],
)
def test_an_answer_that_names_nobody_is_about_our_order(
    pay: RedPackets, platform: responses.RequestsMock, named: str
) -> None:
    ours = "<hblist><hbinfo><openid>openid-1</openid><amount>188</amount></hbinfo></hblist>"
    for names in (named, f"<total_amount>188</total_amount>{ours}"):
        platform.upsert("POST", QUERY, success(status="RECEIVED").replace("</xml>", f"{names}</xml>"))
        assert pay.query(ORDER) == Answer(Reply.RECEIVED)


def test_an_accepted_send_for_another_person_is_not_ours(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(SEND, success(re_openid="openid-2"))
    assert pay.send(ORDER).reason is Reason.NOT_OURS


@pytest.mark.parametrize("status", ["SOMETHING_NEW", "failed", ""])
def test_another_status_is_doubtful_and_named(pay: RedPackets, platform: responses.RequestsMock, status: str) -> None:
    platform.post(QUERY, success(status=status))
    assert pay.query(ORDER) == Answer(Reply.DOUBTFUL, code=status, is_unknown=status.isupper())


def test_a_query_without_a_status_is_doubtful(pay: RedPackets, platform: responses.RequestsMock) -> None:
    platform.post(QUERY, success())
    assert pay.query(ORDER).reply is Reply.DOUBTFUL


@both_calls
@pytest.mark.parametrize(("code", "reason"), CODES.items(), ids=CODES)
def test_the_code_decides_and_never_its_description(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, code: str, reason: str
) -> None:
    platform.post(url, refusal(code, mch_billno=BILL, status="FAILED"))
    assert call(pay) == Answer(Reply.REFUSED, Reason(reason), code)


def test_no_other_code_is_understood() -> None:
    assert REASON_OF.keys() == CODES.keys()


@both_calls
@pytest.mark.parametrize("code", ["SYSTEMERROR", "SEND_FAILED", "SOMETHING_NEW"])
def test_every_other_code_is_doubtful(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, code: str
) -> None:
    platform.post(url, refusal(code, mch_billno=BILL, status="FAILED"))
    assert call(pay) == Answer(Reply.DOUBTFUL, code=code, is_unknown=code == "SOMETHING_NEW")


@both_calls
@pytest.mark.parametrize("code", ["o-some-openid", "x" * 500, "A" * 41, "请稍后"])
def test_what_is_no_code_is_not_named(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, code: str
) -> None:
    platform.post(url, refusal(code))
    answer = call(pay)
    assert (answer.reply, answer.is_unknown, len(answer.code) <= 40) == (Reply.DOUBTFUL, False, True)


@both_calls
def test_not_found(pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call) -> None:
    platform.post(url, refusal("NOT_FOUND"))
    assert call(pay) == Answer(Reply.NOT_FOUND, code="NOT_FOUND")


UNCLEAR = {
    "empty": "",
    "text": "SUCCESS",
    "html": "<html><body>502 Bad Gateway</body></html>",
    "cut": success(status="SENT")[:-8],
    "mere root": "<xml/>",
    "root of text": "<xml>SUCCESS</xml>",
    "list": "<xml><xml>1</xml><xml>2</xml></xml>",
    "no result": xml(return_code="SUCCESS", mch_billno=BILL),
    "lower case": xml(return_code="success", result_code="success", mch_billno=BILL),
    "communication": xml(return_code="FAIL", return_msg="签名错误"),
    "no code": xml(return_code="SUCCESS", result_code="FAIL", mch_billno=BILL),
    "empty code": refusal(""),
    "no bill number": xml(return_code="SUCCESS", result_code="SUCCESS", status="FAILED"),
    "another bill number": success(mch_billno=BILL[:-1] + "3", status="FAILED"),
    "longer bill number": success(mch_billno=BILL + "0", status="FAILED"),
    "entities": '<!DOCTYPE a [<!ENTITY b "c">]><xml><return_code>&b;</return_code></xml>',
    "json": '{"return_code": "SUCCESS"}',
}


@both_calls
@pytest.mark.parametrize("body", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_what_is_not_clear_is_doubtful(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, body: str
) -> None:
    platform.post(url, body)
    assert call(pay).reply is Reply.DOUBTFUL


@both_calls
@pytest.mark.parametrize("status", [301, 400, 403, 500, 502, 503])
def test_an_http_error_is_doubtful_whatever_it_says(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, status: int
) -> None:
    body = success(status="FAILED") if status != 301 else ""
    platform.post(url, body, status=status)
    assert call(pay).reply is Reply.DOUBTFUL


@both_calls
@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout("t"),
        requests.ReadTimeout("t"),
        requests.ConnectionError("c"),
        requests.exceptions.ChunkedEncodingError("e"),
        OSError("No buffer space"),
        UnicodeError("host name"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_answer_is_doubtful(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call, error: Exception
) -> None:
    platform.post(url, body=error)
    assert call(pay) == Answer(Reply.DOUBTFUL, code=type(error).__name__)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=50).map(lambda t: f"<xml>{t}</xml>".encode()))
def test_no_body_raises(pay: RedPackets, body: bytes) -> None:
    for url, call in CALLS:
        with responses.RequestsMock() as platform:
            platform.post(url, body)
            assert call(pay).reply is Reply.DOUBTFUL


class Counted(BufferedReader):
    bytes_read = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.bytes_read += len(found)
        return found


@both_calls
def test_an_answer_of_any_size_takes_a_megabyte_at_most(
    pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call
) -> None:
    body = Counted(BytesIO(success(status="SENT").encode() + b" " * 3 * LARGEST))
    platform.post(url, body)
    assert call(pay) == Answer(Reply.DOUBTFUL, code="AnswerTooLarge")
    assert LARGEST < body.bytes_read < 2 * LARGEST


@both_calls
def test_every_call_has_a_time_out(pay: RedPackets, platform: responses.RequestsMock, url: str, call: Call) -> None:
    platform.post(url, success())
    call(pay)
    assert platform.calls[0].request.req_kwargs["timeout"] == TIMEOUT  # type: ignore[attr-defined]
    # Shorter than the worker's 30 s, so that its result is recorded.
    assert sum(TIMEOUT) < 30


def test_a_silent_server_is_doubtful_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(red_packet_client, "TIMEOUT", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as server:
        pay = red_packets(f"http://127.0.0.1:{server.getsockname()[1]}")
        accepted: list[socket.socket] = []
        waiter = threading.Thread(target=lambda: accepted.append(server.accept()[0]))
        waiter.start()
        assert pay.send(ORDER) == Answer(Reply.DOUBTFUL, code="ReadTimeout")
        waiter.join()
        accepted[0].close()


@pytest.fixture
def quiet() -> Iterator[None]:
    names = ("wechatpy", "urllib3", "requests", "botocore", "pynamodb")
    before = {name: logging.getLogger(name).level for name in names}
    quiet_libraries()
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@both_calls
def test_neither_key_nor_openid_is_logged(
    pay: RedPackets,
    platform: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    quiet: None,
    url: str,
    call: Call,
) -> None:
    bodies = [success(status="SENT"), refusal("SIGN_ERROR"), "broken"]
    with caplog.at_level(logging.DEBUG):
        for body in bodies:
            platform.upsert("POST", url, body)
            call(pay)
    for secret in (KEY, "openid-1", BILL):
        assert secret not in caplog.text


def test_the_key_would_be_logged_otherwise(
    pay: RedPackets, platform: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    platform.post(QUERY, success(status="SENT"))
    with caplog.at_level(logging.DEBUG, logger="wechatpy"):
        pay.query(ORDER)
    assert KEY in caplog.text


def test_an_order_needs_no_secrets_and_is_repeated_to_the_letter() -> None:
    def none_there() -> PaySettings:
        raise LookupError

    contest = load_contest_file(PACKAGED)
    pay = RedPackets(contest, "wxapp", none_there)
    made = pay.order(BILL, "openid-1", 188)
    assert made == pay.order(BILL, "openid-1", 188)
    assert dict(made.terms) == {name: getattr(contest.packet, name) for name in TERMS}
    for call in (pay.prepare, lambda: pay.send(made), lambda: pay.query(ORDER)):
        with pytest.raises(LookupError):
            call()
