"""Attempts, chances and claims of one contest on DynamoDB."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar
from zlib import crc32

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model, _ModelFuture
from pynamodb.transactions import TransactGet

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.dynamo_pool import packet_key
from chalicelib.adapters.store.models import FollowerRow, PacketRow, ParticipantRow
from chalicelib.adapters.store.prepared import Prepared, given
from chalicelib.adapters.store.row_values import ATTEMPT, CLAIM, ME, ME_UNDERSTOOD, PASS, me_update
from chalicelib.adapters.store.transaction import Refused, Transaction, store_errors, updated
from chalicelib.adapters.store.versions import understood
from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim
from chalicelib.domain.errors import NewerVersion, NotFollowing, TryAgain
from chalicelib.domain.participation import BASE_CHANCES, MOST_CLAIMABLE, Participation, Standing
from chalicelib.domain.prizes import counted_shards
from chalicelib.ports import LogEntry, Verdict

M = TypeVar("M", bound=Model)
FOLLOWING, PACKET = "following", "packet"
NEW = ParticipantRow.what.does_not_exist()
UNSPENT = ParticipantRow.what.exists() & understood(ParticipantRow.version, rows.VERSIONS[PASS])
FOLLOWS = Prepared(FollowerRow, condition=FollowerRow.subscribed == True)  # noqa: E712
# Somebody known only by an older record has neither time: they followed long ago.
FOLLOWED_LONG = (FollowerRow.first_follow_at <= given("latest", FollowerRow.first_follow_at)) | (
    FollowerRow.first_follow_at.does_not_exist()
    & (
        FollowerRow.seen_following_at.does_not_exist()
        | (FollowerRow.seen_following_at <= given("latest", FollowerRow.seen_following_at))
    )
)
FOLLOWS_LONG = Prepared(FollowerRow, condition=(FollowerRow.subscribed == True) & FOLLOWED_LONG)  # noqa: E712
PUT_NEW, PUT_PASS = Prepared(ParticipantRow, condition=NEW), Prepared(ParticipantRow)
COUNT_ATTEMPT = me_update(
    ParticipantRow.attempts.add(1),
    ParticipantRow.scores.add(given("score", ParticipantRow.scores)),
    ParticipantRow.granted.set(ParticipantRow.granted | BASE_CHANCES),
    ParticipantRow.submitted_at.set(given("now", ParticipantRow.submitted_at)),
    ParticipantRow.counted_shard.set(ParticipantRow.counted_shard | given("shard", ParticipantRow.counted_shard)),
)
PACED = ParticipantRow.submitted_at.does_not_exist() | (
    ParticipantRow.submitted_at <= given("paced", ParticipantRow.submitted_at)
)
SUBMIT = Prepared(ParticipantRow, COUNT_ATTEMPT, ME_UNDERSTOOD)
SUBMIT_PACED = Prepared(ParticipantRow, COUNT_ATTEMPT, ME_UNDERSTOOD & PACED)
TAKE_PACKET = Prepared(PacketRow, condition=PacketRow.amount_fen == given("amount", PacketRow.amount_fen))
TAKE_PASS = Prepared(ParticipantRow, condition=UNSPENT)
HAS_CHANCE = ParticipantRow.granted.exists() & (
    ParticipantRow.spent.does_not_exist() | (ParticipantRow.spent < ParticipantRow.granted)
)
NOT_ON_HOLD = ParticipantRow.on_hold.does_not_exist() | (ParticipantRow.on_hold == False)  # noqa: E712
SPEND = Prepared(ParticipantRow, me_update(ParticipantRow.spent.add(1)), ME_UNDERSTOOD & HAS_CHANCE & NOT_ON_HOLD)


class DynamoParticipants:
    """`shards` returns the active plan's number; `commits` is the connection for submissions and claims, without
    retries; by default, `connection`."""

    def __init__(
        self, contest_id: str, connection: Connection, shards: Callable[[], int], commits: Connection | None = None
    ) -> None:
        self._contest_id, self._connection, self._commits = contest_id, connection, commits or connection
        self._shards = shards

    def read_participation(self, openid: str) -> Participation:
        """One query, unless somebody has very many claims and passes."""
        found = self._claims_me_and_passes(self._who(openid))
        me = next((row for row in found if row.what == ME), None)
        claims = sorted((rows.claim(r) for r in found if r.what.startswith(CLAIM)), key=lambda c: c.claimed_at)
        passes = tuple(rows.passed_attempt(row) for row in found if row.what.startswith(PASS))
        return Participation(rows.me(me), passes, tuple(claims))

    def _claims_me_and_passes(self, who: str) -> list[ParticipantRow]:
        """Their sort keys are adjacent in this order, after those of the attempts. Reads no more passes than it
        returns: the first query's limit leaves room for `me`, which whoever passed has."""
        wanted = ParticipantRow.what.between(CLAIM, PASS + "~")
        found: list[ParticipantRow] = []
        last, limit = None, MOST_CLAIMABLE + 1
        with store_errors():
            while limit:
                page = ParticipantRow.query(who, wanted, consistent_read=True, limit=limit, last_evaluated_key=last)
                found += page
                last = page.last_evaluated_key
                passes = sum(row.what.startswith(PASS) for row in found)
                limit = MOST_CLAIMABLE - passes if last else 0
        return found

    def claims_of(self, openid: str) -> tuple[Claim, ...]:
        return self.read_participation(openid).claims

    def read_standing(self, openid: str, attempt_id: str) -> Standing:
        who = self._who(openid)
        with store_errors(), TransactGet(connection=self._connection) as get:
            follower = get.get(FollowerRow, openid)
            me, attempt, unspent, claim = (
                get.get(ParticipantRow, who, what)
                for what in (ME, ATTEMPT + attempt_id, PASS + attempt_id, CLAIM + attempt_id)
            )
        return Standing(
            follower=rows.follower(row) if (row := _found(follower)) else None,
            me=rows.me(_found(me)),
            attempt=rows.attempt(found) if (found := _found(attempt)) else None,
            unspent=(left := _found(unspent)) is not None and rows.passed_attempt(left) == attempt_id,
            claim=rows.claim(taken) if (taken := _found(claim)) else None,
        )

    def record_attempt(self, openid: str, attempt: Attempt, min_seconds: int) -> Verdict:
        return _commit(lambda: self._submission(openid, attempt, min_seconds))

    def _submission(self, openid: str, attempt: Attempt, min_seconds: int) -> Transaction:
        who, now = self._who(openid), rows.to_ms(attempt.graded_at)
        transaction = Transaction(self._commits)
        transaction.checks.append((FOLLOWING, FOLLOWS.of(openid)))
        transaction.puts.append(("attempt", PUT_NEW.putting(**rows.attempt_values(who, attempt))))
        if attempt.passed:
            transaction.puts.append(("pass", PUT_PASS.putting(**rows.pass_values(who, attempt.attempt_id))))
        counts = {"score": {attempt.score}, "now": now, "shard": self._counted_shard(openid)}
        if min_seconds:
            counted = SUBMIT_PACED.of(who, ME, **counts, paced=now - 1000 * min_seconds)
        else:
            counted = SUBMIT.of(who, ME, **counts)
        transaction.updates.append(("me", counted))
        return transaction

    def commit_claim(self, claim: Claim, followed_by: int | None = None) -> Verdict:
        return _commit(lambda: self._claim(claim, followed_by))

    def _claim(self, claim: Claim, followed_by: int | None) -> Transaction:
        who, packet, shards = self._who(claim.openid), claim.packet, self._shards()
        taken = TAKE_PACKET.of(*packet_key(self._contest_id, packet, shards), amount=packet.amount_fen)
        transaction = Transaction(self._commits)
        follows = FOLLOWS.of(claim.openid) if followed_by is None else FOLLOWS_LONG.of(claim.openid, latest=followed_by)
        transaction.checks.append((FOLLOWING, follows))
        transaction.deletes.append((PACKET, taken))
        transaction.deletes.append(("pass", TAKE_PASS.of(who, PASS + claim.attempt_id)))
        transaction.puts.append(("claim", PUT_NEW.putting(**rows.claim_values(who, self._contest_id, claim, shards))))
        transaction.updates.append(("me", SPEND.of(who, ME)))
        return transaction

    def set_unit(self, openid: str, unit: str) -> str:
        transaction = Transaction(self._connection)
        transaction.checks.append((FOLLOWING, FOLLOWS.of(openid)))
        row = ParticipantRow(self._who(openid), ME)
        unset = ParticipantRow.unit.does_not_exist() | (ParticipantRow.unit == unit)
        transaction.update("me", row, me_update(ParticipantRow.unit.set(unit)), ME_UNDERSTOOD & unset)
        try:
            transaction.commit()
        except Refused as refused:
            if FOLLOWING in refused.failed:
                raise NotFollowing from refused
            with store_errors():
                found = ParticipantRow.get(self._who(openid), ME, consistent_read=True)
            return rows.me(found).unit or unit
        return unit

    def move_unit(self, openid: str, before: str, after: str, entry: LogEntry) -> bool:
        unit = ParticipantRow.unit
        still = (unit == before) if before else unit.does_not_exist()
        try:
            self._decide(openid, unit.set(after) if after else unit.remove(), entry, still)
        except Refused:
            if self.read_participation(openid).me.unit == (before or None):
                raise NewerVersion from None
            return False
        return True

    def set_hold(self, openid: str, on_hold: bool, entry: LogEntry) -> None:
        try:
            self._decide(openid, ParticipantRow.on_hold.set(on_hold), entry)
        except Refused as refused:
            raise NewerVersion from refused

    def _decide(self, openid: str, action: Action, entry: LogEntry, condition: Condition | None = None) -> None:
        """Raises Refused when `me` is of a newer version or the condition failed."""
        transaction, row = Transaction(self._connection), ParticipantRow(self._who(openid), ME)
        transaction.update(
            ME, row, me_update(action), ME_UNDERSTOOD if condition is None else ME_UNDERSTOOD & condition
        )
        put_log(transaction, self._contest_id, entry)
        try:
            transaction.commit()
        except Refused as refused:
            if ME in refused.failed:
                raise
            # Only the log refused: this very decision was written before, and its answer was lost.

    def code_url(self, openid: str) -> str:
        with store_errors():
            try:
                return ParticipantRow.get(self._who(openid), ME).code_url or ""
            except DoesNotExist:
                return ""

    def set_code_url(self, openid: str, url: str) -> str:
        return self._change_me(openid, ParticipantRow.code_url.set(ParticipantRow.code_url | url)).code_url

    @property
    def counted_shards(self) -> int:
        return counted_shards(self._shards())

    def count_shard(self, shard: int) -> dict[str, int]:
        with store_errors():
            people = ParticipantRow.participants_counted.query(f"{self._contest_id}#{shard:02d}")
            return dict(Counter(row.unit or "" for row in people))

    def count_people(self) -> dict[str, int]:
        return dict(sum((Counter(self.count_shard(shard)) for shard in range(self.counted_shards)), Counter[str]()))

    def _change_me(self, openid: str, action: Action) -> ParticipantRow:
        row = ParticipantRow(self._who(openid), ME)
        if not updated(row, me_update(action), ME_UNDERSTOOD):
            raise NewerVersion
        return row

    def _counted_shard(self, openid: str) -> str:
        return f"{self._contest_id}#{crc32(openid.encode()) % self.counted_shards:02d}"

    def _who(self, openid: str) -> str:
        return rows.who_key(self._contest_id, openid)


def _commit(prepared: Callable[[], Transaction]) -> Verdict:
    try:
        prepared().commit()
    except Refused as refused:
        return Verdict.PACKET_GONE if refused.failed == {PACKET} else Verdict.REFUSED
    except TryAgain:
        return Verdict.BUSY
    return Verdict.DONE


def _found(future: "_ModelFuture[M]") -> M | None:
    try:
        return future.get()
    except DoesNotExist:
        return None
