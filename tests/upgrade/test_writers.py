"""Compares today's writers with the newest file of `records/`. docs/upgrades.md says what to do after a failure."""

import json

import pytest

from tests.upgrade.record import files, frozen, read
from tests.upgrade.shapes import shapes


@pytest.fixture(scope="module")
def today() -> dict[str, list[str]]:
    return shapes(json.loads(json.dumps(frozen())))


def test_every_format_is_the_recorded_one(today: dict[str, list[str]]) -> None:
    assert today == shapes(read(files()[-1])), "a format has changed: see docs/upgrades.md"


def test_the_files_are_numbered_in_order() -> None:
    assert [path.stem for path in files()] == [f"v{number}" for number in range(1, len(files()) + 1)]
