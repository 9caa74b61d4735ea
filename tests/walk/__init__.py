"""Simulated citizens, over HTTP alone, from following to the money."""
