"""The settings that carry a crowd: what it would use without limits, rounded up, and then simulated with them."""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.prizes import shards_for
from infra.gateway_responses import SIGN_IN, throttles
from infra.opening.arrivals import CURVES
from infra.opening.buckets import OTHERS
from infra.opening.cloud import Cloud, Settings
from infra.opening.cost import PACKETS_A_PERSON
from infra.opening.crowd import STEP
from infra.opening.latency import MOST_SECONDS, seconds_to
from infra.opening.limits import (
    API_GATEWAY_RATE,
    LAMBDA_CONCURRENCY,
    LAMBDA_REQUESTS_PER_ENVIRONMENT,
    NEW_TABLE_READS,
    NEW_TABLE_WRITES,
    TABLE_READS,
    TABLE_WRITES,
)
from infra.opening.opening_night import Night, Opening
from infra.opening.tables import EVEN
from infra.percentiles import percentile

FILE = Path(__file__).with_name("derived.toml")
MARGIN = 1.25
_LIMITS = throttles({"api_gateway_requests": API_GATEWAY_RATE})
METHOD_SHARE, SIGN_IN_SHARE = (_LIMITS[method][0] / API_GATEWAY_RATE for method in (OTHERS, SIGN_IN[0]))
"""Of API Gateway's quota, that one method may use, and each way to sign in."""
UNLIMITED = Settings(
    concurrency=10**7,
    gateway_requests=10**9,
    warm_writes=10**8,
    warm_reads=10**8,
    warm_environments=10**6,
    table_writes=10**9,
    table_reads=10**9,
    edge=True,
)


@dataclass(frozen=True, slots=True)
class Derived:
    """`settings` carry `people`: all answered, 99 of 100 claims within `claim_p99` seconds."""

    people: int
    settings: Settings
    claim_p99: float


def derive(people: int, curve: str = "midnight") -> Derived:
    opening, cloud = Opening(people, CURVES[curve], round(PACKETS_A_PERSON * people)), Cloud(UNLIMITED, 0)
    settings = _needed(Night(opening, cloud).run(), cloud)
    night = Night(opening, Cloud(settings, shards_for(opening.packets))).run()
    found = percentile(seconds_to(night, "claim", "claim"), 0.99)
    return Derived(people, settings, found if found is not None else math.inf)


def carries(found: Derived) -> bool:
    return found.claim_p99 <= MOST_SECONDS


def _needed(night: Night, cloud: Cloud) -> Settings:
    """Rounds up what the night used at its busiest."""
    call_peaks = _peaks(night)
    signing = max(call_peaks.get(name, 0.0) for name in ("oauth_start", "oauth_callback"))
    gateway = max(cloud.peak_requests, max(call_peaks.values()) / METHOD_SHARE, signing / SIGN_IN_SHARE)
    peaks = {name: table.peak for name, table in cloud.tables.items()}
    writes = max(peaks["participants"], peaks["followers"], peaks["claims-by-packet"]) / EVEN
    environments = max(cloud.functions.busiest, cloud.peak_requests / LAMBDA_REQUESTS_PER_ENVIRONMENT)
    warm_writes = _up(writes, 1_000, NEW_TABLE_WRITES)
    reads = max(table.peak_reads for table in cloud.tables.values()) / EVEN
    warm_reads = _up(reads, 3_000, NEW_TABLE_READS)
    return Settings(
        concurrency=_up(environments + 125, 500, LAMBDA_CONCURRENCY),
        gateway_requests=_up(gateway, 5_000, API_GATEWAY_RATE),
        warm_writes=warm_writes,
        warm_reads=warm_reads,
        warm_environments=min(500, _up(cloud.functions.busiest / 2, 50, 50)),
        table_writes=max(TABLE_WRITES, warm_writes),
        table_reads=max(TABLE_READS, warm_reads),
        edge=True,
    )


def _peaks(night: Night) -> Mapping[str, float]:
    return {call.name: max(begun) / STEP for call, begun in night.begun.items() if begun and not call.is_for_the_edge}


def _up(wanted: float, step: int, least: int) -> int:
    return max(least, step * math.ceil(MARGIN * wanted / step))


def table(found: Sequence[Derived]) -> Iterator[str]:
    """Yields the table of docs/capacity.md."""
    yield f"| people | {' | '.join(f'`{name}`' for name in NAMES)} | claims, p99 |"
    yield "|---" * (len(NAMES) + 2) + "|"
    for one in found:
        numbers = " | ".join(f"{getattr(one.settings, name):,}" for name in NAMES)
        yield f"| {one.people:,} | {numbers} | {one.claim_p99:.1f} s |"


def write(found: list[Derived]) -> None:
    """Replaces derived.toml."""
    lines = [
        "# Written by `make simulate-opening WRITE=1`; listed in docs/capacity.md, compared by `./contest doctor`."
    ]
    for one in found:
        lines += ["", f"[people.{one.people}]", f"claim_p99 = {one.claim_p99:.1f}"]
        lines += [f"{name} = {getattr(one.settings, name)}" for name in NAMES]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


NAMES = (
    "concurrency",
    "gateway_requests",
    "warm_writes",
    "warm_reads",
    "warm_environments",
    "table_writes",
    "table_reads",
)


def read() -> dict[int, Mapping[str, float]]:
    """The file's settings by number of people."""
    people = tomllib.loads(FILE.read_text(encoding="utf-8"))["people"]
    return {int(count): settings for count, settings in sorted(people.items(), key=lambda one: int(one[0]))}


def for_people(people: int) -> Mapping[str, float]:
    """Those of the smallest crowd in the file that has as many; of the largest, if none has."""
    found = read()
    return next((settings for count, settings in found.items() if count >= people), found[max(found)])
