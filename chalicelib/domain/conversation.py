"""What the account answers to a follow, a text or a menu click (R11, R14, R15)."""

from dataclasses import dataclass
from enum import Enum, auto

from chalicelib.domain.contest import SHANGHAI, Contest, Phase, UnknownText

QUIZ_WORDS = frozenset({"答题", "开始答题", "quiz"})
HELP_WORDS = frozenset({"帮助", "help"})
QUIZ_KEY = "contest:quiz"
"""EventKey of the contest's menu button."""
TO_CUSTOMER_SERVICE = "transfer_customer_service"
"""In place of a text: WeChat hands the message to the account's customer service."""


class Kind(Enum):
    FOLLOW = auto()
    UNFOLLOW = auto()
    TEXT = auto()
    CLICK = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Heard:
    """A message or an event. `content` is the text, or a menu button's key."""

    kind: Kind
    openid: str
    create_time: int
    """WeChat's CreateTime, unix seconds."""
    content: str = ""


def welcome(contest: Contest, phase: Phase, link: str) -> str:
    replies = contest.replies
    text = {
        Phase.ANNOUNCED: replies.welcome_announced,
        Phase.OPEN: replies.welcome_open,
        Phase.CLOSED: replies.welcome_closed,
    }[phase]
    return _fill(text, contest, link)


def quiz(contest: Contest, phase: Phase, paused: bool, link: str) -> str:
    replies = contest.replies
    if phase is Phase.OPEN and paused:
        return _fill(replies.quiz_paused, contest, link)
    text = {
        Phase.ANNOUNCED: replies.quiz_announced,
        Phase.OPEN: replies.quiz_open,
        Phase.CLOSED: replies.quiz_closed,
    }
    return _fill(text[phase], contest, link)


def answer_text(contest: Contest, phase: Phase, paused: bool, link: str, text: str) -> str | None:
    """The reply; TO_CUSTOMER_SERVICE to hand over; None to stay silent, for the account's own functions."""
    word = text.strip().lower()
    if word in QUIZ_WORDS:
        return quiz(contest, phase, paused, link)
    if word in HELP_WORDS or contest.replies.unknown_text is UnknownText.HELP:
        return _fill(contest.replies.help, contest, link)
    if contest.replies.unknown_text is UnknownText.CUSTOMER_SERVICE:
        return TO_CUSTOMER_SERVICE
    return None


def answer_click(contest: Contest, phase: Phase, paused: bool, link: str, key: str) -> str | None:
    return quiz(contest, phase, paused, link) if key == QUIZ_KEY else None


def _fill(text: str, contest: Contest, link: str) -> str:
    opens = contest.window.opens_at.astimezone(SHANGHAI)
    return text.format(link=link, theme=contest.theme, opens_at=f"{opens.month}月{opens.day}日{opens:%H:%M}")
