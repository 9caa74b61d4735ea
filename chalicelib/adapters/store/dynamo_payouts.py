"""The payout side of claims on DynamoDB."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.dynamo_pool import packet_key
from chalicelib.adapters.store.models import SWITCHES, PacketRow, ParticipantRow, SwitchesRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.domain.claim import Claim, ClaimRef, DueClaim, PayoutStatus
from chalicelib.domain.prizes import SHARDS, packet_again
from chalicelib.ports import LogEntry


class DynamoPayouts:
    """`shards` returns the active plan's number."""

    def __init__(self, contest_id: str, connection: Connection, shards: Callable[[], int]) -> None:
        self._contest_id, self._connection, self._shards = contest_id, connection, shards

    def find_claim(self, ref: ClaimRef) -> Claim | None:
        with store_errors():
            try:
                row = ParticipantRow.get(self._who(ref.openid), rows.CLAIM + ref.attempt_id, consistent_read=True)
            except DoesNotExist:
                return None
        return rows.claim(row)

    def find_by_packet(self, plan_id: str, number: int) -> Claim | None:
        with store_errors():
            key = rows.packet_key(self._contest_id, plan_id, number)
            found = next(ParticipantRow.claims_by_packet.query(key, limit=1), None)
        return self.find_claim(self._ref(found)) if found else None

    def replace_claim(self, before: Claim, after: Claim, entry: LogEntry | None = None) -> Claim | None:
        # A transaction even for one row: an SDK retry of a plain conditional put would fail after its own success.
        transaction, written = self._replacing(before, after)
        if entry:
            put_log(transaction, self._contest_id, entry)
        return written if transaction.committed() else None

    def put_back(self, before: Claim, after: Claim, packets: int) -> Claim | None:
        transaction, written = self._replacing(before, replace(after, status=PayoutStatus.RELEASED, due_at=None))
        again = packet_again(before.packet, packets)
        row = PacketRow(*packet_key(self._contest_id, again, self._shards()), amount_fen=again.amount_fen)
        transaction.put("packet", row, PacketRow.number.does_not_exist() | (PacketRow.amount_fen == again.amount_fen))
        exhausted = SwitchesRow.exhausted.set(False)
        plan_is_active = SwitchesRow.active_plan == again.plan_id
        transaction.update("switches", SwitchesRow(self._contest_id, SWITCHES), [exhausted], plan_is_active)
        return written if transaction.committed() else None

    def due_claims(self, now: datetime, limit: int) -> Sequence[DueClaim]:
        found: list[DueClaim] = []
        with store_errors():
            for key in self._keys():
                come = ParticipantRow.due_at <= rows.to_ms(now)
                hits = ParticipantRow.payouts_due.query(key, come, limit=-(-limit // SHARDS))
                found += [DueClaim(self._ref(row), rows.from_ms(row.due_at)) for row in hits]
        found.sort(key=lambda claim: (not claim.ref.is_smoke, claim.due_at))
        return found[:limit]

    def open_claims(self) -> Iterator[ClaimRef]:
        yield from (claim.ref for claim in self.waiting_claims())

    def waiting_claims(self) -> Iterator[DueClaim]:
        for key in self._keys():
            with store_errors():
                for row in ParticipantRow.payouts_due.query(key):
                    yield DueClaim(self._ref(row), rows.from_ms(row.due_at))

    def read_claims(self, refs: Sequence[ClaimRef]) -> Iterator[Claim]:
        keys = [(self._who(ref.openid), rows.CLAIM + ref.attempt_id) for ref in refs]
        with store_errors():
            yield from (rows.claim(row) for row in ParticipantRow.batch_get(keys))

    def put_smoke_payment(self, payment: Claim, entry: LogEntry) -> bool:
        transaction = Transaction(self._connection)
        row = rows.claim_row(rows.smoke_key(self._contest_id), self._contest_id, payment)
        transaction.put("claim", row, ParticipantRow.what.does_not_exist())
        put_log(transaction, self._contest_id, entry)
        return transaction.committed()

    def smoke_payments(self) -> Sequence[Claim]:
        with store_errors():
            found = ParticipantRow.query(rows.smoke_key(self._contest_id), consistent_read=True)
            return [rows.claim(row) for row in found]

    def _keys(self) -> list[str]:
        """Returns the keys of the index of due payouts; the first one is for smoke payments only."""
        shards = [rows.due_shard_key(self._contest_id, shard) for shard in range(self._shards())]
        return [rows.smoke_key(self._contest_id), *shards]

    def _replacing(self, before: Claim, after: Claim) -> tuple[Transaction, Claim]:
        written = replace(after, revision=before.revision + 1)
        transaction = Transaction(self._connection)
        row = rows.claim_row(self._who(after.ref.openid), self._contest_id, written)
        transaction.put("claim", row, ParticipantRow.revision == before.revision)
        return transaction, written

    def _who(self, openid: str) -> str:
        return rows.who_key(self._contest_id, openid)

    def _ref(self, row: ParticipantRow) -> ClaimRef:
        return ClaimRef(row.who.removeprefix(f"{self._contest_id}#"), row.what.removeprefix(rows.CLAIM))
