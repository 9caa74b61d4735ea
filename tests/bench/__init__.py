"""Benchmarks: each prints what it measured beside a floor measured in the same run. None is a test."""
