"""The purge of a contest's participants: claims are stored under a digest, everything else is deleted."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_earlier_smoke import SMOKE_ROW
from chalicelib.adapters.store.models import ParticipantRow
from chalicelib.adapters.store.purge_batches import purge_batches
from chalicelib.adapters.store.row_values import CLAIM
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.domain.claim import FINAL
from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.purge import Digest, is_digest, order_without_person, without_person

BATCH = 40
"""Claims per transaction: each is a row deleted and a row put, and a transaction has at most 100 items."""
NEW = ParticipantRow.what.does_not_exist()


def claims(contest_id: str, connection: Connection, digest: Digest) -> int:
    """A claim always has exactly one row: the old one is deleted in the transaction that puts the new one."""
    named = _named(contest_id, claims_only=True)
    moved = purge_batches(named, BATCH, partial(_move, contest_id, connection, digest))
    return moved + _smoke(contest_id, connection, digest)


def others(contest_id: str) -> int:
    found = 0
    with store_errors(), ParticipantRow.batch_write() as batch:
        for row in _named(contest_id, claims_only=False):
            batch.delete(ParticipantRow(row.who, row.what))
            found += 1
    return found


def _named(contest_id: str, claims_only: bool) -> Iterator[ParticipantRow]:
    """Yields the claims, or the other rows, that are still stored under an openid."""
    mine, is_claim = ParticipantRow.who.startswith(rows.who_key(contest_id, "")), ParticipantRow.what.startswith(CLAIM)
    wanted = mine & is_claim if claims_only else mine & ~is_claim
    smoke, length = rows.smoke_key(contest_id), len(rows.who_key(contest_id, ""))
    with store_errors():
        for row in ParticipantRow.scan(wanted, consistent_read=True):
            if row.who != smoke and not is_digest(row.who[length:]):
                yield row


def _move(contest_id: str, connection: Connection, digest: Digest, batch: Sequence[ParticipantRow]) -> bool:
    transaction = Transaction(connection)
    for row in batch:
        _require_final(row.status)
        claim = without_person(rows.claim(row), digest)
        moved = rows.claim_row(rows.who_key(contest_id, claim.openid), contest_id, claim)
        transaction.put("claim", moved, NEW)
        transaction.delete("earlier", ParticipantRow(row.who, row.what), ParticipantRow.revision == row.revision)
    return transaction.committed()


def _require_final(status: str) -> None:
    """The index of due payouts may lack a claim that was just made due, and earlier smoke payments."""
    if status not in FINAL:
        raise OperatorRefused("payout_not_final")


def _smoke(contest_id: str, connection: Connection, digest: Digest) -> int:
    """Smoke payments keep their keys; only their order names a person."""
    with store_errors():
        payments = list(ParticipantRow.query(rows.smoke_key(contest_id), consistent_read=True))
        earlier = list(SmokeRow.query(contest_id, SmokeRow.name.startswith(SMOKE_ROW), consistent_read=True))
    keyed = [(ParticipantRow(row.who, row.what), row) for row in payments]
    keyed_earlier = [(SmokeRow(row.contest_id, row.name), row) for row in earlier]
    return sum(_rewrite(connection, digest, key, row) for key, row in (*keyed, *keyed_earlier))


def _rewrite(connection: Connection, digest: Digest, key: Model, row: Any) -> bool:
    """Returns whether the row's order named a person."""
    order, model = rows.order(row.send_order), type(row)
    if is_digest(order.openid):
        return False
    _require_final(row.status)
    transaction = Transaction(connection)
    actions: list[Action] = [model.send_order.set(rows.order_text(order_without_person(order, digest)))]
    transaction.update("smoke", key, actions, model.revision == row.revision)
    transaction.committed()
    return True
