"""The contest's time zone, and days and times in it as people read them."""

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China has no daylight saving time."""


def day_words(day: date) -> str:
    """7月8日. A datetime must be in Shanghai already."""
    return f"{day.month}月{day.day}日"


def day_and_time(moment: datetime) -> str:
    """7月8日00:00, of an aware datetime."""
    there = moment.astimezone(SHANGHAI)
    return f"{day_words(there)}{there:%H:%M}"
