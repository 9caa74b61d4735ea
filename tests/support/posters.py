"""A background of posters that no browser has drawn."""

from chalicelib.adapters.poster import HEIGHT, WIDTH, encoded

COLOURS = bytes.fromhex("000000 ffffff b5121b" + "f6cf7a" * 13)
RED = b"\x22"
"""Two pixels."""
BLANK = encoded(COLOURS, (b"\0" + RED * (WIDTH // 2)) * HEIGHT)
