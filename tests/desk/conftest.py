"""`desk`: the desk on fakes, at noon of the first day."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from tests.desk.desk_bench import Desk, make_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield make_desk()
    wiring.install(None)
