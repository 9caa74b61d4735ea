"""The payment products that can be read from the store."""

from collections.abc import Mapping

from chalicelib.adapters.pay.red_packet import RedPackets
from chalicelib.adapters.pay.transfer import Transfers

TERMS: Mapping[str, frozenset[str]] = {one.product: frozenset(one.terms) for one in (RedPackets, Transfers)}
"""Product -> all parameters that its orders may have. An order with any other parameter is a newer version's."""
