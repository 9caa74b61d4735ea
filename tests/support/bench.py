"""The whole application on fakes, for one contest: for the tests of use cases and for the stateful tests
(`tests/proof`)."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim
from chalicelib.domain.contest import Contest
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.participation import FollowChange
from chalicelib.ports import AttemptTokens, Clock
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.support import examples
from tests.support.clock import FakeClock, Ids, Stopwatch
from tests.support.examples import act
from tests.support.pay import FakePay
from tests.support.ports import fake_ports
from tests.support.queues import FakeLaterQueue, FakeQueue
from tests.support.state import ContestState
from tests.support.token_fakes import FakeShareCodes, FakeTokens
from tests.support.transfers import FakeTransfers
from tests.support.wechat import FakeWeChat
from tests.support.world import World


class Bench:
    """One world, one clock, and any number of instances; `app` is the first."""

    def __init__(self, contest: Contest | None = None, tokens: AttemptTokens | None = None, seed: int = 0) -> None:
        self.contest = contest or examples.contest()
        self.bank = examples.bank()
        self.world = World()
        self.clock = FakeClock(examples.NOON)
        self.stopwatch = Stopwatch()
        self.rng = Random(seed)
        self.new_id = Ids()
        self.tokens = tokens or FakeTokens()
        self.share_codes = FakeShareCodes()
        self.queue = FakeQueue(self.world)
        self.later = FakeLaterQueue(self.world)
        self.pay = FakePay(self.world)
        self.transfers = FakeTransfers(self.world, self.clock)
        self.wechat = FakeWeChat(self.world, self.clock)
        self.ports = replace(
            fake_ports(self.world, self.contest, self.clock, self.rng),
            bank=self.bank,
            tokens=self.tokens,
            share_codes=self.share_codes,
            payout_queue=self.queue,
            later_queue=self.later,
            red_packets=self.pay,
            transfers=self.transfers,
            sign_in=self.wechat,
            account=self.wechat,
            new_id=self.new_id,
            monotonic=self.stopwatch,
            sleep=self.stopwatch.sleep,
        )
        self.app = self.instance()

    @property
    def state(self) -> ContestState:
        return self.world.contest(self.contest.id)

    def instance(self, contest: Contest | None = None, clock: Clock | None = None, **changes: Any) -> Services:
        """Makes another instance of the application, with its own copies of switches and packets. `changes` replace its
        ports."""
        clock = clock or self.clock
        ports = replace(self.ports, clock=clock, **changes)
        return Services(contest or self.contest, examples.SETTINGS, ports, clock)

    def activate(self) -> None:
        """Lays and activates the plan."""
        self.app.plans.lay_plan(nobody_watches, "wang")
        self.app.plans.activate_plan("wang")

    def follow(self, openid: str) -> None:
        now = self.clock.now
        self.ports.followers.record_change(FollowChange(openid, True, int(now.timestamp()), now, early=False))

    def unfollow(self, openid: str) -> None:
        now = self.clock.now
        self.ports.followers.record_change(FollowChange(openid, False, int(now.timestamp()), now, early=False))

    def receive(self, kind: Kind, openid: str, content: str = "", scene: str = "") -> str | None:
        """Sends a message or an event of this second through the application."""
        return self.app.conversation.answer_message(
            IncomingMessage(kind, openid, int(self.clock.now.timestamp()), content, scene)
        )

    def say(self, openid: str, text: str) -> str | None:
        return self.receive(Kind.TEXT, openid, text)

    def brought(self, friend: str, sharer: str) -> None:
        """A friend follows through the sharer's code."""
        self.receive(Kind.FOLLOW, friend, scene=self.share_codes.make_share_code(sharer))

    def leaves(self, openid: str) -> None:
        self.receive(Kind.UNFOLLOW, openid)

    def pause(self, paused: bool = True) -> None:
        """The operator pauses the contest. It is in force everywhere: instances read the switches again after a few
        seconds."""
        self.ports.control.set_paused(paused, act())
        self.refresh()

    def refresh(self) -> None:
        self.stopwatch.seconds += 5

    def drawn(self, openid: str) -> Offer:
        """A draw by a follower, old enough to submit."""
        offer = self.app.draws.draw_questions(openid)
        self.clock.advance(seconds=self.contest.quiz.min_seconds)
        return offer

    def answers(self, offer: Offer, right: int) -> Mapping[str, str]:
        return examples.answers(offer.draw, self.bank, right)

    def submit(self, openid: str, offer: Offer, right: int = 5) -> Attempt:
        return self.app.submissions.submit_answers(
            openid, offer.draw.attempt_id, offer.token, self.answers(offer, right)
        )

    def passed(self, openid: str) -> str:
        """The id of a fresh passed attempt, after following."""
        self.follow(openid)
        return self.submit(openid, self.drawn(openid)).attempt_id

    def claimed(self, openid: str) -> Claim:
        return self.app.claims.open_packet(openid, self.passed(openid))[0]


def nobody_watches(done: int, total: int) -> None:
    """Ignores a plan's progress."""
