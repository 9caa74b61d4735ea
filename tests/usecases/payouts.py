"""Steps and views of the payout tests."""

from chalicelib.domain.claims import Claim, ClaimRef
from tests.fakes.bench import Bench

ME = "o1"


def owed(bench: Bench) -> ClaimRef:
    return ClaimRef(ME, bench.claimed(ME).attempt_id)


def stored(bench: Bench, ref: ClaimRef) -> Claim:
    return bench.state.claims[ref.openid, ref.attempt_id]


def paid(bench: Bench) -> list[int]:
    return list(bench.red_packets.payments.values())


def sent(bench: Bench) -> list[int]:
    return list(bench.red_packets.sends.values())


def live_on(bench: Bench, hours: int = 60) -> None:
    """The sweep and the workers go on, as the schedule runs them; whatever troubles them."""
    for _ in range(hours):
        bench.clock.advance(hours=1)
        jobs, bench.queue.jobs = bench.queue.jobs, []
        bench.app.sweep()
        for job in [*jobs, *bench.queue.jobs]:
            bench.app.pay(job)
