"""Played citizens for `make load` and `./contest rehearse`: many at once, against a local stack, over HTTP alone."""
