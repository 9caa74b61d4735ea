"""Fixtures: an open contest with an active plan, which pays by red packet or by transfer."""

from collections.abc import Iterator

import pytest

from tests.support import examples
from tests.support.bench import Bench
from tests.support.transfer_bench import TransferBench


@pytest.fixture
def bench() -> Bench:
    made = Bench(tokens=examples.sealed_attempts())
    made.activate()
    return made


@pytest.fixture
def transfer_bench() -> Iterator[TransferBench]:
    """At the end of the test nothing was paid twice, and the books balance."""
    made = TransferBench()
    yield made
    assert made.transfers.violations == []
    assert made.app.audit.audit_books().violations == ()
