"""A contest: its identity, window, rules, prizes and wording, each field with its limits; and its phases.

`Contest` has the shape of the contest file: a field is a key, a class is a section. A class's `faults` checks its
fields against each other, and yields each faulty field with its fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from chalicelib.domain.claim import FOR_A_PERSON, RED_PACKET, TRANSFER
from chalicelib.domain.contest_rules import PayoutRules, PrizeRules, QuizRules
from chalicelib.domain.errors import ContestClosed, ContestNotOpen
from chalicelib.domain.fairness import Fairness
from chalicelib.domain.limits import (
    Address,
    Aware,
    Characters,
    Identifier,
    Items,
    ServerAddress,
    Unique,
    VerifyFile,
)
from chalicelib.domain.privacy import Office, Privacy
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.section import Section
from chalicelib.domain.shanghai import SHANGHAI, day_and_time, day_words
from chalicelib.domain.texts import Placeholders
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.domain.wording import MenuWording, PacketWording, PageWording, Replies

LEAST_RED_PACKET = 100
"""Fen."""


class Phase(StrEnum):
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"


class ReferralPolicy(StrEnum):
    EXTRA_CHANCE = "extra_chance"
    OFF = "off"


class ReferralShow(StrEnum):
    """How the page speaks of sharing: without the chance that it brings, or with it."""

    NEUTRAL = "neutral"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Identity(Section):
    """The contest's id, name and organiser."""

    id: Annotated[str, Identifier()]
    theme: Annotated[str, Characters(60)]
    account: Annotated[str, Characters(30)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Window(Section):
    """Aware datetimes; `closes_at` is the exclusive end (R1)."""

    announced_at: Annotated[datetime, Aware()]
    opens_at: Annotated[datetime, Aware()]
    closes_at: Annotated[datetime, Aware()]

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

    @property
    def opening(self) -> str:
        """The opening as text: 7月8日00:00."""
        return day_and_time(self.opens_at)

    @property
    def closing(self) -> str:
        """The closing as text; midnight is the end of the day before: 7月14日24时."""
        closes = self.closes_at.astimezone(SHANGHAI)
        if closes.hour or closes.minute:
            return day_and_time(closes)
        last = closes - timedelta(days=1)
        return f"{day_words(last)}24时"

    def faults(self) -> Iterator[tuple[str, str]]:
        if not self.announced_at <= self.opens_at < self.closes_at:
            yield "opens_at", "不能早于 announced_at，且须早于 closes_at"
        for name, moment in (("opens_at", self.opens_at), ("closes_at", self.closes_at)):
            if moment.second or moment.microsecond:
                yield name, "须是整分：定时任务没有秒"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Referral(Section):
    """The referral policy, and the content of a shared link."""

    policy: ReferralPolicy
    title: Annotated[str, Placeholders(most=180)]
    description: Annotated[str, Placeholders(most=360)]
    image_url: Annotated[str, Address("https://", most=400)]
    """Shown beside a shared link; empty for the contest's own picture."""
    show: ReferralShow = ReferralShow.NEUTRAL


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Account(Section):
    """The official account's other uses; the section may be absent."""

    verify_files: Annotated[tuple[Annotated[str, VerifyFile()], ...], Items(most=5), Unique()] = ()
    """Names of the files that WeChat asks for at the domain's root."""
    own_server: Annotated[str, ServerAddress("https://")] = ""
    """The address of the account's own server, which answers messages that do not concern the contest (R15); empty for
    none."""
    code_url: Annotated[str, Address("https://", "http://", most=400)] = ""
    """The address in the account's code to press; empty: the application has a code made."""
    words_until: Annotated[datetime | None, Aware()] = None
    """From this time on, the own server is also asked first about the contest's words; None for never."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Learning(Section):
    """What participants may read besides the quiz; the section may be absent."""

    bank_after_closing: bool = False
    """Whether `GET /api/lessons` carries the whole question bank, with its answers, once the contest is closed."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contest(Section):
    """The whole contest file."""

    contest: Identity
    window: Window
    quiz: QuizRules
    prizes: PrizeRules
    packet: PacketWording
    payouts: PayoutRules
    referral: Referral
    menu: MenuWording
    replies: Replies
    page: PageWording
    reporting: Reporting
    account: Account = Account()
    learning: Learning = Learning()
    fairness: Fairness = Fairness()
    privacy: Privacy = Privacy()
    office: Office = Office()
    transfer: TransferRules | None = None
    """Required if the payment product is the transfer. It must stay while claims of an earlier configuration are to be
    paid by transfer."""

    def faults(self) -> Iterator[tuple[str, str]]:
        transfer = self.transfer
        if self.payouts.product == TRANSFER and transfer is None:
            yield "transfer", "缺少这一项：payouts.product 是 transfer"
        if transfer and transfer.claimable_until <= self.window.closes_at:
            yield "transfer.claimable_until", "须晚于 window.closes_at"
        if self.payouts.product == RED_PACKET and self.prizes.min_fen < LEAST_RED_PACKET:
            yield "prizes.min_fen", f"须在 {LEAST_RED_PACKET} 至 20000 之间（现金红包）"
        kept_until = self.privacy.kept_until
        last = max(self.window.closes_at, transfer.claimable_until) if transfer else self.window.closes_at
        if kept_until and kept_until <= last:
            yield "privacy.kept_until", "须晚于 window.closes_at 和 transfer.claimable_until"

    @property
    def id(self) -> str:
        return self.contest.id

    @property
    def claimable_until(self) -> datetime:
        """Until when winners may ask for a transfer. Without the section [transfer], transfers claimed earlier go
        on."""
        return self.transfer.claimable_until if self.transfer else FOR_A_PERSON

    @property
    def theme(self) -> str:
        return self.contest.theme

    @property
    def account_name(self) -> str:
        return self.contest.account

    @property
    def units(self) -> tuple[ReportingUnit, ...]:
        return self.reporting.units

    @property
    def unit_names(self) -> tuple[str, ...]:
        return tuple(unit.name for unit in self.units)
