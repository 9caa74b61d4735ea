"""A short fuzz run of the callback with Hypothesis; the long one is `python -m tests.fuzz.callback`."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.callback import mutated
from tests.fuzz.harness import SEEDS, WRAPPINGS, Harness, harness

wrappings = st.integers(0, len(WRAPPINGS) - 1)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Harness]:
    with harness() as made:
        yield made


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrappings, st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass")))
@example(0, b"")
@example(1, b"")
@example(2, b"")
@example(3, b"")
def test_arbitrary_bodies(fuzzed: Harness, wrapping: int, body: bytes) -> None:
    fuzzed(bytes([wrapping]) + body)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrappings, st.integers(0, 2**32))
def test_changed_messages(fuzzed: Harness, wrapping: int, seed: int) -> None:
    fuzzed(bytes([wrapping]) + mutated(Random(seed), SEEDS))


@pytest.mark.parametrize("wrapping", range(len(WRAPPINGS)))
def test_unchanged_messages(fuzzed: Harness, wrapping: int) -> None:
    for body in SEEDS:
        fuzzed(bytes([wrapping]) + body)
    fuzzed(bytes([wrapping]) + SEEDS[0] + b" " * 70_000)
