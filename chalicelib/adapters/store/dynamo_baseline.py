"""The followers imported before opening, on DynamoDB."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.dynamo_notes import Note
from chalicelib.adapters.store.models import FollowerRow
from chalicelib.adapters.store.transaction import Transaction
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import FOLLOWED_BEFORE

BATCH, THREADS = 100, 8
"""Rows per transaction (the maximum), and concurrent transactions: a page of 10,000 followers takes a few seconds."""
TRIES, WAIT_SECONDS = 5, 0.2
"""Tries per transaction: a follower's own event may change their row at the same moment."""


class DynamoBaseline:
    def __init__(self, contest_id: str, connection: Connection) -> None:
        self._connection, self._note = connection, Note(contest_id, "import")

    def import_openids(self, openids: Sequence[str]) -> None:
        distinct = list(dict.fromkeys(openids))
        batches = [distinct[start : start + BATCH] for start in range(0, len(distinct), BATCH)]
        with ThreadPoolExecutor(THREADS) as threads:
            for _ in threads.map(self._take, batches):
                pass  # re-raises a batch's error

    def import_position(self) -> str:
        return self._note.read() or ""

    def move_import(self, after: str) -> None:
        self._note.write(after)

    def _take(self, openids: Sequence[str]) -> None:
        for _ in range(TRIES - 1):
            try:
                self._fill(openids)
            except TryAgain:
                time.sleep(WAIT_SECONDS)
            else:
                return
        self._fill(openids)

    def _fill(self, openids: Sequence[str]) -> None:
        """Sets only missing attributes: an event that came first is more accurate than an older list."""
        transaction = Transaction(self._connection)
        actions: list[Action] = [
            FollowerRow.subscribed.set(FollowerRow.subscribed | True),
            FollowerRow.first_follow_at.set(FollowerRow.first_follow_at | FOLLOWED_BEFORE),
        ]
        for openid in openids:
            transaction.update(openid, FollowerRow(openid), actions)
        transaction.commit()
