"""The organiser's optional settings against cheating (R18). All are off by default."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from chalicelib.domain.errors import ContestError
from chalicelib.domain.limits import Between
from chalicelib.domain.section import Section

MOST_REFERRAL_MINUTES = 15
"""SQS delays a message by at most 15 minutes. Source: Amazon SQS developer guide, "delay queues"."""


class FollowFirst(ContestError):
    """They followed too recently. They may claim from `moment`."""

    code = "follow_first"

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fairness(Section):
    """The waiting times and the limit of referrals; 0 switches each off. The section may be absent."""

    follow_minutes: Annotated[int, Between(0, 7 * 24 * 60)] = 0
    """From a person's first follow to their first claim."""
    referral_minutes: Annotated[int, Between(0, MOST_REFERRAL_MINUTES)] = 0
    """From a friend's first follow to the sharer's chance, if the friend still follows."""
    referrals_most: Annotated[int, Between(0, 100_000)] = 0
    """Chances that friends can bring one sharer."""

    def followed_by(self, now: datetime) -> int | None:
        """Returns the latest time of a first follow, in unix seconds, with which a claim is allowed now. None if any is
        allowed."""
        return int(now.timestamp()) - 60 * self.follow_minutes if self.follow_minutes else None

    def claims_from(self, followed_at: int | None) -> datetime:
        """Returns from when a person may claim whose first follow was at `followed_at`, in unix seconds."""
        return datetime.fromtimestamp((followed_at or 0) + 60 * self.follow_minutes, UTC)
