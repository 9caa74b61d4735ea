"""Who answers a message if the account has its own server (R15)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contest import Account
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.who_answers import Answerer, who_answers
from tests.support import examples
from tests.support.examples import NOON

OURS = "share-somebody"


def message(kind: Kind, content: str = "", scene: str = "") -> IncomingMessage:
    return IncomingMessage(kind, "alice", int(NOON.timestamp()), content, scene)


@pytest.mark.parametrize(
    ("asked", "answerer"),
    [
        (message(Kind.FOLLOW), Answerer.CONTEST),
        (message(Kind.FOLLOW, scene="login-7"), Answerer.CONTEST),
        (message(Kind.UNFOLLOW), Answerer.CONTEST),
        (message(Kind.SCAN, scene=OURS), Answerer.CONTEST),
        (message(Kind.SCAN, scene="login-7"), Answerer.OWN_SERVER),
        (message(Kind.SCAN), Answerer.OWN_SERVER),
        (message(Kind.CLICK, "contest:mine"), Answerer.CONTEST),
        (message(Kind.CLICK, "contest:of a later version"), Answerer.CONTEST),
        (message(Kind.CLICK, "credit:query"), Answerer.OWN_SERVER),
        (message(Kind.TEXT, "“答题”！"), Answerer.CONTEST),
        (message(Kind.TEXT, "查询 洪泽湖旅游公司"), Answerer.OWN_SERVER),
        (message(Kind.TEXT), Answerer.OWN_SERVER),
        (message(Kind.OTHER), Answerer.OWN_SERVER),
        (None, Answerer.OWN_SERVER),
    ],
    ids=str,
)
def test_what_is_the_contest_s(asked: IncomingMessage | None, answerer: Answerer) -> None:
    assert who_answers(examples.contest(), asked, NOON, OURS.__eq__) is answerer


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_word_goes_back_to_the_own_server_and_nothing_else_does(seconds: int) -> None:
    contest = replace(examples.contest(), account=Account(words_until=NOON))
    now = NOON + timedelta(seconds=seconds)
    word = Answerer.CONTEST if seconds < 0 else Answerer.OWN_SERVER_FIRST
    assert who_answers(contest, message(Kind.TEXT, "答题"), now, OURS.__eq__) is word
    for ours in (message(Kind.FOLLOW), message(Kind.SCAN, scene=OURS), message(Kind.CLICK, "contest:quiz")):
        assert who_answers(contest, ours, now, OURS.__eq__) is Answerer.CONTEST
    assert who_answers(contest, message(Kind.TEXT, "查询"), now, OURS.__eq__) is Answerer.OWN_SERVER
