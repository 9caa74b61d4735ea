"""The payment products, by name. Only listed products can be read from the store and chosen in the wiring."""

from chalicelib.adapters.pay.red_packet import RedPackets

PRODUCTS = {RedPackets.product: RedPackets}
"""Each is made from the contest, the app id, and what reads the merchant's secrets at first use."""
TERMS = frozenset(term for product in PRODUCTS.values() for term in product.terms)
"""All parameters that an order may have; a newer version wrote an order with another one."""
