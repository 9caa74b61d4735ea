"""Finds the winner of a packet by a number that a citizen can read out: the packet's number or its bill number."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.claim import Claim, named_packet
from chalicelib.ports import Control, Ledger, Payouts, Pool
from chalicelib.usecases.decide_person import PersonRefused


@dataclass(frozen=True, slots=True)
class WinnerSearch:
    control: Control
    payouts: Payouts
    pool: Pool
    ledger: Ledger

    def find_claim(self, name: str, progress: Callable[[int], None]) -> Claim:
        """Returns the claim of the packet with this number in the active plan, or with this bill number.

        The whole table is searched only for a claim that the index does not have; `progress` then gets the number of
        claims read so far. Raises PersonRefused and TryAgain.
        """
        packet = self._packet(name)
        if found := self._in_index(packet):
            return found
        for count, claim in enumerate(self.ledger.all_claims(), start=1):
            progress(count)
            if (claim.packet.plan_id, claim.packet.number) == packet:
                return claim
        raise PersonRefused("no_such_packet")

    def find_indexed_claim(self, name: str) -> Claim:
        """The same without a search of the whole table. Raises PersonRefused and TryAgain."""
        if found := self._in_index(self._packet(name)):
            return found
        raise PersonRefused("not_indexed")

    def _packet(self, name: str) -> tuple[str, int]:
        packet = named_packet(name, self.control.read_switches().plan_id)
        if packet is None:
            raise PersonRefused("no_packet_name")
        return packet

    def _in_index(self, packet: tuple[str, int]) -> Claim | None:
        if found := self.payouts.find_by_packet(*packet):
            return found
        if self.pool.is_free(*packet):
            raise PersonRefused("packet_free")
        return None
