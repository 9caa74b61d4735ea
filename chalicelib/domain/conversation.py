"""The account's replies to a follow, a text or a menu click (R11, R14, R15).

The contest file holds the replies and their keywords.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from chalicelib.domain import texts
from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.participation import Participation
from chalicelib.domain.prizes import yuan
from chalicelib.domain.shanghai import day_and_time
from chalicelib.domain.texts import NO_NUMBER, NO_UNIT, NUMBERED, RANKED, REPLY_BYTES, TO_RECEIVE, UNRECEIVED, folded
from chalicelib.domain.units import ranking
from chalicelib.domain.wording import ReplyWords, Topic, UnknownText

TO_CUSTOMER_SERVICE = "transfer_customer_service"
"""Instead of a text: WeChat hands the message to the account's customer service."""
KEY_PREFIX = "contest:"
"""The prefix of the contest's own menu buttons' EventKeys."""


class Kind(Enum):
    FOLLOW = auto()
    UNFOLLOW = auto()
    TEXT = auto()
    CLICK = auto()
    SCAN = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message or an event that WeChat delivered. `content` is the text, or a menu button's key."""

    kind: Kind
    openid: str
    create_time: int
    """WeChat's CreateTime, unix seconds."""
    content: str = ""
    scene: str = ""
    """The scene of the QR code that was scanned or led to a follow."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The values that every reply may use."""

    contest: Contest
    now: datetime
    link: str

    @property
    def phase(self) -> Phase:
        return self.contest.window.phase(self.now)


def asked_for(contest: Contest, message: IncomingMessage) -> ReplyWords | None:
    """Returns the keyword entry for a text or a click; None for an unknown one."""
    if message.kind is Kind.TEXT:
        return contest.replies.by_word.get(folded(message.content))
    if message.kind is Kind.CLICK and message.content.startswith(KEY_PREFIX):
        key = message.content.removeprefix(KEY_PREFIX)
        return ReplyWords((), answer=Topic(key)) if key in set(Topic) else None
    return None


def welcome(moment: Moment) -> str:
    replies = moment.contest.replies
    by_phase = {
        Phase.ANNOUNCED: replies.welcome_announced,
        Phase.OPEN: replies.welcome_open,
        Phase.CLOSED: replies.welcome_closed,
    }
    return fill(by_phase[moment.phase], moment)


def quiz(moment: Moment, paused: bool, chances: int) -> str:
    """`chances` is how many the participant has left, shown while the contest is open."""
    replies = moment.contest.replies
    if moment.phase is Phase.OPEN and paused:
        return fill(replies.quiz_paused, moment)
    by_phase = {
        Phase.ANNOUNCED: replies.quiz_announced,
        Phase.OPEN: replies.quiz_open,
        Phase.CLOSED: replies.quiz_closed,
    }
    return fill(by_phase[moment.phase], moment, chances=str(chances))


def with_unit(reply: str, unit: str, moment: Moment) -> str:
    """Puts the unit of somebody who scanned a unit's code before the reply, unless both are too long for WeChat."""
    both = f"{fill(moment.contest.replies.unit_scanned, moment, unit=unit)}\n{reply}"
    return both if len(both.encode()) <= REPLY_BYTES else reply


def mine(moment: Moment, participation: Participation) -> str:
    me = participation.me
    fen = sum(claim.packet.amount_fen for claim in participation.claims)
    return fill(
        moment.contest.replies.mine,
        moment,
        attempts=str(me.attempts),
        best=str(me.best_score),
        chances=str(me.chances.left),
        claims=str(len(participation.claims)),
        yuan=yuan(fen),
        unreceived=_unreceived(participation.claims),
        unit=moment.contest.reporting.present_name(me.unit or "") or NO_UNIT,
    )


def _unreceived(claims: Collection[Claim]) -> str:
    """Says how many packets are opened and not received, beginning with those that wait for their winner; empty if
    none."""
    waiting = sum(
        claim.is_on_request and not claim.is_final and claim.status is not PayoutStatus.PARKED for claim in claims
    )
    if waiting:
        return TO_RECEIVE.format(waiting)
    unpaid = sum(claim.status is not PayoutStatus.RECEIVED for claim in claims)
    return UNRECEIVED.format(unpaid) if unpaid else ""


def numbers(moment: Moment, claims: Iterable[Claim]) -> str:
    """Shows the numbers of the participant's packets, the newest first, as many as a reply can hold."""
    newest = sorted(claims, key=lambda claim: claim.claimed_at, reverse=True)
    return _fitting(moment, moment.contest.replies.number, "numbers", [_numbered(claim) for claim in newest], NO_NUMBER)


def _numbered(claim: Claim) -> str:
    return NUMBERED.format(claim.packet.number, yuan(claim.packet.amount_fen), day_and_time(claim.claimed_at))


def standings(moment: Moment, counts: Mapping[str, int]) -> str:
    """Shows the top units, as many as a reply can hold."""
    lines = [f"{place}. {name} {count}人" for place, (name, count) in enumerate(ranking(counts, RANKED), start=1)]
    total = str(sum(counts.values()))
    return _fitting(moment, moment.contest.replies.ranking, "ranking", lines, "暂无", total=total)


def _fitting(moment: Moment, text: str, name: str, lines: list[str], none: str, **more: str) -> str:
    """Fills the placeholder `name` with the lines, or with `none`; leaves out the last ones that do not fit."""
    while True:
        reply = fill(text, moment, **{name: "\n".join(lines) or none}, **more)
        if len(lines) < 2 or len(reply.encode()) <= REPLY_BYTES:
            return reply
        lines = lines[:-1]


def unknown(moment: Moment) -> str | None:
    """Answers an unknown text; None for no reply, so that the account's own functions can answer."""
    if moment.contest.replies.unknown_text is UnknownText.HELP:
        return fill(moment.contest.replies.help, moment)
    return TO_CUSTOMER_SERVICE if moment.contest.replies.unknown_text is UnknownText.CUSTOMER_SERVICE else None


def fill(text: str, moment: Moment, **more: str) -> str:
    """Fills the placeholders. Before opening the link is always empty: nothing may be given out (R11)."""
    link = "" if moment.phase is Phase.ANNOUNCED else moment.link
    time_left = _time_left(moment.contest.window.opens_at, moment.now)
    return texts.fill(text, moment.contest, link=link, time_left=time_left, **more)


def _time_left(until: datetime, now: datetime) -> str:
    """Returns days, hours and minutes, without those that are zero."""
    minutes = int((until - now).total_seconds() // 60)
    if minutes < 1:
        return "不到1分钟"
    days, hours = divmod(minutes // 60, 24)
    parts = ((days, "天"), (hours, "小时"), (minutes % 60, "分钟"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)
