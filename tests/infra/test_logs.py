"""CloudWatch's lines over the whole course of a contest: traceable lines of JSON, metrics, and nothing personal."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.adapters.metrics import NAMESPACE
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.usecases.relay_message import Relay
from functions import middleware
from tests.http.callback_client import CallbackClient
from tests.infra.conftest import PREFIX, SECRETS
from tests.infra.function_runs import RUNS, as_transfer, begin, claimed, job, lay_plan, payout, run_pay, who
from tests.support.own_server import REPLY, says, scripted_server
from tests.support.simulated_wechat import SimulatedWeChat

PEOPLE = ("alice", "friend", "bob", "carol", "late", "dora", "payee0", "payee1", "payee2")
METRICS = frozenset(
    "Claims ClaimTries Referrals CallbackMs ShouldBeOpenButIsNot PayoutsHeld FreePackets Participants DueLate "
    "PayoutsSent PayoutsParked PayoutsFailed PayoutsLapsed Differences TokensRefused OldestDueMinutes PayoutsStopped "
    "AnswersDoubtful SignInsFailed CallbacksRefused MessagesUnreadable RelayMs RelaysFailed NotificationsRefused "
    "NotificationsDropped".split()
)
"""All that are told."""
Line = dict[str, Any]


@pytest.fixture
def in_lambda(deployed: None, monkeypatch: pytest.MonkeyPatch, wechat: SimulatedWeChat) -> Iterator[None]:
    """The process is one of Lambda's; its logging is put back afterwards."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "contest-prod")
    monkeypatch.setattr(middleware, "_set_up", False)
    root, framework = logging.getLogger(), logging.getLogger(middleware.APP_NAME)
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in (root, framework)]
    lay_plan(wechat)
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[Line]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def metrics(found: list[Line]) -> dict[str, list[float]]:
    """Every value of every metric, in their order."""
    values: dict[str, list[float]] = {}
    for line in found:
        for about in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in about["Metrics"]:
                values.setdefault(metric["Name"], []).append(line[metric["Name"]])
    return values


@pytest.mark.usefixtures("in_lambda")
@pytest.mark.parametrize("function", RUNS)
def test_a_whole_life_tells_nothing_personal(
    function: str, capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat
) -> None:
    for run in RUNS[function]:
        run(begin(wechat))
    found = lines(capsys)
    hidden = [*map(who, PEOPLE), *(value for value in SECRETS.values() if len(value) > 5)]
    told = [json.dumps(line, ensure_ascii=False) for line in found]
    assert not [text for text in told for secret in hidden if secret in text]
    for line in found:
        assert {"time", "level", "message", "logger", "function", "request_id"} <= line.keys()
        assert (line["contest_id"], bool(line["request_id"])) == ("hongze-2020", True)


@pytest.mark.usefixtures("in_lambda")
def test_a_claim_can_be_followed_to_its_payout(capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> None:
    life = begin(wechat)
    ref = claimed(life, who("payee0"))
    life.queue("pay", payout(ref))
    (claim,) = life.services.ports.participants.claims_of(ref.openid)
    found = [line for line in lines(capsys) if line.get("claim_id") == claim.claim_id]
    assert [(line["function"], line["message"].split()[-2:]) for line in found] == [
        ("api_handler", ["is", "made"]),
        ("pay", ["is", "sent"]),
    ]
    assert found[0]["request_id"] != found[1]["request_id"]


@pytest.mark.usefixtures("in_lambda")
def test_wechat_pay_s_own_code_is_in_the_log(capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> None:
    """It is stored nowhere."""
    life = begin(wechat)
    life.pay.will_refuse("SIGN_ERROR")
    life.queue("pay", payout(claimed(life, who("payee0"))))
    (line,) = [line for line in lines(capsys) if "SIGN_ERROR" in line["message"]]
    assert (line["function"], line["level"], bool(line["claim_id"])) == ("pay", "WARNING", True)


@pytest.mark.usefixtures("in_lambda")
def test_a_failed_job_comes_again_and_tells_type_and_place_alone(
    capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat
) -> None:
    life = begin(wechat)
    ref = claimed(life, who("payee0"))

    def broken(*_: object) -> None:
        raise RuntimeError(f"about {ref.openid}")

    life.services.ports.payouts.find_claim = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(middleware.JobFailed, match=r"^RuntimeError at test_logs\.py:\d+$") as failed:
        life.queue("pay", payout(ref))
    assert failed.value.__context__ is None
    (line,) = [line for line in lines(capsys) if line["level"] == "ERROR"]
    assert line["error"] == str(failed.value)
    assert ref.openid not in json.dumps(line)


@pytest.mark.usefixtures("deployed")
def test_outside_of_lambda_logging_is_left_alone(capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> None:
    handlers = list(logging.getLogger().handlers)
    lay_plan(wechat)
    run_pay(begin(wechat))
    assert logging.getLogger().handlers == handlers
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("in_lambda")
def test_a_metric_is_as_cloudwatch_reads_it(capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> None:
    life = begin(wechat)
    life.pay.will_refuse("NOTENOUGH")
    life.queue("pay", payout(claimed(life, who("payee0"))))
    (line,) = [line for line in lines(capsys) if "PayoutsHeld" in line]
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": NAMESPACE,
            "Dimensions": [["Prefix"], ["Prefix", "Reason"]],
            "Metrics": [{"Name": "PayoutsHeld", "Unit": "Count"}],
        }
    ]
    assert (line["Prefix"], line["Reason"], line["PayoutsHeld"]) == (PREFIX, "balance", 1)


@pytest.mark.usefixtures("in_lambda")
def test_every_metric_and_its_value(capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> None:
    life = begin(wechat)
    refs = [claimed(life, who(f"payee{number}")) for number in range(2)]
    CallbackClient(life).text(refs[0].openid, "帮助")
    code = life.services.ports.share_codes.make_share_code(refs[0].openid)
    CallbackClient(life).event(who("friend"), "subscribe", EventKey=f"qrscene_{code}", Ticket="T")
    life.wait(minutes=5)
    life.schedule("sweep")
    life.queue("pay", payout(refs[0]))
    life.pay.will_say(Answer(Reply.NOT_FOUND))
    life.queue("pay", payout(refs[0], ask=True))
    life.pay.will_say(Answer(Reply.FAILED))
    life.queue("pay", payout(refs[0], ask=True))
    life.pay.will_refuse("NOTENOUGH")
    life.queue("pay", payout(refs[1]))
    life.services.ports.control.mark_opened(life.now)
    life.schedule("sweep")
    wechat.will_fail("ticket/getticket", 40001)
    life.services.ports.account.get_js_ticket()
    life.pay.will_say(Answer(Reply.DOUBTFUL))
    life.queue("pay", payout(refs[1], ask=True))
    CallbackClient(life).post(CallbackClient(life).sealed({}), signature="wrong")
    life.browser().get("/wechat?signature=wrong")
    CallbackClient(life).post(CallbackClient(life).sealed({}))
    life.browser().request("POST", "/wechatpay/notify", b"{}")
    life.queue("pay", job(notification={"ciphertext": "", "nonce": "", "associated_data": ""}))
    life.visitor(refs[0].openid)
    life.browser().get("/oauth/callback?code=C&state=S")
    with scripted_server(says(REPLY)) as server:
        life.services.relay = Relay(life.services.conversation, life.ports.own_server(server.url, life.ports.measure))
        for server.script in (says(REPLY), says(b"", "500 No")):
            CallbackClient(life).text(refs[0].openid, "查询")
    as_transfer(life, refs[1])
    life.wait(days=14)
    life.queue("pay", payout(refs[1]))
    found = metrics(lines(capsys))
    assert found.keys() == METRICS
    assert found.pop("CallbackMs")[0] > 0
    assert found.pop("RelayMs")[0] > 0
    assert found == {
        "Claims": [1, 1],
        "ClaimTries": [1, 1],
        "Referrals": [1],
        "ShouldBeOpenButIsNot": [1, 0],
        "PayoutsHeld": [0, 1, 1],
        "FreePackets": [1, 1],
        "Participants": [2, 2],
        "DueLate": [2],
        "PayoutsSent": [1],
        "Differences": [1, 1],
        "PayoutsFailed": [1],
        "PayoutsLapsed": [1],
        "PayoutsParked": [1],
        "TokensRefused": [1],
        "OldestDueMinutes": [3, 0],
        "PayoutsStopped": [0, 0],
        "AnswersDoubtful": [1],
        "SignInsFailed": [0, 0, 0, 1],
        "CallbacksRefused": [1, 1],
        "MessagesUnreadable": [1],
        "NotificationsRefused": [1],
        "NotificationsDropped": [1],
        "RelaysFailed": [1],
    }
