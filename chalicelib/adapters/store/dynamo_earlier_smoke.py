"""Smoke payments from before they were claims, in the table `control`."""

from collections.abc import Sequence

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.row_values import from_ms, order
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.adapters.store.versions import known
from chalicelib.domain.claim import FINAL, FOR_A_PERSON, Claim, Packet, PayoutStatus

SMOKE_ROW = "smoke#"


class DynamoEarlierSmokePayments:
    def __init__(self, contest_id: str, connection: Connection) -> None:
        self._contest_id, self._connection = contest_id, connection

    def all(self) -> Sequence[Claim]:
        with store_errors():
            rows = SmokeRow.query(self._contest_id, SmokeRow.name.startswith(SMOKE_ROW), consistent_read=True)
            return [_payment(row) for row in rows]

    def record_earlier(self, before: Claim, after: Claim) -> bool:
        # A transaction also for the one row: the SDK's retry of a plain conditional write would refuse its own success.
        transaction = Transaction(self._connection)
        changes: list[Action] = [
            SmokeRow.status.set(after.status.value),
            SmokeRow.reason.set(after.reason),
            SmokeRow.revision.set(before.revision + 1),
        ]
        row = SmokeRow(self._contest_id, before.attempt_id)
        transaction.update("smoke", row, changes, SmokeRow.revision == before.revision)
        return transaction.committed()


def _payment(row: SmokeRow) -> Claim:
    """Returns the payment as a claim. Its plan id is its bill number; its attempt is the row's name."""
    sent, status = order(row.send_order), known(PayoutStatus, row.status)
    return Claim(
        claim_id=sent.mch_billno,
        attempt_id=row.name,
        packet=Packet(sent.mch_billno, row.number, sent.amount_fen),
        order=sent,
        claimed_at=from_ms(row.begun_at),
        status=status,
        reason=row.reason,
        due_at=None if status in FINAL else FOR_A_PERSON,
        sends=row.sends,
        revision=row.revision,
    )
