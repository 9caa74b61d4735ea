"""DynamoDB calls and capacity per claim, by share of packets gone: 32 instances empty a plan of 10,000 packets.

    python -m tests.bench.claims [packets] [instances]

Runs on DynamoDB Local. Each thread is a separate instance, with its own list of packets and its own copy of the
switches. The floor is one call: the transaction that every claim needs.
"""

import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3

from chalicelib import config
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.clock import new_id
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.row_values import ATTEMPT, ME, PASS, who_key
from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.contest import Contest, Window
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PrizesExhausted, TryAgain
from chalicelib.ports import SealedNotice
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra.provision import create_tables
from tests.bench.calls import Calls, counted, counting
from tests.support.engines import dynamodb_local
from tests.support.examples import with_id

BUCKETS = [0.0, 0.5, 0.8, 0.9, 0.95, 0.985, 0.995, 1.0]


class NoQueue:
    """Queues nothing: only calls of DynamoDB are measured."""

    def put_payout(self, ref: ClaimRef, ask: bool = False, delay_seconds: int = 0) -> bool:
        return True

    def put_notification(self, sealed: SealedNotice) -> bool:
        return True


class Race:
    """Claims by all instances until none is left; `taken` holds each claim's share gone before it, and its calls."""

    def __init__(self, contest: Contest, people: Iterator[str]) -> None:
        self._contest, self._people = contest, people
        self._lock = threading.Lock()
        self.taken: list[tuple[float, Calls]] = []
        self.refused: list[Calls] = []

    def instance(self) -> None:
        services = unqueued_services(self._contest)
        while True:
            with self._lock:
                openid, gone = next(self._people), len(self.taken) / self._contest.prizes.packets
            _ = services.ports.switches()  # one read in three seconds, which the bounds do not include
            with counted() as calls:
                try:
                    _claim(services, openid)
                except PrizesExhausted:
                    self.refused.append(calls)
                    return
            with self._lock:
                self.taken.append((gone, calls))


def _claim(services: Services, openid: str) -> None:
    """Claims as a participant does, repeatedly while the store is busy. Raises PrizesExhausted."""
    while True:
        try:
            services.claims.open_packet(openid, "a")
        except TryAgain:
            continue
        return


def main(packets: int = 10_000, instances: int = 32) -> None:
    rules = PrizeRules(packets * 250, packets, 100, 2000, 5)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    window = Window(now, now, now + timedelta(days=1))
    contest = replace(with_id(config.contest(), "bench"), prizes=rules, window=window)
    os.environ |= {"STAGE": "local", "RESOURCE_PREFIX": "bench", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    os.environ |= {"AWS_REGION": "us-east-1"}
    with dynamodb_local() as endpoint, counting():
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
        create_tables(boto3.client("dynamodb", endpoint_url=endpoint, region_name="us-east-1"), "bench")
        services = unqueued_services(contest)
        services.plans.lay_plan(lambda *_: None, "wang")
        services.plans.activate_plan("wang")
        people = [f"o{number:07d}{new_id()[:6]}" for number in range(packets + 2 * instances + 1)]
        add_people(contest, people)
        race = Race(contest, iter(people))
        print(f"{packets} packets, {instances} instances, DynamoDB Local")
        _run(race, instances)
        _report(race)
        _after_the_end(services, race, people[-1])


def unqueued_services(contest: Contest) -> Services:
    """An instance that puts no payout jobs."""
    settings, clock = load_settings(), lambda: datetime.now(UTC)
    ports = AwsPorts(contest, settings, clock)
    ports.payout_queue = NoQueue()
    return Services(contest, settings, ports, clock)


def add_people(contest: Contest, people: Iterable[str]) -> None:
    """Stores followers with one chance and one passed attempt `a` each."""
    with FollowerRow.batch_write() as followers, ParticipantRow.batch_write() as rows:
        for openid in people:
            who = who_key(contest.id, openid)
            followers.save(FollowerRow(openid, subscribed=True, event_at=1))
            rows.save(ParticipantRow(who, ME, attempts=1, scores={10}, granted=1))
            rows.save(ParticipantRow(who, ATTEMPT + "a", answers="[]", passed=True, graded_at=1))
            rows.save(ParticipantRow(who, PASS + "a"))


def _run(race: Race, instances: int) -> None:
    started = time.monotonic()
    threads = [threading.Thread(target=race.instance) for _ in range(instances)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    print(f"{len(race.taken)} claims in {seconds:.0f} s ({len(race.taken) / seconds:.0f} a second)\n")


def _report(race: Race) -> None:
    print("share gone      claims  calls/claim  (floor 1)  most  failed/claim  write units  read units")
    groups: dict[int, list[Calls]] = defaultdict(list)
    for gone, calls in race.taken:
        groups[max(i for i, low in enumerate(BUCKETS[:-1]) if gone >= low)].append(calls)
    for index, group in sorted(groups.items()):
        _line(f"{BUCKETS[index]:6.1%}-{BUCKETS[index + 1]:6.1%}", group)
    _line("to 90 %", [calls for gone, calls in race.taken if gone < 0.9])
    _line("98.5-99.5 %", [calls for gone, calls in race.taken if 0.985 <= gone < 0.995])


def _line(name: str, group: list[Calls]) -> None:
    count = max(1, len(group))
    calls, failed = sum(c.calls for c in group) / count, sum(c.failed for c in group) / count
    written, read = sum(c.write_units for c in group) / count, sum(c.read_units for c in group) / count
    most = max((c.calls for c in group), default=0)
    print(f"{name:15s} {len(group):6d}  {calls:11.3f}  {calls:8.2f} x  {most:4d}  {failed:12.3f}", end="")
    print(f"  {written:11.1f}  {read:10.2f}")


def _after_the_end(services: Services, race: Race, late: str) -> None:
    """Measures the cost of a refused claim once every instance knows that the prizes are gone."""
    services.ports.switches.forget()
    _ = services.ports.switches()
    with counted() as calls:
        try:
            services.claims.open_packet(late, "a")
        except PrizesExhausted:
            print(f"\nafter the end: {calls.calls} call, {calls.write_units:.0f} write units")
    print(f"finding the end: at most {max(c.calls for c in race.refused)} calls, once an instance")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
