"""The contest's time zone."""

from datetime import timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
"""China has no daylight saving time."""
