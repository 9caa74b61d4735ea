"""`make load` in a small size, and what it would find."""

import re
from pathlib import Path
from random import Random

import pytest

from infra.page_waits import page_waits
from infra.percentiles import percentile
from infra.rehearsal.journal import Journal, compare
from tests.load.__main__ import main


def test_a_small_crowd_survives_the_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = "--people 6 --rate 3 --min-seconds 1 --instances 2 --workers 1 --kill-every 0.5"
    code = main(arguments.split(), tmp_path)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "6 of 6 people" in said
    assert re.search(r"killed: [1-9]\d* instances", said)
    assert re.search(r"people a second +\d", said), "predicted and measured"


def test_a_difference_is_found() -> None:
    told = {"a": {"1": 100}, "b": {"2": 200}, "c": {"3": 300}}
    paid = [("a", 100), ("a", 100), ("b", 200), ("d", 400)]
    payments = [{"openid": openid, "amount_fen": fen} for openid, fen in paid]
    assert compare(told, payments) == {"lost": 1, "doubled": 1, "untold": 1}
    rest = [*payments[1:3], {"openid": "c", "amount_fen": 300}]
    assert compare(told, rest) == {"lost": 0, "doubled": 0, "untold": 0}


def test_one_claim_has_one_sum() -> None:
    journal = Journal()
    for _ in range(2):
        journal.tell("a", {"claim_id": "1", "amount_fen": 100})
    assert (journal.claims, journal.fen) == (1, 100)
    with pytest.raises(ValueError, match="two sums"):
        journal.tell("a", {"claim_id": "1", "amount_fen": 200})


def test_percentiles() -> None:
    assert percentile([1, 2, 3, 4], 0.5) == 3
    assert percentile([1, 2, 3, 4], 0.99) == 4
    assert percentile([], 0.5) is None


def test_waits_are_the_pages() -> None:
    waits, rng = page_waits(), Random(1)
    least, most = waits.spread[-1]
    again = waits.before_again("try_again", 0, 9, rng)
    assert again is not None
    assert least <= again <= most
    assert waits.before_again("try_again", 25, 0, rng) >= 25, "not before the server allows it"  # type: ignore[operator]
    assert waits.before_again("no_chance_left", 0, 0, rng) is None
    assert waits.retry_after <= waits.before_repeat(0, rng) <= waits.retry_after + waits.jitter
