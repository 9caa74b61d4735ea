"""WeChat Pay's transfers in memory: bills wait for their winner, close after a day, and are paid when confirmed."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.adapters.pay.transfer import Transfers
from chalicelib.domain.claim import TRANSFER, SendOrder, numbers_until
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from tests.support.pay import NOT_FOUND, FakePay
from tests.support.world import World

CLOSES = timedelta(hours=24)
WORDS = dict.fromkeys(Transfers.terms, "some words") | {"transfer_scene_id": "1000"}
OTHER_PARAMETERS = Answer(Reply.REFUSED, Reason.INSPECT, "INVALID_REQUEST")


class FakeTransfers(FakePay):
    """The PayoutProvider port. Without other instructions a bill waits for its winner, and every answer is true.

    `status` has each bill's state by number; with a clock, a waiting one is closed `closes_after` its creation.
    """

    product, terms = TRANSFER, Transfers.terms
    ENDED = frozenset({Reply.FAILED, Reply.CLOSED})
    OUT = frozenset({Reply.SENDING, Reply.WAITING, Reply.CONFIRMED, Reply.RECEIVED})
    BECOMES: Mapping[Reply, tuple[Reply, ...]] = {
        Reply.SENDING: (Reply.WAITING, Reply.FAILED),
        Reply.WAITING: (Reply.RECEIVED, Reply.CONFIRMED, Reply.CLOSED),
        Reply.CONFIRMED: (Reply.RECEIVED, Reply.CLOSED, Reply.FAILED),
    }

    def __init__(self, world: World | None = None, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(world, clock)
        self.becomes = Reply.WAITING
        self.words = dict(WORDS)
        self.order = self._order
        self.failures: dict[str, Answer] = {}
        """A query's answer about a failed bill."""
        self.closes_after = CLOSES
        self.told_ended: set[str] = set()
        """Numbers that ended unpaid according to a query's answer: only then may there be another number."""

    def query(self, order: SendOrder) -> Answer:
        with self._world.call("pay.query"):
            self.prepare()
            answer = self.next_queries.popleft() if self.next_queries else self._truth(order.mch_billno)
            if answer.reply in self.ENDED:
                self.told_ended.add(order.mch_billno)
            return answer

    @property
    def payments(self) -> dict[str, int]:
        return {number: 1 for number, status in self.status.items() if status is Reply.RECEIVED}

    def state(self, number: str) -> Reply | None:
        return self._state(number).reply if number in self.status else None

    # Actions of people and of WeChat Pay

    def time_passes(self, which: int, where: int) -> None:
        for number in self.status:
            self._state(number)
        super().time_passes(which, where)

    def confirm(self, number: str) -> None:
        """Its winner confirms the receipt. Nothing happens to a bill that no longer waits."""
        if self._state(number).reply is Reply.WAITING:
            self.status[number] = Reply.RECEIVED

    def cancel(self, number: str) -> None:
        """Somebody cancels it in the merchant platform."""
        if self._state(number).reply is Reply.WAITING:
            self.status[number] = Reply.CLOSED

    def fail(self, number: str, reason: Reason, code: str) -> None:
        self.status[number], self.failures[number] = Reply.FAILED, Answer(Reply.FAILED, reason, code)

    def receipt(self, number: str) -> str:
        """The same for the same bill; base64 with all of its special characters."""
        return f"package+/{number}=="

    def _order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        return SendOrder(mch_billno, openid, amount_fen, tuple(self.words.items()), product=TRANSFER)

    def _pay(self, order: SendOrder, becomes: Reply) -> Answer:
        number = order.mch_billno
        if number not in self.status:
            self.ledger[number] = order
            self.status[number] = Reply.WAITING if becomes is Reply.SENT else becomes
            if self._clock:
                self.paid_at[number] = self._clock()
        elif self.ledger.get(number, order) != order:
            return OTHER_PARAMETERS
        state = self._state(number)
        if state.reply in self.ENDED:
            return Answer(Reply.DOUBTFUL, code="FAIL")
        return Answer(Reply.WAITING, receipt=self.receipt(number)) if state.reply is Reply.WAITING else state

    def _watch(self, order: SendOrder) -> None:
        super()._watch(order)
        number = order.mch_billno
        for earlier in numbers_until(number)[:-1]:
            if earlier in self.status and earlier not in self.told_ended:
                self.violations.append(f"I4 {number} was sent before a query said that {earlier} had ended")

    def _truth(self, number: str) -> Answer:
        return NOT_FOUND if number not in self.status or self._has_forgotten(number) else self._state(number)

    def _state(self, number: str) -> Answer:
        """The state in a query's answer, without the receipt."""
        is_old = self._clock and number in self.paid_at and self._clock() - self.paid_at[number] >= self.closes_after
        if is_old and self.status[number] is Reply.WAITING:
            self.status[number] = Reply.CLOSED
        if self.status[number] is Reply.CLOSED:
            return Answer(Reply.CLOSED, code="OVERDUE_CLOSE")
        return self.failures.get(number, Answer(self.status[number]))
