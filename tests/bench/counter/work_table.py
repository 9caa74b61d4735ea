"""Prints the comparison of the same work, and says what does not hold."""

from collections.abc import Iterator, Sequence

from tests.bench.counter.counter_claim import OneTransaction
from tests.bench.counter.our_side import OurSide
from tests.bench.counter.same_work import Result

HEAD = (
    "at once  side                 calls/claim  failed/claim  most  calls/person  calls/repeat  try_again"
    "  claims/s here  CPU ms/claim: application  engine"
)


def print_work(one: Result) -> None:
    claims = len(one.winners)
    print(
        f"{one.at_once:7d}  {one.name:20s} {one.calls_a_claim:11.3f}  {one.failed_a_claim:12.3f}"
        f"  {one.most_calls:4d}  {one.calls_a_person:12.2f}  {one.calls_a_repeat:12.2f}"
        f"  {one.first.busy + one.again.busy:9d}  {claims / one.seconds:13.0f}"
        f"  {1000 * one.cpu['application'] / claims:25.1f}  {1000 * one.cpu['engine'] / claims:6.1f}",
        flush=True,
    )


def broken(results: Sequence[Result]) -> Iterator[str]:
    """Yields where this application needs as many calls for a claim as a counter does.

    `OneTransaction` is not judged: it needs one call and its conflicts, but does not know which packet it takes.
    """
    ours = {one.at_once: one.calls_a_claim for one in results if one.name == OurSide.name}
    for one in results:
        is_judged = one.name not in (OurSide.name, OneTransaction.name)
        if is_judged and ours[one.at_once] >= one.calls_a_claim:
            calls = f"{ours[one.at_once]:.3f} calls a claim, {one.name} {one.calls_a_claim:.3f}"
            yield f"{one.at_once} at once: {OurSide.name} needs {calls}"
