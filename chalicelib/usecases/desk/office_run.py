"""What the function `office` does each minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficeRun:
    steps: Sequence[Callable[[], object]]
    """Each does what is due, and may be run again at any time."""

    def run_once(self) -> None:
        """Runs all steps, also after one that failed. Raises the first error at the end, so that it is seen."""
        failed: Exception | None = None
        for step in self.steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - raised below
                failed = failed or error
        if failed:
            raise failed
