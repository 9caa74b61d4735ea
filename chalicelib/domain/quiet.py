"""Computes the quiet hours, during which nothing is sent, and the end of a hold for a day's limit."""

from datetime import datetime, time, timedelta

from chalicelib.domain.claim import RED_PACKET, TRANSFER
from chalicelib.domain.contest_rules import PayoutRules
from chalicelib.domain.shanghai import SHANGHAI


def quiet_until(now: datetime, rules: PayoutRules, product: str) -> datetime | None:
    """Returns the end of the current quiet hours for what `product` pays; None outside them.

    Transfers have no quiet hours: their winners are awake and ask for them.
    """
    if product == TRANSFER or rules.quiet_from is None or rules.quiet_to is None:
        return None
    local = now.astimezone(SHANGHAI)
    start, end = rules.quiet_from, rules.quiet_to
    ends_today = datetime.combine(local.date(), end, SHANGHAI)
    if start <= end:
        return ends_today if start <= local.time() < end else None
    if local.time() < end:
        return ends_today
    return ends_today + timedelta(days=1) if local.time() >= start else None


def overdue(due_at: datetime, now: datetime, rules: PayoutRules) -> timedelta:
    """Returns how long a payout has been due at `now`. Quiet hours and the time before them do not count."""
    if rules.quiet_to is None:
        return now - due_at
    if quiet_until(now, rules, RED_PACKET):
        return timedelta(0)
    ended = datetime.combine(now.astimezone(SHANGHAI).date(), rules.quiet_to, SHANGHAI)
    if ended > now:
        ended -= timedelta(days=1)
    return now - max(due_at, ended)


def next_morning(now: datetime) -> datetime:
    """Returns the next 00:05 in Shanghai, when WeChat Pay's daily limits have been reset."""
    local = now.astimezone(SHANGHAI)
    return datetime.combine(local.date() + timedelta(days=1), time(0, 5), SHANGHAI)
