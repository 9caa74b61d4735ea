"""Lists the people with the most claims, chances or friends: an organiser who suspects cheating looks at them first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from typing import TYPE_CHECKING

from chalicelib.domain.participation import BASE_CHANCES

if TYPE_CHECKING:
    from chalicelib.domain.audit import Account
    from chalicelib.domain.participation import Follower


class RankedBy(StrEnum):
    CLAIMS = "claims"
    CHANCES = "chances"
    REFERRALS = "referrals"


@dataclass(frozen=True, slots=True)
class Tally:
    """One person's counts. `fen` is the sum of their claims."""

    openid: str
    claims: int
    fen: int
    chances: int
    """Granted chances: the base one and those for friends."""
    referrals: int
    """Friends counted for this person, including those who unfollowed again and those beyond the limit."""
    unit: str
    on_hold: bool


def foremost(accounts: "Iterable[Account]", friends: "Iterable[Follower]", by: RankedBy, top: int) -> list[Tally]:
    """Returns at most `top` people, those with the most first. People with none, or only the base chance, are left
    out."""
    brought = Counter(friend.referral_to for friend in friends)
    tallies = (_tally(account, brought[account.openid]) for account in accounts)
    return nlargest(top, (one for one in tallies if _count(one, by) > _least(by)), key=lambda one: _rank(one, by))


def _tally(account: "Account", referrals: int) -> Tally:
    me, amounts = account.me, [claim.packet.amount_fen for claim in account.claims]
    return Tally(account.openid, len(amounts), sum(amounts), me.chances.granted, referrals, me.unit or "", me.on_hold)


def _count(one: Tally, by: RankedBy) -> int:
    return {RankedBy.CLAIMS: one.claims, RankedBy.CHANCES: one.chances, RankedBy.REFERRALS: one.referrals}[by]


def _least(by: RankedBy) -> int:
    return BASE_CHANCES if by is RankedBy.CHANCES else 0


def _rank(one: Tally, by: RankedBy) -> tuple[int, int, str]:
    """Equal counts are ordered by money, and then by openid, so that the order is always the same."""
    return _count(one, by), one.fen, one.openid
