"""Ports for the queues."""

from typing import Protocol

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.referral import WaitingReferral
from chalicelib.ports.pay_ports import SealedNotice


class PayoutQueue(Protocol):
    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        """Queues a payout job, to run after `delay_seconds` (at most 900); with `ask`, one that only queries WeChat
        Pay.

        Returns False if the queue did not take it; the sweep will find the claim.
        """
        ...

    def put_notification(self, sealed: SealedNotice) -> bool:
        """Queues WeChat Pay's notification for the worker, which can open it. Returns False if the queue did not take
        it."""
        ...


class LaterQueue(Protocol):
    """Jobs that run after the callback has been answered."""

    def put_event(self, event: IncomingMessage) -> bool:
        """Queues an event that could not be stored. Returns False if the queue did not take it either."""
        ...

    def put_referral(self, waiting: WaitingReferral, minutes: int) -> bool:
        """Queues a referral to be judged in `minutes`, at most 15. Returns False if the queue did not take it."""
        ...

    def put_notice(self, openid: str) -> bool:
        """Queues a message to a sharer. Returns False if the queue did not take it, which is harmless."""
        ...
