"""All errors that a caller handles:

* ContestError: a participant is refused
  - NotSignedIn
  - NotFollowing
  - BadRequest
  - TooLarge
  - UnsupportedMediaType
  - NotFound
  - ContestNotOpen
  - ContestClosed
  - ContestPaused
  - AttemptInvalid
  - AttemptExpired
  - AttemptAlreadyGraded
  - NotPassed
  - NoChanceLeft
  - PrizesExhausted
  - OnHold
  - FollowFirst (`domain/fairness.py`)
  - UnitAlreadySet
  - UnknownUnit
  - SharingOff
  - NothingToReceive
  - TooManyRequests
  - TryAgain
    · NewerVersion
    · WeChatRefused
* SignInFailed: a visitor is sent back to the page
  - CodeUsed
* OperatorRefused: an operator's command is refused
  - PlanRefused
  - DecisionRefused
  - MenuRefused
  - ImportRefused
  - SmokeRefused
  - PersonRefused (`usecases/decide_person.py`)
  - QuestionRefused (`usecases/withdraw_question.py`)
* FaultyInput: a file or setting that people wrote is refused, with all of its faults
  - ConfigError
  - BankError
  - LessonsError
  - SettingsError
  - StatementError

Errors that do not leave an adapter are defined in that adapter; `domain/desk/desk_errors.py` has the desk's own.
"""

from collections.abc import Iterable
from typing import Any, ClassVar


class ContestError(Exception):
    """A refusal that the participant sees. `code` is the HTTP contract's."""

    code: ClassVar[str] = "internal"


class NotSignedIn(ContestError):
    code = "not_signed_in"


class NotFollowing(ContestError):
    code = "not_following"


class BadRequest(ContestError):
    """`detail` is for developers and tests; it never contains the client's input."""

    code = "bad_request"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)


class TooLarge(ContestError):
    code = "too_large"


class UnsupportedMediaType(ContestError):
    code = "unsupported_media_type"


class NotFound(ContestError):
    code = "not_found"


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


class NothingToReceive(ContestError):
    """The claim is final or parked, or it is paid without a request by its winner."""

    code = "nothing_to_receive"


class TooManyRequests(ContestError):
    code = "too_many_requests"


class TryAgain(ContestError):
    """The store or an outside service is busy or silent; the same request may be sent again."""

    code = "try_again"


class NewerVersion(TryAgain):
    """A newer version of this program wrote the record. Only that version may act on it; nothing was done."""


class WeChatRefused(TryAgain):
    """WeChat answered with an error code of its own."""

    def __init__(self, errcode: int) -> None:
        super().__init__()
        self.errcode = errcode


class SignInFailed(Exception):
    """`code` goes into the page's address: authorization_failed or snapshot."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CodeUsed(SignInFailed):
    """This authorization code has already been used to sign in: browsers sometimes open an address twice."""

    def __init__(self) -> None:
        super().__init__("authorization_failed")


class OperatorRefused(Exception):
    """The error's text is a key of the operators' messages. `detail` completes the message, in Chinese."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.detail = detail


class PlanRefused(OperatorRefused):
    """The plan of packets is in the wrong state."""


class DecisionRefused(OperatorRefused):
    """The claim is in the wrong state, or WeChat Pay has not confirmed what the decision needs."""


class MenuRefused(OperatorRefused):
    """The menu cannot be changed at this time, or no menu is saved."""


class ImportRefused(OperatorRefused):
    """The contest is open already."""


class SmokeRefused(OperatorRefused):
    """The last smoke payment is under way or another person's, or this one may not begin."""


class FaultyInput(ValueError):
    """`problems` lists all faults."""

    heading, separator = "", "\n"

    def __init__(self, problems: Iterable[Any]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.heading + self.separator.join(map(str, self.problems))


class ConfigError(FaultyInput):
    """The contest file is wrong. Problems are sentences in Chinese, each with its line and key where there is one."""

    heading = "竞赛配置文件有误：\n"


class BankError(FaultyInput):
    """The question bank is wrong. Problems are `LineProblem`s, of a spreadsheet `CellProblem`s, in order."""


class LessonsError(FaultyInput):
    """The learning cards are wrong. Problems are `LineProblem`s."""

    heading = "学习卡片 lessons.csv 有误：\n"


class SettingsError(FaultyInput):
    """A deployment's settings are wrong. Problems name missing or wrong settings, never a value."""

    heading, separator = "settings are missing or wrong: ", "; "


class StatementError(FaultyInput):
    """The merchant's statement cannot be read. Problems are sentences in Chinese, each with its line."""

    heading = "对账单读不出来：\n"
