"""Two sharers, and the friend whom one of them brings. `T` is noon, as CreateTime."""

from chalicelib.domain.conversation import IncomingMessage, Kind
from tests.support.bench import Bench
from tests.support.examples import NOON

SHARER, OTHER, FRIEND = "sharer", "other", "friend"
T = int(NOON.timestamp())


def follow(at: int = T, sharer: str = SHARER, openid: str = FRIEND) -> IncomingMessage:
    return IncomingMessage(Kind.FOLLOW, openid, at, scene=f"share-{sharer}" if sharer else "")


def unfollow(at: int, openid: str = FRIEND) -> IncomingMessage:
    return IncomingMessage(Kind.UNFOLLOW, openid, at)


def sharers_follow(bench: Bench) -> None:
    for sharer in (SHARER, OTHER):
        bench.follow(sharer)
