"""The wall's board: from stored counts alone, and one reading for all its watchers."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.desk.board import board_body
from chalicelib.domain.desk.day_figures import figures_body
from chalicelib.ports import OfficeRecord
from chalicelib.usecases.desk.count_days import LATEST
from chalicelib.usecases.desk.show_board import KEPT_SECONDS, Boards
from tests.desk.figures import contest_with_units, state
from tests.support.bench import Bench
from tests.support.examples import NOON

COUNTS = {"区法院": 3, "旧法院": 2, "区财政局": 2, "洪泽移动公司": 2, "": 8}


@pytest.fixture
def bench() -> Bench:
    return Bench(contest_with_units())


@pytest.fixture
def boards(bench: Bench) -> Boards:
    p = bench.ports
    return Boards(bench.contest, p.control, p.office, p.switches, bench.stopwatch)


def test_before_anything_happened_it_says_so(boards: Boards) -> None:
    body = board_body(boards.current_board())
    assert body.pop("kinds") == [{"name": "部门", "units": []}, {"name": "企业", "units": []}]
    assert body == {
        "people": 0,
        "counted_at": None,
        "attempts": None,
        "attempts_at": None,
        "packets_left": None,
    }


def test_it_shows_what_was_stored(bench: Bench, boards: Boards) -> None:
    bench.activate()
    bench.ports.control.store_counts(COUNTS, NOON)
    bench.ports.control.set_free_packets(bench.state.switches.plan_id, 17)
    bench.ports.office.write_record(OfficeRecord(LATEST, {}, 0), {"figures": figures_body(state(NOON, 2))})
    bench.refresh()
    body = json.loads(json.dumps(board_body(boards.current_board())))
    kinds = {kind["name"]: [tuple(unit.values()) for unit in kind["units"]] for kind in body.pop("kinds")}
    assert kinds == {"部门": [(1, "区法院", 5), (2, "区财政局", 2)], "企业": [(1, "洪泽移动公司", 2)]}
    assert body == {
        "people": 17,
        "counted_at": "7月9日12:00",
        "attempts": 80,
        "attempts_at": "7月9日12:00",
        "packets_left": 17,
    }


def test_once_the_packets_are_gone_none_is_left(bench: Bench, boards: Boards) -> None:
    """Whatever the last count of free packets was."""
    bench.state.switches = replace(bench.state.switches, free_packets=3, exhausted=True)
    assert boards.current_board().packets_left == 0


def test_many_watchers_are_one_reading(bench: Bench, boards: Boards) -> None:
    boards.current_board()
    bench.world.calls.clear()
    for _ in range(50):
        boards.current_board()
    assert not bench.world.calls
    bench.stopwatch.seconds += KEPT_SECONDS
    boards.current_board()
    assert bench.world.calls["control.dated_counts"] == bench.world.calls["office.read_record"] == 1
