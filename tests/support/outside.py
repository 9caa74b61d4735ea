"""WeChat Pay, and tokens and share codes that are quick to make, in memory."""

from collections import Counter, deque
from enum import Enum, auto

from chalicelib.domain.claims import SendOrder
from chalicelib.domain.errors import AttemptInvalid
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.quiz import Draw
from tests.support.world import World


class Paid(Enum):
    """What became of a send that WeChat Pay answered as it was told to."""

    YES = auto()
    NO = auto()


class FakeRedPackets:
    """`ledger` is what was really paid, by bill number: the money that left. `state` is what a query says of it.

    Told nothing, it pays and says so. `sends` counts the sends by bill number, answered or not.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.ledger: dict[str, SendOrder] = {}
        self.state: dict[str, Reply] = {}
        self.payments: Counter[str] = Counter()
        self.sends: Counter[str] = Counter()
        self._send_answers: deque[tuple[Answer, Paid]] = deque()
        self._query_answers: deque[Answer] = deque()

    def send(self, order: SendOrder) -> Answer:
        with self._world.call("red_packets.send"):
            self.sends[order.mch_billno] += 1
            told = self._send_answers.popleft() if self._send_answers else None
            if told and told[1] is Paid.NO:
                return told[0]
            answer = self._pay(order)
            return told[0] if told else answer

    def query(self, mch_billno: str) -> Answer:
        with self._world.call("red_packets.query"):
            if self._query_answers:
                return self._query_answers.popleft()
            if mch_billno not in self.ledger:
                return Answer(Reply.NOT_FOUND, "NOT_FOUND")
            return Answer(self.state[mch_billno])

    def will_time_out(self) -> None:
        """The next send never arrives."""
        self._send_answers.append((Answer(Reply.DOUBTFUL), Paid.NO))

    def will_lose_the_answer(self) -> None:
        """The next send pays, and nobody hears of it."""
        self._send_answers.append((Answer(Reply.DOUBTFUL), Paid.YES))

    def will_refuse(self, code: str, paid: Paid = Paid.NO) -> None:
        self.will_answer(Answer(Reply.REFUSED, code), paid)

    def will_answer(self, answer: Answer, paid: Paid = Paid.NO) -> None:
        self._send_answers.append((answer, paid))

    def will_say(self, answer: Answer) -> None:
        """The next query is answered so."""
        self._query_answers.append(answer)

    def as_usual(self) -> None:
        """Forgets what it was told and has not done yet."""
        self._send_answers.clear()
        self._query_answers.clear()

    def _pay(self, order: SendOrder) -> Answer:
        known = self.ledger.get(order.mch_billno)
        if known is None:
            self.ledger[order.mch_billno] = order
            self.state[order.mch_billno] = Reply.SENT
            self.payments[order.mch_billno] += 1
        elif known != order:
            return Answer(Reply.REFUSED, "FATAL_ERROR")
        return Answer(Reply.ACCEPTED)


class FakeTokens:
    """Draws kept here instead of sealed: thousands of times quicker, and as hard to forge for a test."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[str, Draw]] = {}

    def seal(self, openid: str, draw: Draw) -> str:
        token = f"token-{draw.attempt_id}-{len(self._drawn)}"
        self._drawn[token] = (openid, draw)
        return token

    def open(self, openid: str, attempt_id: str, token: str) -> Draw:
        owner, draw = self._drawn.get(token, ("", None))
        if draw is None or owner != openid or draw.attempt_id != attempt_id:
            raise AttemptInvalid
        return draw


class FakeShareCodes:
    def of(self, openid: str) -> str:
        return f"share-{openid}"

    def sharer(self, code: str) -> str | None:
        return code.removeprefix("share-") if code.startswith("share-") else None
