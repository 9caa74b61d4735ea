"""The model's prediction beside what was measured, and the judgement."""

from infra.opening.machine import Outcome, Profile

WITHIN = 0.25
JUDGED_FROM = 300
"""People: the figures of a smaller crowd are chance."""
_ROWS = {
    "people": "people a second",
    "requests": "requests a second",
    "refused": "share refused",
    "p50": "seconds to packet, p50",
    "p99": "seconds to packet, p99",
}


def print_profile(profile: Profile, speed: float) -> None:
    """`speed` as `speed_when_all_are_busy`."""
    parts = ", ".join(f"{kind} {1000 * part.seconds:.0f}" for kind, part in profile.parts.items())
    print(f"a core does {100 * speed:.0f} % of its work while all are busy; then it takes")
    print(
        f"of a person, ms of CPU: {parts}, workers {1000 * profile.payouts.seconds:.0f}; of a refused request "
        f"{1000 * profile.refusal:.1f}; {profile.cores:.2f} cores beside the stack at rest: "
        f"{profile.capacity:.1f} people/s"
    )


def print_beside(predicted: Outcome, measured: Outcome) -> None:
    print(f"{'':24s}{'predicted':>10s}{'measured':>10s}{'ratio':>7s}")
    for name, title in _ROWS.items():
        expected, found = getattr(predicted, name), getattr(measured, name)
        ratio = f"{expected / found:7.2f}" if found else f"{'–':>7s}"
        print(f"{title:24s}{expected:10.2f}{found:10.2f}{ratio}")


def is_held(predicted: Outcome, measured: Outcome, people: int) -> bool:
    """Whether the throughput was predicted within a quarter. A small crowd's is not judged."""
    return people < JUDGED_FROM or abs(predicted.people / measured.people - 1) <= WITHIN
