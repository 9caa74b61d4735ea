"""The simulated contest's queues, as lists."""

from dataclasses import dataclass

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.conversation import IncomingMessage


@dataclass
class JobList:
    """The payout queue as a list, from which steps take, lose and repeat jobs."""

    waiting: list[tuple[ClaimRef, bool]]

    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        self.waiting.append((ref, ask))
        return True


@dataclass
class LaterEvents:
    """Events that the store could not take."""

    events: list[IncomingMessage]

    def put_event(self, event: IncomingMessage) -> bool:
        self.events.append(event)
        return True

    def put_notice(self, openid: str) -> bool:
        return True
