"""The payment products, by name. What is listed here can be read back from the store, and chosen in the wiring."""

from chalicelib.adapters.pay.red_packet import RedPackets

PRODUCTS = {RedPackets.product: RedPackets}
"""Each is made of the contest, the app id, and what reads the merchant's secrets at the first send or query."""
TERMS = frozenset(term for product in PRODUCTS.values() for term in product.terms)
"""Every parameter that an order may have; with another one, it was written by a newer version."""
