"""The payout side of claims on DynamoDB."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.adapters.dynamodb import rows
from chalicelib.adapters.dynamodb.models import ParticipantRow
from chalicelib.adapters.dynamodb.transaction import condition_failed, store_errors
from chalicelib.domain.claims import Claim, ClaimRef
from chalicelib.domain.prizes import SHARDS


class DynamoPayouts:
    def __init__(self, contest_id: str) -> None:
        self._contest_id = contest_id

    def find(self, ref: ClaimRef) -> Claim | None:
        with store_errors():
            try:
                row = ParticipantRow.get(self._who(ref.openid), rows.CLAIM + ref.attempt_id, consistent_read=True)
            except DoesNotExist:
                return None
        return rows.claim(row)

    def replace(self, before: Claim, after: Claim) -> Claim | None:
        written = replace(after, revision=before.revision + 1)
        row = rows.claim_row(self._who(after.openid), self._contest_id, written)
        with store_errors():
            try:
                row.save(ParticipantRow.revision == before.revision)
            except PutError as error:
                if not condition_failed(error):
                    raise
                return None
        return written

    def due(self, now: datetime, limit: int) -> Sequence[ClaimRef]:
        found: list[ClaimRef] = []
        with store_errors():
            for shard in range(SHARDS):
                hits = ParticipantRow.payouts_due.query(
                    rows.due_shard_key(self._contest_id, shard),
                    ParticipantRow.due_at <= rows.to_ms(now),
                    limit=-(-limit // SHARDS),
                )
                found += [self._ref(row) for row in hits]
        return found[:limit]

    def _who(self, openid: str) -> str:
        return rows.who_key(self._contest_id, openid)

    def _ref(self, row: ParticipantRow) -> ClaimRef:
        return ClaimRef(row.who.removeprefix(f"{self._contest_id}#"), row.what.removeprefix(rows.CLAIM))
