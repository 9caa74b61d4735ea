"""PayoutProvider: the fake that the tests pay with, and the real adapter on the simulator's WeChat Pay."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import pytest

from chalicelib.adapters.pay import red_packet_client
from chalicelib.adapters.pay.red_packet import REASON_OF, STATUSES, RedPackets
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.pay_settings import PaySettings
from chalicelib.ports import PayoutProvider
from infra.simulator import SimulatorSettings, create_app
from infra.simulator.served import served
from tests.contract.pay_on_simulator import SimulatedPay
from tests.support.pay import FakePay, NextSend
from tests.support.pay_faults import with_pay_faults

CONTEST = load_contest_file(PACKAGED)
UNCLEAR = ("timeout", "http500", "garbage")
_numbers = itertools.count(1)


class Pay(Protocol):
    """WeChat Pay, controlled by the test."""

    provider: PayoutProvider
    openid: str
    """A follower's."""

    def will_fail(self, answer: str, pays: bool = False) -> None:
        """Makes the next send fail: with one of UNCLEAR, or refused with this code."""
        ...

    def query_will_fail(self, answer: str) -> None: ...

    def becomes(self, mch_billno: str, reply: Reply) -> None:
        """Sets a payment's next state."""
        ...

    def paid(self) -> dict[str, int]:
        """Bill number -> fen of each real payment."""
        ...


class OnTheFake:
    openid = "oFollower"

    def __init__(self) -> None:
        self.fake = FakePay()
        self.provider: PayoutProvider = self.fake

    def will_fail(self, answer: str, pays: bool = False) -> None:
        if answer in UNCLEAR:
            self.fake.next_sends.append(NextSend(pays, answer=Answer(Reply.DOUBTFUL)))
        else:
            self.fake.will_refuse(answer, pays)

    def query_will_fail(self, answer: str) -> None:
        self.fake.will_say(Answer(Reply.DOUBTFUL))

    def becomes(self, mch_billno: str, reply: Reply) -> None:
        self.fake.status[mch_billno] = reply

    def paid(self) -> dict[str, int]:
        return {number: order.amount_fen for number, order in self.fake.ledger.items()}


class OnTheSimulator(SimulatedPay):
    def will_fail(self, answer: str, pays: bool = False) -> None:
        self.control("pay/faults", [{"when": "after" if pays else "before", "answer": answer, "seconds": 1}])

    def query_will_fail(self, answer: str) -> None:
        self.control("pay/queries", [{"answer": answer, "seconds": 1}])

    def becomes(self, mch_billno: str, reply: Reply) -> None:
        (status,) = [name for name, meant in STATUSES.items() if meant is reply]
        self.control("pay/queries", [{"mch_billno": mch_billno, "status": status}])

    def paid(self) -> dict[str, int]:
        payments = self.read("pay/ledger")["payments"]
        return {one["mch_billno"]: one["amount_fen"] for one in payments}


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with served(with_pay_faults(create_app(SimulatorSettings.from_env({}), lambda: 1_594_137_600.0))) as url:
        yield url


@pytest.fixture(params=["fake", "simulator"])
def pay(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Pay:
    if request.param == "fake":
        return OnTheFake()
    url, settings = request.getfixturevalue("simulator"), SimulatorSettings.from_env({})
    monkeypatch.setattr(red_packet_client, "TIMEOUT", (1.0, 0.4))
    secrets = PaySettings(settings.mch_id, settings.pay_key, "", "", url)
    return OnTheSimulator(url, RedPackets(CONTEST, settings.app_id, lambda: secrets))


def order(pay: Pay, amount_fen: int = 188) -> SendOrder:
    """An order with its own bill number."""
    return pay.provider.order(f"contractsuit{next(_numbers):08d}", pay.openid, amount_fen)


def paid_for(pay: Pay, sent: SendOrder) -> int | None:
    return pay.paid().get(sent.mch_billno)


def test_an_order_says_what_it_is_told_and_the_contest_s_wording(pay: Pay) -> None:
    made = pay.provider.order("number", "o1", 250)
    assert (made.mch_billno, made.openid, made.amount_fen) == ("number", "o1", 250)
    wording = CONTEST.packet
    assert dict(made.terms) == {name: getattr(wording, name) for name, _ in made.terms}
    assert pay.provider.product == "red_packet"


def test_an_accepted_order_is_paid(pay: Pay) -> None:
    sent = order(pay)
    pay.provider.prepare()
    assert pay.provider.send(sent) == Answer(Reply.ACCEPTED)
    assert pay.provider.query(sent) == Answer(Reply.SENT)
    assert paid_for(pay, sent) == 188


def test_the_same_order_again_is_not_paid_again(pay: Pay) -> None:
    sent = order(pay)
    assert [pay.provider.send(sent) for _ in range(3)] == [Answer(Reply.ACCEPTED)] * 3
    assert paid_for(pay, sent) == 188


@pytest.mark.parametrize("change", ["amount", "terms"])
def test_a_number_with_other_parameters_is_refused(pay: Pay, change: str) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    terms = tuple((name, "另一句" if name == "wishing" else value) for name, value in sent.terms)
    other = replace(sent, amount_fen=199) if change == "amount" else replace(sent, terms=terms)
    assert pay.provider.send(other) == Answer(Reply.REFUSED, Reason.NOT_OURS, "FATAL_ERROR")
    assert paid_for(pay, sent) == 188


def test_a_number_that_was_paid_with_another_amount_is_not_ours(pay: Pay) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    found = pay.provider.query(replace(sent, amount_fen=199))
    assert (found.reply, found.reason) == (Reply.REFUSED, Reason.NOT_OURS)
    assert pay.provider.query(sent) == Answer(Reply.SENT)


def test_a_number_whose_packet_another_person_opened_is_not_ours(pay: Pay) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.becomes(sent.mch_billno, Reply.RECEIVED)
    found = pay.provider.query(replace(sent, openid="oSomebodyElse"))
    assert (found.reply, found.reason) == (Reply.REFUSED, Reason.NOT_OURS)
    assert pay.provider.query(sent) == Answer(Reply.RECEIVED)


def test_a_number_that_was_never_sent_is_not_found(pay: Pay) -> None:
    assert pay.provider.query(order(pay)) == Answer(Reply.NOT_FOUND, code="NOT_FOUND")


@pytest.mark.parametrize("pays", [False, True], ids=["unpaid", "paid"])
@pytest.mark.parametrize("code", REASON_OF)
def test_each_refusal_has_its_reason_and_may_have_paid(pay: Pay, code: str, pays: bool) -> None:
    sent = order(pay)
    pay.will_fail(code, pays)
    assert pay.provider.send(sent) == Answer(Reply.REFUSED, REASON_OF[code], code)
    assert (paid_for(pay, sent) is not None) == pays
    became = Reply.SENDING if code == "PROCESSING" else Reply.SENT
    if pays:
        pay.becomes(sent.mch_billno, became)
    assert pay.provider.query(sent).reply is (became if pays else Reply.NOT_FOUND)


@pytest.mark.parametrize("code", ["SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN_BEFORE"])
def test_every_other_code_is_doubtful(pay: Pay, code: str) -> None:
    pay.will_fail(code)
    expected = Answer(Reply.DOUBTFUL, code=code, is_unknown=code == "NEVER_SEEN_BEFORE")
    assert pay.provider.send(order(pay)) == expected


@pytest.mark.parametrize("pays", [False, True], ids=["unpaid", "paid"])
@pytest.mark.parametrize("trouble", UNCLEAR)
def test_what_is_unclear_is_doubtful_and_the_query_says_what_became_of_it(pay: Pay, trouble: str, pays: bool) -> None:
    sent = order(pay)
    pay.will_fail(trouble, pays)
    answer = pay.provider.send(sent)
    assert (answer.reply, answer.reason) == (Reply.DOUBTFUL, Reason.NONE)
    assert pay.provider.query(sent).reply is (Reply.SENT if pays else Reply.NOT_FOUND)
    assert pay.provider.send(sent) == Answer(Reply.ACCEPTED)
    assert paid_for(pay, sent) == 188


@pytest.mark.parametrize("trouble", UNCLEAR)
def test_a_query_that_is_unclear_is_doubtful(pay: Pay, trouble: str) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.query_will_fail(trouble)
    assert pay.provider.query(sent).reply is Reply.DOUBTFUL
    assert pay.provider.query(sent) == Answer(Reply.SENT)


@pytest.mark.parametrize(
    ("state", "repeated"),
    [
        (Reply.SENDING, Answer(Reply.REFUSED, Reason.PROCESSING, "PROCESSING")),
        (Reply.SENT, Answer(Reply.ACCEPTED)),
        (Reply.RECEIVED, Answer(Reply.ACCEPTED)),
        (Reply.REFUNDING, Answer(Reply.ACCEPTED)),
        (Reply.REFUNDED, Answer(Reply.ACCEPTED)),
        (Reply.FAILED, Answer(Reply.DOUBTFUL, code="SEND_FAILED")),
    ],
)
def test_each_state_and_what_a_repeated_send_is_answered_in_it(pay: Pay, state: Reply, repeated: Answer) -> None:
    sent = order(pay)
    pay.provider.send(sent)
    pay.becomes(sent.mch_billno, state)
    assert pay.provider.query(sent) == Answer(state)
    assert pay.provider.send(sent) == repeated
    assert paid_for(pay, sent) == 188
