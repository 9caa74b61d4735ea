"""Prints the costs of a participant's journey."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.bench.calls import Units
from tests.bench.request_costs import RequestCost

HEAD = (
    f"{'step':23s}{'request':25s}calls failed {'engine':>8s} {'rule':>8s} queue   log  body  where, by the rule\n"
    f"{'':79s}jobs bytes bytes"
)
SHORT = {"/api/attempts/{attempt_id}/submission": "…/submission"}


def report(rows: Sequence[RequestCost], largest: Mapping[tuple[str, str], int], prefix: str) -> None:
    """`largest`: bytes of items, by place and kind."""
    print(HEAD)
    first = {(row.step, row.what): row for row in reversed(rows) if row.calls.calls}
    for row in reversed(first.values()):
        print(_line(row, prefix))
    idle = {row.what: row.answered for row in rows if not row.calls.calls}
    print("\nwithout a call: " + ", ".join(f"{what} {answered} bytes" for what, answered in sorted(idle.items())))
    sizes = (f"{_short(place, prefix)}{f' {kind}' if kind else ''} {size}" for (place, kind), size in largest.items())
    print("largest items, bytes: " + ", ".join(sorted(sizes)))


def _line(row: RequestCost, prefix: str) -> str:
    calls, what = row.calls, row.what
    for long, short in SHORT.items():
        what = what.replace(long, short)
    engine = f"{calls.write_units:g} / {calls.read_units:g}"
    rule = f"{sum(calls.computed.written.values()):g} / {sum(calls.computed.read.values()):g}"
    start = f"{row.step:23s}{what:25s}{calls.calls:5d}{calls.failed:7d} {engine:>8s} {rule:>8s}"
    middle = f"{calls.elsewhere['sqs']:6d} {row.logged:5d} {row.answered:5d}"
    return f"{start}{middle}  {_places(calls.computed, prefix)}"


def _places(units: Units, prefix: str) -> str:
    found: dict[str, list[str]] = defaultdict(list)
    for letter, by_place in (("W", units.written), ("R", units.read)):
        for place, amount in by_place.items():
            if amount:
                found[_short(place, prefix)].append(f"{amount:g} {letter}")
    return ", ".join(f"{place} {' + '.join(amounts)}" for place, amounts in found.items())


def _short(place: str, prefix: str) -> str:
    """Shortens a table's name; an index is called by its own name."""
    return place.removeprefix(f"{prefix}-participants/").removeprefix(f"{prefix}-")
