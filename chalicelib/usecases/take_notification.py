"""Handles WeChat Pay's notification that a transfer ended. It only causes a query: none of its statements is relied
on."""

import logging
from dataclasses import dataclass

from chalicelib.domain.claim import bill_number, is_bill_number_of
from chalicelib.ports import Measure, NoticeOpener, Participants, SealedNotice, unmeasured
from chalicelib.usecases.pay_claim import PayoutWorker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notifications:
    open_notice: NoticeOpener
    participants: Participants
    worker: PayoutWorker
    measure: Measure = unmeasured

    def take_notification(self, sealed: SealedNotice) -> None:
        """Queries the claim that the notification names, by any of the claim's numbers.

        Drops a notification that cannot be opened or that is about no claim of ours, since the sweep queries in any
        case. Raises TryAgain.
        """
        bill = self.open_notice(sealed)
        if bill is None:
            log.warning("a notification of WeChat Pay cannot be opened")
            self.measure({"NotificationsDropped": 1}, reason="unreadable")
            return
        for claim in self.participants.claims_of(bill.openid):
            if is_bill_number_of(bill.number, bill_number(claim.packet)):
                self.worker.pay_claim(claim.ref, ask=True)
                return
        log.info("a notification of WeChat Pay is about no claim of this contest")
        self.measure({"NotificationsDropped": 1}, reason="unknown")
