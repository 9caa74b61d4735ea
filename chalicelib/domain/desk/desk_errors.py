"""Refusals at the organiser's desk. `domain/errors.py` has all others."""

from chalicelib.domain.errors import ContestError, FaultyInput, TryAgain


class ChangedMeanwhile(ContestError):
    """Somebody else changed the record since it was read; nothing was done. Whoever decided should look again."""

    code = TryAgain.code


class DutiesError(FaultyInput):
    """The units' duties and dates are wrong. Problems are sentences in Chinese, each with its line."""

    heading = "任务和时间 duties.toml 有误：\n"
