"""Operators' switches take effect with their log entry, in one write."""

from collections.abc import Callable

import pytest

from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.switches import Switches
from chalicelib.usecases.decide_switches import SwitchDecisions
from tests.support.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def last(bench: Bench) -> LogEntry:
    return list(bench.ports.ledger.log_entries())[-1]


STEPS: list[tuple[Callable[[SwitchDecisions], None], str, str, str, bool, bool]] = [
    (lambda d: d.pause("li", "why"), "pause", "running", "paused", True, False),
    (lambda d: d.pause("li", "why"), "pause", "paused", "paused", True, False),
    (lambda d: d.stop_payouts("li", "why"), "payouts stop", "running", "stopped", True, True),
    (lambda d: d.resume("li", "why"), "resume", "paused", "running", False, True),
    (lambda d: d.start_payouts("li", "why"), "payouts start", "stopped", "running", False, False),
]


def test_each_step_is_done_and_written_down(bench: Bench) -> None:
    before = bench.state.switches
    for step, what, old, new, paused, stopped in STEPS:
        bench.clock.advance(minutes=1)
        step(bench.app.switch_decisions)
        assert last(bench) == LogEntry(bench.clock.now, "li", what, "", old, new, "why")
        switches: Switches = bench.ports.control.read_switches()
        assert (switches.paused, switches.payouts_stopped) == (paused, stopped)
    assert bench.state.switches == before
