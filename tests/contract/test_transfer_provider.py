"""PayoutProvider, for transfers: the fake that the tests pay with, and the real adapter on the simulator's v3 API."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from chalicelib.adapters.pay import transfer_client
from chalicelib.adapters.pay.transfer import NOTIFY_PATH, REASON_OF, STATES, Transfers
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.pay_settings import load_pay_settings
from chalicelib.ports import PayoutProvider
from infra.simulator import SimulatorSettings, create_app
from infra.simulator.served import served
from infra.simulator.v3_signatures import KINDS
from tests.contract.pay_on_simulator import SimulatedPay
from tests.support.pay_keys import pay_keys
from tests.support.transfers import FakeTransfers

NOW = 1_594_137_600.0
UNCLEAR = ("timeout", "http500", "garbage")
_numbers = itertools.count(1)


class Pay(Protocol):
    """WeChat Pay, controlled by the test."""

    provider: PayoutProvider
    openid: str

    def will_fail(self, answer: str, creates: bool = False) -> None:
        """Makes the next send fail: with one of UNCLEAR, or refused with this code."""
        ...

    def query_will_fail(self, answer: str) -> None: ...

    def becomes(self, number: str, reply: Reply) -> None:
        """Sets a bill's next state."""
        ...


class OnTheFake:
    openid = "oFollower"

    def __init__(self) -> None:
        self.fake = FakeTransfers()
        self.provider: PayoutProvider = self.fake

    def will_fail(self, answer: str, creates: bool = False) -> None:
        refused = Answer(Reply.REFUSED, REASON_OF[answer], answer) if answer in REASON_OF else Answer(Reply.DOUBTFUL)
        self.fake.will_answer(refused, creates)

    def query_will_fail(self, answer: str) -> None:
        self.fake.will_say(Answer(Reply.DOUBTFUL))

    def becomes(self, number: str, reply: Reply) -> None:
        self.fake.status[number] = reply


class OnTheSimulator(SimulatedPay):
    def will_fail(self, answer: str, creates: bool = False) -> None:
        self._script(call="create", answer=answer, when="after" if creates else "before")

    def query_will_fail(self, answer: str) -> None:
        self._script(call="query", answer=answer)

    def is_signed(self, kind: str, call: str) -> None:
        self._script(call=call, signature=kind)

    def becomes(self, number: str, reply: Reply) -> None:
        state = next(name for name, meant in STATES.items() if meant is reply)
        reason = {"fail_reason": "PAYEE_ACCOUNT_ABNORMAL"} if state == "FAIL" else {}
        self.control(f"pay/transfers/{number}", {"state": state, **reason})

    def bills(self) -> dict[str, int]:
        found = self.read("pay/transfers")["transfers"]
        return {bill["out_bill_no"]: bill["amount_fen"] for bill in found}

    def _script(self, **script: Any) -> None:
        self.control("pay/transfers/scripts", {"seconds": 1, **script})


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with served(create_app(SimulatorSettings.from_env(pay_keys()), lambda: NOW)) as url:
        yield url


@pytest.fixture(scope="module")
def transfers(simulator: str) -> Transfers:
    keys = pay_keys()
    secrets = load_pay_settings({"STAGE": "local", "WECHAT_PAY_BASE_URL": simulator, **keys}, "transfer")
    now = datetime.fromtimestamp(NOW, UTC)
    rules = TransferRules("信用知识竞赛", "答题红包", now + timedelta(days=20))
    contest = replace(load_contest_file(PACKAGED), transfer=rules)
    platform = keys["WECHAT_PAY_PUBLIC_KEY_ID"], keys["WECHAT_PAY_PUBLIC_KEY"]
    settings = SimulatorSettings.from_env(keys)
    notify_url = settings.public_base_url + NOTIFY_PATH
    return Transfers(contest, settings.app_id, lambda: secrets, platform, notify_url, lambda: now)


@pytest.fixture
def on_simulator(simulator: str, transfers: Transfers, monkeypatch: pytest.MonkeyPatch) -> OnTheSimulator:
    monkeypatch.setattr(transfer_client, "TIMEOUT", (1.0, 0.4))
    return OnTheSimulator(simulator, transfers)


@pytest.fixture(params=["fake", "simulator"])
def pay(request: pytest.FixtureRequest) -> Pay:
    found: Pay = OnTheFake() if request.param == "fake" else request.getfixturevalue("on_simulator")
    return found


def order(pay: Pay, amount_fen: int = 188) -> SendOrder:
    """An order with its own bill number."""
    return pay.provider.order(f"contractsuit{next(_numbers):08d}", pay.openid, amount_fen)


def test_an_order_names_its_product_and_terms(pay: Pay) -> None:
    made = pay.provider.order("number", "o1", 250)
    assert (made.mch_billno, made.openid, made.amount_fen) == ("number", "o1", 250)
    assert made.product == pay.provider.product == "transfer"
    assert tuple(dict(made.terms)) == Transfers.terms


def test_a_bill_waits_for_its_winner_and_only_a_send_gives_the_receipt(pay: Pay) -> None:
    sent = order(pay)
    assert pay.provider.prepare() is None
    made = pay.provider.send(sent)
    assert (made.reply, made.reason) == (Reply.WAITING, Reason.NONE)
    assert made.receipt
    assert pay.provider.query(sent) == Answer(Reply.WAITING)
    assert pay.provider.send(sent) == made, "the same receipt again"


@pytest.mark.parametrize("change", ["amount", "terms"])
def test_a_number_with_other_parameters_is_refused_for_inspection(pay: Pay, change: str) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    terms = tuple((name, "另一句" if name == "transfer_remark" else value) for name, value in sent.terms)
    other = replace(sent, amount_fen=199) if change == "amount" else replace(sent, terms=terms)
    assert pay.provider.send(other) == Answer(Reply.REFUSED, Reason.INSPECT, "INVALID_REQUEST")
    assert pay.provider.query(sent) == Answer(Reply.WAITING)


def test_a_number_that_was_never_sent_is_not_found(pay: Pay) -> None:
    assert pay.provider.query(order(pay)) == Answer(Reply.NOT_FOUND, code="NOT_FOUND")


@pytest.mark.parametrize("creates", [False, True], ids=["no bill", "bill"])
@pytest.mark.parametrize("code", REASON_OF)
def test_each_refusal_has_its_reason_and_may_have_made_the_bill(pay: Pay, code: str, creates: bool) -> None:
    sent = order(pay)
    pay.will_fail(code, creates)
    assert pay.provider.send(sent) == Answer(Reply.REFUSED, REASON_OF[code], code)
    assert pay.provider.query(sent).reply is (Reply.WAITING if creates else Reply.NOT_FOUND)


@pytest.mark.parametrize("creates", [False, True], ids=["no bill", "bill"])
@pytest.mark.parametrize("trouble", UNCLEAR)
def test_what_is_unclear_is_doubtful_and_the_query_tells(pay: Pay, trouble: str, creates: bool) -> None:
    sent = order(pay)
    pay.will_fail(trouble, creates)
    answer = pay.provider.send(sent)
    assert (answer.reply, answer.reason) == (Reply.DOUBTFUL, Reason.NONE)
    assert pay.provider.query(sent).reply is (Reply.WAITING if creates else Reply.NOT_FOUND)
    assert pay.provider.send(sent).reply is Reply.WAITING


@pytest.mark.parametrize("trouble", UNCLEAR)
def test_a_query_that_is_unclear_is_doubtful(pay: Pay, trouble: str) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.query_will_fail(trouble)
    assert pay.provider.query(sent).reply is Reply.DOUBTFUL
    assert pay.provider.query(sent) == Answer(Reply.WAITING)


@pytest.mark.parametrize("state", [Reply.SENDING, Reply.WAITING, Reply.CONFIRMED, Reply.RECEIVED])
def test_a_state_that_both_calls_tell(pay: Pay, state: Reply) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.becomes(sent.mch_billno, state)
    repeated = pay.provider.send(sent)
    assert (pay.provider.query(sent), repeated.reply) == (Answer(state), state)
    assert bool(repeated.receipt) is (state is Reply.WAITING)


@pytest.mark.parametrize("state", [Reply.FAILED, Reply.CLOSED])
def test_an_end_without_payment_counts_only_from_a_query(pay: Pay, state: Reply) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.becomes(sent.mch_billno, state)
    assert pay.provider.send(sent).reply is Reply.DOUBTFUL
    assert pay.provider.query(sent).reply is state


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "right"])
@pytest.mark.parametrize("call", ["create", "query"])
def test_an_answer_that_is_not_signed_well_is_doubtful(on_simulator: OnTheSimulator, kind: str, call: str) -> None:
    """The bill was created nevertheless."""
    sent = order(on_simulator)
    on_simulator.is_signed(kind, call)
    calls = {"create": on_simulator.provider.send, "query": on_simulator.provider.query}
    if call == "query":
        on_simulator.provider.send(sent)
    assert calls[call](sent) == Answer(Reply.DOUBTFUL, code="UNVERIFIED_200")
    assert on_simulator.provider.query(sent) == Answer(Reply.WAITING)
    assert on_simulator.bills()[sent.mch_billno] == 188


def test_a_number_that_is_another_s_is_not_ours(on_simulator: OnTheSimulator) -> None:
    sent = order(on_simulator)
    on_simulator.provider.send(sent)
    for other in (replace(sent, amount_fen=199), replace(sent, openid="oSomebodyElse")):
        found = on_simulator.provider.query(other)
        assert (found.reply, found.reason) == (Reply.REFUSED, Reason.NOT_OURS)
