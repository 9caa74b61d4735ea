"""A smoke payment's row in the table `control`, beside the other models of that table in `models.py`."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.adapters.store.base_row import IntegerAttribute, Row
from chalicelib.adapters.store.table_meta import TableMeta


class SmokeRow(Row):
    """A smoke payment. `name` is `smoke#` and its number."""

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    number = IntegerAttribute()
    send_order = UnicodeAttribute()
    begun_at = IntegerAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute()
    sends = IntegerAttribute()
    waits_until = IntegerAttribute(null=True)
    revision = IntegerAttribute()
