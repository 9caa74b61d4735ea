"""Views of the pool, and its end."""

from tests.support.bench import Bench


def free(bench: Bench) -> int:
    return bench.ports.pool.count_free(bench.state.switches.plan_id)


def drain(bench: Bench) -> None:
    """Everything is claimed, by others."""
    bench.state.pool[bench.state.switches.plan_id].clear()
