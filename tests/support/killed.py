"""The death of a test's process."""


class Killed(BaseException):
    """The process dies here, by a crash or at its time limit. No `except Exception` of ours may catch it."""
