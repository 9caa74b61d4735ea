"""Decides who answers a message if the account has a server of its own (R15).

| message | answered by |
|---|---|
| a follow, an unfollow, a scan of one of our codes, a click on one of our menu buttons | the contest |
| a text that is one of the contest's words | the contest; from `words_until` the own server, if it has an answer |
| everything else, also a message that we cannot read | the own server |

If the account has no server of its own, `conversation.unknown` answers messages that the contest does not know.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from chalicelib.domain.contest import Contest
from chalicelib.domain.conversation import KEY_PREFIX, IncomingMessage, Kind, asked_for


class Answerer(Enum):
    CONTEST = auto()
    OWN_SERVER = auto()
    OWN_SERVER_FIRST = auto()
    """The contest answers if the own server has no answer."""


def who_answers(
    contest: Contest, message: IncomingMessage | None, now: datetime, is_our_scene: Callable[[str], bool]
) -> Answerer:
    """`message` is None for one that we cannot read."""
    match message:
        case IncomingMessage(kind=Kind.FOLLOW | Kind.UNFOLLOW):
            return Answerer.CONTEST
        case IncomingMessage(kind=Kind.SCAN, scene=scene) if is_our_scene(scene):
            return Answerer.CONTEST
        case IncomingMessage(kind=Kind.CLICK, content=key) if key.startswith(KEY_PREFIX):
            return Answerer.CONTEST
        case IncomingMessage(kind=Kind.TEXT) if asked_for(contest, message):
            until = contest.account.words_until
            return Answerer.CONTEST if until is None or now < until else Answerer.OWN_SERVER_FIRST
    return Answerer.OWN_SERVER
