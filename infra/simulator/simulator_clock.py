"""The one clock: unix seconds as a float, handed to everything that asks what time it is."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

Clock = Callable[[], float]

SHANGHAI = timezone(timedelta(hours=8))


def clock_from_env(environ: Mapping[str, str], wall: Clock = time.time) -> Clock:
    """A clock that says CONTEST_NOW (ISO 8601, Shanghai unless it has an offset) and ticks on from there.

    CONTEST_NOW_SET_AT is the unix time at which CONTEST_NOW held, so that several processes started one after
    the other agree to the second; without it, it held when this was called. Without CONTEST_NOW it is the
    wall clock. Raises `ValueError` when either is unreadable.
    """
    said = environ.get("CONTEST_NOW")
    if not said:
        return wall
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    offset = moment.timestamp() - float(environ.get("CONTEST_NOW_SET_AT") or wall())
    return lambda: wall() + offset


def shanghai_text(unix_seconds: float) -> str:
    """`2020-07-08 00:00:00`, the way WeChat Pay writes times."""
    return datetime.fromtimestamp(unix_seconds, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
