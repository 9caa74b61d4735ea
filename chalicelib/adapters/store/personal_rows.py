"""All rows that hold data about one person, for the copy that they may ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

from pynamodb.models import Model

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_earlier_smoke import SMOKE_ROW
from chalicelib.adapters.store.dynamo_log import LOG
from chalicelib.adapters.store.log_rows import LogRow, OfficeLogRow
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.domain.operator_log import person_digest

Found = tuple[str, Mapping[str, Any]]


def rows_of(contest_id: str, openid: str) -> Iterator[Found]:
    """Yields the person's own rows, smoke payments to them, their part in friends' rows, and the log's entries."""
    yield from (stored("followers", row) for row in FollowerRow.query(openid, consistent_read=True))
    about = {person_digest(contest_id, openid)}
    for row in ParticipantRow.query(rows.who_key(contest_id, openid), consistent_read=True):
        about.add(row.claim_id)
        yield stored("participants", row)
    for row in ParticipantRow.query(rows.smoke_key(contest_id), consistent_read=True):
        if rows.order(row.send_order).openid == openid:
            about.add(rows.order(row.send_order).mch_billno)
            yield stored("participants", row)
    for table, earlier in earlier_smoke(contest_id):
        if rows.order(earlier["send_order"]).openid == openid:
            yield table, earlier
    yield from _as_sharer(openid)
    for table, model in (("books", LogRow), ("office", OfficeLogRow)):
        for entry in model.query(contest_id, model.name.startswith(LOG), consistent_read=True):
            if entry.about in about:
                yield stored(table, entry)


def earlier_smoke(contest_id: str) -> Iterator[Found]:
    for row in SmokeRow.query(contest_id, SmokeRow.name.startswith(SMOKE_ROW), consistent_read=True):
        yield stored("control", row)


def _as_sharer(openid: str) -> Iterator[Found]:
    """The friends' openids and follows are data about the friends, so they are left out."""
    names = ("invited_by", "invitation", "invited_at", "referral_to", "referral_contest", "settled")
    brought = (FollowerRow.invited_by == openid) | (FollowerRow.referral_to == openid)
    for row in FollowerRow.scan(brought, consistent_read=True):
        table, values = stored("followers", row)
        yield table, {name: values[name] for name in names if name in values}


def stored(table: str, row: Model) -> Found:
    return table, {name: _plain(value) for name, value in sorted(row.attribute_values.items()) if value is not None}


def _plain(value: Any) -> Any:
    """A set of numbers or of texts becomes a list."""
    if isinstance(value, set):
        return sorted(one if isinstance(one, str) else int(one) for one in value)
    return value
