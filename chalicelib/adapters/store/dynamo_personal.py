"""All data stored about people, on DynamoDB: exported, erased on request, and purged."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action

from chalicelib.adapters.store import dynamo_former, personal_rows, purge_followers, purge_participants
from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.models import SWITCHES, FollowerRow, NoteRow, ParticipantRow, SwitchesRow
from chalicelib.adapters.store.personal_rows import stored
from chalicelib.adapters.store.purge_row import PURGE, PurgeRow
from chalicelib.adapters.store.row_values import ATTEMPT, ME, ME_UNDERSTOOD
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import Refused, Transaction, store_errors
from chalicelib.adapters.store.versions import understood
from chalicelib.domain.errors import NewerVersion
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.purge import Digest, FollowerPurge, Purge, PurgeState
from chalicelib.ports.store_privacy import StoredRow

BATCH = 50
NO_ANSWERS = "[]"
ENDED = SwitchesRow.closed_at.exists() | SwitchesRow.purge.exists()


class DynamoPersonalData:
    def __init__(self, contest_id: str, tables: Tables) -> None:
        self._contest_id, self._tables = contest_id, tables

    def rows_of(self, openid: str) -> Iterator[StoredRow]:
        with store_errors():
            yield from personal_rows.rows_of(self._contest_id, openid)

    def all_rows(self) -> Iterator[StoredRow]:
        mine = ParticipantRow.who.startswith(self._who(""))
        with store_errors():
            yield from (stored("participants", row) for row in ParticipantRow.scan(mine, consistent_read=True))
            yield from (stored("followers", row) for row in FollowerRow.scan(consistent_read=True))
            yield from personal_rows.earlier_smoke(self._contest_id)

    def erase_answers(self, openid: str, entry: LogEntry) -> bool:
        with store_errors():
            found = list(ParticipantRow.query(self._who(openid), consistent_read=True))
        attempts = [row for row in found if row.what.startswith(ATTEMPT) and row.answers != NO_ANSWERS]
        me = next((row for row in found if row.what == ME), None)
        self._erase_attempts(attempts)
        if me is None or not (attempts or me.unit or me.scores):
            return False
        transaction = Transaction(self._connection)
        actions: list[Action] = [ParticipantRow.unit.remove(), ParticipantRow.scores.remove()]
        transaction.update(ME, ParticipantRow(me.who, ME), actions, ParticipantRow.what.exists() & ME_UNDERSTOOD)
        put_log(transaction, self._contest_id, entry)
        _commit(transaction)
        return True

    def begin_purge(self, key: str, at: datetime, entry: LogEntry) -> Purge:
        transaction = Transaction(self._connection)
        row = PurgeRow(self._contest_id, PURGE, begun_at=rows.to_ms(at), key=key)
        transaction.put(PURGE, row, PurgeRow.name.does_not_exist())
        switches = SwitchesRow(self._contest_id, SWITCHES)
        transaction.update(SWITCHES, switches, [SwitchesRow.purge.set(PurgeState.BEGUN.value)])
        put_log(transaction, self._contest_id, entry)
        transaction.committed()  # refused: it had begun before
        with store_errors():
            stored = PurgeRow.get(self._contest_id, PURGE, consistent_read=True)
        return Purge(stored.key or "", rows.from_ms(stored.begun_at))

    def purge_claims(self, digest: Digest) -> int:
        return purge_participants.claims(self._contest_id, self._connection, digest)

    def purge_people(self) -> int:
        return purge_participants.others(self._contest_id)

    def purge_followers(self, how: FollowerPurge) -> int:
        return purge_followers.followers(self._contest_id, self._connection, how)

    def end_purge(self, entry: LogEntry) -> None:
        transaction = Transaction(self._connection)
        transaction.update(PURGE, PurgeRow(self._contest_id, PURGE), [PurgeRow.key.remove()], PurgeRow.key.exists())
        done: list[Action] = [SwitchesRow.purge.set(PurgeState.DONE.value)]
        transaction.update(SWITCHES, SwitchesRow(self._contest_id, SWITCHES), done)
        put_log(transaction, self._contest_id, entry)
        transaction.committed()  # refused: it was ended before

    def unfinished_contests(self) -> list[str]:
        begun, closed = set[str](), set[str]()
        with store_errors():
            for row in NoteRow.scan(NoteRow.name.is_in(SWITCHES, "import"), attributes_to_get=["contest_id"]):
                begun.add(row.contest_id)
            for ended in SwitchesRow.scan((SwitchesRow.name == SWITCHES) & ENDED):
                closed.add(ended.contest_id)
        return sorted(begun - closed - {self._contest_id})

    def former_key(self, fresh: str = "") -> str:
        return dynamo_former.former_key(fresh)

    def _erase_attempts(self, attempts: list[ParticipantRow]) -> None:
        for start in range(0, len(attempts), BATCH):
            transaction = Transaction(self._connection)
            for row in attempts[start : start + BATCH]:
                actions: list[Action] = [ParticipantRow.answers.set(NO_ANSWERS), ParticipantRow.picks.remove()]
                known = ParticipantRow.what.exists() & understood(ParticipantRow.version, rows.VERSIONS[ATTEMPT])
                transaction.update(row.what, ParticipantRow(row.who, row.what), actions, known)
            _commit(transaction)

    def _who(self, openid: str) -> str:
        return rows.who_key(self._contest_id, openid)

    @property
    def _connection(self) -> Connection:
        return self._tables.connection


def _commit(transaction: Transaction) -> None:
    """Commits the change. If only its log entry is refused, the same change was made before."""
    try:
        transaction.commit()
    except Refused as refused:
        if refused.failed != {"log"}:
            raise NewerVersion from refused
