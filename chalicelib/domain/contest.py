"""What a contest is: its identity, window, rules, prizes and wording, and which phase a moment is in."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum

from chalicelib.domain.errors import ContestClosed, ContestNotOpen

SHANGHAI = timezone(timedelta(hours=8))
"""China has no summer time."""


class Phase(StrEnum):
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"


class ReferralPolicy(StrEnum):
    EXTRA_CHANCE = "extra_chance"
    OFF = "off"


class UnknownText(StrEnum):
    """What becomes of a message the contest does not know (R15)."""

    SILENT = "silent"
    HELP = "help"
    CUSTOMER_SERVICE = "customer_service"


@dataclass(frozen=True, slots=True)
class Window:
    """Aware datetimes; `closes_at` is the exclusive end (R1)."""

    announced_at: datetime
    opens_at: datetime
    closes_at: datetime

    def phase(self, now: datetime) -> Phase:
        if now < self.opens_at:
            return Phase.ANNOUNCED
        return Phase.OPEN if now < self.closes_at else Phase.CLOSED

    def require_open(self, now: datetime) -> None:
        """Raises ContestNotOpen before the opening second, ContestClosed from the closing one."""
        phase = self.phase(now)
        if phase is Phase.ANNOUNCED:
            raise ContestNotOpen
        if phase is Phase.CLOSED:
            raise ContestClosed


@dataclass(frozen=True, slots=True)
class QuizRules:
    draw_size: int
    pass_mark: int
    attempt_minutes: int
    min_seconds: int
    """Least time between a draw, or the participant's last submission, and a submission. 0 switches it off."""
    bank: str
    """The question bank's file, relative to the contest file."""


@dataclass(frozen=True, slots=True)
class PrizeRules:
    """Amounts in fen."""

    budget_fen: int
    packets: int
    min_fen: int
    max_fen: int
    few_percent: int
    """At or below this share of free packets the page says that few are left."""


@dataclass(frozen=True, slots=True)
class PacketWording:
    """What WeChat shows on a red packet; limits from the sendredpack documentation."""

    send_name: str
    act_name: str
    wishing: str
    remark: str
    client_ip: str
    scene_id: str


@dataclass(frozen=True, slots=True)
class Referral:
    policy: ReferralPolicy
    title: str
    description: str
    image_url: str
    """Shown beside a shared link; empty for the contest's own picture."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One of the account's own entries: an address, or the key of a click."""

    name: str
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class MenuWording:
    """Names of at most 16 bytes on top, 40 below."""

    quiz: str
    about: str
    own_name: str
    own: tuple[MenuEntry, ...]
    closing: str
    """The button that tells how the contest ended; empty for none."""


@dataclass(frozen=True, slots=True)
class PayoutRules:
    quiet_from: time | None
    """Start of the quiet hours in Shanghai time; None for none. They may run over midnight."""
    quiet_to: time | None
    per_second: int
    """Sends a second in all; WeChat Pay allows 30."""
    put_back: bool
    """Whether refunded money goes back into the pool while the contest is open."""


@dataclass(frozen=True, slots=True)
class Replies:
    """Texts of the account's replies, with placeholders; `config.py` says which text may have which."""

    welcome_announced: str
    welcome_open: str
    welcome_closed: str
    quiz_announced: str
    quiz_open: str
    quiz_closed: str
    quiz_paused: str
    rules: str
    mine: str
    ranking: str
    unit: str
    help: str
    new_chance: str
    unknown_text: UnknownText


@dataclass(frozen=True, slots=True)
class PageWording:
    how: tuple[str, ...]
    rules: tuple[str, ...]
    organisers: tuple[tuple[str, str], ...]
    """Pairs of role and name."""


@dataclass(frozen=True, slots=True)
class ReportingUnit:
    name: str
    kind: str
    duty_row: int | None
    """Row of the organiser's task table, where the unit has one."""
    events_required: int


@dataclass(frozen=True, slots=True)
class Contest:
    id: str
    theme: str
    account: str
    window: Window
    quiz: QuizRules
    prizes: PrizeRules
    packet: PacketWording
    payouts: PayoutRules
    referral: Referral
    menu: MenuWording
    replies: Replies
    page: PageWording
    units: tuple[ReportingUnit, ...]

    @property
    def unit_names(self) -> tuple[str, ...]:
        return tuple(unit.name for unit in self.units)
