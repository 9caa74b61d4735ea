"""Refusals at the organiser's desk. `domain/errors.py` has all others."""

from chalicelib.domain.errors import ContestError, TryAgain


class ChangedMeanwhile(ContestError):
    """Somebody else changed the record since it was read; nothing was done. Whoever decided should look again."""

    code = TryAgain.code
