"""A record of the organiser's desk, in the table `office`."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.adapters.store.base_row import IntegerAttribute, Row
from chalicelib.adapters.store.table_meta import TableMeta


class OfficeRow(Row):
    """`body` is a JSON object. Each write raises `revision` by one."""

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    revision = IntegerAttribute()
