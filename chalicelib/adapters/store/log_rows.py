"""The rows of the operators' log, in the three tables that have some."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.adapters.store.base_row import IntegerAttribute, Row
from chalicelib.adapters.store.table_meta import TableMeta


class LogRow(Row):
    """An operator's decision. `name` is `log#` and the time, so that a query reads them in order.

    In the table `books`, which no deployed function may read.
    """

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    at = IntegerAttribute()
    version = IntegerAttribute(null=True)
    who = UnicodeAttribute()
    what = UnicodeAttribute()
    about = UnicodeAttribute()
    old = UnicodeAttribute(null=True)
    new = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)


class EarlierLogRow(LogRow):
    """A decision from before the table `books`."""

    class Meta(TableMeta):
        pass


class OfficeLogRow(LogRow):
    """A decision at the organiser's desk, whose functions may not use the table `books`."""

    class Meta(TableMeta):
        pass
