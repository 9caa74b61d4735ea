"""Counting the free packets, and emptying the pool."""

from chalicelib.domain.prizes import SHARDS
from tests.support.bench import Bench


def free(bench: Bench) -> int:
    return bench.ports.pool.count_free(bench.state.switches.plan_id, SHARDS)


def drain(bench: Bench) -> None:
    """Other people claim every packet."""
    bench.state.pool[bench.state.switches.plan_id].clear()
