"""The one clock, and fresh ids."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.clock import ALPHABET, ID_LENGTH, make_clock, new_id, set_forward
from chalicelib.domain.shanghai import SHANGHAI

OPENING = datetime(2020, 7, 8, tzinfo=SHANGHAI)


class Seconds:
    """A system clock that the test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("environ", [{}, {"CONTEST_NOW": ""}, {"CONTEST_NOW_SET_AT": "5"}])
def test_without_a_set_time_it_is_the_systems(environ: dict[str, str]) -> None:
    system = Seconds(1_594_137_600.25)
    clock = make_clock(environ, system)
    assert clock() == OPENING + timedelta(seconds=0.25)
    system.now += 1
    assert clock() == OPENING + timedelta(seconds=1.25)
    assert clock().utcoffset() == timedelta(0)


def test_the_systems_clock_is_the_default() -> None:
    assert abs(make_clock({})() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "written",
    ["2020-07-08T00:00:00+08:00", "2020-07-07T16:00:00Z", "2020-07-07T16:00:00+00:00", "2020-07-08 00:00+08:00"],
)
def test_a_set_time_ticks_on_from_its_start(written: str) -> None:
    system = Seconds(2_000_000_000)
    clock = make_clock({"CONTEST_NOW": written}, system)
    assert clock() == OPENING
    system.now += 90
    assert clock() == OPENING + timedelta(seconds=90)


def test_processes_that_start_later_share_it() -> None:
    environ = {"CONTEST_NOW": "2020-07-08T00:00:00+08:00", "CONTEST_NOW_SET_AT": "1000.5"}
    system = Seconds(1600.5)
    assert make_clock(environ, system)() == OPENING + timedelta(minutes=10)
    system.now += 60
    assert make_clock(environ, system)() == OPENING + timedelta(minutes=11)


@pytest.mark.parametrize("environ", [{}, {"CONTEST_NOW": "2020-07-08T00:00:00+08:00", "CONTEST_NOW_SET_AT": "1000"}])
def test_all_that_share_a_file_are_set_forward_together(environ: dict[str, str], tmp_path: Path) -> None:
    file, system = tmp_path / "clock", Seconds(1000)
    clocks = [make_clock({**environ, "CONTEST_CLOCK_FILE": str(file)}, system) for _ in range(2)]
    alone = make_clock(environ, system)
    assert {clock() for clock in clocks} == {alone()}
    set_forward(file, 3600)
    set_forward(file, 60.5)
    assert {clock() for clock in clocks} == {alone() + timedelta(seconds=3660.5)}
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("written", ["2020-07-08T00:00:00", "2020-07-08", "noon"])
def test_a_time_without_an_offset_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        make_clock({"CONTEST_NOW": written})


def test_ids_are_fresh_and_of_the_alphabet() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {ID_LENGTH}
    assert set("".join(ids)) == set(ALPHABET)
