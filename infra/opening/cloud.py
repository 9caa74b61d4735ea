"""What one step's calls meet: the edge, API Gateway, Lambda, DynamoDB."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Protocol

from chalicelib.adapters.cached_switches import FRESH_SECONDS
from infra.opening.buckets import OTHERS, Gateway
from infra.opening.conflicts import failed_tries
from infra.opening.crowd import STEP
from infra.opening.functions import Functions
from infra.opening.journey import MEASURED, Call
from infra.opening.limits import (
    API_GATEWAY_RATE,
    LAMBDA_CONCURRENCY,
    NEW_TABLE_READS,
    NEW_TABLE_WRITES,
    PARTITION_READS,
    TABLE_READS,
    TABLE_WRITES,
)
from infra.opening.payout_workers import Payouts, QueuePayouts
from infra.opening.tables import Accepted, Throughput, tables
from infra.project import CHECKOUT


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator sets or asks AWS for. The defaults are a new account's, without any warming.

    `gateway_requests` is API Gateway's quota and `api_gateway_requests`; `warm_environments` are those of `./contest
    warm`; `table_writes` and `table_reads` are a table's quotas. `per_second`: payouts.
    """

    concurrency: int = LAMBDA_CONCURRENCY
    gateway_requests: int = API_GATEWAY_RATE
    warm_writes: int = NEW_TABLE_WRITES
    warm_reads: int = NEW_TABLE_READS
    warm_environments: int = 0
    table_writes: int = TABLE_WRITES
    table_reads: int = TABLE_READS
    edge: bool = False
    per_second: int = 25
    product: str = "red_packet"

    def warmed(self) -> "Settings":
        """With `./contest warm`, WarmWrites and WarmReads as far as the account lets them."""
        warm = min(500, self.concurrency // 2)
        return replace(self, warm_environments=warm, warm_writes=self.table_writes, warm_reads=self.table_reads)

    @property
    def throughput(self) -> Throughput:
        return Throughput(self.warm_writes, self.warm_reads, self.table_writes, self.table_reads)


RAISED = Settings(concurrency=10_000, gateway_requests=40_000, edge=True)
"""An account whose two quotas were raised in good time, with `cdn.yaml` in front."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Shares of one step's calls, which add up to 1: answered, refused by API Gateway with 429, by Lambda or a table
    with 503. `cold`: of the answered, those that had to wait for a new environment. `waited`: seconds that the answered
    waited for one in use."""

    answered: float
    too_many: float
    try_again: float
    cold: float = 0.0
    waited: float = 0.0


@dataclass(slots=True)
class Used:
    """What is paid for: requests to API Gateway, invocations of Lambda and their seconds, units of DynamoDB."""

    requests: float = 0.0
    invocations: float = 0.0
    busy_seconds: float = 0.0
    writes: float = 0.0
    reads: float = 0.0

    def since(self, before: "Used") -> "Used":
        return Used(**{one.name: getattr(self, one.name) - getattr(before, one.name) for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Work:
    """One call's, at present: `seconds` in an environment, `transactions` for each that it writes by."""

    seconds: float
    transactions: float = 1.0


class Serving(Protocol):
    """What answers the calls of a night. `refused`: requests by what refused them."""

    refused: defaultdict[str, float]
    used: Used
    payouts: Payouts

    def serve(self, now: int, wanted: Mapping[Call, float], free: float) -> Mapping[Call, Answers]:
        """Takes one step's calls, and pays. `free`: packets that are left."""


class Cloud:
    """AWS. `refused`: requests by what refused them. `shards`: the plan's; with 0 each write has a key of its own."""

    def __init__(self, settings: Settings, shards: int) -> None:
        per = MEASURED["lambda"]
        others = sum(one.get("reserved_concurrency", 0) for one in CHECKOUT.config()["lambda_functions"].values())
        self.settings, self.gateway = settings, Gateway(settings.gateway_requests)
        warm = float(settings.warm_environments)
        self.functions = Functions(settings.concurrency - others, per["cold_seconds"], warm)
        self.tables = tables(settings.throughput, shards)
        self.payouts: Payouts = QueuePayouts(settings)
        self.refused: defaultdict[str, float] = defaultdict(float)
        self.used = Used()
        self.peak_requests = 0.0

    def serve(self, now: int, wanted: Mapping[Call, float], free: float) -> dict[Call, Answers]:
        """Takes one step's calls, which are not at the edge already, and pays. `free`: packets that are left."""
        self.payouts.work()
        asked = {call: count for call, count in wanted.items() if not (call.is_for_the_edge and self.settings.edge)}
        by_method: defaultdict[str, float] = defaultdict(float)
        for call, count in asked.items():
            by_method[call.method or OTHERS] += count
        total = sum(asked.values())
        self.used.requests += total
        self.peak_requests = max(self.peak_requests, total / STEP)
        admitted = self.gateway.admit(by_method)
        inside = {call: count * admitted[call.method or OTHERS] for call, count in asked.items()}
        works = {call: self._work(call, free) for call in inside}
        durations: defaultdict[float, float] = defaultdict(float)
        for call, count in inside.items():
            durations[works[call].seconds] += count
            self.refused["API Gateway"] += asked[call] - count
        served = self.functions.serve(now, durations)
        self.refused["Lambda"] += (1 - served.share) * sum(durations.values())
        stored = self._stored(now, {call: count * served.share for call, count in inside.items()}, works)
        found = {}
        for call in wanted:
            if call not in asked:
                found[call] = Answers(1.0, 0.0, 0.0)
                continue
            gateway = admitted[call.method or OTHERS]
            answered = gateway * served.share * stored[call]
            found[call] = Answers(answered, 1 - gateway, gateway - answered, served.cold)
        return found

    def _work(self, call: Call, free: float) -> Work:
        """A claim looks for another packet and tries again when its packet is gone."""
        per = MEASURED["lambda"]
        if not call.takes_packet:
            return Work(call.seconds)
        if free < 1:
            return Work(call.seconds - per["transaction_seconds"], 0.0)
        failed = failed_tries(self.functions.busiest, free)
        return Work(call.seconds + failed * (per["transaction_seconds"] + per["read_seconds"]), 1.0 + failed)

    def _stored(self, now: int, running: Mapping[Call, float], works: Mapping[Call, Work]) -> dict[Call, float]:
        """Returns the share of each call whose units and whose look at the switches were accepted."""
        writes, reads = defaultdict[str, float](float), defaultdict[str, float](float)
        for call, count in running.items():
            self.used.invocations += count
            self.used.busy_seconds += count * works[call].seconds
            for table, units in call.reads.items():
                reads[table] += count * units
            for table, units in call.writes.items():
                writes[table] += count * units * works[call].transactions
        self.used.writes += sum(writes.values())
        self.used.reads += sum(reads.values())
        accepted = {name: self.tables[name].take(writes[name], reads[name]) for name in {**writes, **reads}}
        for one in self.tables.values():
            one.grow(now * STEP)
        share = self._switches_read(sum(running.values()))
        found = {}
        for call, count in running.items():
            worst, least = _worst(call, accepted)
            found[call] = share * least
            self.refused[worst] += count * share * (1 - least)
            self.refused["DynamoDB control"] += count * (1 - share)
        return found

    def _switches_read(self, running: float) -> float:
        """Each busy environment reads one item every three seconds, which one partition holds."""
        reads = min(running / STEP, self.functions.in_use / FRESH_SECONDS)
        self.used.reads += reads * STEP
        over = max(0.0, reads - PARTITION_READS) * STEP
        return 1 - over / running if running else 1.0


def _worst(call: Call, accepted: Mapping[str, Accepted]) -> tuple[str, float]:
    """Returns the table that takes the least of the call's units, and the share that it takes."""
    shares = [(accepted[name].writes, f"DynamoDB {name}") for name in call.writes]
    shares += [(accepted[name].reads, f"DynamoDB {name}, reads") for name in call.reads]
    least, worst = min(shares, default=(1.0, "DynamoDB"))
    return worst, least
