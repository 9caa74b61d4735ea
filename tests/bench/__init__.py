"""Benchmarks: each prints its measurements beside a floor measured in the same run. None is a test."""
