"""Everything the contest refuses, as one small hierarchy. `adapters/http/web.py` turns it into HTTP."""

from typing import ClassVar


class ContestError(Exception):
    """A refusal that the participant is told about. `code` is the one of the HTTP contract."""

    code: ClassVar[str] = "internal"


class NotSignedIn(ContestError):
    code = "not_signed_in"


class NotFollowing(ContestError):
    code = "not_following"


class BadRequest(ContestError):
    """`detail` is for developers and tests; it never holds what the client sent."""

    code = "bad_request"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)


class ContestNotOpen(ContestError):
    code = "contest_not_open"


class ContestClosed(ContestError):
    code = "contest_closed"


class ContestPaused(ContestError):
    code = "contest_paused"


class AttemptInvalid(ContestError):
    code = "attempt_invalid"


class AttemptExpired(ContestError):
    code = "attempt_expired"


class AttemptAlreadyGraded(ContestError):
    code = "attempt_already_graded"


class NotPassed(ContestError):
    code = "not_passed"


class NoChanceLeft(ContestError):
    code = "no_chance_left"


class PrizesExhausted(ContestError):
    code = "prizes_exhausted"


class OnHold(ContestError):
    code = "on_hold"


class UnitAlreadySet(ContestError):
    code = "unit_already_set"


class UnknownUnit(ContestError):
    code = "unknown_unit"


class SharingOff(ContestError):
    code = "sharing_off"


class TooManyRequests(ContestError):
    code = "too_many_requests"


class TryAgain(ContestError):
    """The store or an outside party is busy or silent; the same request may be sent again."""

    code = "try_again"


class NewerVersion(TryAgain):
    """A record is of a newer version of this program, which alone may act on it: nothing was done."""


class WeChatRefused(TryAgain):
    """WeChat answered with an error code of its own."""

    def __init__(self, errcode: int) -> None:
        super().__init__()
        self.errcode = errcode


class NotFound(ContestError):
    code = "not_found"


class TooLarge(ContestError):
    code = "too_large"
