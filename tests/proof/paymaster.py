"""WeChat Pay for the machine: answers as badly as it may, and watches for what may never be asked of it (I4)."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.claims import SendOrder
from chalicelib.domain.payouts import REASON_OF, Answer, Reply

OUT = frozenset({Reply.SENDING, Reply.SENT, Reply.RECEIVED, Reply.REFUNDING})
"""The money has left, or may still."""
FORGETS = timedelta(days=30)
BECOMES = {
    Reply.SENDING: (Reply.SENT, Reply.FAILED),
    Reply.SENT: (Reply.RECEIVED, Reply.REFUNDING, Reply.REFUNDED),
    Reply.REFUNDING: (Reply.REFUNDED,),
}
"""What a packet may become."""


@dataclass(frozen=True)
class Weather:
    """How the next send goes: whether it pays, with which status, and its answer (None: the true one)."""

    pays: bool = True
    status: Reply = Reply.SENT
    answer: Answer | None = None


CODES = sorted({*REASON_OF, "SYSTEMERROR", "SEND_FAILED", "NEVER_SEEN", ""})
SEND_WEATHER = (
    Weather(),
    Weather(pays=False, answer=Answer(Reply.DOUBTFUL)),
    Weather(answer=Answer(Reply.DOUBTFUL)),
    Weather(status=Reply.SENDING, answer=Answer(Reply.REFUSED, "PROCESSING")),
    Weather(status=Reply.FAILED, answer=Answer(Reply.REFUSED, "SEND_FAILED")),
    Weather(status=Reply.FAILED),
    *(Weather(pays, answer=Answer(Reply.REFUSED, code)) for pays in (False, True) for code in CODES),
)
QUERY_WEATHER = (
    Answer(Reply.DOUBTFUL),
    Answer(Reply.NOT_FOUND, "NOT_FOUND"),
    *(Answer(Reply.REFUSED, code) for code in ("SYSTEMERROR", "FREQ_LIMIT", "CA_ERROR", "PARAM_ERROR", "NO_AUTH")),
)


class Paymaster:
    """`orders` is what was really paid, by bill number; `status` what became of it; `wrongs` what may never be."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.orders: dict[str, SendOrder] = {}
        self.status: dict[str, Reply] = {}
        self.paid_at: dict[str, datetime] = {}
        self.numbers: dict[str, list[str]] = {}
        """By first number: all numbers under which its claim was ever sent."""
        self.wrongs: list[str] = []
        self.sends = 0
        self.may_send: Callable[[], str] = lambda: ""
        """Why nothing may be sent now."""
        self.weather: deque[Weather] = deque()
        self.query_weather: deque[Answer] = deque()

    def send(self, order: SendOrder) -> Answer:
        self.sends += 1
        self._watch(order)
        weather = self.weather.popleft() if self.weather else Weather()
        if not weather.pays:
            return weather.answer or Answer(Reply.DOUBTFUL)
        known = order.mch_billno in self.orders
        if not known:
            self._pay(order, weather.status)
            return weather.answer or self._answer(order.mch_billno)
        return self._answer(order.mch_billno) if weather.answer is None else weather.answer

    def query(self, mch_billno: str) -> Answer:
        if self.query_weather:
            return self.query_weather.popleft()
        paid_at = self.paid_at.get(mch_billno)
        if paid_at is None or self._clock() - paid_at > FORGETS:
            return Answer(Reply.NOT_FOUND, "NOT_FOUND")
        return Answer(self.status[mch_billno])

    def clear(self) -> None:
        """From now on every answer is the true one."""
        self.weather.clear()
        self.query_weather.clear()

    def moves(self, which: int, where: int) -> None:
        """Time passes for one packet: it arrives, is opened, or comes back."""
        moving = [number for number, status in self.status.items() if status in BECOMES]
        if moving:
            number = moving[which % len(moving)]
            choices = BECOMES[self.status[number]]
            self.status[number] = choices[where % len(choices)]

    def _pay(self, order: SendOrder, status: Reply) -> None:
        self.orders[order.mch_billno] = order
        self.status[order.mch_billno] = status
        self.paid_at[order.mch_billno] = self._clock()

    def _answer(self, number: str) -> Answer:
        codes = {Reply.FAILED: "SEND_FAILED", Reply.SENDING: "PROCESSING"}
        code = codes.get(self.status[number])
        return Answer(Reply.REFUSED, code) if code else Answer(Reply.ACCEPTED)

    def _watch(self, order: SendOrder) -> None:
        number, first = order.mch_billno, first_number(order.mch_billno)
        numbers = self.numbers.setdefault(first, [])
        for other in numbers:
            if other != number and self.status.get(other) not in (Reply.FAILED, Reply.REFUNDED):
                self.wrongs.append(f"I4 {number} was sent while {other} is {self.status.get(other, 'unknown')}")
        if number not in numbers:
            numbers.append(number)
        known = self.orders.get(number)
        if known is not None and known != order:
            self.wrongs.append(f"I4 {number} was sent again with other parameters")
        if known is not None and self._clock() - self.paid_at[number] > FORGETS:
            self.wrongs.append(f"I4 {number} was sent again after WeChat Pay had forgotten it")
        if why := self.may_send():
            self.wrongs.append(f"{number} was sent although {why}")


def first_number(mch_billno: str) -> str:
    """Without the mark of an operator's renewal."""
    return re.sub(r"R\d+$", "", mch_billno)
