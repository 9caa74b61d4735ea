"""The free packets on DynamoDB. The claim that takes a packet deletes its row."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.store.models import PacketRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import store_errors
from chalicelib.domain.claim import Packet

WINDOW = 40
"""Packets per read: enough to be worth the call, but so few that other instances have not taken most of them."""


def shard_key(contest_id: str, plan_id: str, shard: int) -> str:
    return f"{contest_id}#{plan_id}#{shard:02d}"


def packet_key(contest_id: str, packet: Packet, shards: int) -> tuple[str, int]:
    """`shards`: the plan's."""
    return shard_key(contest_id, packet.plan_id, packet.number % shards), packet.number


class DynamoPool:
    """`rng` chooses where a read starts, so that instances do not all read the same packets. `shards` returns the
    active plan's number."""

    def __init__(self, contest_id: str, packets: int, rng: Random, shards: Callable[[], int], tables: Tables) -> None:
        self._contest_id, self._packets, self._rng, self._shards = contest_id, packets, rng, shards

    def free_window(self, plan_id: str) -> Sequence[Packet]:
        """Reads from a random number upward or downward. With upward reads alone the low numbers would be left to the
        end, when most reads would begin above them and find nothing."""
        shard, start = self._rng.randrange(self._shards()), self._rng.randrange(self._packets)
        return self._look(plan_id, shard, start, upward=self._rng.random() < 0.5)

    def search_free(self, plan_id: str) -> Sequence[Packet]:
        shards = self._shards()
        first = self._rng.randrange(shards)
        for step in range(shards):
            found = self._look(plan_id, (first + step) % shards, 0, consistent=True)
            if found:
                return found
        return []

    def count_free(self, plan_id: str, shards: int) -> int:
        with store_errors():
            return sum(
                PacketRow.count(shard_key(self._contest_id, plan_id, shard), consistent_read=True)
                for shard in range(shards)
            )

    def is_free(self, plan_id: str, number: int) -> bool:
        key = packet_key(self._contest_id, Packet(plan_id, number, 0), self._shards())
        with store_errors():
            try:
                PacketRow.get(*key, consistent_read=True)
            except DoesNotExist:
                return False
        return True

    def all(self, plan_id: str, shards: int) -> Iterator[Packet]:
        """Reads every free packet consistently, shard by shard."""
        for shard in range(shards):
            with store_errors():
                for row in PacketRow.query(shard_key(self._contest_id, plan_id, shard), consistent_read=True):
                    yield _packet(plan_id, row)

    def _look(
        self, plan_id: str, shard: int, start: int, upward: bool = True, consistent: bool = False
    ) -> Sequence[Packet]:
        with store_errors():
            found = PacketRow.query(
                shard_key(self._contest_id, plan_id, shard),
                PacketRow.number >= start if upward else PacketRow.number <= start,
                consistent_read=consistent,
                scan_index_forward=upward,
                limit=WINDOW,
            )
            packets = [_packet(plan_id, row) for row in found]
        self._rng.shuffle(packets)
        return packets


def _packet(plan_id: str, row: PacketRow) -> Packet:
    return Packet(plan_id, row.number, row.amount_fen)
