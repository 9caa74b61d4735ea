"""What the first view may cost, JS-SDK aside: the contract's figures for "fast"."""

MOST_REQUESTS = 4
MOST_BYTES = 14_000
"""Of the answers' bodies as sent, compressed."""
MOST_BYTES_LATER = 20_000
"""With all that loads later by itself."""
USABLE_MS = 1500
"""From a cold cache on a slow phone; see tests/bench/page.py."""
