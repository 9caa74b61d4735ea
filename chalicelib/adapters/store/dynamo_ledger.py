"""All stored data of a contest, for operators: these calls scan tables."""

from collections.abc import Iterator
from itertools import groupby

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_log import read_log
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.row_values import ATTEMPT, CLAIM, ME, PASS
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import store_errors
from chalicelib.domain.attempts import Attempt
from chalicelib.domain.audit import Account
from chalicelib.domain.claim import Claim
from chalicelib.domain.participation import Follower
from chalicelib.ports import LogEntry


class DynamoLedger:
    def __init__(self, contest_id: str, tables: Tables) -> None:
        self._contest_id = contest_id

    def all_claims(self) -> Iterator[Claim]:
        mine = ParticipantRow.who.startswith(self._prefix) & ParticipantRow.what.startswith(CLAIM)
        with store_errors():
            for row in ParticipantRow.scan(mine, consistent_read=True):
                yield rows.claim(row)

    def all_accounts(self) -> Iterator[Account]:
        """Gathers each person's rows as they arrive: a scan returns a partition's rows together."""
        with store_errors():
            found = ParticipantRow.scan(ParticipantRow.who.startswith(self._prefix), consistent_read=True)
            for who, theirs in groupby(found, key=lambda row: row.who):
                if who != rows.smoke_key(self._contest_id):
                    yield self._account(who, list(theirs))

    def all_attempts(self) -> Iterator[Attempt]:
        mine = ParticipantRow.who.startswith(self._prefix) & ParticipantRow.what.startswith(ATTEMPT)
        with store_errors():
            for row in ParticipantRow.scan(mine):
                yield rows.attempt(row)

    def counted_friends(self) -> Iterator[Follower]:
        with store_errors():
            for row in FollowerRow.scan(FollowerRow.referral_contest == self._contest_id, consistent_read=True):
                yield rows.follower(row)

    def log_entries(self) -> Iterator[LogEntry]:
        return read_log(self._contest_id)

    @property
    def _prefix(self) -> str:
        return f"{self._contest_id}#"

    def _account(self, who: str, theirs: list[ParticipantRow]) -> Account:
        me = next((row for row in theirs if row.what == ME), None)
        attempts = [rows.attempt(row) for row in theirs if row.what.startswith(ATTEMPT)]
        return Account(
            openid=who.removeprefix(self._prefix),
            me=rows.me(me),
            passes=frozenset(rows.passed_attempt(row) for row in theirs if row.what.startswith(PASS)),
            passed=frozenset(attempt.attempt_id for attempt in attempts if attempt.passed),
            claims=tuple(rows.claim(row) for row in theirs if row.what.startswith(CLAIM)),
        )
