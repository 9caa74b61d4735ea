"""The tables as PynamoDB models. `infra/cloudformation/resources.yaml` defines the tables; a test compares the two.

Times are integers: unix milliseconds, except WeChat's CreateTime (`event_at`, `first_follow_at`) and the times compared
with it (`seen_following_at`, `invited_at`, `looked_up_at`, a follower's `asked_at`), which are in seconds.
"""

from pynamodb.attributes import BooleanAttribute, NumberSetAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.adapters.store.base_row import IntegerAttribute, Row
from chalicelib.adapters.store.log_rows import EarlierLogRow, LogRow, OfficeLogRow
from chalicelib.adapters.store.office_row import OfficeRow
from chalicelib.adapters.store.purge_row import PurgeRow
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.adapters.store.table_meta import CALLBACK_CONNECT_SECONDS, CALLBACK_READ_SECONDS, TableMeta


class FollowerRow(Row):
    class Meta(TableMeta):
        connect_timeout_seconds = CALLBACK_CONNECT_SECONDS
        read_timeout_seconds = CALLBACK_READ_SECONDS
        max_retry_attempts = 1

    openid = UnicodeAttribute(hash_key=True)
    subscribed = BooleanAttribute(null=True)
    event_at = IntegerAttribute(null=True)
    first_seen_at = IntegerAttribute(null=True)
    early = BooleanAttribute(null=True)
    first_follow_at = IntegerAttribute(null=True)
    seen_following_at = IntegerAttribute(null=True)
    invited_by = UnicodeAttribute(null=True)
    invitation = UnicodeAttribute(null=True)
    invited_at = IntegerAttribute(null=True)
    asked_at = IntegerAttribute(null=True)
    looked_up_at = IntegerAttribute(null=True)
    referral_to = UnicodeAttribute(null=True)
    referral_contest = UnicodeAttribute(null=True)
    settled = UnicodeAttribute(null=True)


class ParticipantsCounted(GlobalSecondaryIndex["ParticipantRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "participants-counted"
        projection = IncludeProjection(["unit"])

    counted_shard = UnicodeAttribute(hash_key=True)
    unit = UnicodeAttribute(null=True)


class PayoutsDue(GlobalSecondaryIndex["ParticipantRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "payouts-due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntegerAttribute(range_key=True)


class ClaimsByPacket(GlobalSecondaryIndex["ParticipantRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "claims-by-packet"
        projection = KeysOnlyProjection()

    packet_key = UnicodeAttribute(hash_key=True)


class ParticipantRow(Row):
    """`what` is the kind: `me`, `attempt#A`, `pass#A` or `claim#A`; each kind has its own attributes."""

    class Meta(TableMeta):
        pass

    who = UnicodeAttribute(hash_key=True)
    what = UnicodeAttribute(range_key=True)
    version = IntegerAttribute(null=True)

    # me
    attempts = IntegerAttribute(null=True)
    scores = NumberSetAttribute(null=True)
    granted = IntegerAttribute(null=True)
    spent = IntegerAttribute(null=True)
    on_hold = BooleanAttribute(null=True)
    unit = UnicodeAttribute(null=True)
    submitted_at = IntegerAttribute(null=True)
    counted_shard = UnicodeAttribute(null=True)
    code_url = UnicodeAttribute(null=True)

    # attempt#A
    answers = UnicodeAttribute(null=True)
    picks = UnicodeAttribute(null=True)
    withdrawn = UnicodeSetAttribute(null=True)
    passed = BooleanAttribute(null=True)
    graded_at = IntegerAttribute(null=True)

    # claim#A
    claim_id = UnicodeAttribute(null=True)
    plan_id = UnicodeAttribute(null=True)
    number = IntegerAttribute(null=True)
    amount_fen = IntegerAttribute(null=True)
    send_order = UnicodeAttribute(null=True)
    claimed_at = IntegerAttribute(null=True)
    status = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    sends = IntegerAttribute(null=True)
    revision = IntegerAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntegerAttribute(null=True)
    doubts = IntegerAttribute(null=True)
    code = UnicodeAttribute(null=True)
    asked_at = IntegerAttribute(null=True)
    receipt = UnicodeAttribute(null=True)
    begun_at = IntegerAttribute(null=True)
    unconfirmed = UnicodeAttribute(null=True)
    packet_key = UnicodeAttribute(null=True)

    payouts_due = PayoutsDue()
    participants_counted = ParticipantsCounted()
    claims_by_packet = ClaimsByPacket()


class PacketRow(Row):
    class Meta(TableMeta):
        pass

    shard = UnicodeAttribute(hash_key=True)
    number = IntegerAttribute(range_key=True)
    amount_fen = IntegerAttribute()


SWITCHES = "switches"
"""The name of a contest's one row of switches."""


class SwitchesRow(Row):
    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True, default=SWITCHES)
    paused = BooleanAttribute(null=True)
    payouts_stopped = BooleanAttribute(null=True)
    active_plan = UnicodeAttribute(null=True)
    commitment = UnicodeAttribute(null=True)
    plan_packets = IntegerAttribute(null=True)
    plan_budget_fen = IntegerAttribute(null=True)
    plan_min_fen = IntegerAttribute(null=True)
    plan_max_fen = IntegerAttribute(null=True)
    plan_shards = IntegerAttribute(null=True)
    """Absent: the least number, `SHARDS`. So too in the plan's header."""
    exhausted = BooleanAttribute(null=True)
    free_packets = IntegerAttribute(null=True)
    held_until = IntegerAttribute(null=True)
    held_reason = UnicodeAttribute(null=True)
    refused = UnicodeSetAttribute(null=True)
    unknown_codes = UnicodeSetAttribute(null=True)
    withdrawn = UnicodeSetAttribute(null=True)
    opened_at = IntegerAttribute(null=True)
    closed_at = IntegerAttribute(null=True)
    purge = UnicodeAttribute(null=True)


class NoteRow(Row):
    """A note that is read and written whole: the last counts, the saved menu, the import's progress."""

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    text = UnicodeAttribute()
    written_at = IntegerAttribute(null=True)
    """Of `counts` and `unfinished-count` only: when the count was begun. A row of an earlier version lacks it."""


class CredentialRow(Row):
    """`contest_id` is `wechat#` and the app id: credentials belong to an account, not to a contest."""

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    value = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute(null=True)
    leased_until = IntegerAttribute(null=True)
    forced_on = UnicodeAttribute(null=True)
    forces = IntegerAttribute(null=True)


class PlanRow(Row):
    """The plan's header, with its secrets, in the table `books`."""

    class Meta(TableMeta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True, default="plan")
    version = IntegerAttribute(null=True)
    plan_id = UnicodeAttribute()
    seed = UnicodeAttribute()
    salt = UnicodeAttribute()
    state = UnicodeAttribute()
    budget_fen = IntegerAttribute()
    packets = IntegerAttribute()
    min_fen = IntegerAttribute()
    max_fen = IntegerAttribute()
    few_percent = IntegerAttribute()
    shards = IntegerAttribute(null=True)


class EarlierPlanRow(PlanRow):
    """A header from before the table `books`, or a marker that prevents earlier versions from laying their own plan."""

    class Meta(TableMeta):
        pass


TABLES: dict[str, tuple[type[Model], ...]] = {
    "followers": (FollowerRow,),
    "participants": (ParticipantRow,),
    "pool": (PacketRow,),
    "control": (SwitchesRow, EarlierPlanRow, EarlierLogRow, SmokeRow, NoteRow, CredentialRow),
    "books": (PlanRow, LogRow, PurgeRow),
    "office": (OfficeRow, OfficeLogRow),
}
"""The suffix of each table's name -> its models."""
