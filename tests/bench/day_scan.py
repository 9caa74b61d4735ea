"""The desk's scan at a million people: CPU, wall time and memory, against a bare scan of the same pages.

    python -m tests.bench.day_scan [people]

Synthetic answers of DynamoDB at the HTTP boundary of botocore's client, as large as a page of 1 MB with filter and
projection gives them: each person has three attempts, a unit, and one in twelve a claim. The bare scan reads the same
pages with the same client and counts their items; it is measured on a tenth of the people. Neither waits for a network:
a page of 1 MB takes DynamoDB about 0.1 s more.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from pynamodb.models import Model

from chalicelib.adapters.store.dynamo_day_scan import DynamoDayScan
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.desk.day_figures import DayFigures
from chalicelib.domain.desk.day_tally import DayTally
from tests.support import examples

CONTEST, PEOPLE, PAGE_PEOPLE = "hongze-2020", 1_000_000, 720
"""A page of 1 MB holds so many people's rows as they are stored, with passes and all attributes."""
ATTEMPTS, CLAIM_EVERY, QUESTIONS, UNITS, FOLLOWERS_PER_PERSON = 3, 12, 392, 57, 5
TENTH = 10
VCPU_AT_1024 = 1024 / 1769
"""Of a Lambda function with 1,024 MB."""
Item = dict[str, Any]


class Raw(BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


@dataclass(frozen=True, slots=True)
class Run:
    figures: DayFigures | None
    items: int
    pages: int
    cpu_seconds: float
    wall_seconds: float


class Answers:
    """Answers scans: alternately with one of two pages, whose people differ, until there are `people`."""

    def __init__(self, people: int) -> None:
        self._left, self._unread, self.pages = people, people, 0
        self._people = [page(number, min(people, PAGE_PEOPLE)) for number in (0, 1)]
        self._last = page(2, people % PAGE_PEOPLE) if people % PAGE_PEOPLE else b""
        self._followers = followers_page(FOLLOWERS_PER_PERSON * PAGE_PEOPLE)

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        asked = json.loads(request.body)
        if asked["TableName"] == FollowerRow.Meta.table_name:
            self._unread -= FOLLOWERS_PER_PERSON * PAGE_PEOPLE
            return answered(request.url, self._followers if self._unread > 0 else without_next(self._followers))
        self.pages += 1
        if self._left < PAGE_PEOPLE:
            return answered(request.url, without_next(self._last))
        self._left -= PAGE_PEOPLE
        body = self._people[self.pages % 2]
        return answered(request.url, body if self._left else without_next(body))


def answered(url: str, body: bytes) -> AWSResponse:
    headers: Any = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse(url, 200, headers, Raw(body))


NEXT = b',"LastEvaluatedKey":{"who":{"S":"x"},"what":{"S":"me"}}'


def without_next(body: bytes) -> bytes:
    return body.replace(NEXT, b"")


def page(number: int, people: int) -> bytes:
    items = [item for one in range(people) for item in person(number * PAGE_PEOPLE + one)]
    return packed(items).removesuffix(b"}") + NEXT + b"}"


def packed(items: list[Item]) -> bytes:
    found = {"Count": len(items), "ScannedCount": len(items), "Items": items}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def person(number: int) -> Iterator[Item]:
    who = {"S": f"{CONTEST}#o{number:027d}"}
    graded = {"N": str(int(examples.NOON.timestamp() * 1000))}
    for attempt in range(ATTEMPTS):
        asked = [(number + 7 * attempt + 13 * place) % QUESTIONS for place in range(10)]
        answers = [[f"Q{one:03d}", "ABCD"[one % 4], "ABCD"[number % 4]] for one in asked]
        text = json.dumps(answers, separators=(",", ":"))
        yield {
            "who": who,
            "what": {"S": f"attempt#{number:014d}{attempt:06d}"},
            "version": {"N": "1"},
            "answers": {"S": text},
            "passed": {"BOOL": attempt > 0},
            "graded_at": graded,
        }
    if number % CLAIM_EVERY == 0:
        amounts = {"amount_fen": {"N": "250"}, "status": {"S": "received"}, "claimed_at": graded}
        yield {"who": who, "what": {"S": f"claim#{number:020d}"}, "version": {"N": "1"}, **amounts}
    yield {"who": who, "what": {"S": "me"}, "version": {"N": "1"}, "unit": {"S": f"单位{number % UNITS}"}}


def followers_page(followers: int) -> bytes:
    return packed([{"subscribed": {"BOOL": True}} for _ in range(followers)]).removesuffix(b"}") + NEXT + b"}"


@contextmanager
def playing(people: int) -> Iterator[tuple[Tables, Any, Answers]]:
    """The tables, with a client that gets synthetic answers."""
    tables, answers = Tables("bench"), Answers(people)
    play: Any = answers
    client = ParticipantRow._get_connection().connection.client
    client.meta.events.register("before-send.dynamodb.Scan", play)
    try:
        yield tables, client, answers
    finally:
        client.meta.events.unregister("before-send.dynamodb.Scan", play)


def pages(client: Any, model: type[Model]) -> Iterator[Item]:
    """Botocore's own paginator refuses that all pages here have the same next one."""
    start: Item = {}
    while True:
        found = client.scan(TableName=model.Meta.table_name, ConsistentRead=True, **start)
        yield found
        if "LastEvaluatedKey" not in found:
            return
        start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}


def measured(act: Callable[[], tuple[DayFigures | None, int]], answers: Answers) -> Run:
    cpu, wall = time.process_time(), time.perf_counter()
    figures, items = act()
    return Run(figures, items, answers.pages, time.process_time() - cpu, time.perf_counter() - wall)


def bare(people: int) -> Run:
    with playing(people) as (_, client, answers):

        def scan() -> tuple[None, int]:
            items = [len(page["Items"]) for page in pages(client, ParticipantRow)]
            for page in pages(client, FollowerRow):
                len(page["Items"])
            return None, sum(items)

        return measured(scan, answers)


def counted(people: int) -> Run:
    with playing(people) as (tables, _, answers):

        def count() -> tuple[DayFigures, int]:
            scan, tally, rows = DynamoDayScan(CONTEST, tables), DayTally(examples.CLOSES), 0
            for seen in scan.scan_people():
                tally.take(seen)
                rows += 1
            return tally.figures(scan.count_followers()), rows

        return measured(count, answers)


def resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(people: int) -> None:
    floor = bare(max(1, people // TENTH))
    before = resident_mb()
    run = counted(people)
    found = run.figures
    assert found
    print(f"{people:,} people, {run.items:,} rows, {run.pages:,} pages")
    each = floor.cpu_seconds / floor.items
    print(f"bare scan  {each * run.items:7.1f} s of CPU")
    print(f"day scan   {run.cpu_seconds:7.1f} s of CPU  {run.wall_seconds:7.1f} s")
    print(f"ratio      {run.cpu_seconds / run.items / each:7.2f}")
    print(f"memory     {resident_mb():7.0f} MB at most, {resident_mb() - before:.0f} MB more than the bare scan")
    print(f"at 1,024 MB about {run.cpu_seconds / VCPU_AT_1024 + 0.1 * run.pages:.0f} s, network included")
    print(f"counted    {found.total_people:,} people, {found.attempts:,} attempts, {found.claims:,} claims")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
