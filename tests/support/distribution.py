"""The distribution of the test run over its workers, which `tests/conftest.py` gives to pytest-xdist.

A module's tests stay in one worker, so that its fixtures are made once. The browser tests that use local stacks stay in
two, as each of those starts the stacks.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

FIRST = (
    *("browser", "load", "local", "desk", "packaging", "proof", "upgrade", "contract", "operator", "races"),
    *("explore", "http"),
)
"""The packages whose modules take longest. They begin first, so that no worker is left alone with one at the end."""

BESIDE_THE_OPEN_CONTEST = frozenset(
    f"tests/browser/test_{name}.py" for name in ("before", "boot", "old_chromium", "refusals", "transfer", "units")
)
"""Those that start further contests, and some others to balance the two."""

WITHOUT_STACK = frozenset(f"tests/browser/test_{name}.py" for name in ("contrast", "duty_card", "states"))


class ByModule(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return unit_of_work(nodeid)


def unit_of_work(nodeid: str) -> str:
    """Returns the name of the group that one worker runs as a whole."""
    module = nodeid.partition("::")[0]
    if not module.startswith("tests/browser/") or module in WITHOUT_STACK:
        return module
    return "tests/browser beside the open contest" if module in BESIDE_THE_OPEN_CONTEST else "tests/browser"


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Orders the packages; the order within each is kept."""
    places = {f"tests/{name}": place for place, name in enumerate(FIRST)}
    return sorted(items, key=lambda item: places.get("/".join(item.nodeid.split("/")[:2]), len(FIRST)))
