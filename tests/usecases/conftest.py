"""Fixtures: an open contest with an active plan."""

import pytest

from tests.support import examples
from tests.support.bench import Bench


@pytest.fixture
def bench() -> Bench:
    made = Bench(tokens=examples.sealed_attempts())
    made.activate()
    return made
