"""Compares what the benches find with `measured.toml`, which the model of the opening takes as measured."""

from collections.abc import Iterator, Mapping, Sequence

from infra.opening.journey import LOOK, SHARE, Call, calls
from tests.bench.request_costs import RequestCost

STEPS = {
    "follow": ("follow", "POST /wechat"),
    "oauth_callback": ("sign in", "GET /oauth/callback"),
    "me": ("sign in", "GET /api/me"),
    "draw": ("draw", "POST /api/attempts"),
    "submit": ("submit, again, passed", "POST /api/attempts/{attempt_id}/submission"),
    "claim": ("claim", "POST /api/claims"),
    "share": ("share", "GET /api/share"),
    "look": ("see claims", "GET /api/claims"),
}
"""The model's call -> its step and request in bench-units."""
ONCE = {"submit": "participants-counted"}
"""Written by a person's first submission only, which may be a failed one there."""
REQUESTS = {
    "follow": "POST /wechat (follow)",
    "oauth_start": "GET /oauth/start",
    "page": "GET /",
    "me": "GET /api/me",
    "draw": "POST /api/attempts",
    "submit": "POST …/submission",
    "claim": "POST /api/claims",
    "look": "GET /api/claims",
}
"""The model's call -> its request in bench-cpu."""
FACTOR = 2.0
"""By which CPU may differ: machines do, and a busy one takes longer."""


def unit_differences(rows: Sequence[RequestCost], prefix: str) -> Iterator[str]:
    """Yields a line for each call whose units are not those of the file."""
    found = {(row.step, row.what): row.calls.computed for row in reversed(rows)}
    for name, call in _calls().items():
        if name not in STEPS:
            continue
        units = found[STEPS[name]]
        written = {_short(place, prefix): amount for place, amount in units.written.items() if amount}
        expected = {place: amount for place, amount in call.writes.items() if place != ONCE.get(name)}
        read = {_short(place, prefix): amount for place, amount in units.read.items() if amount}
        if (written, read) != (expected, call.reads):
            yield f"measured.toml, {name}: {expected}, {call.reads} read, but {written}, {read} read found"


def cpu_differences(microseconds: Mapping[str, float]) -> Iterator[str]:
    """The same for the CPU of bench-cpu's requests."""
    for name, request in REQUESTS.items():
        expected, found = 1_000 * _calls()[name].cost["cpu_ms"], microseconds[request]
        if not expected / FACTOR <= found <= expected * FACTOR:
            yield f"measured.toml, {name}: {expected:.0f} µs, but {found:.0f} found"


def _calls() -> dict[str, Call]:
    return {call.name: call for call in (*calls(), SHARE, LOOK)}


def _short(place: str, prefix: str) -> str:
    return place.removeprefix(f"{prefix}-participants/").removeprefix(f"{prefix}-")
