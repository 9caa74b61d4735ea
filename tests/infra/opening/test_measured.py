"""The benches say when what they find is no longer what the model takes as measured."""

from collections import defaultdict

from infra.opening.journey import LOOK, SHARE, calls
from tests.bench.calls import Calls, Units
from tests.bench.measured import ONCE, REQUESTS, STEPS, cpu_differences, unit_differences
from tests.bench.request_costs import RequestCost

CALLS = {call.name: call for call in (*calls(), SHARE, LOOK)}


def rows(more: float = 0.0) -> list[RequestCost]:
    """As the file says, the claims `more`."""
    found = []
    for name, (step, what) in STEPS.items():
        writes = {place: amount for place, amount in CALLS[name].writes.items() if place != ONCE.get(name)}
        written = {f"bench-{place}": amount + more * (name == "claim") for place, amount in writes.items()}
        reads = {f"bench-{place}": amount for place, amount in CALLS[name].reads.items()}
        units = Units(defaultdict(float, written), defaultdict(float, reads))
        found.append(RequestCost(step, what, Calls(computed=units), 0, 0))
    return found


def test_the_same_units_are_no_difference() -> None:
    assert list(unit_differences(rows(), "bench")) == []


def test_other_units_are_named() -> None:
    (line,) = unit_differences(rows(more=1), "bench")
    assert line.startswith("measured.toml, claim: ")


def test_cpu_may_differ_by_a_factor_of_two() -> None:
    found = {request: 1_000.0 * CALLS[name].cost["cpu_ms"] for name, request in REQUESTS.items()}
    assert list(cpu_differences({request: 1.9 * spent for request, spent in found.items()})) == []
    assert len(list(cpu_differences(found | {"GET /api/me": 3 * found["GET /api/me"]}))) == 1
