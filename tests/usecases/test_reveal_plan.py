"""The proof is published after closing, once and for all."""

import gzip
import json

import pytest

from chalicelib.domain.errors import NotFound, PlanRefused
from chalicelib.domain.proof import check_proof
from tests.support.bench import Bench
from tests.support.examples import CLOSES


def closed() -> Bench:
    bench = Bench()
    bench.activate()
    bench.claimed("o1")
    bench.clock.now = CLOSES
    return bench


def test_the_proof_is_published_and_the_same_again() -> None:
    bench = closed()
    text = bench.app.reveal.reveal_plan("li")
    assert bench.app.reveal.reveal_plan("li") == text
    published = bench.app.ports.control.read_switches().commitment
    wrong, summary = check_proof(text, published, bench.contest.prizes.budget_fen)
    assert wrong == []
    assert [entry.what for entry in bench.app.ports.ledger.log_entries()].count("plan reveal") == 1
    assert "领取 1 个" in summary
    assert "o1" not in json.loads(text)["claims"][0].split(",")
    assert gzip.decompress(bench.instance().reveal.packed_proof()).decode() == text


def test_nothing_is_revealed_before_closing() -> None:
    bench = Bench()
    bench.activate()
    with pytest.raises(PlanRefused, match="not_closed"):
        bench.app.reveal.reveal_plan("li")
    bench.world.calls.clear()
    with pytest.raises(NotFound):
        bench.app.reveal.packed_proof()
    assert not bench.world.calls, "an open contest's visitors cost no read"


def test_a_published_proof_is_read_once_an_instance() -> None:
    bench = closed()
    with pytest.raises(NotFound):
        bench.app.reveal.packed_proof()
    bench.app.reveal.reveal_plan("li")
    bench.world.calls.clear()
    for _ in range(3):
        bench.app.reveal.packed_proof()
    assert bench.world.calls == {"proofs.read_proof": 1}
