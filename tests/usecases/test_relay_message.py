"""An account with its own server: who answers, and that no follow depends on that server."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contest import Account
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.units import FOLLOW_SCENE, unit_scene
from chalicelib.ports import CallbackRequest, OwnAnswer
from chalicelib.usecases.relay_message import Relay
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import NOON
from tests.support.killed import Killed
from tests.support.own_server import REPLY, FakeOwnServer
from tests.support.world import Trouble

T = int(NOON.timestamp())
UNIT = "区法院"
REQUEST = CallbackRequest("signature=1", b"<xml/>", {}, 0.0)
FOLLOW, UNFOLLOW = IncomingMessage(Kind.FOLLOW, "alice", T), IncomingMessage(Kind.UNFOLLOW, "alice", T + 5)
SCAN = IncomingMessage(Kind.SCAN, "alice", T + 6, scene=unit_scene(UNIT))
FOREIGN_SCAN = IncomingMessage(Kind.SCAN, "alice", T + 7, scene="login-7")
WORD = IncomingMessage(Kind.TEXT, "alice", T, "规则")
QUERY = IncomingMessage(Kind.TEXT, "alice", T, "查询 洪泽湖旅游公司")
SILENT = OwnAnswer(b"success")


class RelayBench(Bench):
    """A bench whose account has a server of its own."""

    def __init__(self, **account: object) -> None:
        named = Account(own_server="https://credit.example", **account)  # type: ignore[arg-type]
        super().__init__(replace(examples.contest(), account=named))
        self.own = FakeOwnServer()
        self.app = self.instance(played_own_server=self.own)

    @property
    def relay(self) -> Relay:
        assert self.app.relay
        return self.app.relay

    def hear(self, message: IncomingMessage | None) -> str | OwnAnswer | None:
        return self.relay.answer_message(message, REQUEST)

    def follows(self) -> bool:
        found = self.ports.followers.find_follower("alice")
        return found is not None and found.subscribed

    def take_later(self) -> None:
        waiting, self.later.events = self.later.events, []
        for event in waiting:
            self.app.conversation.store_event(event)


@pytest.fixture
def bench() -> RelayBench:
    return RelayBench()


def test_without_an_own_server_there_is_no_relay() -> None:
    assert Bench().app.relay is None


@pytest.mark.parametrize("message", [QUERY, FOREIGN_SCAN, IncomingMessage(Kind.OTHER, "alice", T), None], ids=str)
def test_what_is_not_the_contest_s_is_passed_on(bench: RelayBench, message: IncomingMessage | None) -> None:
    assert bench.hear(message) == OwnAnswer(REPLY)
    assert (bench.own.asked, bench.own.told) == ([REQUEST], [])
    bench.own.answer = None
    assert bench.hear(message) is None, "not the contest's help either"


def test_a_word_of_the_contest_s_is_not_passed_on(bench: RelayBench) -> None:
    assert bench.hear(WORD) == Bench().app.conversation.answer_message(WORD)
    assert (bench.own.asked, bench.own.told) == ([], [])


@pytest.mark.parametrize("answer", [OwnAnswer(REPLY), SILENT, OwnAnswer(b""), None], ids=str)
def test_after_words_until_the_own_server_is_asked_first(answer: OwnAnswer | None) -> None:
    bench = RelayBench(words_until=NOON - timedelta(seconds=1))
    bench.own.answer = answer
    contest = Bench().app.conversation.answer_message(WORD)
    assert bench.hear(WORD) == (answer if answer and answer.is_reply else contest)
    assert bench.own.asked == [REQUEST]


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("event", [FOLLOW, UNFOLLOW, SCAN], ids=lambda event: event.kind.name)
def test_our_events_are_told_and_answered_by_us(bench: RelayBench, event: IncomingMessage, up: bool) -> None:
    plain = Bench()
    for one in (bench, plain):
        one.follow("alice")
    bench.own.answer = OwnAnswer(REPLY) if up else None
    assert bench.hear(event) == plain.app.conversation.answer_message(event)
    assert (bench.own.asked, bench.own.told) == ([], [REQUEST] if up else [])
    assert bench.follows() is (event is not UNFOLLOW)
    assert (bench.ports.participants.read_participation("alice").me.unit == UNIT) is (event is SCAN)


def test_a_share_code_and_the_page_s_code_are_ours(bench: RelayBench) -> None:
    for scene in (bench.share_codes.make_share_code("sharer"), FOLLOW_SCENE):
        assert isinstance(bench.hear(replace(SCAN, scene=scene)), str)
    assert bench.own.asked == []


def test_a_foreign_scan_shows_that_its_sender_follows(bench: RelayBench) -> None:
    assert not bench.follows()
    assert bench.hear(FOREIGN_SCAN) == OwnAnswer(REPLY)
    assert bench.follows()


@pytest.mark.parametrize("store", ["up", *Trouble], ids=str)
@pytest.mark.parametrize("queue", ["up", "broken"])
@pytest.mark.parametrize("own_server", ["up", "down", "dies"])
@pytest.mark.parametrize("event", [FOLLOW, FOREIGN_SCAN], ids=lambda event: event.kind.name)
def test_no_follow_is_lost_whatever_fails(
    bench: RelayBench, event: IncomingMessage, store: str | Trouble, queue: str, own_server: str
) -> None:
    """It is stored, or it waits in the queue, or WeChat gets an error and sends it again."""
    bench.own.answer, bench.own.dies = OwnAnswer(REPLY) if own_server == "up" else None, own_server == "dies"
    bench.later.broken = queue == "broken"
    if isinstance(store, Trouble):
        for call in ("followers.record_change", "followers.record_lookup"):
            bench.world.will_fail(call, store)
    answered = False
    with suppress(TryAgain, Killed):
        bench.hear(event)
        answered = True
    bench.world.no_more_trouble()
    bench.own.dies = False
    if not answered:
        bench.hear(event)
    bench.take_later()
    assert bench.follows()
    if store == "up":
        assert answered is (own_server != "dies")


def test_an_event_that_waits_in_the_queue_is_told_at_once_and_not_again(bench: RelayBench) -> None:
    bench.world.will_fail("followers.record_change", Trouble.BUSY)
    assert bench.hear(FOLLOW)
    assert bench.own.told == [REQUEST]
    bench.take_later()
    assert bench.follows()
    assert (bench.own.told, bench.own.asked) == ([REQUEST], [])
