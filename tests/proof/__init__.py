"""Proves that money and chances stay right: random simulated contests, and a fault at every outgoing call."""
