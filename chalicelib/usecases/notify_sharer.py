"""Notifies a sharer of a new chance. WeChat rarely allows it; the page and the next reply show the chance anyway."""

import logging
from dataclasses import dataclass

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.conversation import Moment, fill
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Clock, CustomerMessages

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notices:
    contest: Contest
    messages: CustomerMessages
    clock: Clock
    quiz_link: str

    def notify_sharer(self, openid: str) -> bool:
        """Returns whether WeChat took the message. A refusal or silence is harmless and is not retried."""
        moment = Moment(self.contest, self.clock(), self.quiz_link)
        if moment.phase is not Phase.OPEN:
            return False
        try:
            self.messages.send_text(openid, fill(self.contest.replies.new_chance, moment))
        except TryAgain:
            log.info("a sharer could not be notified of a new chance")
            return False
        return True
