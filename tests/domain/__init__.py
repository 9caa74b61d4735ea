"""The rules, by examples and properties."""
