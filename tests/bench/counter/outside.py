"""The queue and WeChat Pay for processes that are killed: they live in a process of their own."""

from collections.abc import Callable
from multiprocessing.managers import BaseManager
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.claim import ClaimRef, SendOrder
from chalicelib.domain.payout_decisions import Answer
from chalicelib.ports import SealedNotice
from tests.support.pay import FakePay

Step = Callable[[str], None]
"""Called before each call that leaves the process, with its name: the process may be killed there."""


class Outside(Protocol):
    def send(self, order: SendOrder) -> Answer: ...

    def query(self, order: SendOrder) -> Answer: ...

    def put_job(self, ref: ClaimRef) -> None: ...

    def take_job(self) -> ClaimRef | None: ...

    def paid(self) -> dict[str, int]:
        """Fen by openid, of everything that was paid."""
        ...


class OutsideWorld:
    """Without another process; `OutsideManager` serves it to several."""

    def __init__(self) -> None:
        self._pay, self._jobs = FakePay(), list[ClaimRef]()

    def send(self, order: SendOrder) -> Answer:
        return self._pay.send(order)

    def query(self, order: SendOrder) -> Answer:
        return self._pay.query(order)

    def put_job(self, ref: ClaimRef) -> None:
        self._jobs.append(ref)

    def take_job(self) -> ClaimRef | None:
        return self._jobs.pop(0) if self._jobs else None

    def paid(self) -> dict[str, int]:
        paid: dict[str, int] = {}
        for order in self._pay.ledger.values():
            paid[order.openid] = paid.get(order.openid, 0) + order.amount_fen
        return paid


class OutsideManager(BaseManager):
    """`world()` makes one in the manager's process and returns its proxy."""

    if TYPE_CHECKING:

        def world(self) -> Outside: ...


OutsideManager.register("world", OutsideWorld)


class OutsidePay(FakePay):
    """The port PayoutProvider, whose money is paid outside."""

    def __init__(self, outside: Outside, step: Step) -> None:
        super().__init__()
        self._outside, self._step = outside, step

    def send(self, order: SendOrder) -> Answer:
        self._step("pay.send")
        return self._outside.send(order)

    def query(self, order: SendOrder) -> Answer:
        self._step("pay.query")
        return self._outside.query(order)


class OutsideQueue:
    """The port PayoutQueue. A delayed job is dropped: the sweep finds its claim."""

    def __init__(self, outside: Outside, step: Step) -> None:
        self._outside, self._step = outside, step

    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        if not delay_seconds:
            self._step("queue.put")
            self._outside.put_job(ref)
        return True

    def put_notification(self, sealed: SealedNotice) -> bool:
        return True
