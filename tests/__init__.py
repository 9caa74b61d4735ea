"""Mirrors the tree it tests, with suites for races, faults, the browser and the package beside."""
