"""OwnServer: an answer is given unchanged or not at all, and our own work goes on without the server."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from chalicelib.adapters.wechat.own_server import HttpOwnServer, Limits
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import CallbackRequest, OwnAnswer, OwnServer, unmeasured
from tests.support.own_server import REPLY, FakeOwnServer, says, scripted_server, sends


@dataclass
class Side:
    own_server: OwnServer
    says: Callable[[OwnAnswer | None], None]
    """Sets the answer from now on; None for no answer."""
    told: Callable[[], list[bytes]]
    """The bodies of the events that it has received."""


@pytest.fixture(params=["fake", "http"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "fake":
        fake = FakeOwnServer()
        yield Side(fake, lambda answer: setattr(fake, "answer", answer), lambda: [one.body for one in fake.told])
        return
    with scripted_server(says(REPLY)) as server:

        def say(answer: OwnAnswer | None) -> None:
            head = f"Content-Type: {answer.content_type}" if answer else ""
            server.script = says(answer.body, head=head) if answer else sends(b"")

        def told() -> list[bytes]:
            assert server.hung_up.acquire(timeout=20)
            return [one.body for one in server.received]

        yield Side(HttpOwnServer(server.url, unmeasured, Limits(event=4)), say, told)


def request(body: bytes = b"<xml/>") -> CallbackRequest:
    return CallbackRequest("signature=1", body, {}, time.monotonic())


@pytest.mark.parametrize("body", [REPLY, b"success", b""])
def test_an_answer_is_given_unchanged(side: Side, body: bytes) -> None:
    answer = OwnAnswer(body, "text/plain")
    side.says(answer)
    assert side.own_server.pass_on(request()) == answer
    assert answer.is_reply is (body == REPLY)


def test_no_answer_is_none(side: Side) -> None:
    side.says(None)
    assert side.own_server.pass_on(request()) is None
    with side.own_server.sending_in_background(request()):
        pass


def test_an_event_is_told(side: Side) -> None:
    with side.own_server.sending_in_background(request(b"<xml>1</xml>")):
        pass
    assert side.told() == [b"<xml>1</xml>"]


def test_it_is_told_also_when_our_own_work_fails(side: Side) -> None:
    with pytest.raises(TryAgain), side.own_server.sending_in_background(request()):
        raise TryAgain
    assert side.told() == [b"<xml/>"]
