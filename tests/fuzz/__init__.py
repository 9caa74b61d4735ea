"""Arbitrary bodies for the callback, to which other servers post."""
