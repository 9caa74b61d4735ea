"""The organiser's wording: all texts of a contest that WeChat, the account and the page show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from chalicelib.domain.limits import Address, Bytes, Characters, Distinct, IPv4, Items, New, OneOf, Unique
from chalicelib.domain.section import Section
from chalicelib.domain.texts import LISTS, Keyword, Placeholders, folded

MOMENT = ("link", "time_left", *LISTS)
"""The placeholders of every reply. Before the opening {link} is empty."""
Reply = Annotated[str, Placeholders(*MOMENT)]
WORDS_HINT = "：回复的关键词现在写在本文件的 [[replies.words]] 中，见 docs/upgrades.md"
QuizReply = Annotated[str, Placeholders(*MOMENT, "chances")]


class Topic(StrEnum):
    """A reply computed by code, to a keyword of the contest file or a menu button with the key `contest:<topic>`."""

    QUIZ = "quiz"
    RULES = "rules"
    MINE = "mine"
    RANKING = "ranking"
    UNIT = "unit"
    NUMBER = "number"
    HELP = "help"
    CLOSING = "closing"


class UnknownText(StrEnum):
    """How to handle a message that the contest does not know (R15)."""

    SILENT = "silent"
    HELP = "help"
    CUSTOMER_SERVICE = "customer_service"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PacketWording(Section):
    """The texts on a red packet, within the limits of the sendredpack documentation."""

    send_name: Annotated[str, Bytes(31)]
    act_name: Annotated[str, Bytes(31)]
    wishing: Annotated[str, Bytes(127)]
    remark: Annotated[str, Bytes(255)]
    client_ip: Annotated[str, IPv4()]
    scene_id: Annotated[str, OneOf("", *(f"PRODUCT_{number}" for number in range(1, 9)))]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MenuEntry(Section):
    """One of the account's own entries: an address, or the key of a click."""

    name: Annotated[str, Bytes(40)]
    url: Annotated[str, Address("http://", "https://", most=1000)] = ""
    key: Annotated[str, Characters(128, least=0)] = ""

    def faults(self) -> Iterator[tuple[str, str]]:
        if bool(self.url) == bool(self.key):
            yield "url", "url 和 key 须填一项，且只填一项"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MenuWording(Section):
    """WeChat's limits: names of 16 bytes at the top level and 40 below; three buttons with five entries each."""

    quiz: Annotated[str, Bytes(16)]
    about: Annotated[str, Bytes(16)]
    own_name: Annotated[str, Bytes(16)]
    own: Annotated[tuple[MenuEntry, ...], Items(most=15)]
    closing: Annotated[str, Characters(5, least=0)]
    """The button with the contest's result; empty for none."""
    left_out: Annotated[tuple[Annotated[str, Bytes(40)], ...], Items(most=15), Unique()] = ()
    """Names of the account's own buttons that the organiser leaves out of the contest's menu."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplyWords(Section):
    """Keywords, and the reply to them: a text, or the computed answer to a topic."""

    words: Annotated[tuple[Annotated[str, Characters(40), Keyword()], ...], Items(least=1)]
    text: Reply = ""
    answer: Topic | None = None

    def faults(self) -> Iterator[tuple[str, str]]:
        if bool(self.text) == bool(self.answer):
            yield "text", "text 和 answer 须填一项，且只填一项"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replies(Section):
    """The texts of the account's replies, and their keywords."""

    welcome_announced: Reply
    welcome_open: Reply
    welcome_closed: Reply
    quiz_announced: QuizReply
    quiz_open: QuizReply
    quiz_closed: QuizReply
    quiz_paused: Reply
    rules: Reply
    mine: Annotated[str, Placeholders(*MOMENT, "attempts", "best", "chances", "claims", "yuan", "unreceived", "unit")]
    ranking: Annotated[str, Placeholders(*MOMENT, "ranking", "total")]
    unit: Annotated[str, Placeholders(*MOMENT, "unit")]
    help: Reply
    new_chance: Reply
    unknown_text: UnknownText
    words: Annotated[tuple[ReplyWords, ...], New(WORDS_HINT), Distinct("words", folded)]
    unit_scanned: Annotated[str, Placeholders(*MOMENT, "unit")] = "您的单位：{unit}，登记后不能更改。"
    """Before the reply to the scan of a unit's code."""
    number: Annotated[str, Placeholders(*MOMENT, "numbers")] = "您的红包编号：\n{numbers}"
    by_word: Mapping[str, ReplyWords] = field(init=False, repr=False, compare=False)
    """Each keyword, normalized for comparison."""

    def __post_init__(self) -> None:
        by_word = {folded(word): entry for entry in self.words for word in entry.words}
        object.__setattr__(self, "by_word", by_word)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Organiser(Section):
    """Shown at the foot of the page."""

    role: Annotated[str, Characters(20)]
    name: Annotated[str, Characters(100)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PageWording(Section):
    """The lists and the other texts of the page."""

    how: tuple[Annotated[str, Placeholders()], ...]
    rules: tuple[Annotated[str, Placeholders()], ...]
    organisers: tuple[Organiser, ...]
    seal: Annotated[str, Characters(1, least=0)] = ""
    """One character beside the theme, as on a seal; empty for none."""
    closing_words: Annotated[str, Characters(60, least=0)] = ""
    """Said when the contest is over; empty for nothing."""
