"""The switches at the desk: only with PIN and reason, and in the log."""

import pytest

from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.usecases.desk.switch_with_pin import DeskSwitches, SwitchAct
from tests.support.bench import Bench

LINK, WHO, PIN = "link1", "desk:link1", "123456"
EFFECTS = {
    SwitchAct.PAUSE: ("pause", True, False),
    SwitchAct.STOP_PAYOUTS: ("payouts stop", True, True),
    SwitchAct.RESUME: ("resume", False, True),
    SwitchAct.START_PAYOUTS: ("payouts start", False, False),
}


def switches_of(bench: Bench, asked: list[str]) -> DeskSwitches:
    def require_pin(link_id: str, pin: str) -> None:
        asked.append(link_id)
        if pin != PIN:
            raise DeskRefused(403, "口令不对", "pin_wrong")

    return DeskSwitches(bench.ports.control.read_switches, bench.app.switch_decisions, require_pin)


def test_each_act_is_done_and_written_down() -> None:
    bench = Bench()
    switches = switches_of(bench, [])
    for act, (what, paused, stopped) in EFFECTS.items():
        bench.clock.advance(seconds=1)
        switches.decide(act, LINK, PIN, WHO, "系统检查")
        entry = list(bench.ports.ledger.log_entries())[-1]
        assert (entry.who, entry.what, entry.reason) == (WHO, what, "系统检查")
        found = switches.read_switches()
        assert (found.paused, found.payouts_stopped) == (paused, stopped)


@pytest.mark.parametrize(("pin", "why", "asks"), [("000000", "系统检查", 1), ("", "系统检查", 1), (PIN, " ", 0)])
def test_without_pin_or_reason_nothing_changes(pin: str, why: str, asks: int) -> None:
    """A missing reason takes no try of the PIN."""
    bench, asked = Bench(), list[str]()
    for act in SwitchAct:
        with pytest.raises(DeskRefused):
            switches_of(bench, asked).decide(act, LINK, pin, WHO, why)
    assert len(asked) == asks * len(SwitchAct)
    assert list(bench.ports.ledger.log_entries()) == []
    assert not bench.state.switches.paused
