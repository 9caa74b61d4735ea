"""Prints what a crowd met with."""

from collections.abc import Mapping

from infra.percentiles import percentile
from infra.rehearsal.journal import Journal

STEPS = ("page", "script", "me", "share", "draw", "submit", "claim", "payout")


def print_crowd(journal: Journal, people: int, seconds: float, cpu: Mapping[str, float]) -> None:
    """`seconds` from the first arrival to the last answer; `cpu`: seconds by kind of process."""
    print(f"{journal.done} of {people} people in {seconds:.1f} s: {journal.done / seconds:.1f} people/s, "
          f"{journal.requests / seconds:.0f} requests/s, {journal.claims} packets")  # fmt: skip
    print(
        f"{'step':8s}{'answers':>9s}{'p50':>9s}{'p95':>9s}{'p99':>9s}  seconds; requests that failed and were repeated"
    )
    for step in STEPS:
        values = sorted(journal.seconds.get(step, []))
        if values:
            times = "".join(f"{percentile(values, share):9.2f}" for share in (0.5, 0.95, 0.99))
            failed = {code: n for (of, code), n in sorted(journal.failures.items()) if of == step}
            print(f"{step:8s}{len(values):9d}{times}  {', '.join(f'{n} {code}' for code, n in failed.items()) or '–'}")
    if cpu:
        each = ", ".join(f"{kind} {1000 * value / people:.0f}" for kind, value in cpu.items())
        print(f"CPU, ms a person: {each}; all {1000 * sum(cpu.values()) / people:.0f}")
    refused = ", ".join(f"{n} {code}" for code, n in journal.refused.items())
    print(f"refused in the end: {refused or 'nobody'}; lost: {len(journal.lost)}")
    for why in sorted(set(journal.lost))[:5]:
        print(f"  {why}")
