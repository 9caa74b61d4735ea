"""Packets that are gone when a claim reaches for them, because another environment took them first."""

from infra.opening.journey import MEASURED


def failed_tries(environments: float, free: float) -> float:
    """Returns how many tries of a claim fail, on average, while `free` packets are left.

    Each environment has a list of packets that lie side by side (`Picker`). It meets a packet that is gone where
    another's list began, and then reads a new list, so that a second failure is rare.
    """
    if free < 1:
        return 0.0
    return min(1.0, float(MEASURED["claims"]["gone"]) * environments / free)
