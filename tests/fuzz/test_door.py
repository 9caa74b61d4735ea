"""A short walk along the door with Hypothesis; the long one is `python -m tests.fuzz.door`."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.door import mutated
from tests.fuzz.harness import SEEDS, WRAPPINGS, Harness, harness

wrappings = st.integers(0, len(WRAPPINGS) - 1)


@pytest.fixture(scope="module")
def door() -> Iterator[Harness]:
    with harness() as door:
        yield door


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrappings, st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass")))
@example(0, b"")
@example(1, b"")
@example(2, b"")
@example(3, b"")
def test_arbitrary_bodies(door: Harness, wrapping: int, body: bytes) -> None:
    door(bytes([wrapping]) + body)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrappings, st.integers(0, 2**32))
def test_letters_that_were_changed_on_the_way(door: Harness, wrapping: int, seed: int) -> None:
    door(bytes([wrapping]) + mutated(Random(seed), SEEDS))


@pytest.mark.parametrize("wrapping", range(len(WRAPPINGS)))
def test_the_letters_themselves(door: Harness, wrapping: int) -> None:
    for body in SEEDS:
        door(bytes([wrapping]) + body)
    door(bytes([wrapping]) + SEEDS[0] + b" " * 70_000)
