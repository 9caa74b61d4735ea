"""What a week costs, by number of participants and service: units of `measured.toml`, prices of `prices.toml`.

python -m infra.opening.cost [people …]
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.usecases.count_people import PEOPLE
from chalicelib.usecases.sweep import PACKETS
from infra.opening.cloud import Used
from infra.opening.journey import LOOK, MEASURED, SHARE, Call, calls

PRICES = tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))
CROWDS = (100_000, 1_000_000, 5_000_000)
CALLS_A_WEEK: Mapping[str, float] = {
    "follow": 1.4,
    "oauth_start": 1,
    "oauth_callback": 1,
    "page": 2,
    "script": 1,
    "me": 2.5,
    "share": 2,
    "quiz_script": 1,
    "draw": 3,
    "submit": 2,
    "claim": 1.2,
    "look": 1.6,
}
"""Of the assumed participant: a follow and messages, two visits, three draws, two submissions, 0.8 packets (each claim
tried 1.2 times) and 0.2 refusals, and asking twice for each packet whether the money has come."""
SCRIPTS_AT_THE_EDGE = ("script", "quiz_script")
PACKETS_A_PERSON = 0.8
JOBS, QUEUE_REQUESTS = 2.4, 3
"""A participant's payout jobs (each packet's is sent, queried and reconciled), and requests to the queue for each."""
PAY_GB = 0.5
"""Memory of `pay` and of `sweep`."""
LOG_GB, PHONE_GB = 13e-6, 60e-6
"""A person's: docs/capacity.md."""
HOURS, ALARM_METRICS, METRICS = 168, 56, 43
SWEEPS = 7 * 24 * 60
PERSON_READS, PACKET_READS = 0.011, 0.013
"""Of a sweep for each person and each free packet that it counts."""
PERSON_SECONDS = 0.0001
"""Of a sweep at 512 MB, for each person: docs/capacity.md."""


def week(people: int, architecture: str = "arm64", edge: bool = True) -> dict[str, float]:
    """Returns US$ by service, for a week that begins with the opening."""
    amounts = _amounts(people, edge)
    seconds = amounts.pop("seconds")
    prices, each = PRICES["million"], PRICES["each"]
    costs = {name: count / 1e6 * prices[name] for name, count in amounts.items()}
    costs["Lambda time"] = seconds * each[f"Lambda GB-seconds, {architecture}"]
    costs["CloudFront"] = people * _edge_calls() * each["CloudFront requests"] if edge else 0.0
    costs["Logs"] = people * LOG_GB * each["Logs, GB"]
    costs["Data to phones"] = people * PHONE_GB * each["Data to phones, GB"]
    costs["NAT gateway"] = HOURS * each["NAT gateway and address, hours"]
    watch = ALARM_METRICS * each["Alarms"] + METRICS * each["Metrics"] + each["Dashboard"]
    costs["Alarms, metrics, dashboard (a month)"] = watch
    return dict(sorted(costs.items(), key=lambda one: -one[1]))


def _amounts(people: int, edge: bool) -> dict[str, float]:
    every = (*calls(), SHARE, LOOK)
    pay, jobs = MEASURED["payouts"], JOBS * people
    requests = people * (sum(CALLS_A_WEEK.values()) - edge * _edge_calls())
    counted = SWEEPS * min(people, PEOPLE)
    packets = SWEEPS * min(PACKETS_A_PERSON * people, PACKETS)  # as if nobody claimed one
    writes = sum(_a_week(call) * sum(call.writes.values()) for call in every) + PACKETS_A_PERSON * (pay["writes"] + 4)
    reads = sum(_a_week(call) * sum(call.reads.values()) for call in every) + PACKETS_A_PERSON * pay["reads"]
    busy = sum(_a_week(call) * call.seconds for call in every if not (edge and call.name in SCRIPTS_AT_THE_EDGE))
    own = PAY_GB * (jobs * pay["job_seconds"] + counted * PERSON_SECONDS)
    return {
        "DynamoDB writes": people * (writes + PACKETS_A_PERSON * 2),
        "DynamoDB reads": people * reads + counted * PERSON_READS + packets * PACKET_READS,
        "API Gateway (REST)": requests,
        "Lambda requests": requests + jobs,
        "SQS": QUEUE_REQUESTS * jobs + 300_000,
        "seconds": people * busy * MEASURED["lambda"]["memory_gb"] + own,
    }


def dollars(used: Used, payouts: float, architecture: str = "arm64") -> float:
    """Returns US$ for calls and so many payouts; logs and data are not counted."""
    prices, pay = PRICES["million"], MEASURED["payouts"]
    counts = {
        "API Gateway (REST)": used.requests,
        "Lambda requests": used.invocations + payouts,
        "DynamoDB writes": used.writes + payouts * pay["writes"],
        "DynamoDB reads": used.reads + payouts * pay["reads"],
        "SQS": payouts * QUEUE_REQUESTS,
    }
    seconds = used.busy_seconds * MEASURED["lambda"]["memory_gb"] + payouts * pay["job_seconds"] * PAY_GB
    time = seconds * PRICES["each"][f"Lambda GB-seconds, {architecture}"]
    return float(time + sum(count / 1e6 * prices[name] for name, count in counts.items()))


def _a_week(call: Call) -> float:
    return CALLS_A_WEEK[call.name]


def _edge_calls() -> float:
    return sum(CALLS_A_WEEK[name] for name in SCRIPTS_AT_THE_EDGE)


def table(crowds: Sequence[int] = CROWDS) -> list[str]:
    """Returns the page: services, their costs, and what arm64 and the edge save."""
    weeks = {people: week(people) for people in crowds}
    lines = [f"US$ a week, prices of {PRICES['region']} as recalled on {PRICES['date']}", ""]
    lines += [f"| service | {' | '.join(f'{people:,}' for people in crowds)} |", "|---" * (len(crowds) + 1) + "|"]
    for name in weeks[crowds[-1]]:
        lines.append(f"| {name} | {' | '.join(f'{weeks[people][name]:,.1f}' for people in crowds)} |")
    rows = {
        "**sum**": {people: sum(costs.values()) for people, costs in weeks.items()},
        "with x86_64 more": {people: _more(people, architecture="x86_64") for people in crowds},
        "without the edge more": {people: _more(people, edge=False) for people in crowds},
    }
    return lines + [
        f"| {name} | {' | '.join(f'{row[people]:,.1f}' for people in crowds)} |" for name, row in rows.items()
    ]


def _more(people: int, architecture: str = "arm64", edge: bool = True) -> float:
    return sum(week(people, architecture, edge).values()) - sum(week(people).values())


if __name__ == "__main__":
    print("\n".join(table([int(people) for people in sys.argv[1:]] or CROWDS)))
