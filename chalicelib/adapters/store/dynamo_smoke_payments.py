"""Smoke payments on DynamoDB, each a row of its own."""

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.row_values import from_ms, moment_or_none, order, order_text, to_ms
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.adapters.store.versions import known
from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.smoke import SmokePayment
from chalicelib.ports import LogEntry

SMOKE = "smoke#"


class DynamoSmokePayments:
    def __init__(self, contest_id: str, connection: Connection) -> None:
        self._contest_id, self._connection = contest_id, connection

    def all(self) -> Sequence[SmokePayment]:
        with store_errors():
            rows = SmokeRow.query(self._contest_id, SmokeRow.name.startswith(SMOKE), consistent_read=True)
            return [_payment(row) for row in rows]

    def begin(self, payment: SmokePayment, entry: LogEntry) -> SmokePayment | None:
        return self._put(payment, SmokeRow.name.does_not_exist(), entry)

    def replace(self, before: SmokePayment, after: SmokePayment, entry: LogEntry | None = None) -> SmokePayment | None:
        written = replace(after, revision=before.revision + 1)
        return self._put(written, SmokeRow.revision == before.revision, entry)

    def _put(self, payment: SmokePayment, condition: Condition, entry: LogEntry | None) -> SmokePayment | None:
        # A transaction also for the one row: the SDK's retry of a plain conditional put would refuse its own success.
        transaction, row = Transaction(self._connection), self._row(payment)
        transaction.put("smoke", row, condition)
        if entry:
            put_log(transaction, self._contest_id, entry)
        return _payment(row) if transaction.committed() else None

    def _row(self, payment: SmokePayment) -> SmokeRow:
        return SmokeRow(
            self._contest_id,
            f"{SMOKE}{payment.number:04d}",
            number=payment.number,
            send_order=order_text(payment.order),
            begun_at=to_ms(payment.begun_at),
            status=payment.status.value,
            reason=payment.reason,
            sends=payment.sends,
            waits_until=to_ms(payment.waits_until) if payment.waits_until else None,
            revision=payment.revision,
        )


def _payment(row: SmokeRow) -> SmokePayment:
    return SmokePayment(
        number=row.number,
        order=order(row.send_order),
        begun_at=from_ms(row.begun_at),
        status=known(PayoutStatus, row.status),
        reason=row.reason,
        sends=row.sends,
        waits_until=moment_or_none(row.waits_until),
        revision=row.revision,
    )
