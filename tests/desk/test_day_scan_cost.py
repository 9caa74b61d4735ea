"""The scan's cost at a small size; `python -m tests.bench.day_scan` measures a million people."""

import pytest

from chalicelib.adapters.store.dynamo_day_scan import DynamoDayScan
from tests.bench import day_scan

PAGE, PEOPLE = 100, 230


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_scan, "PAGE_PEOPLE", PAGE)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


def test_it_counts_everybody_for_little_more_than_a_bare_scan() -> None:
    floor = min((day_scan.bare(PEOPLE) for _ in range(3)), key=lambda run: run.cpu_seconds)
    run = min((day_scan.counted(PEOPLE) for _ in range(3)), key=lambda run: run.cpu_seconds)
    assert run.figures
    assert (run.figures.total_people, run.figures.attempts) == (PEOPLE, day_scan.ATTEMPTS * PEOPLE)
    assert (run.items, run.pages) == (floor.items, floor.pages)
    assert run.cpu_seconds < 3 * floor.cpu_seconds


def test_the_next_page_is_read_when_the_last_one_has_been_counted() -> None:
    """So that one page is in memory, however many people there are."""
    with day_scan.playing(PEOPLE) as (tables, _, answers):
        seen = DynamoDayScan(day_scan.CONTEST, tables).scan_people()
        first = next(seen)
        while next(seen).who == first.who:
            assert answers.pages == 1
        assert answers.pages == 1
        assert len(list(seen)) > PAGE
        assert answers.pages == 3
