"""Helpers of the payout tests: setting up claims and reading their state."""

from chalicelib.domain.claim import Claim, ClaimRef
from chalicelib.domain.payout_decisions import Answer, Reply
from tests.support.bench import Bench
from tests.support.world import Trouble

ME = "o1"


def owed(bench: Bench) -> ClaimRef:
    return ClaimRef(ME, bench.claimed(ME).attempt_id)


def stored(bench: Bench, ref: ClaimRef) -> Claim:
    return bench.state.claims[ref.openid, ref.attempt_id]


def paid(bench: Bench) -> list[int]:
    return list(bench.pay.payments.values())


def sent(bench: Bench) -> list[int]:
    return list(bench.pay.sends.values())


def live_on(bench: Bench, hours: int = 60) -> None:
    """Runs the sweep and the workers as the schedule does, through any trouble."""
    for _ in range(hours):
        bench.clock.advance(hours=1)
        jobs, bench.queue.jobs = bench.queue.jobs, []
        bench.app.sweep.sweep_once()
        for job in [*jobs, *bench.queue.jobs]:
            bench.app.payouts.pay_claim(job)


def answered(bench: Bench, answer: str) -> None:
    """Sets the outcome of the next send: `accepted`, its answer `lost`, `timed out`, or refused with this code."""
    if answer == "lost":
        bench.pay.will_lose_the_answer()
    elif answer == "timed out":
        bench.pay.will_time_out()
    elif answer != "accepted":
        bench.pay.will_refuse(answer)


def befall(bench: Bench, name: str, number: int, write: str) -> None:
    """Causes one event before the next run. `write` is the call in which a fault of the store occurs."""
    if name == "die":
        bench.world.will_die(number)
    elif name == "wait":
        bench.clock.advance(seconds=number)
    elif name == "lose":
        bench.pay.will_lose_the_answer()
    elif name == "time out":
        bench.pay.will_time_out()
    elif name == "silent":
        bench.pay.will_say(Answer(Reply.DOUBTFUL))
    elif name in ("busy", "lost write"):
        bench.world.will_fail(write, Trouble.BUSY if name == "busy" else Trouble.LOST)


def clear(bench: Bench) -> None:
    """Removes the faults that have been set but have not occurred yet."""
    bench.world.will_die(None)
    bench.world.no_more_trouble()
    bench.pay.as_usual()
