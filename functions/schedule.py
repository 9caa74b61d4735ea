"""The scheduled opening and closing: EventBridge rules computed from the contest file (UTC, minute precision)."""

from datetime import UTC, datetime

from chalice.app import Blueprint, CloudWatchEvent, Cron

from chalicelib.config import contest
from chalicelib.wiring import services

bp = Blueprint("app")


def cron_at(moment: datetime) -> Cron:
    """Returns a rule that fires once, in this minute."""
    utc = moment.astimezone(UTC)
    return Cron(utc.minute, utc.hour, utc.day, utc.month, "?", utc.year)


@bp.schedule(cron_at(contest().window.opens_at), name="open_contest")
def open_contest(event: CloudWatchEvent) -> None:
    services().schedule.open_contest()


@bp.schedule(cron_at(contest().window.closes_at), name="close_contest")
def close_contest(event: CloudWatchEvent) -> None:
    services().schedule.close_contest()
