"""WeChat Pay in memory: a ledger of the real payments, and any answers that a test wants."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from chalicelib.adapters.pay.red_packet import ANOTHER_ORDER, RedPackets, refusal
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import Payer, SendOrder, numbers_until
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.pay_settings import PaySettings
from tests.support.killed import Killed
from tests.support.world import World

FORGETS = timedelta(days=30)
OUT = frozenset({Reply.SENDING, Reply.SENT, Reply.RECEIVED, Reply.REFUNDING})
"""The money has left, or may still leave."""
BECOMES = {
    Reply.SENDING: (Reply.SENT, Reply.FAILED),
    Reply.SENT: (Reply.RECEIVED, Reply.REFUNDING, Reply.REFUNDED),
    Reply.REFUNDING: (Reply.REFUNDED,),
}
"""The states that a payment may reach as time passes."""
NOT_FOUND = refusal("NOT_FOUND")


@dataclass(frozen=True)
class NextSend:
    """The outcome of a send: whether it pays, the payment's state, the answer (None: the true one), and whether the
    sender is killed afterwards."""

    pays: bool = True
    becomes: Reply = Reply.SENT
    answer: Answer | None = None
    kills: bool = False


PAYER = Payer("1900000001", "wx0000000000000000")


def _no_secrets() -> PaySettings:
    raise AssertionError("an order needs no secrets")


@cache
def _red_packets() -> RedPackets:
    """Reading the contest file takes ten milliseconds."""
    return RedPackets(load_contest_file(PACKAGED), "", _no_secrets)


class FakePay:
    """The PayoutProvider port. Without other instructions it pays, and answers truthfully.

    `ledger` has each order that was really paid, by bill number, `status` its state, which a query returns, and `sent`
    every order ever sent. `violations` are breaches of I4, in any test.
    """

    product: str = RedPackets.product
    terms: tuple[str, ...] = RedPackets.terms
    ENDED = frozenset({Reply.FAILED, Reply.REFUNDED})
    """After these a claim may have another number."""
    OUT = OUT
    BECOMES: Mapping[Reply, tuple[Reply, ...]] = BECOMES

    def __init__(
        self,
        world: World | None = None,
        clock: Callable[[], datetime] | None = None,
        prepare: Callable[[], Answer | None] = lambda: None,
    ) -> None:
        """Without a clock no payment is ever forgotten. `prepare` is called first by each send and query."""
        self._world, self._clock, self.prepare = world or World(), clock, prepare
        self.order: Callable[[str, str, int], SendOrder] = _red_packets().order
        self.payer = PAYER
        self.ledger: dict[str, SendOrder] = {}
        self.status: dict[str, Reply] = {}
        self.paid_at: dict[str, datetime] = {}
        self.sent: list[SendOrder] = []
        self.violations: list[str] = []
        self.numbers: dict[str, list[str]] = {}
        """By first number: all numbers under which its claim was ever sent."""
        self.becomes = Reply.SENT
        """The state of a payment whose send has no instructions."""
        self.may_send: Callable[[SendOrder], str] = lambda order: ""
        """Returns why this order may not be sent now, or an empty text. Sending it nevertheless is a violation."""
        self.next_sends: deque[NextSend] = deque()
        self.next_queries: deque[Answer] = deque()

    # The port

    def send(self, order: SendOrder) -> Answer:
        with self._world.call("pay.send"):
            self.prepare()
            self._watch(order)
            self.sent.append(order)
            how = self.next_sends.popleft() if self.next_sends else NextSend(becomes=self.becomes)
            truth = self._pay(order, how.becomes) if how.pays else Answer(Reply.DOUBTFUL)
            if how.kills:
                raise Killed
            return how.answer or truth

    def query(self, order: SendOrder) -> Answer:
        with self._world.call("pay.query"):
            self.prepare()
            if self.next_queries:
                return self.next_queries.popleft()
            number = order.mch_billno
            if number not in self.status or self._has_forgotten(number):
                return NOT_FOUND
            return ANOTHER_ORDER if self._is_of_another(order) else Answer(self.status[number])

    # Results

    @property
    def sends(self) -> Counter[str]:
        """How often each number was sent, with or without an answer."""
        return Counter(order.mch_billno for order in self.sent)

    @property
    def payments(self) -> dict[str, int]:
        """How often each number was paid: WeChat Pay pays none twice."""
        return dict.fromkeys(self.ledger, 1)

    def state(self, number: str) -> Reply | None:
        """A payment's present state; None if there was no payment."""
        return self.status.get(number)

    # Controls

    def will_time_out(self) -> None:
        """The next send never arrives."""
        self.will_answer(Answer(Reply.DOUBTFUL))

    def will_lose_the_answer(self) -> None:
        """The next send pays, but its answer is lost."""
        self.will_answer(Answer(Reply.DOUBTFUL), paid=True)

    def will_refuse(self, code: str, paid: bool = False) -> None:
        """The next send is refused with WeChat Pay's code. It may have paid nevertheless."""
        self.will_answer(refusal(code), paid)

    def will_answer(self, answer: Answer, paid: bool = False) -> None:
        """The next send gets this answer."""
        self.next_sends.append(NextSend(paid, answer=answer))

    def will_kill(self, paid: bool = False) -> None:
        """The next sender is killed before the answer."""
        self.next_sends.append(NextSend(paid, kills=True))

    def will_say(self, answer: Answer) -> None:
        """The next query gets this answer."""
        self.next_queries.append(answer)

    def as_usual(self) -> None:
        """Drops the remaining instructions: from now on every answer is true."""
        self.next_sends.clear()
        self.next_queries.clear()

    def time_passes(self, which: int, where: int) -> None:
        """One payment under way arrives, is opened, or is refunded."""
        moving = [number for number, status in self.status.items() if status in self.BECOMES]
        if moving:
            number = moving[which % len(moving)]
            choices = self.BECOMES[self.status[number]]
            self.status[number] = choices[where % len(choices)]

    def _pay(self, order: SendOrder, becomes: Reply) -> Answer:
        number = order.mch_billno
        if number not in self.status:
            self.ledger[number], self.status[number] = order, becomes
            if self._clock:
                self.paid_at[number] = self._clock()
        elif self.ledger.get(number, order) != order:
            return refusal("FATAL_ERROR")
        codes = {Reply.FAILED: "SEND_FAILED", Reply.SENDING: "PROCESSING"}
        code = codes.get(self.status[number])
        return refusal(code) if code else Answer(Reply.ACCEPTED)

    def _has_forgotten(self, number: str) -> bool:
        return self._clock is not None and number in self.paid_at and self._clock() - self.paid_at[number] > FORGETS

    def _is_of_another(self, order: SendOrder) -> bool:
        """Compares the fields of a query's answer: always the amount, and the person once they have opened the
        packet."""
        paid = self.ledger.get(order.mch_billno, order)
        opened = self.status[order.mch_billno] is Reply.RECEIVED
        return paid.amount_fen != order.amount_fen or (opened and paid.openid != order.openid)

    def _watch(self, order: SendOrder) -> None:
        number, first = order.mch_billno, numbers_until(order.mch_billno)[0]
        numbers = self.numbers.setdefault(first, [])
        for other in numbers:
            if other != number and self.status.get(other) not in self.ENDED:
                self.violations.append(f"I4 {number} was sent while {other} is {self.status.get(other, 'unknown')}")
        if number not in numbers:
            numbers.append(number)
        if self.ledger.get(number, order) != order:
            self.violations.append(f"I4 {number} was sent again with other parameters")
        if self._has_forgotten(number):
            self.violations.append(f"I4 {number} was sent again after WeChat Pay had forgotten it")
        if why := self.may_send(order):
            self.violations.append(f"{number} was sent although {why}")
