"""The queues in memory."""

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.referral import WaitingReferral
from chalicelib.ports import SealedNotice
from tests.support.world import World


class FakeQueue:
    """`jobs` are the queued jobs that pay, in order, `asks` those that only query. While `broken`, it accepts none."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.jobs: list[ClaimRef] = []
        self.asks: list[ClaimRef] = []
        self.delayed: list[tuple[ClaimRef, int]] = []
        """Jobs that pay, each with its delay in seconds."""
        self.notifications: list[SealedNotice] = []
        self.broken = False

    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        with self._world.call("payout_queue.put_payout"):
            if not self.broken and delay_seconds:
                self.delayed.append((ref, delay_seconds))
            elif not self.broken:
                (self.asks if ask else self.jobs).append(ref)
            return not self.broken

    def put_notification(self, sealed: SealedNotice) -> bool:
        with self._world.call("payout_queue.put_notification"):
            if not self.broken:
                self.notifications.append(sealed)
            return not self.broken


class FakeLaterQueue:
    """`events` wait to be stored, `sharers` to be notified. While `broken`, it accepts none."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.events: list[IncomingMessage] = []
        self.referrals: list[tuple[WaitingReferral, int]] = []
        """Referrals, each with its delay in minutes."""
        self.sharers: list[str] = []
        self.broken = False

    def put_event(self, event: IncomingMessage) -> bool:
        with self._world.call("later_queue.put_event"):
            if not self.broken:
                self.events.append(event)
            return not self.broken

    def put_referral(self, waiting: WaitingReferral, minutes: int) -> bool:
        with self._world.call("later_queue.put_referral"):
            if not self.broken:
                self.referrals.append((waiting, minutes))
            return not self.broken

    def put_notice(self, openid: str) -> bool:
        with self._world.call("later_queue.put_notice"):
            if not self.broken:
                self.sharers.append(openid)
            return not self.broken
