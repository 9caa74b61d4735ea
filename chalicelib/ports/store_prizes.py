"""Ports for packets, payouts and the plan."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.claim import Claim, ClaimRef, DueClaim, Packet
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.prizes import Plan


class Payouts(Protocol):
    """The payout side of a contest's claims."""

    def find_claim(self, ref: ClaimRef) -> Claim | None: ...

    def find_by_packet(self, plan_id: str, number: int) -> Claim | None:
        """Returns the claim that took the packet, without scanning the table; None if it is unknown to the index.

        The index has a claim from a moment after its commit. It lacks claims last written by a version without the
        index.
        """
        ...

    def replace_claim(self, before: Claim, after: Claim, entry: LogEntry | None = None) -> Claim | None:
        """Writes `after` if the claim is still at `before`'s revision. Returns what was written, None if it changed.

        An operator's decision is written with its log entry, in the same transaction.
        """
        ...

    def put_back(self, before: Claim, after: Claim, packets: int) -> Claim | None:
        """Releases a refunded claim and puts a new packet of its amount into the pool, in one transaction.

        Works only while its plan is the active one; `packets` is the plan's number of packets. Clears the pool's
        `exhausted` mark. After a restore the packet may exist already; it is not changed. Returns the same as
        `replace_claim`, and None also if the packet exists with another amount.
        """
        ...

    def due_claims(self, now: datetime, limit: int) -> Sequence[DueClaim]:
        """Returns claims whose `due_at` has passed, smoke payments first, without scanning the table.

        Each shard contributes those that have been due longest; of all, those due longest are returned.
        """
        ...

    def open_claims(self) -> Iterable[ClaimRef]:
        """Returns all claims that are not final, smoke payments too, without scanning the table."""
        ...

    def waiting_claims(self) -> Iterable[DueClaim]:
        """Returns the same claims as `open_claims`, each with its `due_at`. The claims themselves are not read."""
        ...

    def read_claims(self, refs: Sequence[ClaimRef]) -> Iterable[Claim]:
        """Returns the claims that exist, in any order, a hundred a call. May be some seconds old."""
        ...

    def put_smoke_payment(self, payment: Claim, entry: LogEntry) -> bool:
        """Stores it with its log entry, in one transaction. Returns False if its place is taken."""
        ...

    def smoke_payments(self) -> Sequence[Claim]:
        """Oldest first, consistently."""
        ...


class EarlierSmokePayments(Protocol):
    """Smoke payments from before they were claims. None is sent any more; only their outcome is still queried."""

    def all(self) -> Sequence[Claim]:
        """Oldest first, consistently."""
        ...

    def record_earlier(self, before: Claim, after: Claim) -> bool:
        """Writes status and reason if it is still at `before`'s revision."""
        ...


class Pool(Protocol):
    """The free packets."""

    def free_window(self, plan_id: str) -> Sequence[Packet]:
        """Returns some free packets from a random place, at most a few dozen, in one call. May be stale or empty."""
        ...

    def search_free(self, plan_id: str) -> Sequence[Packet]:
        """Returns some free packets by consistent reads, shard by shard; empty means that no packet is left."""
        ...

    def count_free(self, plan_id: str, shards: int) -> int:
        """`shards`: the plan's."""
        ...

    def is_free(self, plan_id: str, number: int) -> bool:
        """Reads consistently whether nobody has taken this packet."""
        ...


class Plans(Protocol):
    """Laying out and activating a plan of packets."""

    def current_plan(self) -> Plan | None: ...

    def begin_plan(self, plan: Plan, entry: LogEntry) -> Plan | None:
        """Writes the header, and the log entry with it, unless there is one. Returns the stored header; None while the
        switches name a plan.
        """
        ...

    def discard_plan(self, plan: Plan, entry: LogEntry) -> bool:
        """Deletes a plan that is still being laid. False when it is not, or when the switches name it.

        Its log entry stays.
        """
        ...

    def lay_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        """Writes packets in batches, each only while the header is this plan's and the switches name no plan.

        The header may say "active": it does so after the switches were lost.
        """
        ...

    def remove_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        """Deletes packets from the pool, under the same condition as `lay_packets`."""
        ...

    def laid_packets(self, plan: Plan) -> Iterable[Packet]:
        """Reads the pool back, consistently."""
        ...

    def activate_plan(self, plan: Plan, commitment: str, entry: LogEntry) -> bool:
        """Updates header, switches and log in one transaction.

        False when the header is no longer as `plan` says, or when the switches name another plan; for an active plan
        (whose switches were lost), when they name any.
        """
        ...

    def record_facts(self, plan: Plan, entry: LogEntry) -> bool:
        """Adds the plan's facts to the switches. False unless they name this plan and lack its facts."""
        ...


class Proofs(Protocol):
    """The proof of the plan, published after closing."""

    def publish_proof(self, packed: bytes) -> None:
        """Stores it in place of an earlier one. Readers see either the whole new proof or the whole earlier one."""
        ...

    def read_proof(self) -> bytes:
        """Returns the published proof; empty before."""
        ...


class SavedMenu(Protocol):
    def read_saved_menu(self) -> dict[str, Any] | None: ...

    def save_menu(self, menu: dict[str, Any]) -> None:
        """Saves the menu unless one is saved."""
        ...
