"""The desk's scan on DynamoDB. It asks for as few attributes as the figures need, and makes no rows of them: a million
people are millions of rows."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pynamodb.models import Model

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.row_values import ATTEMPT, CLAIM, ME
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import run_scan
from chalicelib.adapters.store.versions import known, require
from chalicelib.domain.desk.day_figures import FollowerCounts
from chalicelib.domain.desk.day_tally import AttemptSeen, ClaimSeen, Seen, UnitSeen
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import Settled

Item = dict[str, Any]
PEOPLE = ("who", "what", "version", "unit", "answers", "passed", "graded_at", "claimed_at", "amount_fen", "status")
FOLLOWERS = ("subscribed", "referral_contest", "settled")
WANTED = "begins_with(#who, :mine) AND (begins_with(#what, :attempt) OR begins_with(#what, :claim) OR #what = :me)"
TRIES, WAIT_SECONDS = 5, 2.0
"""Tries per page: a scan of an hour's work must not be lost by a moment's throttling."""


class DynamoDayScan:
    def __init__(self, contest_id: str, tables: Tables, sleep: Callable[[float], None] = time.sleep) -> None:
        self._contest_id, self._sleep = contest_id, sleep

    def scan_people(self) -> Iterator[Seen]:
        values = {":mine": f"{self._contest_id}#", ":attempt": ATTEMPT, ":claim": CLAIM, ":me": ME}
        nobody = rows.smoke_key(self._contest_id)
        wanted = f"({WANTED}) AND #who <> :nobody AND (#what <> :me OR attribute_exists(#unit))"
        given = {name: {"S": value} for name, value in {**values, ":nobody": nobody}.items()}
        for item in self._pages(ParticipantRow, PEOPLE, wanted, given):
            yield _seen(item)

    def count_followers(self) -> FollowerCounts:
        followers, counted = 0, Counter[Settled | None]()
        wanted = "#subscribed = :yes OR #referral_contest = :contest"
        given = {":yes": {"BOOL": True}, ":contest": {"S": self._contest_id}}
        for item in self._pages(FollowerRow, FOLLOWERS, wanted, given):
            followers += "subscribed" in item and item["subscribed"]["BOOL"]
            if "referral_contest" in item and item["referral_contest"]["S"] == self._contest_id:
                counted[known(Settled, item["settled"]["S"]) if "settled" in item else None] += 1
        return FollowerCounts(followers, sum(counted.values()), counted[Settled.BEYOND], counted[Settled.TAKEN])

    def _pages(self, model: type[Model], names: tuple[str, ...], wanted: str, given: Item) -> Iterator[Item]:
        """Yields the items of all pages. Only placeholders stand for names: some are reserved."""
        operation = {
            "TableName": model.Meta.table_name,
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(f"#{name}" for name in names),
            "FilterExpression": wanted,
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
            "ExpressionAttributeValues": given,
        }
        while True:
            page = self._page(operation)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            operation["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _page(self, operation: Item) -> Item:
        """By the participants' client for both tables: the followers' gives up after 0.7 s, for WeChat's callback."""
        for _ in range(TRIES - 1):
            try:
                return run_scan(ParticipantRow, operation)
            except TryAgain:
                self._sleep(WAIT_SECONDS)
        return run_scan(ParticipantRow, operation)


def _seen(item: Item) -> Seen:
    """Raises NewerVersion."""
    who, what = item["who"]["S"], item["what"]["S"]
    kind = ME if what == ME else what[: what.index("#") + 1]
    require(int(item["version"]["N"]) if "version" in item else None, rows.VERSIONS[kind])
    if kind == ATTEMPT:
        passed = "passed" in item and item["passed"]["BOOL"]
        return AttemptSeen(who, rows.from_ms(int(item["graded_at"]["N"])), passed, json.loads(item["answers"]["S"]))
    if kind == CLAIM:
        claimed_at, fen = rows.from_ms(int(item["claimed_at"]["N"])), int(item["amount_fen"]["N"])
        return ClaimSeen(who, claimed_at, fen, item["status"]["S"])
    return UnitSeen(who, item["unit"]["S"])
