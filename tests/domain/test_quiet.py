"""Quiet hours in Shanghai time, also over midnight; and the morning on which daily limits end."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim import RED_PACKET
from chalicelib.domain.contest_rules import PayoutRules
from chalicelib.domain.quiet import next_morning, quiet_until
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.domain.switches import Switches
from tests.support import examples

moments = st.timedeltas(timedelta(0), timedelta(days=31)).map(lambda later: datetime(2020, 7, 1, tzinfo=UTC) + later)
times = st.times().map(lambda t: t.replace(microsecond=0))


def rules(start: str, end: str) -> PayoutRules:
    def of(text: str) -> time | None:
        return time.fromisoformat(text) if text else None

    return PayoutRules(of(start), of(end), per_second=25, put_back=False)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2020, 7, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        ("", "", at(8, 3), None),
        ("00:00", "", at(8, 3), None),
        ("", "08:00", at(8, 3), None),
        ("00:00", "08:00", at(8, 0), at(8, 8)),
        ("00:00", "08:00", at(8, 7, 59, 59), at(8, 8)),
        ("00:00", "08:00", at(8, 8), None),
        ("00:00", "08:00", at(8, 23, 59, 59), None),
        ("22:30", "07:00", at(8, 22, 29, 59), None),
        ("22:30", "07:00", at(8, 22, 30), at(9, 7)),
        ("22:30", "07:00", at(9, 6, 59, 59), at(9, 7)),
        ("22:30", "07:00", at(9, 7), None),
        ("12:00", "12:00", at(8, 12), None),
    ],
)
def test_the_quiet_hours_at_their_edges(start: str, end: str, now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, rules(start, end), RED_PACKET) == until
    assert quiet_until(now.astimezone(UTC), rules(start, end), RED_PACKET) == until


@given(times, times, moments)
def test_quiet_hours_end_within_a_day_and_are_over_then(start: time, end: time, now: datetime) -> None:
    held = PayoutRules(start, end, per_second=25, put_back=False)
    until = quiet_until(now, held, RED_PACKET)
    if until is not None:
        assert timedelta(0) < until - now <= timedelta(days=1)
        assert until.astimezone(SHANGHAI).time() == end
        assert quiet_until(until, held, RED_PACKET) is None
        assert quiet_until(until - timedelta(microseconds=1), held, RED_PACKET) == until


@given(moments)
def test_the_next_morning_is_after_midnight_in_shanghai(now: datetime) -> None:
    morning = next_morning(now).astimezone(SHANGHAI)
    assert (morning.hour, morning.minute, morning.second) == (0, 5, 0)
    assert morning.date() == now.astimezone(SHANGHAI).date() + timedelta(days=1)
    assert morning > now


NONE = rules("", "")
NIGHT = rules("00:00", "08:00")


@pytest.mark.parametrize(
    ("switches", "held_rules", "waits"),
    [
        (Switches(), NONE, False),
        (Switches(paused=True, exhausted=True), NONE, False),
        (Switches(payouts_stopped=True), NONE, True),
        (Switches(held_until=at(8, 3), held_reason="balance"), NONE, False),
        (Switches(held_until=at(8, 3) + timedelta(microseconds=1)), NONE, True),
        (Switches(), NIGHT, True),
    ],
)
def test_when_payouts_wait(switches: Switches, held_rules: PayoutRules, waits: bool) -> None:
    assert switches.payouts_wait(held_rules, examples.contest().prizes, at(8, 3), RED_PACKET) is waits
