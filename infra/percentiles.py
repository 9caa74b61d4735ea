"""Percentiles of what was measured or simulated."""

from collections.abc import Sequence


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Returns the value below which `share` (0–1) of the sorted values lie; None without values."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
