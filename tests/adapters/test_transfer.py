"""Merchant transfers: the requests, and the meaning of each answer that WeChat Pay signed. Other answers are
ignored."""

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.pay import transfer_client
from chalicelib.adapters.pay.bounded_answers import LARGEST
from chalicelib.adapters.pay.transfer import ANOTHER_ORDER, FAILURES, REASON_OF, STATES, Transfers
from chalicelib.adapters.pay.transfer_client import BILLS, TIMEOUT
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import Payer, SendOrder
from chalicelib.domain.contest import Contest
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.pay_settings import PaySettings
from tests.support.v3_keys import KEY_ID, SERIAL, V3_KEY, key_pair, signature_headers

NOW = datetime(2020, 7, 8, tzinfo=UTC)
HOST = "https://api.mch.weixin.qq.com"
BILL = "Plan0Plan0Pl00000042"
SEND, QUERY = HOST + BILLS, f"{HOST}{BILLS}/out-bill-no/{BILL}"
NOTIFY = "https://quiz.example.cn/wechatpay/notify"
RECEIPT = "affffddafdfafddffda+/w=="
CONTEST = replace(
    load_contest_file(PACKAGED),
    transfer=TransferRules("信用知识竞赛", "答题红包", NOW + timedelta(days=20), remark="信用知识竞赛红包"),
)
KEYS = key_pair("merchant"), key_pair("wechat")


def transfers(
    url: str = HOST,
    contest: Contest = CONTEST,
    platform: tuple[str, str] = (KEY_ID, ""),
    secrets: Mapping[str, str] | None = None,
) -> Transfers:
    given = {"mch_id": "1900000001", "pay_cert_key": KEYS[0].private_pem, "serial": SERIAL, "v3_key": V3_KEY}
    merchant = PaySettings(pay_key="", pay_cert="", wechat_pay_url=url, **{**given, **(secrets or {})})
    key = platform[0], platform[1] or KEYS[1].public_pem
    return Transfers(contest, "wxapp", lambda: merchant, key, NOTIFY, lambda: NOW)


Call = Callable[[Transfers], Answer]
ORDER = transfers().order(BILL, "openid-1", 188)
CALLS: list[tuple[str, str, Call]] = [
    ("POST", SEND, lambda pay: pay.send(ORDER)),
    ("GET", QUERY, lambda pay: pay.query(ORDER)),
]
both_calls = pytest.mark.parametrize(("method", "url", "call"), CALLS, ids=["send", "query"])


@pytest.fixture(scope="module")
def pay() -> Transfers:
    """Shared by all tests: loading checks the merchant's key, which takes a tenth of a second."""
    return transfers()


@pytest.fixture
def platform() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def answer(
    platform: responses.RequestsMock, method: str, url: str, fields: Any, status: int = 200, **changed: str
) -> None:
    body = fields if isinstance(fields, bytes) else json.dumps(fields, ensure_ascii=False).encode()
    platform.upsert(method, url, body=body, status=status, headers=signature_headers(body, NOW, **changed))


def sent(state: str, **fields: Any) -> dict[str, Any]:
    about = {"out_bill_no": BILL, "transfer_bill_no": "1330000071100999991182020050700019480001"}
    return {**about, "create_time": "2020-07-08T00:00:00+08:00", "state": state, **fields}


def found(state: str, **fields: Any) -> dict[str, Any]:
    """The answer to a query, which has more fields."""
    ours = {"mch_id": "1900000001", "appid": "wxapp", "openid": "openid-1", "transfer_amount": 188}
    return {**sent(state), **ours, **fields}


def test_a_transfer_is_asked_for_with_every_parameter_and_our_signature(
    pay: Transfers, platform: responses.RequestsMock
) -> None:
    answer(platform, "POST", SEND, sent("WAIT_USER_CONFIRM", package_info=RECEIPT))
    assert pay.send(ORDER) == Answer(Reply.WAITING, receipt=RECEIPT)
    request = platform.calls[0].request
    assert json.loads(request.body or "") == {
        "appid": "wxapp",
        "out_bill_no": BILL,
        "transfer_scene_id": "1000",
        "openid": "openid-1",
        "transfer_amount": 188,
        "transfer_remark": "信用知识竞赛红包",
        "notify_url": NOTIFY,
        "user_recv_perception": "活动奖励",
        "user_recv_style": {"type": "RED_PACKET"},
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "信用知识竞赛"},
            {"info_type": "奖励说明", "info_content": "答题红包"},
        ],
    }
    assert request.headers["Authorization"].startswith('WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="')
    assert f'timestamp="{int(NOW.timestamp())}",serial_no="{SERIAL}"' in request.headers["Authorization"]
    assert request.headers["Wechatpay-Serial"] == KEY_ID


def test_the_same_order_is_sent_in_the_same_bytes(pay: Transfers, platform: responses.RequestsMock) -> None:
    answer(platform, "POST", SEND, sent("ACCEPTED"))
    changed = transfers(contest=replace(CONTEST, transfer=TransferRules("另", "一", NOW)))
    for one in (pay, changed):
        one.send(ORDER)
    assert platform.calls[0].request.body == platform.calls[1].request.body


def test_an_order_needs_no_secrets_and_keeps_its_terms() -> None:
    def none_there() -> PaySettings:
        raise LookupError

    one = Transfers(CONTEST, "wxapp", none_there, ("", ""), NOTIFY, lambda: NOW)
    assert one.order(BILL, "openid-1", 188) == ORDER
    assert (ORDER.product, tuple(dict(ORDER.terms))) == ("transfer", Transfers.terms)
    for call in (one.prepare, lambda: one.send(ORDER), lambda: one.query(ORDER), lambda: one.payer):
        with pytest.raises(LookupError):
            call()


def test_a_remark_that_is_left_empty_is_the_activity_s_name() -> None:
    rules = TransferRules("信用知识竞赛", "答题红包", NOW, style="confirm_page", perception="现金奖励")
    terms = dict(transfers(contest=replace(CONTEST, transfer=rules)).order(BILL, "o", 10).terms)
    assert terms["transfer_remark"] == "信用知识竞赛"
    assert (terms["user_recv_style"], terms["user_recv_perception"]) == ("CONFIRM_PAGE", "现金奖励")


def test_without_the_section_earlier_orders_are_still_asked_about(platform: responses.RequestsMock) -> None:
    later = transfers(contest=load_contest_file(PACKAGED))
    answer(platform, "GET", QUERY, found("SUCCESS"))
    assert later.query(ORDER) == Answer(Reply.RECEIVED)
    assert not later.order(BILL, "openid-1", 188).has_terms_of(ORDER)


def test_the_payer(pay: Transfers) -> None:
    assert pay.payer == Payer("1900000001", "wxapp")
    assert pay.prepare() is None


@pytest.mark.parametrize(("state", "reply"), [(state, reply) for state, reply in STATES.items() if state != "FAIL"])
def test_each_state_that_a_query_tells(
    pay: Transfers, platform: responses.RequestsMock, state: str, reply: Reply
) -> None:
    answer(platform, "GET", QUERY, found(state))
    assert pay.query(ORDER) == Answer(reply)


@pytest.mark.parametrize("state", STATES)
def test_each_state_that_a_send_tells(pay: Transfers, platform: responses.RequestsMock, state: str) -> None:
    """An end without payment counts only in a query's answer; other states count at once. Only a waiting bill has a
    receipt."""
    answer(platform, "POST", SEND, sent(state, package_info=RECEIPT))
    said = pay.send(ORDER)
    if state in ("FAIL", "CANCELLED"):
        assert said == Answer(Reply.DOUBTFUL, code=state)
    else:
        assert said == Answer(STATES[state], receipt=RECEIPT if state == "WAIT_USER_CONFIRM" else "")


@pytest.mark.parametrize("receipt", [None, 7, ["x"]])
def test_what_is_no_receipt_is_none(pay: Transfers, platform: responses.RequestsMock, receipt: Any) -> None:
    answer(platform, "POST", SEND, sent("WAIT_USER_CONFIRM", package_info=receipt))
    assert pay.send(ORDER) == Answer(Reply.WAITING)


@pytest.mark.parametrize("reason", ["OVERDUE_CLOSE", "MCH_CANCEL"])
def test_a_bill_that_nobody_confirmed_is_closed(pay: Transfers, platform: responses.RequestsMock, reason: str) -> None:
    answer(platform, "GET", QUERY, found("FAIL", fail_reason=reason))
    assert pay.query(ORDER) == Answer(Reply.CLOSED, code=reason)


@pytest.mark.parametrize(
    ("fail_reason", "reason", "code"),
    [(name, reason, name) for name, reason in FAILURES.items()]
    + [("REAL_NAME_CHECK_FAIL", Reason.NONE, "REAL_NAME_CHECK_FAIL"), ("", Reason.NONE, ""), ("余额", Reason.NONE, "")],
)
def test_every_other_failure_has_its_reason(
    pay: Transfers, platform: responses.RequestsMock, fail_reason: str, reason: Reason, code: str
) -> None:
    answer(platform, "GET", QUERY, found("FAIL", fail_reason=fail_reason))
    assert pay.query(ORDER) == Answer(Reply.FAILED, reason, code)


@pytest.mark.parametrize("state", ["SOMETHING_NEW", "success", "", None, 7])
@both_calls
def test_another_state_is_doubtful(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call, state: Any
) -> None:
    answer(platform, method, url, found(state))
    said = call(pay)
    assert (said.reply, said.is_unknown) == (Reply.DOUBTFUL, state == "SOMETHING_NEW")


@pytest.mark.parametrize(
    "other",
    [
        {"out_bill_no": BILL + "R1"},
        {"transfer_amount": 189},
        {"transfer_amount": "188"},
        {"openid": "openid-2"},
        {"mch_id": "1900000002"},
        {"appid": "wxother"},
    ],
)
@both_calls
def test_an_answer_about_another_order_is_not_ours(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call, other: dict[str, Any]
) -> None:
    answer(platform, method, url, found("SUCCESS", **other))
    assert call(pay) == ANOTHER_ORDER == Answer(Reply.REFUSED, Reason.NOT_OURS, "MISMATCH")


CODES = {
    "PARAM_ERROR": "terms", "INVALID_REQUEST": "inspect", "ALREADY_EXISTS": "inspect", "SIGN_ERROR": "configuration",
    "NO_AUTH": "configuration", "USER_ERROR": "configuration", "NOT_ENOUGH": "balance",
    "FREQUENCY_LIMITED": "back_off", "FREQUENCY_LIMIT": "back_off", "FREQUENCY_LIMIT_EXCEED": "back_off",
    "RATELIMIT_EXCEEDED": "back_off",
}  # fmt: skip


@pytest.mark.parametrize(("code", "reason"), CODES.items())
@both_calls
def test_each_code_has_its_reason_whatever_the_status(
    pay: Transfers,
    platform: responses.RequestsMock,
    method: str,
    url: str,
    call: Call,
    code: str,
    reason: str,
) -> None:
    for status in (400, 401, 403, 429, 500):
        answer(platform, method, url, {"code": code, "message": "说明"}, status)
        assert call(pay) == Answer(Reply.REFUSED, Reason(reason), code)


def test_no_other_code_is_understood() -> None:
    assert REASON_OF.keys() == CODES.keys()


def test_a_used_up_day_has_no_code_of_its_own(pay: Transfers, platform: responses.RequestsMock) -> None:
    """WeChat Pay's community, 0000c4ce8fc640598fee2a6e551800, quotes this message."""
    said = {"code": "INVALID_REQUEST", "message": "超出商户单日转账额度，请核实产品设置是否准确"}
    answer(platform, "POST", SEND, said, 400)
    assert pay.send(ORDER) == Answer(Reply.REFUSED, Reason.DAY_LIMIT, "INVALID_REQUEST")


@pytest.mark.parametrize("code", ["SYSTEM_ERROR", "SOMETHING_NEW", "", None, "o-some-openid", "请稍后", "A" * 41])
@both_calls
def test_every_other_code_is_doubtful(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call, code: Any
) -> None:
    answer(platform, method, url, {"code": code}, 400)
    said = call(pay)
    assert (said.reply, said.is_unknown) == (Reply.DOUBTFUL, code == "SOMETHING_NEW")
    assert len(said.code) <= 40


def test_only_a_query_finds_nothing(pay: Transfers, platform: responses.RequestsMock) -> None:
    for method, url, call in CALLS:
        answer(platform, method, url, {"code": "NOT_FOUND", "message": "记录不存在"}, 404)
        expected = Reply.NOT_FOUND if method == "GET" else Reply.DOUBTFUL
        assert call(pay) == Answer(expected, code="NOT_FOUND")


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
@pytest.mark.parametrize(
    "changed",
    [
        {"Serial": "PUB_KEY_ID_another"},
        {"Timestamp": str(int(NOW.timestamp()) - 301)},
        {"Nonce": "x"},
        {"Signature": ""},
        {"signer": "forger"},
    ],
    ids=lambda changed: next(iter(changed)),
)
@both_calls
def test_an_answer_that_does_not_verify_is_doubtful_whatever_it_says(
    pay: Transfers,
    platform: responses.RequestsMock,
    method: str,
    url: str,
    call: Call,
    changed: dict[str, str],
    status: int,
) -> None:
    said = found("FAIL", fail_reason="OVERDUE_CLOSE") if status == 200 else {"code": "NOT_FOUND"}
    answer(platform, method, url, said, status, **changed)
    assert call(pay) == Answer(Reply.DOUBTFUL, code=f"UNVERIFIED_{status}")


@both_calls
def test_an_unsigned_page_is_doubtful(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call
) -> None:
    platform.upsert(method, url, body="<html>502 Bad Gateway</html>", status=502)
    assert call(pay) == Answer(Reply.DOUBTFUL, code="UNVERIFIED_502")


@pytest.mark.parametrize(
    "body", [b"", b"SUCCESS", b"[]", b"null", b'"x"', b"\xff", b"[" * 9_000, b"{}", b'{"state": "SUCCESS"}']
)
@both_calls
def test_what_is_signed_but_unreadable_is_doubtful(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call, body: bytes
) -> None:
    answer(platform, method, url, body)
    assert call(pay) == Answer(Reply.DOUBTFUL, code="unreadable")


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(["out_bill_no", "state", "fail_reason", "package_info", "code", "message", "transfer_amount"]),
        st.one_of(st.none(), st.text(max_size=9), st.integers(), st.just(BILL), st.sampled_from(list(STATES))),
    ),
    st.sampled_from([200, 202, 400, 404, 503]),
)
def test_no_signed_answer_raises(pay: Transfers, fields: Mapping[str, Any], status: int) -> None:
    for method, url, call in CALLS:
        with responses.RequestsMock() as platform:
            answer(platform, method, url, fields, status)
            assert isinstance(call(pay), Answer)


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout("t"),
        requests.ReadTimeout("t"),
        requests.ConnectionError("c"),
        requests.exceptions.SSLError("s"),
        requests.exceptions.ChunkedEncodingError("e"),
        OSError("No buffer space"),
        UnicodeError("host name"),
    ],
    ids=lambda error: type(error).__name__,
)
@both_calls
def test_no_answer_is_doubtful(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call, error: Exception
) -> None:
    platform.upsert(method, url, body=error)
    assert call(pay) == Answer(Reply.DOUBTFUL, code=type(error).__name__)


@both_calls
def test_an_answer_is_read_up_to_a_megabyte(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call
) -> None:
    for size, code in ((LARGEST, "unreadable"), (LARGEST + 1, "AnswerTooLarge")):
        answer(platform, method, url, b" " * size)
        assert call(pay) == Answer(Reply.DOUBTFUL, code=code)


@both_calls
def test_a_redirect_is_not_followed(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call
) -> None:
    platform.upsert(method, url, body="", status=307, headers={"Location": "https://elsewhere.example/"})
    assert call(pay) == Answer(Reply.DOUBTFUL, code="UNVERIFIED_307")
    assert len(platform.calls) == 1


@pytest.mark.parametrize(
    ("secrets", "platform_key", "name"),
    [
        ({"serial": ""}, (KEY_ID, ""), "WECHAT_PAY_SERIAL"),
        ({"pay_cert_key": ""}, (KEY_ID, ""), "WECHAT_PAY_CERT_KEY"),
        ({"pay_cert_key": KEYS[1].public_pem}, (KEY_ID, ""), "WECHAT_PAY_CERT_KEY"),
        ({}, ("", ""), "WECHAT_PAY_PUBLIC_KEY"),
        ({}, (KEY_ID, "nonsense"), "WECHAT_PAY_PUBLIC_KEY"),
    ],
)
def test_a_setting_that_is_of_no_use_holds_payouts_before_anything_is_sent(
    secrets: dict[str, str], platform_key: tuple[str, str], name: str
) -> None:
    one = transfers(platform=platform_key, secrets=secrets)
    refused = Answer(Reply.REFUSED, Reason.CONFIGURATION, name)
    assert (one.prepare(), one.send(ORDER), one.query(ORDER)) == (refused, refused, refused)


@both_calls
def test_every_call_has_a_time_out(
    pay: Transfers, platform: responses.RequestsMock, method: str, url: str, call: Call
) -> None:
    answer(platform, method, url, found("SUCCESS"))
    call(pay)
    assert platform.calls[0].request.req_kwargs["timeout"] == TIMEOUT  # type: ignore[attr-defined]
    assert sum(TIMEOUT) < 30  # shorter than the worker's own, so that its result is recorded


def test_a_silent_server_is_doubtful_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer_client, "TIMEOUT", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = transfers(f"http://127.0.0.1:{server.getsockname()[1]}")
        accepted: list[socket.socket] = []
        waiter = threading.Thread(target=lambda: accepted.append(server.accept()[0]))
        waiter.start()
        assert one.send(ORDER) == Answer(Reply.DOUBTFUL, code="ReadTimeout")
        waiter.join()
        accepted[0].close()


@both_calls
def test_neither_key_nor_person_nor_receipt_is_logged(
    pay: Transfers,
    platform: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    method: str,
    url: str,
    call: Call,
) -> None:
    with caplog.at_level(logging.DEBUG):
        for fields, status in ((found("WAIT_USER_CONFIRM", package_info=RECEIPT), 200), ({"code": "SIGN_ERROR"}, 401)):
            answer(platform, method, url, fields, status)
            call(pay)
    for secret in (V3_KEY, "openid-1", BILL, RECEIPT, KEYS[0].private_pem[40:90]):
        assert secret not in caplog.text


def test_the_order_of_an_earlier_contest_s_wording_is_sent_as_it_was() -> None:
    assert SendOrder(BILL, "openid-1", 188, ORDER.terms, product="transfer") == ORDER
