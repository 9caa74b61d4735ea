"""The row of a contest's purge, in the table `books`."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.adapters.store.base_row import IntegerAttribute, Row
from chalicelib.adapters.store.table_meta import TableMeta

PURGE = "purge"


class PurgeRow(Row):
    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True, default=PURGE)
    begun_at = IntegerAttribute()
    key = UnicodeAttribute(null=True)
